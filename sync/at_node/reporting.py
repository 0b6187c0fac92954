"""A node's part after central came from a backup: it says what it has, and brings what central lacks."""

from __future__ import annotations

from collections.abc import Sequence

from sharing.journal.store import Reader
from sync.events import Env
from sync.protocol import encode, fitted
from sync.waits import Backoff
from sync.wire.acts import Act, pack
from sync.wire.frames import MOST_IDS, Bring, Have, Want, Welcome

_ACTS_AT_ONCE = 100


def is_due(frame: Welcome, told_in: int) -> bool:
    """Say whether to report: central asks for it, or it came from a backup and may not know this disk.

    Central asks names. Two disks may go by one (a card was copied, an old one put back), and each may hold
    what nobody else heard, while the other has reported.

    Args:
        frame: central's answer.
        told_in: the term in which central was told all that this disk held, as far as this process knows.
    """
    return frame.report or (len(frame.terms) > 1 and frame.term != told_in)


class Report:
    """Goes through the ids in chunks; each is asked again until central lacks none of it."""

    def __init__(self, env: Env, ids: Sequence[bytes]) -> None:
        """Begin with the first chunk."""
        self._env, self._ids, self._at = env, ids, 0
        self._retry = Backoff(env)
        self._nonce = 0
        self._wanted: tuple[bytes, ...] = ()
        self.is_done = False

    @property
    def due_at(self) -> int | None:
        """When to say it again (monotonic ms)."""
        return self._retry.at

    def go_on(self, read: Reader, term: int) -> list[bytes]:
        """Give what central asked for, and the next question."""
        brought = self._bring(read, term) if self._wanted else []
        return [*brought, *self._ask(read.store.node, term)]

    def _ask(self, node: str, term: int) -> list[bytes]:
        if self.is_done or (self._nonce and not self._retry.is_due):
            return []
        self._nonce = int.from_bytes(self._env.randomness(6), "big") | 1
        self._retry.start()
        chunk = tuple(self._ids[self._at : self._at + MOST_IDS])
        last = self._at + MOST_IDS >= len(self._ids)
        return [encode(Have(node=node, term=term, nonce=self._nonce, ids=chunk, last=last))]

    def answered(self, want: Want) -> None:
        """Central said what it lacks of the chunk."""
        if want.nonce != self._nonce:
            return
        self._nonce = 0
        self._retry.stop()
        chunk = frozenset(self._ids[self._at : self._at + MOST_IDS])
        self._wanted = tuple(one for one in want.ids if one in chunk)
        if not self._wanted:
            self._at += MOST_IDS
            self.is_done = self._at >= len(self._ids)

    def _bring(self, read: Reader, term: int) -> list[bytes]:
        wanted, self._wanted = self._wanted, ()
        acts = read.acts_with(wanted)

        def made(some: Sequence[Act]) -> Bring:
            return Bring(node=read.store.node, term=term, acts=pack(some, careful=True))

        payloads: list[bytes] = []
        while acts:
            payload, held = fitted(acts[:_ACTS_AT_ONCE], made)
            payloads.append(payload)
            acts = acts[len(held) :]
        return payloads
