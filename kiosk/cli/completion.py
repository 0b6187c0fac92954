"""Completion of commands in the shell."""

from __future__ import annotations

import click

from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, argument, command

VARIABLE = "_TEILHAUS_COMPLETE"


@command("completion")
@argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
def completion(_session: Session, shell: str) -> Answer:
    """Print the script that lets a shell complete commands."""
    from click.shell_completion import ShellComplete, get_completion_class

    from kiosk.cli.main import PROGRAM, cli

    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(shell)
    # Not the class's own `source`, which starts a bash to ask it for its version.
    script = ShellComplete.source(kind(cli, {}, PROGRAM, VARIABLE))
    return Answer({"shell": shell, "script": script}, [script])
