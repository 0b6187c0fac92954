"""Stock-take: scan the place, scan what is there; no key needed in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.keeping import home_of, is_card
from kiosk.naming import place
from kiosk.screens.base import KioskScreen
from kiosk.screens.report import ReportView, coded
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import WIDTH, Listed, Pages
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.text import Text
from sharing.audits import actions
from sharing.audits.rules import Finding
from sharing.catalogue.rules import Item
from sharing.lending.scanning import look_up
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from kiosk.screens.base import Kiosk
    from sharing.audits.actions import Audit, AuditScan
    from sharing.catalogue.rules import Location

LOOKS = {
    Finding.SEEN: ("done", Tone.DONE),
    Finding.MISPLACED: ("ask", Tone.ASK),
    Finding.ON_LOAN_BUT_HERE: ("ask", Tone.ASK),
    Finding.UNKNOWN: ("no", Tone.NO),
    Finding.DUPLICATE: ("here", None),
    Finding.MISSING: ("no", Tone.NO),
}
"""Shape and sound of each finding."""


TITLE = 55
"""Cells of a place beside other words of one line."""


@dataclass(frozen=True, slots=True)
class AuditView:
    """The stock-take that goes on here, or those that could."""

    audit: Audit | None
    expected: int = 0
    still_open: tuple[Audit, ...] = ()
    last: AuditScan | None = None
    home: Location | None = None
    """Where the last thing belongs, if that is not here."""
    in_place: int = 0
    """How many of the labels scanned are where they belong."""


async def first_view(kiosk: Kiosk) -> AuditView:
    """Begin with those that are still open, after a restart too."""
    return AuditView(None, still_open=tuple(await kiosk.do(actions.audits, still_open=True)))


class AuditScreen(KioskScreen[AuditView]):
    """Takes every scan itself while it is shown."""

    def body(self) -> Sequence[Widget]:
        """What is counted, the last label, and open stock-takes to go on with."""
        return [
            Text(id="title", classes="big"),
            Result(),
            Text(id="count"),
            Text(id="said"),
            Pages(id="open", at_once=3),
        ]

    def fill(self, view: AuditView) -> None:
        """Say how far it is."""
        words, audit = self.words, view.audit
        here = audit.place or audit.scope if audit else None
        name = place(words, here, TITLE) if here else ""
        self.query_one("#title", Text).say(words("audit.title", place=name) if name else words("staff.audit"))
        self.query_one(Result).show(_answer(words, view.last, view.home) if view.last else None)
        self.query_one("#count", Text).say(_count(words, audit, view) if audit else "")
        said = words("audit.scan") if audit else words("audit.start")
        going_on = () if audit else view.still_open
        self.query_one("#said", Text).say(f"{said}\n\n{words('audit.go_on')}" if going_on else said)
        self.query_one(Pages).show([
            Listed(place(words, one.scope, WIDTH), words.moment(one.opened_at))
            for one in going_on
        ])  # fmt: skip

    def options(self, view: AuditView) -> Sequence[Option]:
        """Close it, look at it, or leave it open."""
        words = self.words
        offered = []
        if view.audit is not None:
            offered = [
                Option("1", words("audit.close"), "close"),
                Option("2", words("audit.so_far"), "report"),
            ]
        return [*offered, Option("9", words("common.back"), "back")]

    async def took_scan(self, text: str) -> bool:
        """The first place opens it; then everything is noted, whatever it is."""
        view, act, staff = self.view, self.kiosk.new_act(), self.kiosk.desk.staff.person
        if is_card(text):
            return False
        if view is None or view.audit is None:
            thing, _, _ = await self.kiosk.do(look_up, text)
            if isinstance(thing, Item):
                self.kiosk.play(Tone.NO)
                self.query_one("#said", Text).say(self.words("audit.place_first"))
                return True
            audit = await self.kiosk.do(actions.open_audit, staff, thing.id, act)
            self.kiosk.play(Tone.DONE)
            await self._go_on(audit)
            return True
        scan = await self.kiosk.do(actions.scan_audit, view.audit.id, text, act)
        tone = LOOKS[scan.finding][1] if scan.finding else Tone.DONE
        if tone is not None:
            self.kiosk.play(tone)
        elsewhere = scan.item if scan.finding is Finding.MISPLACED else None
        home = await self.kiosk.do(home_of, elsewhere) if elsewhere else None
        in_place = view.in_place + (scan.finding is Finding.SEEN)
        self.show(AuditView(scan.audit, view.expected, last=scan, home=home, in_place=in_place))
        return True

    async def chosen(self, does: str) -> None:
        """Close, look, go on with an open one, or leave."""
        view, desk = self.view, self.kiosk.desk
        if view is None or does == "back":
            await desk.staff.show()
        elif does.startswith("pick:"):
            await self._go_on(view.still_open[int(does.removeprefix("pick:"))])
        elif view.audit is not None:
            if does == "close":
                report = await self.kiosk.do(
                    actions.close_audit, desk.staff.person, view.audit.id, self.kiosk.new_act()
                )
                self.kiosk.play(Tone.DONE)
            else:
                report = await self.kiosk.do(actions.report, view.audit.id)
            await self.kiosk.go("report", ReportView(report))

    async def _go_on(self, audit: Audit) -> None:
        report = await self.kiosk.do(actions.report, audit.id)
        self.show(AuditView(audit, report.expected, in_place=report.count(Finding.SEEN)))


def _count(words: Words, audit: Audit, view: AuditView) -> str:
    """Say how much of what belongs here was seen, and how much that does not."""
    count = words("audit.count", seen=view.in_place, expected=view.expected)
    others = audit.seen - view.in_place
    return f"{count} · {words('audit.others', n=others)}" if others > 0 else count


def _answer(words: Words, scan: AuditScan, home: Location | None) -> Answer:
    if scan.place is not None:
        return Answer(
            "here", None, words("audit.place", place=shown(scan.place.name(words.language), limit=40))
        )
    finding = scan.finding or Finding.UNKNOWN
    name = shown(scan.item.name(words.language), limit=46) if scan.item else coded(scan.code)
    belongs = words("thing.where", place=place(words, home, TITLE)) if home else ""
    lines = tuple(line for line in (name, belongs) if line)
    return Answer(LOOKS[finding][0], LOOKS[finding][1], words(f"finding.{finding}"), lines)
