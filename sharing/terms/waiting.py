"""House rules that were asked for on other machines, answered where the house decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sharing.errors import BadValue, Refusal
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import HOUSE_GROUP, Work
from sharing.terms.actions import MANAGE_HOUSE, terms_of
from sharing.terms.entries import SETTINGS, HouseSet, HouseSetAsked, HouseSetBy
from sharing.terms.settings import checked

KINDS: Final = (HouseSetAsked.KIND,)
MANAGE_ROOMS: Final = "manage_rooms"
"""The right that closing rooms needs, and nothing else of the house."""
_CALENDARS: Final = ("closing_days", "room_closing_days")


def answer(work: Work, entry: Entry, may: Callable[[str, str], bool]) -> list[Draft]:
    """Give the verdict on house rules that were asked for: all of them hold, or none.

    Args:
        work: an open transaction at the home.
        entry: the request.
        may: says whether a person (id) has a right now; nobody asks for the machine's operator.
    """
    by = entry.secret(HouseSetBy)
    values: dict[str, Any] = {}
    data = msgspec.json.decode(entry.data, type=HouseSetAsked)
    right = MANAGE_ROOMS if not data.set and set(data.fill) == {"room_closing_days"} else MANAGE_HOUSE
    declined = "" if by is None or not by.actor or may(by.actor, right) else "not_allowed"
    if not declined:
        try:
            values = _values(work, data)
        except Refusal as refusal:
            declined = refusal.key.removeprefix("refusal.")
    epoch, n = work.verdict_stamp()
    decided = HouseSet(
        group=HOUSE_GROUP, home_epoch=epoch, n=n, decides=entry.hex, set=values, declined=declined
    )
    return [Draft(SETTINGS, decided, by, nature="verdict")]


def _values(work: Work, data: HouseSetAsked) -> dict[str, Any]:
    """Give what is to hold, checked as this version does.

    Raises:
        BadValue: an unknown key, or a value that cannot be.
    """
    values = dict(data.set)
    for calendar, days in data.fill.items():
        if calendar not in _CALENDARS:
            raise BadValue(field="setting", value=calendar[:60], expected=", ".join(_CALENDARS))
        values[calendar] = {**days, **values.get(calendar, getattr(terms_of(work), calendar))}
    return checked(values)
