"""Puts a backup in the place of a lost central, so that the other machines can bring what it lacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from sharing.errors import CardKeyMissing, Damaged, DoesNotExist, FolderNotEmpty, NoHouse
from sharing.house import CARD_KEY, DATABASE, House, open_house, open_store
from sharing.journal.clock import Clock
from sharing.journal.database import make_folder, translated
from sharing.journal.entry import Draft
from sharing.journal.shapes import NODE, NodeNoticed, PrivateEmptied
from sharing.journal.verify import verify
from sharing.journal.work import Work
from sync.copies import backup, dumps
from sync.copies.backup import Manifest
from sync.enrolling import register

AT_ONCE = 1000
"""So many emptied entries one `private.emptied` names at most."""


class Restored(msgspec.Struct, frozen=True):
    """What was restored."""

    manifest: Manifest
    emptied: int
    """So many private parts were emptied again."""
    term: int
    """The new one, by which the machines learn that they must bring what is missing."""


def restore(source: Path, data: Path, *, url: str = "", clock: Clock | None = None) -> Restored:
    """Put a backup into an empty data folder (and an empty database).

    The central then decides nothing until every machine has brought what it lacks, or staff end the wait.

    Args:
        source: a backup, or a folder of them: then the newest.
        data: where the house is to be; `card.key` lies there already.
        url: an empty PostgreSQL database for a backup of one.
        clock: the machine's own if not given.

    Raises:
        DoesNotExist: there is no backup.
        FolderNotEmpty, CardKeyMissing: as their names say.
        Damaged: the backup is not what was written; nothing was left behind.
    """
    found = backup.newest(source)
    if found is None:
        raise DoesNotExist(what="backup", value=str(source))
    manifest = backup.manifest_of(found)
    file = found / manifest.file
    _check(file, manifest, data, url)
    with translated():
        make_folder(data)
        _put(file, data, url)
        house = _opened(data, url, clock)
        try:
            emptied = sorted(backup.read_emptied(found.parent) | backup.read_emptied(found))
            done = _begin_again(house, manifest, emptied)
        finally:
            house.close()
        _keep_register(found, data)
    return done


def _check(file: Path, manifest: Manifest, data: Path, url: str) -> None:
    if not (data / CARD_KEY).exists():
        raise CardKeyMissing(path=str(data / CARD_KEY))
    if (manifest.file == backup.DUMP) != bool(url):
        raise Damaged(what=f"{file}: {'no' if url else 'only'} PostgreSQL database can take this backup")
    if (data / DATABASE).exists() or (url and _has_house(data, url)):
        raise FolderNotEmpty(where=str(data))
    if not file.exists() or backup.digest_of(file) != manifest.digest:
        raise Damaged(what=f"{file} is not the file that was written")


def _has_house(data: Path, url: str) -> bool:
    """Say whether there is a house in a PostgreSQL database already; opening it changes nothing."""
    try:
        open_store(data, url=url).close()
    except NoHouse:
        return False
    return True


def _put(file: Path, data: Path, url: str) -> None:
    if url:
        dumps.load(url, file)
        return
    beside = data / f".{DATABASE}"
    try:
        with file.open("rb") as source, beside.open("wb") as copy:
            os.fchmod(copy.fileno(), 0o600)
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        beside.replace(data / DATABASE)
    finally:
        beside.unlink(missing_ok=True)


def _opened(data: Path, url: str, clock: Clock | None) -> House:
    """Open what was put there and read it through; leave no SQLite file behind that is not whole."""
    try:
        house = open_house(data, url=url, clock=clock)
        faults = verify(house.store).faults
    except BaseException:
        if not url:
            _remove(data)
        raise
    if faults:
        house.close()
        if not url:
            _remove(data)
        raise Damaged(what=faults[0])
    return house


def _remove(data: Path) -> None:
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (data / name).unlink(missing_ok=True)


def _begin_again(house: House, manifest: Manifest, emptied: list[str]) -> Restored:
    """Take a new epoch and a new term in one transaction, and forget again what was forgotten since."""
    store = house.store
    with store.begin() as work:
        not_handed_on = work.unacked()
        work.new_epoch()
        work.set_sync(swept=0 if not_handed_on else work.tip().seq)
        term = work.new_term()
        work.set_sync(role="central", restoring=1)
        for peer in work.peers():
            work.note_peer(peer.node, reported=0)
        again = _empty_again(work, emptied)
        noticed = NodeNoticed(what="restored", detail=manifest.file)
        work.append(work.new_id(), [Draft(f"{NODE}{store.node}", noticed)])
    return Restored(manifest, again, term)


def _empty_again(work: Work, ids: list[str]) -> int:
    """Empty what the list names; what comes back from another machine later is stored empty."""
    known = {bytes(row[0]).hex() for row in work.rows("SELECT entry FROM emptied")}
    missing = [one for one in ids if one not in known]
    for start in range(0, len(missing), AT_ONCE):
        named = PrivateEmptied(entries=tuple(missing[start : start + AT_ONCE]))
        work.append(work.new_id(), [Draft(f"privacy:{work.new_hex()}", named)])
    return len(missing)


def _keep_register(found: Path, data: Path) -> None:
    """Let the machines log in with the passwords they have; codes are void."""
    if (found / register.FILE).exists():
        with register.changing(data):
            register.write(data, register.read(found).without_codes())
