"""What docs/sync.md tells whoever writes another program that talks to this one, held against this one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from sharing.errors import CodeExpired, CodeUsed, CodeWrong
from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import content_digest
from sync.at_central.forgery import CONTROL
from sync.at_central.handing import MOST_ASKED
from sync.at_node.sending import WINDOW
from sync.central import MOST_SET_ASIDE
from sync.mosquitto.broker_files import MOST_MESSAGE
from sync.protocol import FULL_PAYLOAD, MOST_PAYLOAD, MOST_UNPACKED, Reason
from sync.wire.acts import Act, pack, unpack_one
from sync.wire.frames import MOST_ENTRIES, MOST_IDS, AnyFrame

PAGE = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")


def rows(*columns: str) -> list[list[str]]:
    """Give the rows of all tables whose head begins with one of these words."""
    found: list[list[str]] = []
    for table in re.findall(r"^\|(.*?)\|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        if table[0].strip() in columns:
            found += [[cell.strip() for cell in line.split("|")[1:-1]] for line in table[1].splitlines()]
    return found


def test_the_page_names_every_frame_with_every_field_in_its_order() -> None:
    written = {
        row[0].strip("`"): re.findall(r"`(\w+)`", row[1])
        for row in rows("from a node", "from the central", "from everybody")
    }

    assert written == {
        one.__name__.lower(): [field.encode_name for field in msgspec.structs.fields(one)]
        for one in AnyFrame.__args__
    }


def example() -> Act:
    text = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert text is not None
    return unpack_one(b"[" + text[1].encode() + b"]")


def test_the_entry_on_the_page_has_the_digest_and_the_chain_that_the_page_says() -> None:
    [entry] = example()
    digest, chain = re.findall(r"`([0-9a-f]{64})`", PAGE)

    assert content_digest(entry).hex() == digest
    assert link(GENESIS, "desk", 7, 1, bytes.fromhex(digest)).hex() == chain


def test_the_entry_on_the_page_is_written_as_it_stands_there() -> None:
    again = bytes(pack([example()])).decode()

    assert again.removeprefix("[[").removesuffix("]]") in re.sub(r"\s", "", PAGE)


def test_the_page_names_the_fields_of_an_entry_in_the_order_of_the_line() -> None:
    named = [name for row in rows("field") for name in re.findall(r"`(\w+)`", row[0])]

    assert tuple(named) == type(example()[0]).__struct_fields__


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    said = {row[0]: row[1] for row in rows("what")}

    assert said["a frame, as written"].startswith(f"{MOST_ENTRIES:,} entries, {FULL_PAYLOAD // 1024} KiB")
    assert said["a frame, as read"] == (
        f"{MOST_PAYLOAD // 1024} KiB packed, {MOST_UNPACKED >> 20} MiB unpacked"
    )
    assert said["ids in Have and Want"] == f"{MOST_IDS:,}"
    assert said["frames on their way up"] == str(WINDOW)
    assert said["an answer to a pull"] == f"{MOST_ASKED:,} entries"
    assert said["acts in quarantine, of one node"] == f"{MOST_SET_ASIDE:,}"
    assert said["messages in the broker"].startswith(f"{MOST_MESSAGE:,} bytes")


def test_the_page_says_who_may_write_every_kind_that_not_everybody_may() -> None:
    named = {name for row in rows("entry") for name in re.findall(r"`([\w.]+)`", row[0])}

    assert named == CONTROL


def test_every_reason_that_a_reader_gives_stands_on_the_page() -> None:
    named = {name for row in rows("what comes") for name in re.findall(r"`(\w+)`", row[1])}

    assert set(get_args(Reason)) <= named
    for refusal in (CodeWrong, CodeUsed, CodeExpired):
        assert f"`{refusal(node='n').key.removeprefix('refusal.')}`" in PAGE


def test_every_file_that_the_page_names_is_there() -> None:
    root = Path(__file__).parents[2]
    named = set(re.findall(r"`((?:sync|sharing|tests|kiosk|config)/[\w/.-]+)`", PAGE))

    assert [one for one in sorted(named) if not (root / one).exists()] == []
    assert len(named) > 30
