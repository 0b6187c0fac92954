"""Copies of the central's journal: taken while it runs, opened and read through before they count as taken.

A backup folder holds one folder a backup, named by its time in UTC, and beside them `emptied.ids`: the
private parts that were emptied for ever. It is newer than any backup, so a restored one forgets again what
was forgotten since. The key of the cards is never in it: with both, somebody could try all card numbers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import Damaged
from sharing.house import DATABASE, House, open_store
from sharing.journal.database import make_folder, translated
from sharing.journal.store import Store
from sharing.journal.verify import verify
from sync.copies import dumps
from sync.enrolling import register
from sync.files import on_disk, write_whole

MANIFEST: Final = "backup.json"
EMPTIED: Final = "emptied.ids"
DUMP: Final = "teilhaus.dump"
WHOLE: Final = "whole"
"""The copy was opened, and its journal read from end to end."""
READ: Final = "read"
"""The copy was only read: this database lets nobody make another one to open it in."""
_UNFINISHED: Final = ".unfinished-"
_PIECE: Final = 1 << 20


class Manifest(msgspec.Struct, frozen=True):
    """What one backup is."""

    house: str
    node: str
    taken_at: int
    """Instant."""
    file: str
    digest: str
    """SHA-256 of the file."""
    size: int
    """Bytes."""
    checked: str
    """`WHOLE` or `READ`."""
    entries: int
    gsn: int
    term: int


class Taken(msgspec.Struct, frozen=True):
    """A backup that was taken, and where it lies."""

    folder: Path
    manifest: Manifest


def backup(house: House, folder: Path, *, url: str = "") -> Taken:
    """Copy the journal while it is in use, read the copy through, and only then give it its name.

    Args:
        house: the open house.
        folder: where all backups lie; made if it is not there.
        url: the house's PostgreSQL database; its SQLite file if empty.

    Raises:
        Damaged: the copy, or what was copied, is not whole; the backups before stay.
        ProgramMissing: `pg_dump` is not on this machine.
        Storage: the folder cannot be written.
    """
    with translated():
        make_folder(folder)
        _clear_unfinished(folder)
        now = house.store.clock.read().at
        new = folder / f"{_UNFINISHED}{os.getpid()}"
        new.mkdir(mode=0o700)
        try:
            manifest = _copied(house, new, url, now)
            keep_emptied(house.store, folder)
            if (house.data / register.FILE).exists():
                write_whole(new / register.FILE, (house.data / register.FILE).read_bytes())
            write_whole(new / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            named = new.rename(folder / _stamp(now))
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        on_disk(folder)
    return Taken(named, manifest)


def _copied(house: House, new: Path, url: str, now: int) -> Manifest:
    """Make the copy and look into it."""
    file = new / (DUMP if url else DATABASE)
    if url:
        dumps.dump(url, file)
        checked, found = _look_into_dump(file, url, house)
    else:
        _copy_sqlite(house.data / DATABASE, file)
        store = open_store(new, clock=house.store.clock)
        try:
            checked, found = WHOLE, _counted(store)
        finally:
            store.close()
        _settle(file)
        (new / "open.lock").unlink(missing_ok=True)
    file.chmod(0o600)
    on_disk(file)
    size = file.stat().st_size
    return Manifest(
        house.store.house, house.store.node, now, file.name, digest_of(file), size, checked, *found
    )


def _copy_sqlite(source: Path, copy: Path) -> None:
    """Copy with SQLite's own backup: a copy of the file alone would miss what stands in its -wal file."""
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    here = sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=20)
    there = sqlite3.connect(copy)
    try:
        here.backup(there)
    finally:
        there.close()
        here.close()


def _settle(file: Path) -> None:
    """Leave one file and no -wal beside it."""
    link = sqlite3.connect(file)
    try:
        link.execute("PRAGMA journal_mode = DELETE")
    finally:
        link.close()


def _look_into_dump(file: Path, url: str, house: House) -> tuple[str, tuple[int, int, int]]:
    """Open a dump in a database of its own, if one may be made; else read it from end to end."""
    with dumps.scratch(url, house.store.randomness) as beside:
        if beside is not None:
            dumps.load(beside, file)
            store = open_store(file.parent, url=beside, clock=house.store.clock)
            try:
                return WHOLE, _counted(store)
            finally:
                store.close()
    dumps.read_through(file)
    with house.store.reader() as read:
        entries = read.rows("SELECT COUNT(*) FROM entry")[0][0]
        return READ, (entries, read.stream_tip(), read.sync().term)


def _counted(store: Store) -> tuple[int, int, int]:
    """Read a whole journal; give its entries, its last gsn and its term.

    Raises:
        Damaged: something in it is not as it was written.
    """
    found = verify(store)
    if found.faults:
        raise Damaged(what=found.faults[0])
    with store.reader() as read:
        return found.entries, read.stream_tip(), read.sync().term


def keep_emptied(store: Store, folder: Path) -> int:
    """Bring the list beside the backups up to date; nothing is ever taken off it. Gives how many are new.

    Raises:
        Storage, OSError: the folder cannot be written.
    """
    known = read_emptied(folder)
    with store.reader() as read:
        new = {bytes(row[0]).hex() for row in read.rows("SELECT entry FROM emptied")} - known
    if new or not (folder / EMPTIED).exists():
        write_whole(folder / EMPTIED, "".join(f"{one}\n" for one in sorted(known | new)).encode())
    return len(new)


def read_emptied(folder: Path) -> set[str]:
    """Give the ids (hex) on the list beside the backups; lines that are none are left out."""
    try:
        lines: Iterable[str] = (folder / EMPTIED).read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return set()
    return {one for one in lines if len(one) == 32 and all(digit in "0123456789abcdef" for digit in one)}  # noqa: PLR2004 hex of 16 bytes


def newest(folder: Path) -> Path | None:
    """Give the newest backup of a folder, or the folder itself if it is one."""
    if (folder / MANIFEST).exists():
        return folder
    found = sorted(one.parent for one in folder.glob(f"*/{MANIFEST}") if not one.parent.name.startswith("."))
    return found[-1] if found else None


def manifest_of(backup: Path) -> Manifest:
    """Read what a backup is.

    Raises:
        Damaged: that cannot be read.
    """
    try:
        return msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise Damaged(what=f"{backup / MANIFEST}: {error}") from error


def digest_of(file: Path) -> str:
    """Give the SHA-256 of a file."""
    whole = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            whole.update(piece)
    return whole.hexdigest()


def _stamp(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y%m%d-%H%M%S}-{at % 1000:03d}"


def _clear_unfinished(folder: Path) -> None:
    """Remove what a backup left behind that was broken off; one at work is left alone."""
    for one in folder.glob(f"{_UNFINISHED}*"):
        if not Path(f"/proc/{one.name.removeprefix(_UNFINISHED)}").exists():
            shutil.rmtree(one, ignore_errors=True)
