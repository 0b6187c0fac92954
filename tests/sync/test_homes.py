"""Who decides: released, taken over, decided on both sides, and what is private gone everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.journal.entry import Draft, Entry
from sharing.journal.shapes import GROUP, HomeReleaseAsked, PrivateEmptied
from sharing.journal.store import Work
from sync.protocol import Part
from sync.wire.acts import unpack
from tests.sharing.journal.toys import Box, Filled, Named, toy_store
from tests.sync.forging import entry, up
from tests.sync.wire import Wire, sent


def decide(work: Work) -> int:
    """Answer each request for a box with its name, and let go of a home that is asked for."""
    count = 0
    for entry_id in work.requests(("box.filled", HomeReleaseAsked.KIND)):
        request = work.entry(entry_id)
        if request is None or not work.is_home():
            continue
        count += 1
        if request.kind == HomeReleaseAsked.KIND:
            work.release_home()
        else:
            name(work, request)
    return count


def name(work: Work, request: Entry) -> None:
    epoch, n = work.verdict_stamp()
    named = Named(
        group="house",
        home_epoch=epoch,
        n=n,
        decides=request.hex,
        name=f"{work.store.node} {request.hex[-8:]}",
    )
    work.append(work.new_id(), [Draft(request.subject, named)])


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path, "one", "two", decide=decide)
    made.settle(3)
    yield made
    made.close()


def ask(wire: Wire, node: str, box: str) -> Entry:
    return wire.write(node, Draft(f"box:{box}", Filled(what=f"{node} asks"), nature="request"))[0]


def names(wire: Wire, node: str) -> dict[str, str]:
    with wire.stores[node].reader() as read:
        return {row[0]: row[1] for row in read.rows("SELECT id, name FROM box WHERE name IS NOT NULL")}


def verdicts(wire: Wire, node: str) -> list[tuple[int, int]]:
    with wire.stores[node].reader() as read:
        return sorted(
            (epoch, n)
            for epoch, n in read.rows(
                "SELECT home_epoch, n FROM verdict UNION ALL SELECT home_epoch, n FROM rival"
            )
        )


def ask_to_release(wire: Wire, to: str) -> None:
    wire.write("central", Draft(f"{GROUP}house", HomeReleaseAsked(group="house", to=to), nature="request"))


def homes(wire: Wire) -> dict[str, str]:
    found = {}
    for node, store in wire.stores.items():
        with store.reader() as read:
            found[node] = read.rows("SELECT node FROM home WHERE id = 'house'")[0][0]
    return found


def test_central_decides_what_kiosks_ask(wire: Wire) -> None:
    ask(wire, "one", "a")
    ask(wire, "two", "b")
    wire.settle()
    assert set(names(wire, "one")) == {"a", "b"}
    assert all(name.startswith("central") for name in names(wire, "one").values())
    wire.assert_alike()


def test_a_kiosk_that_is_home_decides_what_others_ask(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    ask(wire, "two", "a")
    wire.briefly()
    assert names(wire, "central")["a"].startswith("one"), "at once: somebody is waiting for it"
    wire.settle()
    wire.assert_alike()


def test_a_kiosk_that_is_made_home_decides_some_at_a_time_and_all_of_it_soon(wire: Wire) -> None:
    looked: list[int] = []

    def some(work: Work) -> int:
        if not work.is_home():
            return 0
        waiting = work.requests(("box.filled",))[:10]
        for entry_id in waiting:
            request = work.entry(entry_id)
            assert request is not None
            name(work, request)
        looked.append(len(waiting))
        return len(waiting)

    wire.central._decide = None
    for n in range(60):
        ask(wire, "two", f"b{n}")
    wire.briefly()
    wire.node("one")._decide = some
    wire.move_home("one")
    wire.briefly(20)

    assert len(names(wire, "one")) == 60, "within a second"
    assert max(looked) == 10
    wire.settle()
    wire.assert_alike()


def test_a_home_on_a_new_disk_decides_nothing_before_it_has_what_it_decided_before(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    for n in range(60):
        ask(wire, "two", f"b{n}")
    wire.settle()
    known = names(wire, "central")
    assert len(known) == 60
    wire.cut.add("one")
    ask(wire, "two", "c")
    wire.settle(3)
    wire.replace_disk("one", behind_ms=3_600_000)  # what it writes gets the smaller ids, which would hold
    wire.envs["one"].busy = True  # it comes in small bites
    wire.settle()

    assert names(wire, "central") == known | {"c": names(wire, "one")["c"]}
    assert "verdict_void" not in [kind for kind, _ in wire.cases("central")]
    assert [n for _, n in verdicts(wire, "one")] == list(range(1, 62))
    wire.assert_alike()


def test_a_new_home_from_an_image_of_before_takes_up_where_it_was(wire: Wire) -> None:
    image = wire.image("one", "older")
    wire.move_home("one")
    wire.settle(3)
    for n in range(60):
        ask(wire, "two", f"b{n}")
    wire.settle()
    known = names(wire, "central")
    wire.cut.add("one")
    ask(wire, "two", "c")
    wire.settle(3)
    wire.put_back("one", image)
    wire.envs["one"].busy = True
    wire.settle()

    assert names(wire, "central") == known | {"c": names(wire, "one")["c"]}
    assert "verdict_void" not in [kind for kind, _ in wire.cases("central")]
    wire.assert_alike()
    assert not wire.node("one").status().stopped


def test_a_home_on_a_new_disk_whose_line_breaks_on_the_way_does_not_decide_at_its_desk(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    for n in range(200):
        ask(wire, "two", f"b{n}")
    wire.settle()
    wire.cut.add("one")
    wire.replace_disk("one")
    wire.envs["one"].busy = True
    for _ in range(20):
        wire.pass_time(10)
        if wire.sync("one").applied > 100:
            break
    wire.disconnect("one")
    assert homes(wire)["one"] == "one"
    assert wire.sync("one").applied < wire.sync("central").applied, "it is on the way"

    with wire.stores["one"].begin() as work:
        assert not work.is_home()
    assert not wire.node("one").status().stopped, "nobody has to move the home"
    wire.envs["one"].busy = False
    wire.connect("one")
    wire.settle()
    with wire.stores["one"].begin() as work:
        assert work.is_home()
    wire.assert_alike()


def test_a_home_that_is_asked_lets_go_and_the_next_one_decides(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    ask(wire, "two", "a")
    wire.settle(3)
    ask_to_release(wire, "two")
    wire.settle(5)
    assert set(homes(wire).values()) == {"two"}
    ask(wire, "one", "b")
    wire.settle()
    assert names(wire, "central")["b"].startswith("two")
    assert "verdict_void" not in [kind for kind, _ in wire.cases("central")]
    wire.assert_alike()


def test_central_itself_lets_go(wire: Wire) -> None:
    ask_to_release(wire, "one")
    wire.settle(5)
    assert set(homes(wire).values()) == {"one"}
    ask(wire, "two", "a")
    wire.settle()
    assert names(wire, "two")["a"].startswith("one")
    wire.assert_alike()


def test_a_home_let_go_before_a_central_that_was_started_anew_has_a_successor(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    wire.machines["central"] = type(wire.central)(
        wire.stores["central"], wire.envs["central"], decide=decide, software="1"
    )
    ask_to_release(wire, "two")
    with wire.stores["central"].begin() as work:
        work.hand_on()
    wire.start("central")
    wire.settle()
    assert set(homes(wire).values()) == {"two"}
    wire.assert_alike()


def test_a_forced_takeover_voids_what_the_old_home_decided_alone(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    ask(wire, "two", "a")
    wire.settle(3)
    wire.disconnect("one")
    own = ask(wire, "one", "b")
    with wire.stores["one"].begin() as work:
        name(work, own)
    wire.move_home("two")
    wire.settle(3)
    ask(wire, "two", "c")
    wire.settle(3)
    wire.connect("one")
    wire.settle()
    wire.assert_alike()
    assert names(wire, "one")["a"].startswith("one")
    assert names(wire, "one")["b"].startswith("two"), "decided anew by the new home"
    assert names(wire, "one")["c"].startswith("two")
    assert ("verdict_void", "") in wire.cases("central")


def test_verdicts_of_two_homes_arrive_in_any_order_and_come_to_the_same(wire: Wire) -> None:
    for turn in range(4):
        wire.move_home(("one", "two")[turn % 2])
        wire.settle(2)
        wire.disconnect(("one", "two")[turn % 2])
        ask(wire, "one", f"x{turn}")
        ask(wire, "two", f"y{turn}")
        wire.settle(2)
        wire.connect(("one", "two")[turn % 2])
        wire.run()
    wire.settle()
    wire.assert_alike()
    assert len(names(wire, "central")) == 8


def test_numbers_of_verdicts_have_no_gap(wire: Wire) -> None:
    for n in range(6):
        ask(wire, "one" if n % 2 else "two", f"b{n}")
        wire.settle(2)
    assert verdicts(wire, "one") == [(1, n) for n in range(1, 7)]


def test_a_house_that_stood_alone_founds_itself_with_a_central_that_has_none(tmp_path: Path) -> None:
    wire = Wire(tmp_path, decide=decide)
    wire.stores["central"].close()
    for old in tmp_path.glob("central.db*"):
        old.unlink()
    wire.stores["central"] = toy_store(
        tmp_path, wire.clocks["central"], node="central", founded=False, role="central"
    )
    wire.start("central")
    wire.add("one")
    wire.disconnect("one")
    wire.stores["one"].close()
    for old in tmp_path.glob("one.db*"):
        old.unlink()
    wire.stores["one"] = toy_store(tmp_path, wire.clocks["one"], node="one", seed="alone")
    request = ask(wire, "one", "a")
    with wire.stores["one"].begin() as work:
        name(work, request)
        work.set_sync(role="node")
    wire.start("one")
    wire.settle()
    wire.assert_alike()
    assert homes(wire) == {"central": "one", "one": "one"}
    with wire.stores["central"].reader() as read:
        assert read.quarantined() == []
    wire.close()


def test_deciding_that_breaks_off_is_told_and_what_came_is_kept(wire: Wire) -> None:
    def broken(_work: Work) -> int:
        raise LookupError("a bug")

    wire.central._decide = broken
    wire.move_home("one")
    wire.settle(3)
    wire.node("one")._decide = broken
    asked = ask(wire, "two", "a")
    wire.settle()
    assert asked.id in wire.ids("one")
    kinds = [one for one in wire.cases("central") if one[0] == "request_failed"]
    assert kinds == [("request_failed", "breaks: LookupError")] * 2, "one about each machine"
    wire.assert_alike()


# What is private


def empty(wire: Wire, node: str, *entries: Entry) -> None:
    wire.write(
        node, Draft(f"privacy:{entries[0].hex}", PrivateEmptied(entries=tuple(one.hex for one in entries)))
    )


def owners(wire: Wire, node: str, box: str) -> object:
    with wire.stores[node].reader() as read:
        row = read.one(Box, box)
    return row and row["owner"]


def holds(wire: Wire, node: str, entry: Entry) -> object:
    with wire.stores[node].reader() as read:
        return read.rows("SELECT private FROM entry WHERE id = ?", (entry.id,))[0][0]


def test_what_is_emptied_is_gone_everywhere_also_where_nobody_was_connected(wire: Wire) -> None:
    told = wire.fill("one", "a", "x")
    wire.settle(3)
    wire.disconnect("two")
    empty(wire, "central", told)
    wire.settle(3)
    assert holds(wire, "one", told) is None
    assert holds(wire, "two", told) is not None
    wire.connect("two")
    wire.settle(3)
    assert holds(wire, "two", told) is None
    assert owners(wire, "two", "a") is None
    wire.assert_alike()


def test_a_private_part_that_arrives_after_it_was_emptied_is_stored_empty(wire: Wire) -> None:
    wire.disconnect("one")
    late = wire.fill("one", "a", "late")
    empty(wire, "central", late)
    wire.settle(3)
    wire.connect("one")
    wire.settle(3)
    for node in wire.stores:
        assert holds(wire, node, late) is None
    wire.assert_alike()


def test_a_new_machine_never_sees_what_was_emptied(wire: Wire) -> None:
    told = wire.fill("one", "a", "x")
    wire.settle(3)
    empty(wire, "central", told)
    wire.settle(3)
    wire.log.clear()
    wire.add("new")
    wire.settle(3)
    wire.assert_alike()
    seen = [
        one for part in wire.frames(Part) for act in unpack(part.acts) for one in act if one.id == told.id
    ]
    assert seen
    assert [one.private for one in seen] == [None] * len(seen)


def test_what_comes_and_is_emptied_in_one_frame_is_told_to_nobody(wire: Wire) -> None:
    wire.move_home("one")
    wire.settle(3)
    told = entry()
    gone = entry(PrivateEmptied(entries=(told.hex,)), subject=f"privacy:{told.hex}")
    (part,) = sent(wire.send("central", "up", up(wire, "one", [[told], [gone]]), "one"), Part)
    down = [one for act in unpack(part.acts) for one in act]
    assert [one.id for one in down] == [told.id, gone.id]
    assert [one.private for one in down if one.id == told.id] == [None]
