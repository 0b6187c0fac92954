"""The visit: what the last scan did, what this person has, until when, and what waits at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.answers import needs_of, whom
from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.visit import is_suspended
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed, cut
from kiosk.widgets.result import SHAPES, Result
from kiosk.widgets.rows import RowLine, Rows
from sharing.lending.scan_table import Step
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from kiosk.visit_facts import AtVisit, Brought
    from kiosk.widgets.result import Answer
    from sharing.lending.looking import LoanLine, SetAside
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned


EDGES = 6
"""Cells of the head's margins, and between the house and who is here."""
MOST = 4
"""Choices beside the language that leave each of them room for its words."""
LEAST = 36
"""Cells for who is here, however long the house's name is."""


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit as the journal has it."""

    visit: Visit
    now: AtVisit
    answer: Callable[[Words], Answer]
    """What to say first, in the language of now."""
    last: Scanned | None = None
    """The scan that the keys below are about."""


class VisitScreen(KioskScreen[VisitView]):
    """Scan on, undo, bring back earlier, end."""

    def body(self) -> Sequence[Widget]:
        """The result above, the lists below."""
        return [Result(), Rows(id="lines")]

    def right_head(self) -> str:
        """Initials and organisation."""
        if self.view is None:
            return ""
        room = self.app.size.width - EDGES - cell_len(self.kiosk.house_name)
        return cut(whom(self.view.visit, limit=80), max(room, LEAST))

    def fill(self, view: VisitView) -> None:
        """Say what happened and list what is out."""
        self.query_one(Result).show(view.answer(self.words))
        self.query_one(Rows).show(rows_of(self.words, view))

    def options(self, view: VisitView) -> Sequence[Option]:
        """Undo, what the last scan allows, more lines, and the end."""
        words = self.words
        offered = [Option("1", words("common.undo"), "undo")] if view.visit.acts else []
        step, may_borrow = view.last.step if view.last else None, not is_suspended(view.visit)
        if step in (Step.LENT, Step.ALREADY_YOURS) and not self.kiosk.present.typed:
            offered.append(Option("2", words("visit.earlier"), "earlier"))
        elif step in (Step.SET_ASIDE, Step.MISSING):
            offered.append(Option("2", words("visit.not_aside"), "put_back"))
        elif step is Step.ALREADY_GIVEN_BACK and may_borrow:
            offered.append(Option("2", words("visit.again"), "again"))
        last = [Option("8", words("common.more"), "more")] if self.query_one(Rows).pages > 1 else []
        last.append(Option("9", words("common.done"), "end"))
        fits = len(offered) + len(last) < MOST
        if view.visit.person.memberships and may_borrow and (fits or not view.visit.asked_for_whom):
            offered.append(Option("3", words("visit.whom"), "whom"))
        unseen = self.kiosk.present.unseen
        further = [Option("6", words("news.waiting", n=unseen), "news")] if unseen else []
        further.append(Option("4", words("visit.number"), "enter"))
        if self.kiosk.present.has_rooms:
            further.append(Option("5", words("home.rooms"), "rooms"))
        return [*offered, *further[: max(0, MOST - len(offered) - len(last))], *last]

    async def chosen(self, does: str) -> None:
        """Do it and show the visit again."""
        desk = self.kiosk.desk
        deeds = {
            "end": self.kiosk.leave, "rooms": self._rooms, "undo": desk.deeds.undo,
            "news": self._news, "whom": desk.questions.ask_for_whom,
            "earlier": self._ask_earlier, "put_back": desk.deeds.put_back, "again": desk.deeds.take_again,
        }  # fmt: skip
        if does == "more":
            self.query_one(Rows).turn()
        elif does == "enter":
            await self.kiosk.go("code", True)
        elif does in deeds:
            await deeds[does]()

    async def _rooms(self) -> None:
        await self.kiosk.desk.rooms.show_hub()

    async def _news(self) -> None:
        await self.kiosk.desk.news.show()

    async def _ask_earlier(self) -> None:
        ends = await self.kiosk.desk.deeds.earlier_ends()
        if self.view is None or not ends:
            return

        async def picked(place: int) -> None:
            await self.kiosk.desk.deeds.bring_back_earlier(ends[place])

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda words: words("choose.earlier"),
                lambda words: [Listed(words.until(end)) for end in ends],
                picked,
            ),
        )


def rows_of(words: Words, view: VisitView) -> list[RowLine]:
    """Lay out what was just taken, what was here before, and what waits at the desk."""
    visit, now = view.visit, view.now
    taken = [_lent(words, line, visit) for line in _newest(now.lines) if line.item.id in visit.taken]
    before = [_lent(words, line, visit) for line in _newest(now.lines) if line.item.id not in visit.taken]
    aside = [_waiting(words, one) for one in now.aside]
    brought = [RowLine(_name(words, one), _place(words, one), SHAPES["back"]) for one in now.brought]
    twice = [RowLine(shown(one.name(words.language), limit=60), "", SHAPES["ask"]) for one in now.twice]
    rows = [
        *_section(words, "visit.taken", taken),
        *_section(words, "visit.brought", brought),
        *_section(words, "visit.aside", aside),
        *_section(words, "visit.have", before),
        *_section(words, "visit.twice", twice),
    ]
    return rows if taken or before or aside or twice else [*rows, RowLine(words("visit.none"))]


def _section(words: Words, key: str, rows: Sequence[RowLine]) -> list[RowLine]:
    return [RowLine(words(key)), *rows] if rows else []


def _newest(lines: Sequence[LoanLine]) -> Sequence[LoanLine]:
    return sorted(lines, key=lambda line: line.out_at, reverse=True)


def _lent(words: Words, line: LoanLine, visit: Visit) -> RowLine:
    """One thing that is out; for whom, if it is not for whom this visit is."""
    others = "" if line.org == visit.org else (line.org_name or words("visit.private"))
    left = " · ".join(part for part in (_name(words, line), shown(others, limit=60)) if part)
    return RowLine(left, _until(words, line), SHAPES["out"])


def _waiting(words: Words, one: SetAside) -> RowLine:
    return RowLine(_name(words, one), needs_of(words, one.item, one.missing), SHAPES["aside"])


def _name(words: Words, one: LoanLine | SetAside | Brought) -> str:
    return shown(one.item.name(words.language), limit=60)


def _place(words: Words, one: Brought) -> str:
    """Where it belongs: the last part of the place, which is the one to walk to."""
    return shown(one.home.names.best(words.language), limit=30) if one.home else ""


def _until(words: Words, line: LoanLine) -> str:
    until = words("common.until", when=words.short_until(line.due))
    return f"{words('visit.late')} · {until}" if line.overdue else until
