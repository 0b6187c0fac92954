"""How rooms and bookings are said: series, features, what stands against a date."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from kiosk.i18n import Words, languages
from sharing.rooms.rules import Frequency
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sharing.rooms.rules import Rule, State, Use, Why

FEATURES: Final = (
    "projector", "screen", "sound", "microphone", "internet", "whiteboard", "flipchart", "stage",
    "piano", "kitchen", "dishes", "counter", "chairs", "tables", "mirrors", "dance_floor", "sink",
    "workshop", "dark", "step_free", "lift", "accessible_toilet", "hearing_loop", "changing_table",
    "playroom", "garden", "parking",
)  # fmt: skip
"""Features that have a word in each language; a house may write down others, which are shown as written."""

_MOST_SHOWN: Final = 40
_LAST: Final = -1
_WORKDAYS: Final = [0, 1, 2, 3, 4]


def series(words: Words, rule: Rule, first: datetime) -> str:
    """Say a series: jede Woche dienstags, 10-mal."""
    what = _every(words, rule, first)
    if rule.count is not None:
        return words.count("room.series.times", rule.count, what=what)
    if rule.until is None:
        return what
    date = words.short_day(rule.until)
    return words("room.series.until", what=what, date=date, year=rule.until.year)


def _every(words: Words, rule: Rule, first: datetime) -> str:
    if rule.freq is Frequency.DAILY:
        return words.count("room.series.daily", rule.interval)
    if rule.freq is Frequency.WEEKLY:
        days = _weekly(words, sorted(rule.weekdays) or [first.weekday()])
        return words.count("room.series.weekly", rule.interval, days=days)
    if rule.nth is None:
        return words.count("room.series.monthly", rule.interval, day=first.day)
    nth = words("room.nth.last" if rule.nth == _LAST else f"room.nth.{rule.nth}")
    weekday = words(f"weekday.{rule.weekdays[0]}")
    return words.count("room.series.monthly_nth", rule.interval, nth=nth, weekday=weekday)


def _weekly(words: Words, days: list[int]) -> str:
    if days == _WORKDAYS:
        return words("room.weekly.workdays")
    return listed(words, [words(f"room.weekly.{day}") for day in days])


def listed(words: Words, parts: Sequence[str]) -> str:
    """Write a list as it is spoken: a, b und c."""
    if len(parts) > 1:
        return words("room.and", first=", ".join(parts[:-1]), last=parts[-1])
    return "".join(parts)


def why(words: Words, reason: Why | str) -> str:
    """Say what stands against a date, or why it is no more; an unknown reason is shown as it is."""
    key = f"room.why.{reason}"
    return words(key) if words.has(key) else shown(str(reason), limit=_MOST_SHOWN)


def state(words: Words, one: State) -> str:
    """Say where a date stands."""
    return words(f"room.state.{one}")


def use(words: Words, one: Use) -> str:
    """Say what a room is taken for, to those who may not know more."""
    return words(f"room.use.{one}")


def feature(words: Words, name: str) -> str:
    """Say a feature; one that has no word stands as the house wrote it."""
    return words(f"room.feature.{name}") if name in FEATURES else shown(name, limit=_MOST_SHOWN)


def features(words: Words, names: Iterable[str]) -> str:
    """Say several, in the order in which this house of words lists them."""
    order = {name: place for place, name in enumerate(FEATURES)}
    sorted_names = sorted(names, key=lambda name: (order.get(name, len(order)), name))
    return ", ".join(feature(words, name) for name in sorted_names)


@cache
def _by_word() -> dict[str, str]:
    spoken = (Words(language) for language in languages())
    return {words(f"room.feature.{name}").casefold(): name for words in spoken for name in FEATURES}


def feature_meant(typed: str) -> str:
    """Give the feature that somebody names in any language: "Beamer" is `projector`."""
    text = " ".join(typed.split()).casefold()
    return _by_word().get(text, text.replace(" ", "_").replace("-", "_"))
