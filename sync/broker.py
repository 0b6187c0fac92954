"""A mosquitto of our own: found, configured, started, watched over and ended.

It keeps nothing, and nothing durable is asked of it, so ending it at any moment costs no more than a new
connection. A thread of ours starts it and stays as long as it runs: Linux ends it with that thread.
"""

from __future__ import annotations

import logging
import os
import pwd
import signal
import subprocess
import threading
import time
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import BrokerFailed, Network, PortTaken, TlsMissing
from sharing.journal.database import make_folder
from sharing.journal.ids import Randomness, system_randomness
from sync.files import write_whole
from sync.line.endpoint import is_loopback
from sync.mosquitto import leash
from sync.mosquitto.broker_files import (
    LOOPBACK,
    Listen,
    answers,
    configuration,
    free_port,
    is_free,
    mosquitto,
)
from sync.mosquitto.credentials import ACCESS, PASSWORDS, hashed, new_password

PROBE: Final = "probe"
"""The user that only knocks, to see that it is our broker which answers; it may write and read nothing."""
_CONFIG: Final = "mosquitto.conf"
_LOG: Final = "log"
_MOST_LOG: Final = 1_000_000
"""Bytes of the broker's log; a larger one begins anew at the next start."""
_MOST_MOVES: Final = 5
"""How often to look for another free port when somebody was faster."""
_log = logging.getLogger(__name__)


class Running(StrEnum):
    """How the broker is doing."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    STOPPED = "stopped"


class Patience(msgspec.Struct, frozen=True):
    """How long to wait for what, in seconds."""

    answer: float = 10
    """Until it answers after a start, and until it has read its files again."""
    stop: float = 5
    """Until it is killed when it does not end by itself."""
    first: float = 0.2
    longest: float = 30
    """Before it is started again; doubled each time it lived shorter than `longest`."""


class Broker:
    """One mosquitto as a child of this process."""

    def __init__(
        self,
        folder: Path,
        *,
        listen: Listen | None = None,
        patience: Patience | None = None,
        randomness: Randomness = system_randomness,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            folder: for its files, two of them by `credentials.write_credentials`; made if missing.
            listen: where it listens; by default on a free port of this machine only.
            patience: how long to wait for what.
            randomness: gives random bytes.

        Raises:
            TlsMissing: it would listen to the network without TLS.
        """
        self._listen = listen or Listen()
        if not (is_loopback(self._listen.bind) or self._listen.tls or self._listen.plain_allowed):
            raise TlsMissing(host=self._listen.bind)
        self._folder, self._patience, self._randomness = folder, patience or Patience(), randomness
        self._probe = ""
        self.port = self.local_port = 0
        """Where it listens, and where on this machine without TLS: the same unless it has TLS."""
        self.starts = 0
        """How often it was started."""
        self.trouble: Network | None = None
        """Why it does not run."""
        self.state = Running.STOPPED
        self._child: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._first = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process id of mosquitto while it runs."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    @property
    def log(self) -> Path:
        """What mosquitto complained about."""
        return self._folder / _LOG

    def start(self) -> None:
        """Start it, and come back when it answers; from then on it is started again whenever it dies.

        Raises:
            NoBroker: mosquitto is not on this machine.
            PortTaken: another program listens on the port that was asked for.
            BrokerFailed: it ended at once or does not answer; `reason` is its last word.
            OSError, ReadOnly: its files cannot be written.
        """
        program = mosquitto()
        make_folder(self._folder)
        self._owned_as_parent()
        self._ending.clear()
        self._first.clear()
        self._thread = threading.Thread(target=self._watch, args=(program,), name="broker", daemon=True)
        self._thread.start()
        self._first.wait()
        if self.trouble is not None:
            trouble = self.trouble
            self.stop()
            raise trouble

    def stop(self) -> None:
        """End it, by its process id; nothing happens if it does not run."""
        self._ending.set()
        self._end_child()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.state = Running.STOPPED

    def reload(self) -> None:
        """Let it read passwords and access anew; who is no longer in there is thrown out. Back when it has.

        Raises:
            BrokerFailed: it does not run, or does not do so.
            OSError: the files cannot be written.
        """
        child = self._child
        if child is None or child.poll() is not None:
            raise BrokerFailed(reason="not running")
        self._write_probe()
        child.send_signal(signal.SIGHUP)
        self._await_answer(child)

    def _watch(self, program: str) -> None:
        wait = self._patience.first
        while not self._ending.is_set():
            began = time.monotonic()
            self._live_once(program)
            if self._may_move():
                self.port = 0
                continue
            self._first.set()
            if self._ending.is_set():
                break
            self.state = Running.WAITING
            _log.warning("broker: %s; again in %.1f s", self.trouble, wait)
            self._ending.wait(wait)
            lived = time.monotonic() - began > self._patience.longest
            wait = self._patience.first if lived else min(wait * 2, self._patience.longest)

    def _may_move(self) -> bool:
        """Say whether another port would do: nobody asked for this one or knows of it yet."""
        early = not self._first.is_set() and self.starts < _MOST_MOVES
        return early and isinstance(self.trouble, PortTaken) and not self._listen.port

    def _live_once(self, program: str) -> None:
        """Start it and stay until it is dead, whatever happens."""
        try:
            self.state, self.trouble = Running.STARTING, None
            child = self._spawn(program)
            self._await_answer(child)
            self.state = Running.RUNNING
            self._first.set()
            code = child.wait()
            self.trouble = BrokerFailed(reason=f"ended with {code}")
        except Network as trouble:
            self.trouble = trouble
        except Exception as error:  # noqa: BLE001 a thread that died would start no broker again
            _log.exception("broker")
            self.trouble = BrokerFailed(reason=str(error))
        finally:
            self._end_child()

    def _spawn(self, program: str) -> subprocess.Popen[bytes]:
        self._choose_ports()
        if not (self._folder / ACCESS).exists():
            write_whole(self._folder / ACCESS, b"")
        self._write_probe()
        owner = self._folder.stat()
        user = pwd.getpwuid(owner.st_uid).pw_name if os.geteuid() == 0 else ""
        config = configuration(self._folder, self._listen, port=self.port, local=self.local_port, user=user)
        write_whole(self._folder / _CONFIG, config.encode())
        if self.log.exists() and self.log.stat().st_size > _MOST_LOG:
            self.log.unlink()
        command = leash.command(
            [program, "-c", str(self._folder / _CONFIG)], uid=owner.st_uid, gid=owner.st_gid
        )
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            child = subprocess.Popen(  # noqa: S603 a program we found and a file we wrote
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
        self._child = child
        self.starts += 1
        if self._ending.is_set():
            self._end_child()  # somebody stopped us while it was being born
        return child

    def _choose_ports(self) -> None:
        """Take the port that was asked for, or keep the one it had; a free one at the first start."""
        self.port = self._listen.port or self.port or free_port(self._listen.bind)
        if not is_free(self._listen.bind, self.port):
            if self._listen.port or self.starts:
                raise PortTaken(port=self.port)
            self.port = free_port(self._listen.bind)
        if self._listen.tls is None:
            self.local_port = self.port
        elif not self.local_port or not is_free(LOOPBACK, self.local_port):
            self.local_port = free_port(LOOPBACK)

    def _write_probe(self) -> None:
        """Give the probe a new password, among those that stand in the file."""
        path = self._folder / PASSWORDS
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        password = new_password(self._randomness)
        lines = [line for line in lines if not line.startswith(f"{PROBE}:")]
        lines.append(hashed(PROBE, password, randomness=self._randomness))
        write_whole(path, "".join(f"{line}\n" for line in lines).encode())
        self._probe = password

    def _await_answer(self, child: subprocess.Popen[bytes]) -> None:
        """Knock until it lets the probe in with its newest password: so it is ours and has read the files."""
        until = time.monotonic() + self._patience.answer
        host = LOOPBACK if self._listen.tls or self._listen.bind in {"0.0.0.0", ""} else self._listen.bind  # noqa: S104
        while time.monotonic() < until and child.poll() is None and not self._ending.is_set():
            if answers(host, self.local_port, PROBE, self._probe):
                return
            time.sleep(0.01)
        said = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        last = said.strip().splitlines()[-1:]
        if child.poll() is not None and "in use" in "".join(last):
            raise PortTaken(port=self.port)
        raise BrokerFailed(reason="".join(last) or "no answer")

    def _end_child(self) -> None:
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(self._patience.stop)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _owned_as_parent(self) -> None:
        """If root made the folder in somebody's data folder, it is that somebody's, and so is the broker."""
        if os.geteuid() == 0:
            parent = self._folder.parent.stat()
            os.chown(self._folder, parent.st_uid, parent.st_gid)
        self._folder.chmod(0o700)
