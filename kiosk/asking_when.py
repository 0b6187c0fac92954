"""When, and how often: a day by its digit, a part of the day by its digit, or the times typed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from kiosk import room_facts, room_words
from kiosk.screens.number import NumberView
from kiosk.screens.pick import PickView
from sharing.rooms.rules import Frequency, Rule

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.i18n import Words
    from kiosk.rooms_desk import RoomsDesk

    Lead = Callable[[], Awaitable[None]]
    Then = Callable[[date, int, int], Awaitable[None]]

HOUR = 60
MIDNIGHT = 24 * HOUR
PARTS = (
    ("morning", 9 * HOUR, 12 * HOUR),
    ("noon", 12 * HOUR, 14 * HOUR),
    ("afternoon", 14 * HOUR, 18 * HOUR),
    ("evening", 18 * HOUR, 21 * HOUR),
    ("day", 9 * HOUR, 18 * HOUR),
)
"""Parts of a day with begin and end in minutes, in the order of their digits."""
NOW_MIN = 2 * HOUR
QUARTER = 15
A_WEEK = 7
MOST_DATES = 1000
FIVE_WEEKS = 5


class DayAsked(msgspec.Struct, frozen=True):
    """What is asked for with a day, and the first that is shown."""

    question: Callable[[Words], str] = lambda words: words("when.which_day")
    about: Callable[[Words], str] = lambda _words: ""
    """Below the question."""
    first: date | None = None
    """None is today."""
    earlier: bool = False
    """The days before the first can be reached, too."""


ANY_DAY = DayAsked()


class AskingWhen:
    """Asks for a day, then for the time, and goes on with both."""

    def __init__(self, rooms: RoomsDesk) -> None:
        self._kiosk = rooms.kiosk

    async def ask_day(self, then: Then, back: Lead, asked: DayAsked = ANY_DAY) -> None:
        """Ask for a day, and then for the time."""

        async def picked(day: date) -> None:
            await self.ask_time(day, then, lambda: self.ask_day(then, back, asked))

        await self.ask_only_day(picked, back, asked)

    async def ask_only_day(
        self, then: Callable[[date], Awaitable[None]], back: Lead, asked: DayAsked = ANY_DAY
    ) -> None:
        """Show a week from today or a later day on; the eighth target leads on, the seventh may lead back."""
        today, _, _ = await self._kiosk.do(room_facts.today_of)
        start = max(asked.first or today, today)
        earlier = asked.earlier and start > today
        shown = A_WEEK - 1 if earlier else A_WEEK
        days = [start + timedelta(days=n) for n in range(shown)]

        async def again() -> None:
            await self.ask_only_day(then, back, asked)

        async def picked(place: int) -> None:
            if place < shown:
                await then(days[place])
            else:
                first = start + timedelta(days=shown if place == A_WEEK else 1 - A_WEEK)
                await self.ask_only_day(then, again, replace(asked, first=first))

        def answers(words: Words) -> list[str]:
            before = [words("when.earlier")] if earlier else []
            return [*(day_label(words, day, today) for day in days), *before, words("when.later")]

        await self._kiosk.go("pick", PickView(asked.question, answers, picked, back, asked.about))

    async def ask_time(self, day: date, then: Then, back: Lead) -> None:
        """Show the parts of a day that are still to come."""
        today, now, _ = await self._kiosk.do(room_facts.today_of)
        local = self._kiosk.words.local(now)
        minute = local.hour * HOUR + local.minute if day == today else 0
        soon = minute // QUARTER * QUARTER
        parts = [(name, max(begins, soon), ends) for name, begins, ends in PARTS]
        choices: list[tuple[str, int, int]] = [
            (name, begins, ends) if ends - begins > QUARTER else ("", 0, 0) for name, begins, ends in parts
        ]
        at_once = ("now", soon, min(soon + NOW_MIN, MIDNIGHT)) if day == today else ("", 0, 0)
        choices.append(at_once)

        async def again() -> None:
            await self.ask_time(day, then, back)

        async def picked(place: int) -> None:
            if place < len(choices):
                await then(day, *choices[place][1:])
            else:
                await self._ask_begin(day, then, again)

        await self._kiosk.go("pick", PickView(
            lambda words: words("when.which_time"),
            lambda words: [*(_part(words, *one) for one in choices), words("when.other")],
            picked, back, lambda words: words.day(day),
        ))  # fmt: skip

    async def _ask_begin(self, day: date, then: Then, back: Lead) -> None:
        async def entered(begins: int) -> None:
            await self._ask_end(day, begins, then, back)

        await self._kiosk.go("number", NumberView(
            lambda words: words("when.begins"), entered, back, lambda words: words("when.four"), clock=True
        ))  # fmt: skip

    async def _ask_end(self, day: date, begins: int, then: Then, back: Lead) -> None:
        async def entered(ends: int) -> None:
            await then(day, begins, ends if ends > begins else ends + MIDNIGHT)

        def question(words: Words) -> str:
            return words("when.ends", begins=_clock(words, begins))

        await self._kiosk.go("number", NumberView(
            question, entered, back, lambda words: words("when.four"), clock=True
        ))  # fmt: skip

    async def ask_rule(
        self, first: datetime, then: Callable[[Rule | None], Awaitable[None]], back: Lead
    ) -> None:
        """Ask how often something comes, and then how many times."""
        rules = rules_of(first)

        async def picked(place: int) -> None:
            if place == 0:
                await then(None)
            else:
                await self._ask_count(first, rules[place - 1], then, back)

        await self._kiosk.go("pick", PickView(
            lambda words: words("find.often"),
            lambda words: [words("find.once"), *(room_words.series(words, one, first) for one in rules)],
            picked, back,
        ))  # fmt: skip

    async def _ask_count(
        self, first: datetime, rule: Rule, then: Callable[[Rule | None], Awaitable[None]], back: Lead
    ) -> None:
        async def entered(count: int) -> None:
            await then(Rule(rule.freq, rule.interval, rule.weekdays, rule.nth, count))

        await self._kiosk.go("number", NumberView(
            lambda words: words("find.how_often"), entered, back,
            lambda words: room_words.series(words, rule, first), most=MOST_DATES, least=2,
        ))  # fmt: skip


def rules_of(first: datetime) -> list[Rule]:
    """The series that are offered for a first date."""
    nth = (first.day - 1) // A_WEEK + 1
    return [
        Rule(Frequency.WEEKLY),
        Rule(Frequency.WEEKLY, 2),
        Rule(Frequency.MONTHLY, weekdays=(first.weekday(),), nth=-1 if nth == FIVE_WEEKS else nth),
        Rule(Frequency.MONTHLY),
        Rule(Frequency.DAILY),
    ]


def day_label(words: Words, day: date, today: date) -> str:
    """One day in two short lines: today and tomorrow by that word."""
    away = (day - today).days
    near = {0: "when.today", 1: "when.tomorrow"}
    name = words(near[away]) if away in near else words(f"weekday.{day.weekday()}")
    return f"{name}\n    {words('when.date', day=day.day, month=words(f'month.{day.month}'))}"


def _part(words: Words, name: str, begins: int, ends: int) -> str:
    if not name:
        return ""
    return f"{words(f'when.part.{name}')}\n    {_clock(words, begins)}–{_clock(words, ends)}"


def _clock(words: Words, minute: int) -> str:
    return words("date.time", hour=f"{minute // HOUR:02}", minute=f"{minute % HOUR:02}")


def wall(day: date, minute: int) -> datetime:
    """A wall time, by minutes since midnight of a day; 1440 and more are the day after."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)
