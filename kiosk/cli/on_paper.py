"""Where a slip goes, and in which languages it speaks: the same options for all kinds of slips."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devices.slips.slip import Languages, Slip

PAPERS = ("a4", "a5")
NONE = "none"
_FILE = click.Path(path_type=Path, dir_okay=False)


def on_paper(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where a slip goes: a file of which paper, or a printer; and its second language."""
    function = option("--also", metavar="lang")(function)
    function = option("--paper", type=click.Choice(PAPERS), default="a4")(function)
    function = option("--printer", type=_FILE)(function)
    return option("--out", type=_FILE)(function)


def write(session: Session, made: Slip, given: dict[str, Any], data: dict[str, Any]) -> Answer:
    """Write the file, or send to the printer.

    Raises:
        PrinterGone, FileNotWritten, DiskFull: it is not on paper; the same command prints it again.
    """
    out, printer, paper = given["out"], given["printer"], given["paper"]
    if (out is None) == (printer is None):
        raise click.UsageError("--out FILE | --printer PATH")
    if printer is not None:
        from devices.slips import receipt

        sent = receipt.commands(made)
        receipt.send(sent, printer)
        told = {"printer": str(printer), "bytes": len(sent)}
        return Answer(data | told, [session.words("cli.slip.printed", printer=str(printer))])
    from devices.paper.files import check_kind, whole_file
    from devices.slips.drawing import drawn
    from devices.slips.flow import STYLES

    check_kind(out, ".pdf")
    done = drawn(made, STYLES[paper])
    with whole_file(out) as new:
        new.write_bytes(done.content)
    told = {"file": str(out), "paper": paper, "pages": done.pages}
    return Answer(data | told, [session.words("cli.slip.written", file=str(out), pages=done.pages)])


def languages(session: Session, also: str | None, wanted: Iterable[str] = ()) -> Languages:
    """Choose the languages: German, and the one asked for or the visitor's, if its catalogue is complete.

    Raises:
        BadValue: the language asked for is not there.
    """
    from kiosk.i18n import languages as complete
    from kiosk.paper import speaking
    from sharing.errors import BadValue

    there = complete()
    if also and also not in (NONE, *there):
        raise BadValue(field="--also", value=also, expected=", ".join((*there, NONE)))
    chosen = () if also == NONE else ((also,) if also else wanted)
    return speaking(chosen, session.terms.zone)


def others() -> tuple[str, ...]:
    """Give the language that forms have beside German."""
    from kiosk.i18n import FIRST
    from kiosk.i18n import languages as complete

    return tuple(one for one in complete() if one != FIRST)
