"""What has to leave a shelf on a day, and what has to go back there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from devices.slips.house import foot, head, heading, moment, page_of
from devices.slips.slip import Column, Facts, Languages, Paragraph, Part, Slip, Table
from devices.words import Words
from sharing import codes
from sharing.catalogue.rules import Item, Location
from sharing.journal.entry import Instant
from sharing.terms.rules import Terms


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """One thing and why somebody has to move it."""

    item: Item
    home: Location | None
    at: Instant
    """When it is needed, came back, or is due."""
    room: str = ""
    """Which room it is the key of."""
    condition: str = ""
    """How it came back, if not well."""

    def where(self, language: str) -> str:
        """Name its shelf, from the inside out."""
        return self.home.near(language) if self.home is not None else ""


class Picking(msgspec.Struct, frozen=True, kw_only=True):
    """A walk along the shelves."""

    day: date
    place: Location | None
    """None: the whole house."""
    take: tuple[Pick, ...] = ()
    """Keys of rooms that are booked."""
    put: tuple[Pick, ...] = ()
    """What came back."""
    expected: tuple[Pick, ...] = ()
    """What is due on that day."""


def in_order(picks: Sequence[Pick], language: str) -> tuple[Pick, ...]:
    """Sort things by their shelves, so that nobody walks twice."""
    return tuple(sorted(picks, key=lambda one: (one.where(language), one.at, one.item.name(language))))


def why(words: Words, terms: Terms, what: str, one: Pick) -> str:
    """Say why a thing is on the list; `what` is the list: take, put, expected."""
    when = moment(words, terms, one.at)
    if what == "take":
        return words("slip.picking.key", room=one.room, when=when)
    said = words("slip.picking.back" if what == "put" else "slip.picking.due", when=when)
    if not one.condition:
        return said
    return f"{words('slip.picking.look', condition=words(f'condition.{one.condition}'))} · {said}"


def lists(walk: Picking) -> dict[str, tuple[Pick, ...]]:
    """Give its three lists by name."""
    return {"take": walk.take, "put": walk.put, "expected": walk.expected}


def picking_slip(say: Languages, terms: Terms, walk: Picking, now: Instant) -> Slip:
    """Write the list for somebody who walks along the shelves."""
    language = say.first.language
    place = walk.place.near(language) if walk.place is not None else terms.name
    day = f"{say.first.day(walk.day)} {walk.day.year}"
    parts: list[Part] = [
        *head(say, "slip.picking.title", terms, now),
        Facts(((say("slip.picking.place"), place), (say("slip.picking.day"), day))),
    ]
    for what, picks in lists(walk).items():
        parts += [heading(say, f"slip.picking.{what}"), _list(say, terms, what, picks)]
    return Slip(say("slip.picking.title")[0], language, tuple(parts), foot(terms), page_of(say))


def _list(say: Languages, terms: Terms, what: str, picks: Sequence[Pick]) -> Part:
    if not picks:
        return Paragraph(say("slip.picking.none"))
    columns = (
        Column(say("slip.thing"), 40), Column(say("slip.picking.place"), 32),
        Column(say("slip.picking.why"), 28),
    )  # fmt: skip
    words, language = say.first, say.first.language
    rows = (
        (
            "\n".join(
                filter(None, (one.item.name(language), one.item.code and codes.grouped(one.item.code)))
            ),
            one.where(language) or "–",
            why(words, terms, what, one),
        )
        for one in picks
    )
    return Table(columns, tuple(rows))
