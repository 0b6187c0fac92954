"""Requests that are answered beside each other get what they would have got one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing import waiting
from sharing.house import House, make_house
from sharing.journal.database import connection
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Store, Work
from sharing.lending.actions import CheckOut, check_out
from sharing.lending.entries import RenewalAsked
from sharing.lending.looking import standing_of
from sharing.rooms.drafting import Dates, asked, change_asked
from sharing.rooms.entries import BookingPrivate, ChangedBy
from sharing.rooms.reading import rooms_by_id
from sharing.rooms.rules import MINUTE, Quota, Span, Use
from tests.fakes import MONDAY_10, FakeClock, FakeRandomness
from tests.sharing.journal.exchange import stream_of
from tests.sharing.rooms.lodge import ZONE, Lodge, make_lodge

HOUR = 60 * MINUTE
ROOMS = ("a", "b", "ab", "c", "d", "a+c")
BEGINS = st.integers(0, 12)
"""Half hours after three in the afternoon."""
NEW = st.tuples(st.just("new"), st.sampled_from(ROOMS), BEGINS, st.integers(1, 4), st.booleans())
SERIES = st.tuples(st.just("series"), st.sampled_from(ROOMS), BEGINS, st.integers(1, 3), st.booleans())
CHANGE = st.tuples(st.just("move"), st.sampled_from(ROOMS), BEGINS, st.integers(1, 3), st.booleans())
OFF = st.tuples(st.just("off"), st.just(""), st.just(0), st.just(0), st.booleans())
RENEWAL = st.tuples(
    st.just("renew"), st.sampled_from(("beamer1", "beamer2")), BEGINS, st.just(0), st.booleans()
)
STEPS = st.lists(st.one_of(NEW, NEW, NEW, SERIES, CHANGE, OFF, RENEWAL), min_size=2, max_size=14)
Step = tuple[str, str, int, int, bool]


class _Enough(Exception):
    """What was tried in a transaction has been seen."""


@contextmanager
def undone(store: Store) -> Iterator[Work]:
    """Open a transaction of which nothing stays."""
    with suppress(_Enough), store.begin() as work:
        yield work
        raise _Enough


class Pair:
    """A home with rooms, dates, things that are out and rooms that nobody came to; and a kiosk."""

    def __init__(self, home: House, kiosk: House, clock: FakeClock) -> None:
        self.home, self.kiosk = home.store, kiosk.store
        self.lodge: Lodge = make_lodge(home, clock)
        lodge, desk = self.lodge, self.lodge.desk
        lodge.room("ab", no_show_min=20)
        lodge.room("c", quota=Quota(week_count=2))
        lodge.room("d", approval=True)
        self.lines = {}
        for name in ("beamer1", "beamer2"):
            check_out(self.home, CheckOut(lodge.act(), desk.ann, (desk.items[name].id,)))
            with self.home.reader() as read:
                self.lines[name] = (desk.items[name].id, standing_of(read, desk.items[name].id).line or "")
        self.mine = lodge.book("a", "06-01 20:00").id, lodge.book("b", "06-01 15:30", 1).id
        lodge.book("ab", "06-01 16:30", 3)  # nobody comes
        clock.at += 7 * HOUR
        epoch, acts = stream_of(self.home, "home")
        with self.kiosk.begin() as work:
            work.absorb([entry for act in acts for entry in act], "home", epoch, 1)

    def written(self, steps: Sequence[Step]) -> tuple[list[Entry], int, int]:
        """Give what the kiosk writes, with its epoch and first place; nothing of it stays there."""
        entries: list[Entry] = []
        with undone(self.kiosk) as work:
            tip = work.tip()
            for step in steps:
                entries += work.append(work.new_id(), [self._draft(work, *step)])
        return entries, tip.epoch, tip.seq + 1

    def _draft(self, work: Work, what: str, name: str, half_hours: int, length: int, flag: bool) -> Draft:  # noqa: FBT001 a step
        if what == "renew":
            item, line = self.lines[name]
            due = work.now + (3 + half_hours) * 24 * HOUR
            return Draft(f"item:{item}", RenewalAsked(line=line, due=due), nature="request")
        if what == "off":
            return change_asked(self.mine[flag], ChangedBy(), off=[0], why="by_asker")
        ids = tuple(self.lodge.rooms[one] for one in name.split("+"))
        dates = Dates(rooms_by_id(work, ids), Use.BOOKING, ZONE)
        begins = MONDAY_10 + 5 * HOUR + half_hours * HOUR // 2
        for n in range(3 if what == "series" else 1):
            at = begins + n * 24 * HOUR
            dates.add(n, ids, Span(at, at + length * HOUR // 2))
        if what == "move":
            return change_asked(self.mine[flag], ChangedBy(), dates=dates)
        private = BookingPrivate(person=self.lodge.desk.ann.id, title="Chorprobe", heads=2)
        org = self.lodge.desk.organisation if flag else None
        return asked(work.new_hex(), Use.BOOKING, ids, dates, private, org=org)

    def answers(self, entries: Sequence[Entry], epoch: int, first: int) -> list[tuple[Any, ...]]:
        """Give the home's verdicts in their order, and how all dates stand then; nothing of it stays."""
        with undone(self.home) as work:
            work.absorb(entries, "kiosk", epoch, first)
            last = work.rows("SELECT MAX(n) FROM verdict")[0][0]
            waiting.decide(work)
            assert work.rows("SELECT entry FROM local_request") == []
            found = work.rows(
                "SELECT v.n, e.subject, e.data FROM verdict v JOIN entry e ON e.id = v.entry"
                " WHERE v.n > ? ORDER BY v.n", (last,),
            )  # fmt: skip
            found += work.rows("SELECT id, begins, ends, gone_at, release FROM slot ORDER BY id")
            found += work.rows("SELECT id, state, why, sequence FROM occurrence ORDER BY id")
            found += work.rows("SELECT id, due, renewals FROM loan_line ORDER BY id")
            found += work.rows("SELECT kind, about FROM matter ORDER BY kind, about, id")
        return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The two, made once: nothing that is tried stays."""
    folder, clock = tmp_path_factory.mktemp("pair"), FakeClock()
    home = make_house(folder / "home", node="home", name="Haus", clock=clock, randomness=FakeRandomness("h"))
    kiosk = _kiosk(folder / "kiosk")
    yield Pair(home, kiosk, clock)
    home.close()
    kiosk.close()


def _kiosk(folder: Path) -> House:
    clock = FakeClock(MONDAY_10 + 7 * HOUR + 5000, boot="boot-kiosk")
    return make_house(
        folder, node="kiosk", name="Haus", clock=clock, randomness=FakeRandomness("k"), founded=False
    )  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(steps=STEPS)
def test_whatever_is_asked_beside_each_other_each_gets_what_it_would_get_alone(
    pair: Pair, steps: list[Step]
) -> None:
    written = pair.written(steps)
    together = pair.answers(*written)
    with patch.object(waiting, "BESIDE", {}):
        alone = pair.answers(*written)
    assert together == alone


def questions(pair: Pair, requests: int) -> int:
    """Count what the home asks its database while it answers so many requests for different times."""
    steps: list[Step] = [("new", "c", 20 + 4 * n, 1, False) for n in range(requests)]
    entries, epoch, first = pair.written(steps)
    asked: list[str] = []
    with undone(pair.home) as work:
        work.absorb(entries, "kiosk", epoch, first)
        link = connection(work.store.db)
        link.set_trace_callback(lambda sql: asked.append(sql) if sql.startswith(("SELECT", "WITH")) else None)
        try:
            assert waiting.decide(work) == requests
        finally:
            link.set_trace_callback(None)
    return len(asked)


def test_for_more_requests_the_database_is_not_asked_more_often(pair: Pair) -> None:
    assert questions(pair, 60) == questions(pair, 20) < 40
