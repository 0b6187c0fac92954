"""Given back: thanks, where it belongs, and one question that nobody has to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.answers import answer_to, deposit_back
from kiosk.screens.base import KioskScreen
from kiosk.visit import is_suspended
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.result import Result
from kiosk.widgets.text import Text
from sharing.lending.rules import Condition
from sharing.lending.scan_table import Step
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from sharing.catalogue.rules import Location
    from sharing.lending.scanning import Scanned

ANSWERS = (Condition.GOOD, Condition.DIRTY, Condition.INCOMPLETE, Condition.BROKEN)


@dataclass(frozen=True, slots=True)
class BackView:
    """What came back."""

    scanned: Scanned
    home: Location | None
    in_visit: bool


class BackScreen(KioskScreen[BackView]):
    """The next scan simply goes on; what is not answered is "not said"."""

    def body(self) -> Sequence[Widget]:
        """The answer, where it belongs, the question and its four answers."""
        return [
            Result(),
            Text(id="place", classes="strong"),
            Text(id="deposit"),
            Text(id="question", classes="big"),
            Bar(id="conditions"),
            Text(id="or", classes="soft"),
        ]

    def fill(self, view: BackView) -> None:
        """Thank and ask."""
        words = self.words
        self.query_one(Result).show(answer_to(words, view.scanned))
        place = shown(view.home.where(words.language), limit=120) if view.home else ""
        self.query_one("#place", Text).say(words("back.place", place=place) if place else words("back.shelf"))
        said = deposit_back(words, view.scanned.item) if view.scanned.item else ""
        deposit = self.query_one("#deposit", Text)
        deposit.say(said)
        deposit.display = bool(said)
        self.query_one("#question", Text).say(words("back.question"))
        self.query_one("#or", Text).say(words("back.or_scan"))
        conditions = [
            Option(str(n), words(f"condition.{one}"), f"is:{one}") for n, one in enumerate(ANSWERS, 1)
        ]
        self.query_one("#conditions", Bar).offer(conditions)

    def options(self, view: BackView) -> Sequence[Option]:
        """Undo, in a visit take it oneself, and go on: 9 leaves every screen, so it leaves this one too."""
        words = self.words
        offered = [Option("6", words("common.undo"), "undo")]
        visit = self.kiosk.present.visit
        if view.in_visit and visit is not None and not is_suspended(visit):
            mine = view.scanned.step is not Step.GIVEN_BACK_OFFERED
            offered.append(Option("7", words("visit.again" if mine else "visit.take"), "again"))
        return [*offered, Option("9", words("common.on"), "back")]

    async def chosen(self, does: str) -> None:
        """Note the answer, or go on without one."""
        desk = self.kiosk.desk
        if does.startswith("is:"):
            await desk.deeds.say_condition(Condition(does.removeprefix("is:")))
        elif does == "back":
            await desk.where_we_were()
        elif does == "undo":
            await desk.deeds.undo()
        elif does == "again":
            await desk.deeds.take_again()
