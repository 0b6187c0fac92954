"""What one command runs with: which house, language and form of answer; opened when first asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from config.settings import Settings
    from kiosk.i18n import Words
    from sharing.house import House
    from sharing.journal.clock import Clock
    from sharing.journal.store import Store
    from sharing.journal.stream import Role
    from sharing.terms.rules import Ask, Terms

DATA_VARIABLE = "TEILHAUS_DATA"


class Session:
    """One command, from its arguments to its answer."""

    def __init__(
        self, environ: Mapping[str, str] | None = None, *, clock: Clock | None = None, alone: bool = False
    ) -> None:
        """Open nothing yet.

        Args:
            environ: the environment; the process's own if not given.
            clock: for the house; the machine's if not given.
            alone: this process runs this one command and nothing else.
        """
        self.environ = os.environ if environ is None else environ
        self.clock = clock
        self.alone = alone
        self.json = False
        self.plain = False
        self.lang: str | None = None
        self.data_given: Path | None = None
        self.act_given: bytes | None = None
        self.options: frozenset[str] = frozenset()
        """What the command that runs can be told."""
        self._house: House | None = None
        self._words: Words | None = None

    @cached_property
    def data(self) -> Path:
        """The data folder: `--data`, the environment, or the user's own."""
        if self.data_given is not None:
            return self.data_given
        if self.environ.get(DATA_VARIABLE):
            return Path(self.environ[DATA_VARIABLE])
        from platformdirs import user_data_path

        return user_data_path("teilhaus", appauthor=False)

    @cached_property
    def settings(self) -> Settings:
        """This machine's settings.

        Raises:
            SettingsError: with everything that is wrong.
        """
        from config.settings import load

        return load(self.data, self.environ)

    @property
    def url(self) -> str:
        """The database's address; empty is SQLite in the data folder."""
        if self._says_nothing():
            return ""
        settings = self.settings
        if settings.database.password:
            os.environ["PGPASSWORD"] = settings.database.password
        return settings.database.url

    def _says_nothing(self) -> bool:
        """Tell whether neither file nor environment sets anything: then the database is SQLite, the default.

        Reading the defaults to learn that costs a command more than reading the house.
        """
        said = any(name.startswith("TEILHAUS_") and name != DATA_VARIABLE for name in self.environ)
        return not said and not (self.data / "teilhaus.toml").exists()

    def prepare(self) -> None:
        """Keep what this house does not need out of a process of its own, before anything imports it.

        peewee imports psycopg wherever it is installed, at twice the price of a whole command on SQLite.
        """
        if not self.alone:
            return
        try:
            needed = bool(self.url)
        except Exception:  # noqa: BLE001 whoever needs the settings will say what is wrong with them
            return
        if not needed:
            # None is how Python remembers that a module is not to be found.
            sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type] # as the line above says
            sys.modules.setdefault("psycopg2", None)  # type: ignore[arg-type] # as the line above says

    @property
    def is_open(self) -> bool:
        """Whether a house was opened."""
        return self._house is not None

    @property
    def house(self) -> House:
        """The open house.

        Raises:
            NoHouse, Damaged, Storage: as `open_house`.
        """
        if self._house is None:
            self._house = self.open_house()
        return self._house

    def open_house(self) -> House:
        """Open the house for whoever asks, and closes it: the kiosk does so in the thread that writes.

        Raises:
            NoHouse, Damaged, Storage: as `sharing.house.open_house`.
        """
        url = self.url
        from sharing.house import open_house

        return open_house(self.data, url=url, clock=self.clock)

    def make_house(
        self, node: str, name: str, *, founded: bool = True, role: Role = "alone", key: bytes | None = None
    ) -> House:
        """Make the house, or open the one that is there; what can be said is as `sharing.house` has it."""
        url = self.url
        from sharing.house import make_house

        self._house = make_house(
            self.data, node=node, name=name, url=url, clock=self.clock, founded=founded, role=role, key=key
        )
        return self._house

    @property
    def store(self) -> Store:
        """The open house's journal."""
        return self.house.store

    @cached_property
    def terms(self) -> Terms:
        """The house rules that hold while this command runs."""
        from sharing.terms.actions import read_terms

        return read_terms(self.store)

    def act(self) -> bytes:
        """Give the id of this command: as given, or a new one."""
        return self.act_given or self.store.new_act()

    def when(self, text: str | None) -> int | None:
        """Read a time as typed.

        Raises:
            BadTime: it is none.
        """
        if text is None:
            return None
        from sharing.terms.times import parse_when

        return parse_when(text, self.terms, self.store.clock.read().at)

    @property
    def words(self) -> Words:
        """The words of the language asked for, in the time zone of the house if one is open."""
        if self._words is None:
            from kiosk.i18n import Words

            self._words = Words(language_of(self.lang, self.environ))
        return self._words

    @cached_property
    def dated(self) -> Words:
        """The same words, with the clock of the open house."""
        from kiosk.i18n import Words

        return Words(self.words.language, self.terms.zone)

    def ask(self) -> Ask | None:
        """Give whom to ask, if the house can be read; an answer must not fail for want of it."""
        from config.wrong import SettingsError
        from sharing.errors import TeilhausError
        from sharing.terms.actions import somebody_to_ask

        try:
            return somebody_to_ask(self.store)
        except (TeilhausError, SettingsError):
            return None

    def close(self) -> None:
        """Close what was opened."""
        if self._house is not None:
            self._house.close()
            self._house = None


def language_of(given: str | None, environ: Mapping[str, str]) -> str:
    """Choose the language: as asked, as the terminal says, or the first."""
    from kiosk.i18n import FIRST, LOCALE

    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    wanted = given or said.partition("_")[0].partition(".")[0]
    return wanted if wanted.isalpha() and (LOCALE / wanted).is_dir() else FIRST


def of(context: click.Context) -> Session:
    """Give the session of a running command."""
    found = context.find_object(Session)
    return found if found is not None else context.ensure_object(Session)
