from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.journal.entry import Entry, content_digest
from sync import protocol
from sync.protocol import AnyFrame, BadFrame, Mark, decode, encode
from sync.wire.acts import Act, digest, ids_in, pack, split, unpack, unpack_one
from sync.wire.frames import MOST_ENTRIES, Bring
from tests.sharing.journal.toys import Filled
from tests.sync.forging import entry

seqs = st.integers(0, 2**53)
numbers = st.integers(0, 2**63 - 1)
names = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,30}\Z")
words = st.text(st.characters(codec="utf-8"), max_size=20)
ids = st.binary(min_size=16, max_size=16)
digests = st.binary(min_size=32, max_size=32)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(words, json_values, max_size=4).map(msgspec.json.encode)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    private = draw(st.none() | json_objects)
    return Entry(
        id=draw(ids), act=draw(ids), part=draw(st.integers(0, 199)), parts=draw(st.integers(1, 200)),
        kind=draw(words), version=draw(st.integers(1, 2**31 - 1)),
        nature=draw(st.sampled_from(["fact", "request", "verdict"])),
        subject=draw(words), at=draw(st.integers(-(2**53), 2**53)), boot=draw(words), uptime=draw(seqs),
        clock=draw(words), after=draw(st.binary(max_size=64)), data=draw(json_objects), private=private,
        salt=draw(st.binary(min_size=16, max_size=16)) if private is not None else None,
        private_digest=draw(digests) if private is not None else draw(st.none() | digests),
    )  # fmt: skip


acts = st.lists(st.lists(entries(), min_size=1, max_size=3).map(tuple), max_size=3)
packed = acts.map(pack)
marks = st.lists(st.builds(Mark, parts=st.integers(1, 200), chain=digests), max_size=3).map(tuple)
some_ids = st.lists(ids, max_size=4).map(tuple)

FRAMES: dict[type[Any], st.SearchStrategy[Any]] = {
    frame: st.builds(
        frame,
        **{
            field.name: {
                "house": words, "node": names, "central": names, "term": numbers, "epoch": numbers,
                "chain": digests, "before": digests, "digest": digests, "software": words, "clock": words,
                "kinds": st.dictionaries(words, seqs, max_size=3), "offset": st.none() | st.integers(-9, 9),
                "session": numbers, "marks": marks, "acts": packed, "ids": some_ids, "last": st.booleans(),
                "report": st.booleans(), "reason": words, "password": words,
                "card_key": words, "ca": words, "count": st.integers(1, MOST_ENTRIES),
                "first": st.integers(1, 2**53), "nonce": st.integers(0, 2**53 - 1),
                "terms": st.lists(st.tuples(numbers, seqs), max_size=3).map(tuple),
            }.get(field.name, seqs)
            for field in msgspec.structs.fields(frame)
        },
    )
    for frame in get_args(AnyFrame)
}  # fmt: skip
frames = st.one_of(*FRAMES.values())


def as_sent(text: bytes) -> bytes:
    return b"T1" + zlib.compress(text)


def refused(payload: bytes) -> str:
    with pytest.raises(BadFrame) as caught:
        decode(payload)
    return caught.value.reason


@given(frames)
def test_every_frame_comes_out_as_it_went_in(frame: AnyFrame) -> None:
    back = decode(encode(frame))
    assert type(back) is type(frame)
    for field in msgspec.structs.fields(frame):
        before, after = getattr(frame, field.name), getattr(back, field.name)
        if field.name == "acts":
            before, after = bytes(before), bytes(after)
        assert before == after


@given(acts)
def test_entries_keep_every_byte_and_their_digest(given_acts: list[tuple[Entry, ...]]) -> None:
    raw = pack(given_acts)
    assert unpack(raw) == given_acts
    assert [unpack_one(one) for one in split(raw)] == given_acts
    for act, back in zip(given_acts, unpack(raw), strict=True):
        assert [content_digest(one) for one in act] == [content_digest(one) for one in back]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_bad_frame(payload: bytes) -> None:
    for one in (payload, b"T1" + payload, as_sent(payload)):
        try:
            decode(one)
        except BadFrame as bad:
            assert bad.reason in get_args(protocol.Reason)  # noqa: PT017 whether it is raised is the example's


@given(json_values, st.sampled_from(sorted(protocol._TAGS)))
def test_any_json_is_a_frame_or_a_bad_frame(value: object, tag: str) -> None:
    tagged = {**value, "t": tag} if isinstance(value, dict) else value
    try:
        decode(as_sent(msgspec.json.encode(tagged)))
    except BadFrame as bad:
        assert bad.reason in {"malformed", "unknown_version"}  # noqa: PT017 as above


@given(frames, st.data())
def test_a_frame_with_a_changed_byte_is_a_frame_or_a_bad_frame(frame: AnyFrame, data: st.DataObject) -> None:
    payload = encode(frame)
    text = bytearray(zlib.decompress(payload[2:]))
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    at = data.draw(st.integers(0, len(payload) - 1))
    changed = payload[:at] + bytes([payload[at] ^ 0x10]) + payload[at + 1 :]
    for one in (as_sent(bytes(text)), changed, payload[:at]):
        try:
            back = decode(one)
        except BadFrame:
            continue
        if hasattr(back, "acts"):
            read_acts(back.acts)


def read_acts(raw: msgspec.Raw) -> None:
    try:
        for act in split(raw):
            assert len(ids_in(act, 3)) == 3
            unpack_one(act)
    except BadFrame:
        pass


def test_a_field_nobody_knows_yet_is_passed_over() -> None:
    frame = msgspec.json.encode({"t": "nack", "term": 1, "epoch": 2, "expected": 3, "colour": ["red"]})
    assert decode(as_sent(frame)) == protocol.Nack(term=1, epoch=2, expected=3)


def test_an_entry_with_more_fields_than_today_is_read() -> None:
    act = [["A" * 22 + "==", "A" * 22 + "==", 0, 1, "k", 1, "fact", "s", 1, "b", 1, "ntp", "", {"a": 1},
            None, None, None, "new"]]  # fmt: skip
    assert unpack_one(msgspec.json.encode(act))[0].data == b'{"a":1}'


def test_a_tag_nobody_knows_yet_is_a_newer_version() -> None:
    assert refused(as_sent(b'{"t":"sing","song":1}')) == "unknown_version"
    assert refused(b"T2" + zlib.compress(b"{}")) == "unknown_version"


def test_bytes_of_something_else_are_not_ours() -> None:
    assert refused(b"GET / HTTP/1.1") == "not_ours"
    assert refused(b"") == "not_ours"


def test_a_truncated_frame_is_said_to_be_truncated() -> None:
    whole = encode(protocol.Refused(reason="no"))
    assert {refused(whole[:n]) for n in range(5, len(whole))} <= {"truncated"}


def test_what_stands_behind_a_frame_makes_it_malformed() -> None:
    assert refused(encode(protocol.Refused(reason="no")) + b"more") == "malformed"


def test_a_bomb_is_never_unpacked() -> None:
    assert refused(as_sent(b" " * (protocol.MOST_UNPACKED + 1))) == "bomb"
    assert refused(b"T1" + zlib.compress(b"0" * 50_000_000, 9)[: protocol.MOST_PAYLOAD - 2]) == "bomb"


def test_a_payload_over_the_limit_is_not_even_looked_at() -> None:
    assert refused(b"T1" + bytes(protocol.MOST_PAYLOAD)) == "too_large"


def test_deep_nesting_is_malformed() -> None:
    deep = b'{"t":"up","acts":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert refused(as_sent(deep)) == "malformed"


@pytest.mark.parametrize(
    "changed",
    [
        {"term": -1},
        {"term": 2**70},
        {"epoch": 1.5},
        {"expected": "3"},
        {"expected": None},
        {"expected": 2**60},
    ],
)
def test_a_value_no_honest_node_sends_is_malformed(changed: dict[str, object]) -> None:
    frame = {"t": "nack", "term": 1, "epoch": 2, "expected": 3, **changed}
    assert refused(as_sent(msgspec.json.encode(frame))) == "malformed"


def test_a_node_is_called_as_nodes_are() -> None:
    for name in ("Desk", "a/b", "+", "#", "", "a" * 32, "a\n"):
        assert refused(as_sent(msgspec.json.encode({"t": "revoked", "node": name}))) == "malformed"


def test_the_largest_act_there_can_be_fits_into_a_frame() -> None:
    # 120 KiB of text that does not compress, in as many parts as an act may have.
    import random

    chance = random.Random(7)
    letters = [chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"\\']
    part = (120 * 1024) // 200 - 6
    act = tuple(
        Entry(
            id=chance.randbytes(16), act=b"a" * 16, part=n, parts=200, kind="house.imported", version=1,
            nature="fact", subject=f"item:{chance.randbytes(16).hex()}", at=1_780_300_800_000 + n, boot="b",
            uptime=n, clock="ntp", after=chance.randbytes(32),
            data=b'{"a":"' + "".join(chance.choices(letters, k=part // 2)).encode() + b'"}',
            private=b'{"b":"' + "".join(chance.choices(letters, k=part // 2)).encode() + b'"}',
            salt=chance.randbytes(16), private_digest=chance.randbytes(32),
        )
        for n in range(200)
    )  # fmt: skip
    frame = protocol.Part(term=1, start=1, count=200, acts=pack([act]), tip=200, digest=digest(pack([act])))
    back = decode(encode(frame))
    assert isinstance(back, protocol.Part)
    assert unpack(back.acts) == [act]


def test_acts_that_compress_well_are_not_sent_as_what_a_reader_takes_for_a_bomb() -> None:
    acts = [(entry(Filled(what="a" * 50_000)),) for _ in range(50)]

    def made(some: Sequence[Act]) -> Bring:
        return Bring(node="desk", term=1, acts=pack(some))

    payload, held = protocol.fitted(acts, made)
    back = decode(payload)
    assert isinstance(back, Bring)
    assert unpack(back.acts) == list(held) == acts[: len(held)]
    assert len(held) > 5


def test_an_act_that_cannot_be_read_still_gets_one_id_a_part() -> None:
    two = b'[["AAAAAAAAAAAAAAAAAAAAAA==",7],["AAAAAAAAAAAAAAAAAAAAAQ==",{}]]'
    assert ids_in(two, 2) == [bytes(16), bytes(15) + b"\1"]
    assert len(set(ids_in(two, 3))) == 3
    assert len(set(ids_in(b"17", 2))) == 2
