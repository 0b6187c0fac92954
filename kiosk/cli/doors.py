"""The door every command leaves through: what it raised becomes a sentence, an object and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from kiosk.cli.answer import BUG, DAMAGED, REFUSED, STOPPED, USAGE, Answer, give

if TYPE_CHECKING:
    from kiosk.cli.session import Session
    from kiosk.i18n import Words
    from sharing.errors import TeilhausError
    from sharing.terms.rules import Ask


LOG: Final = "teilhaus.log"
ALONE: Final = frozenset({"correct", "nothing_to_do", "scan_again", "scan_label", "scan_or_type"})
"""Next steps with which nobody else can help: a slip of the keys is no reason to call anybody."""
_MOST: Final = 2**53
_ROW: Final = r"(?m)^(?:DETAIL|CONTEXT): .*\n?"


def through(session: Session, run: Callable[[], Any]) -> int:
    """Run a command, print its answer and give the exit code. One of the doors that catch everything."""
    try:
        try:
            answer = run()
            if isinstance(answer, Answer):
                return give(session, answer)
            return answer if isinstance(answer, int) else 0
        except BrokenPipeError:
            _hush()  # whoever read has read enough
            return 0
        except (click.exceptions.Abort, KeyboardInterrupt):
            return STOPPED
        except Exception as error:  # noqa: BLE001 the one door of all commands: it logs and says so
            return _give_bad_news(session, told(session, error))
    finally:
        session.close()


def _give_bad_news(session: Session, answer: Answer) -> int:
    """Print what went wrong; where standard output cannot be written (a full disk), on the other channel."""
    try:
        sys.stdout.flush()
        return give(session, answer)
    except OSError:
        _hush()
        session.json = False
        return give(session, answer)


def _hush() -> None:
    """Let what is still to be written to standard output go nowhere: Python would try again as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(session: Session, error: Exception) -> Answer:
    """Say what went wrong."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        why = session.words("cli.wrong.missing", name="…")
        data = {"refusal": "usage", "message": why, "next": "correct", "next_message": "--help", "ask": None}
        return Answer(data, [error.format_message()], USAGE, error=True)
    if isinstance(error, click.ClickException):
        return _usage(session, error)
    if type(error).__name__ == "SettingsError" and hasattr(error, "errors"):
        return _settings(session, error.errors)
    from sharing.errors import BadCharacters, Refusal, Storage, TeilhausError

    if isinstance(error, UnicodeEncodeError):
        error = BadCharacters(field="text", character=f"U+{ord(error.object[error.start]):04X}")
    if isinstance(error, OSError):
        error = _meant(error)
    if isinstance(error, TeilhausError):
        code = REFUSED if isinstance(error, Refusal) else DAMAGED if isinstance(error, Storage) else USAGE
        return refused(session, error, code)
    return _bug(session, error)


def _meant(error: OSError) -> Exception:
    """Say what an error of the system means for the house, if it means anything."""
    from sharing.errors import TeilhausError
    from sharing.journal.database import translated

    try:
        with translated():
            raise error
    except (TeilhausError, OSError) as meant:
        return meant


def refused(session: Session, error: TeilhausError, code: int = REFUSED, **more: Any) -> Answer:
    """Say why, what next, and whom to ask; where a room is not free, what is."""
    from sharing.errors import NotFree

    ask = None if code == DAMAGED else session.ask()
    words = session.dated if ask is not None else session.words
    if error.next_step in ALONE:
        ask = None
    why, what_next = harmless(words.why(error)), words.next_step(error)
    data = {
        "refusal": error.key.removeprefix("refusal."),
        "message": why,
        "next": error.next_step,
        "next_message": what_next,
        "ask": ask_json(words, ask),
        "details": {name: _detail(one) for name, one in error.details.items()},
    }
    instead: list[str] = []
    if isinstance(error, NotFree):
        from kiosk.cli.room_refusals import told as told_of_room

        beside, instead = told_of_room(session, error)
        more = beside | more
    lines = [line for line in (why, *instead, what_next, ask_line(words, ask)) if line]
    return Answer(data | more, lines, code, error=True)


def _detail(value: str | int | None) -> str | int | None:
    """Give a detail as JSON can hold it: no reader counts beyond 64 bits."""
    if isinstance(value, int) and abs(value) > _MOST:
        return str(value)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Make a text fit for an answer: it steers no terminal, and no number of a card is left in it."""
    from sharing.texts import shown

    return _without_cards(shown(text, limit=500))


def _without_cards(text: str) -> str:
    import re

    return re.sub(r"(?<![0-9])[19](?:[ -]?[0-9]){15}(?![0-9])", "…", text)


def ask_json(words: Words, ask: Ask | None) -> dict[str, Any] | None:
    """Give whom to ask, as scripts read it."""
    if ask is None:
        return None
    since = (
        None if ask.from_instant is None else words.local(ask.from_instant).isoformat(timespec="milliseconds")
    )
    return {"function": ask.function, "phone": ask.phone, "here_now": ask.here_now, "from": since}


def ask_line(words: Words, ask: Ask | None) -> str:
    """Say whom to ask: somebody who is here, or a number and when somebody is back."""
    from sharing.texts import shown

    if ask is None:
        return ""
    function, phone = words.team(shown(ask.function, limit=60)), shown(ask.phone, limit=60)
    if ask.here_now:
        return words("thing.ask", function=function)
    if ask.from_instant is None:
        return words("thing.phone", function=function, phone=phone)
    when = words.soon(ask.from_instant, ask.asked_at)
    return words("thing.later", function=function, phone=phone, when=when)


def _usage(session: Session, error: click.ClickException) -> Answer:
    """Say what is wrong with how the command was typed."""
    words = session.words
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "teilhaus"
    parameter = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter):
        name = (
            (parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(context))
            if (parameter is not None and context is not None)
            else ""
        )
        why = words("cli.wrong.missing", name=name)
    elif isinstance(error, click.NoSuchOption):
        meant = ", ".join(error.possibilities or ())
        why = words("cli.wrong.unknown", name=harmless(error.option_name))
        why = f"{why} {words('cli.wrong.meant', names=meant)}" if meant else why
    elif type(error) is click.UsageError and isinstance(getattr(context, "command", None), click.Group):
        why = words("cli.wrong.missing", name="…")
    elif isinstance(error, click.BadOptionUsage):
        why = words("cli.wrong.argument", name=harmless(error.option_name))
    elif isinstance(error, click.BadParameter) and parameter is not None:
        choices = getattr(parameter.type, "choices", ())
        why = words("cli.wrong.value", name=parameter.opts[0] if parameter.opts else "")
        why = f"{why} {words('cli.wrong.choices', names=', '.join(map(str, choices)))}" if choices else why
    else:
        why = words("cli.wrong.other", said=harmless(error.format_message()))
    see = words("cli.wrong.see", command=f"{path} --help")
    data = {"refusal": "usage", "message": why, "next": "correct", "next_message": see, "ask": None}
    return Answer(data, [why, see], USAGE, error=True)


def _settings(session: Session, errors: tuple[Any, ...]) -> Answer:
    """Say everything that is wrong with the settings at once."""
    words = session.words
    found = [
        {
            "where": one.where,
            "key": one.key,
            "value": one.value,
            "problem": one.problem,
            "expected": one.expected,
            "meant": one.meant,
        }
        for one in errors
    ]
    lines = [_one_setting(words, one) for one in errors]
    data = {
        "refusal": "wrong_setting",
        "message": "\n".join(lines),
        "next": "correct",
        "next_message": words("next.correct"),
        "ask": None,
        "errors": found,
    }
    return Answer(data, [*lines, words("next.correct")], USAGE, error=True)


def _one_setting(words: Words, one: Any) -> str:
    said = words(f"cli.setting.{one.problem}", key=one.key, value=one.value, expected=one.expected)
    guess = f" {words('cli.wrong.meant', names=one.meant)}" if one.meant else ""
    return f"{one.where}: {said}{guess}"


def _bug(session: Session, error: Exception) -> Answer:
    """Say that the program is at fault; what a technician needs goes into the log, not onto the screen."""
    log = note(session, error)
    words = session.words
    where = words("cli.bug.log", file=str(log)) if log else words("cli.bug.no_log", kind=type(error).__name__)
    data = {
        "refusal": "bug",
        "message": words("trouble.unexpected"),
        "next": "ask_technician",
        "next_message": where,
        "ask": None,
        "kind": type(error).__name__,
        "log": str(log) if log else None,
    }
    return Answer(data, [words("trouble.unexpected"), where], BUG, error=True)


def note(session: Session, error: Exception) -> Path | None:
    """Write the traceback beside the house; None if that cannot be done either.

    As `nameless` as all that is logged.
    """
    import traceback

    try:
        folder = session.settings.log.folder
    except Exception:  # noqa: BLE001 settings that cannot be read must not hide the fault
        folder = session.data
    try:
        if not session.data.is_dir():
            return None
        with opened_log(folder) as log:
            log.write(f"{_now()}\n{nameless(''.join(traceback.format_exception(error)))}\n")
    except OSError:
        return None
    return folder / LOG


def opened_log(folder: Path) -> TextIO:
    """Open the file for technicians, its owner's only; each line goes behind what is there.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(handle, "a", encoding="utf-8", errors="replace")


def nameless(text: str) -> str:
    """Take out numbers of cards, and the rows that PostgreSQL adds to what it refuses: names are in them."""
    import re

    return re.sub(_ROW, "", _without_cards(text))


def _now() -> str:
    from datetime import UTC, datetime

    from sharing.journal.clock import SystemClock

    return datetime.fromtimestamp(SystemClock().read().at / 1000, UTC).isoformat(timespec="seconds")
