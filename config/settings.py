"""What is true of this machine: its name, its paths, its scanner, its screen.

What the house has agreed on (hours, limits, closing days) is not here: it is entries in the journal, the same
on every machine. Settings are read once, at the start, and never change while the program runs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from config.kinds import Kind, Value, folder, path, switch, text, whole, word, words
from config.wrong import Problem, SettingsError, Wrong, best_guess, told

FILE = "teilhaus.toml"
"""The name of the settings file inside the data folder."""

DEFAULTS = Path(__file__).with_name("defaults.toml")
"""Beside the code; importlib.resources would cost each command a dozen modules."""

LARGEST = 100_000
"""Bytes of a settings file; a larger one is something else."""

LANGUAGES = ("de", "en")
"""The languages whose catalogue is complete; only these can be offered."""

NAME = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?)?"
ADDRESS = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-fA-F:]{2,39}"
WEB_ADDRESS = r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?)?"
POSTGRESQL = r"(?:postgres(?:ql)?://(?!.*password)(?:[^\s:@/]+@)?[^\s@]*)?"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """This machine among the others of the house."""

    name: str


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """Where the journal and its tables are."""

    url: str
    password: str

    def __repr__(self) -> str:
        return f"Database(url={self.url!r})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """Textual writes its tracebacks by this: no password in them either."""
        return [("url", self.url)]


class Scanner(msgspec.Struct, frozen=True, kw_only=True):
    """How the bursts of the barcode scanner are told from typing."""

    gap_ms: int


class Kiosk(msgspec.Struct, frozen=True, kw_only=True):
    """The screen that people stand in front of."""

    languages: tuple[str, ...]
    theme: str
    sound: bool
    idle_seconds: int
    countdown_seconds: int
    printer: str
    """The device of a receipt printer; empty: none."""


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """What the program says to technicians; never a person's name or card."""

    folder: Path
    level: str


class Broker(msgspec.Struct, frozen=True, kw_only=True):
    """Where the messages between the machines of a house go through."""

    host: str
    """Empty: a mosquitto of our own is started."""
    port: int
    """0: a free one, the same from then on."""
    bind: str
    tls: bool
    ca: str
    certificate: str
    key: str


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """How this machine keeps what the others do not have yet."""

    second_copy: str
    """A folder on another disk; empty: none."""


class Central(msgspec.Struct, frozen=True, kw_only=True):
    """The machine that all others report to, if this is it."""

    health_port: int
    """On the loopback only; 0: none."""
    backup_folder: str


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """The pages for tablets at doors, for the screen in the hall, and for phones."""

    port: int
    """0: none."""
    bind: str
    address: str
    """How phones reach it; empty: codes at doors and on labels lead to no page."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of this machine; `data` is the folder with everything that must not be lost."""

    data: Path
    node: Node
    database: Database
    scanner: Scanner
    kiosk: Kiosk
    log: Log
    broker: Broker
    sync: Sync
    central: Central
    web: Web


SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "node": Node,
    "database": Database,
    "scanner": Scanner,
    "kiosk": Kiosk,
    "log": Log,
    "broker": Broker,
    "sync": Sync,
    "central": Central,
    "web": Web,
}
KINDS: Mapping[str, Kind] = {
    "node.name": text("small letters, digits and hyphens, 32 at most", NAME),
    "database.url": text("empty (SQLite) or postgresql://user@host/name without a password", POSTGRESQL),
    "database.password": text("a password of at most 1000 characters", r"[^\x00]*"),
    "scanner.gap_ms": whole(10, 500),
    "kiosk.languages": words(*LANGUAGES),
    "kiosk.theme": word("light", "dark", "high-contrast"),
    "kiosk.sound": switch(),
    "kiosk.idle_seconds": whole(10, 600),
    "kiosk.countdown_seconds": whole(5, 120),
    "kiosk.printer": path(),
    "log.folder": folder(),
    "log.level": word("error", "warning", "info", "debug"),
    "broker.host": text("empty (a broker of our own) or the name or address of one", HOST),
    "broker.port": whole(0, 65535),
    "broker.bind": text("an IP address of this machine; 0.0.0.0 for all of them", ADDRESS),
    "broker.tls": switch(),
    "broker.ca": path(),
    "broker.certificate": path(),
    "broker.key": path(),
    "sync.second_copy": path(),
    "central.health_port": whole(0, 65535),
    "central.backup_folder": path(),
    "web.port": whole(0, 65535),
    "web.bind": text("an IP address of this machine; 0.0.0.0 for all of them", ADDRESS),
    "web.address": text("empty, or how phones reach the pages: https://haus.example", WEB_ADDRESS),
}
"""What each setting can be; its default is in defaults.toml, never here."""
SECRETS = frozenset({"database.password"})
"""Only taken from the environment: the file is copied around and backed up."""

PREFIX = "TEILHAUS_"
DATA_VARIABLE = "TEILHAUS_DATA"
"""Names the data folder, so it is read before there are settings, and is none itself."""

VARIABLES: Mapping[str, str] = {PREFIX + key.replace(".", "_").upper(): key for key in KINDS}


def load(data: Path, environ: Mapping[str, str]) -> Settings:
    """Read the settings of the house in `data`: the defaults, over them its file, over that the environment.

    Raises `SettingsError` with everything that is wrong, not the first thing only: whoever mends settings by
    telephone gets one try.
    """
    wrong: list[Wrong] = []
    defaults = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    raw = {f"{section}.{name}": value for section, table in defaults.items() for name, value in table.items()}
    places = dict.fromkeys(raw, "defaults.toml")
    for place, key, value in (*_of_file(data / FILE, wrong), *_of_environment(environ, wrong)):
        raw[key], places[key] = value, place
    values: dict[str, Any] = {}
    for key, kind in KINDS.items():
        read = kind.read(raw[key], data)
        if read is None:
            wrong.append(_unfit(places[key], key, raw[key], kind))
        values[key] = read
    if wrong:
        raise SettingsError(tuple(sorted(wrong, key=lambda one: (one.where, one.key))))
    return _built(data, values)


def _built(data: Path, values: Mapping[str, Value]) -> Settings:
    sections: dict[str, Any] = {
        section: shape(**{name: values[f"{section}.{name}"] for name in shape.__struct_fields__})
        for section, shape in SECTIONS.items()
    }
    return Settings(data=data, **sections)


def _of_file(path: Path, wrong: list[Wrong]) -> Iterator[tuple[str, str, object]]:
    """What the house's own file says; no file says nothing."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            wrong.append(Wrong(FILE, "", "", Problem.UNREADABLE, f"at most {LARGEST} bytes"))
            return
        tables = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError) as error:
        wrong.append(Wrong(FILE, "", told(str(error)), Problem.UNREADABLE, "a TOML file in UTF-8"))
        return
    for section, values in tables.items():
        if section not in SECTIONS or not isinstance(values, dict):
            wrong.append(_unknown(FILE, section, SECTIONS))
            continue
        for name, value in values.items():
            key = f"{section}.{name}"
            if key not in KINDS:
                wrong.append(_unknown(FILE, key, KINDS))
            elif key in SECRETS:
                wrong.append(Wrong(FILE, key, "", Problem.SECRET, _variable(key)))
            else:
                yield FILE, key, value


def _of_environment(environ: Mapping[str, str], wrong: list[Wrong]) -> Iterator[tuple[str, str, object]]:
    """What TEILHAUS_<SECTION>_<KEY> say. Other TEILHAUS_… are left alone, unless they look like a slip."""
    sections = tuple(f"{PREFIX}{section.upper()}_" for section in SECTIONS)
    for variable, said in environ.items():
        if variable in VARIABLES:
            key = VARIABLES[variable]
            yield "environment", key, KINDS[key].from_text(said)
        elif variable.startswith(PREFIX) and variable != DATA_VARIABLE:
            near = best_guess(
                variable.removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in VARIABLES]
            )
            if near or variable.startswith(sections):
                meant = near and PREFIX + near
                wrong.append(Wrong("environment", told(variable), "", Problem.UNKNOWN, "", meant))


def _unknown(where: str, key: str, known: Mapping[str, object]) -> Wrong:
    return Wrong(where, told(key), "", Problem.UNKNOWN, "", best_guess(key, known))


def _unfit(where: str, key: str, value: object, kind: Kind) -> Wrong:
    shown = "…" if key in SECRETS else told(re.sub(r":[^:@/]*@", ":…@", repr(value)))
    guess = best_guess(value, kind.choices) if isinstance(value, str) else None
    return Wrong(where, key, shown, Problem.UNFIT, kind.expected, guess)


def _variable(key: str) -> str:
    return next(variable for variable, known in VARIABLES.items() if known == key)
