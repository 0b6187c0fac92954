"""A house of real processes: a central with its broker, kiosks, a network before each, people at them.

Each process is on a leash: it dies with the test that started it, however that ends, and its own children
with it. Every word the harness says to a machine goes through the command line.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from msgspec.structs import replace

from sharing.house import House, open_house
from sharing.journal.rebuild import differences
from sharing.journal.verify import table_hash, verify
from sync.enrolling import enrolment
from sync.mosquitto import leash
from sync.mosquitto.broker_files import LOOPBACK, free_port
from sync.mosquitto.ports import PORT
from tests.integration.mosquitto import until
from tests.integration.proxy import Proxy

ROOT = Path(__file__).parents[2]
URL = "TEILHAUS_DATABASE_URL"
KIOSKS = ("desk-1", "desk-2", "desk-3")
PATIENCE_S = 90.0


def python(*words: str) -> list[str]:
    """Give the command for a Python program that does not outlive us."""
    return leash.command([sys.executable, "-P", *words], uid=os.getuid(), gid=os.getgid())


class Program:
    """A process that runs on; what it prints is kept in a file, whatever happens to it."""

    def __init__(self, words: Sequence[str], environ: dict[str, str], said: Path) -> None:
        self.said = said
        with said.open("ab") as out, said.with_suffix(".err").open("ab") as err:
            self._child = subprocess.Popen(
                python(*words), stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=ROOT, env=environ
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def code(self) -> int | None:
        """What it ended with, or None while it runs; negative is the signal that killed it."""
        return self._child.poll()

    @property
    def runs(self) -> bool:
        return self.code is None

    def kill(self) -> None:
        """End it as a power cut does."""
        self._child.kill()
        self._gone()

    def end(self) -> int:
        """Tell it to end, and wait until it has."""
        if self.runs:
            self._child.send_signal(signal.SIGTERM)
        return self._gone()

    def let_go(self) -> int:
        """Close its standard input, and wait until it has ended."""
        self._stdin.close()
        return self._gone()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._child.stdin is not None
        return self._child.stdin

    def _gone(self) -> int:
        self._stdin.close()
        return self._child.wait(PATIENCE_S)

    def lines(self) -> list[dict[str, Any]]:
        """What it and those before it with the same file have printed; a line cut short was not said."""
        text = self.said.read_text("utf-8") if self.said.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


class Machine:
    """One machine: its data folder, its database if that is elsewhere, and what runs on it."""

    def __init__(self, data: Path, environ: dict[str, str] | None = None) -> None:
        self.data, self.name = data, data.name
        self.environ = {
            "PATH": os.environ["PATH"],
            "TEILHAUS_DATA": str(data),
            "LANG": "de_DE.UTF-8",
            "TEILHAUS_WEB_PORT": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            **(environ or {}),
        }
        self.runs_on: Program | None = None

    def say(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Run one command with --json, to its end."""
        done = subprocess.run(
            python("-m", "tests.integration.planted", *words, "--json"), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, cwd=ROOT, env=self.environ, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (code, ""), (words, done.stdout, done.stderr)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def program(self, *words: str, kind: str = "said") -> Program:
        return Program(words, self.environ, self.data.with_name(f"{self.name}.{kind}"))

    def start(self) -> None:
        """Start what runs here all the time."""
        raise NotImplementedError

    def _begin(self, *words: str) -> None:
        if self.runs_on is not None:
            self.runs_on.let_go()
        self.runs_on = self.program(*words)

    @property
    def runs(self) -> bool:
        return self.runs_on is not None and self.runs_on.runs

    @property
    def gave_up(self) -> bool:
        """Whether what ran here ended by itself."""
        return self.runs_on is not None and (self.runs_on.code or 0) > 0

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.runs_on is not None
        self.runs_on.kill()

    def stop(self) -> None:
        """End everything in good order."""
        if self.runs_on is not None:
            self.runs_on.end()

    def house(self) -> House:
        """Open its journal, to look into it."""
        return open_house(self.data, url=self.environ.get(URL, ""))


class Central(Machine):
    """The central; its broker is its child."""

    def start(self) -> None:
        self._begin("-m", "tests.integration.planted", "central", "--json")

    def ready(self) -> int:
        """Wait until it can be reached after its first start; gives the port."""
        assert self.runs_on is not None
        program = self.runs_on
        until(lambda: not program.runs or program.lines(), PATIENCE_S)
        assert program.runs, program.said.with_suffix(".err").read_text()
        return int(program.lines()[-1]["port"])

    @property
    def broker(self) -> int | None:
        """The process id of its mosquitto, if it has one now."""
        if not self.runs or self.runs_on is None:
            return None
        return next((one for one, name in children(self.runs_on.pid) if name == "mosquitto"), None)

    def lose_disk(self, *, keeping: Sequence[str]) -> None:
        """Kill it, and leave nothing of its folder but what lies in the safe."""
        if self.runs:
            self.kill()
        kept = {name: (self.data / name).read_bytes() for name in keeping}
        shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        for name, content in kept.items():
            (self.data / name).write_bytes(content)
            (self.data / name).chmod(0o600)

    def kill_broker(self) -> bool:
        """End the broker as a power cut does; says whether there was one."""
        pid = self.broker
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid is not None


def children(pid: int) -> Iterator[tuple[int, str]]:
    """Give the children of a process with their names."""
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = one.read_text()
        except OSError:
            continue
        name, _, rest = text.partition("(")[2].rpartition(")")
        if int(rest.split()[1]) == pid:
            yield int(one.parent.name), name


class Kiosk(Machine):
    """A kiosk: the process that keeps it together with the others, and somebody who stands at it."""

    def __init__(self, data: Path, network: Proxy, environ: dict[str, str] | None = None) -> None:
        super().__init__(data, environ)
        self.network = network
        self.person: Program | None = None
        self.persons = 0

    def join(self, central: Machine) -> dict[str, Any]:
        """Enrol at the central, through its own network."""
        told = central.say("node", "add", self.name)
        typed = ("--host", "127.0.0.1", "--port", str(self.network.port), "--name", self.name)
        return self.say("node", "join", *typed, "--code", told["code"])

    def copied(self, furnished: Path) -> None:
        """Be a copy of this kiosk of a furnished house, behind this network."""
        shutil.copytree(furnished / self.name, self.data)
        known = enrolment.load(self.data)
        assert known is not None
        enrolment.save(self.data, replace(known, port=self.network.port))

    def start(self) -> None:
        self._begin("-m", "tests.integration.planted", "sync", "run")

    def come(self, seed: str) -> None:
        """Let somebody come; what the one before began without an answer is done again, by the same id."""
        self.persons += 1
        words = ("-m", "tests.integration.person", str(self.data), f"{seed}/{self.name}/{self.persons}")
        self.person = self.program(*words, self._unanswered(), kind="person")

    def _unanswered(self) -> str:
        lines = self.said()
        return json.dumps(lines[-1]) if lines and "begun" in lines[-1] else ""

    def go(self) -> None:
        """Let whoever stands there finish and go."""
        if self.person is not None:
            self.person.let_go()

    def said(self) -> list[dict[str, Any]]:
        """What all who stood here were shown."""
        return self.person.lines() if self.person is not None else []

    def done(self) -> list[dict[str, Any]]:
        """What was shown as done here."""
        return [one for one in self.said() if "done" in one]

    def stop(self) -> None:
        self.go()
        super().stop()


class Together:
    """A central, its kiosks, and the network of each."""

    def __init__(self, central: Central, kiosks: list[Kiosk]) -> None:
        self.central, self.kiosks = central, kiosks

    @property
    def all(self) -> list[Machine]:
        return [self.central, *self.kiosks]

    def start(self) -> None:
        """Start whatever does not run."""
        for one in self.all:
            if not one.runs:
                one.start()

    def heal(self, patience: float = PATIENCE_S) -> float:
        """Start all, let every network be an ordinary one; gives the seconds until all hold the same."""
        for kiosk in self.kiosks:
            kiosk.network.resume()
        self.start()
        began, houses = time.monotonic(), [one.house() for one in self.all]
        try:
            until(lambda: settled(houses), patience)
        finally:
            for house in houses:
                house.close()
        return time.monotonic() - began

    def assert_alike(self) -> None:
        """Hold every journal and every table of each machine against those of the others."""
        houses = [one.house() for one in self.all]
        try:
            assert len({frozenset(ids(one)) for one in houses}) == 1
            assert len({table_hash(one.store) for one in houses}) == 1
            for one in houses:
                assert verify(one.store).faults == ()
                assert differences(one.store) == []
        finally:
            for one in houses:
                one.close()


def ids(house: House) -> set[bytes]:
    """Give the ids of all entries of a machine."""
    with house.store.reader() as read:
        return {bytes(row[0]) for row in read.rows("SELECT id FROM entry")}


def settled(houses: Sequence[House]) -> bool:
    """Say whether every kiosk has all that the central has, and the central all of theirs; it may decide."""
    central, *kiosks = houses
    with central.store.reader() as read:
        state, tip = read.sync(), read.stream_tip()
        if state.restoring or read.rows("SELECT COUNT(*) FROM entry")[0][0] != tip:
            return False
    for one in kiosks:
        with one.store.reader() as read:
            own = read.sync()
            if (own.term, own.applied) != (state.term, tip) or read.unacked():
                return False
    return True


@contextmanager
def together(folder: Path, *names: str, url: str = "", furnished: Path | None = None) -> Iterator[Together]:
    """Run a house with the example in it.

    Args:
        folder: for all its machines.
        names: of the kiosks; three of them if not said.
        url: a PostgreSQL database for the central.
        furnished: a house that was made before and stopped, to be copied; else one is made, by command.
    """
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        central = Central(folder / "central", {URL: url} if url else {})
        stack.callback(central.stop)
        if furnished is None:
            central.say("central", "init", "--demo")
        else:
            copied(furnished, central)
        central.start()
        port = central.ready()
        kiosks = []
        for name in names or KIOSKS:
            kiosk = Kiosk(folder / name, stack.enter_context(Proxy(port)))
            stack.callback(kiosk.stop)
            if furnished is None:
                assert kiosk.join(central)["complete"]
            else:
                kiosk.copied(furnished)
            kiosks.append(kiosk)
        house = Together(central, kiosks)
        house.start()
        yield house


def copied(furnished: Path, central: Machine) -> None:
    """Copy the central of a furnished house; it gets a port of its own."""
    shutil.copytree(furnished / central.name, central.data)
    port = free_port(LOOPBACK)
    (central.data / PORT).write_text(f"{port}\n")
