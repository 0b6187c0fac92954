"""Our calendars as vdir folders, one file a date, which Radicale, khal or vdirsyncer serve as they are."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import FileNotWritten
from sharing.journal.store import Store
from sharing.rooms.calendars.feed import Of, events_of, name_of
from sharing.rooms.calendars.text import END, event_text, object_opening
from sharing.terms.actions import terms_of

_OURS: Final = re.compile(r"[0-9a-f]{32}-[0-9]{1,4}\.ics")
_BESIDE: Final = re.compile(r"\.[0-9a-f]{32}-[0-9]{1,4}\.ics\.tmp")
_PROPERTIES: Final = ".Radicale.props"


class Exported(msgspec.Struct, frozen=True):
    """What became of the folder."""

    written: int
    removed: int
    same: int


def export(store: Store, folder: Path, of: Of) -> Exported:
    """Bring a folder up to date with a calendar; files that need no change are not touched.

    Only files with names that we give are ever changed or removed. Each is whole or not there, whoever reads
    at that moment and whenever the power goes.

    Raises:
        FileNotWritten: the folder cannot be written; what was written before is whole.
    """
    with store.reader() as read:
        zone = terms_of(read).zone
        opening, name = object_opening(zone), name_of(read, of)
        files = {
            f"{one.uid.partition('@')[0]}.ics": f"{opening}{event_text(one, zone)}{END}".encode()
            for one in events_of(read, of)
        }
    try:
        return _brought_up(folder, files, name)
    except OSError as error:
        raise FileNotWritten(path=str(folder), reason=error.strerror or "?") from error


def _brought_up(folder: Path, files: dict[str, bytes], name: str) -> Exported:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {one.name for one in folder.iterdir()}
    for leftover in filter(_BESIDE.fullmatch, there):
        (folder / leftover).unlink(missing_ok=True)
    if _PROPERTIES not in there:
        said = {"tag": "VCALENDAR", "D:displayname": name}
        _replace(folder, {_PROPERTIES: msgspec.json.encode(said)})
    ours = set(filter(_OURS.fullmatch, there))
    changed = {key: data for key, data in files.items() if key not in ours or _differs(folder / key, data)}
    _replace(folder, changed)
    gone = ours - files.keys()
    for key in gone:
        (folder / key).unlink(missing_ok=True)
    if changed or gone:
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)
    return Exported(len(changed), len(gone), len(files) - len(changed))


def _differs(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size != len(data) or path.read_bytes() != data
    except FileNotFoundError:
        return True


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    """Put files in the place of others: first all written, then all on the disk, and only then named."""
    beside = {key: folder / f".{key}.tmp" for key in files}
    for key, data in files.items():
        beside[key].write_bytes(data)
    for path in beside.values():
        _sync(path, os.O_RDONLY)
    for key, path in beside.items():
        path.replace(folder / key)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
