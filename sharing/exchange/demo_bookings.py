"""What is on in the example house: a few bookings, weekly series, a request that waits, and a block."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sharing.calendar_time import local
from sharing.exchange.columns import What
from sharing.exchange.known import Known, known
from sharing.journal.ids import uuid5
from sharing.journal.store import Store
from sharing.rooms.actions import book, maintain, preview
from sharing.rooms.rules import Ask, Frequency, Rule
from sharing.terms.actions import read_terms
from sharing.terms.walls import WEEKDAYS

BOOKINGS: Final = "bookings.toml"
_WEEK: Final = 7


def make_bookings(store: Store, folder: Path, act: bytes) -> None:
    """Book what the folder's list says, as far as it can be: a date that is closed or taken is left out.

    Args:
        store: the example house, with its rooms and persons.
        folder: where the list is; without one nothing is booked.
        act: id of this command; each booking's is made from it.
    """
    path = folder / BOOKINGS
    if not path.exists():
        return
    with store.reader() as read:
        names, now = known(read), read.now
    today = local(now, read_terms(store).zone).replace(tzinfo=None)
    for n, one in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["booking"]):
        _make(store, _asked(names, one, today), one.get("maintenance", ""), uuid5(f"booking {n}", act))


def _asked(names: Known, said: dict[str, Any], now: datetime) -> Ask:
    begins, ends = time.fromisoformat(said["from"]), time.fromisoformat(said["to"])
    day = _first(WEEKDAYS[said["on"]], begins, now) + timedelta(weeks=said.get("weeks", 0))
    count = said.get("count", 1)
    return Ask(
        rooms=tuple(names.ids[What.ROOMS][key] for key in said["rooms"]),
        begins=datetime.combine(day, begins),
        ends=datetime.combine(day, ends),
        rule=Rule(freq=Frequency.WEEKLY, count=count) if count > 1 else None,
        person=names.ids[What.PERSONS].get(said.get("person", ""), ""),
        org=names.ids[What.ORGANISATIONS].get(said.get("organisation", "")),
        title=said.get("title", ""),
        adult=said.get("adult", ""),
        heads=said.get("heads", 0),
        announce=said.get("announce", False),
    )


def _first(weekday: int, begins: time, now: datetime) -> date:
    """Give the first such day whose hour is still to come."""
    day = now.date() + timedelta(days=(weekday - now.weekday()) % _WEEK)
    return day if datetime.combine(day, begins) > now else day + timedelta(weeks=1)


def _make(store: Store, ask: Ask, maintenance: str, act: bytes) -> None:
    offered = preview(store, ask)
    skip = frozenset(one.n for one in offered if one.why is not None or not one.certain)
    if len(skip) == len(offered):
        return
    if maintenance:
        maintain(store, None, ask, act, reason=maintenance)
    else:
        book(store, ask, act, skip=skip)
