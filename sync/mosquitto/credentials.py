"""Who may log in at the broker, and who may write and read what: the two files that mosquitto reads.

Passwords stand in them only as `mosquitto_passwd` would write them: PBKDF2 with SHA-512 and 101 rounds. That
is few, and enough here, because the passwords are made of 128 random bits and never thought up by people.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from sharing.journal.ids import Randomness, system_randomness
from sync.files import write_whole
from sync.topics import CENTRAL, JOINING_HOUSE, is_joining

PASSWORDS: Final = "passwords"
ACCESS: Final = "access"
"""The names of the two files in the broker's folder."""

_USER: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
"""Nothing that means something in topics (/ + #) or in the files (: and spaces)."""
_ROUNDS: Final = 101
_SALT: Final = 12
"""Bytes; the only length mosquitto 2.0 takes."""


class Rules(msgspec.Struct, frozen=True):
    """What somebody may do who is no machine of the house: topics, with `+` and `#` as MQTT has them."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


NOBODY: Final[Mapping[str, Rules]] = {}


def new_password(randomness: Randomness = system_randomness) -> str:
    """Make a password that nobody has to remember: 128 random bits."""
    return randomness(16).hex()


def hashed(user: str, password: str, *, randomness: Randomness = system_randomness) -> str:
    """Give the line of the password file for a user.

    Raises:
        ValueError: the name could mean something in a topic or in the file.
    """
    if not _USER.fullmatch(user):
        raise ValueError(f"{user!r} cannot log in at a broker")
    salt = randomness(_SALT)
    return f"{user}:$7${_ROUNDS}${_base64(salt)}${_base64(_digest(password, salt, _ROUNDS))}"


def matches(line: str, password: str) -> bool:
    """Say whether a line of the password file was made from this password."""
    try:
        _, seven, rounds, salt, digest = line.partition(":")[2].split("$")
        made = _digest(password, base64.b64decode(salt), int(rounds))
        return seven == "7" and hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError:
        return False


def access(house: str, users: Iterable[str], guests: Mapping[str, Rules] = NOBODY) -> str:
    """Give mosquitto's access list of a house.

    A machine writes and reads its own topics only, whatever name it claims in a frame; entries for all are
    for machines that are enrolled. The central may do everything within the house.

    Args:
        house: what the house is called in topics (`sync.topics.topic_house`).
        users: which machines can log in.
        guests: who else can, and what they may do.

    Raises:
        ValueError: a topic would be more than one line.
    """
    top = f"teilhaus/v1/{house}"
    enrolled = sorted(user for user in users if user != CENTRAL and not is_joining(user))
    door = f"teilhaus/v1/{JOINING_HOUSE}"
    lines = [f"user {CENTRAL}", f"topic readwrite {top}/#", f"topic readwrite {door}/#"]
    for user in enrolled:
        lines += ["", f"user {user}", f"topic read {top}/all/live", f"topic read {top}/all/head"]
        lines += [f"topic readwrite {top}/node/{user}/status"]
    for user, rules in sorted(guests.items()):
        lines += ["", f"user {user}"]
        for what, topics in (("read", rules.reads), ("write", rules.writes)):
            if any(not topic.isprintable() for topic in topics):
                raise ValueError(f"{user!r}: a topic that is none")
            lines += [f"topic {what} {topic}" for topic in topics]
        # The patterns below are for everybody who logs in, and a guest is no machine.
        lines += [f"topic deny {one}/node/#" for one in (top, door)]
    for one in (top, door):
        lines += ["", f"pattern write {one}/node/%u/up", f"pattern read {one}/node/%u/down"]
    return "\n".join(lines) + "\n"


def write_credentials(
    folder: Path, house: str, users: Mapping[str, str], guests: Mapping[str, Rules] = NOBODY
) -> None:
    """Write both files, each at once as a whole and readable for their owner only.

    A broker that runs must be told afterwards (`Broker.reload`).

    Args:
        folder: the broker's.
        house: what the house is called in topics.
        users: the line of `hashed` for each user.
        guests: which of them are no machines of the house, and what they may do.

    Raises:
        ValueError: a line is not the user's, or a name could mean something else.
        OSError: the disk has no room, or no right to write is there.
    """
    for user, line in users.items():
        if not _USER.fullmatch(user) or not line.startswith(f"{user}:") or "\n" in line:
            raise ValueError(f"{user!r} has no line of its own")
    write_whole(folder / ACCESS, access(house, users.keys() - guests.keys(), guests).encode())
    write_whole(folder / PASSWORDS, "".join(f"{line}\n" for line in users.values()).encode())


def _digest(password: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
