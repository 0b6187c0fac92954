"""Looking over all a machine needs: settings, clock, disk, database, card key, journal; each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.cli.answer import DAMAGED, USAGE, Answer
from kiosk.cli.frame import Session, command, option

LITTLE_SPACE = 200 * 1024 * 1024
"""Bytes below which the disk is called full soon."""
NO_SPACE = 20 * 1024 * 1024
LATE_IN_THE_YEAR = 11
"""From this month on the next year's holidays should be written: loans reach into it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one look found."""

    name: str
    state: str
    """"ok", "warning" or "bad"."""
    said: tuple[str, ...]


@command("doctor")
@option("--rebuild", is_flag=True)
@option("--mend", is_flag=True)
def doctor(session: Session, *, rebuild: bool, mend: bool) -> Answer:
    """Look over settings, clock, disk, database, card key and journal; mend the tables from the journal."""
    looks: list[Callable[[Session], Check]] = [
        settings,
        disk,
        card_key,
        clock,
        database,
        house_rules,
        journal,
        together,
        printing,
        *([mended] if mend else []),
        *([compared] if rebuild or mend else []),
    ]
    checks = list(_all(session, looks))
    words = session.words
    bad = [one for one in checks if one.state == "bad"]
    data: dict[str, Any] = {
        "ok": not bad,
        "data": str(session.data),
        "checks": [{"name": one.name, "state": one.state, "said": list(one.said)} for one in checks],
    }
    lines = [
        f"{words(f'cli.doctor.{one.state}')}  {words(f'cli.check.{one.name}')}: {'; '.join(one.said[:10])}"
        for one in checks
    ]
    if not bad:
        return Answer(data, lines)
    code = USAGE if all(one.name == "settings" for one in bad) else DAMAGED
    message = words("cli.doctor.trouble", n=len(bad))
    data |= {
        "refusal": "wrong_setting" if code == USAGE else "damaged",
        "message": message,
        "next": "ask_technician",
        "next_message": words("next.ask_technician"),
        "ask": None,
    }
    return Answer(data, [*lines, message], code)


def _all(session: Session, looks: Sequence[Callable[[Session], Check]]) -> Iterator[Check]:
    """Look at everything; what cannot even be looked at is bad, and the rest is looked at all the same."""
    from sharing.errors import TeilhausError
    from sharing.texts import shown

    for look in looks:
        name = look.__name__
        try:
            yield look(session)
        except TeilhausError as error:
            yield Check(name, "bad", (shown(session.words.why(error), limit=300),))
        except Exception as error:  # noqa: BLE001 the door of each look; logged, and the others go on
            from kiosk.cli.doors import note

            note(session, error)
            yield Check(name, "bad", (shown(f"{type(error).__name__}: {error}", limit=300),))


def settings(session: Session) -> Check:
    """Read the settings; every error at once."""
    from config.wrong import SettingsError

    try:
        node = session.settings.node.name
    except SettingsError as error:
        return Check("settings", "bad", tuple(map(str, error.errors)))
    return Check("settings", "ok", (node,))


def disk(session: Session) -> Check:
    """Look for space and for the right to write."""
    import os
    import shutil

    from sharing.errors import NoHouse

    if not session.data.is_dir():
        raise NoHouse(data=str(session.data))
    free = shutil.disk_usage(session.data).free
    said = [session.words("cli.doctor.free", n=free // (1024 * 1024))]
    if not os.access(session.data, os.W_OK):
        return Check("disk", "bad", (*said, session.words("refusal.read_only")))
    state = "bad" if free < NO_SPACE else "warning" if free < LITTLE_SPACE else "ok"
    if session.data.stat().st_mode & 0o077:
        said.append(session.words("cli.doctor.readable", file=str(session.data)))
        state = "warning" if state == "ok" else state
    return Check("disk", state, tuple(said))


def card_key(session: Session) -> Check:
    """Look whether the card key is there and for its owner only."""
    from sharing.house import CARD_KEY
    from sharing.people.cards import CardKeys

    keys = CardKeys.load(session.data / CARD_KEY)
    return Check("card_key", "ok", (session.words("cli.doctor.keys", n=len(keys.keys)),))


def clock(session: Session) -> Check:
    """Look whether the clock can be believed: not before this software, not behind what was noted."""
    from sharing.journal.clock import EARLIEST_BELIEVABLE

    store = session.store
    with store.reader() as read:
        now = read.reading
        last = read.rows("SELECT MAX(at) FROM entry")[0][0]
    words = session.dated
    said = words.moment(now.at)
    if now.at < EARLIEST_BELIEVABLE or (last is not None and now.at < last - 5 * 60 * 1000):
        return Check("clock", "bad", (said, words("cli.doctor.clock_behind", when=words.moment(last or 0))))
    if now.clock != "ntp":
        return Check("clock", "warning", (said, words("cli.doctor.clock_unchecked")))
    return Check("clock", "ok", (said,))


def database(session: Session) -> Check:
    """Let the database look over its own file."""
    from sharing.journal.database import is_postgres

    store = session.store
    if is_postgres(store.db):
        with store.reader() as read:
            version = read.rows("SELECT version()")[0][0]
        return Check("database", "ok", (str(version).partition(",")[0],))
    with store.reader() as read:
        found = [str(row[0]) for row in read.rows("PRAGMA integrity_check(20)")]
    return Check("database", "ok" if found == ["ok"] else "bad", tuple(found))


def house_rules(session: Session) -> Check:
    """Look whether the desk has hours and a return shelf that is there, and whether holidays are known.

    Those of this year; late in the year also the next one's.
    """
    from sharing.catalogue.look_up import locations
    from sharing.terms.rules import local
    from sharing.texts import shown

    terms, words = session.terms, session.words
    today = local(session.store.clock.read().at, terms.zone)
    years = [today.year, *([today.year + 1] if today.month >= LATE_IN_THE_YEAR else [])]
    said = [] if any(terms.desk_hours.values()) else [words("cli.doctor.no_hours")]
    said += [
        words("cli.doctor.no_holidays", year=year)
        for year in years
        if not any(day.startswith(f"{year}-") for day in terms.closing_days)
    ]
    with session.store.reader() as read:
        places = {one.key for one in locations(read)} if terms.return_shelf else set()
    if terms.return_shelf and terms.return_shelf not in places:
        said.append(words("cli.doctor.no_shelf", place=shown(terms.return_shelf)))
    return Check("house_rules", "warning" if said else "ok", tuple(said) or (terms.name,))


def journal(session: Session) -> Check:
    """Recompute chain, digests and numbers."""
    from sharing.journal.verify import verify

    found = verify(session.store)
    said = (session.words("cli.journal.whole", n=found.entries),) if not found.faults else found.faults
    return Check("journal", "bad" if found.faults else "ok", said)


def together(session: Session) -> Check:
    """Look how this machine stands with the others; what is waited for and how to get it."""
    from pathlib import Path

    from kiosk.cli.sync import waits

    words = session.dated
    with session.store.reader() as read:
        state, unacked = read.sync(), read.unacked()
    if state.role == "central":
        said, fine = [words("cli.doctor.is_central")], True
    elif state.role == "alone":
        said, fine = [words("cli.doctor.alone")], True
    else:
        heard = state.heard_at
        key = "cli.doctor.never_heard" if heard is None else "cli.doctor.heard"
        said = [words(key, n=unacked, when="" if heard is None else words.moment(heard))]
        fine = heard is not None and not state.revoked and not state.is_stopped
    said += waits(session)
    if state.is_stopped:
        said.append(words("cli.home.stopped"))
    copy = session.settings.sync.second_copy
    if copy and not Path(copy).is_dir():
        said.append(words("cli.doctor.no_second_copy", folder=copy))
    return Check("together", "ok" if fine and len(said) == 1 else "warning", tuple(said))


def printing(session: Session) -> Check:
    """Look whether pictures for doors can join Arabic letters; that needs a library of the system."""
    from devices.labels.lettering import shapes

    state, key = ("ok", "cli.doctor.joins") if shapes() else ("warning", "cli.doctor.joins_not")
    return Check("printing", state, (session.words(key),))


def mended(session: Session) -> Check:
    """Put freshly folded rows in place of all tables, unless the journal itself is damaged."""
    from sharing.errors import Damaged
    from sharing.journal.verify import verify

    if faults := verify(session.store).faults:
        raise Damaged(what=faults[0])
    session.store.fold_again()
    return Check("mended", "ok", (session.words("cli.doctor.mended"),))


def compared(session: Session) -> Check:
    """Fold everything again in another order, and compare."""
    from sharing.journal.rebuild import differences

    lines = differences(session.store)
    said = tuple(lines) or (session.words("cli.doctor.same"),)
    return Check("compared", "bad" if lines else "ok", said)
