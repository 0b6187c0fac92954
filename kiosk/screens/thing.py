"""A thing or a place: what it is, where it belongs, if it is free, how it works; or why nothing happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.answers import answer_to, needs_of
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.text import Text
from sharing.catalogue.rules import Item, Need
from sharing.lending.scan_table import Step
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from sharing.catalogue.rules import Location
    from sharing.lending.scanning import Scanned
    from sharing.terms.rules import Ask

MOSTLY_DONE = frozenset({Need.TERMS, Need.ELECTRICAL_TEST})
"""What nearly everybody, or the house, has done already: said only to whom it is missing, after the card."""
HOW_TO_LIMIT = 300
"""Characters of a how-to on screen; the rest stands on the thing's sheet."""


@dataclass(frozen=True, slots=True)
class ThingView:
    """What was scanned and what the house says about it."""

    scanned: Scanned | None
    """None when there is only an answer to show."""
    answer: Callable[[Words], Answer] | None = None
    """Said in place of the scan's own answer."""
    home: Location | None = None
    loan_days: int = 0
    ask: Ask | None = None
    back: Callable[[], Awaitable[None]] | None = None
    """Where "back" leads; None is where one was."""
    here: tuple[Item, ...] = ()
    """Some of what belongs at a place."""


class ThingScreen(KioskScreen[ThingView]):
    """Shows; a card scanned now borrows it."""

    def body(self) -> Sequence[Widget]:
        """The answer, then what is known."""
        return [
            Result(),
            Text(id="where"),
            Text(id="free"),
            Text(id="needs"),
            Text(id="how"),
            Text(id="card", classes="strong"),
        ]

    def fill(self, view: ThingView) -> None:
        """Say it."""
        words = self.words
        answer = (
            view.answer(words)
            if view.answer
            else answer_to(words, view.scanned, view.ask)
            if view.scanned
            else None
        )
        self.query_one(Result).show(answer)
        said = facts(words, view)
        for name in ("where", "free", "needs", "how", "card"):
            text = self.query_one(f"#{name}", Text)
            text.say(said.get(name, ""))
            text.display = name in said

    def options(self, view: ThingView) -> Sequence[Option]:
        """Back to where one was."""
        del view
        return [Option("9", self.words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Go back."""
        if does == "back":
            lead = self.view.back if self.view else None
            await (lead or self.kiosk.desk.where_we_were)()


def facts(words: Words, view: ThingView) -> dict[str, str]:
    """What is said below the answer, by the place it stands in."""
    thing = (view.scanned.item or view.scanned.place) if view.scanned else None
    said: dict[str, str] = {}
    if thing is None:
        return said
    if not isinstance(thing, Item):
        said["where"] = shown(thing.where(words.language), limit=140)
        if view.here:
            said["how"] = (
                words("thing.here")
                + "\n"
                + shown(", ".join(item.name(words.language) for item in view.here), limit=HOW_TO_LIMIT)
            )
        return said
    at_desk = view.scanned is not None and view.scanned.step is Step.KEPT_AT_DESK
    if view.home is not None and not at_desk:
        said["where"] = words("thing.where", place=shown(view.home.where(words.language), limit=140))
    if view.scanned is not None and view.scanned.step is Step.SHOWN:
        said["free"] = words("thing.free", days=view.loan_days)
        said["card"] = words("thing.card")
        deposit = {Need.DEPOSIT} if thing.model.deposit_cents else set()
        needs = tuple(sorted((thing.model.needs | deposit) - MOSTLY_DONE))
        if needs:
            said["needs"] = words("thing.needs", needs=needs_of(words, thing, needs))
    how_to = shown(thing.model.how_to.best(words.language), limit=HOW_TO_LIMIT)
    if how_to:
        said["how"] = f"{words('thing.how')} {how_to}"
    return said
