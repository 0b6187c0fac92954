"""Commands and groups: loaded when used, told in the person's language, with the same options everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kiosk.cli import session as sessions
from kiosk.cli.session import Session

if TYPE_CHECKING:
    from kiosk.i18n import Words

__all__ = ["Group", "LazyGroup", "Session", "argument", "command", "group", "option"]

_ACT: Final = re.compile(r"[0-9a-f]{32}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_OPTIONS: Final = "[--…]"


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value:
            setattr(sessions.of(context), name, value)

    return callback


def _language(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value and (not _LANGUAGE.fullmatch(value) or sessions.language_of(value, {}) != value):
        raise click.BadParameter(value, context, parameter)
    _remember("lang")(context, parameter, value)


def _act(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value and not _ACT.fullmatch(value):
        raise click.BadParameter(value, context, parameter)
    _remember("act_given")(context, parameter, bytes.fromhex(value) if value else None)


def everywhere() -> list[click.Parameter]:
    """Make the options that every command has."""
    return [
        click.Option(
            ["--data"], type=click.Path(path_type=Path), expose_value=False, callback=_remember("data_given")
        ),
        click.Option(["--json"], is_flag=True, expose_value=False, is_eager=True, callback=_remember("json")),
        click.Option(
            ["--plain"], is_flag=True, expose_value=False, is_eager=True, callback=_remember("plain")
        ),
        click.Option(["--lang"], expose_value=False, is_eager=True, callback=_language),
    ]


EVERYWHERE: Final = frozenset({"data", "json", "plain", "lang", "act"})


class Worded(click.Command):
    """A command whose help comes from the catalogues: `cli.help.<path>`, `cli.opt.<name>`."""

    def __init__(self, *args: Any, writes: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _OPTIONS)
        super().__init__(*args, **kwargs)
        self.params += everywhere()
        if writes:
            self.params.append(click.Option(["--act"], expose_value=False, callback=_act))

    @staticmethod
    def path(context: click.Context) -> str:
        """Name the command as message keys do: `item.add`."""
        return key_of(context.command_path.split()[1:]) or "teilhaus"

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write usage, what it does, arguments and options, subcommands."""
        words = sessions.of(ctx).words
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{words('cli.usage')} "
        )
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(words(f"cli.help.{self.path(ctx)}"))
        rows = [
            (_names(one, ctx), self._told(ctx, one))
            for one in self.get_params(ctx)
            if self._is_told(ctx, one)
        ]
        if ctx.parent is None:
            rows.append(("--act ACT", words("cli.opt.act")))
        if rows:
            with formatter.section(words("cli.options")):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            with formatter.section(words("cli.commands")):
                names = self.list_commands(ctx)
                formatter.write_dl([(name, words(f"cli.help.{self._below(ctx, name)}")) for name in names])
        if ctx.parent is not None:
            formatter.write_paragraph()
            formatter.write_text(words("cli.everywhere"))

    def _below(self, ctx: click.Context, name: str) -> str:
        return key_of([*ctx.command_path.split()[1:], name])

    def _is_told(self, ctx: click.Context, parameter: click.Parameter) -> bool:
        return ctx.parent is None or not (parameter.name in EVERYWHERE or _is_help(parameter))

    def _told(self, ctx: click.Context, parameter: click.Parameter) -> str:
        words, name = sessions.of(ctx).words, "help" if _is_help(parameter) else parameter.name or ""
        own = f"cli.opt.{self.path(ctx)}.{name}"
        text = words(own if words.has(own) else f"cli.opt.{name}")
        if isinstance(parameter.type, click.Choice):
            told = (_choice_told(words, name, str(one)) for one in parameter.type.choices)
            text = f"{text} [{', '.join(told)}]"
        needed = isinstance(parameter, click.Option) and parameter.required
        return f"{text} ({words('cli.required')})" if needed else text


def _choice_told(words: Words, name: str, choice: str) -> str:
    """Say what can be typed, and what it means where the catalogue has a word for it."""
    key = f"{name}.{choice}"
    return f"{choice} = {words(key)}" if words.has(key) else choice


def key_of(path: Sequence[str]) -> str:
    """Name a command as message keys do."""
    return ".".join(path).replace("-", "_")


def _is_help(parameter: click.Parameter) -> bool:
    return "--help" in parameter.opts


def _names(parameter: click.Parameter, ctx: click.Context) -> str:
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(ctx)
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    flag = isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count)
    return (
        names
        if flag or _is_help(parameter)
        else f"{names} {(parameter.metavar or parameter.name or '').upper()}"
    )


class Group(Worded, click.Group):
    """A group of verbs around one noun."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "…")
        super().__init__(*args, **kwargs)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one was probably meant."""
        if self.get_command(ctx, args[0]) is None:
            raise click.NoSuchOption(args[0], possibilities=_near(args[0], self.list_commands(ctx)), ctx=ctx)
        return super().resolve_command(ctx, args)


def _near(given: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(given, known)


class LazyGroup(Group):
    """The whole command line: each command's file is imported when the command is used."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        """Take name → "module:attribute"."""
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's own signature
        """Name all commands, in the order of the table."""
        return [*self._lazy]

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 click's own signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._lazy:
            return None
        module, _, attribute = self._lazy[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"kiosk.cli.{module}"), attribute)
        return found


def group(name: str, **settings: Any) -> Group:
    """Make a group of verbs."""
    return Group(name, **settings)


def command(
    name: str, into: click.Group | None = None, *, writes: bool = False, **settings: Any
) -> Callable[[Callable[..., Any]], Worded]:
    """Make a command; `writes` if it changes something: sent twice with the same `--act` it acts once."""

    def make(function: Callable[..., Any]) -> Worded:
        @click.pass_context
        @wraps(function)
        def begun(context: click.Context, /, *args: Any, **given: Any) -> Any:
            session = sessions.of(context)
            session.options = frozenset(str(one.name) for one in context.command.params)
            session.prepare()
            return function(session, *args, **given)

        made = click.command(name, cls=Worded, writes=writes, **settings)(begun)
        if into is not None:
            into.add_command(made)
        return made

    return make


option = click.option
argument = click.argument
