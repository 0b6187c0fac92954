"""What must not come, each refused or set aside, counted and shown, while the others do not notice."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sharing.errors import BadValue, DoesNotExist
from sharing.journal.entry import Entry
from sharing.journal.shapes import (
    ClockCorrected,
    HomeMoved,
    HomeReleaseAsked,
    HomeReleased,
    NodeNoticed,
    PrivateEmptied,
)
from sync.at_central import quarantine
from sync.central import MOST_SET_ASIDE
from sync.events import Received, Send, Tick
from sync.protocol import Ack, Hello, Part, Pull, Refused, Up, Welcome, decode
from tests.sharing.journal.toys import Burst, Filled, Named, Taken
from tests.sync.forging import entry, tampered, up
from tests.sync.wire import Wire, sent


def aside(wire: Wire) -> list[tuple[str, int, str]]:
    with wire.stores["central"].reader() as read:
        return [(one.node, one.seq, one.reason) for one in read.quarantined()]


def send_up(wire: Wire, frame: Up, node: str = "one") -> list[Any]:
    effects = wire.send("central", "up", frame, node)
    return [decode(one.payload) for one in effects if isinstance(one, Send) and one.channel == "down"]


def assert_healthy(wire: Wire) -> None:
    """The other kiosk goes on as if nothing had happened."""
    wire.fill("two", "h", "healthy")
    wire.run()
    wire.settle(5)
    wire.assert_alike("central", "two")
    assert wire.node("two").status().unacked == 0


# Quarantine


def test_one_bad_act_is_set_aside_and_those_around_it_are_taken(wire: Wire) -> None:
    good = [entry(subject=f"box:{n}") for n in range(10)]
    bad = entry(subject="box:bad", private_digest=b"x" * 32)
    acts = [[one] for one in [*good[:5], bad, *good[5:]]]
    (ack,) = send_up(wire, up(wire, "one", acts))
    assert isinstance(ack, Ack)
    assert ack.seq == 11
    assert {one.id for one in good} <= wire.ids("central")
    assert bad.id not in wire.ids("central")
    assert aside(wire) == [("one", 6, "not_well_formed: private")]
    assert ("quarantined", "not_well_formed: private") in wire.cases("central")
    assert_healthy(wire)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"box.filled"', b"17", "unreadable"),
        (b'"what":"forged"', b'"what":"forced"', "wrong_chain"),
        (b'"fact"', b'"fact', ""),
        (b'"box.filled"', b'"box.filled",{"new":[1]}', "unreadable"),
    ],
)
def test_an_act_that_cannot_be_read_is_set_aside_with_its_place(
    wire: Wire, old: bytes, new: bytes, reason: str
) -> None:
    frame = up(wire, "one", [[entry()], [entry(Taken())]])
    broken = tampered(frame, bytes(frame.acts).replace(old, new, 1))
    (answer,) = send_up(wire, broken)
    if not reason:
        assert answer == Refused(reason="malformed"), "no JSON at all: nobody knows where its acts end"
        return
    assert isinstance(answer, Ack)
    assert answer.seq == 2
    assert [(seq, why) for _, seq, why in aside(wire)] == [(1, reason)]
    (answer,) = send_up(wire, up(wire, "one", [[entry()]]))
    assert answer.seq == 3, "what comes after it has its place"
    assert_healthy(wire)


def test_an_act_that_contradicts_one_that_is_here_is_set_aside(wire: Wire) -> None:
    known = wire.fill("two", "a", "x")
    wire.settle(3)
    forged = entry(id=known.id)
    send_up(wire, up(wire, "one", [[forged]]))
    assert [(seq, why) for _, seq, why in aside(wire)] == [(1, "contradicts")]
    assert_healthy(wire)


def test_an_act_twice_in_a_frame_is_set_aside_once(wire: Wire) -> None:
    one = entry()
    send_up(wire, up(wire, "one", [[one], [msgspec.structs.replace(one, act=b"a" * 16)]]))
    assert [seq for _, seq, _ in aside(wire)] == [2]
    assert one.id in wire.ids("central")
    assert_healthy(wire)


def test_half_an_act_is_set_aside(wire: Wire) -> None:
    send_up(wire, up(wire, "one", [[entry(parts=2)], [entry()]]))
    assert [seq for _, seq, _ in aside(wire)] == [1]
    assert_healthy(wire)


def test_what_a_fold_cannot_bear_breaks_its_subject_and_nothing_else(wire: Wire) -> None:
    send_up(wire, up(wire, "one", [[entry()], [entry(Burst(name="boom"), subject="box:boom")], [entry()]]))
    assert aside(wire) == []
    assert ("broken_subject", "") in wire.cases("central")
    assert_healthy(wire)


def test_who_asks_for_the_whole_journal_again_and_again_gets_it_some_times_only(wire: Wire) -> None:
    for n in range(10):
        wire.fill("one", f"p{n}", "x")
    wire.settle(3)
    wire.envs["central"].now += 60_000
    pull = Pull(node="one", term=wire.sync("one").term, after=0, most=2000, nonce=7)
    answers = [sent(wire.send("central", "up", pull, "one"), Part) for _ in range(400)]
    assert sum(map(bool, answers)) < 60, "each costs central as much as many frames"
    assert_healthy(wire)
    wire.envs["central"].now += 60_000
    assert sent(wire.send("central", "up", pull, "one"), Part), "and later it is heard again"


@pytest.mark.parametrize("nature", ["fact", "request"])
def test_a_decision_that_calls_itself_something_else_is_forged(wire: Wire, nature: str) -> None:
    told = entry(Named(group="house", home_epoch=1, n=1, name="mine"), nature=nature)
    send_up(wire, up(wire, "one", [[told]]))
    assert [why for _, _, why in aside(wire)] == ["forged: verdict"]
    assert told.id not in wire.ids("central")
    assert_healthy(wire)


@pytest.mark.parametrize(
    "fields", [{"after": b"h" * 16 * 5000}, {"boot": "b" * 70_000}, {"subject": "box:" + "s" * 70_000}]
)
def test_what_no_honest_machine_writes_so_long_is_not_handed_on(wire: Wire, fields: Any) -> None:
    big = entry(**fields)
    send_up(wire, up(wire, "one", [[entry()], [big], [entry()]]))
    assert [seq for _, seq, _ in aside(wire)] == [2]
    assert big.id not in wire.ids("central")
    assert_healthy(wire)


def test_the_same_bad_frame_again_is_confirmed_and_set_aside_once(wire: Wire) -> None:
    frame = up(wire, "one", [[entry(private_digest=b"x" * 32)]])
    assert [type(one) for one in send_up(wire, frame)] == [Ack]
    assert [type(one) for one in send_up(wire, frame)] == [Ack]
    assert len(aside(wire)) == 1


def test_staff_take_in_what_was_set_aside_or_drop_it(wire: Wire) -> None:
    wire.move_home("two")
    wire.settle(3)
    by_one = entry(Named(group="house", home_epoch=2, n=1, name="x"), nature="verdict")
    send_up(wire, up(wire, "one", [[by_one], [entry(private_digest=b"x" * 32)]]))
    with pytest.raises(BadValue):
        quarantine.release(wire.stores["central"], 2)
    quarantine.release(wire.stores["central"], 1)
    quarantine.drop(wire.stores["central"], 2)
    with pytest.raises(DoesNotExist):
        quarantine.drop(wire.stores["central"], 2)
    assert aside(wire) == []
    wire.settle(3)
    assert by_one.id in wire.ids("two")
    wire.assert_alike("central", "two")


def test_a_node_that_fills_the_quarantine_is_heard_no_more_until_staff_looked(wire: Wire) -> None:
    for _ in range(MOST_SET_ASIDE // 500 + 1):
        send_up(wire, up(wire, "one", [[entry(private_digest=b"x" * 32)] for _ in range(500)]))
        wire.envs["central"].now += 10_000
    assert len(aside(wire)) == MOST_SET_ASIDE
    assert send_up(wire, up(wire, "one", [[entry()]])) == [Refused(reason="quarantine_full")]
    assert_healthy(wire)


def test_a_verdict_in_quarantine_is_told_to_stall_its_group(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    verdict = entry(
        Named(group="house", home_epoch=2, n=1, name="x"), nature="verdict", private_digest=b"x" * 32
    )
    send_up(wire, up(wire, "one", [[verdict]]))
    assert "verdict_stalled" in [kind for kind, _ in wire.cases("central")]


# Forged


@pytest.mark.parametrize(
    "forged",
    [
        entry(Named(group="house", home_epoch=1, n=1, name="mine"), nature="verdict"),
        entry(Named(group="house", home_epoch=9, n=1, name="mine"), nature="verdict"),
        entry(HomeMoved(group="house", epoch=2, to="one", through=0), subject="group:house"),
        entry(HomeMoved(group="house", epoch=1, to="one", through=0), subject="group:house"),
        entry(HomeReleased(group="house", epoch=1, through=0), subject="group:house"),
        entry(HomeReleaseAsked(group="house", to="one"), subject="group:house", nature="request"),
        entry(PrivateEmptied(entries=("0" * 32,)), subject="privacy:1"),
        entry(ClockCorrected(boot="boot-two", began_at=5), subject="node:two"),
        entry(NodeNoticed(what="cloned"), subject="node:two"),
    ],
    ids=lambda one: f"{one.kind} {one.data.decode()[:40]}",
)
def test_what_only_another_may_write_is_set_aside(wire: Wire, forged: Any) -> None:
    (ack,) = send_up(wire, up(wire, "one", [[entry()], [forged], [entry()]]))
    assert ack.seq == 3
    assert forged.id not in wire.ids("central")
    assert [(seq, why.split(":")[0]) for _, seq, why in aside(wire)] == [(2, "forged")]
    assert_healthy(wire)


def test_what_a_node_may_write_about_itself_is_taken(wire: Wire) -> None:
    own = [
        entry(ClockCorrected(boot="boot-x", began_at=5), subject="node:one"),
        entry(NodeNoticed(what="clock_unknown", detail="boot-x"), subject="node:one"),
    ]
    send_up(wire, up(wire, "one", [[one] for one in own]))
    assert aside(wire) == []


def test_a_home_of_today_or_of_earlier_may_empty_what_is_private(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    wire.move_home("two")
    send_up(wire, up(wire, "one", [[entry(PrivateEmptied(entries=("0" * 32,)), subject="privacy:1")]]))
    assert aside(wire) == []


def test_a_forged_verdict_beside_true_ones_is_found(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    true = [entry(Named(group="house", home_epoch=2, n=n, name="x"), nature="verdict") for n in (1, 2)]
    forged = entry(Named(group="house", home_epoch=1, n=1, name="x"), nature="verdict")
    send_up(wire, up(wire, "one", [[true[0]], [forged], [true[1]]]))
    assert [seq for _, seq, _ in aside(wire)] == [2]
    assert {one.id for one in true} <= wire.ids("central")


# Who speaks


def test_a_revoked_node_is_not_heard_and_says_nothing_more(wire: Wire) -> None:
    with wire.stores["central"].begin() as work:
        work.revoke_peer("one")
    late = wire.fill("one", "a", "too late")
    wire.settle(5)
    assert late.id not in wire.ids("central")
    assert wire.node("one").status().revoked
    wire.log.clear()
    wire.fill("one", "a", "and later")
    wire.disconnect("one")
    wire.start("one")
    wire.settle()
    assert [who for who, _ in wire.log if who == "one"] == []
    assert wire.central.status().refused["revoked"] >= 1
    assert_healthy(wire)


def test_who_was_never_let_in_is_refused(wire: Wire) -> None:
    wire.add("stranger", known=False)
    wire.fill("stranger", "a", "x")
    wire.settle(3)
    assert ("stranger", "refused", "unknown_node") in wire.notes
    assert wire.central.status().refused["unknown_node"] >= 1
    assert wire.node("stranger").status().refused == "unknown_node"
    assert_healthy(wire)


def test_a_node_under_anothers_name_is_refused_counted_and_told(wire: Wire) -> None:
    wire.fill("one", "a", "x")
    (own,) = [one for one in wire.step("one", Tick()) if isinstance(one, Send)]
    wire.flying.clear()
    effects = wire.step("central", Received("up", "two", own.payload))
    assert sent(effects, Refused) == [Refused(reason="wrong_node")]
    assert sent(effects, Ack) == []
    wire.settle(5)
    wire.settle(5)
    assert wire.central.status().refused["wrong_node"] == 1
    assert ("refused_frames", "wrong_node") in wire.cases("central")
    with wire.stores["central"].reader() as read:
        assert {one.node: one.refused for one in read.peers()} == {"one": 0, "two": 1}
    wire.assert_alike()


def test_a_kiosk_of_another_house_is_refused(wire: Wire) -> None:
    wire.connect("one")
    (hello,) = wire.frames(Hello, "one")
    other = msgspec.structs.replace(hello, house="elsewhere")
    effects = wire.send("central", "up", other, "one")
    assert sent(effects, Refused) == [Refused(reason="house_differs")]
    assert sent(effects, Welcome) == []


@pytest.mark.parametrize("payload", [b"", b"rubbish", b"T1rubbish", b"T2x", b"T1" + bytes(250_000)])
def test_what_is_no_frame_is_counted_and_answered_with_why(wire: Wire, payload: bytes) -> None:
    for name, channel, node in (("central", "up", "one"), ("one", "down", "one"), ("one", "live", "")):
        wire.send(name, channel, payload, node)
    assert sum(wire.central.status().refused.values()) == 1
    assert_healthy(wire)


def test_a_flood_costs_its_sender_only(wire: Wire) -> None:
    answers = [wire.send("central", "up", b"rubbish", "one") for _ in range(500)]
    quiet = [one for one in answers if not sent(one, Refused)]
    assert len(quiet) > 300, "after the first hundred it is not even looked at"
    assert_healthy(wire)
    wire.settle(5)
    assert len([one for one in wire.cases("central") if one[0] == "refused_frames"]) <= 2


def test_a_broken_node_opens_no_more_than_twenty_cases_a_day(wire: Wire) -> None:
    for n in range(30):
        bad = entry(private_digest=b"x" * 32) if n % 2 else entry(parts=2)
        send_up(wire, up(wire, "one", [[msgspec.structs.replace(bad, kind=f"k{n}")]]))
    cases = [one for one in wire.cases("central") if one[0] == "quarantined"]
    assert 1 <= len(cases) <= 20
    assert len(aside(wire)) == 30


@pytest.mark.parametrize("changed", [{"term": 5}, {"term": 0}])
def test_a_frame_of_another_term_is_answered_with_where_central_stands(
    wire: Wire, changed: dict[str, int]
) -> None:
    frame = msgspec.structs.replace(up(wire, "one", [[entry()]]), **changed)
    (welcome,) = send_up(wire, frame)
    assert isinstance(welcome, Welcome)
    assert (welcome.nonce, welcome.term) == (0, wire.sync("central").term)
    assert len(wire.ids("central")) == 1


def test_an_envelope_that_does_not_fit_its_acts_is_refused(wire: Wire) -> None:
    frame = up(wire, "one", [[entry()], [entry()]])
    for changed in (
        {"marks": frame.marks[:1]},
        {"marks": ()},
        {"marks": frame.marks * 300},
        {"acts": msgspec.Raw(b"{}")},
        {"acts": msgspec.Raw(b"[]")},
    ):
        assert send_up(wire, msgspec.structs.replace(frame, **changed)) == [Refused(reason="malformed")]
    assert len(wire.ids("central")) == 1
    assert_healthy(wire)


def test_an_act_whose_parts_are_not_as_many_as_said_is_set_aside(wire: Wire) -> None:
    frame = up(wire, "one", [[entry(Filled(what="x"))]])
    marks = (msgspec.structs.replace(frame.marks[0], parts=3),)
    (ack,) = send_up(wire, msgspec.structs.replace(frame, marks=marks))
    assert ack.seq == 3
    assert aside(wire) == [("one", 1, "wrong_count")]
    assert_healthy(wire)


def test_an_act_that_a_disk_has_damaged_keeps_no_other_from_central(wire: Wire) -> None:
    wire.disconnect("one")
    first, damaged, last = (wire.fill("one", "a", f"{n}") for n in range(3))
    damage(wire, "one", damaged)

    wire.connect("one")
    wire.settle()

    assert {first.id, last.id} <= wire.ids("central")
    with wire.stores["central"].reader() as read:
        assert [aside.node for aside in read.quarantined()] == ["one"]
    assert damaged.id not in wire.ids("two")
    assert "quarantined" in {kind for kind, _ in wire.cases("two")}


def damage(wire: Wire, name: str, entry: Entry) -> None:
    """Let a sector of the disk hold something else than what was written."""
    with wire.stores[name].begin() as work:
        work.execute("DROP TRIGGER entry_never_changes")
        work.execute("UPDATE entry SET data = ? WHERE id = ?", (b'{"what":"\x00\xff', entry.id))
