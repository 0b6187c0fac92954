"""A disk that can lose its power: SQLite writes through it, and it knows what is truly on the platter.

A write reaches the platter when its file is synced. What was written since may be there, may not, or may be
there by halves: each 512 bytes for themselves, in any order. `kill -9` shows nothing of this, for the system
keeps what a process wrote; only a machine that loses its power does, or this.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import peewee

SECTOR = 512
_VFS = "power"


class Platter:
    """One file: what is on the platter, and what was written since."""

    def __init__(self) -> None:
        self.synced = bytearray()
        self.there = False
        self.since: list[tuple[int, bytes | None]] = []
        """(offset, bytes), or (size, None) for a cut to that size; in order."""

    def sync(self) -> None:
        """Bring everything written to the platter."""
        for offset, data in self.since:
            _apply(self.synced, offset, data)
        self.since.clear()
        self.there = True

    def surviving(self, coin: Callable[[], bool]) -> bytes | None:
        """Give what is left when the power goes now; None if not even the file's name is there."""
        if not self.there:
            return None
        left = bytearray(self.synced)
        for offset, data in self.since:
            for start, piece in _sectors(offset, data):
                if coin():
                    _apply(left, start, piece)
        return bytes(left)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _sectors(offset: int, data: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    if data is None:
        yield offset, None
        return
    at = offset
    while at < offset + len(data):
        end = min((at // SECTOR + 1) * SECTOR, offset + len(data))
        yield at, data[at - offset : end - offset]
        at = end


class Disk(apsw.VFS):
    """The disk of one machine; one at a time, for SQLite knows it by its name."""

    def __init__(self, on_write: Callable[[], None] = lambda: None) -> None:
        """Start empty.

        Args:
            on_write: called before each write, cut and sync: between any two of them the power can go.
        """
        super().__init__(_VFS, base="")
        self.files: dict[str, Platter] = {}
        self.on_write = on_write

    def xOpen(self, name: Any, flags: Any) -> Any:  # noqa: N802 - apsw's own name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        platter = self.files.setdefault(str(path), Platter()) if path else Platter()
        if path and Path(path).exists() and not platter.there and not platter.since:
            platter.synced[:] = Path(path).read_bytes()
            platter.there = True
        return _File(name, flags, self, platter)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802, FBT001 - apsw's own
        self.files.pop(filename, None)
        super().xDelete(filename, syncdir)

    def cut(self, folder: Path, seed: bytes) -> None:
        """Write what survives a power cut at this moment into a folder."""
        folder.mkdir(parents=True)
        flips = _flips(seed)
        for name, platter in sorted(self.files.items()):
            left = platter.surviving(lambda: next(flips))
            if left is not None:
                (folder / Path(name).name).write_bytes(left)

    def switch_off(self) -> None:
        """Take the disk out of SQLite."""
        self.unregister()


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: Any, disk: Disk, platter: Platter) -> None:
        super().__init__("", name, flags)
        self._disk, self._platter = disk, platter

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's own name
        self._disk.on_write()
        self._platter.since.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - as above
        self._disk.on_write()
        self._platter.since.append((newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 - as above
        self._disk.on_write()
        self._platter.sync()
        super().xSync(flags)


def _flips(seed: bytes) -> Iterator[bool]:
    n = 0
    while True:
        for byte in hashlib.sha256(seed + n.to_bytes(8, "big")).digest():
            yield from ((byte >> bit) & 1 == 1 for bit in range(8))
        n += 1


class OnDisk(peewee.SqliteDatabase):
    """peewee's SQLite, opened on that disk."""

    def _connect(self) -> Any:
        link = _Link(self.database)
        self._set_pragmas(link)  # type: ignore[attr-defined]  # peewee has no types; its functions are not used here
        return link


class _Link:
    """As much of a `sqlite3.Connection` as the journal and peewee use, over apsw."""

    def __init__(self, path: str) -> None:
        self._apsw = apsw.Connection(path, vfs=_VFS)

    @property
    def in_transaction(self) -> bool:
        return bool(self._apsw.in_transaction)

    def cursor(self) -> _Cursor:
        return _Cursor(self._apsw)

    def execute(self, sql: str, params: Sequence[object] = ()) -> _Cursor:
        return self.cursor().execute(sql, params)

    def close(self) -> None:
        self._apsw.close()

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")


class _Cursor:
    """All rows are read at once, so that no statement stays open."""

    def __init__(self, link: apsw.Connection) -> None:
        self._link = link
        self._rows: Iterator[Any] = iter(())
        self.description: Any = None
        self.lastrowid = 0
        self.rowcount = -1

    def execute(self, sql: str, params: Sequence[object] = ()) -> _Cursor:
        with _translated():
            cursor = self._link.cursor()
            cursor.execute(sql, tuple(params))
            try:
                self.description = [(*one, *(None,) * 5)[:7] for one in cursor.getdescription()]
            except apsw.ExecutionCompleteError:
                self.description = None
            self._rows = iter(cursor.fetchall())
        self.lastrowid, self.rowcount = self._link.last_insert_rowid(), self._link.changes()
        return self

    def executemany(self, sql: str, params: Iterable[Sequence[object]]) -> _Cursor:
        with _translated():
            self._link.cursor().executemany(sql, [tuple(one) for one in params])
        return self

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def close(self) -> None:
        self._rows = iter(())


class _translated:  # noqa: N801 - reads as a word where it is used
    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, apsw.Error):
            kind = (
                sqlite3.IntegrityError
                if isinstance(error, apsw.ConstraintError)
                else sqlite3.OperationalError
            )
            said = kind(str(error))
            said.sqlite_errorcode = int(getattr(error, "extendedresult", 1))
            raise said from error
