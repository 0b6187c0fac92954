"""A mosquitto that runs as a service, with the files of `config/mosquitto`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import config
from sync.mosquitto.broker_files import free_port, mosquitto
from tests.integration.mosquitto import until

FOLDER = Path(config.__file__).with_name("mosquitto")


def filled(name: str, folder: Path, house: str) -> str:
    """A file with its placeholders filled in."""
    text = (FOLDER / name).read_text("utf-8")
    for key, value in {
        "HOUSE": house,
        "CERTS": folder / "tls",
        "CONF": folder,
        "BIND": "127.0.0.1",
        "ROOM": "0" * 32,
    }.items():
        text = text.replace(f"@{key}@", str(value))
    assert "@" not in text
    return text


@contextmanager
def served(folder: Path, text: str, port: int = 0) -> Iterator[int]:
    """Run mosquitto with a configuration; gives the port it listens on instead of 8883."""
    port = port or free_port("127.0.0.1")
    # Debian's own file comes first there; it keeps things and says where.
    head = f"user root\npersistence true\npersistence_location {folder}/\n"
    (folder / "conf").write_text(head + text.replace("listener 8883", f"listener {port}"))
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen([mosquitto(), "-c", str(folder / "conf")], stderr=log)
    try:
        until(lambda: child.poll() is not None or _listens(port))
        assert child.poll() is None, (folder / "log").read_text()
        yield port
    finally:
        child.terminate()
        child.wait(10)
    assert not list(folder.glob("*.db"))


def _listens(port: int) -> bool:
    table = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in table)
