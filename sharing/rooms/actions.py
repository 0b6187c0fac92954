"""What is done with rooms: one list of use cases, whose code stands by verb in the files beside this one."""

from __future__ import annotations

from sharing.rooms.answers import BookingAnswer, booking_answers, saw_bookings
from sharing.rooms.approving import approvals, approve, decline, is_noted
from sharing.rooms.asking import book, book_now, preview
from sharing.rooms.changing import cancel, extend, move, preview_move
from sharing.rooms.closing import Mark, Touched, close_rooms, maintain, touched_by
from sharing.rooms.coming import Arrived, Left, arrive, arriving, end
from sharing.rooms.displacing import Displaced, displace, told
from sharing.rooms.furnishing import RoomFields, change_room
from sharing.rooms.looking import (
    Call,
    booking,
    bookings_of,
    call_list,
    day,
    find,
    room,
    rooms,
    today,
    week,
)
from sharing.rooms.vacancies import Vacancy, vacancies

__all__ = [
    "Arrived", "BookingAnswer", "Call", "Displaced", "Left", "Mark", "RoomFields", "Touched", "Vacancy",
    "approvals", "approve", "arrive", "arriving", "book", "book_now", "booking", "booking_answers",
    "bookings_of", "call_list", "cancel", "change_room", "close_rooms", "day", "decline", "displace", "end",
    "extend", "find", "is_noted", "maintain", "move", "preview", "preview_move", "room", "rooms",
    "saw_bookings", "today", "told", "touched_by", "vacancies", "week",
]  # fmt: skip
