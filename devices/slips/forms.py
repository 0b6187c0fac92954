"""Paper for when there is no screen: what is wished for, and what went out while the power was gone."""

from __future__ import annotations

from devices.slips.house import foot, head, heading, page_of
from devices.slips.slip import Column, Facts, Form, Languages, Paragraph, Part, Signatures, Slip
from sharing.terms.rules import Terms

_WISHES = 6


def wish_slip(say: Languages, terms: Terms) -> Slip:
    """Write the form on which somebody without card and phone says what they want to borrow or book."""
    rows = ("slip.name", "slip.contact", "slip.for", "slip.wish.language")
    parts: list[Part] = [
        *head(say, "slip.wish.title", terms, None),
        Paragraph(say("slip.wish.how")),
        Facts(tuple((say(key), "") for key in rows)),
        heading(say, "slip.wish.things"),
        Form(
            (
                Column(say("slip.row"), 6),
                Column(say("slip.wish.what"), 50),
                Column(say("slip.wish.from"), 22),
                Column(say("slip.wish.to"), 22),
            ),
            _WISHES,
        ),
        heading(say, "slip.wish.room"),
        Facts(tuple((say(f"slip.wish.{key}"), "") for key in ("people", "day", "times", "needs"))),
        Signatures((say("slip.wish.date"), say("slip.wish.by"))),
    ]
    title = say("slip.wish.title")[0]
    return Slip(title, say.first.language, tuple(parts), foot(terms), page_of(say))


def emergency_sheet(say: Languages, terms: Terms, rows: int) -> Slip:
    """Write the sheet for a power cut: one thing a row, in the order in which it happened."""
    shares = {"row": 6, "time": 9, "way": 11, "card": 27, "thing": 27, "until": 11, "done": 9}
    digits = ("card", "thing")
    parts: list[Part] = [
        *head(say, "slip.emergency.title", terms, None),
        Facts(((say("slip.emergency.day"), ""), (say("slip.emergency.by"), ""))),
        *(Paragraph(say(f"slip.emergency.how.{n}")) for n in (1, 2, 3)),
        Form(
            tuple(
                Column(
                    say("slip.row" if key == "row" else f"slip.emergency.{key}"),
                    share,
                    groups=4 if key in digits else 1,
                )
                for key, share in shares.items()
            ),
            rows,
        ),
        Paragraph(say("slip.emergency.after")),
    ]
    title = say("slip.emergency.title")[0]
    return Slip(title, say.first.language, tuple(parts), foot(terms), page_of(say))
