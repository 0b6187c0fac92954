"""The keys that make card numbers unreadable in the database, and the one file they live in.

A card is stored as HMAC-SHA256 of its number, with the key's id beside it. Without the key file
nobody can try all numbers; the file belongs in a backup of its own, never beside the database's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from sharing.codes import CodeKind, make
from sharing.errors import Damaged
from sharing.people.rules import Discreet

_LINE: Final = re.compile(r"(k[1-9][0-9]{0,8}) ([0-9a-f]{64})")
_FORBIDDEN: Final = stat.S_IRWXG | stat.S_IRWXO
_LARGEST: Final = 64 * 1024
_KEY_BYTES: Final = 32
MOST_ATTEMPTS: Final = 8
"""How often another number is tried when one is taken: eight in a row are a broken key, not chance."""


class CardKeys(Discreet, frozen=True):
    """Keys in the order of the file: new cards use the first, the others stay readable."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> str:
        """The id of the key for new cards."""
        return self.keys[0][0]

    def hash(self, code: str) -> str:
        """Give the name that a new card is stored by: "k1.<hex>"."""
        return _hash(*self.keys[0], code)

    def hashes(self, code: str) -> tuple[str, ...]:
        """Give every name that a card with this number may be stored by."""
        return tuple(_hash(key_id, key, code) for key_id, key in self.keys)

    def number(self, kind: CodeKind, act: bytes, attempt: int) -> str:
        """Make the number of the card that a command issues; a further attempt gives another."""
        return _number(self.keys[0][1], kind, act, attempt)

    def number_again(self, kind: CodeKind, act: bytes, card: str) -> str | None:
        """Make the number of a card that this command has issued; None if it was not made here.

        So a command sent twice answers twice, though no number is kept anywhere.
        """
        for key_id, key in self.keys:
            for attempt in range(MOST_ATTEMPTS):
                number = _number(key, kind, act, attempt)
                if _hash(key_id, key, number) == card:
                    return number
        return None

    @classmethod
    def create(cls, path: Path, randomness: Callable[[int], bytes]) -> Self:
        """Write a first key for the owner's eyes only; whole or not at all, and never over another.

        Raises:
            FileExistsError: there is a key file.
            OSError: the folder cannot be written.
        """
        cls._write(path, f"k1 {randomness(_KEY_BYTES).hex()}\n".encode(), randomness)
        return cls.load(path)

    @classmethod
    def keep(cls, path: Path, content: bytes, randomness: Callable[[int], bytes]) -> Self:
        """Write down the keys of the house that this node joins; a file that is there stays.

        Raises:
            Damaged: it holds something else than keys, or other keys are here.
            OSError: the folder cannot be written.
        """
        given = cls._parse(path.name, content)
        with suppress(FileExistsError):
            cls._write(path, content, randomness)
        kept = cls.load(path)
        if kept != given:
            raise Damaged(what=f"{path.name}: it holds the keys of another house")
        return kept

    @staticmethod
    def _write(path: Path, content: bytes, randomness: Callable[[int], bytes]) -> None:
        beside = path.with_name(f"{path.name}.{randomness(8).hex()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)
        finally:
            beside.unlink()
        _sync_folder(path.parent)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key file.

        Raises:
            Damaged: it is missing, others can read it, or it holds something else than keys.
        """
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                raw = file.read(_LARGEST)
        except OSError as error:
            raise Damaged(what=f"{path.name}: {error.strerror}") from error
        if not stat.S_ISREG(mode) or mode & _FORBIDDEN:
            raise Damaged(what=f"{path.name}: others can read it ({stat.filemode(mode)}); chmod 600 {path}")
        return cls._parse(path.name, raw)

    @classmethod
    def _parse(cls, name: str, raw: bytes) -> Self:
        found = [_LINE.fullmatch(line) for line in raw.decode("ascii", "replace").splitlines()]
        keys = tuple((match[1], bytes.fromhex(match[2])) for match in found if match)
        if not keys or len(keys) != len(found) or len({key_id for key_id, _ in keys}) != len(keys):
            raise Damaged(what=f"{name}: not a card key")
        return cls(keys)

    @classmethod
    def load_or_create(cls, path: Path, randomness: Callable[[int], bytes]) -> Self:
        """Read the key file, or make it where there is none.

        Raises:
            Damaged: as `load`.
            OSError: the folder cannot be written.
        """
        if not path.exists():
            try:
                return cls.create(path, randomness)
            except FileExistsError:
                pass  # another process was faster, and its key is as good
        return cls.load(path)


def _hash(key_id: str, key: bytes, code: str) -> str:
    return f"{key_id}.{hmac.digest(key, b'card:' + code.encode(), hashlib.sha256).hex()}"


def _number(key: bytes, kind: CodeKind, act: bytes, attempt: int) -> str:
    digest = hmac.digest(key, b"number:%d:%d:" % (kind, attempt) + act, hashlib.sha256)
    return make(kind, int.from_bytes(digest, "big") % 10**13)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
