"""What devices need of a language: the composition root hands it in, because catalogues lie in the kiosk."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, Protocol

from sharing.errors import TeilhausError
from sharing.journal.entry import Instant

_FROM_RIGHT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Say in which direction a language is written, by its tag."""
    return "rtl" if language.partition("-")[0] in _FROM_RIGHT else "ltr"


class Words(Protocol):
    """The texts of one language in the time zone of one house."""

    @property
    def language(self) -> str:
        """Its tag: "de"."""

    def __call__(self, key: str, /, **fields: object) -> str:
        """Give the text of `key`, with its fields filled in."""

    def count(self, key: str, n: int, /, **fields: object) -> str:
        """Give the text of `key` in the form that goes with `n`."""

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""

    def day(self, day: date) -> str:
        """Write weekday and date in full: Mittwoch, 2. Dezember."""

    def short_day(self, day: date) -> str:
        """Write weekday and date for a line of a list."""

    def time(self, instant: Instant) -> str:
        """Write the hour and minute of the house's clock."""

    def moment(self, instant: Instant) -> str:
        """Write weekday, date and time in full."""

    def until(self, instant: Instant) -> str:
        """Write an end in full; one at midnight is the day before it."""

    def why(self, error: TeilhausError) -> str:
        """Say in one sentence why something was refused."""

    def next_step(self, error: TeilhausError) -> str:
        """Say in one sentence what the person can do now."""

    def team(self, function: str) -> str:
        """Name whom to ask, as people of this language call them."""
