"""Cases by command: the same words as on the screen, and what happened on both sides."""

from __future__ import annotations

from tests.cli.conftest import Desk


def damaged(desk: Desk) -> str:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    desk.json("return", "stativ-1", "--condition", "broken", "--note", "Bein ab")
    (case,) = desk.json("cases", "list")["cases"]
    return str(case["id"])


def test_the_list_says_what_it_is_where_it_belongs_and_what_to_do(desk: Desk) -> None:
    damaged(desk)
    (case,) = desk.json("cases", "list")["cases"]
    assert (case["kind"], case["what"], case["area"]) == ("damage", "Schaden gemeldet", "lending")
    assert case["do"].startswith("Sehen Sie das Ding an.")
    assert case["how"] == ["mended", "called", "nothing"]
    assert "Bein ab" in case["name"]


def test_showing_a_case_tells_its_sides_and_notes_nothing(desk: Desk) -> None:
    case = damaged(desk)
    shown = desk.json("cases", "show", case)["case"]
    out, back = shown["sides"][:2]
    assert (out["kind"], out["whom"], out["cause"]) == ("item.out", "Ayşe Deneme", False)
    assert (back["kind"], back["cause"], back["unaware"]) == ("item.back", True, False)
    assert out["device"] == back["device"]
    assert out["device"]
    assert shown["seen_at"] is None
    said = desk.say("cases", "show", case).out
    assert "Schaden gemeldet" in said
    assert "dieses Gerät" in said
    assert "--how mended: In Ordnung gebracht" in said
    assert desk.json("cases", "show", case)["case"]["seen_at"] is None


def test_a_case_is_settled_by_how_and_by_nothing_that_is_no_answer(desk: Desk) -> None:
    case = damaged(desk)
    assert desk.say("cases", "handle", case, "--how", "eaten").code == 2
    assert desk.json("cases", "handle", case, "--how", "mended")["how"] == "mended"
    assert desk.json("cases", "list")["cases"] == []
