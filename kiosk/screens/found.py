"""Rooms that were looked for: when, how many, what features, how often; and the rooms, the best first."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines, room_words
from kiosk.asking_when import wall
from kiosk.screens.listing import AnsweringScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed
from sharing.rooms.rules import Why

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from kiosk.i18n import Words
    from sharing.rooms.rules import Found, Rule, Span


class Search(msgspec.Struct, frozen=True):
    """What somebody looks for, by the wall clock."""

    day: date
    begins: int
    """Minutes since midnight."""
    ends: int
    heads: int = 0
    features: frozenset[str] = frozenset()
    rule: Rule | None = None

    @property
    def first(self) -> datetime:
        """When it begins."""
        return wall(self.day, self.begins)

    @property
    def last(self) -> datetime:
        """When it ends."""
        return wall(self.day, self.ends)


class FoundView(msgspec.Struct, frozen=True):
    """What was looked for and what was found."""

    search: Search
    span: Span
    """The first date as instants."""
    found: tuple[Found, ...]
    back: Callable[[], Awaitable[None]]
    free: Mapping[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    """By room: how many dates of a series are free, and how many there are."""


class FoundScreen(AnsweringScreen[FoundView]):
    """A room that is not free says what else it offers that day."""

    def heading(self, view: FoundView) -> str:
        """How many are free."""
        free = sum(1 for one in view.found if one.why is None)
        return self.words.count("find.free", free)

    def hint(self, view: FoundView) -> str:
        """Say it where nothing is free; what stands against every room is said once, and the day with it."""
        whys = {one.why for one in view.found}
        if whys == {Why.CLOSED} and view.search.rule is None:
            when = room_lines.long_when(self.words, view.span)
            return f"{when} · {room_words.why(self.words, Why.CLOSED)}"
        if all(one.why is not None for one in view.found):
            return self.words("find.none_free")
        return room_lines.long_when(self.words, view.span)

    def empty(self, view: FoundView) -> str:
        """Say it where no room fits."""
        del view
        return self.words("find.none")

    def entries(self, view: FoundView) -> Sequence[Listed]:
        """Name and size; free, or what stands against it and what else there is."""
        words = self.words
        return [
            Listed(_name(words, one), _stands(words, one, view.free.get(one.room.id))) for one in view.found
        ]

    def answers(self, view: FoundView) -> Sequence[Option]:
        """What is looked for, each a target that changes it."""
        return [
            Option("5", self._needs(view.search), "needs"),
            Option("6", self._often(view.search), "often"),
        ]

    def _needs(self, search: Search) -> str:
        words = self.words
        people = words("rooms.capacity_wanted", n=search.heads) if search.heads else words("find.any_number")
        return " · ".join(part for part in (people, room_words.features(words, search.features)) if part)

    def _often(self, search: Search) -> str:
        if search.rule is None:
            return f"{self.words('find.often')} {self.words('find.once')}"
        return room_words.series(self.words, search.rule, search.first)

    async def more_chosen(self, does: str) -> None:
        """Change what is looked for."""
        if self.view is None:
            return
        if does == "needs":
            await self.kiosk.desk.rooms.ask_needs(self.view)
        elif does == "often":
            await self.kiosk.desk.rooms.ask_often(self.view)

    async def picked(self, view: FoundView, place: int) -> None:
        """Look at this room for this time."""
        await self.kiosk.desk.rooms.pick_found(view, view.found[place])

    async def back(self) -> None:
        """Another time."""
        if self.view is not None:
            await self.view.back()


def _name(words: Words, one: Found) -> str:
    return " · ".join(
        part for part in (room_lines.name(words, one.room), room_lines.about(words, one.room)) if part
    )


def _stands(words: Words, one: Found, free: tuple[int, int] | None) -> str:
    if free is not None:
        mark = "●" if free[0] == free[1] else "◐" if free[0] else "✖"
        return f"{mark} {words('find.dates', free=free[0], all=free[1])}"
    if one.why is None:
        key = "offer.approval" if one.room.approval else "offer.free" if one.certain else "offer.uncertain"
        return f"{'●' if one.certain and not one.room.approval else '?'} {words(key)}"
    why = f"✖ {room_words.why(words, one.why)}"
    others = [room_lines.times(words, other.span) for other in one.alternatives]
    return f"{why}. {words('find.instead', times=', '.join(others))}" if others else why
