"""The board: the newest of each room, whatever comes and in whatever order."""

from __future__ import annotations

import threading

import msgspec

from devices.panels.state import agenda, encoded, room_state
from devices.web.board import LARGEST, MOST_ROOMS, Board
from tests.devices.web.site import NOON, TERMS, choir, hall


def state(seq: int, *, id_: str = "ab01", key: str = "saal") -> bytes:
    return encoded(room_state(hall(choir(), id_=id_, key=key), TERMS, NOON, seq=seq))


def test_an_older_state_is_passed_over_and_the_same_again_is_no_news() -> None:
    board = Board()
    heard: list[str | None] = []
    board.listen(heard.append)

    assert [board.take_state(state(seq)) for seq in (5, 4, 5, 6)] == [True, False, False, True]

    sign = board.sign("ab01")
    assert sign is not None
    assert sign.state.seq == 6
    assert heard == ["ab01", "ab01"]


def test_a_room_is_found_by_its_id_and_its_key_until_it_is_removed() -> None:
    board = Board()
    board.take_state(state(1))
    board.take_agenda(encoded(agenda(hall(choir()), TERMS, NOON)))
    found = board.named("saal")
    assert found is not None
    assert found == board.named("ab01")
    assert found.agenda is not None
    assert board.named("") is board.named("nowhere") is None

    board.removed("ab01")
    board.removed("ab01")

    assert board.named("saal") is None
    assert board.take_state(state(1))


def test_nonsense_changes_nothing() -> None:
    board = Board()
    huge = encoded(room_state(hall(de="x"), TERMS, NOON, seq=1)).replace(b'"x"', b'"' + b"x" * LARGEST + b'"')
    for payload in (b"", b"null", b"[]", b"{}", b'{"room": 5}', b"\xff", state(1)[:-1], huge):
        assert not board.take_state(payload)
        assert not board.take_agenda(payload)
    assert board.signs() == ()


def test_a_stranger_cannot_fill_the_memory_with_rooms() -> None:
    board = Board()
    first = msgspec.json.decode(state(1))
    for n in range(MOST_ROOMS + 5):
        board.take_state(msgspec.json.encode(first | {"room": f"{n:x}"}))
    assert len(board.signs()) == MOST_ROOMS


def test_agendas_of_strangers_hold_no_agenda_up_that_is_known() -> None:
    board = Board()
    for n in range(MOST_ROOMS + 5):
        assert board.take_agenda(encoded(agenda(hall(id_=f"{n:x}"), TERMS, NOON))) is (n < MOST_ROOMS)
    assert board.take_agenda(encoded(agenda(hall(choir(), id_="0"), TERMS, NOON)))


def test_the_line_is_told_once_when_it_comes_and_once_when_it_goes() -> None:
    board = Board()
    heard: list[str | None] = []
    board.listen(heard.append)
    for is_connected in (True, True, False, False, True):
        board.connected(is_connected)
    assert heard == [None, None, None]
    board.unlisten(heard.append)
    board.connected(is_connected=False)
    assert heard == [None, None, None]


def test_many_threads_leave_the_newest() -> None:
    board = Board()
    payloads = [state(seq) for seq in range(1, 41)]
    threads = [
        threading.Thread(target=lambda part=n: [board.take_state(one) for one in payloads[part::4]])
        for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    sign = board.sign("ab01")
    assert sign is not None
    assert sign.state.seq == 40
