"""Making a house: an empty one, or the example to try things out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, command, option

if TYPE_CHECKING:
    from sharing.house import House
    from sharing.journal.stream import Role

SHOWN_ITEMS = 12
"""Things of the example that are listed on a terminal; JSON has all."""


@command("init")
@option("--demo", is_flag=True)
@option("--node")
@option("--name")
def init(session: Session, node: str | None, name: str | None, *, demo: bool) -> Answer:
    """Make a house in the data folder: empty, or the example."""
    if demo:
        return make_example(session, node, name)
    with making(session):
        house = session.make_house(node or session.settings.node.name, checked_name(name))
        first_rules(house, name)
    data = {"data": str(session.data), "node": house.store.node, "name": house.store.house}
    return Answer(data, [session.words("cli.init.made", data=str(session.data))])


@contextmanager
def making(session: Session) -> Iterator[None]:
    """Let one at a time make the house: of two who do, the second one hears that it is there.

    Raises:
        SettingsError: what is set here cannot be; nothing was made.
        Taken: the house is there.
        Storage: the folder cannot be made.
    """
    import fcntl
    import os

    from sharing.errors import Taken
    from sharing.journal.database import make_folder, translated

    _ = session.settings
    with translated():
        make_folder(session.data)
        handle = os.open(session.data, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_there(session):
            raise Taken(what="house", value=str(session.data))
        yield
    finally:
        os.close(handle)


def first_rules(house: House, name: str | None) -> None:
    """Write the house's name and the public holidays of this year and the next; last, for then it is made."""
    from sharing.terms.actions import read_terms, set_terms, write_closing_days
    from sharing.terms.rules import local

    store = house.store
    this_year = local(store.clock.read().at, read_terms(store).zone).year
    for year in (this_year, this_year + 1):
        write_closing_days(store, year, act=store.new_act(), by=None)
    set_terms(store, {"name": checked_name(name)}, act=store.new_act(), by=None)


def _is_there(session: Session) -> bool:
    """Tell whether the folder holds a house already: one that was half made is finished instead."""
    from sharing.errors import NoHouse

    try:
        return bool(session.terms.name)
    except NoHouse:
        return False
    finally:
        session.close()


def checked_name(name: str | None) -> str:
    """Give the house's name as it can be kept.

    Raises:
        BadValue: it is too long, or nothing is left of it.
    """
    from sharing.terms.settings import checked

    return str(checked({"name": name})["name"]) if name is not None else "Teilhaus"


def make_example(
    session: Session, node: str | None = None, name: str | None = None, *, role: Role = "alone"
) -> Answer:
    """Make the example house; the numbers of its cards are in the answer, once."""
    from sharing.exchange.demo import make_demo_house
    from sharing.terms.actions import set_terms

    with making(session):
        house = session.make_house(node or session.settings.node.name, checked_name(name), role=role)
        made = make_demo_house(house.store, house.keys, act=house.store.new_act())
        if name is not None:
            set_terms(house.store, {"name": checked_name(name)}, act=house.store.new_act(), by=None)
    data: dict[str, Any] = {
        "data": str(session.data),
        "node": house.store.node,
        "name": session.terms.name,
        "cards": [{"person": person, "code": code} for person, code in made.cards],
        "staff": [{"person": person, "code": code, "pin": pin} for person, code, pin in made.staff],
        "items": [{"code": code, "name": called} for code, called in made.items],
        "rooms": [{"code": code, "name": called} for code, called in made.rooms],
        "places": [{"code": code, "name": called} for code, called in made.places],
    }
    words = session.words
    lines = [
        words("cli.init.made", data=str(session.data)),
        "",
        words("cli.example.cards"),
        *table(session, ("person", "code"), made.cards),
        "",
        words("cli.example.staff"),
        *table(session, ("person", "code", "pin"), made.staff),
        "",
        words("cli.example.items", n=len(made.items)),
        *table(session, ("code", "name"), made.items[:SHOWN_ITEMS]),
        "",
        words("cli.example.paper"),
    ]
    return Answer(data, lines)
