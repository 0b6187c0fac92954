"""A small catalogue to test with, and a second node that knows nothing of the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sharing.catalogue.actions import add_item, add_location, add_model
from sharing.catalogue.rules import Item, Location, LocationKind, Model
from sharing.journal.entry import Draft, Entry, encode
from sharing.journal.store import Store
from sharing.journal.tables import Matter
from sharing.texts import Text, Texts


def said(**texts: str) -> Texts:
    """Say one text in several languages."""
    return Texts({language: Text(text) for language, text in texts.items()})


@dataclass(frozen=True, slots=True)
class Shelves:
    """What `fill` made."""

    house: Location
    store_room: Location
    shelf: Location
    projector: Model
    drill: Model
    first: Item
    second: Item
    third: Item


def fill(store: Store) -> Shelves:
    """Put two projectors on a shelf and a drill into the store room."""
    house = add_location(
        store, act=store.new_act(), kind=LocationKind.HOUSE, names=said(de="Haus"), key="haus"
    )
    room = add_location(
        store, act=store.new_act(), kind=LocationKind.ROOM, names=said(de="Lager", en="Store room"),
        key="lager", parent=house.id,
    )  # fmt: skip
    shelf = add_location(
        store,
        act=store.new_act(),
        kind=LocationKind.SHELF,
        names=said(de="Regal 3"),
        key="r3",
        parent=room.id,
    )
    names = said(de="Beamer", en="Projector", uk="Проєктор", ar="جهاز عرض")
    projector = add_model(
        store, act=store.new_act(), key="beamer", names=names, category="Technik", value_cents=45_000,
        deposit_cents=5_000, needs=("deposit", "terms"),
    )  # fmt: skip
    drill = add_model(
        store, act=store.new_act(), key="bohrer", names=said(de="Bohrmaschine"), category="Werkzeug"
    )
    return Shelves(
        house, room, shelf, projector, drill,
        add_item(store, act=store.new_act(), model=projector.id, number="1", home=shelf.id),
        add_item(store, act=store.new_act(), model=projector.id, number="2", home=shelf.id),
        add_item(
            store, act=store.new_act(), model=drill.id, serial="SN-77_x", home=room.id, owner="Verein Muster"
        ),
    )  # fmt: skip


def elsewhere(store: Store, draft: Draft, *, at: int, after: Sequence[Entry] = ()) -> Entry:
    """Make an entry as another node would have written it, knowing only `after`."""
    entry_id = store.randomness(16)
    return Entry(
        id=entry_id, act=store.randomness(16), part=0, parts=1, kind=draft.data.KIND, version=1,
        nature=draft.nature, subject=draft.subject, at=at, boot="boot-b", uptime=1, clock="ntp",
        after=b"".join(one.id for one in after), data=encode(draft.data), private=None, salt=None,
        private_digest=None,
    )  # fmt: skip


def matters(store: Store) -> Iterator[tuple[str, str]]:
    """Give the contradictions staff would see: (kind, about)."""
    with store.reader() as read:
        yield from ((row["kind"], row["about"]) for row in read.select(Matter.select()))
