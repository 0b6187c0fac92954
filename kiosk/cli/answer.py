"""What a command answers: one JSON object with stable keys, or lines for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.cli.session import Session

DONE, BUG, USAGE, REFUSED, DAMAGED, STOPPED = 0, 1, 2, 3, 4, 130
"""Exit codes."""


class Answer(msgspec.Struct):
    """What happened, in both forms."""

    data: dict[str, Any]
    lines: Iterable[str] = ()
    code: int = DONE
    error: bool = False
    """Lines go to standard error."""


def give(session: Session, answer: Answer) -> int:
    """Print an answer."""
    if session.json:
        write_json(answer.data)
    else:
        for line in answer.lines:
            click.echo(line.encode("utf-8", "replace").decode(), err=answer.error)
    return answer.code


def write_json(data: dict[str, Any]) -> None:
    """Write one JSON object and a line feed, in UTF-8 whatever the terminal's encoding."""
    text = msgspec.json.encode(data, enc_hook=str) + b"\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def table(
    session: Session,
    heads: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    nothing: str = "common.nothing",
) -> list[str]:
    """Set rows in columns; in plain mode one fact a line, as a screen reader reads it.

    Args:
        session: for the words and the mode.
        heads: message keys of the columns.
        rows: their cells, as people typed them.
        nothing: message key of what stands there without rows.
    """
    names = [session.words(f"cli.head.{head}") for head in heads]
    cells = [[shown(cell or "", limit=60) for cell in row] for row in rows]
    if not cells:
        return [session.words(nothing)]
    if session.plain:
        said = [[f"{name}: {cell}" for name, cell in zip(names, row, strict=True) if cell] for row in cells]
        return [line for one in said for line in (*one, "")][:-1]
    wide = [max(map(_width, column)) for column in zip(names, *cells, strict=True)]
    return [
        "  ".join(
            cell + " " * (across - _width(cell)) for cell, across in zip(row, wide, strict=True)
        ).rstrip()
        for row in (names, *cells)
    ]


def said(what: str, about: str) -> str:
    """Say one thing about another, in one line that steers no terminal."""
    joined = what if what.endswith("!") else f"{what.rstrip('.: ')}:"
    return shown(f"{joined} {about}", limit=300)


def facts(session: Session, pairs: Iterable[tuple[str, str | int | None]]) -> list[str]:
    """Say facts about one thing, a line each; what is empty is left out."""
    return [
        f"{session.words(f'cli.head.{key}')}: {shown(str(value), limit=500)}"
        for key, value in pairs
        if value is not None and value != ""
    ]


def _width(text: str) -> int:
    """Count the cells of a text: wide letters take two, marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
