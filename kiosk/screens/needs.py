"""What a room must have: features to switch on and off, and how many people come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_words
from kiosk.screens.listing import ListScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed, Pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

TICKED = {True: "☑", False: "☐"}


class NeedsView(msgspec.Struct, frozen=True):
    """Features there are, those that are wanted, and what happens then."""

    features: tuple[str, ...]
    wanted: frozenset[str]
    heads: int
    done: Callable[[frozenset[str], int], Awaitable[None]]
    ask_heads: Callable[[NeedsView], Awaitable[None]]


class NeedsScreen(ListScreen[NeedsView]):
    """Each feature is a switch."""

    PLACES = 4

    def heading(self, view: NeedsView) -> str:
        """Ask."""
        del view
        return self.words("find.needs")

    def entries(self, view: NeedsView) -> Sequence[Listed]:
        """The features of this house's rooms."""
        return [
            Listed(f"{TICKED[one in view.wanted]} {room_words.feature(self.words, one)}")
            for one in view.features
        ]

    def more(self, view: NeedsView) -> Sequence[Option]:
        """How many people."""
        words = self.words
        number = words("find.for", n=view.heads) if view.heads else words("find.number")
        return [Option("6", number, "heads")]

    def options(self, view: NeedsView) -> Sequence[Option]:
        """The last target goes on with what is switched on."""
        *others, _back = super().options(view)
        return [*others, Option("9", self.words("common.done"), "back")]

    async def more_chosen(self, does: str) -> None:
        """Type the number."""
        if does == "heads" and self.view is not None:
            await self.view.ask_heads(self.view)

    async def picked(self, view: NeedsView, place: int) -> None:
        """Switch a feature; the page stays."""
        feature = view.features[place]
        page = self.query_one(Pages).page
        self.show(NeedsView(view.features, view.wanted ^ {feature}, view.heads, view.done, view.ask_heads))
        self.query_one(Pages).page = page
        self.paint()

    async def back(self) -> None:
        """Look for rooms that have it."""
        if self.view is not None:
            await self.view.done(self.view.wanted, self.view.heads)
