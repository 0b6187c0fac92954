"""Nobody is answered in the middle of what a node tells, unless somebody else waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Work
from sync.at_central.holding import LONGEST_MS, SILENCE_MS
from sync.at_node import sending
from sync.events import Effect, Received, Send, Tick, Wake
from sync.protocol import Up, decode
from tests.sharing.journal.toys import Filled
from tests.sync.forging import entry, up
from tests.sync.test_homes import ask, name, names
from tests.sync.wire import Wire

_AT_ONCE = 3


def decide(work: Work) -> int:
    """Answer some of the requests for a box with its name."""
    waiting = work.requests(("box.filled",), _AT_ONCE)
    for entry_id in waiting:
        request = work.entry(entry_id)
        assert request is not None
        name(work, request)
    return len(waiting)


@pytest.fixture
def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(sending, "MOST_ENTRIES", 2)
    made = Wire(tmp_path, "one", "two", decide=decide)
    made.settle(3)
    yield made
    made.close()


def frames(wire: Wire, node: str) -> list[Send]:
    """Give what a node sends of its own, without sending it."""
    effects = wire.machines[node].step(Tick())
    return [one for one in effects if isinstance(one, Send) and one.channel == "up"]


def bring(wire: Wire, send: Send) -> list[Effect]:
    return wire.central.step(Received("up", send.node, send.payload))


def answered(wire: Wire) -> set[str]:
    return set(names(wire, "central"))


def test_every_frame_says_how_much_follows(wire: Wire) -> None:
    for box in "abcde":
        ask(wire, "one", box)
    said = [decode(one.payload) for one in frames(wire, "one")]
    assert [one.more for one in said if isinstance(one, Up)] == [3, 1, 0]


def test_what_a_node_asks_is_answered_when_all_of_it_has_come(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    first, last = frames(wire, "one")
    bring(wire, first)
    assert answered(wire) == set()
    bring(wire, last)
    assert answered(wire) == set("abc")


def test_what_a_node_wrote_alone_is_folded_on_top_and_the_answer_sorts_after_it(wire: Wire) -> None:
    ask(wire, "one", "a")
    for n in range(3):
        wire.fill("one", "a", f"{n}")
    wire.settle()
    with wire.stores["central"].begin() as work:
        kinds = [one.kind for one in work.entries_of("box:a")]
    assert kinds[-1] == "box.named"
    wire.assert_alike()


def test_somebody_else_who_asks_has_everybody_answered_at_once(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    ask(wire, "two", "d")
    bring(wire, frames(wire, "one")[0])
    bring(wire, *frames(wire, "two"))
    assert answered(wire) == set("abd")


def test_somebody_else_who_asks_nothing_leaves_it_as_it_is(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    wire.fill("two", "d", "x")
    bring(wire, frames(wire, "one")[0])
    bring(wire, *frames(wire, "two"))
    assert answered(wire) == set()


def test_whoever_is_gone_in_the_middle_is_answered_all_the_same(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    bring(wire, frames(wire, "one")[0])
    wire.envs["central"].now += SILENCE_MS - 1
    wire.central.step(Tick())
    assert answered(wire) == set()
    wire.envs["central"].now += 1
    wire.central.step(Tick())
    assert answered(wire) == set("ab")


def test_whoever_goes_on_telling_is_waited_for_however_long_it_takes(wire: Wire) -> None:
    for box in "abcde":
        ask(wire, "one", box)
    first, second, last = frames(wire, "one")
    for frame in (first, second):
        bring(wire, frame)
        wire.envs["central"].now += SILENCE_MS - 1
        wire.central.step(Tick())
        assert answered(wire) == set()
    bring(wire, last)
    assert answered(wire) == set("abc"), "three at a time"


def test_a_frame_that_comes_again_holds_nothing_back(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    first = frames(wire, "one")[0]
    bring(wire, first)
    wire.envs["central"].now += SILENCE_MS - 1
    bring(wire, first)
    wire.envs["central"].now += 1
    wire.central.step(Tick())
    assert answered(wire) == set("ab")


def test_who_waited_before_somebody_began_to_tell_is_answered_first(wire: Wire) -> None:
    for n in range(8):
        ask(wire, "two", f"b{n}")
    for box in "xyz":
        ask(wire, "one", box)
    for frame in frames(wire, "two"):
        bring(wire, frame)
    assert len(answered(wire)) == 3, "as many as go at once"
    effects = bring(wire, frames(wire, "one")[0])
    while Wake(0) in effects:
        effects = wire.central.step(Tick())
    assert answered(wire) >= {f"b{n}" for n in range(8)}


def told(wire: Wire, one: Entry) -> None:
    """Let a node say something, and that more follows."""
    wire.send("central", "up", msgspec.structs.replace(up(wire, "one", [[one]]), more=1), "one")


def test_nobody_keeps_all_from_an_answer_by_telling_on_and_on(wire: Wire) -> None:
    told(wire, entry(subject="box:a", nature="request"))
    for passed in range(SILENCE_MS // 2, LONGEST_MS, SILENCE_MS // 2):
        wire.envs["central"].now += SILENCE_MS // 2
        told(wire, entry())
        wire.central.step(Tick())
        assert answered(wire) == set(), passed
    wire.envs["central"].now += SILENCE_MS // 2
    told(wire, entry())
    wire.central.step(Tick())
    assert answered(wire) == {"a"}


def test_what_another_process_of_the_central_writes_lets_go(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    bring(wire, frames(wire, "one")[0])
    wire.write("central", Draft("box:z", Filled(what="x")))
    wire.central.step(Tick())
    assert answered(wire) == set("ab")


def test_a_central_started_in_the_middle_answers_what_its_predecessor_held_back(wire: Wire) -> None:
    for box in "abc":
        ask(wire, "one", box)
    bring(wire, frames(wire, "one")[0])
    wire.start("central")
    wire.settle()
    assert answered(wire) == set("abc")
    wire.assert_alike()


def test_many_requests_are_answered_some_at_a_time_and_without_a_pause(wire: Wire) -> None:
    for n in range(8):
        ask(wire, "one", f"b{n}")
    effects: list[Effect] = []
    for frame in frames(wire, "one"):
        effects = bring(wire, frame)
    steps = [len(answered(wire))]
    while Wake(0) in effects:
        effects = wire.central.step(Tick())
        steps.append(len(answered(wire)))
    assert steps == [3, 6, 8]
    wire.settle()
    wire.assert_alike()
