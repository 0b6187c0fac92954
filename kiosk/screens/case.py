"""One case: what happened on both sides, what to do now, and how it was settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import case_words
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.fitted import FittedRows
from kiosk.widgets.rows import RowLine, Rows
from kiosk.widgets.text import Text
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.case_facts import CasePage
    from sharing.cases.rules import How

CAUSE, OTHER, UNAWARE = "▶", "·", "!"
"""Before what made the case, before what was before and after it, and before what explains it."""
NOTE_KEY = "4"
"""After the digits of how it was settled."""


class CaseView(msgspec.Struct, frozen=True):
    """One case, opened by staff."""

    page: CasePage
    here: str
    """What this machine is called."""
    settle: Callable[[How], Awaitable[None]]
    write: Callable[[], Awaitable[None]]
    """Asks for a note."""
    back: Callable[[], Awaitable[None]]


class CaseScreen(KioskScreen[CaseView]):
    """Names in full, for this is the staff's own screen."""

    def body(self) -> Sequence[Widget]:
        """What it is, what happened, what to do, how it was settled."""
        return [
            Text(id="title", classes="big"),
            Text(id="about"),
            FittedRows(id="lines"),
            Text(id="said"),
            Bar(id="answers", places=3),
        ]

    def fill(self, view: CaseView) -> None:
        """Say it."""
        words, page = self.words, view.page
        self.query_one("#title", Text).say(case_words.title(words, page.case.kind))
        since = words("case_page.since", when=words.short_moment(page.case.since))
        parts = (shown(page.name, limit=120), since)
        self.query_one("#about", Text).say(" · ".join(part for part in parts if part))
        self.query_one("#said", Text).say(case_words.to_do(words, page.case))
        self.query_one(Rows).show(self._story(view))

    def _story(self, view: CaseView) -> list[RowLine]:
        """Two lines for each thing that happened, when and where, then what; one more if it was not known."""
        rows: list[RowLine] = []
        for one in view.page.told:
            rows.append(RowLine(case_words.heading(self.words, one, view.here)))
            mark = CAUSE if one.happened.is_cause else OTHER
            rows.append(RowLine(case_words.what(self.words, one), "", mark))
            if one.happened.unaware:
                rows.append(RowLine(self.words("case_page.unaware"), "", UNAWARE))
        rows += [RowLine(self.words("case_page.reach", whom=one)) for one in view.page.reach]
        return rows or [RowLine(self.words("case_page.emptied"))]

    def options(self, view: CaseView) -> Sequence[Option]:
        """A note, more of the story, back."""
        del view
        words = self.words
        more = [Option("8", words("common.more"), "more")] if self.query_one(Rows).pages > 1 else []
        note = Option(NOTE_KEY, words("case_page.note"), "note")
        return [note, *more, Option("9", words("common.back"), "back")]

    def offer(self) -> None:
        """Offer how it can be settled."""
        super().offer()
        if self.view is None:
            return
        page = self.view.page
        choices = [
            Option(str(n), case_words.how(self.words, one, page), f"how:{n - 1}")
            for n, one in enumerate(page.case.choices, 1)
        ]
        self.query_one("#answers", Bar).offer(choices)

    def on_fitted_rows_fitted(self) -> None:
        """Offer more pages where there are some now."""
        self.offer()

    async def chosen(self, does: str) -> None:
        """Settle it, write, turn, or go back."""
        view = self.view
        if view is None:
            return
        if does.startswith("how:"):
            await view.settle(view.page.case.choices[int(does.removeprefix("how:"))])
        elif does == "note":
            await view.write()
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "back":
            await view.back()
