"""What a node writes, on its way to central: gaps, repetitions, windows, waits."""

from __future__ import annotations

import pytest

from sharing.journal.entry import Draft
from sync.at_node.sending import WINDOW
from sync.events import Received, Send, Tick
from sync.protocol import Ack, Fork, Hello, Nack, Up, decode, encode
from sync.wire.frames import MOST_ENTRIES
from tests.sharing.journal.toys import Filled
from tests.sync.wire import Wire, sent


def ups(wire: Wire, name: str) -> list[Send]:
    """Let a node look for what it wrote, and give the frames that it sends instead of sending them."""
    found = [one for one in wire.machines[name].step(Tick()) if isinstance(one, Send)]
    return [one for one in found if isinstance(decode(one.payload), Up)]


def bring(wire: Wire, send: Send) -> list[object]:
    effects = wire.machines["central"].step(Received("up", send.node, send.payload))
    return [decode(one.payload) for one in effects if isinstance(one, Send) and one.channel == "down"]


def long(wire: Wire, name: str, entries: int) -> None:
    """Write acts of a hundred entries."""
    for _ in range(entries // 100):
        wire.write(name, *[Draft(f"box:{n}", Filled(what="x")) for n in range(100)])


def test_a_frame_after_a_gap_is_answered_with_what_is_expected(wire: Wire) -> None:
    long(wire, "one", 2 * MOST_ENTRIES)
    first, second = ups(wire, "one")
    assert [type(one) for one in bring(wire, second)] == [Nack]
    assert bring(wire, second) == [Nack(term=wire.sync("one").term, epoch=wire.tip("one").epoch, expected=1)]
    assert [type(one) for one in bring(wire, first)] == [Ack]
    assert [type(one) for one in bring(wire, second)] == [Ack]


def test_nothing_is_lost_if_every_third_message_is(wire: Wire) -> None:
    count = 0

    def lost(_who: str, _send: Send) -> bool:
        nonlocal count
        count += 1
        return count % 3 == 0

    wire.lost = lost
    for n in range(40):
        wire.fill("one", "a", f"{n}")
        wire.fill("two", "b", f"{n}")
        wire.pass_time(300)
    wire.settle()
    wire.lost = lambda _who, _send: False
    wire.settle()
    wire.assert_alike()


def test_a_node_goes_back_to_what_is_missing_once_for_all_frames_behind_it(wire: Wire) -> None:
    long(wire, "one", 4 * MOST_ENTRIES)
    frames = ups(wire, "one")
    nacks = [bring(wire, one)[0] for one in frames[1:]]
    assert len(nacks) == 3
    again = [sent(wire.send("one", "down", nack, "one"), Up) for nack in nacks]  # type: ignore[arg-type] # a frame
    assert [len(one) for one in again] == [4, 0, 0]
    assert again[0][0].first == 1


def test_at_most_four_frames_are_on_their_way(wire: Wire) -> None:
    long(wire, "one", 5 * MOST_ENTRIES)
    frames = ups(wire, "one")
    assert len(frames) == WINDOW == 4
    assert ups(wire, "one") == []
    ack = bring(wire, frames[0])[0]
    assert isinstance(ack, Ack)
    (fifth,) = sent(wire.send("one", "down", ack, "one"), Up)
    assert fifth.first == 4 * MOST_ENTRIES + 1


def test_a_frame_never_splits_an_act(wire: Wire) -> None:
    for _ in range(10):
        wire.write("one", *[Draft(f"box:{n}", Filled(what="x")) for n in range(180)])
    frames = [decode(one.payload) for one in ups(wire, "one")]
    assert [sum(mark.parts for mark in one.marks) for one in frames if isinstance(one, Up)] == [900, 900]


def test_what_is_not_confirmed_goes_again_after_five_seconds_then_ten_up_to_a_minute(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    assert len(ups(wire, "one")) == 1
    waited: list[int] = []
    env, since = wire.envs["one"], wire.envs["one"].now
    while len(waited) < 6:
        env.now += 50
        if ups(wire, "one"):
            waited.append(env.now - since)
            since = env.now
    for took, planned in zip(waited, [5, 10, 20, 40, 60, 60], strict=True):
        assert planned * 1000 <= took <= planned * 1250 + 50
    assert len({took % 5000 for took in waited}) > 3, "by chance, so that a house does not ask all at once"


def test_a_node_believes_an_ack_only_if_its_own_chain_says_the_same(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    (frame,) = ups(wire, "one")
    (ack,) = bring(wire, frame)
    assert isinstance(ack, Ack)
    epoch = wire.tip("one").epoch
    false = Ack(term=ack.term, epoch=ack.epoch, seq=ack.seq, chain=b"x" * 32, gsn=ack.gsn, at=ack.at)
    wire.send("one", "down", false, "one")
    assert wire.tip("one").epoch != epoch, "another stream is called like this one: go on in a new one"
    assert wire.node("one").status().unacked >= 1


def test_an_ack_of_another_term_or_epoch_or_of_long_ago_changes_nothing(wire: Wire) -> None:
    for what in ("x", "y"):
        wire.fill("one", "a", what)
        wire.settle(2)
    before, tip = wire.sync("one"), wire.tip("one")
    wire.fill("one", "a", "z")
    for term, epoch, seq in ((7, tip.epoch, 3), (before.term, 7, 3), (before.term, tip.epoch, 1)):
        ack = Ack(term=term, epoch=epoch, seq=seq, chain=b"x" * 32, gsn=0, at=0)
        wire.send("one", "down", ack, "one")
    after = wire.sync("one")
    assert (after.acked, after.acked_chain) == (before.acked, before.acked_chain)
    assert wire.tip("one").epoch == tip.epoch


def test_a_frame_twice_is_there_once_and_confirmed_twice(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    (frame,) = ups(wire, "one")
    first, second = bring(wire, frame), bring(wire, frame)
    assert [type(one) for one in first] == [type(one) for one in second] == [Ack]
    wire.settle(3)
    wire.assert_alike()


def test_frames_in_any_order_come_to_the_same(wire: Wire) -> None:
    long(wire, "one", 4 * MOST_ENTRIES)
    frames = ups(wire, "one")
    for one in (*reversed(frames), *frames, *reversed(frames)):
        bring(wire, one)
    wire.settle()
    wire.assert_alike()
    assert len(wire.ids("central")) == 4 * MOST_ENTRIES + 1


def test_a_long_known_frame_played_again_changes_nothing(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    (frame,) = ups(wire, "one")
    bring(wire, frame)
    for n in range(5):
        wire.fill("one", "a", f"{n}")
    wire.settle()
    ids, tip = wire.ids("central"), wire.tip("one")
    answer = bring(wire, frame)
    assert isinstance(answer[0], Ack)
    assert answer[0].seq == tip.seq
    assert wire.ids("central") == ids


def test_a_late_nack_about_what_is_confirmed_starts_the_handshake_anew(wire: Wire) -> None:
    for n in range(3):
        wire.fill("one", "a", f"{n}")
    wire.settle(3)
    state, tip = wire.sync("one"), wire.tip("one")
    effects = wire.send("one", "down", Nack(term=state.term, epoch=tip.epoch, expected=2), "one")
    assert len(sent(effects, Hello)) == 1
    assert sent(effects, Up) == []
    wire.settle(3)
    assert wire.sync("one").acked == 3


def test_a_late_fork_where_nothing_differs_changes_nothing(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    state, tip = wire.sync("one"), wire.tip("one")
    fork = Fork(term=state.term, epoch=tip.epoch, seq=tip.seq, chain=tip.chain)
    wire.send("one", "down", fork, "one")
    assert wire.tip("one") == tip


def test_central_answers_only_after_it_is_on_its_disk(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    # The frame's transaction must be over when `step` returns: another connection sees it.
    wire.fill("one", "a", "x")
    (frame,) = ups(wire, "one")
    (ack,) = bring(wire, frame)
    assert isinstance(ack, Ack)
    wire.stores["central"].close()
    assert len(wire.ids("central")) == 2


def test_what_another_process_wrote_goes_up_with_the_next_tick(wire: Wire) -> None:
    wire.fill("two", "b", "from the desk")
    wire.pass_time(50)
    wire.pass_time(50)
    assert wire.node("two").status().unacked == 0


def test_entries_of_central_itself_reach_everybody(wire: Wire) -> None:
    wire.fill("central", "c", "from the office")
    wire.settle(3)
    wire.assert_alike()


def test_a_central_that_was_started_anew_goes_on(wire: Wire) -> None:
    for n in range(5):
        wire.fill("one", "a", f"{n}")
        wire.start("central")
        wire.run()
    wire.settle()
    wire.assert_alike()


def test_a_hello_in_the_middle_does_not_send_what_is_on_its_way_once_more(wire: Wire) -> None:
    long(wire, "one", 2 * MOST_ENTRIES)
    assert len(ups(wire, "one")) == 2
    wire.envs["one"].now += 61_000
    effects = wire.machines["one"].step(Tick())
    (hello,) = sent(effects, Hello)
    (welcome,) = [one for one in wire.send("central", "up", encode(hello), "one") if isinstance(one, Send)][
        :1
    ]
    answered = wire.machines["one"].step(Received("down", "one", welcome.payload))
    assert [one.first for one in sent(answered, Up)] == [1, MOST_ENTRIES + 1], (
        "after a minute they are due again, but once"
    )
