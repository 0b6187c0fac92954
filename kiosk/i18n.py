"""The words of the kiosk and the command line in the languages that are complete, and those of doors in more.

Message keys (`visit.scan`) stand in the code, sentences only in `locale/*/LC_MESSAGES/teilhaus.po`: a
person who translates never reads Python. This module imports nothing of the terminal, so the command line
pays nothing for it.
"""

from __future__ import annotations

import gettext
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharing.errors import TeilhausError

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "teilhaus"
FIRST = "de"
"""The language a kiosk starts in when the settings name none."""

OWN_NAMES = {"de": "Deutsch", "en": "English"}
"""Spares home the reading of a second catalogue; a test compares them."""

INSTEAD = "en"
"""Says what a catalogue that is only of doors leaves out."""
_OF_DOORS = ("door.", "hall.", "date.", "weekday.", "month.")
_OF_DOORS_TOO = frozenset({
    "language.name", "common.back", "common.on", "web.trouble_title", "web.trouble", "web.all_rooms",
    "web.lost_title", "web.lost_room", "web.lost_page", "web.lost_code", "web.lost_feed",
    "refusal.too_many_pages", "refusal.pages_full", "next.close_pages", "next.wait_a_minute",
})  # fmt: skip
_MOMENTS = ("until", "due", "at", "began", "ends", "latest")
"""Details of refusals that are instants (UTC milliseconds)."""
TEAMS = {
    "ausleihe": "team.lending",
    "ausleih-team": "team.lending",
    "theke": "team.desk",
    "hausdienst": "team.house",
    "hausmeister": "team.house",
}
"""Functions as houses write them in their contacts, and their words."""
_FIRST_INSTANT = 10**12
"""September 2001: a `value` as large as this is an instant."""
_LAST_INSTANT = 253_370_764_800_000
"""The year 9999: what is later is a number that somebody typed."""


class Words:
    """The texts of one language in the time zone of one house."""

    def __init__(self, language: str = FIRST, zone: str = "Europe/Berlin") -> None:
        self.language = language
        self.zone = zone
        self._texts = gettext.translation(DOMAIN, LOCALE, _and_instead(language))

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give the text of `key`, with its fields filled in."""
        return _filled(self._texts.gettext(key), fields)

    def count(self, key: str, n: int, /, **fields: object) -> str:
        """Give the text of `key` in the form that goes with `n`, as this language counts."""
        return _filled(self._texts.ngettext(key, key, n), {"n": n, **fields})

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""
        return self._texts.gettext(key) != key

    def local(self, instant: int) -> datetime:
        """The wall time of the house at `instant` (UTC milliseconds)."""
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - reads half of Python's build settings; home shows no time

        return datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(self.zone))

    def day(self, day: date) -> str:
        """Write weekday and date in full: Mittwoch, 2. Dezember."""
        return self(
            "date.day",
            weekday=self(f"weekday.{day.weekday()}"),
            day=day.day,
            month=self(f"month.{day.month}"),
        )

    def short_day(self, day: date) -> str:
        """Write weekday and date for a line of a list: Mi 2. Dezember."""
        weekday = self(f"weekday.short.{day.weekday()}")
        return self("date.short", weekday=weekday, day=day.day, month=self(f"month.{day.month}"))

    def time(self, instant: int) -> str:
        """Write the hour and minute of the house's clock."""
        local = self.local(instant)
        return self("date.time", hour=f"{local.hour:02}", minute=f"{local.minute:02}")

    def moment(self, instant: int) -> str:
        """Write weekday, date and time in full, as results do."""
        return self("date.moment", date=self.day(self.local(instant).date()), time=self.time(instant))

    def short_moment(self, instant: int) -> str:
        """Write weekday, date and time in one short line, as lists do."""
        return self(
            "date.short_moment", date=self.short_day(self.local(instant).date()), time=self.time(instant)
        )

    def soon(self, instant: int, now: int | None) -> str:
        """Write a time in one short line as people say it: today and tomorrow by their names."""
        days = None if now is None else (self.local(instant).date() - self.local(now).date()).days
        if days == 0:
            return self("date.today", time=self.time(instant))
        if days == 1:
            return self("date.tomorrow", time=self.time(instant))
        return self.short_moment(instant)

    def until(self, instant: int) -> str:
        """Write an end in full; an end at midnight is the day before it, with a year and without an hour.

        Loans end in the next days, when the desk closes; an end at midnight may be far away.
        """
        before = self.local(instant - 1)
        if _midnight(self.local(instant)):
            return f"{self.day(before.date())} {before.year}"
        return self.moment(instant)

    def short_until(self, instant: int) -> str:
        """Write an end for a line of a list."""
        before = self.local(instant - 1)
        return self.short_day(before.date()) if _midnight(self.local(instant)) else self.short_moment(instant)

    def why(self, error: TeilhausError) -> str:
        """Say in one sentence why something was refused; instants and needs in it become words."""
        particular = f"{error.key}.{error.details.get('reason')}"
        key = particular if self.has(particular) else error.key
        return self(key, **{name: self._detail(name, value) for name, value in error.details.items()})

    def next_step(self, error: TeilhausError) -> str:
        """Say in one sentence what the person can do now."""
        return self(f"next.{error.next_step}")

    def needs(self, needs: tuple[str, ...]) -> str:
        """Write what has to be done first, as a list of words."""
        return ", ".join(self(f"need.{need}") for need in needs)

    def team(self, function: str) -> str:
        """Name whom to ask: the usual functions in this language, any other as the house wrote it."""
        key = TEAMS.get(function.strip().casefold())
        return self(key) if key else function

    def _detail(self, name: str, value: str | int | None) -> str | int:
        if isinstance(value, int):
            return self._number(name, value)
        if name == "why" and self.has(f"room.why.{value}"):
            return self(f"room.why.{value}")
        if name == "reason" and self.has(f"reason.{value}"):
            return self(f"reason.{value}")
        if name == "missing" and isinstance(value, str):
            return self.needs(tuple(part.strip() for part in value.split(",") if part.strip()))
        return "–" if value is None else value

    def _number(self, name: str, value: int) -> str | int:
        if value >= _LAST_INSTANT:
            return value
        if name in _MOMENTS or (name == "value" and value >= _FIRST_INSTANT):
            return self.until(value)
        return self.moment(value) if name == "begins" else value


class _Fields(dict[str, Any]):
    """Fields of a sentence; a forgotten one shows as a dash, because a screen must not fall over a word."""

    def __missing__(self, key: str) -> str:
        return "–"


def _midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)


def _filled(text: str, fields: Mapping[str, object]) -> str:
    return Formatter().vformat(text, (), _Fields(fields)) if "{" in text else text


@cache
def languages() -> tuple[str, ...]:
    """The languages that can be offered: those with a catalogue as complete as the first one's."""
    wanted = _keys(FIRST)
    complete = [language for language in _found() if language != FIRST and _keys(language) >= wanted]
    return (FIRST, *complete)


@cache
def door_languages() -> tuple[str, ...]:
    """The languages that can stand second at a door: the complete ones, and those with all that doors say."""
    wanted = keys_of_doors()
    return (*languages(), *(one for one in _found() if one not in languages() and _keys(one) >= wanted))


@cache
def keys_of_doors() -> frozenset[str]:
    """All that doors can say, and what stands there instead of one; a test compares it."""
    return frozenset(key for key in _keys(FIRST) if key.startswith(_OF_DOORS) or key in _OF_DOORS_TOO)


def _found() -> list[str]:
    return sorted(path.parents[1].name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))


def _and_instead(language: str) -> list[str]:
    """Give the catalogues to look into: a complete one needs no other, which spares home reading it."""
    return [language] if language in OWN_NAMES else [language, INSTEAD]


def _keys(language: str) -> frozenset[str]:
    texts = gettext.translation(DOMAIN, LOCALE, [language])
    catalogue: dict[str | tuple[str, int], str] = getattr(texts, "_catalog", {})
    return frozenset(key if isinstance(key, str) else key[0] for key, text in catalogue.items() if text)


def own_name(language: str) -> str:
    """A language by its own name: Deutsch, English."""
    return OWN_NAMES.get(language) or Words(language)("language.name")
