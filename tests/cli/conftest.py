"""A desk to type commands at: the example house, made once, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from kiosk.cli.main import cli
from kiosk.cli.session import Session
from tests.cli.machines import Machine
from tests.fakes import FakeClock


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one object on standard output."""
        found: dict[str, Any] = msgspec.json.decode(self.out)
        return found


@dataclass
class Desk:
    """Somebody at a terminal."""

    data: Path
    clock: FakeClock
    made: dict[str, Any]

    def say(self, *words: str, typed: str = "", environ: dict[str, str] | None = None) -> Said:
        """Run one command."""
        session = Session(
            {"TEILHAUS_DATA": str(self.data), "LANG": "de", **(environ or {})}, clock=self.clock
        )
        done = CliRunner().invoke(cli, list(words), obj=session, input=typed)
        assert "Traceback" not in done.output
        return Said(done.exit_code, done.stdout, done.stderr)

    def json(self, *words: str, typed: str = "", code: int = 0) -> dict[str, Any]:
        """Run one command with --json and see its exit code."""
        said = self.say(*words, "--json", typed=typed)
        assert said.code == code, said
        return said.data

    def card(self, person: str) -> str:
        """The number of somebody's card."""
        return next(str(one["code"]) for one in self.made["cards"] if one["person"] == person)

    @property
    def entries(self) -> int:
        """How many entries the journal has, to see that nothing changed."""
        return int(self.json("journal", "verify")["entries"])


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The example house as it was made; never written to."""
    desk = Desk(tmp_path_factory.mktemp("example") / "data", FakeClock(), {})
    desk.made = desk.json("init", "--demo")
    return desk


@pytest.fixture
def desk(example: Desk, tmp_path: Path) -> Desk:
    """A copy of the example house, some minutes after it was made."""
    shutil.copytree(example.data, tmp_path / "data")
    clock = FakeClock()
    clock.forward(minutes=5)
    return Desk(tmp_path / "data", clock, example.made)


@pytest.fixture(scope="session")
def made_central(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A central with the example house as it was made; never written to."""
    desk = Desk(tmp_path_factory.mktemp("central") / "data", FakeClock(), {})
    desk.made = desk.json("central", "init", "--demo")
    return desk


@pytest.fixture
def central(made_central: Desk, tmp_path: Path) -> Desk:
    """A copy of that central, some minutes after it was made."""
    shutil.copytree(made_central.data, tmp_path / "central")
    clock = FakeClock()
    clock.forward(minutes=5)
    return Desk(tmp_path / "central", clock, made_central.made)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Callable[..., Machine]]:
    """Makes machines, and ends what still runs on them."""
    made: list[Machine] = []

    def make(name: str, **environ: str) -> Machine:
        made.append(Machine(tmp_path / name, environ))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None:
            one.process.kill()
            one.process.communicate()
