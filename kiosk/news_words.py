"""How answers to earlier requests are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import room_lines, room_words
from kiosk.news_facts import LOST, MOST_FREE
from kiosk.sound import Tone
from kiosk.widgets.pages import cut
from kiosk.widgets.result import Answer
from sharing.lending.answers import RenewalAnswer
from sharing.rooms.answering import Answered
from sharing.rooms.rules import Why
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.i18n import Words
    from kiosk.news_facts import RoomNews
    from sharing.rooms.rules import Room

__all__ = ["MOST_FREE", "answer", "free", "instead"]

SHAPES = {
    Answered.GIVEN: "here", Answered.CHANGED: "here", Answered.CANCELLED: "done",
    Answered.DECLINED: "no", Answered.STAYS: "no", Answered.TAKEN_AWAY: "no",
}  # fmt: skip
TITLE_LIMIT, REASON_LIMIT = 50, 120
UNBROKEN = "\N{NO-BREAK SPACE}"
ROOM_CELLS = 16
"""A target has three lines, and two are taken by the time."""


def answer(words: Words, told: RoomNews | RenewalAnswer, rooms: Mapping[str, Room]) -> Answer:
    """Say what became of it, and why."""
    if isinstance(told, RenewalAnswer):
        return _renewal(words, told)
    first, count = told.first, len(told.answers)
    date = first.occurrence
    when = room_lines.long_when(words, date.span)
    where = room_lines.names(words, rooms, date.rooms)
    title = shown(first.booking.title, limit=TITLE_LIMIT)
    lines = (
        words("news.many", n=count, when=when) if count > 1 else when,
        " · ".join(part for part in (where, title) if part),
        _why(words, first.why, first.what),
        shown(first.reason, limit=REASON_LIMIT),
    )  # fmt: skip
    shape = SHAPES[first.what]
    tone = Tone.NO if shape == "no" else Tone.DONE
    return Answer(shape, tone, words(f"answer.{first.what}"), tuple(line for line in lines if line))


def _why(words: Words, why: str, what: Answered) -> str:
    if what is Answered.STAYS:
        return words("news.stays", why=room_words.why(words, why))
    return words("news.why", why=room_words.why(words, why)) if why and what in LOST else ""


def _renewal(words: Words, told: RenewalAnswer) -> Answer:
    line = told.line
    key = f"refusal.{told.declined}"
    late = f"refusal.bad_time.{told.declined}"
    why = words(key) if words.has(key) else words(late) if words.has(late) else ""
    back = words("news.was_back") if line.back_at else words("news.bring", when=words.until(line.due))
    lines = (shown(line.item.name(words.language), limit=TITLE_LIMIT), back, shown(why, limit=REASON_LIMIT))
    return Answer("no", Tone.NO, words("news.renewal"), tuple(one for one in lines if one))


def instead(words: Words, told: RoomNews | RenewalAnswer) -> str:
    """Say what the targets below are, or that nothing is free."""
    if isinstance(told, RenewalAnswer) or told.first.what not in LOST:
        return ""
    if not told.free:
        return words("news.ask_us" if told.first.why == Why.BY_STAFF else "news.nothing_free")
    if told.first.until is not None:
        return words("news.held", when=words.moment(told.first.until))
    return words("news.free")


def free(words: Words, told: RoomNews | RenewalAnswer, rooms: Mapping[str, Room]) -> Sequence[str]:
    """Name what is free instead."""
    if isinstance(told, RenewalAnswer):
        return ()
    named = ((one, room_lines.names(words, rooms, one.rooms)) for one in told.free)
    return [
        f"{room_lines.when(words, one.span)} {cut(name, ROOM_CELLS).replace(' ', UNBROKEN)}"
        for one, name in named
    ]
