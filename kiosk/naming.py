"""How staff's lists name a thing, who has it, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.answers import whom
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.i18n import Words
    from sharing.lending.looking import LoanLine


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
