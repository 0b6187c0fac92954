"""What cannot be booked: each date with what stands against it, and what is free instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kiosk.cli import room_values

if TYPE_CHECKING:
    from kiosk.cli.room_values import Rooms
    from kiosk.cli.session import Session
    from sharing.errors import NotFree
    from sharing.rooms.rules import Offered

MOST_DATES: Final = 10
"""Dates in the way that are listed on a terminal; JSON has all."""


def told(session: Session, error: NotFree) -> tuple[dict[str, Any], list[str]]:
    """Give what an answer says beside why: `alternatives`, and of a series every date in the way."""
    words, known = session.dated, room_values.every_room(session)
    conflicts = [one for one in error.offered if one.why is not None]
    data = {
        "alternatives": [room_values.alternative(words, known, one) for one in error.alternatives],
        "conflicts": [room_values.offered(words, known, one) for one in conflicts],
    }
    if len(error.offered) > 1:
        return data, [*conflict_lines(session, known, conflicts), words(_how(session.options))]
    lines = [
        f"  {n}  {known.names(words, one.rooms)}, {room_values.when(words, one.span)}"
        for n, one in enumerate(error.alternatives, 1)
    ]
    return data, [words("cli.book.instead"), *lines] if lines else []


def _how(options: frozenset[str]) -> str:
    """Name what can be done about dates in the way with the command that was typed."""
    if {"skip", "move"} <= options:
        return "cli.book.conflicts"
    return "cli.book.conflicts.skip" if "skip" in options else "cli.book.conflicts.none"


def conflict_lines(session: Session, known: Rooms, conflicts: list[Offered]) -> list[str]:
    """Say of each date what is in its way, and below it what is free instead."""
    from kiosk import room_words

    words = session.dated
    lines = []
    for one in conflicts[:MOST_DATES]:
        at = room_values.when(words, one.span) if one.span else one.local.strftime("%Y-%m-%d %H:%M")
        lines.append(f"{one.n}: {at}: {room_words.why(words, one.why or '')}")
        lines += [
            f"     {one.n}={n}  {known.names(words, each.rooms)}, {room_values.when(words, each.span)}"
            for n, each in enumerate(one.alternatives, 1)
        ]
    if len(conflicts) > MOST_DATES:
        lines.append(words("cli.book.more", n=len(conflicts) - MOST_DATES))
    return lines
