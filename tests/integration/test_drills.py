"""What `docs/central.md` and `docs/replace-a-kiosk.md` tell people to do, done with their commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sharing.house import CARD_KEY, House
from sharing.journal.entry import Draft
from sharing.journal.shapes import PrivateEmptied
from sync.copies.second_copy import folder_of, pieces
from sync.mosquitto.ports import kept_port
from tests.integration.figures import figures_of
from tests.integration.machines import PATIENCE_S, Kiosk, Machine, Together, ids
from tests.integration.mosquitto import until

DOCS = Path(__file__).parents[2] / "docs"
WHO = ("Zyxwora Quellnir", "quellnir@example.org")


def look(machine: Machine, so: Callable[[House], bool]) -> None:
    """Wait until something is so in a machine's journal."""
    house = machine.house()
    try:
        until(lambda: so(house), PATIENCE_S)
    finally:
        house.close()


def forget(central: Machine) -> set[bytes]:
    """Empty the private parts of the one person, as the machine that decides may."""
    house = central.house()
    with house.store.begin() as work:
        found = [row[0] for row in work.rows("SELECT id, private FROM entry WHERE private IS NOT NULL")
                 if WHO[0].encode() in bytes(row[1])]  # fmt: skip
        named = PrivateEmptied(entries=tuple(bytes(one).hex() for one in found))
        work.append(work.new_id(), [Draft(f"privacy:{work.new_hex()}", named)])
    house.close()
    return {bytes(one) for one in found}


def emptied(house: House) -> set[bytes]:
    with house.store.reader() as read:
        return {bytes(row[0]) for row in read.rows("SELECT entry FROM emptied")}


def places_of(words: tuple[str, ...], *folders: Path) -> list[str]:
    """Name the files in which one of these words stands."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [str(file) for file in files if any(word.encode() in file.read_bytes() for word in words)]


def work_a_while(house: Together, seed: str, n: int = 8) -> None:
    """Let somebody do some things at every kiosk."""
    before = {kiosk.name: len(kiosk.done()) for kiosk in house.kiosks}
    for kiosk in house.kiosks:
        kiosk.come(seed)
    for kiosk in house.kiosks:
        until(partial(has_done, kiosk, before[kiosk.name] + n), PATIENCE_S)
        kiosk.go()


def has_done(kiosk: Kiosk, n: int) -> bool:
    return len(kiosk.done()) >= n


def said_on(page: str, *commands: str) -> None:
    """See that the commands stand on the page, one after the other."""
    text = (DOCS / page).read_text("utf-8")
    found = [re.search(rf"^house {re.escape(one)}\b", text, re.MULTILINE) for one in commands]
    places = [one.start() for one in found if one]
    assert len(places) == len(commands), commands
    assert places == sorted(places)


def test_a_lost_central_comes_back_from_its_backup_and_what_was_forgotten_stays_forgotten(
    running: Together, tmp_path: Path
) -> None:
    central, copies = running.central, tmp_path / "copies"
    running.kiosks[0].say("person", "add", "--name", WHO[0], "--contact", WHO[1])
    work_a_while(running, "before")
    running.heal()
    central.say("central", "backup", str(copies))
    assert places_of(WHO, copies)
    gone = forget(central)
    assert gone
    for kiosk in running.kiosks:
        look(kiosk, lambda house: gone <= emptied(house))
    work_a_while(running, "after")
    running.kiosks[1].network.go_away()
    work_a_while(running, "alone")

    (central.data / "teilhaus.toml").write_text(f"[broker]\nport = {kept_port(central.data)}\n")
    central.lose_disk(keeping=(CARD_KEY, "teilhaus.toml"))
    said_on("central.md", "central backup", "central restore")
    restored = central.say("central", "restore", str(copies))
    assert restored["term"]
    central.start()
    until(lambda: central.say("central", "status")["running"])
    assert central.say("central", "status")["restoring"]
    running.heal()

    assert not central.say("central", "status")["restoring"]
    running.assert_alike()
    figures = figures_of(running)
    assert figures["lost"] == figures["twice"] == 0
    assert figures["of these at the central"] == figures["entries shown as done"] > 0
    for one in running.all:
        one.stop()
    assert places_of(WHO, *(one.data for one in running.all)) == []
    assert central.say("journal", "verify")["ok"]
    assert central.say("doctor", "--rebuild")


def reaches(stick: Path, house: House) -> bool:
    """Say whether the second copy holds the end of a machine's stream."""
    with house.store.reader() as read:
        tip = read.tip()
    copies = pieces(folder_of(stick, house.store.house))
    return any((one.epoch, one.last) == (tip.epoch, tip.seq) for one in copies)


def only_here(kiosk: Kiosk) -> int:
    return int(kiosk.say("sync", "status")["only_here"])


def test_a_new_kiosk_takes_the_place_of_a_broken_one_and_the_stick_brings_what_only_that_had(
    running: Together, tmp_path: Path
) -> None:
    central, old, stick = running.central, running.kiosks[0], tmp_path / "stick"
    stick.mkdir()
    old.kill()
    (old.data / "teilhaus.toml").write_text(f'[sync]\nsecond_copy = "{stick}"\n')
    old.network.go_away()
    old.start()
    work_a_while(running, "alone")
    unheard = only_here(old)
    assert unheard
    look(old, lambda house: reaches(stick, house))
    old.kill()
    broken = old.data.rename(tmp_path / "broken")

    said_on("replace-a-kiosk.md", "node revoke ausleihe", "node add ausleihe", "node join")
    old.network.resume()
    central.say("node", "revoke", old.name)
    assert old.join(central)["complete"]
    old.start()
    recovered = central.say("sync", "recover", str(stick))
    assert (recovered["new"], recovered["damaged"]) == (unheard, [])
    work_a_while(running, "new")
    running.heal()

    running.assert_alike()
    figures = figures_of(running)
    assert figures["lost"] == figures["twice"] == 0
    kinds = {one["kind"] for one in central.say("cases", "list")["cases"]}
    assert not kinds & {"cloned", "forked", "quarantined", "refused_frames"}

    ghost = Kiosk(broken, old.network)
    ghost.start()
    try:
        until(lambda: ghost.say("sync", "status")["waits_for"] == "refused", PATIENCE_S)
        assert only_here(ghost) >= unheard
    finally:
        ghost.stop()
    running.heal()
    running.assert_alike()


def test_a_revoked_kiosk_is_not_heard_and_cannot_log_in_whenever_it_comes_back(running: Together) -> None:
    central, out = running.central, running.kiosks[2]
    out.kill()
    central.say("node", "revoke", out.name)
    card = central.house()
    before = ids(card)
    card.close()
    out.come("revoked")
    until(lambda: len(out.done()) >= 3, PATIENCE_S)
    out.go()
    out.start()
    until(lambda: out.say("sync", "status")["waits_for"] in {"refused", "revoked"}, PATIENCE_S)

    assert only_here(out) > 0
    now = central.house()
    mine = {bytes.fromhex(entry) for one in out.done() for entry in one["entries"]}
    assert not mine & ids(now)
    assert ids(now) >= before
    now.close()
    states = {one["node"]: one["state"] for one in central.say("node", "list")["nodes"]}
    assert states == {"desk-1": "joined", "desk-2": "joined", "desk-3": "revoked"}
