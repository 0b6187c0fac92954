"""What every slip says about the house and about times."""

from __future__ import annotations

from devices.slips.slip import Facts, Heading, Languages, Part, Said, Title
from devices.words import Words
from sharing.calendar_time import local
from sharing.journal.entry import Instant
from sharing.terms.rules import Terms


def head(say: Languages, title: str, terms: Terms, now: Instant | None, number: str = "") -> list[Part]:
    """Give the title, and which house, when, and whom to ask."""
    rows: list[tuple[Said, str]] = [(say("slip.house"), terms.name or say("slip.house")[0])]
    rows += [(say("slip.ask"), one) for one in asked(say.first, terms)]
    if now is not None:
        rows.append((say("slip.made"), moment(say.first, terms, now)))
    if number:
        rows.append((say("slip.number"), number))
    return [Title(say(title)), Facts(tuple(rows))]


def short(key: str) -> str:
    """Give the end of an id, by which two slips can be told apart; its beginning is the time."""
    return key[-8:]


def page_of(say: Languages) -> Said:
    """Give how pages are numbered, with the numbers left open."""
    return say("slip.page", page="{page}", pages="{pages}")


def foot(terms: Terms, number: str = "") -> str:
    """Give what stands below each page."""
    return " · ".join(one for one in (terms.name, number) if one)


def asked(words: Words, terms: Terms) -> list[str]:
    """Give functions and numbers that one can call, without names."""
    found = dict.fromkeys(f"{words.team(one.function)} {one.phone}".strip() for one in terms.contacts)
    return ["\n".join(found)] if found else []


def moment(words: Words, terms: Terms, instant: Instant) -> str:
    """Write a moment in full with its year: paper is read years later."""
    day = local(instant, terms.zone).date()
    return f"{words.short_day(day)} {day.year}, {words.time(instant)}"


def last_moment(words: Words, terms: Terms, instant: Instant) -> str:
    """Write an end; one at midnight is the day before it."""
    end = local(instant, terms.zone)
    if (end.hour, end.minute) != (0, 0):
        return moment(words, terms, instant)
    day = local(instant - 1, terms.zone).date()
    return f"{words.short_day(day)} {day.year}"


def heading(say: Languages, key: str) -> Heading:
    """Say what comes next."""
    return Heading(say(key))
