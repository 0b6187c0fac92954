"""Any sequence of bookings, moves, series edits, displacements and cancellations, against a plain model."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sharing.calendar_time import local
from sharing.errors import BookingOver, NotFree, Refusal
from sharing.house import make_house
from sharing.journal.rebuild import differences
from sharing.rooms.actions import (
    approve,
    arrive,
    book,
    booking,
    cancel,
    decline,
    displace,
    end,
    extend,
    maintain,
    move,
    preview,
)
from sharing.rooms.rules import Alternative, Ask, Booking, Frequency, Occurrence, Part, Rule, Span, State, Use
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.rooms.lodge import ZONE, Lodge, make_lodge, this
from tests.sharing.rooms.plain_rooms import MINUTE, Key, Plain, PlainRooms

HOUR = 60 * MINUTE
_MEMORY = Path("/dev/shm")
ROOMS = st.sampled_from(["a", "b", "ab", "c", "a+c", "d"])
STARTS = st.integers(1, 40)
SERIES = st.sampled_from(
    [None, None, Rule(freq=Frequency.DAILY, count=3), Rule(freq=Frequency.DAILY, interval=2, count=4)]
)
PICKS = st.integers(0, 10_000)


class AnyWeek(RuleBasedStateMachine):
    """Some days in a house with rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
        self.clock = FakeClock()
        data = Path(self.folder.name) / "data"
        self.house = make_house(data, node="desk", name="Haus", clock=self.clock, randomness=FakeRandomness())
        self.lodge: Lodge = make_lodge(self.house, self.clock)
        self.store = self.house.store
        self.model = PlainRooms()
        self.bookings: list[str] = []
        self.names = {key: name for name, key in self.lodge.rooms.items()}

    def teardown(self) -> None:
        assert differences(self.store) == []
        self.house.close()
        self.folder.cleanup()

    @property
    def now(self) -> int:
        """What the next transaction will read."""
        return self.clock.at + 1

    def pick(self, place: int) -> tuple[Booking, Occurrence]:
        found = booking(self.store, self.bookings[place % len(self.bookings)])
        return found, found.occurrences[place % len(found.occurrences)]

    def plain(self, dates: Iterable[tuple[Sequence[str], Span]], use: str = "booking") -> list[Plain]:
        return [
            Plain(tuple(self.names[one] for one in rooms), span.begins, span.ends, use=use)
            for rooms, span in dates
        ]

    def ask(self, room: str, start: int, hours: float, series: Rule | None = None) -> Ask:
        """Ask for a time some half hours from now, on the half hour."""
        begins = local((self.clock.at // (30 * MINUTE) + start) * 30 * MINUTE, ZONE).replace(tzinfo=None)
        ask = self.lodge.ask(room, rule=series)
        return msgspec.structs.replace(ask, begins=begins, ends=begins + timedelta(hours=hours))

    def asked(self, ask: Ask, use: str = "booking") -> list[Plain]:
        return self.plain([(one.rooms, one.span) for one in preview(self.store, ask) if one.span], use)

    # What happens

    @rule(room=ROOMS, start=STARTS, hours=st.sampled_from([1, 1.5, 2, 4]), series=SERIES)
    def somebody_books(self, room: str, start: int, hours: float, series: Rule | None) -> None:
        ask = self.ask(room, start, hours, series)
        wanted, free = self.asked(ask), False
        free = self.model.free(wanted, (), self.now)
        try:
            made = book(self.store, ask, self.lodge.act())
        except NotFree:
            assert not free
            return
        assert free
        self.bookings.append(made.id)
        keys: list[Key] = [(made.id, n) for n in range(len(wanted))]
        if room == "d":
            for one in wanted:
                one.state = "provisional"
            self.model.dates.update(zip(keys, wanted, strict=True))
        else:
            self.model.take(zip(keys, wanted, strict=True), (), self.now)

    @rule(room=st.sampled_from(["a", "b", "c"]), start=STARTS)
    def something_is_repaired(self, room: str, start: int) -> None:
        ask = self.ask(room, start, 3)
        wanted = self.asked(ask, "maintenance")
        free = self.model.free(wanted, (), self.now)
        try:
            made = maintain(self.store, None, ask, self.lodge.act(), reason="Boden")
        except NotFree:
            assert not free
            return
        assert free
        self.bookings.append(made.id)
        self.model.take([((made.id, 0), wanted[0])], (), self.now)

    @precondition(lambda self: self.bookings)
    @rule(
        place=PICKS, part=st.sampled_from(list(Part)), by=st.sampled_from([-24, -2, -1, 1, 3, 24]),
        room=st.sampled_from([None, "a", "b", "c"]),
    )  # fmt: skip
    def dates_move(self, place: int, part: Part, by: int, room: str | None) -> None:
        found, one = self.pick(place)
        rooms = (self.lodge.rooms[room],) if room else one.rooms
        dates = [other for other in found.occurrences if self._may_move(other, one, part)]
        wanted = self.plain(
            (
                (
                    rooms if rooms != one.rooms else other.rooms,
                    Span(other.span.begins + by * HOUR, other.span.ends + by * HOUR),
                )
                for other in dates
            ),
            str(found.use),
        )
        keys: list[Key] = [(found.id, other.n) for other in dates]
        but = {*keys, *self.model.holds_for(keys)}
        ruled_out = found.use is Use.BOOKING and any(
            each.begins + MINUTE <= self.now or each.ends - each.begins > 12 * HOUR for each in wanted
        )
        free = self.model.free(wanted, but, self.now)
        to = Alternative(rooms, Span(one.span.begins + by * HOUR, one.span.ends + by * HOUR))
        try:
            move(self.store, None, this(found, one.n, part), to, self.lodge.act())
        except NotFree:
            assert ruled_out or not free
            return
        except BookingOver:
            assert dates == []
            return
        assert free
        assert not ruled_out
        self.model.take(zip(keys, wanted, strict=True), but, self.now)
        self.model.release(keys)

    def _meant(self, other: Occurrence, one: Occurrence, part: Part) -> bool:
        within = {
            Part.THIS: other.n == one.n,
            Part.FOLLOWING: other.span.begins >= one.span.begins,
            Part.ALL: True,
        }
        return within[part] and other.span.ends > self.now

    def _may_move(self, other: Occurrence, one: Occurrence, part: Part) -> bool:
        open_ = other.state in {State.PROVISIONAL, State.CONFIRMED}
        back = other.state is State.CANCELLED and other.why == "displaced"
        return self._meant(other, one, part) and (open_ or back)

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS, part=st.sampled_from(list(Part)))
    def dates_are_cancelled(self, place: int, part: Part) -> None:
        found, one = self.pick(place)
        dates = [
            other
            for other in found.occurrences
            if self._meant(other, one, part) and other.state in {State.PROVISIONAL, State.CONFIRMED}
        ]
        try:
            cancel(self.store, None, this(found, one.n, part), self.lodge.act())
        except BookingOver:
            assert dates == []
            return
        for other in dates:
            plain = self.model.dates[found.id, other.n]
            by_staff = found.use is Use.BOOKING and plain.state == "provisional"
            plain.state = "declined" if by_staff else "cancelled"

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS, yes=st.booleans())
    def staff_answer(self, place: int, yes: bool) -> None:  # noqa: FBT001 drawn by name
        found, _ = self.pick(place)
        waiting = [
            one for one in found.occurrences if one.state is State.PROVISIONAL and one.span.ends > self.now
        ]
        keys: list[Key] = [(found.id, one.n) for one in waiting]
        wanted = [self.model.dates[key] for key in keys]
        free = self.model.free(wanted, keys, self.now)
        try:
            (approve if yes else decline)(self.store, None, found.id, self.lodge.act())
        except BookingOver:
            assert waiting == []
            return
        except NotFree:
            assert not free
            return
        if yes:
            assert free
            self.model.take(zip(keys, wanted, strict=True), keys, self.now)
        else:
            for one in wanted:
                one.state = "declined"

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS, room=st.sampled_from(["a", "b", "ab", "c"]))
    def staff_displace(self, place: int, room: str) -> None:
        found, one = self.pick(place)
        begins, ends = (local(at, ZONE).replace(tzinfo=None) for at in (one.span.begins, one.span.ends))
        ask = msgspec.structs.replace(self.lodge.ask(room, who="ben"), begins=begins, ends=ends)
        key: Key = (found.id, one.n)
        wanted = self.plain([(ask.rooms, one.span)])
        free = self.model.free(wanted, [key], self.now)
        try:
            done = displace(self.store, None, this(found, one.n), ask, self.lodge.act(), reason="Wahl")
        except Refusal:
            return
        assert free
        self.model.dates[key].state = "cancelled"
        self.bookings.append(done.placed.id)
        self.model.take([((done.placed.id, 0), wanted[0])], (), self.now)
        self._holds(key)

    def _holds(self, key: Key) -> None:
        with self.store.reader() as read:
            rows = read.rows("SELECT id, lapses FROM booking WHERE held_for = ?", (f"{key[0]}/{key[1]}",))
        for name, lapses in rows:
            if (name, 0) in self.model.dates:
                continue
            hold = booking(self.store, name).occurrences[0]
            (plain,) = self.plain([(hold.rooms, hold.span)], "hold")
            plain.lapses = lapses
            assert self.model.free([plain], (), self.now)
            self.model.take([((name, 0), plain)], (), self.now)
            self.model.held.setdefault(key, []).append((name, 0))

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS)
    def somebody_comes(self, place: int) -> None:
        found, one = self.pick(place)
        try:
            arrive(self.store, None, this(found, one.n), self.lodge.act())
        except Refusal:
            return
        self.model.dates[found.id, one.n].state = "arrived"

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS)
    def somebody_leaves(self, place: int) -> None:
        found, one = self.pick(place)
        try:
            end(self.store, None, this(found, one.n), {}, self.lodge.act())
        except Refusal:
            return
        plain, minute = self.model.dates[found.id, one.n], -(-self.clock.at // MINUTE) * MINUTE
        plain.state, plain.ends = "ended", min(plain.ends, max(minute, plain.begins + MINUTE))

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS)
    def somebody_stays_longer(self, place: int) -> None:
        found, one = self.pick(place)
        key: Key = (found.id, one.n)
        before = self.model.dates[key]
        longer = Plain(before.rooms, before.begins, one.span.ends + HOUR, use=before.use)
        free = self.model.free([longer], [key], self.now)
        try:
            extend(self.store, None, this(found, one.n), one.span.ends + HOUR, self.lodge.act())
        except NotFree:
            assert not free or longer.ends - longer.begins > 12 * HOUR
            return
        except Refusal:
            return
        assert free
        self.model.take([(key, longer)], [key], self.now)

    @precondition(lambda self: self.bookings)
    @rule(place=PICKS, late=st.sampled_from([-10, 0, 15, 25]))
    def a_date_is_due(self, place: int, late: int) -> None:
        _, one = self.pick(place)
        if one.span.begins > self.clock.at:
            self.clock.forward(minutes=max(0, (one.span.begins - self.clock.at) // MINUTE + late))

    @rule(minutes=st.sampled_from([1, 10, 25, 90, 600, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    # What is always so

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        with self.store.reader() as read:
            rows = read.rows("SELECT booking, n, rooms, begins, ends, state FROM occurrence")
        found = {
            (key, n): (tuple(self.names[one] for one in msgspec.json.decode(rooms)), begins, ends, state)
            for key, n, rooms, begins, ends, state in rows
        }
        wanted = {key: (one.rooms, one.begins, one.ends, one.state) for key, one in self.model.dates.items()}
        assert found == wanted

    @invariant()
    def no_two_slots_overlap(self) -> None:
        with self.store.reader() as read:
            slots = read.rows("SELECT part, begins, ends FROM slot ORDER BY part, begins")
        for (part, _, ends), (other, begins, _) in itertools.pairwise(slots):
            assert part != other or ends <= begins


AnyWeek.TestCase.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyWeek = AnyWeek.TestCase
