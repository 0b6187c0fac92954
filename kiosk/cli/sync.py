"""How this machine stands with the others of its house."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kiosk.cli import values
from kiosk.cli.answer import Answer, facts
from kiosk.cli.frame import Session, argument, command, group
from kiosk.cli.serving import run_beside

sync = group("sync")


@command("run", sync)
def run(session: Session) -> int:
    """Keep this machine together with the others; `run` starts it, and it ends with standard input."""
    return run_beside(session)


@command("status", sync)
def status(session: Session) -> Answer:
    """Say when this machine and the central last heard each other, and what only this one has."""
    from sync import said

    with session.store.reader() as read:
        state, unacked, now = read.sync(), read.unacked(), read.now
    told, words = said.read(session.data), session.dated
    behind = max(0, state.central_gsn - state.applied)
    data: dict[str, Any] = {
        "role": state.role,
        "state": told.state if told else "off",
        "waits_for": (told.what or None) if told else None,
        "heard": values.moment(words, state.heard_at),
        "only_here": unacked if state.role == "node" else 0,
        "behind": behind,
        "clock_offset_ms": state.offset_ms,
        "stopped": state.is_stopped,
        "restoring": bool(state.restoring),
        "revoked": bool(state.revoked),
    }
    lines = facts(
        session,
        [
            ("role", words(f"cli.role.{state.role}")),
            ("heard", None if state.heard_at is None else words.soon(state.heard_at, now)),
            ("only_here", unacked if state.role == "node" else None),
            ("behind", behind or None),
        ],
    )
    return Answer(data, [*lines, *waits(session)])


def waits(session: Session) -> list[str]:
    """Say in one line what is waited for and how to get it; nothing if nothing is."""
    from sync import said

    told = said.read(session.data)
    if told is None:
        return []
    words = session.words
    lines = [f"{words(f'sync.waits.{told.what}')} {words(f'sync.get.{told.what}')}"] if told.what else []
    return lines if told.copied else [*lines, words("sync_badge.second_copy")]


@command("recover", sync)
@argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER")
def recover(session: Session, folder: Path) -> Answer:
    """Take in at the central what a broken machine had written to its second disk."""
    from sharing.waiting import decide
    from sync.copies.second_copy import recover as take_in

    found = take_in(session.store, folder, decide)
    data = {
        "files": found.files,
        "entries": found.entries,
        "new": found.new,
        "damaged": list(found.damaged),
    }
    words = session.words
    lines = [words("cli.sync.recovered", n=found.new, all=found.entries)]
    lines += [words("cli.sync.damaged", file=one) for one in found.damaged]
    return Answer(data, lines)
