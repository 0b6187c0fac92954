"""Faults planted into the real code: a harness that does not find them proves nothing.

Each is the text of a function with one thing changed, compiled anew in its own module. If the code itself is
rewritten so that the text is not there any more, applying the mutant fails, and says which one.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Final

import msgspec

import sharing.journal.arrivals
import sharing.journal.counting
import sharing.journal.order
import sharing.journal.outgoing
import sharing.journal.requests
import sharing.journal.standing
import sharing.journal.stream
import sharing.journal.subjects
import sync.at_central.restoring
import sync.at_central.taking
import sync.at_node.greeting
import sync.at_node.receiving
import sync.at_node.reporting
import sync.at_node.sending
import sync.central
import sync.homes
import sync.node
from sharing.journal import folding
from tests.simulation.wiring import replaced


class Change(msgspec.Struct, frozen=True):
    """In the function or method `name` of a module or class, one text instead of another."""

    place: Any
    name: str
    old: str
    new: str


class NotThere(LookupError):
    """The code was rewritten, and this fault cannot be planted so any more."""


class Mutant(msgspec.Struct, frozen=True):
    """One fault, and what it is."""

    says: str
    changes: tuple[Change, ...]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Have the fault in the code for a while."""
        with ExitStack() as stack:
            for change in self.changes:
                stack.enter_context(_changed(change))
            yield


def _changed(change: Change) -> AbstractContextManager[None]:
    before = change.place.__dict__[change.name]
    plain: Callable[..., Any] = getattr(before, "__func__", before)
    text = textwrap.dedent(inspect.getsource(plain))
    if change.old not in text:
        raise NotThere(f"{change.name} has no {change.old!r} any more")
    made: dict[str, Any] = {}
    text = f"from __future__ import annotations\n{text.replace(change.old, change.new)}"
    exec(compile(text, change.name, "exec"), plain.__globals__, made)
    return replaced(change.place, change.name, made[change.name])


_ORDER, _ARRIVALS, _COUNTING = sharing.journal.order, sharing.journal.arrivals, sharing.journal.counting
_ORDERING: Final = (_ORDER, sharing.journal.standing, sharing.journal.subjects)
_TAKING, _CENTRAL, _INBOX = sync.at_central.taking, sync.central.CentralSync, sync.at_node.receiving.Inbox
_FIRST_PART_ONLY: Final = """from msgspec.structs import replace
    from sharing.journal.chain import link
    from sharing.journal.entry import content_digest
    if len(acts[0].entries) > 1:
        part = acts[0].entries[0]
        chain = link(before, node, epoch, acts[0].first_seq, content_digest(part))
        acts = [replace(acts[0], entries=(part,), chain=chain)]
    return fitted(acts, made)"""

MUTANTS: Final[dict[str, Mutant]] = {
    "no-gap-check": Mutant(
        "the central takes a frame though something before it is missing",
        (
            Change(
                sync.central,
                "take",
                "return Gap(known.seq + 1)",
                "return Taken(sum(_take_run(work, up, run) for run in _runs(list(_placed(up)))))",
            ),
            Change(_ARRIVALS, "place", "if first_seq != 1 and first_seq - 1 not in known:", "if False:"),
        ),
    ),
    "ack-before-commit": Mutant(
        "the central confirms before its transaction is on the disk",
        (
            Change(
                _CENTRAL,
                "_up",
                "return [self._down(peer.node, ack)]",
                "self._env.world.network.send(self._env, self._down(peer.node, ack))\n    return []",
            ),
        ),
    ),
    "order-of-arrival": Mutant(
        "facts fold in the order in which they came to this machine",
        tuple(
            Change(
                place,
                "in_order",
                "straight = _straight(entries, began)",
                "straight = [(corrected_at(one, began), one) for one in entries]",
            )
            for place in _ORDERING
        ),
    ),
    "no-after": Mutant(
        "what a writer had seen counts nothing, only its clock does",
        (
            *(
                Change(place, "in_order", "straight = _straight(entries, began)", "straight = None")
                for place in _ORDERING
            ),
            Change(_ORDER, "key_times", "p for p in entry.predecessors if p in by_id", "p for p in ()"),
        ),
    ),
    "no-waiting-for-verdicts": Mutant(
        "a verdict counts though one before it is not here",
        (Change(_COUNTING, "front", "if 1 not in throughs:\n        return 0, 0", "return 2**50, 2**50"),),
    ),
    "chain-before-only": Mutant(
        "the chain is compared before the frame and not along it",
        (Change(_TAKING, "_fork_along", "seq = up.first - 1", "return None"),),
    ),
    "no-duplicate-check": Mutant(
        "an act that is here already is stored once more",
        (Change(_ARRIVALS, "_unknown", "acts.pop(act)", "acts[act]"),),
    ),
    "silent-decline": Mutant(
        "a request is declined and no case says so",
        (
            Change(
                folding.Rows,
                "case",
                "told = uuid5(kind, entry.id).hex()",
                'told = uuid5(kind, entry.id).hex()\n    if kind == "booking_declined":\n        return told',
            ),
        ),
    ),
    "not-rewound": Mutant(
        "a node does not go back to what a central from a backup still has",
        (
            Change(
                sync.at_node.greeting,
                "applied_in",
                "terms = [term for term, _ in frame.terms]",
                "return before.applied",
            ),
        ),
    ),
    "act-split": Mutant(
        "a frame ends within an act",
        (Change(sync.at_node.sending, "frame_of", "return fitted(acts, made)", _FIRST_PART_ONLY),),
    ),
    "home-decides-after-fork": Mutant(
        "a home whose stream forked goes on deciding",
        (
            Change(
                sync.homes,
                "stop",
                "if homes_of(work, work.store.node)",
                "if False and homes_of(work, work.store.node)",
            ),
        ),
    ),
    "emptied-not-for-late": Mutant(
        "an entry that comes after its private part was emptied keeps it",
        (Change(_ARRIVALS, "_unknown", "if not emptied:", "if True:"),),
    ),
    "void-counts": Mutant(
        "verdicts count though their reign had ended before them",
        (
            Change(
                _COUNTING.Counting,
                "_with_void",
                "void.update(bytes(row[0]) for row in self._execute(self._sql.beyond).fetchall())",
                "pass",
            ),
        ),
    ),
    "live-over-a-gap": Mutant(
        "a node takes what is sent to all though something before it is missing",
        (
            Change(
                _INBOX,
                "_queue",
                "if start > self.next:\n        self._pull_at = 0",
                "if start > self.next:\n        start = self.next\n    if False:",
            ),
        ),
    ),
    "clock-not-corrected": Mutant(
        "a clock found wrong leaves the order of entries as it was",
        tuple(
            Change(place, "corrected_at", "if entry.clock", "if False and entry.clock")
            for place in (_ORDER, sharing.journal.subjects)
        ),
    ),
    "fork-forgets": Mutant(
        "the new stream after a fork leaves out what was not confirmed",
        (
            Change(
                sharing.journal.outgoing,
                "new_epoch",
                "acked if acked < writer.seq else _before_last_act(work)",
                "_before_last_act(work)",
            ),
        ),
    ),
    "released-home-decides": Mutant(
        "a home that let go goes on deciding",
        (Change(_COUNTING.Counting, "_chair", "released is None and not stopped", "not stopped"),),
    ),
    "behind-decides": Mutant(
        "a home on a new disk decides before it has what it decided on the old one",
        (
            Change(
                sharing.journal.requests,
                "_enthroned",
                "writer.execute(_STOP_IF_BEHIND)",
                'writer.execute("UPDATE local_sync SET stopped = 0")',
            ),
        ),
    ),
    "no-report": Mutant(
        "nobody says what a central from a backup lacks",
        (Change(sync.at_node.reporting, "is_due", "return frame.report or", "return False and"),),
    ),
    "decides-while-restoring": Mutant(
        "a central from a backup decides before all have reported",
        (
            Change(_CENTRAL, "_settle", "not work.sync().restoring", "True"),
            Change(_COUNTING.Counting, "_chair", "released is None and not stopped", "released is None"),
        ),
    ),
    "numbers-not-dense": Mutant(
        "the central gives entries numbers with gaps between them",
        (Change(sharing.journal.stream, "hand_on", "before + 1)]", "before + 1 + (before % 7 == 0))]"),),
    ),
}
