"""What central hands on, on its way into a node: in order, without a gap, never in the way of a person."""

from __future__ import annotations

import msgspec
import pytest

from sharing.errors import DiskFull
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Store
from sync.events import Connected, Effect, Received, Send, Tick, Wake
from sync.protocol import Head, Hello, Part, Pull, decode, encode
from sync.wire.acts import digest, pack
from sync.wire.frames import MOST_ENTRIES
from tests.sharing.journal.toys import Filled
from tests.sync.forging import entry
from tests.sync.wire import Wire, sent


def written_alone(wire: Wire, entries: int) -> None:
    """Let central hold what nobody was told of, and `one` be connected again."""
    wire.disconnect("one")
    for _ in range(entries // 100):
        wire.write("central", *[Draft(f"box:{n}", Filled(what="x")) for n in range(100)])
    wire.settle(5)


def answers(wire: Wire, pull: Pull) -> list[Send]:
    effects = wire.send("central", "up", pull, pull.node)
    return [one for one in effects if isinstance(one, Send) and one.channel == "down"]


def reconnected(wire: Wire) -> Pull:
    """Connect `one` and give what it asks for, without an answer."""
    wire.cut.discard("one")
    (hello,) = sent(wire.machines["one"].step(Connected(session=2)), Hello)
    (welcome, *_) = [one for one in wire.send("central", "up", hello, "one") if isinstance(one, Send)]
    (pull,) = sent(wire.machines["one"].step(Received("down", "one", welcome.payload)), Pull)
    assert isinstance(pull, Pull)
    return pull


def give(wire: Wire, send: Send) -> list[Effect]:
    return wire.machines["one"].step(Received("down", "one", send.payload))


def test_what_comes_after_a_gap_is_not_stored_but_pulled(wire: Wire) -> None:
    wire.lost = lambda _who, send: send.channel in {"live", "head"}
    wire.fill("two", "a", "lost on its way to one")
    wire.briefly()
    wire.fill("two", "a", "second")
    wire.lost = lambda _who, _send: False
    wire.log.clear()
    wire.pass_time(200)
    wire.pass_time(200)
    pulls = wire.frames(Pull, "one")
    assert [pull.after for pull in pulls] == [1]
    wire.settle(3)
    wire.assert_alike()


def test_a_message_to_all_that_was_lost_is_found_out_by_the_next_hint(wire: Wire) -> None:
    wire.lost = lambda _who, send: send.channel in {"live", "head"}
    wire.fill("two", "a", "x")
    wire.briefly()
    wire.lost = lambda _who, _send: False
    assert len(wire.ids("one")) < len(wire.ids("central"))
    wire.pass_time(10_000)
    wire.pass_time(600)
    wire.assert_alike()


def test_the_same_part_twice_is_stored_once(wire: Wire) -> None:
    wire.fill("two", "a", "x")
    wire.settle(2)
    lives = [send for _, send in wire.log if send.channel == "live"]
    for one in (*lives, *lives):
        wire.deliver("central", one)
    wire.settle(2)
    wire.assert_alike()


def test_parts_in_the_wrong_order_come_to_the_same(wire: Wire) -> None:
    written_alone(wire, 3 * MOST_ENTRIES)
    parts = answers(wire, reconnected(wire))
    assert len(parts) == 3
    for one in reversed(parts):
        give(wire, one)
    wire.settle()
    wire.assert_alike()


def test_a_week_is_caught_up_by_pulls_of_several_parts(wire: Wire) -> None:
    written_alone(wire, 10 * MOST_ENTRIES)
    wire.log.clear()
    wire.connect("one")
    wire.settle(5)
    wire.assert_alike("central", "one")
    pulls = wire.frames(Pull, "one")
    assert 3 <= len(pulls) <= 6


def test_a_pull_goes_on_where_it_was_cut(wire: Wire) -> None:
    written_alone(wire, 2 * MOST_ENTRIES)
    parts = answers(wire, reconnected(wire))
    give(wire, parts[0])
    assert wire.sync("one").applied == MOST_ENTRIES + 1
    wire.disconnect("one")
    assert reconnected(wire).after == MOST_ENTRIES + 1
    wire.settle()
    wire.assert_alike("central", "one")


def test_a_pull_without_an_answer_is_asked_again_later(wire: Wire) -> None:
    written_alone(wire, 100)
    first = reconnected(wire)
    env = wire.envs["one"]
    env.now += 4_900
    assert sent(wire.machines["one"].step(Tick()), Pull) == []
    env.now += 1_500
    (again,) = sent(wire.machines["one"].step(Tick()), Pull)
    assert again.after == first.after
    assert again.nonce != first.nonce


def test_a_spoilt_part_is_pulled_again_at_once_and_then_later(wire: Wire) -> None:
    written_alone(wire, 100)
    (part,) = answers(wire, reconnected(wire))
    good = decode(part.payload)
    assert isinstance(good, Part)
    bad = msgspec.structs.replace(good, digest=b"x" * 32)
    (again,) = sent(wire.send("one", "down", bad, "one"), Pull)
    assert wire.sync("one").applied == 1
    assert wire.node("one").status().stuck == ""
    assert sent(wire.send("one", "down", bad, "one"), Pull) == []
    assert wire.node("one").status().stuck == "wrong_digest"
    (part,) = answers(wire, again)
    give(wire, part)
    assert wire.node("one").status().stuck == ""
    wire.assert_alike("central", "one")


@pytest.mark.parametrize("changed", [{"count": 3}, {"start": 7}, {"acts": msgspec.Raw(b"[[]]")}])
def test_a_part_that_is_not_what_it_says_is_not_stored(wire: Wire, changed: dict[str, object]) -> None:
    written_alone(wire, 100)
    (part,) = answers(wire, reconnected(wire))
    wire.send("one", "down", msgspec.structs.replace(decode(part.payload), **changed), "one")
    assert wire.sync("one").applied == 1


def test_while_somebody_is_served_at_most_fifty_entries_are_stored_at_once(wire: Wire) -> None:
    wire.disconnect("one")
    for n in range(200):
        wire.write("central", Draft(f"box:{n}", Filled(what="x")))
    wire.write("central", *[Draft(f"box:{n}", Filled(what="x")) for n in range(120)])
    wire.settle(3)
    (part,) = answers(wire, reconnected(wire))
    env = wire.envs["one"]
    env.busy = True
    effects, steps = give(wire, part), [wire.sync("one").applied]
    while steps[-1] < 321:
        assert wire.machines["one"].step(Tick()) is not None
        assert wire.sync("one").applied == steps[-1], "the desk has five milliseconds to itself"
        (wake,) = [one for one in effects if isinstance(one, Wake)]
        assert wake.in_ms <= 5
        env.now += 5
        effects = wire.machines["one"].step(Tick())
        steps.append(wire.sync("one").applied)
    sizes = [after - before for before, after in zip([1, *steps], steps, strict=False)]
    assert max(sizes[:-1]) == 50
    assert sizes[-1] == 120, "an act is never split"


def test_an_idle_desk_stores_whole_frames(wire: Wire) -> None:
    written_alone(wire, MOST_ENTRIES)
    for one in answers(wire, reconnected(wire)):
        give(wire, one)
    assert wire.sync("one").applied == MOST_ENTRIES + 1


def test_a_full_disk_rises_and_nothing_is_lost(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.fill("two", "a", "x")
    wire.step("two", Tick())
    sender, send = wire.flying.popleft()
    whole = Store.begin

    def full(_self: Store, **_: object) -> object:
        raise DiskFull(what="disk")

    monkeypatch.setattr(Store, "begin", full)
    with pytest.raises(DiskFull):
        wire.deliver(sender, send)
    monkeypatch.setattr(Store, "begin", whole)
    wire.settle()
    wire.assert_alike()


def test_a_full_disk_on_a_node_rises_and_it_goes_on_when_there_is_room(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_alone(wire, 300)
    (part,) = answers(wire, reconnected(wire))
    whole = Store.begin

    def full(_self: Store, **_: object) -> object:
        raise DiskFull(what="disk")

    monkeypatch.setattr(Store, "begin", full)
    for _ in range(2):
        with pytest.raises(DiskFull):
            give(wire, part)
    monkeypatch.setattr(Store, "begin", whole)
    wire.machines["one"].step(Tick())
    assert wire.sync("one").applied == 301


def test_what_a_node_cannot_take_is_told_and_asked_for_again_later(wire: Wire) -> None:
    # One of its own entries came back with another content: this disk, or central's, is damaged.
    known = wire.fill("one", "a", "x")
    wire.settle(2)
    state = wire.sync("one")
    other = msgspec.structs.replace(known, data=b'{"what":"y"}')
    effects = wire.send("one", "down", part_of(wire, [other]), "one")
    assert sent(effects, Pull) == []
    assert wire.sync("one").applied == state.applied
    assert ("cannot_take", f"contradicts (box.filled, {state.applied + 1})") in wire.cases("one")
    assert wire.node("one").status().stuck == "contradicts"
    wire.envs["one"].now += 7_000
    assert len(sent(wire.machines["one"].step(Tick()), Pull)) == 1


def part_of(wire: Wire, entries: list[Entry]) -> Part:
    """What central would hand on next to `one`, whatever it holds itself."""
    state, acts = wire.sync("one"), pack([[one] for one in entries])
    first, count = state.applied + 1, len(entries)
    return Part(
        term=state.term, start=first, count=count, acts=acts, tip=state.applied + count, digest=digest(acts)
    )


def test_a_node_takes_all_that_comes_before_what_it_cannot_take_and_goes_on_after_it(wire: Wire) -> None:
    known = wire.fill("one", "a", "x")
    wire.settle(2)
    before = wire.sync("one").applied
    other = msgspec.structs.replace(known, data=b'{"what":"y"}')
    good = [entry(subject=f"box:{n}") for n in range(5)]
    wire.send("one", "down", part_of(wire, [*good[:3], other, *good[3:]]), "one")
    for _ in range(9):
        wire.machines["one"].step(Tick())
    assert wire.sync("one").applied == before + 3
    assert [about for kind, about in wire.cases("one") if kind == "cannot_take"] == [
        f"contradicts (box.filled, {before + 4})"
    ]
    assert wire.node("one").status().stuck == "contradicts"
    wire.send("one", "down", part_of(wire, good[3:]), "one")
    wire.machines["one"].step(Tick())
    assert wire.sync("one").applied == before + 5
    assert wire.node("one").status().stuck == ""


def test_a_part_or_hint_of_another_term_starts_the_handshake_anew(wire: Wire) -> None:
    state = wire.sync("one")
    for channel in ("live", "head"):
        frame = Head(central="central", term=7, gsn=3, at=0)
        effects = wire.send("one", channel, frame)
        assert len(sent(effects, Hello)) == (1 if channel == "live" else 0), "once is enough"
    assert wire.sync("one") == state


def test_many_new_entries_are_told_to_all_in_frames_of_at_most_a_thousand(wire: Wire) -> None:
    for _ in range(12):
        wire.write("central", *[Draft(f"box:{n}", Filled(what="x")) for n in range(150)])
    wire.log.clear()
    wire.pass_time(200)
    parts = wire.frames(Part, "central")
    assert [part.count for part in parts] == [900, 900]
    wire.assert_alike()


def test_what_is_told_to_all_is_not_pulled_as_well(wire: Wire) -> None:
    for n in range(20):
        wire.fill("one", "a", f"{n}")
        wire.write("two", *[Draft(f"box:{m}", Filled(what="x")) for m in range(150)])
        wire.briefly()
    wire.assert_alike()
    assert wire.frames(Pull) == []


def test_own_entries_come_back_and_are_not_stored_twice(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    assert wire.sync("one").applied == wire.sync("central").applied == 2
    wire.assert_alike()


def test_a_new_machine_gets_the_whole_house(wire: Wire) -> None:
    for n in range(50):
        wire.fill("one", "abc"[n % 3], f"{n}")
    wire.settle(3)
    wire.add("new")
    wire.settle(3)
    wire.assert_alike()


def test_a_node_says_how_far_behind_it_is(wire: Wire) -> None:
    written_alone(wire, MOST_ENTRIES + 200)
    parts = answers(wire, reconnected(wire))
    give(wire, parts[0])
    assert wire.node("one").status().behind == 200


def test_a_node_is_not_woken_for_what_it_cannot_do_before_central_answered(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    wire.disconnect("one")
    wire.cut.discard("one")
    machine, term = wire.machines["one"], wire.sync("one").term
    machine.step(Connected(session=2))  # says hello, and nobody answers
    head = Head(central="central", term=term, gsn=100)
    machine.step(Received("head", "", encode(head)))
    for _ in range(50):
        wakes = [one.in_ms for one in machine.step(Tick()) if isinstance(one, Wake)]
        assert wakes[0] > 0
        wire.envs["one"].now += wakes[0]
