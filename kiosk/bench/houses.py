"""Houses to measure in: a catalogue of any size, a journal of any length with what a desk writes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.drafts import change, claim
from sharing.catalogue.fields import clean
from sharing.codes import CodeKind
from sharing.house import FOLD_VERSION, House, make_house
from sharing.journal.chain import GENESIS, link
from sharing.journal.clock import EARLIEST_BELIEVABLE, Reading, SystemClock
from sharing.journal.database import connection
from sharing.journal.entry import Entry, Secret, Shape, content_digest, encode, private_digest
from sharing.journal.folding import columns_of
from sharing.journal.ids import uuid7
from sharing.journal.rebuild import fold_everything
from sharing.journal.store import Store, Work
from sharing.journal.tables import EntryRow
from sharing.lending.entries import ItemBack, ItemOut, Out
from sharing.lending.rules import Visit
from sharing.people import actions as people
from sharing.people.actions import RegisterPerson
from sharing.terms.actions import set_terms
from sharing.texts import State, Text, Texts

NAME: Final = "Haus der Messungen"
ITEMS_AT_ONCE: Final = 500
ENTRIES_AT_ONCE: Final = 20_000
_HISTORY_MS: Final = 300 * 86_400_000
"""How long ago the house was filled; the made history lies between then and now."""
_STEP_MS: Final = 20_000
"""The most between two entries of that history."""
_LOAN_MS: Final = 14 * 86_400_000


@dataclass(frozen=True, slots=True)
class Thing:
    """One item that can be scanned."""

    id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A house with people and things, and what is needed to walk through it."""

    house: House
    model: str
    things: tuple[Thing, ...]
    cards: tuple[str, str]
    """Both of the one person: the card that ended a visit opens the next one only seconds later."""
    person: str

    @property
    def card(self) -> str:
        """One of the two."""
        return self.cards[0]

    @property
    def store(self) -> Store:
        """The journal."""
        return self.house.store


class _LongAgo:
    """The machine's clock as it stood when the house was filled."""

    def read(self) -> Reading:
        """Read it, never earlier than a clock is believed."""
        now = SystemClock().read()
        return replace(now, at=max(now.at - _HISTORY_MS, EARLIEST_BELIEVABLE), clock="ntp")


def fill(folder: Path, items: int, *, node: str = "bench", url: str = "") -> Filled:
    """Make a house with one borrower and this many items of one model, long ago."""
    house = make_house(folder, node=node, name=NAME, url=url, clock=_LongAgo())
    store = house.store
    hours = dict.fromkeys(range(5), ((600, 1080),))
    set_terms(store, {"max_per_person": 1000, "desk_hours": hours}, act=store.new_act(), by=None)
    person = people.register_person(store, RegisterPerson(
        act=store.new_act(), name="Ada Beispiel", contact="ada@example.org", adult=True, terms_version=1,
        privacy_version=1,
    ))  # fmt: skip
    first, second = (
        people.issue_card(store, house.keys, act=store.new_act(), person=person.id) for _ in range(2)
    )
    names = Texts({"de": Text("Ding", State.ORIGINAL)})
    model = catalogue.add_model(store, act=store.new_act(), key="ding", names=names, category="ding")
    things: list[Thing] = []
    while len(things) < items:
        with store.begin() as work:
            upto = min(items, len(things) + ITEMS_AT_ONCE)
            things += [_thing(work, model.id, number) for number in range(len(things), upto)]
    store.clock = SystemClock()
    return Filled(house, model.id, tuple(things), (first, second), person.id)


def _thing(work: Work, model: str, number: int) -> Thing:
    key, code, shown = work.new_hex(), catalogue.new_code(work, CodeKind.ITEM), f"{number:05}"
    made = change("item", key, clean({"key": shown, "model": model, "number": shown}))
    if made is not None:
        work.append(work.new_id(), [made[0], claim(code, f"item:{key}")])
    return Thing(key, code, shown)


def count(store: Store) -> int:
    """Give the number of entries."""
    with store.reader() as read:
        return int(read.rows("SELECT COUNT(*) FROM entry")[0][0])


def grow(filled: Filled, entries: int) -> None:
    """Bring the journal to this many entries: things go out and come back one after the other.

    Written in bulk, each entry as the desk would have written it; the rows follow by folding everything.
    """
    store, missing = filled.store, (entries - count(filled.store)) // 2 * 2
    if missing > 0:
        with store.begin() as work:
            _History(filled, work).write(missing)
            work.execute("UPDATE local_node SET fold_version = 0")
        fold_everything(store, FOLD_VERSION)


class _History:
    """Writes what a busy desk would have written up to now."""

    def __init__(self, filled: Filled, work: Work) -> None:
        self.filled, self.work = filled, work
        self.epoch, seq, chain, *_ = work.execute(filled.store.statements.tip).fetchone()
        self.seq, self.chain = seq or 0, bytes(chain) if chain else GENESIS
        self.heads = {
            subject: bytes(heads) for subject, heads in work.rows("SELECT subject, heads FROM head")
        }
        self.began = work.rows("SELECT MAX(at) FROM entry")[0][0]
        self.line = ""

    def write(self, entries: int) -> None:
        """Add this many entries, an even number."""
        sql, columns = self.filled.store.statements, columns_of(EntryRow)
        write_all = connection(self.work.store.db).cursor().executemany
        for start in range(0, entries, ENTRIES_AT_ONCE):
            made = [self._entry(n, entries) for n in range(start, min(entries, start + ENTRIES_AT_ONCE))]
            write_all(sql.insert_entry, [tuple([getattr(one, name) for name in columns]) for one in made])
            write_all(sql.insert_position, [self._position(one) for one in made])

    def _entry(self, n: int, of: int) -> Entry:
        things, store, reading = self.filled.things, self.filled.store, self.work.reading
        subject = f"item:{things[n // 2 % len(things)].id}"
        at = reading.at - (of - n) * min(_STEP_MS, (reading.at - self.began) // (of + 1))
        made = uuid7(at, store.randomness)
        data: Shape = ItemBack(line=self.line)
        private: Secret | None = None
        if n % 2 == 0:
            self.line = made.hex()
            data = ItemOut(loan=self.line, model=self.filled.model, due=at + _LOAN_MS, terms=1)
            private = Out(borrower=self.filled.person)
        written = encode(private) if private else None
        salt = store.randomness(16) if written else None
        after, self.heads[subject] = self.heads.get(subject, b""), made
        return Entry(
            id=made, act=uuid7(at, store.randomness), part=0, parts=1, kind=data.KIND, version=data.VERSION,
            nature="fact", subject=subject, at=at, boot=reading.boot, uptime=reading.uptime,
            clock=reading.clock, after=after, data=encode(data), private=written, salt=salt,
            private_digest=private_digest(salt, written) if salt and written else None,
        )  # fmt: skip

    def _position(self, entry: Entry) -> tuple[object, ...]:
        self.seq += 1
        node = self.filled.store.node
        self.chain = link(self.chain, node, self.epoch, self.seq, content_digest(entry))
        return node, self.epoch, self.seq, entry.id, self.chain


def visit(filled: Filled) -> Visit:
    """Begin a visit, as the card scan does."""
    with filled.store.begin() as work:
        person = people.person(work, filled.person)
        return Visit(work.new_hex(), person, work.now, asked_for_whom=True)


@contextmanager
def scratch(within: Path) -> Iterator[Path]:
    """Give a new folder for measuring in, and remove it afterwards."""
    made = Path(tempfile.mkdtemp(prefix="teilhaus-bench-", dir=within))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
