"""Lists in and out: a spreadsheet can be the catalogue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.answer import REFUSED, Answer, table
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from sharing.exchange.report import Line, Report

WHAT = ("locations", "models", "organisations", "persons", "items", "rooms")
MOST_LINES = 40
"""Lines of a report on a terminal; JSON has all."""


@command("import", writes=True)
@option("--dry-run", is_flag=True)
@argument("what", type=click.Choice(WHAT), metavar="WHAT")
@argument("file", metavar="FILE")
def import_(session: Session, what: str, file: str, *, dry_run: bool) -> Answer:
    """Import a list: the whole file, or nothing of it."""
    from sharing.exchange.actions import import_file

    act = session.act()
    report = import_file(session.store, what, _content(file), act=act, dry_run=dry_run)
    answer = _told(session, report)
    answer.data["act"] = act.hex() if report.done else None
    return answer


def _content(file: str) -> bytes:
    """Read the file, or standard input for "-"; never more than an import takes.

    Raises:
        BadFile: it cannot be read.
    """
    from sharing.errors import BadFile
    from sharing.exchange.reading import MOST_BYTES
    from sharing.texts import shown

    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as source:
            return source.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadFile(reason=f"{shown(file, limit=80)}: {reason}") from error


def _told(session: Session, report: Report) -> Answer:
    from sharing.exchange.report import Status

    words = session.words
    counts = {one.value: report.count(one) for one in Status}
    data: dict[str, Any] = {
        "what": report.what,
        "dry_run": report.dry_run,
        "done": report.done,
        "counts": counts,
        "lines": [_line(session, one) for one in report.lines],
    }
    summary = words("cli.import.dry" if report.dry_run else "cli.import.done", **counts)
    if not report.refused:
        return Answer(data, [summary])
    message = words("cli.import.refused", n=counts["refused"])
    data |= {
        "refusal": "bad_file",
        "message": message,
        "next": "correct",
        "ask": None,
        "next_message": words("next.correct"),
    }
    rows = [
        (str(one.n), one.key, problem.column, words.why(problem.refusal))
        for one in report.lines
        for problem in one.problems
    ]
    more = [words("cli.import.more", n=len(rows) - MOST_LINES)] if len(rows) > MOST_LINES else []
    lines = [message, *table(session, ("line", "key", "column", "why"), rows[:MOST_LINES]), *more]
    return Answer(data, lines, REFUSED, error=True)


def _line(session: Session, one: Line) -> dict[str, Any]:
    problems = [
        {
            "column": problem.column,
            "refusal": problem.refusal.key.removeprefix("refusal."),
            "message": session.words.why(problem.refusal),
            "details": problem.refusal.details,
        }
        for problem in one.problems
    ]
    return {
        "n": one.n,
        "status": one.status,
        "key": one.key,
        "changed": list(one.changed),
        "problems": problems,
    }


@command("export")
@option("--out", type=click.Path(path_type=Path, dir_okay=False))
@argument("what", type=click.Choice(WHAT), metavar="WHAT")
def export(session: Session, what: str, out: Path | None) -> Answer:
    """Write a list in the shape that can be imported again."""
    from sharing.exchange.actions import export_file

    content = export_file(session.store, what)
    if out is None:
        if session.json:
            return Answer({"what": what, "csv": content.decode("utf-8-sig")})
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return Answer({})
    whole_file(out, content)
    data = {"what": what, "file": str(out), "bytes": len(content)}
    return Answer(data, [session.words("cli.export.written", file=str(out))])


def whole_file(out: Path, content: bytes) -> None:
    """Write a file for its owner only, whole or not at all.

    Raises:
        FileNotWritten: not there. DiskFull, ReadOnly: as the disk says.
    """
    import os
    import tempfile

    from sharing.errors import FileNotWritten
    from sharing.journal.database import translated
    from sharing.texts import shown

    new: str | None = None
    try:
        with translated():
            handle, new = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(new).replace(out)
            new = None
    except OSError as error:
        raise FileNotWritten(path=shown(str(out), limit=80), reason=error.strerror) from error
    finally:
        if new is not None:
            Path(new).unlink(missing_ok=True)
