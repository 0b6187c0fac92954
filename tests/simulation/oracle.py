"""What must be contradictory, told from the entries alone by a plain reading of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from sharing.journal.entry import Entry

Cases: TypeAlias = set[tuple[str, str]]
"""(kind of case, id of the entry that it is about)."""
TOLD = frozenset({
    "out_while_out", "out_while_set_aside", "set_aside_while_out", "set_aside_twice", "back_while_in",
    "back_of_an_earlier_line", "undo_too_late", "condition_of_nothing", "renewal_of_nothing",
    "assigned_nothing",
    "renewal_declined", "booking_declined", "house_set_declined", "verdict_void", "home_moved_twice",
    "cleaned",
    "approval_failed",
})  # fmt: skip
"""The kinds of cases that this reading knows all of."""


def data_of(entry: Entry) -> dict[str, Any]:
    """Read what an entry says."""
    found: dict[str, Any] = msgspec.json.decode(entry.data)
    return found


def ordered(entries: Iterable[Entry], began: Mapping[str, int]) -> list[Entry]:
    """Put the entries of one subject in order."""
    return [entry for _, entry in timed(entries, began)]


def timed(entries: Iterable[Entry], began: Mapping[str, int]) -> list[tuple[int, Entry]]:
    """Put the entries of one subject in order: causes first, then by mended time, then by id."""
    by_id = {one.id: one for one in entries}
    times: dict[bytes, int] = {}

    def time_of(key: bytes) -> int:
        if key not in times:
            one = by_id[key]
            own = began[one.boot] + one.uptime if one.clock == "untrusted" and one.boot in began else one.at
            before = [time_of(each) for each in one.predecessors if each in by_id]
            times[key] = max([own, *(each + 1 for each in before)])
        return times[key]

    pairs = [(time_of(one.id), one) for one in by_id.values()]
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].id))


class Verdicts:
    """Which verdicts hold, from the entries alone."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        every = list(entries)
        self.twice: set[bytes] = set()
        ends = self._ends([one for one in every if one.kind == "home.moved"])
        smallest: dict[tuple[str, int, int], bytes] = {}
        stamps = {one.id: self._stamp(one) for one in every if one.nature == "verdict"}
        for key, stamp in stamps.items():
            smallest[stamp] = min(smallest.get(stamp, key), key)
        self.void = {
            key for key, (group, epoch, n) in stamps.items()
            if smallest[group, epoch, n] != key or n > ends.get((group, epoch), n)
        }  # fmt: skip
        self.held = {
            key for key, (group, epoch, n) in stamps.items()
            if key not in self.void and not self._complete(smallest, ends, group, epoch, n)
        }  # fmt: skip

    @staticmethod
    def _complete(
        here: Mapping[tuple[str, int, int], bytes], ends: Mapping[tuple[str, int], int], group: str,
        epoch: int, n: int,
    ) -> bool:  # fmt: skip
        """Say whether all verdicts that count before this one are here, and all reigns are known."""
        if any((group, one) not in ends for one in range(epoch)):
            return False
        needed = [(one, each) for one in range(1, epoch) for each in range(1, ends[group, one] + 1)]
        needed += [(epoch, each) for each in range(1, n)]
        return all((group, *one) in here for one in needed)

    def _ends(self, moved: list[Entry]) -> dict[tuple[str, int], int]:
        ends: dict[tuple[str, int], int] = {}
        last: dict[str, int] = {}
        for one in ordered(moved, {}):
            said = data_of(one)
            if said["epoch"] <= last.get(said["group"], 0):
                self.twice.add(one.id)
                continue
            last[said["group"]] = said["epoch"]
            ends[said["group"], said["epoch"] - 1] = said["through"]
        return ends

    @staticmethod
    def _stamp(entry: Entry) -> tuple[str, int, int]:
        said = data_of(entry)
        return said["group"], said["home_epoch"], said["n"]


class _Item:
    """One item, as somebody reading its entries aloud would keep it in mind."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.line = ""
        self.loan: str | None = None
        self.back: dict[str, bool] = {}
        self.asked: set[str] = set()

    def says(self, kind: str, entry: Entry) -> None:
        self.cases.add((kind, entry.hex))

    def out(self, entry: Entry, said: dict[str, Any]) -> None:
        if self.line:
            self.back[self.line] = True
            self.says("out_while_out", entry)
        elif self.loan not in {None, said["loan"]} and not said.get("override"):
            self.says("out_while_set_aside", entry)
        self.line, self.loan = entry.hex, None
        self.back[self.line] = False

    def given_back(self, entry: Entry, said: dict[str, Any]) -> None:
        if not self.line:
            self.says("back_while_in", entry)
        elif said["line"] != self.line and said["line"] in self.back:
            self.says("back_of_an_earlier_line", entry)
        else:
            self.back[self.line], self.line = True, ""

    def set_aside(self, entry: Entry, said: dict[str, Any]) -> None:
        if self.line:
            self.says("set_aside_while_out", entry)
            return
        if self.loan not in {None, said["loan"]}:
            self.says("set_aside_twice", entry)
        self.loan = said["loan"]

    def put_back(self, _entry: Entry, _said: dict[str, Any]) -> None:
        self.loan = None

    def condition(self, entry: Entry, said: dict[str, Any]) -> None:
        if not self.back.get(said["line"], False):
            self.says("condition_of_nothing", entry)

    def assigned(self, entry: Entry, said: dict[str, Any]) -> None:
        if said["line"] not in self.back:
            self.says("assigned_nothing", entry)

    def renewal(self, entry: Entry, said: dict[str, Any]) -> None:
        if self.back.get(said["line"], True):
            self.says("renewal_of_nothing", entry)

    def renewed(self, entry: Entry, said: dict[str, Any]) -> None:
        if said.get("declined"):
            self.cases.discard(("renewal_of_nothing", said.get("decides", "")))
            self.says("renewal_declined", entry)

    def cleaned(self, entry: Entry, _said: dict[str, Any]) -> None:
        self.says("cleaned", entry)


_ITEM: Mapping[str, Callable[[_Item, Entry, dict[str, Any]], None]] = {
    "item.out": _Item.out, "item.back": _Item.given_back, "item.set_aside": _Item.set_aside,
    "item.put_back": _Item.put_back, "item.condition": _Item.condition, "item.assigned": _Item.assigned,
    "renewal.asked": _Item.renewal, "renewal.decided": _Item.renewed, "item.cleaned": _Item.cleaned,
}  # fmt: skip


def cases_in(entries: Iterable[Entry], began: Mapping[str, int]) -> Cases:
    """Give every case of the kinds in `TOLD` that these entries must have left."""
    every = list(entries)
    verdicts, cases = Verdicts(every), set[tuple[str, str]]()
    cases |= {("home_moved_twice", one.hex()) for one in verdicts.twice}
    cases |= {("verdict_void", one.hex()) for one in verdicts.void}
    subjects: dict[str, list[Entry]] = {}
    for one in every:
        subjects.setdefault(one.subject, []).append(one)
    asked = {one.hex: one for one in every if one.nature == "request"}
    for subject, some in subjects.items():
        counting, late = _without_undone(ordered(some, began), verdicts.void)
        cases |= {("undo_too_late", one.hex) for one in late}
        item = _Item(cases)
        for one in counting:
            if subject.startswith("item:") and one.kind in _ITEM:
                _ITEM[one.kind](item, one, data_of(one))
            elif one.nature == "verdict":
                cases |= {(kind, one.hex) for kind in _declined(one, asked)}
    return cases


def _without_undone(entries: list[Entry], void: set[bytes]) -> tuple[list[Entry], list[Entry]]:
    counting: list[Entry] = []
    late: list[Entry] = []
    for one in entries:
        if one.id in void:
            continue
        if one.kind != "undone":
            counting.append(one)
        elif counting and counting[-1].hex == data_of(one)["entry"] and counting[-1].nature == "fact":
            counting.pop()
        else:
            late.append(one)
    return counting, late


def _declined(verdict: Entry, asked: Mapping[str, Entry]) -> Iterator[str]:
    """Give the cases of a verdict: somebody who asked elsewhere is told no, and went away with a promise."""
    said = data_of(verdict)
    request = asked.get(said.get("decides", ""))
    if verdict.kind == "house.set" and said.get("declined"):
        yield "house_set_declined"
    if verdict.kind == "booking.decided" and said.get("failed"):
        yield "approval_failed"
    if verdict.kind != "booking.decided" or request is None or request.kind == "booking.answer_asked":
        return
    given_up = data_of(request).get("off", ())
    if said.get("refused") or any(n not in given_up for n, _ in said.get("off", ())):
        yield "booking_declined"
