"""What is done at the desk: one list of use cases, whose code stands by verb in the files beside this one."""

from __future__ import annotations

from sharing.lending.changing import assign, find_again, mark_lost, renew, undo
from sharing.lending.completing import complete, put_back
from sharing.lending.looking import (
    LastNoted,
    LoanLine,
    SetAside,
    Today,
    last_noted,
    lines_of_item,
    loans_of,
    open_loans,
    set_aside_for,
    set_aside_list,
    today,
    unchecked,
)
from sharing.lending.remarks import notes_of_items
from sharing.lending.returning import Return, check_in, check_return, give_back, say_condition
from sharing.lending.scanning import Scan, Scanned, look_up, scan, visit_of
from sharing.lending.settling import lent_twice, settle
from sharing.lending.taking import CheckOut, Taken, check_out, take_again

__all__ = [
    "CheckOut", "LastNoted", "LoanLine", "Return", "Scan", "Scanned", "SetAside", "Taken", "Today",
    "assign", "check_in", "check_out", "check_return", "complete", "find_again",
    "give_back", "last_noted", "lent_twice", "lines_of_item", "loans_of", "look_up", "mark_lost",
    "notes_of_items", "open_loans",
    "put_back", "renew", "say_condition", "scan", "set_aside_for", "set_aside_list", "settle", "take_again",
    "today", "unchecked", "undo", "visit_of",
]  # fmt: skip
