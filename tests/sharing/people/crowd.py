"""People to test with."""

from __future__ import annotations

from collections.abc import Sequence

from sharing.house import House
from sharing.journal.entry import Draft
from sharing.journal.shapes import PrivateEmptied
from sharing.people.actions import RegisterPerson, grant_role, register_person
from sharing.people.actions import person as person_by_id
from sharing.people.rules import Person, Role

SECRETS = ("Anna", "Klein", "0761", "Eva")


def somebody(house: House, name: str = "Anna Klein", *roles: Role) -> Person:
    store = house.store
    made = register_person(store, RegisterPerson(act=store.new_act(), name=name, contact="0761 1"))
    for role in roles:
        made = grant_role(store, made.id, role, act=store.new_act())
    return made


def again(house: House, person: Person) -> Person:
    with house.store.reader() as read:
        return person_by_id(read, person.id)


def empty_private(house: House, subjects: Sequence[str]) -> None:
    """Take the private parts of all entries of these subjects away, as an erasure does."""
    with house.store.begin() as work:
        ids = tuple(entry.hex for subject in subjects for entry in work.entries_of(subject) if entry.private)
        work.append(work.new_id(), [Draft("privacy:1", PrivateEmptied(entries=ids))])


def everything_stored(house: House) -> str:
    """All rows of the tables of people and the open part of all entries, as one text."""
    with house.store.reader() as read:
        tables = ("person", "organisation", "member", "card", "local_lockout")
        rows = [row for table in tables for row in read.rows(f"SELECT * FROM {table}")]
        rows += read.rows("SELECT subject, data, private FROM entry")
    shown = [bytes(one) if isinstance(one, memoryview) else one for row in rows for one in row]
    return repr(shown)


def written(house: House) -> int:
    """How many entries there are."""
    with house.store.reader() as read:
        return int(read.rows("SELECT count(*) FROM entry")[0][0])
