from __future__ import annotations

import msgspec

from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Store, Work
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import stream_of
from tests.sharing.journal.test_absorb import append, assert_whole, box, cases
from tests.sharing.journal.test_bold import said
from tests.sharing.journal.toys import Asked, Burst, Filled, Taken


def entries_of(store: Store) -> list[Entry]:
    return [entry for act in stream_of(store, store.node)[1] for entry in act]


def absorb(store: Store, entries: list[Entry], first: int) -> list[str]:
    """Take some of node one's stream in; gives the statements it took."""

    def do(work: Work) -> list[str]:
        noted = said(work)
        work.absorb(entries, "one", 1, first)
        return noted

    return store.boldly(do)


def test_many_subjects_need_no_more_statements_than_some(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    for data in (Filled(what="x"), Filled(what="y"), Taken(), Asked(name="Red")):
        nature = "request" if isinstance(data, Asked) else "fact"
        append(one, *(Draft(f"box:{n}", data, nature=nature) for n in range(100)))  # type: ignore[arg-type]
    entries = entries_of(one)
    absorb(two, entries[:101], 1)
    noted = [absorb(two, entries[start : start + 100], start + 1) for start in (101, 201, 301)]
    assert max(len(each) for each in noted) < 25
    assert len([row for row in cases(two) if row[0] == "filled_twice"]) == 100
    assert (box(two, "99") or {})["what"] is None
    assert_whole(two)


def test_one_of_many_subjects_that_cannot_stand_is_broken_and_the_others_are_not(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    boxes = [f"box:{n}" for n in range(6)]
    append(one, *(Draft(name, Filled(what="x")) for name in boxes))
    entries = entries_of(one)
    absorb(two, entries, 1)
    late = [Draft(name, Taken()) for name in boxes[:5]]
    append(one, *late)
    append(one, Draft(boxes[5], Burst(name="Red")))
    *some, burst = entries_of(one)[len(entries) :]
    absorb(two, [*some, msgspec.structs.replace(burst, data=b'{"name":"boom"}')], len(entries) + 1)
    broken = [subject for kind, subject, _ in cases(two) if kind == "broken_subject"]
    assert broken == ["box:5"]
    assert [(box(two, key) or {}).get("what") for key in "01234"] == [None] * 5
    assert box(two, "5") is None
    assert_whole(two)


def test_any_text_is_stored_as_it_is_also_where_many_rows_go_at_once(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    texts = ["\\N", "\\.", "a\tb", "a\nb", "a\\tb", "{a,NULL}", "NULL", 'ß "', ""]
    append(one, *(Draft(f"box:{n}", Filled(what=text)) for n, text in enumerate(texts)))
    append(one, *(Draft(f"box:{n}", Filled(what=text)) for n, text in enumerate(reversed(texts))))
    absorb(two, entries_of(one), 1)
    assert [(box(two, f"{n}") or {})["what"] for n in range(len(texts))] == texts[::-1]
    assert_whole(one)
    assert_whole(two)
