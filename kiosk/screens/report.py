"""What a stock-take found; nothing moves without a yes, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.naming import place
from kiosk.screens.choose import ChooseView
from kiosk.screens.listing import ListScreen
from kiosk.sound import Tone
from kiosk.widgets.pages import WIDTH, Listed
from sharing.audits import actions
from sharing.audits.rules import Finding
from sharing.codes import grouped, is_valid
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.audits.actions import Report, ReportLine

ORDER = (Finding.MISSING, Finding.MISPLACED, Finding.ON_LOAN_BUT_HERE, Finding.UNKNOWN, Finding.DUPLICATE)
"""What staff must look at comes first; what was simply seen is only counted."""
LEAST = 12
"""Cells below which a place says nothing."""
TO_SETTLE = frozenset({Finding.MISSING, Finding.MISPLACED, Finding.ON_LOAN_BUT_HERE})


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report."""

    report: Report

    @property
    def lines(self) -> list[ReportLine]:
        """What needs eyes, in order."""
        found = [line for line in self.report.lines if line.finding in ORDER]
        return sorted(found, key=lambda line: (ORDER.index(line.finding), _order(line)))


class ReportScreen(ListScreen[ReportView]):
    """A yes to each finding, or none."""

    def heading(self, view: ReportView) -> str:
        """The place and how much was seen."""
        words, report = self.words, view.report
        count = words("audit.count", seen=report.count(Finding.SEEN), expected=report.expected)
        return f"{shown(report.audit.scope.name(words.language), limit=30)}: {count}"

    def hint(self, view: ReportView) -> str:
        """Say that nothing moves by itself."""
        del view
        return self.words("audit.nothing_moves")

    def entries(self, view: ReportView) -> Sequence[Listed]:
        """Finding and thing."""
        return [Listed(_thing(self.words, line), _detail(self.words, line)) for line in view.lines]

    async def picked(self, view: ReportView, place: int) -> None:
        """Ask for the yes."""
        line = view.lines[place]
        item = line.item
        if line.finding not in TO_SETTLE or line.settled or item is None:
            return

        async def said(_answer: int) -> None:
            staff = self.kiosk.desk.staff.person
            await self.kiosk.do(actions.settle, staff, view.report.audit.id, item.id, self.kiosk.new_act())
            self.kiosk.play(Tone.DONE)
            report = await self.kiosk.do(actions.report, view.report.audit.id)
            await self.kiosk.go("report", ReportView(report))

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda words: _thing(words, line),
                lambda words: [Listed(words(f"settle.{line.finding}"))],
                said,
                lambda words: _detail(words, line),
                lambda: self.kiosk.go("report", view),
            ),
        )


def _order(line: ReportLine) -> tuple[str, int, str]:
    """Things of one kind stand together, by their number: 2 before 12."""
    if line.item is None:
        return ("", 0, line.code)
    return (line.item.model.names.best("de"), len(line.item.number), line.item.number)


def coded(code: str) -> str:
    """Show what stood on a label as the label shows it: our numbers in fours, a barcode as it is."""
    return grouped(code) if is_valid(code) else shown(code, limit=46)


def _thing(words: Words, line: ReportLine) -> str:
    return shown(line.item.name(words.language), limit=60) if line.item else coded(line.code)


def _detail(words: Words, line: ReportLine) -> str:
    """What was found, what a yes has done, and where the thing belongs; a long way there is cut in front."""
    said = [part for part in (words(f"finding.{line.finding}"), _settled(words, line)) if part]
    room = WIDTH - cell_len(" · ".join((*said, words("thing.where", place=""))))
    if line.home is not None and room >= LEAST:
        said.append(words("thing.where", place=place(words, line.home, room)))
    return " · ".join(said)


def _settled(words: Words, line: ReportLine) -> str:
    if not line.settled:
        return ""
    if line.finding is Finding.MISSING:
        return words("settled.lost" if line.lost else "settled.turned_up")
    return words("settled.back")
