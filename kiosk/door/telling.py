"""What a door says of a room: each part once, in words, for screens and for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from devices.panels import saying
from devices.panels.state import RoomState, Slot, Status
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.words import Words
    from kiosk.door.watch import View

SHAPES = {
    Status.FREE: "✔",
    Status.BUSY: "✖",
    Status.BUFFER: "‖",
    Status.CLOSED: "■",
    Status.UNKNOWN: "?",
}
"""A shape beside the word, as one cell."""
MINUTE = 60_000
MOST_MINUTES = 120
"""From then on hours are said."""
LONGEST = 80
"""Characters of what people typed."""


class Coming(msgspec.Struct, frozen=True):
    """A booking to come."""

    when: str
    what: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A door in words; what does not apply is empty."""

    name: str
    clock: str
    status: Status
    word: str
    second: str
    """The word in the second language."""
    until: str
    what: str
    """What is on."""
    soon: str
    coming: tuple[Coming, ...]
    next_word: str
    no_next: str
    stale: str
    stale_why: str
    as_of: str
    clock_off: str
    """That the clock of this machine is wrong, if it is by much."""
    link: str
    """That there is no connection."""
    book: str
    """What the code holds."""
    book_word: str

    @property
    def shape(self) -> str:
        """The shape of the status."""
        return SHAPES[self.status]


def told(view: View, state: RoomState, words: Sequence[Words]) -> Told:
    """Put into words what is to be shown.

    Args:
        view: the moment, and how the line is.
        state: the view's.
        words: of one or two languages.
    """
    say = words[0]
    status = Status.UNKNOWN if view.is_gone else state.status
    second = words[-1](f"door.{status}") if len(words) > 1 else ""
    as_of = saying.moment(state.generated_at, view.now, state.zone, say)
    coming = () if view.is_gone else tuple(_coming(one, state, say) for one in state.next)
    why = say("door.gone") if view.is_gone else say("door.stale_why", time=as_of)
    return Told(
        name=_name(state, words), clock=say.time(view.now), status=status, word=say(f"door.{status}"),
        second=second, until="" if view.is_gone else saying.until(state, say),
        what="" if view.is_gone else shown(saying.on(state, say), limit=LONGEST),
        soon="" if view.is_gone else saying.soon(state, say),
        coming=coming, next_word=say("door.next"),
        no_next="" if coming or view.is_gone else say("door.no_next"),
        stale=say("door.stale") if view.is_stale else "", stale_why=why if view.is_stale else "",
        as_of=say("door.as_of", time=as_of), clock_off=_clock_off(view.clock_off, say),
        link="" if view.is_linked else say("door.no_link"),
        book="" if view.is_gone else state.book, book_word=say(saying.book(state)),
    )  # fmt: skip


def plain(said: Told, *, now_word: str) -> list[str]:
    """Write it as lines, for screen readers and scripts."""
    lines = [said.name, " ".join(part for part in (said.word, said.until) if part)]
    if said.stale:
        lines.insert(1, f"{said.stale}. {said.stale_why}")
    lines += [f"{now_word}: {said.what}"] if said.what else []
    lines += [said.soon] if said.soon else []
    lines += [f"{said.next_word}: {one.when} {one.what}" for one in said.coming]
    lines += [said.no_next] if said.no_next else []
    lines += [f"{said.book_word}: {said.book}"] if said.book else []
    lines += [said.clock_off] if said.clock_off else []
    return [*lines, said.as_of, *([said.link] if said.link else [])]


def _name(state: RoomState, words: Sequence[Words]) -> str:
    """Give the name in each language that is spoken, if it has another one there."""
    names = [state.names.get(one.language, state.name) for one in words]
    return " · ".join(dict.fromkeys(shown(name, limit=LONGEST) for name in names))


def _clock_off(off: int, say: Words) -> str:
    """Say by how much the clock of this machine is wrong."""
    if not off:
        return ""
    minutes = abs(off) // MINUTE
    by = f"{minutes} min" if minutes < MOST_MINUTES else f"{minutes // 60} h"
    return say("door.clock_ahead" if off > 0 else "door.clock_behind", by=by)


def _coming(slot: Slot, state: RoomState, say: Words) -> Coming:
    return Coming(saying.span(slot, state.today[0], state.zone, say), _what(slot, say))


def _what(slot: Slot, say: Words) -> str:
    return shown(saying.what(slot, say), limit=LONGEST)
