"""What staff read about cases: what each is about, and what happened, with the names that staff may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharing.cases import actions as cases
from sharing.cases.story import story_in
from sharing.catalogue import look_up as catalogue
from sharing.errors import Refusal
from sharing.lending.remarks import notes_of_items
from sharing.people import reading as people
from sharing.rooms.reading import booking_of, names_of, rooms_by_id
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharing.cases.rules import Case, Happened
    from sharing.journal.store import Reader, Store

DAMAGE = "damage"
"""The kind of case that a damaged return makes."""
NAME_LIMIT, CONTACT_LIMIT = 40, 40
MOST_TO_ASK = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, and who it was about and who did it; empty where nobody is named any more."""

    happened: Happened
    whom: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case, opened."""

    case: Case
    name: str
    """What it is about: a thing, a machine; empty if that is said by the kind."""
    told: tuple[Told, ...]
    reach: tuple[str, ...] = ()
    """Who can be asked, and how to reach them."""

    @property
    def second(self) -> str:
        """Who came into it with the entry that made the case."""
        return next((one.whom for one in self.told if one.happened.is_cause), "")

    @property
    def first(self) -> str:
        """Who was in it before."""
        before = []
        for one in self.told:
            if one.happened.is_cause:
                break
            before.append(one)
        return next((one.whom for one in reversed(before) if one.whom and not one.happened.undone), "")


def case_list(store: Store, language: str) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Open cases as they are listed, and the name of what each is about."""
    found = cases.case_list(store)
    notes = _notes(store, found)
    with store.reader() as read:
        return found, tuple(named(read, one, language, notes.get(one.subject, "")) for one in found)


def opened(store: Store, case: str, language: str, *, act: bytes | None = None, by: str = "") -> CasePage:
    """Give one case with its story; with an act, somebody looked at it.

    Raises:
        DoesNotExist: there is no such open case.
    """
    found = cases.one_case(store, case) if act is None else cases.mark_seen(store, case, act=act, by=by)
    notes = _notes(store, (found,))
    with store.reader() as read:
        told = tuple(_told(read, one) for one in story_in(read, found))
        name = named(read, found, language, notes.get(found.subject, ""))
        persons = dict.fromkeys(one.happened.person for one in reversed(told) if one.happened.person)
        reach = [_contact(read, one) for one in list(persons)[:MOST_TO_ASK]]
        return CasePage(found, name, told, tuple(one for one in reversed(reach) if one))


def _notes(store: Store, found: Sequence[Case]) -> dict[str, str]:
    """What was written about things that came back damaged, by subject."""
    damaged = {one.subject for one in found if one.kind == DAMAGE}
    notes = {one: notes_of_items(store, (one.removeprefix("item:"),)) for one in damaged}
    return {one: list(said.values())[-1] for one, said in notes.items() if said}


def named(read: Reader, case: Case, language: str, note: str = "") -> str:
    """Name what a case is about; a damage with what was written about it."""
    kind, _, key = case.subject.partition(":")
    try:
        if kind == "item":
            name = catalogue.item(read, key).name(language)
            return f"{name}: {note}" if note else name
        if kind == "person":
            return people.person(read, key).name
        if kind == "booking":
            return _booking(read, key, language)
    except Refusal:
        return ""
    return key if kind in {"node", "group"} else ""


def _booking(read: Reader, key: str, language: str) -> str:
    """Name the rooms of a booking, and what it is for."""
    found = booking_of(read, key)
    where = names_of(rooms_by_id(read, found.rooms), found.rooms, language)
    return " · ".join(part for part in (where, shown(found.title, limit=NAME_LIMIT)) if part)


def _told(read: Reader, one: Happened) -> Told:
    return Told(one, _name(read, one.person), _name(read, one.actor))


def _name(read: Reader, person: str) -> str:
    try:
        return shown(people.person(read, person).name, limit=NAME_LIMIT) if person else ""
    except Refusal:
        return ""


def _contact(read: Reader, person: str) -> str:
    try:
        known = people.person(read, person) if person else None
    except Refusal:
        return ""
    parts = (shown(known.name, limit=NAME_LIMIT), shown(known.contact, limit=CONTACT_LIMIT)) if known else ()
    return " · ".join(part for part in parts if part)
