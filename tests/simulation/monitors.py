"""What must hold at every moment, not only in the end: looked at beside the machines, while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharing.journal.checks import stamp_of
from sharing.journal.entry import Entry, Verdict
from sharing.journal.work import Work
from sync.events import Send
from sync.protocol import Ack, decode
from tests.simulation.oracle import Verdicts

if TYPE_CHECKING:
    from tests.simulation.machines import Machine
    from tests.simulation.world import World

_THERE = """
SELECT MIN(s.gsn) FROM verdict v JOIN stream s ON s.entry = v.entry
WHERE v.grp = ? AND v.home_epoch = ? AND v.n = ? AND v.entry <> ?
"""
_OWN = """
SELECT 1 FROM position p JOIN local_node l ON p.node = l.node AND p.epoch = l.epoch WHERE p.entry = ?
"""


def sends(world: World, machine: Machine, what: Send) -> None:
    """See that an `Ack` says only what another process can read on the central's disk."""
    if not machine.central or what.channel != "down":
        return
    frame = decode(what.payload)
    if not isinstance(frame, Ack):
        return
    sql = "SELECT COALESCE(MAX(seq), 0) FROM position WHERE node = ? AND epoch = ?"
    ((there,),) = machine.store.committed_rows(sql, what.node, frame.epoch)
    if frame.seq > there:
        world.finds(f"the central confirms {what.node}/{frame.epoch}/{frame.seq} and has {there} on its disk")


def forks(machine: Machine) -> None:
    """Remember in which reign a home learned that its stream forked."""
    with machine.store.reader() as read:
        for (epoch,) in read.rows("SELECT epoch FROM home WHERE node = ?", (machine.name,)):
            machine.forked_in = epoch


def commits(world: World, machine: Machine, work: Work) -> None:
    """See who decides, and that no verdict counts before those before it are here."""
    verdicts = [entry for entry in work.arrived if entry.nature == "verdict"]
    for entry in verdicts:
        _decides(world, machine, entry)
    if verdicts:
        _holds_back(world, machine)


def _decides(world: World, machine: Machine, verdict: Entry) -> None:
    with machine.store.reader() as read:
        restoring, own = read.sync().restoring, read.rows(_OWN, (verdict.id,))
    if not own:
        return  # it came from elsewhere, if only from this machine's own past
    stamp = stamp_of(verdict)
    if stamp is not None and stamp.home_epoch == machine.forked_in:
        world.finds(f"{machine.key} decides {verdict.hex} after its stream forked")
    if restoring:
        world.finds(f"the central decides {verdict.hex} before all have reported")
    if stamp is not None and not machine.central:
        _gives_a_number_anew(world, machine, verdict, stamp)
    with machine.store.reader() as read:
        found = read.rows("SELECT released FROM reign WHERE node = ? AND epoch = ?", _reign(machine, stamp))
    if stamp is not None and any(until is not None and stamp.n > until for (until,) in found):
        world.finds(f"{machine.key} decides {verdict.hex} after it let go")


def _gives_a_number_anew(world: World, machine: Machine, verdict: Entry, stamp: Verdict) -> None:
    """See that a home has all that it decided itself, as far as the central told it that it is there."""
    if not world.central.running or any(one.name == machine.name != one.key for one in world.kiosks):
        return  # two machines of one name do not know of each other
    with world.central.store.reader() as read:
        ((gsn,),) = read.rows(_THERE, (stamp.group, stamp.home_epoch, stamp.n, verdict.id))
    with machine.store.reader() as read:
        told = read.sync().central_gsn
    if gsn is not None and gsn <= told:
        world.finds(f"{machine.key} gives {verdict.hex} number {stamp.n}, which stands at {gsn} of {told}")


def _reign(machine: Machine, stamp: Verdict | None) -> tuple[str, int]:
    return machine.name, stamp.home_epoch if stamp is not None else 0


def _holds_back(world: World, machine: Machine) -> None:
    with machine.store.reader() as read:
        rows = read.rows("SELECT home_epoch, COUNT(*), MAX(n) FROM verdict GROUP BY grp, home_epoch")
        held = {bytes(row[0]) for row in read.rows("SELECT entry FROM local_held")}
    if not held and len(rows) == 1 and rows[0][1] == rows[0][2]:
        return
    found = Verdicts(machine.entries("WHERE nature = 'verdict' OR kind = 'home.moved'").values())
    if held != found.held:
        odd = sorted(one.hex() for one in held ^ found.held)
        world.finds(f"{machine.key} holds back {len(held)} verdicts instead of {len(found.held)}: {odd[:3]}")
