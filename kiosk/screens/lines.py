"""Who has what, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.answers import whom
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.lending.looking import LoanLine


@dataclass(frozen=True, slots=True)
class LinesView:
    """Open lines under a heading."""

    heading: str
    """Message key."""
    lines: tuple[LoanLine, ...]
    person: str = ""
    """Whose lines they are, if one person's: back leads there."""


class LinesScreen(ListScreen[LinesView]):
    """A list to read; persons in full, for this is the staff's own screen."""

    def heading(self, view: LinesView) -> str:
        """The heading with the number of lines."""
        return f"{self.words(view.heading)} ({len(view.lines)})"

    def entries(self, view: LinesView) -> Sequence[Listed]:
        """Thing, person and end."""
        return [Listed(thing(self.words, line), detail(self.words, line)) for line in view.lines]

    async def picked(self, view: LinesView, place: int) -> None:
        """Show the person."""
        who = view.lines[place].who
        if who is not None:
            await self.kiosk.desk.staff.show_person(who.id)

    async def back(self) -> None:
        """Back to the person, or to the desk."""
        if self.view is not None and self.view.person:
            await self.kiosk.desk.staff.show_person(self.view.person)
        else:
            await super().back()


def thing(words: Words, line: LoanLine) -> str:
    """The thing's name."""
    return shown(line.item.name(words.language), limit=60)


def who(line: LoanLine) -> str:
    """The person in full with the organisation, as staff may read it."""
    name = shown(line.who.name, limit=40) if line.who else whom(None, line)
    return " · ".join(part for part in (name, shown(line.org_name, limit=30)) if part)


def detail(words: Words, line: LoanLine) -> str:
    """Who has it and until when."""
    key = "staff.line_late" if line.overdue else "staff.line"
    return words(key, whom=who(line), when=words.short_until(line.due))
