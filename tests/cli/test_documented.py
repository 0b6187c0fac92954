"""No command and no option without words, and none missing on the page about commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.cli.frame import EVERYWHERE, key_of
from kiosk.cli.main import COMMANDS, cli
from kiosk.i18n import Words, languages

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


def sections() -> dict[str, str]:
    parts = re.split(r"^### `teilhaus (.*)`$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section_and_no_section_lacks_its_command() -> None:
    leaves = {" ".join(path) for path, command in commands() if not isinstance(command, click.Group)}

    assert set(sections()) == leaves


def test_every_option_and_argument_stands_in_the_section_of_its_command() -> None:
    missing = []
    for path, command in commands():
        if isinstance(command, click.Group):
            continue
        for parameter in command.params:
            option = isinstance(parameter, click.Option)
            name = parameter.opts[0] if option else parameter.make_metavar(click.Context(command))
            if (
                parameter.name not in EVERYWHERE
                and f"`{name.replace('|', '/')}" not in sections()[" ".join(path)]
            ):
                missing.append((path, name))

    assert missing == []


def test_the_options_that_hold_everywhere_are_explained_once() -> None:
    head = PAGE.partition("## Setting up")[0]

    assert {name for name in EVERYWHERE if f"`--{name}" not in head} == set()


@pytest.mark.parametrize("language", languages())
def test_every_command_and_option_has_words(language: str) -> None:
    words = Words(language)
    keys = set()
    for path, command in commands():
        keys.add(f"cli.help.{key_of(path) or 'teilhaus'}")
        for one in command.params:
            own = f"cli.opt.{key_of(path)}.{one.name}"
            keys.add(own if words.has(own) else f"cli.opt.{one.name}")

    assert {key for key in keys if not words.has(key)} == set()


def test_every_key_that_the_command_line_names_has_words() -> None:
    words = Words("de")
    folder = Path(__file__).parents[2] / "kiosk" / "cli"
    texts = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    keys = set(
        re.findall(r"\"((?:cli|next|refusal|step|common|staff|thing|person|audit)\.[a-z_.]+[a-z])\"", texts)
    )
    heads = {
        one
        for group in re.findall(r"(?:table|facts)\([^[]*?\(((?:\"[a-z_]+\",? ?)+)\)", texts)
        for one in re.findall(r"[a-z_]+", group)
    }
    heads |= set(re.findall(r"^ +\(\"([a-z_]+)\", ", texts, flags=re.MULTILINE))

    assert {key for key in keys if not words.has(key)} == set()
    assert heads
    assert {head for head in heads if not words.has(f"cli.head.{head}")} == set()


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_help_is_given_without_a_house_and_without_a_bare_key(path: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    from kiosk.cli.session import Session

    for language in languages():
        session = Session({"TEILHAUS_DATA": "/nowhere"})
        done = CliRunner().invoke(cli, [*path, "--help", "--lang", language], obj=session)

        assert done.exit_code == 0
        assert "cli." not in done.stdout
        assert session.is_open is False


def test_the_table_of_commands_names_only_what_can_be_imported() -> None:
    context = click.Context(cli)

    assert all(cli.get_command(context, name) is not None for name in COMMANDS)
