"""Streams that are not what central knows: images put back, cards cloned, both ends of a fork."""

from __future__ import annotations

import msgspec
import pytest

from sharing.journal.entry import Draft
from sync.at_node.sending import frame_of
from sync.events import Connected, Received, Send, Tick
from sync.protocol import Fork, Up, Welcome, decode
from tests.sharing.journal.toys import Filled
from tests.sync.wire import Wire, sent


def test_a_node_from_an_older_image_goes_on_in_a_new_stream(wire: Wire) -> None:
    wire.fill("one", "a", "before")
    wire.settle(3)
    image = wire.image("one", "older")
    wire.fill("one", "a", "after the image")
    wire.settle(3)
    epoch = wire.tip("one").epoch
    wire.put_back("one", image)
    wire.fill("one", "b", "alone")
    wire.briefly()
    assert wire.tip("one").epoch != epoch
    assert wire.node("one").status().unacked == 0, "it greets anew at once"
    wire.settle()
    wire.assert_alike()
    assert ("forked", "") in wire.cases("central")


def test_what_an_image_wrote_before_it_heard_of_central_is_not_lost(wire: Wire) -> None:
    image = wire.image("one", "older")
    for n in range(20):
        wire.fill("one", "a", f"known {n}")
    wire.settle(3)
    wire.put_back("one", image)
    wire.disconnect("one")
    written = {wire.fill("one", "b", f"alone {n}").id for n in range(30)}
    wire.connect("one")
    wire.settle()
    assert written <= wire.ids("central")
    wire.assert_alike()


def test_a_fork_inside_a_frame_that_begins_where_both_agree_is_seen(wire: Wire) -> None:
    # Two streams that are the same up to 1; then central holds 20 entries of the one and is sent 30 of the
    # other in one frame whose beginning it knows. Who looks only before the frame skips 20 of them.
    wire.fill("one", "a", "common")
    wire.settle(3)
    image = wire.image("one", "older")
    with wire.stores["central"].reader() as read:
        before = read.chain_at("one", wire.tip("one").epoch, 1)
    for n in range(20):
        wire.fill("one", "a", f"known {n}")
    wire.settle(3)
    wire.put_back("one", image)
    wire.disconnect("one")
    for n in range(30):
        wire.fill("one", "b", f"alone {n}")
    tip, term = wire.tip("one"), wire.sync("one").term
    with wire.stores["one"].reader() as read:
        acts = read.own_acts(tip.epoch, 1, 500, 10**6)
    payload, _ = frame_of("one", term, tip.epoch, before or b"", acts, {"at": 0, "clock": "ntp"})
    (fork,) = [
        decode(one.payload)
        for one in wire.step("central", Received("up", "one", payload))
        if isinstance(one, Send) and one.channel == "down"
    ]
    assert isinstance(fork, Fork)
    assert fork.seq == 2
    assert len(wire.ids("central")) == 22, "none of it was stored"


def test_a_clone_goes_on_in_a_stream_of_its_own_and_both_are_heard(wire: Wire) -> None:
    wire.fill("one", "a", "common")
    wire.settle(3)
    wire.clone("one", "copy")
    wire.run()
    wire.fill("one", "a", "of the first")
    wire.fill("copy", "b", "of the copy")
    wire.settle()
    assert wire.tip("one").epoch != wire.tip("copy").epoch
    wire.assert_alike("central", "one", "copy", "two")
    assert ("forked", "") in wire.cases("two")


def test_staff_hear_of_a_clone_when_the_older_stream_goes_on(wire: Wire) -> None:
    wire.fill("one", "a", "common")
    wire.settle(3)
    wire.clone("one", "copy")
    wire.run()
    wire.fill("copy", "b", "of the copy")
    wire.pass_time(200)
    wire.fill("one", "a", "of the first")
    wire.settle()
    wire.fill("one", "a", "and on")
    wire.fill("copy", "b", "and on")
    wire.settle()
    assert ("cloned", "") in wire.cases("central")
    wire.assert_alike("central", "one", "copy", "two")


def test_a_new_stream_after_a_fork_is_no_clone(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    image = wire.image("one", "older")
    wire.fill("one", "a", "y")
    wire.settle(3)
    wire.put_back("one", image)
    wire.settle()
    wire.settle()
    assert "cloned" not in [kind for kind, _ in wire.cases("central")]


def test_late_frames_of_the_stream_before_are_no_clone(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    late = [one for one in wire.step("one", Tick()) if isinstance(one, Send)]
    late += [one for one in wire.step("one", Connected(session=2)) if isinstance(one, Send)]
    wire.run()
    wire.settle(3)
    image = wire.image("one", "older")
    wire.fill("one", "a", "y")
    wire.settle(3)
    wire.put_back("one", image)
    wire.run()
    wire.pass_time(60_000)
    for one in late:
        wire.deliver("one", one)
    wire.run()
    assert "cloned" not in [kind for kind, _ in wire.cases("central")]


def test_a_home_that_forked_decides_nothing_until_staff_move_the_home(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    image = wire.image("one", "older")
    wire.fill("one", "a", "y")
    wire.settle(3)
    wire.put_back("one", image)
    wire.settle()
    assert wire.node("one").status().stopped
    assert ("home_stopped", "") in wire.cases("central")
    with wire.stores["one"].begin() as work:
        assert not work.is_home()
    wire.move_home("one")
    wire.settle()
    assert not wire.node("one").status().stopped
    with wire.stores["one"].begin() as work:
        assert work.is_home()
    wire.assert_alike()


def test_a_home_that_forked_and_is_home_no_more_is_not_stopped(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    image = wire.image("one", "older")
    wire.fill("one", "a", "y")
    wire.settle(3)
    wire.put_back("one", image)
    wire.settle()
    wire.move_home("two")
    wire.settle()
    assert not wire.node("one").status().stopped


def test_a_node_that_is_no_home_only_takes_a_new_stream(wire: Wire) -> None:
    image = wire.image("one", "older")
    wire.fill("one", "a", "y")
    wire.settle(3)
    wire.put_back("one", image)
    wire.settle()
    assert not wire.node("one").status().stopped
    assert "home_stopped" not in [kind for kind, _ in wire.cases("central")]


def test_a_frame_whose_first_place_has_another_beginning_is_a_fork(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    (send,) = [one for one in wire.step("one", Tick()) if isinstance(one, Send)]
    frame = decode(send.payload)
    assert isinstance(frame, Up)
    other = msgspec.structs.replace(frame, before=b"x" * 32)
    assert [type(one) for one in sent(wire.send("central", "up", other, "one"), Fork)] == [Fork]


@pytest.mark.parametrize("nonce", [0, 5])
def test_a_welcome_to_another_question_changes_nothing(wire: Wire, nonce: int) -> None:
    wire.fill("one", "a", "x")
    wire.settle(3)
    before, tip = wire.sync("one"), wire.tip("one")
    welcome = Welcome(
        term=before.term, terms=((before.term, 0),), node="one", epoch=tip.epoch, seq=500, chain=b"x" * 32,
        gsn=9, at=0, nonce=nonce,
    )  # fmt: skip
    wire.send("one", "down", welcome, "one")
    assert wire.tip("one") == tip
    assert wire.sync("one") == before


def test_a_stream_that_was_given_up_is_all_there_under_its_new_number(wire: Wire) -> None:
    wire.disconnect("one")
    wire.write("one", Draft("box:a", Filled(what="x")), Draft("box:b", Filled(what="y")))
    image = wire.image("one", "older")
    wire.connect("one")
    wire.settle(3)
    wire.fill("one", "a", "after")
    wire.settle(3)
    wire.put_back("one", image)
    wire.settle()
    with wire.stores["central"].reader() as read:
        held = read.rows(
            "SELECT COUNT(*) FROM position WHERE node = 'one' AND epoch = ?", (wire.tip("one").epoch,)
        )
    assert held[0][0] >= 3, "the two that the image had not sent, and its word on the fork"
    wire.assert_alike()
