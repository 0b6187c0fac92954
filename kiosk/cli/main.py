"""`teilhaus`: the commands there are, and the one door that every command leaves through."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn

import click

from kiosk.cli.frame import LazyGroup
from kiosk.cli.session import Session

PROGRAM = "teilhaus"
QUICK = (250_000, 20, 100)
"""Garbage collector thresholds of one command: collecting while modules load costs it a tenth of its time."""
COMMANDS = {
    "init": "setting_up:init",
    "run": "running:run",
    "import": "exchanging:import_",
    "export": "exchanging:export",
    "item": "items:item",
    "model": "catalogue:model",
    "location": "catalogue:location",
    "person": "persons:person",
    "organisation": "organisations:organisation",
    "card": "cards:card",
    "check-out": "lending:check_out",
    "return": "lending:return_",
    "check": "lending:check",
    "renew": "lending:renew",
    "loans": "loans:loans",
    "complete": "lending:complete",
    "put-back": "lending:put_back",
    "undo": "lending:undo",
    "scan": "scanning:scan",
    "room": "rooms:room",
    "rooms": "rooms:rooms",
    "book": "book:book",
    "book-now": "book:book_now",
    "booking": "bookings:booking",
    "approvals": "closing:approvals",
    "closing": "closing:closing",
    "calendar": "calendars:calendar",
    "cases": "cases:cases",
    "house": "rules:house",
    "audit": "audits:audit",
    "labels": "printing:labels",
    "slip": "slips:slip",
    "demo": "printing:demo",
    "central": "central:central",
    "node": "node:node",
    "home": "home:home",
    "sync": "sync:sync",
    "broker": "broker:broker",
    "panel": "panels:panel",
    "door": "door:door",
    "devices": "devices:devices",
    "journal": "journal:journal",
    "doctor": "doctor:doctor",
    "completion": "completion:completion",
}
"""What can be said, and the file it is in; `bench` and `simulate` join when their files are there."""
MAYBE = {"bench": "bench:bench", "simulate": "simulate:simulate"}


def _commands() -> dict[str, str]:
    from pathlib import Path

    here = Path(__file__).parent
    there = {
        name: place for name, place in MAYBE.items() if (here / f"{place.partition(':')[0]}.py").exists()
    }
    return COMMANDS | there


class CommandLine(LazyGroup):
    """The command line; whatever happens in it becomes an answer and an exit code."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run one command and leave with its exit code."""
        from kiosk.cli.doors import through

        given = list(sys.argv[1:] if args is None else args)
        session = extra.get("obj") or Session()
        before = given[: given.index("--")] if "--" in given else given
        # Known before anything is parsed: wrong usage answers in JSON, help in the language asked for.
        session.json = "--json" in before
        session.lang = next((one for flag, one in pairwise(before) if flag == "--lang"), None)
        run = super().main
        sys.exit(through(session, lambda: run(given, PROGRAM, standalone_mode=False, obj=session)))


@click.pass_context
def _begin(context: click.Context) -> None:
    """Nothing happens before the command itself."""


cli = CommandLine(
    PROGRAM,
    lazy=_commands(),
    callback=_begin,
    params=[],
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def main() -> NoReturn:
    """Run the command line as a process of its own."""
    gc.set_threshold(*QUICK)
    try:
        cli.main(obj=Session(alone=True))
    finally:
        # Everything is closed and said: looking through all modules for garbage once more would cost a tenth.
        # The decoder of labels takes what is left over for a leak, and says so at length.
        if "zxingcpp" not in sys.modules:
            gc.freeze()
