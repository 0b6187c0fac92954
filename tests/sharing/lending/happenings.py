"""Histories of one item as no desk would write them, but several at once with wrong clocks may."""

from __future__ import annotations

from hypothesis import strategies as st

from sharing.journal.entry import Entry, Secret, Shape, encode
from sharing.lending import entries as shapes

_LARGEST = 4_000_000_000_000


def entry_of(n: int, at: int, data: Shape, private: Secret | None = None) -> Entry:
    """Make the n-th entry of the item "i"."""
    key = n.to_bytes(16, "big")
    secret = None if private is None else encode(private)
    return Entry(
        id=key, act=key, part=0, parts=1, kind=data.KIND, version=1, nature="fact", subject="item:i", at=at,
        boot="b", uptime=1, clock="untrusted", after=b"", data=encode(data), private=secret,
        salt=None if secret is None else b"s", private_digest=None,
    )  # fmt: skip


@st.composite
def happenings(draw: st.DrawFn) -> list[Entry]:
    """Draw up to twelve entries; lines and instants are mostly wrong."""
    instants = st.integers(-5_000, 5_000) | st.integers(-_LARGEST, _LARGEST)
    lines = st.integers(1, 12).map(lambda n: n.to_bytes(16, "big").hex())
    people = st.builds(shapes.Out, borrower=st.sampled_from(["ann", "ben"]), org=st.none() | st.just("group"))
    conditions = st.sampled_from(["not_said", "good", "dirty", "incomplete", "broken"])
    kinds: tuple[st.SearchStrategy[Shape], ...] = (
        st.builds(shapes.ItemOut, loan=st.just("v"), model=st.just("m"), due=instants,
                  happened=st.none() | instants),
        st.builds(shapes.ItemBack, line=lines, condition=conditions, checked=st.booleans(),
                  happened=st.none() | instants),
        st.builds(shapes.ItemCondition, line=lines, condition=conditions, checked=st.booleans()),
        st.builds(shapes.ItemSetAside, loan=st.sampled_from(["v", "w"]), missing=st.just(("deposit",))),
        st.builds(shapes.ItemPutBack),
        st.builds(shapes.ItemAssigned, line=lines, org=st.none() | st.just("club")),
        st.builds(shapes.ItemIsWith, line=lines, instead=lines),
        st.builds(shapes.ItemLost),
        st.builds(shapes.ItemFound),
        st.builds(shapes.RenewalAsked, line=lines, due=instants),
        st.builds(shapes.RenewalDecided, group=st.just("house"), home_epoch=st.just(1), n=st.just(1),
                  decides=lines | st.just("") | st.just("no id"), line=lines, due=instants,
                  declined=st.sampled_from(["", "too_many"])),
        st.builds(shapes.RenewalSeen, asked=lines),
    )  # fmt: skip
    said = draw(st.lists(st.tuples(st.one_of(kinds), people), max_size=12))
    return [entry_of(n, draw(instants), data, private) for n, (data, private) in enumerate(said, 1)]
