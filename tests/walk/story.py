"""The walk itself: what people do at the kiosk in one morning, part by part.

Every cell of the scan table that a house can reach today is named where it is walked (`scan(code, Seen…)`).
"""

from __future__ import annotations

from collections.abc import Callable

from sharing.lending.scan_table import Seen
from tests.walk.walk import NOBODYS, Walk



def home(walk: Walk) -> None:
    """Home"""
    walk.see("Nobody is there.", "Bitte scannen", "Zurückgeben: einfach das Ding scannen.")


def three_things(walk: Walk) -> None:
    """A card, three things, and one of them undone"""
    walk.scan(walk.card("David Vorlage"), Seen.CARD)
    walk.see("The card opens the visit. David may borrow for an association, so he is asked once.", "Für wen", "privat", "Filmwerkstatt")
    walk.press("2")
    walk.see("Initials and association, no name.", "Guten Tag, D. V.", "Jetzt die Dinge scannen", "Sie haben gerade nichts")
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.FREE, visit=True)
    walk.see("The first thing: one scan, and it is on disk.", "Ausgeliehen", "Leinwand 2 m 1", "bis Montag, 8. Juni", "Gerade genommen")
    walk.scan(walk.thing("Kamerastativ 1"), Seen.FREE, visit=True)
    walk.wait("Ausgeliehen Kamerastativ 1")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.FREE, visit=True)
    walk.see("Three things took four scans.", "Ausgeliehen", "Mini-Beamer 1", "Kamerastativ 1", "Leinwand 2 m 1")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT_MINE_NOW, visit=True)
    walk.see("Scanned once more: nothing changes.", "Das haben Sie schon", "Mini-Beamer 1")
    walk.press("1")
    walk.see("Key 1 takes the last one back.", "Rückgängig gemacht", "Mini-Beamer 1", "Kamerastativ 1")


def earlier(walk: Walk) -> None:
    """Bring it back earlier, and leave"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.FREE, visit=True)
    walk.wait("Ausgeliehen Mini-Beamer 1")
    walk.press("2")
    walk.see("Key 2 after a scan: an earlier day, when the desk is open.", "Wann bringen Sie es zurück?")
    walk.press("1")
    walk.see("Promised.", "Rückgabe früher", "Mini-Beamer 1")
    walk.scan(walk.card("David Vorlage"), Seen.OWN_CARD, visit=True)
    walk.see("The card once more ends the visit. Nothing of it stays on the screen.", "Bitte scannen", "Alles notiert. Bis bald!", gone="D. V.")


def give_back(walk: Walk) -> None:
    """Give back two, one of them broken"""
    walk.later(3_600_000)
    walk.scan(walk.card("David Vorlage"), Seen.CARD)
    walk.wait("Für wen")
    walk.press("1")
    walk.see("An hour later: what he has, and until when.", "Guten Tag, D. V.", "Bei Ihnen", "Leinwand 2 m 1", "Kamerastativ 1")
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.see("A thing from before is a question.", "Zurückgeben oder verlängern?", "Leinwand 2 m 1", "Zurückgeben")
    walk.press("1")
    walk.see("Where it belongs, and whether it is all right. Nobody has to answer.", "Zurückgegeben. Danke!", "Ist alles in Ordnung?", "Regal 1 Technik")
    walk.press("1")
    walk.wait("Danke, notiert.")
    walk.scan(walk.thing("Kamerastativ 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.wait("Zurückgeben oder verlängern?", "Kamerastativ 1")
    walk.press("1")
    walk.wait("Zurückgegeben. Danke!", "Kamerastativ 1")
    walk.press("4")
    walk.see("“Kaputt” is no reproach.", "Danke fürs Sagen. Wir melden uns.", "Kamerastativ 1")
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.BACK_IN_THIS_VISIT, visit=True)
    walk.see("Given back in this visit: it is not lent again by mistake, only by key 2.", "Schon zurückgegeben", "Leinwand 2 m 1", "Doch")


def longer(walk: Walk) -> None:
    """Keep it longer"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.wait("Zurückgeben oder verlängern?", "Mini-Beamer 1", "Verlängern bis")
    walk.press("2")
    walk.see("The same question, answered with key 2.", "Verlängert", "Mini-Beamer 1", "bis")


def set_aside(walk: Walk) -> None:
    """Set aside, and completed by staff"""
    walk.scan(walk.thing("Laptop 1"), Seen.FREE, visit=True)
    walk.see("A deposit and a signature are missing: nothing is lent, and the screen says what is needed and who can do it.",
             "Noch nicht ausgeliehen", "Laptop 1", "Pfand", "Unterschrift", "An der Theke, noch nicht ausgeliehen")  # fmt: skip
    walk.scan(walk.thing("Laptop 1"), Seen.SET_ASIDE_MINE, visit=True)
    walk.see("Scanned again, it says the same.", "Liegt für Sie bereit, es fehlt noch:", "Laptop 1")
    walk.scan(walk.card("Jonas Probe"), Seen.STAFF_CARD, visit=True)
    walk.see("Somebody from the desk scans a staff card.", "PIN eingeben")
    walk.enter_pin(walk.pin("Jonas Probe"))
    walk.see("The PIN completes it. The visit stays.", "Alles erledigt, jetzt ausgeliehen", "Laptop 1", gone="noch nicht ausgeliehen")


def another_card(walk: Walk) -> None:
    """Other people's things, and another card"""
    walk.scan(walk.thing("Laptop 2"), Seen.FREE, visit=True)
    walk.wait("Noch nicht ausgeliehen Laptop 2")
    walk.scan(walk.card("Ayşe Deneme"), Seen.CARD, visit=True)
    walk.see("Another card closes the visit before it and opens its own.", "Für wen", "A. D.", gone="D. V.")
    walk.press("1")
    walk.wait("Guten Tag, A. D.")
    walk.scan(walk.thing("Laptop 2"), Seen.SET_ASIDE, visit=True)
    walk.see("What waits for somebody else is kept, and nobody says for whom.", "Liegt an der Theke bereit", "Laptop 2", gone="D. V.")
    walk.scan(walk.thing("Laptop 1"), Seen.OUT, visit=True)
    walk.see("What somebody else had is given back, then offered.", "Zurückgegeben. Jetzt frei.", "Laptop 1", "7 Selbst", gone="D. V.")
    walk.press("5")
    walk.wait("Jetzt die Dinge scannen", gone="Jetzt frei")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT, visit=True)
    walk.wait("Zurückgegeben. Jetzt frei. Mini-Beamer 1")
    walk.press("7")
    walk.see("Key 7 takes it.", "Ausgeliehen Mini-Beamer 1", "für A. D.")


def refused(walk: Walk) -> None:
    """What stays in the house"""
    walk.scan(walk.thing("Drucker A3"), Seen.CANNOT_LEAVE, visit=True)
    walk.see("Why, what next, whom to ask.", "Das geht gerade nicht", "Drucker A3", "Das bleibt im Haus.")
    walk.scan(walk.thing("Waffeleisen 3"), Seen.FREE, visit=True)
    walk.see("The electrical test has run out: set aside.", "Noch nicht ausgeliehen", "Waffeleisen 3", "elektrische Prüfung")
    walk.press("2")
    walk.see("Key 2: rather not.", "Nicht mehr zurückgelegt", "Waffeleisen 3")
    walk.scan(walk.place("Regal 2 Ton und Licht"), Seen.PLACE, visit=True)
    walk.see("The label of a shelf shows the shelf; the visit stays.", "Regal 2 Ton und Licht", "Hier gehört hin:")
    walk.scan(walk.place("Saal A"), Seen.ROOM, visit=True)
    walk.see("A room.", "Raum", "Saal A")
    walk.scan(NOBODYS, Seen.UNKNOWN, visit=True)
    walk.see("A number that nothing bears.", "Das geht gerade nicht", "Diese Nummer kennen wir nicht")
    walk.press("9")
    walk.wait("Bitte scannen")


def without_visit(walk: Walk) -> None:
    """Without a card"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT)
    walk.see("Giving back needs no card.", "Zurückgegeben. Danke!", "Mini-Beamer 1", "Ist alles in Ordnung?")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.JUST_BACK)
    walk.see("Scanned again at once: it is shown, and no card lends it by mistake.", "Gerade zurückgekommen", "Mini-Beamer 1")
    walk.scan(walk.thing("Tablet 1"), Seen.FREE)
    walk.see("A free thing: what it is, where it belongs, for how long.", "Das ist:", "Tablet 1", "Frei. Bis zu 14 Tage.", "Karte scannen")
    walk.scan(walk.card("Ines Kleinmuster"), Seen.CARD)
    walk.wait("Für wen")
    walk.press("1")
    walk.see("A card within 30 seconds lends it.", "Ausgeliehen", "Tablet 1", "für I. K.")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.JUST_BACK, visit=True)
    walk.see("In a visit, what just came back is lent.", "Ausgeliehen", "Mini-Beamer 1")
    walk.press("9")
    walk.wait("Bitte scannen")
    walk.scan(walk.thing("Laptop 2"), Seen.SET_ASIDE)
    walk.see("Set aside for somebody.", "Liegt an der Theke bereit", "Laptop 2")
    walk.scan(walk.thing("Kamerastativ 1"), Seen.CANNOT_LEAVE)
    walk.see("Broken things say so.", "Das geht gerade nicht", "Kamerastativ 1")
    walk.scan(walk.place("Nähzimmer"), Seen.ROOM)
    walk.see("A room.", "Raum", "Nähzimmer")
    walk.scan(walk.place("Nähschrank"), Seen.PLACE)
    walk.see("A shelf.", "Ort", "Nähschrank")
    walk.scan(walk.thing("Tablet 2")[:-1] + "0", Seen.UNKNOWN)
    walk.see("A label that was read wrong.", "Das war nicht richtig zu lesen.")
    walk.scan(walk.card("Viktor Muster"), Seen.CARD)
    walk.wait("Für wen")
    walk.press("1")
    walk.wait("Guten Tag, V. M.")
    walk.scan(walk.thing("Tablet 2"), Seen.FREE, visit=True)
    walk.see("Somebody who may not borrow at the moment.", "Ausleihen ist für Sie gesperrt bis")
    walk.press("9")
    walk.wait("Bitte scannen")


def staff_desk(walk: Walk) -> None:
    """The staff desk"""
    walk.scan(walk.card("Leyla Örnek"), Seen.STAFF_CARD)
    walk.wait("PIN eingeben")
    pin = walk.pin("Leyla Örnek")
    walk.enter_pin(pin[:-1] + str((int(pin[-1]) + 1) % 10))
    walk.see("A wrong PIN says how often it may still be wrong.", "Die PIN stimmt nicht.")
    walk.enter_pin(pin)
    walk.see("Nine things to do.", "Theke: L. Ö.", "Wer hat was", "Inventur")
    walk.public = False
    for key, says, texts in (
        ("1", "Today.", ("Heute",)),
        ("4", "Who has what: staff see initials and association.", ("Wer hat was", "Tablet 1")),
        ("7", "What is set aside, and what is missing.", ("Zurückgelegt", "Laptop 2")),
        ("6", "Nothing is overdue.", ("Überfällig", "Hier ist nichts.")),
    ):
        walk.press(key)
        walk.see(says, *texts, gone="Theke:")
        walk.press("9")
        walk.wait("Theke: L. Ö.")
    walk.press("5")
    walk.see("What came back and nobody of the team has looked at.", "Rückgaben prüfen", "Laptop 1", gone="Theke:")
    walk.scan(walk.thing("Laptop 1"))
    walk.see("Scanned: the same question, and now the answer is the team's.", "Ist alles in Ordnung?", "Laptop 1", "Alles gut")
    walk.press("1")
    walk.wait("Rückgaben prüfen", gone="Laptop 1")
    walk.press("9")
    walk.wait("Theke: L. Ö.")


def audit(walk: Walk) -> None:
    """A shelf, audited without touching a key"""
    walk.press("8")
    walk.see("Open.", "Den Aufkleber des Ortes scannen", gone="Theke:")
    walk.scan(walk.place("Regal 5 Spiele"))
    walk.see("The place opens it.", "Inventur:", "Regal 5 Spiele", "0 gescannt, 8 gehören hierher")
    for n, name in enumerate(("Spielekiste 1", "Spielekiste 2", "Tischkicker klappbar", "Wikinger-Schach 1"), 1):
        walk.scan(walk.thing(name))
        walk.wait(name, f"{n} gescannt")
    walk.see("Four things scanned.", "Gesehen", "Wikinger-Schach 1", "4 gescannt")
    walk.scan(walk.thing("Wikinger-Schach 1"))
    walk.see("The same again counts once.", "Schon gezählt", "Wikinger-Schach 1")
    walk.scan(walk.thing("Megafon 1"))
    walk.see("A stray thing.", "Gehört woanders hin", "Megafon 1")
    walk.scan(NOBODYS)
    walk.see("A label that nobody knows is kept for the report.", "Unbekannt")
    walk.scan(walk.thing("Tablet 1"))
    walk.see("Lent, and yet here.", "Verliehen, aber hier", "Tablet 1")
    walk.press("1")
    walk.see("Closed: what must be looked at comes first.", "Regal 5 Spiele", "Fehlt", "Spielekiste 3", "Nichts wird umgebucht", gone="Weiter scannen")


def settle(walk: Walk) -> None:
    """A yes to two findings, and lost things that turn up"""
    for name in ("Gartenschach", "Spielekiste 3"):
        walk.wait(name, "Nichts wird umgebucht")
        walk.press(_digit_of(walk, name))
        walk.see(f"{name}: missing, one yes at a time.", name, "Als vermisst eintragen")
        walk.press("1")
        walk.wait("Nichts wird umgebucht", "erledigt")
    walk.see("Both are settled; the rest stays as it was.", "Nichts wird umgebucht", "Fehlt", "erledigt")
    walk.press("9")
    walk.wait("Theke: L. Ö.")
    walk.press("9")
    walk.public = True
    walk.see("Signed out.", "Bitte scannen", gone="L. Ö.")
    walk.scan(walk.thing("Spielekiste 3"), Seen.LOST)
    walk.see("A lost thing is found by whoever scans it.", "Gefunden! Danke!", "Spielekiste 3")
    walk.scan(walk.card("Amira Mithal"), Seen.CARD)
    walk.wait("Für wen")
    walk.press("2")
    walk.wait("Guten Tag, A. M.")
    walk.scan(walk.thing("Gartenschach"), Seen.LOST, visit=True)
    walk.see("In a visit too; the next scan lends it.", "Gefunden! Danke!", "Gartenschach")


def english(walk: Walk) -> None:
    """The same in English"""
    walk.press("0")
    walk.see("Key 0, on every screen.", "Found! Thank you!", "Garden chess")
    walk.scan(walk.thing("Funkmikrofon 1"), Seen.FREE, visit=True)
    walk.see("Lent, in English.", "Lent to you", "until", "Just taken")
    walk.scan(walk.thing("Lastenrad"), Seen.FREE, visit=True)
    walk.see("Set aside, in English.", "Not lent yet", "a deposit", "At the desk, not lent yet")


def power_cut(walk: Walk) -> None:
    """The plug is pulled"""
    walk.later(60_000)
    walk.terminal.kill()
    walk.run(idle=10, countdown=5)
    walk.see("`kill -9` in the middle of the visit, and started again: home says what was noted last, and not by whom.",
             "Bitte scannen", "Zuletzt notiert", "Lastenrad", gone="A. M.")  # fmt: skip
    walk.scan(walk.card("Amira Mithal"), Seen.CARD)
    walk.wait("Für wen")
    walk.press("2")
    walk.see("Everything that was shown is there.", "Guten Tag, A. M.", "Funkmikrofon 1", "Lastenrad")


def idle(walk: Walk) -> None:
    """Gone without a word"""
    walk.see("Nobody touches anything (45 s, here 10): a countdown.", "Eine Taste drücken, um zu bleiben.")
    walk.press("Space")
    walk.wait("Guten Tag, A. M.", gone="um zu bleiben")
    walk.see("Any key would have stopped it, as this one did. Then nobody comes, and the kiosk forgets.",
             "Bitte scannen", gone="A. M.")  # fmt: skip


PARTS: tuple[Callable[[Walk], None], ...] = (
    home, three_things, earlier, give_back, longer, set_aside, another_card, refused, without_visit, staff_desk,
    audit, settle, english, power_cut, idle,
)  # fmt: skip
"""In this order; each begins where the one before ended."""


def walk_through(walk: Walk) -> None:
    """Make the house, start the kiosk, and walk all of it."""
    walk.begin()
    walk.run()
    for part in PARTS:
        walk.part = (part.__doc__ or "").strip()
        part(walk)


def _digit_of(walk: Walk, name: str) -> str:
    """The digit that stands before a line of the list, turning pages until it is there."""
    for line in walk.terminal.screen().splitlines():
        if name in line:
            return line.split()[0]
    raise AssertionError(name)
