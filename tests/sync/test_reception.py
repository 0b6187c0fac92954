"""The central's door: who comes with a code, what is written for the broker, who is shown out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.house import House
from sync.enrolling import register
from sync.enrolling.reception import ADOPTING, GOODBYE_S, Reception
from sync.enrolling.register import OPEN_MS, Guest, Register
from sync.events import Effect, Event, Received, Send, Tick
from sync.mosquitto.credentials import ACCESS, PASSWORDS, Rules, hashed, matches
from sync.mosquitto.own import CREDENTIALS
from sync.protocol import AnyFrame, Enrol, Enrolled, Refused, Revoked, decode, encode
from tests.fakes import FakeClock
from tests.sync.houses import central_house


class Behind:
    """The state machine behind the door: notes what it was told."""

    def __init__(self) -> None:
        self.told: list[Event] = []

    def step(self, event: Event) -> Sequence[Effect]:
        self.told.append(event)
        return []


class Door:
    """A reception with what is around it."""

    def __init__(self, house: House, clock: FakeClock) -> None:
        self.house, self.clock, self.behind = house, clock, Behind()
        self.reloads, self.now = 0, 0.0
        self.reception = Reception(
            self.behind, house, hashed("central", "c"), reload=self._reload, seconds=lambda: self.now
        )
        self.reception.step(Tick())

    def _reload(self) -> None:
        self.reloads += 1

    def invite(self, node: str) -> None:
        book = register.read(self.house.data)
        line = hashed(f"join.{node}", "code")
        register.write(self.house.data, book.invite(node, line, self.house.store.clock.read().at))
        self.reception.step(Tick())

    def enrol(self, frame: AnyFrame, who: str = "join.desk-2") -> AnyFrame:
        (sent,) = [
            one for one in self.reception.step(Received("up", who, encode(frame))) if isinstance(one, Send)
        ]
        assert (sent.channel, sent.node) == ("down", who)
        return decode(sent.payload)

    @property
    def passwords(self) -> dict[str, str]:
        text = (self.house.data / CREDENTIALS / PASSWORDS).read_text()
        return {line.partition(":")[0]: line for line in text.splitlines()}


@pytest.fixture
def door(tmp_path: Path, clock: FakeClock) -> Iterator[Door]:
    with central_house(tmp_path / "data", clock) as made:
        yield Door(made, clock)


def test_before_anybody_is_invited_only_the_central_may_log_in(door: Door) -> None:
    assert list(door.passwords) == ["central"]
    assert door.reloads == 1


def test_who_comes_with_a_code_is_given_a_password_that_works_before_it_is_told(door: Door) -> None:
    door.invite("desk-2")

    answer = door.enrol(Enrol(node="desk-2"))

    assert isinstance(answer, Enrolled)
    assert (answer.house, answer.node, answer.central) == ("Testhaus", "desk-2", "central")
    assert answer.card_key == (door.house.data / "card.key").read_text()
    assert matches(door.passwords["desk-2"], answer.password)
    assert door.reloads == 3
    assert door.behind.told == [Tick(), Tick()]


def test_an_answer_that_was_lost_is_asked_for_again_until_the_password_was_used(door: Door) -> None:
    door.invite("desk-2")
    door.enrol(Enrol(node="desk-2"))
    again = door.enrol(Enrol(node="desk-2"))
    assert isinstance(again, Enrolled)

    door.reception.step(Received("up", "desk-2", b"anything"))

    assert door.enrol(Enrol(node="desk-2")) == Refused(reason="code_used")
    assert matches(door.passwords["desk-2"], again.password)


def test_an_expired_code_brings_nobody_in(door: Door) -> None:
    door.invite("desk-2")
    door.clock.forward(seconds=OPEN_MS / 1000)

    assert door.enrol(Enrol(node="desk-2")) == Refused(reason="code_expired")


def test_nobody_comes_in_under_another_name_than_the_one_of_the_code(door: Door) -> None:
    door.invite("desk-2")

    assert door.enrol(Enrol(node="desk-3")) == Refused(reason="not_ours")
    assert door.reception.refused == 1


def test_a_machine_with_another_house_does_not_come_in(door: Door) -> None:
    door.invite("desk-2")

    other_key = Enrol(node="desk-2", house="Testhaus", card_key="k1 " + "0" * 64)
    other_name = Enrol(node="desk-2", house="Haus", card_key=(door.house.data / "card.key").read_text())

    assert door.enrol(other_key) == door.enrol(other_name) == Refused(reason="house_differs")
    assert "desk-2" not in door.passwords


def test_a_machine_that_has_this_house_comes_back_with_it(door: Door) -> None:
    door.invite("desk-2")
    key = (door.house.data / "card.key").read_text()

    assert isinstance(door.enrol(Enrol(node="desk-2", house="Testhaus", card_key=key)), Enrolled)


def test_the_first_machine_of_a_house_that_gets_a_central_brings_the_card_key_once(door: Door) -> None:
    (door.house.data / ADOPTING).touch()
    door.invite("desk-2")
    key = "k1 " + "0" * 64 + "\n"

    answer = door.enrol(Enrol(node="desk-2", house="Testhaus", card_key=key))

    assert isinstance(answer, Enrolled)
    assert answer.card_key == (door.house.data / "card.key").read_text() == key
    other = Enrol(node="desk-2", house="Testhaus", card_key="k1 " + "1" * 64)
    assert door.enrol(other) == Refused(reason="house_differs")


def test_a_machine_with_the_old_key_is_given_the_new_one_beside_it(door: Door) -> None:
    door.invite("desk-2")
    file = door.house.data / "card.key"
    old = file.read_text()
    file.write_text("k2 " + "2" * 64 + "\n" + old)

    answer = door.enrol(Enrol(node="desk-2", house="Testhaus", card_key=old))

    assert isinstance(answer, Enrolled)
    assert answer.card_key.startswith("k2 ")


@pytest.mark.parametrize("key", ["", "k1", "k1 " + "0" * 63, "k1 " + "0" * 64 + "\nmore"])
def test_what_is_no_card_key_is_not_taken_for_one(door: Door, key: str) -> None:
    (door.house.data / ADOPTING).touch()
    door.invite("desk-2")
    before = (door.house.data / "card.key").read_text()

    assert door.enrol(Enrol(node="desk-2", house="Testhaus", card_key=key)) == Refused(reason="house_differs")
    assert (door.house.data / "card.key").read_text() == before
    assert "desk-2" not in door.passwords


def test_a_revoked_machine_is_told_so_and_thrown_out_a_moment_later(door: Door) -> None:
    door.invite("desk-2")
    door.enrol(Enrol(node="desk-2"))
    register.write(door.house.data, register.read(door.house.data).without("desk-2"))

    told = door.reception.step(Tick())

    assert [(one.node, decode(one.payload)) for one in told if isinstance(one, Send)] == [
        ("desk-2", Revoked(node="desk-2"))
    ]
    assert "desk-2" in door.passwords
    door.now += GOODBYE_S
    door.reception.step(Tick())
    assert list(door.passwords) == ["central"]
    assert door.reception.step(Tick()) == []


def test_a_machine_that_was_revoked_and_invited_again_may_come_at_once(door: Door) -> None:
    door.invite("desk-2")
    door.enrol(Enrol(node="desk-2"))
    register.write(door.house.data, register.read(door.house.data).without("desk-2"))
    door.reception.step(Tick())

    door.invite("desk-2")

    assert "join.desk-2" in door.passwords


def test_files_that_somebody_removed_are_written_again(door: Door) -> None:
    door.invite("desk-2")
    (door.house.data / CREDENTIALS / PASSWORDS).unlink()

    door.reception.step(Tick())

    assert sorted(door.passwords) == ["central", "join.desk-2"]


def test_a_code_that_has_long_expired_is_not_even_known(door: Door) -> None:
    door.invite("desk-2")
    door.clock.forward(days=33)

    door.reception.step(Tick())

    assert list(door.passwords) == ["central"]


def test_the_machine_behind_the_door_never_sees_who_is_not_enrolled(door: Door) -> None:
    door.invite("desk-2")

    door.reception.step(Received("up", "join.desk-2", b"T1..."))
    door.reception.step(Received("status", "join.desk-2", b"T1..."))
    door.reception.step(Received("up", "desk-7", b"T1..."))

    assert [one.node for one in door.behind.told if isinstance(one, Received)] == ["desk-7"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.binary(max_size=300))
def test_whatever_comes_with_a_code_is_answered_with_a_reason(door: Door, payload: bytes) -> None:
    effects = door.reception.step(Received("up", "join.desk-2", payload))

    assert [isinstance(decode(one.payload), Refused) for one in effects if isinstance(one, Send)] == [True]


def test_an_empty_book_is_written_for_a_broker_that_was_cleared(door: Door) -> None:
    assert register.read(door.house.data) == Register()
    assert (door.house.data / CREDENTIALS / PASSWORDS).exists()


def test_a_panel_that_was_removed_is_thrown_out_at_once_and_never_told_that_a_machine_was_revoked(
    door: Door,
) -> None:
    data = door.house.data
    register.write(data, register.read(data).with_guest("panel.door", Guest("panel.door:x", Rules(("a",)))))
    door.reception.step(Tick())
    assert "panel.door" in door.passwords
    assert "topic read a" in (data / CREDENTIALS / ACCESS).read_text()

    register.write(data, register.read(data).with_guest("panel.door", Guest("panel.door:x", Rules(("b",)))))
    door.reception.step(Tick())
    assert "topic read b" in (data / CREDENTIALS / ACCESS).read_text()

    register.write(data, register.read(data).without_guest("panel.door"))
    assert door.reception.step(Tick()) == []
    assert "panel.door" not in door.passwords
