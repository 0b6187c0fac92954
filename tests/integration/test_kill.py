"""The power goes at any moment: what was shown as done is there, once, and nothing else is broken.

The moments are random and the same in each run. Another process writes all the time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pytest

from kiosk.bench.houses import Filled, Thing, fill
from kiosk.bench.screens import environment, kiosk
from kiosk.bench.terminal import Terminal
from kiosk.i18n import Words
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending.actions import CheckOut, check_out, last_noted
from sharing.people import actions as people

CHECK_OUTS = 200
OTHERS = 20
"""Things that the other process takes and brings."""


class Racer:
    """A process that does what it is told, one line after the other."""

    def __init__(self, filled: Filled) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.sharing.lending.racer", str(filled.house.data), ""],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.out = cast("IO[str]", self.child.stdout)
        assert self.out.readline() == "ready\n"

    def tell(self, order: dict[str, object]) -> None:
        stdin = cast("IO[str]", self.child.stdin)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()

    def kill(self) -> list[str]:
        """End it as a power cut does; gives all that it had said."""
        os.kill(self.child.pid, signal.SIGKILL)
        self.child.wait(30)
        said = list(self.out)
        for pipe in (self.child.stdin, self.child.stdout):
            cast("IO[str]", pipe).close()
        return said

    def end(self) -> None:
        cast("IO[str]", self.child.stdin).close()
        self.child.wait(30)
        self.out.close()


@contextmanager
def somebody_else(filled: Filled, things: Sequence[Thing]) -> Iterator[list[str]]:
    """Let another process take and bring things; gives the acts it has said were done."""
    racer, stop, done = Racer(filled), threading.Event(), list[str]()

    def work() -> None:
        for n in range(10**6):
            if stop.is_set():
                return
            act, thing = filled.store.new_act().hex(), things[n // 2 % len(things)]
            racer.tell({"do": "in" if n % 2 else "out", "act": act, "items": [thing.id], "card": filled.card})
            said = racer.out.readline().split()
            assert said[1] == act
            if said[2] in {"lent", "back"}:
                done.append(act)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join(30)
        racer.end()


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    made = fill(tmp_path / "house", CHECK_OUTS + 60 + OTHERS)
    yield made
    made.house.close()


def once_and_whole(filled: Filled, shown: Sequence[str]) -> None:
    """See that each thing shown as lent has one open line, that none has two, and that all fits together."""
    with filled.store.reader() as read:
        lines = read.rows("SELECT item, COUNT(*) FROM loan_line GROUP BY item")
        is_open = {row[0] for row in read.rows("SELECT item FROM loan_line WHERE back_at IS NULL")}
    taken = {thing.id: n for thing in filled.things[OTHERS:] for item, n in lines if item == thing.id}
    assert set(shown) <= is_open
    assert set(taken.values()) == {1}
    assert verify(filled.store).faults == ()
    assert differences(filled.store) == []


def applied_once(filled: Filled, acts: Sequence[str]) -> None:
    with filled.store.reader() as read:
        stored = {
            bytes(row[0]).hex(): row[1] for row in read.rows("SELECT act, COUNT(*) FROM entry GROUP BY act")
        }
    assert {act: stored.get(act) for act in acts} == dict.fromkeys(acts, 1)


def test_what_a_killed_process_said_was_done_is_there_once(filled: Filled) -> None:
    chance = random.Random(20_260_601)
    things = list(filled.things[OTHERS:])
    acts: dict[str, Thing] = {}
    done: list[str] = []
    kills = 0
    with somebody_else(filled, filled.things[:OTHERS]) as other:
        while len(done) < CHECK_OUTS:
            victim = Racer(filled)
            for _ in range(min(len(things), 40)):
                act, thing = filled.store.new_act().hex(), things.pop()
                acts[act] = thing
                victim.tell({"do": "out", "act": act, "items": [thing.id], "card": filled.card})
            time.sleep(chance.uniform(0, 0.08))
            done += [
                line.split()[1] for line in victim.kill() if line.startswith("done") and " lent " in line
            ]
            kills += 1
            things += [thing for act, thing in acts.items() if act not in done and not is_out(filled, thing)]
            acts = {act: thing for act, thing in acts.items() if thing not in things}
    assert kills > CHECK_OUTS // 40
    applied_once(filled, done)
    applied_once(filled, other)
    once_and_whole(filled, [acts[act].id for act in done])


def is_out(filled: Filled, thing: Thing) -> bool:
    with filled.store.reader() as read:
        return bool(read.rows("SELECT 1 FROM loan_line WHERE item = ? AND back_at IS NULL", (thing.id,)))


def test_a_command_that_a_killed_process_may_have_done_can_be_sent_again(filled: Filled) -> None:
    chance, person = random.Random(7), filled.person
    with filled.store.reader() as read:
        borrower = people.person(read, person)
    for thing in filled.things[:8]:
        victim, act = Racer(filled), filled.store.new_act()
        victim.tell({"do": "out", "act": act.hex(), "items": [thing.id], "card": filled.card})
        time.sleep(chance.uniform(0, 0.006))
        victim.kill()
        taken = check_out(filled.store, CheckOut(act, borrower, (thing.id,)))
        assert [line.item.id for line in taken.lines] == [thing.id]
        applied_once(filled, [act.hex()])
    assert verify(filled.store).faults == ()
    assert differences(filled.store) == []


def test_what_a_killed_kiosk_showed_as_lent_is_there_once(filled: Filled) -> None:
    chance, words = random.Random(20_260_602), Words("de")
    things, shown = list(filled.things[OTHERS:]), list[str]()
    environ = environment(filled.house.data)
    with somebody_else(filled, filled.things[:OTHERS]) as other:
        while len(shown) < CHECK_OUTS:
            with Terminal(kiosk(), environ) as terminal:
                terminal.wait(words("home.title"))
                terminal.tell(f"{filled.card}\r")
                terminal.wait(words("visit.scan"))
                for _ in range(min(chance.randrange(15, 35), CHECK_OUTS - len(shown))):
                    thing = things.pop()
                    terminal.tell(f"{thing.code}\r")
                    terminal.wait(thing.name)
                    shown.append(thing.id)
                terminal.tell(f"{things.pop().code}\r")
                time.sleep(chance.uniform(0, 0.04))
                terminal.kill()
    applied_once(filled, other)
    once_and_whole(filled, shown)
    assert last_noted(filled.store) is not None


def test_a_kiosk_that_stands_still_in_the_middle_of_a_scan_takes_it_as_one(filled: Filled) -> None:
    words, cuts = Words("de"), (1, 2, 3, 7, 15)
    things = filled.things[OTHERS : OTHERS + len(cuts)]
    with Terminal(kiosk(), environment(filled.house.data)) as terminal:
        terminal.wait(words("home.title"))
        terminal.tell(f"{filled.card}\r")
        terminal.wait(words("visit.scan"))
        for thing, cut in zip(things, cuts, strict=True):
            terminal.tell(thing.code[:cut])
            time.sleep(0.01)
            terminal.stall(0.5, f"{thing.code[cut:]}\r")
            terminal.wait(thing.name)
    once_and_whole(filled, [thing.id for thing in things])
