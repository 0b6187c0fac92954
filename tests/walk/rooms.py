"""The walk through the rooms: found, booked over a conflict, cancelled, left, displaced, subscribed to."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.walk.walk import Shot, Walk

EVENING_MS = 32 * 3_600_000 - 10 * 60_000
"""From Monday 10:00 to Tuesday 17:50."""
QR = re.compile(r"^(?= *[█▀▄])[ █▀▄]{30,45}", re.MULTILINE)
TOKEN = re.compile(r"\b[a-z2-7]{32}\b")


def look_around(walk: Walk) -> None:
    """Nobody's card: what is on"""
    walk.press("2")
    walk.see("Rooms, from home: a day, or the whole house.", "Räume | An welchem Tag? | Das ganze Haus")
    walk.press("7")
    walk.see(
        "All rooms today: what is taken is a block, asked for is grey, now is a line. No names.",
        "Räume heute, Montag, 1. Juni | Saal A | Frei bis",
    )
    walk.press("9")
    walk.wait("An welchem Tag?")
    walk.press("9")
    walk.wait("Bitte scannen")
    walk.scan(walk.place("Seminarraum"))
    walk.see("The label on a door: how the room stands.", "Seminarraum | Frei bis | Karte scannen")


def ten_tuesdays(walk: Walk) -> None:
    """Twenty people, a projector, ten Tuesday evenings"""
    walk.press("9")
    walk.wait("Bitte scannen")
    walk.scan(walk.card("David Vorlage"))
    walk.wait("Guten Tag, D. V. | Räume")
    walk.press("5")
    walk.see("First action after the card.", "An welchem Tag? | Morgen")
    walk.press("2")
    walk.see("Second: the day.", "Um wie viel Uhr? | Dienstag, 2. Juni | Abend")
    walk.press("4")
    walk.see("Third: the evening. Rooms, the best first.", "Räume sind frei | Dienstag, 2. Juni, 18:00–21:00")
    _ask_for(walk)
    walk.press(digit(walk, "Seminarraum"))
    walk.see("Nothing is saved yet; one date is not to be had.", "9 von 10 Terminen gehen. 1 noch klären.")
    walk.press("1")
    walk.see("What should become of it?", "1 Termin geht nicht | Di 23. Juni | noch offen")
    walk.press("1")
    walk.see("Another time, another room, or not at all.", "Was geht stattdessen? | ausfallen lassen")
    walk.press(digit(walk, "18:00–21:00 · Saal A"))
    walk.see("Moved to the hall.", "Alles geklärt | → Di 23. Juni, 18:00–21:00 · Saal A")
    walk.press("5")
    walk.wait("Buchen für mich")


def _ask_for(walk: Walk) -> None:
    """A projector, twenty people, ten times."""
    walk.press("5")
    walk.wait("Was muss der Raum haben?")
    walk.press(digit(walk, "Beamer"))
    walk.wait("☑ Beamer")
    walk.press("6")
    walk.wait("Wie viele Personen?", gone="☑ Beamer")
    for one in "20":
        walk.press(one)
    walk.wait(" 20 ")
    walk.press("Enter")
    walk.see("Twenty people and a projector.", "für 20 | ☑ Beamer")
    walk.press("9")
    walk.wait("20 Personen · Beamer")
    walk.press("6")
    walk.wait("Wie oft? | jede Woche")
    walk.press("2")
    walk.wait("Wie oft insgesamt?")
    for one in "10":
        walk.press(one)
    walk.wait(" 10 ")
    walk.press("Enter")
    walk.see(
        "Every week, ten times: how many of the ten each room has.", "9 von 10 Terminen frei | Seminarraum"
    )


def book(walk: Walk) -> None:
    """For whom, and on the phone"""
    walk.see("For himself or for his association: each is one key.", "Buchen für mich | Filmwerkstatt")
    walk.press("2")
    see_masked(
        walk, "Booked: with a phone, or written down. The pattern is left out here.", "Gebucht! | Seminarraum"
    )
    walk.press("9")
    walk.see("What he has booked.", "Meine Buchungen | jede Woche dienstags, 10-mal | Bestätigt")


def cancel_one(walk: Walk) -> None:
    """One of them is cancelled"""
    walk.press(digit(walk, "Di 2. Juni, 18:00–21:00"))
    walk.see("The series.", "Alle Termine | Di 9. Juni")
    walk.press("7")
    walk.wait("Anderer Termin | ● Di 16. Juni", gone="Absagen")
    walk.press("3")
    walk.wait("Dienstag, 16. Juni, 18:00–21:00")
    walk.press("3")
    walk.see("Which of them?", "Was möchten Sie absagen? | Nur diesen Termin | Diesen und alle danach")
    walk.press("1")
    walk.see("Free for others from this moment on.", "Abgesagt. | ✖ Di 16. Juni")
    walk.press("9")
    walk.wait("Meine Buchungen")
    walk.scan(walk.card("David Vorlage"))
    walk.wait("Bitte scannen", gone="D. V.")


def there_and_gone(walk: Walk) -> None:
    """Tuesday evening: there, and gone"""
    walk.later(EVENING_MS)
    walk.scan(walk.card("David Vorlage"))
    walk.wait("Guten Tag, D. V.")
    walk.scan(walk.place("Seminarraum"))
    walk.see(
        "Ten minutes early, the label on the door: it is theirs.",
        "Willkommen! | Bis 21:00 gehört der Raum Ihnen.",
    )
    walk.later(2 * 3_600_000)
    walk.press("1")
    walk.see("Early home.", "Wir gehen jetzt | Länger bleiben")
    walk.press("1")
    walk.wait("Seminarraum: alles in Ordnung?")
    for one in "124":
        walk.press(one)
    walk.see(
        "The list before leaving: who ticks nothing may go as well.", "☑ Tafel gewischt | ☐ Heizung auf 2"
    )
    walk.press("6")
    walk.see("From now on the room is free again.", "Danke! Der Raum ist wieder frei.")
    walk.scan(walk.card("David Vorlage"))
    walk.wait("Bitte scannen", gone="D. V.")


def make_room(walk: Walk) -> None:
    """The house needs the room"""
    walk.public = False
    walk.scan(walk.card("Leyla Örnek"))
    walk.wait("PIN eingeben")
    walk.enter_pin(walk.pin("Leyla Örnek"))
    walk.wait("Theke: L. Ö. | R Räume")
    walk.press("r")
    walk.see("What staff do with rooms.", "Das ganze Haus | Anfragen | Schließtag")
    walk.press("1")
    walk.wait("Räume heute")
    walk.scan(walk.place("Seminarraum"))
    walk.see("The room, at the staff desk.", "Seminarraum | Di 9. Juni | Belegt | Platz")
    walk.press("2")
    walk.see(
        "Whose booking has to go? Names stand here only.", "Welche Buchung muss weichen? | David Vorlage"
    )
    while "Di 9. Juni" not in walk.terminal.screen():
        walk.press("8")
        walk.wait("Welche Buchung muss weichen?")
    walk.press(digit(walk, "Di 9. Juni"))
    _say_why(walk)
    walk.see(
        "Done in one act: placed, held, and a call to make.", "Platz gemacht | Bitte anrufen: David Vorlage"
    )
    walk.press("9")
    walk.wait("Räume heute")
    walk.press("9")
    walk.wait("Anrufen (")
    walk.press("3")
    walk.wait("David Vorlage")
    walk.press(digit(walk, "David Vorlage"))
    walk.see("What to say on the phone.", "Bitte anrufen | Freigehalten bis | Weiß Bescheid")
    walk.press("1")
    walk.see("Everybody knows.", "Alle wissen Bescheid.")


def _say_why(walk: Walk) -> None:
    """What comes, and why."""
    walk.wait("Was kommt stattdessen?")
    walk.terminal.type("Wahllokal")
    walk.wait("Wahllokal")
    walk.press("Enter")
    walk.wait("Warum?")
    walk.terminal.type("Die Stadt braucht den Saal")
    walk.wait("braucht den Saal")
    walk.press("Enter")


def subscribe(walk: Walk) -> None:
    """The calendar, subscribed to"""
    said = walk.command(
        "A feed of the room; its token is shown once (left out here).",
        "calendar",
        "feed",
        "add",
        "--room",
        "seminar",
    )
    (token,) = TOKEN.findall(said)
    walk.shots[-1] = _masked(walk.shots[-1], TOKEN, "·" * 32)
    walk.feed = walk.teilhaus("calendar", "feed", "show", token, "--json")


def _masked(shot: Shot, pattern: re.Pattern[str], by: str) -> Shot:
    lines = (pattern.sub(by, line) for line in shot.screen.splitlines())
    return Shot(shot.part, shot.says, "\n".join(lines), shot.public)


def see_masked(walk: Walk, says: str, texts: str) -> None:
    walk.see(says, texts)
    shot = walk.shots[-1]
    walk.codes.append("\n".join(line[:45] for line in shot.screen.splitlines()[:21]))
    screen = "\n".join(QR.sub("    " + "#" * 37 + "    ", line) for line in shot.screen.splitlines())
    walk.shots[-1] = Shot(shot.part, shot.says, screen, shot.public)


def digit(walk: Walk, text: str) -> str:
    """The digit that stands before what the screen says."""
    for line in walk.terminal.screen().splitlines():
        if text in line:
            return line.split()[0]
    raise AssertionError(text)


PARTS: tuple[Callable[[Walk], None], ...] = (
    look_around, ten_tuesdays, book, cancel_one, there_and_gone, make_room, subscribe,
)  # fmt: skip
"""In this order; each begins where the one before ended."""


def walk_through(walk: Walk) -> None:
    """Make the house, in which others have the room on one of the evenings, and walk all of it."""
    walk.begin()
    walk.run()
    walk.wait("Räume")
    for part in PARTS:
        walk.part = (part.__doc__ or "").strip()
        part(walk)
