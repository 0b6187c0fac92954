"""What central hands on, on its way into a node's journal: checked, in order, in bites that a desk bears."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from sharing.journal.clock import UNTRUSTED
from sharing.journal.entry import Entry
from sharing.journal.reading import Reader
from sharing.journal.shapes import ClockCorrected
from sharing.journal.store import Work
from sync.events import PATIENCE_MS, Env
from sync.protocol import BadFrame, encode
from sync.waits import Backoff
from sync.wire.acts import Act, digest, unpack
from sync.wire.frames import MOST_ENTRIES, Part, Pull

AT_ONCE: Final = 50
"""Entries in one transaction while somebody is served."""
REST_MS: Final = 5
"""How long the desk then has the journal to itself."""
MOST_WAITING: Final = 4000
"""Entries that one pull asks for, and that wait here at most before what is sent to all is passed over."""
HEAVY: Final = 500
"""Entries that are folded again in one transaction: more hold a desk up."""
LATER_MS: Final = 200
"""How often to look whether the desk is free for what would hold it up."""
_LONGEST: Final = 40
"""Letters of what a kind is called, in a case."""
GRACE_MS: Final = 500
"""How long what is said to be there may take to come by itself, before it is pulled."""


class Inbox:
    """Acts that arrived in order and are not stored yet. Losing them costs one more pull."""

    def __init__(self, env: Env) -> None:
        """Begin with nothing."""
        self._env = env
        self._retry = Backoff(env)
        self._acts: deque[Act] = deque()
        self._waiting = 0
        self._rest_until = 0
        self._pull_at = 0
        self._spoilt = self._narrow = False
        self._patient_until = 0
        self.stuck = ""
        """Why what comes next cannot be taken; empty if nothing stands in the way."""
        self.nonce = 0
        """Of the pull that is on its way; 0 if none is."""
        self.next = 1
        """The number that must come next."""
        self.tip = 0
        """The newest number there is, as far as anybody said."""

    @property
    def due_at(self) -> int | None:
        """When to ask again for what was not answered, or to go on after a rest (monotonic ms)."""
        if self._acts:
            return max(self._rest_until, self._env.monotonic_ms())
        if self.next <= self.tip and self.nonce == 0:
            return self._pull_at
        return self._retry.at

    @property
    def first(self) -> int:
        """The number of the first entry that waits here."""
        return self.next - self._waiting

    def reset(self, applied: int, tip: int) -> None:
        """Begin again behind what is stored."""
        self._acts.clear()
        self._waiting, self.nonce = 0, 0
        self._narrow, self.stuck = False, ""
        self.next, self.tip, self._pull_at = applied + 1, tip, 0
        self._retry.stop()

    def heard_of(self, tip: int) -> None:
        """Somebody said how far central is; what is new comes by itself, most likely."""
        if self.next > self.tip:
            self._pull_at = self._env.monotonic_ms() + GRACE_MS
        self.tip = max(self.tip, tip)

    def offer(self, part: Part) -> str:
        """Take what comes next; gives "" or what is wrong with the frame. What is missing is pulled later."""
        fault, acts = _acts_in(part)
        if fault:
            # Asked again at once, but only once: a line that spoils everything must not keep both ends busy.
            self.nonce, self.stuck = (self.nonce, fault) if self._spoilt else (0, self.stuck)
            self._spoilt = True
            self._pull_at = 0
            return fault
        self._spoilt = False
        self.heard_of(max(part.tip, part.start + part.count - 1))
        mine = part.nonce != 0 and part.nonce == self.nonce
        if not (part.nonce == 0 and self._waiting >= MOST_WAITING):
            self._queue(part.start, acts)
        if mine:
            self._retry.again()
            if part.more == 0:
                self.nonce, self._pull_at = 0, 0
        return ""

    def _queue(self, start: int, acts: list[Act]) -> None:
        if start > self.next:
            self._pull_at = 0  # what is missing was sent before this, and does not come any more
            return
        for act in acts:
            if start == self.next:
                self._acts.append(act)
                self._waiting += len(act)
                self.next += len(act)
            start += len(act)

    def bite(self, is_heavy: Callable[[str], bool]) -> list[Act]:
        """Give what may be stored now, in one transaction; call `stored` when it is.

        Args:
            is_heavy: whether knowing when a boot began makes so much fold again that it holds a desk up.
        """
        if not self._acts:
            return []
        busy = self._env.desk_busy()
        if busy and self._env.monotonic_ms() < self._rest_until:
            return []
        most = 1 if self._narrow else AT_ONCE if busy else MOST_ENTRIES
        count = 0
        bite: list[Act] = []
        for act in self._acts:
            count += len(act)
            if (bite and count > most) or (busy and self._holds_the_desk(act, is_heavy, is_first=not bite)):
                break
            bite.append(act)
        if not bite:
            self._rest_until = self._env.monotonic_ms() + LATER_MS
        return bite

    def _holds_the_desk(self, act: Act, is_heavy: Callable[[str], bool], *, is_first: bool) -> bool:
        """Say whether all that a boot wrote would be folded again: that can wait until nobody is served."""
        boots = _boots_put_right(act)
        if not boots:
            return False
        if not is_first:
            return True  # what the boot wrote may be among those before it: it counts when they are stored
        if not any(map(is_heavy, boots)):
            return False
        now = self._env.monotonic_ms()
        self._patient_until = self._patient_until or now + PATIENCE_MS
        return now < self._patient_until

    def stored(self, bite: list[Act]) -> None:
        """Forget what is in the journal now."""
        for act in bite:
            self._acts.popleft()
            self._waiting -= len(act)
        self._narrow, self.stuck = self._narrow and bool(self._acts), ""
        self._patient_until = 0
        self._rest_until = self._env.monotonic_ms() + REST_MS

    def failed(self, bite: list[Act], applied: int, fault: str) -> None:
        """Something of this cannot be stored: go on act by act up to it, and ask for it again, later."""
        self._narrow = True
        if len(bite) > 1:
            return
        self.stuck = fault
        self._acts.clear()
        self._waiting, self.next = 0, applied + 1
        self.nonce = -1
        self._retry.start()

    def pull(self, node: str, term: int) -> list[bytes]:
        """Ask for more, if something is missing, does not come by itself, and there is room for it."""
        if self.next > self.tip:
            self._retry.stop()
            self.nonce = 0
            return []
        if self._retry.is_due:
            self.nonce = 0
        if self.nonce or self._env.monotonic_ms() < self._pull_at or self._waiting > MOST_WAITING // 2:
            return []
        self.nonce = int.from_bytes(self._env.randomness(6), "big") | 1
        self._retry.start()
        return [encode(Pull(node=node, term=term, after=self.next - 1, most=MOST_WAITING, nonce=self.nonce))]


def is_heavy(read: Reader, boot: str) -> bool:
    """Say whether much would be folded again if it were known when this boot began."""
    rows = read.rows(
        "SELECT COUNT(*) FROM (SELECT 1 FROM entry WHERE subject IN"
        " (SELECT DISTINCT subject FROM entry WHERE boot = ? AND clock = ?) LIMIT ?) AS some",
        (boot, UNTRUSTED, HEAVY + 1),
    )
    return bool(rows[0][0] > HEAVY)


def _boots_put_right(act: Act) -> list[str]:
    found = [entry.data for entry in act if entry.kind == ClockCorrected.KIND]
    try:
        return [msgspec.json.decode(data, type=ClockCorrected).boot for data in found]
    except msgspec.MsgspecError:
        return []


def tell_staff(work: Work, fault: str, number: int, entries: Sequence[Entry]) -> None:
    """Open a case about the one act that cannot be taken; among more than one it is not known which it is."""
    if entries[0].act == entries[-1].act:
        kind = entries[0].kind if entries[0].kind.isprintable() else "?"
        work.notice("cannot_take", detail=f"{fault} ({kind[:_LONGEST]}, {number})")


def _acts_in(part: Part) -> tuple[str, list[Act]]:
    if digest(part.acts) != part.digest:
        return "wrong_digest", []
    try:
        acts = unpack(part.acts)
    except BadFrame as bad:
        return bad.reason, []
    whole = all(acts) and sum(len(act) for act in acts) == part.count
    return ("", acts) if whole else ("wrong_count", [])
