"""What is wrong with settings, for the technician who mends them: a line each, and what was probably meant.

::

    SettingsError       everything that is wrong with the settings, at once (the command line's exit code 2)
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Problem(StrEnum):
    """In which way a setting is wrong; `setting.<problem>` is the message key."""

    UNKNOWN = "unknown"
    UNFIT = "unfit"
    SECRET = "secret"  # noqa: S105 - the name of a problem, not a password
    UNREADABLE = "unreadable"


class Wrong(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    where: str
    """`teilhaus.toml`, `environment` or `defaults.toml`."""
    key: str
    """`section.name`, a variable's name, or empty where the whole file is meant."""
    value: str
    """What stood there, shortened and printable; empty for secrets."""
    problem: Problem
    expected: str
    """What would have done; for a secret the variable to use."""
    meant: str | None = None
    """The nearest thing that exists."""

    def __str__(self) -> str:
        """Tell it in one English line; the kiosk has it in other languages by `problem`."""
        guess = f" Did you mean {self.meant}?" if self.meant else ""
        match self.problem:
            case Problem.UNKNOWN:
                said = f"{self.key} is not a setting."
            case Problem.UNFIT:
                said = f"{self.key} cannot be {self.value}; it must be {self.expected}."
            case Problem.SECRET:
                said = f"{self.key} does not belong into a file; set {self.expected} in the environment."
            case _:
                said = f"cannot be read as {self.expected}: {self.value}"
        return f"{self.where}: {said}{guess}"


class SettingsError(Exception):
    """The settings cannot be used; `errors` has every reason."""

    def __init__(self, errors: tuple[Wrong, ...]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


def best_guess(given: str, known: Iterable[str]) -> str | None:
    """What was probably meant by `given`, or nothing when nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415 only needed once something is wrong

    return next(iter(get_close_matches(given[:100], known, n=1, cutoff=0.75)), None)


def told(text: str, limit: int = 80) -> str:
    """`text` as it can be shown in one line of a terminal, whatever somebody put into the file."""
    clean = "".join(char if char.isprintable() else "�" for char in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
