"""What a machine keeps of its enrolment: where its central is, and its own password there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import Damaged
from sync.files import write_whole

FILE: Final = "enrolment.json"


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """Where this machine belongs."""

    house: str
    """As the journal calls it."""
    node: str
    central: str
    host: str
    port: int
    tls: bool = False
    ca: str = ""
    """Certificates of the authority (PEM); empty: those the system trusts."""
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Enrolment({self.user} at {self.host}:{self.port})"  # no password in any log


def load(data: Path) -> Enrolment | None:
    """Read where this machine belongs; None if it stands alone.

    Raises:
        Damaged: the file is no enrolment; enrol again.
        OSError: it cannot be read.
    """
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Enrolment)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise Damaged(what=f"{FILE}: {error}") from error


def save(data: Path, enrolment: Enrolment) -> None:
    """Write where this machine belongs, for its owner only.

    Raises:
        OSError: the folder cannot be written.
    """
    write_whole(data / FILE, msgspec.json.format(msgspec.json.encode(enrolment)))
