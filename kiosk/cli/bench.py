"""Measuring: how long a check-out takes, and what plain SQL or plain Textual needs for the same."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, command, group, option

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.bench.figures import Figure
    from kiosk.i18n import Words

bench = group("bench")


@command("desk", bench)
@option("--short", is_flag=True)
@option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def desk(session: Session, *, short: bool, folder: Path | None) -> Answer:
    """Measure the desk, with 10,000 items and 100,000 entries unless the short form is asked for."""
    from kiosk.bench.desk import FULL, SHORT, measure

    scale = SHORT if short else FULL
    return _told(session, measure(scale, _within(folder), _say(session)), short=short)


@command("rooms", bench)
@option("--short", is_flag=True)
@option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def rooms(session: Session, *, short: bool, folder: Path | None) -> Answer:
    """Measure rooms at 1,000, 20,000 and 200,000 bookings unless the short form is asked for."""
    from kiosk.bench.rooms import FULL, SHORT, measure

    scale = SHORT if short else FULL
    return _told(session, measure(scale, _within(folder), _say(session)), short=short)


@command("sync", bench)
@option("--short", is_flag=True)
@option("--full", is_flag=True)
@option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@option("--pouch", type=click.Path(exists=True, file_okay=False, path_type=Path))
def sync(session: Session, *, short: bool, full: bool, folder: Path | None, pouch: Path | None) -> Answer:
    """Measure how kiosks and central come together, with 100,000 entries; a million with `--full`."""
    if short and full:
        raise click.UsageError("--short | --full")
    if sys.modules.get("psycopg", session) is None:  # kept out of commands on SQLite; here both are measured
        del sys.modules["psycopg"]
    from kiosk.bench.sync import FULL, LONG, SHORT, measure

    scale = SHORT if short else LONG if full else FULL
    found = measure(scale, _within(folder), _say(session), pouch)
    return _with_missing(session, _told(session, found.figures, short=short), found.missing)


@command("devices", bench)
@option("--short", is_flag=True)
@option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def devices(session: Session, *, short: bool, folder: Path | None) -> Answer:
    """Measure doors and paper: from a booking to the screen, pictures, labels, 500 doors on one central."""
    from kiosk.bench.devices import FULL, SHORT, measure

    found = measure(SHORT if short else FULL, _within(folder), _say(session))
    return _with_missing(session, _told(session, found.figures, short=short), found.missing)


def _with_missing(session: Session, told: Answer, missing: tuple[str, ...]) -> Answer:
    """Say beside the figures what could not be measured here, and how to get it."""
    lines = [session.words(f"bench.missing.{one}") for one in missing]
    return Answer({**told.data, "missing": list(missing)}, [*told.lines, *lines])


def _within(folder: Path | None) -> Path:
    return folder or Path(tempfile.gettempdir())


def _say(session: Session) -> Callable[[str], None]:
    def say(key: str) -> None:
        if not session.json and sys.stderr.isatty():
            click.echo(f"… {session.words(f'bench.{key}')}", err=True)

    return say


def _told(session: Session, found: list[Figure], *, short: bool) -> Answer:
    rows = [_row(session.words, one) for one in found]
    return Answer(
        {"short": short, "figures": [one.as_json() for one in found]},
        table(session, ("figure", "value", "plain", "ratio", "aim", "met"), rows),
    )


def _row(words: Words, one: Figure) -> tuple[str, ...]:
    name = f"{words(f'bench.{one.key}')} {one.about}".strip()
    sign = "≥" if one.at_least else "≤"
    unit = "" if one.aim == "ratio" else f" {one.unit}"
    aim = f"{sign} {one.limit:g}{unit}" if one.aim else ""
    met = "" if one.met is None else words("bench.met" if one.met else "bench.missed")
    return name, f"{one.value:.4g} {one.unit}", f"{one.beside:.4g} {one.unit}", f"{one.ratio:.3g}", aim, met
