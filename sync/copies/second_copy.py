"""What only this machine has, written to another disk as well, until the central has it.

Each file holds one frame as it would go to the central, so the chain shows whether it is whole. If the
machine breaks, the central takes the files in (`recover`), and nothing shown as done is lost with it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from sharing.errors import Damaged, DoesNotExist, NotCentral, TeilhausError
from sharing.journal.chain import link
from sharing.journal.entry import Entry, content_digest
from sharing.journal.outgoing import Tip
from sharing.journal.reading import Reader
from sharing.journal.savepoint import savepoint
from sharing.journal.store import Store, Work
from sync.at_node.sending import Said, frame_of
from sync.files import write_whole
from sync.protocol import FULL_PAYLOAD, MOST_ENTRIES, BadFrame, Up, decode
from sync.topics import topic_house
from sync.wire import acts

_NAME: Final = re.compile(
    r"(?P<node>[a-z0-9][a-z0-9-]{0,30})\.(?P<epoch>[0-9a-f]{1,16})"
    r"\.(?P<first>[0-9]{1,16})-(?P<last>[0-9]{1,16})\.(?P<chain>[0-9a-f]{16})\.acts"
)
AGAIN_S: Final = 5
"""How often to look at the other disk though nothing is new: somebody may have changed it."""
_log = logging.getLogger(__name__)


class Piece(msgspec.Struct, frozen=True, order=True):
    """One file, by what its name says."""

    node: str
    epoch: int
    first: int
    last: int
    chain: str
    """Begins as the chain after its last entry does: another journal of the same name has another one."""
    path: Path


def pieces(folder: Path) -> list[Piece]:
    """Give the files of a second copy, each stream in its order."""
    found = [(one, _NAME.fullmatch(one.name)) for one in folder.glob("*.acts")] if folder.is_dir() else []
    return sorted(
        Piece(name["node"], int(name["epoch"], 16), int(name["first"]), int(name["last"]), name["chain"], one)
        for one, name in found
        if name
    )


def folder_of(where: Path, house: str) -> Path:
    """Give the folder of a house on the other disk."""
    return where / f"teilhaus-{topic_house(house)}"


class SecondCopy:
    """Keeps the second copy of one machine up to date."""

    def __init__(self, store: Store, where: Path, *, seconds: Callable[[], float] = monotonic) -> None:
        """Begin with what lies there.

        Args:
            store: this machine's journal.
            where: the folder on the other disk; one for the house is made in it.
            seconds: a clock that never goes back.
        """
        self._store, self._where, self._seconds = store, where, seconds
        self._folder = folder_of(where, store.house)
        self._seen: tuple[int, ...] | None = None
        self._again_at = 0.0
        self._emptied: int | None = None
        """How many private parts were empty when the files were written; None if nobody knows."""
        self.trouble = ""
        """Why it is not up to date; "" if it is."""

    def keep(self) -> None:
        """Write what is new, then remove what the central has; a disk that is away never stops the desk."""
        with self._store.reader() as read:
            mine, sync = read.tip(), read.sync()
            acked = sync.acked if sync.acked_epoch == mine.epoch else 0
            now = (mine.epoch, mine.seq, acked, sync.applied)
            if now == self._seen and self._seconds() < self._again_at:
                return
            self._again_at = self._seconds() + AGAIN_S
            try:
                self._keep(read, mine, acked, sync.term)
            except OSError as error:
                if not self.trouble:
                    _log.warning("second copy: %s", error)
                self.trouble, self._seen = str(error), None
            else:
                self.trouble, self._seen = "", now

    def _keep(self, read: Reader, mine: Tip, acked: int, term: int) -> None:
        if not self._where.is_dir():
            raise FileNotFoundError(f"{self._where} is not there")
        emptied = int(read.rows("SELECT COUNT(*) FROM emptied")[0][0])
        here = [one for one in pieces(self._folder) if one.node == self._store.node]
        own = [one for one in here if self._is_own(read, one)]
        kept = [one for one in own if one.epoch == mine.epoch and one.last > acked]
        if emptied != self._emptied:
            kept = []  # what was emptied must not stay in them: all is written once more
        done = max([acked, *(one.last for one in kept)])
        written: set[Path] = set()
        if mine.seq > done:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            written = set(self._write(read, mine.epoch, done, term))
        for one in here:
            if one not in kept and one.path not in written and (one in own or _came_back(read, one)):
                one.path.unlink(missing_ok=True)
        self._emptied = emptied

    def _is_own(self, read: Reader, piece: Piece) -> bool:
        """Say whether this journal wrote it: one before it, or a clone, may have had the same name."""
        chain = read.chain_at(self._store.node, piece.epoch, piece.last)
        return chain is not None and _begins(chain) == piece.chain

    def _write(self, read: Reader, epoch: int, after: int, term: int) -> Iterator[Path]:
        while found := read.own_acts(epoch, after, MOST_ENTRIES, FULL_PAYLOAD):
            before = read.chain_at(self._store.node, epoch, after)
            if before is None:
                raise Damaged(what=f"the chain of {epoch}/{after} is not here")
            said: Said = {"at": read.now, "clock": read.reading.clock}
            payload, held = frame_of(self._store.node, term, epoch, before, found, said)
            last = after + sum(len(act.entries) for act in held)
            end = _begins(held[-1].chain)
            path = self._folder / f"{self._store.node}.{epoch:x}.{after + 1:012d}-{last:012d}.{end}.acts"
            write_whole(path, payload)
            yield path
            after = last


def _begins(chain: bytes) -> str:
    return chain[:8].hex()


def _came_back(read: Reader, piece: Piece) -> bool:
    """Say whether everything in a file that another journal wrote is here now, so it is needed no more."""
    try:
        frame = decode(piece.path.read_bytes())
        found = acts.unpack(frame.acts) if isinstance(frame, Up) else []
    except BadFrame:
        return False
    ids = [entry.id for act in found for entry in act]
    return bool(ids) and not read.lacking(ids)


class Recovered(msgspec.Struct, frozen=True):
    """What came back from a second copy."""

    files: int
    entries: int
    new: int
    """Entries that nobody had any more."""
    damaged: tuple[str, ...]
    """Names of files that could not be read."""


def recover(store: Store, where: Path, decide: Callable[[Work], int]) -> Recovered:
    """Take a second copy in; what is here already stays as it is. One transaction a file.

    Args:
        store: the journal of the central, or of a machine that stands alone.
        where: the folder that was named as `sync.second_copy`, or the house's folder in it.
        decide: answers what was asked in it, if this machine decides.

    Raises:
        NotCentral: this machine reports to another one, so nothing may come in here.
        DoesNotExist: no copy of this house lies there.
        Storage: as the disk says; what came in before stays.
    """
    with store.reader() as read:
        role = read.sync().role
    if role == "node":
        raise NotCentral
    found = pieces(folder_of(where, store.house)) or pieces(where)
    if not found:
        raise DoesNotExist(what="second_copy", value=str(where))
    entries, new, damaged = 0, 0, []
    for piece in found:
        try:
            came = _take_in(store, piece, decide, central=role == "central")
        except (BadFrame, Damaged, OSError) as error:
            _log.warning("second copy: %s: %s", piece.path.name, error)
            damaged.append(piece.path.name)
        else:
            entries, new = entries + came[0], new + came[1]
    return Recovered(len(found) - len(damaged), entries, new, tuple(damaged))


def _take_in(store: Store, piece: Piece, decide: Callable[[Work], int], *, central: bool) -> tuple[int, int]:
    frame = decode(piece.path.read_bytes())
    if not isinstance(frame, Up) or (frame.node, frame.epoch) != (piece.node, piece.epoch):
        raise BadFrame("malformed")
    entries = list(_chained(frame))
    with store.begin() as work:
        new = _absorbed(work, frame, entries)
        decide(work)
        if central:
            work.hand_on()
    return len(entries), new


def _chained(frame: Up) -> Iterator[Entry]:
    """Give the entries, if the chain over them is what their writer said."""
    chain, seq = frame.before, frame.first
    found = acts.unpack(frame.acts)
    if len(found) != len(frame.marks):
        raise BadFrame("malformed")
    for act, mark in zip(found, frame.marks, strict=True):
        for entry in act:
            chain = link(chain, frame.node, frame.epoch, seq, content_digest(entry))
            seq += 1
            yield entry
        if chain != mark.chain:
            raise Damaged(what=f"{frame.node}/{frame.epoch}/{seq - 1}: the chain breaks")


def _absorbed(work: Work, frame: Up, entries: list[Entry]) -> int:
    """Put entries at their places if they follow what is here, as if they had been sent; else by id."""
    first = frame.first
    follows = work.watermark(frame.node, frame.epoch).seq >= first - 1
    if follows and work.chain_at(frame.node, frame.epoch, first - 1) == frame.before:
        try:
            with savepoint(work):
                return work.absorb(entries, frame.node, frame.epoch, first)
        except TeilhausError as error:
            _log.info("second copy: by id, because %s", error)
    return work.take_in(entries)
