"""Who may log in at the broker of a house: a book that the central keeps, and the broker's files follow.

A machine is invited with a one-time code. It logs in with it under a name that may read nothing of the house,
is given a password of its own, and the code is worth nothing as soon as that password was used. Only digests
are kept.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import CodeExpired, CodeUsed, CodeWrong, Damaged
from sync.files import write_whole
from sync.mosquitto.credentials import Rules
from sync.topics import joining

FILE: Final = "nodes.json"
LOCK: Final = "nodes.lock"
OPEN_MS: Final = 48 * 3600 * 1000
"""How long a one-time code can be used: two days, so that one made on Friday works on Saturday."""
TOLD_MS: Final = 30 * 24 * 3600 * 1000
"""How long somebody who comes with an old code is told so; then it is simply not known."""


class Invited(msgspec.Struct, frozen=True):
    """A one-time code, by its digest."""

    digest: str
    """As the broker's password file has it."""
    expires_at: int
    used_at: int | None = None
    """When the machine logged in with its own password."""


class Guest(msgspec.Struct, frozen=True):
    """Somebody who may log in and is no machine of the house: a door panel, whoever feeds it."""

    digest: str
    """Of its password, as the broker's password file has it."""
    rules: Rules = Rules()
    notes: dict[str, str] = {}
    """What whoever let it in wants to remember."""


class Register(msgspec.Struct, frozen=True):
    """The whole book; machines by their names, guests by the names they log in with."""

    nodes: dict[str, str] = {}
    """Machines with a password of their own, by its digest."""
    invited: dict[str, Invited] = {}
    guests: dict[str, Guest] = {}

    def users(self, now: int) -> dict[str, str]:
        """Give every name that may log in, with the digest of its password; old codes only to be told so."""
        asked = {
            joining(node): one.digest
            for node, one in self.invited.items()
            if now < (one.used_at or one.expires_at) + TOLD_MS
        }
        return self.nodes | asked | {name: one.digest for name, one in self.guests.items()}

    def rules(self) -> dict[str, Rules]:
        """Give what guests may do."""
        return {name: one.rules for name, one in self.guests.items()}

    def with_guest(self, name: str, guest: Guest) -> Register:
        """Let somebody in who is no machine of the house."""
        return msgspec.structs.replace(self, guests={**self.guests, name: guest})

    def without_guest(self, name: str) -> Register:
        """Let them in no more."""
        kept = {key: one for key, one in self.guests.items() if key != name}
        return msgspec.structs.replace(self, guests=kept)

    def invite(self, node: str, digest: str, now: int) -> Register:
        """Let a machine come in with a code; one that was made before for the same name is void."""
        return msgspec.structs.replace(self, invited={**self.invited, node: Invited(digest, now + OPEN_MS)})

    def enrol(self, node: str, digest: str, now: int) -> Register:
        """Give a machine its own password; asked again it gets another, until one of them was used.

        Raises:
            CodeWrong, CodeUsed, CodeExpired: its code brings nobody in (any more).
        """
        one = self.invited.get(node)
        if one is None:
            raise CodeWrong(node=node)
        if one.used_at is not None:
            raise CodeUsed(node=node)
        if now >= one.expires_at:
            raise CodeExpired(node=node)
        return msgspec.structs.replace(self, nodes={**self.nodes, node: digest})

    def came(self, node: str, now: int) -> Register:
        """Note that a machine logged in with its own password: its code is worth nothing from now on."""
        one = self.invited.get(node)
        if one is None or one.used_at is not None or node not in self.nodes:
            return self
        used = msgspec.structs.replace(one, used_at=now)
        return msgspec.structs.replace(self, invited={**self.invited, node: used})

    def without(self, node: str) -> Register:
        """Let a machine in no more, neither by password nor by code."""
        return Register(
            {name: one for name, one in self.nodes.items() if name != node},
            {name: one for name, one in self.invited.items() if name != node},
            self.guests,
        )

    def without_codes(self) -> Register:
        """Void all codes: after a restore nobody knows which were used."""
        return Register(self.nodes, guests=self.guests)


def read(data: Path) -> Register:
    """Read the book; there is an empty one where none was written.

    Raises:
        Damaged: it is no such book.
        OSError: it cannot be read.
    """
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Register)
    except FileNotFoundError:
        return Register()
    except msgspec.MsgspecError as error:
        raise Damaged(what=f"{FILE}: {error}") from error


@contextmanager
def changing(data: Path) -> Iterator[None]:
    """Keep the book to oneself between reading and writing.

    Raises:
        OSError: the folder cannot be written.
    """
    with (data / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write(data: Path, register: Register) -> None:
    """Write the book, for its owner only; whole and on the disk, or as it was.

    Raises:
        OSError: the folder cannot be written.
    """
    write_whole(data / FILE, msgspec.json.format(msgspec.json.encode(register, order="sorted")))
