"""Staff PINs: set, and checked with a lock-out that no restart and no clock undoes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sharing.codes import plain_digits
from sharing.errors import Damaged, NoPin, PinLocked, PinWrong
from sharing.journal.entry import Draft
from sharing.journal.store import Store, Work
from sharing.people import checks
from sharing.people import entries as shapes
from sharing.people.lockout import TRIES, Tries, counted, standing
from sharing.people.persons import Actor, actor_id
from sharing.people.reading import person as person_by_id
from sharing.people.rules import Right, check_right

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_LONGEST: Final = 64
"""Characters of a try that are looked at; no PIN is longer than twelve."""
_SALT: Final = 16

_UPSERT: Final = (
    "INSERT INTO local_lockout (person, wrong, locks, boot, until) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (person) DO UPDATE SET "
    "wrong = excluded.wrong, locks = excluded.locks, boot = excluded.boot, until = excluded.until"
)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """Give argon2id with 19 MiB and two passes: about a tenth of a second on a small kiosk computer."""
    from argon2 import PasswordHasher  # noqa: PLC0415 loads a C library that only the staff desk needs

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Give a hash that no PIN has, so that an unknown person takes as long as a known one."""
    return _hasher().hash("nobody", salt=bytes(_SALT))


def set_pin(store: Store, person: str, pin: str, *, act: bytes, by: Actor = None) -> None:
    """Give somebody a PIN; it ends a lock-out, for whoever sets it has looked at the person.

    Raises:
        BadValue: not 4 to 12 digits, or one digit repeated.
        PersonUnknown, NotAllowed.
    """
    if by is None or actor_id(by) != person:
        check_right(by, Right.GRANT_ROLES)
    digits = checks.pin(pin)
    with store.begin() as work:
        person_by_id(work, person)
        if not work.applied(act):
            hashed = _hasher().hash(digits.encode(), salt=work.random(_SALT))
            private = shapes.PinHash(hash=hashed, actor=actor_id(by))
            work.append(act, [Draft(f"person:{person}", shapes.PinSet(), private)])
            _forget(work, person)


def check_pin(store: Store, person: str, pin: str) -> None:
    """Pass whoever knows the PIN.

    The try is counted and on the disk before the PIN is looked at: pulling the plug saves nobody a try.

    Raises:
        PinWrong: `left` tries remain. An unknown person gets the same answer.
        PinLocked: not before `until`, however right the PIN is.
        NoPin: the person has none yet.
    """
    with store.begin() as work:
        reading = work.reading
        before = standing(_tries(work, person), reading.boot, reading.uptime)
        rows = work.rows("SELECT pin FROM person WHERE id = ? AND name IS NOT NULL", (person,))
        has_none = bool(rows) and rows[0][0] is None
        after = before if before.until or has_none else counted(before, reading.boot, reading.uptime)
        if not has_none:
            _keep(work, person, after)
        until = work.now + after.until - reading.uptime
    if has_none:
        raise NoPin
    if before.until:
        raise PinLocked(until=until)
    if _matches(rows[0][0] if rows else _nobodys(), pin) and rows:
        with store.begin() as work:
            _forget(work, person)
        return
    if after.until:
        raise PinLocked(until=until)
    raise PinWrong(left=TRIES - after.wrong)


def _matches(hashed: str, typed: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 as above

    try:
        return _hasher().verify(hashed, _digits(typed).encode("utf-8", "replace"))
    except InvalidHashError as error:
        raise Damaged(what="PIN hash") from error
    except VerificationError:
        return False


def _digits(typed: str) -> str:
    return plain_digits(typed[: _LONGEST + 1].strip())


def _tries(work: Work, person: str) -> Tries:
    rows = work.rows("SELECT wrong, locks, boot, until FROM local_lockout WHERE person = ?", (person,))
    return Tries(*rows[0]) if rows else Tries()


def _keep(work: Work, person: str, tries: Tries) -> None:
    values = (person, tries.wrong, tries.locks, tries.boot, tries.until)
    work.execute(work.store.sql(_UPSERT), values)


def _forget(work: Work, person: str) -> None:
    work.execute(work.store.sql("DELETE FROM local_lockout WHERE person = ?"), (person,))
