"""Three machines that are quickly made again, for histories of which there are many."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sharing.errors import Refusal
from sharing.house import House, make_house, open_house
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import table_hash, verify
from sharing.lending.actions import CheckOut, Return, check_in, check_out, renew
from sharing.lending.looking import standing_of
from sharing.people import actions as people
from sharing.people.rules import Person
from sharing.terms.actions import set_terms
from sharing.waiting import decide_waiting
from tests.fakes import MONDAY_10, FakeClock, FakeRandomness
from tests.sharing.desk import make_desk
from tests.sharing.journal.exchange import stream_of

NODES = ("home", "one", "two")
ITEMS = ("beamer1", "beamer2", "beamer3")
AHEAD = {"home": 0, "one": -90_000_000, "two": 5_000_000}
"""How wrong each clock is (ms): one is more than a day slow, two is fast."""
DAY = 86_400_000


@dataclass
class Template:
    """Folders of three machines that know each other, closed."""

    folder: Path
    ann: Person
    items: dict[str, str]


def make_template(folder: Path) -> Template:
    """Make the home with people and things, and two kiosks that know all of it."""
    clock = FakeClock(boot="boot-home")
    home = make_house(
        folder / "home", node="home", name="Haus", clock=clock, randomness=FakeRandomness("home")
    )
    desk = make_desk(home, clock)
    set_terms(home.store, {"renewals": 2, "max_per_person": 100}, act=home.store.new_act(), by=None)
    for n, name in enumerate(ITEMS):
        check_out(home.store, CheckOut(bytes([n] * 16), desk.ann, (desk.items[name].id,)))
    for node in NODES[1:]:
        made = make_house(
            folder / node, node=node, name="Haus", clock=FakeClock(clock.at, boot=f"boot-{node}"),
            randomness=FakeRandomness(node), founded=False,
        )  # fmt: skip
        hand_on(home.store, made.store, "home")
        made.close()
    home.close()
    return Template(folder, desk.ann, {name: desk.items[name].id for name in ITEMS})


def hand_on(source: Store, target: Store, stream: str) -> None:
    """Bring one machine's stream as the source has it to another machine."""
    epoch, acts = stream_of(source, stream)
    if acts:
        with target.begin() as work:
            work.absorb([entry for act in acts for entry in act], stream, epoch, 1)


class Trio:
    """Three open machines, each with its own idea of the time."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template, self.houses = template, dict[str, House]()
        self.clocks: dict[str, FakeClock] = {}
        for node in NODES:
            shutil.copytree(template.folder / node, folder / node)
            clock = self.clocks[node] = FakeClock(MONDAY_10 + 2 * DAY + AHEAD[node], boot=f"boot-{node}")
            self.houses[node] = open_house(folder / node, clock=clock, randomness=FakeRandomness(f"2{node}"))

    def close(self) -> None:
        for house in self.houses.values():
            house.close()

    def store(self, node: str) -> Store:
        return self.houses[node].store

    def hear(self, node: str) -> None:
        """Bring what a kiosk wrote to the home."""
        hand_on(self.store(node), self.store("home"), node)

    def tell(self, node: str) -> None:
        """Bring all the home has to a kiosk."""
        for stream in NODES:
            if stream != node:
                hand_on(self.store("home"), self.store(node), stream)

    def do(self, what: str, node: str, item: str) -> None:
        """Let a machine do one thing, as far as its rules let it."""
        for clock in self.clocks.values():
            clock.forward(hours=7)
        try:
            self._do(what, node, self.template.items[item])
        except Refusal:
            return

    def _do(self, what: str, node: str, item: str) -> None:
        store = self.store(node)
        act = store.new_act()
        with store.reader() as read:
            line = standing_of(read, item).line
        if what == "renew" and line:
            renew(store, line, act)
        elif what == "sooner" and line:
            renew(store, line, act, until=store.clock.read().at + DAY)
        elif what == "return" and line:
            check_in(store, Return(act, (item,)))
        elif what == "take" and not line:
            check_out(store, CheckOut(act, self.template.ann, (item,)))
        elif what == "suspend":
            until = store.clock.read().at + DAY
            people.suspend(store, self.template.ann.id, until=until, act=act)
        elif what == "rules":
            set_terms(store, {"renewals": int(item[-1], 16) % 3}, act=act, by=None)
        elif what == "decide":
            decide_waiting(self.store("home"))
        elif what == "hear" and node != "home":
            self.hear(node)
        elif what == "tell" and node != "home":
            self.tell(node)

    def converge(self) -> None:
        """Bring everything everywhere, and see that all machines say the same."""
        for node in NODES[1:]:
            self.hear(node)
        decide_waiting(self.store("home"))
        for node in NODES[1:]:
            self.tell(node)
        for node in NODES:
            assert differences(self.store(node)) == []
            assert verify(self.store(node)).faults == ()
        assert len({table_hash(self.store(node)) for node in NODES}) == 1
