"""Calendars of other people, well made and hostile, each as small as it can be."""

from __future__ import annotations

from sharing.rooms.calendars.foreign import Flaw, Window
from tests.fakes import MONDAY_10

WINDOW = Window(MONDAY_10, "Europe/Berlin")
BERLIN = ";TZID=Europe/Berlin"


def event(*lines: str, uid: str = "1@x", begins: str = "20260602T180000", ends: str = "20260602T200000",
          title: str = "Probe") -> str:  # fmt: skip
    """One VEVENT; `begins` and `ends` in Berlin, empty to leave them out."""
    own = [f"UID:{uid}"] * bool(uid) + ["DTSTAMP:20260601T000000Z"]
    own += [f"DTSTART{BERLIN}:{begins}"] * bool(begins) + [f"DTEND{BERLIN}:{ends}"] * bool(ends)
    return "\r\n".join(["BEGIN:VEVENT", *own, f"SUMMARY:{title}", *lines, "END:VEVENT"])


def calendar(*events: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN")
    return ("\r\n".join([*head, *events, "END:VCALENDAR"]) + "\r\n").encode()


GOOD = event(uid="good@x", begins="20260603T180000", ends="20260603T200000", title="Gut")

BAD: dict[str, tuple[str, Flaw]] = {
    "ends before it begins": (event(ends="20260602T170000"), Flaw.ENDS_FIRST),
    "ends when it begins": (event(ends="20260602T180000"), Flaw.NO_LENGTH),
    "never ends": (event(ends=""), Flaw.NO_LENGTH),
    "an hour that the clocks skip": (event(begins="20270328T020000", ends="20270328T030000"), Flaw.GAP),
    "begins in the gap": (event(begins="20270328T023000", ends="20270328T040000"), Flaw.GAP),
    "ends in the gap": (event(begins="20270328T010000", ends="20270328T023000"), Flaw.GAP),
    "begins in the doubled hour": (event(begins="20261025T023000", ends="20261025T040000"), Flaw.TWICE),
    "ends in the doubled hour": (event(begins="20261025T010000", ends="20261025T023000"), Flaw.TWICE),
    "year 9999": (event(begins="99991231T230000", ends="99991231T235900"), Flaw.TOO_FAR),
    "year 0001": (event(begins="00010101T000000", ends="00010101T010000"), Flaw.TOO_FAR),
    "in fifty years": (event(begins="20760602T180000", ends="20760602T200000"), Flaw.TOO_FAR),
    "as long as a term": (event(ends="20260802T200000"), Flaw.TOO_LONG),
    "unknown zone": (
        event("DTSTART;TZID=Mars/Olympus:20260602T180000", begins="", ends="20260602T200000"), Flaw.ZONE
    ),
    "a zone that is many": (
        event("DTSTART;TZID=Europe:20260602T180000", begins="", ends="20260602T200000"), Flaw.ZONE
    ),
    "a number that is an address": (event("SEQUENCE;VALUE=CAL-ADDRESS:PT3H"), Flaw.UNREADABLE),
    "a zone that is a path": (
        event("DTSTART;TZID=../../../etc/passwd:20260602T180000", begins="", ends="20260602T200000"),
        Flaw.ZONE,
    ),
    "floating": (
        event("DTSTART:20260602T180000", "DTEND:20260602T200000", begins="", ends=""), Flaw.FLOATING
    ),
    "a rule that is over before it begins": (
        event("RRULE:FREQ=DAILY;UNTIL=20260101T000000Z"), Flaw.RULE
    ),
    "every second": (event("RRULE:FREQ=SECONDLY"), Flaw.RULE),
    "every minute": (event("RRULE:FREQ=MINUTELY"), Flaw.RULE),
    "every hour": (event("RRULE:FREQ=HOURLY"), Flaw.RULE),
    "interval of nothing": (event("RRULE:FREQ=DAILY;INTERVAL=0"), Flaw.RULE),
    "interval below nothing": (event("RRULE:FREQ=DAILY;INTERVAL=-1"), Flaw.RULE),
    "a thousand million times": (event("RRULE:FREQ=DAILY;COUNT=1000000000"), Flaw.TOO_MANY_DATES),
    "a number without end": (event(f"RRULE:FREQ=DAILY;COUNT={'9' * 5000}"), Flaw.RULE),
    "never": (event("RRULE:FREQ=DAILY;COUNT=0"), Flaw.RULE),
    "every day for ever": (event("RRULE:FREQ=DAILY"), Flaw.TOO_MANY_DATES),
    "until a date": (event("RRULE:FREQ=WEEKLY;UNTIL=20260701"), Flaw.UNTIL),
    "until no date": (event("RRULE:FREQ=WEEKLY;UNTIL=20261399T000000Z"), Flaw.RULE),
    "until and count": (event("RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20260701T000000Z"), Flaw.RULE),
    "by the hour": (event("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5"), Flaw.RULE),
    "weekday of no month": (event("RRULE:FREQ=WEEKLY;BYDAY=2MO"), Flaw.RULE),
    "a rule that is none": (event("RRULE:OR 1=1"), Flaw.RULE),
    "a part twice": (event("RRULE:FREQ=DAILY;COUNT=2;FREQ=SECONDLY"), Flaw.RULE),
    "two rules": (event("RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=3"), Flaw.UNREADABLE),
    "a date of nothing": (event(f"RECURRENCE-ID{BERLIN}:20260609T180000"), Flaw.NOTHING),
    "this and all that follow": (
        event(f"RECURRENCE-ID;RANGE=THISANDFUTURE{BERLIN}:20260609T180000"), Flaw.UNSUPPORTED
    ),
    "periods": (event("RDATE;VALUE=PERIOD:20260609T180000Z/PT1H"), Flaw.UNSUPPORTED),
    "no name": (event(uid=""), Flaw.NO_UID),
    "no start": (event(begins=""), Flaw.NO_START),
    "a start that is none": (event(begins="gestern"), Flaw.UNREADABLE),
    "a 32nd": (event(begins="20260632T180000"), Flaw.UNREADABLE),
    "a duration that is none": (event("DURATION:P1Y", ends=""), Flaw.UNREADABLE),
    "a duration below nothing": (event("DURATION:-PT1H", ends=""), Flaw.ENDS_FIRST),
    "end and duration": (event("DURATION:PT1H"), Flaw.UNREADABLE),
    "a day that ends at an hour": (
        event("DTSTART;VALUE=DATE:20260602", begins="", ends="20260602T200000"), Flaw.UNREADABLE
    ),
    "two starts": (event(f"DTSTART{BERLIN}:20260603T180000"), Flaw.UNREADABLE),
    "a sequence that is none": (event("SEQUENCE:neu"), Flaw.UNREADABLE),
    "ten thousand properties": (event(*[f"X-{n}:x" for n in range(10_000)]), Flaw.TOO_LARGE),
    "ten thousand exceptions": (event(*["EXDATE:20260602T180000Z"] * 10_000), Flaw.TOO_LARGE),
    "nested": (event(*["BEGIN:VALARM"] * 20, *["END:VALARM"] * 20), Flaw.NESTED),
    "an alarm that never ends": (event("BEGIN:VALARM"), Flaw.NESTED),
    "an end of something else": (event("END:VTODO"), Flaw.NESTED),
    "no end": (event().removesuffix("END:VEVENT"), Flaw.NESTED),
}  # fmt: skip
"""What is wrong with an event, by what one would call it."""

SPARSE = "RRULE:FREQ=DAILY;COUNT=1000;BYMONTH=2;BYMONTHDAY=30"
HOSTILE: dict[str, bytes] = {
    "rules that seldom hold": calendar(
        *[event(SPARSE, uid=str(n), begins="19700101T180000", ends="19700101T190000") for n in range(4000)]
    ),
    "many dates": calendar(*[event("RRULE:FREQ=DAILY;COUNT=1000", uid=str(n)) for n in range(4000)]),
    "sixty thousand exceptions in a line": calendar(
        event("EXDATE:" + ",".join(["20260602T180000Z"] * 60_000))
    ),
    "a quarter of a million folds": calendar("BEGIN:VEVENT", "SUMMARY:" + "x\r\n " * 250_000, "END:VEVENT"),
    "two hundred thousand parameters": calendar(event(f"DTEND{';X=1' * 200_000}:20260602T200000", ends="")),
    "quotes without end": calendar(event('SUMMARY;X="' + '"' * 500_000 + ":x", title="")),
    "backslashes": calendar(event(title="\\" * 900_000)),
    "begins without ends": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 60_000,
    "nothing but zeros": b"BEGIN:VCALENDAR\r\n" + b"\x00" * 1_000_000,
    "one name for all": calendar(*[event(uid="u" * 200) for _ in range(2500)]),
    "a hundred megabytes": calendar() + b" " * 100_000_000,
}
"""Files made to keep a reader busy, or to fill its memory."""

NAMES = (
    "UID", "DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP",
    "RRULE", "DURATION", "X-ANY",
)  # fmt: skip
PARAMETERS = (
    "", BERLIN, ";TZID=UTC", ";TZID=", ";TZID=Europe", ';TZID="a"', ";TZID=A,B", ";RANGE=X", ";X=,,", ";X",
    *(
        f";VALUE={kind}"
        for kind in (
            "DATE", "DATE-TIME", "PERIOD", "TEXT", "BINARY", "INTEGER", "URI", "TIME", "DURATION", "BOOLEAN",
            "CAL-ADDRESS", "UTC-OFFSET", "RECUR", "NOTHING", "DATE,TIME",
        )
    ),
)  # fmt: skip
VALUES = (
    "20260602T180000", "20260602", "20260602T180000Z", "20260602T180000Z/PT1H", "20260602T180000,20260603",
    "120000", "20260230", "20260602T250000", "00000000", "19700101T000000", "99991231T235959",
    "20261025T023000", "P1D", "PT3H", "-P1W", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;BYDAY=53MO;COUNT=9",
    "FREQ=YEARLY;BYMONTHDAY=31;BYSETPOS=366;COUNT=3", "FREQ=WEEKLY;WKST=2MO", "", "1", "9" * 30, "CANCELLED",
    "a;b,c", "+0100", "TRUE", "mailto:x", "\\", "\x00", "ä",
)  # fmt: skip
