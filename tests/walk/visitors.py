"""The walk, first half: visitors, with a card and without one."""

from __future__ import annotations

from sharing.lending.scan_table import Seen
from tests.walk.walk import NOBODYS, Walk


def home(walk: Walk) -> None:
    """Home"""
    walk.see(
        "Nobody is there.",
        "Haus der Vereine Lindenhof | Bitte scannen | Zurückgeben: einfach das Ding scannen.",
    )


def three_things(walk: Walk) -> None:
    """A card, three things, and one of them undone"""
    walk.scan(walk.card("David Vorlage"), Seen.CARD)
    walk.see(
        "The card opens the visit. Initials, no name.",
        "Guten Tag, D. V. | Jetzt die Dinge scannen | Sie haben gerade nichts",
    )
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.FREE, visit=True)
    walk.see(
        "The first thing: one scan, and it is on disk. "
        "David may borrow for an association, so he is asked once.",
        "Für wen | Leinwand 2 m 1 ist ausgeliehen bis Montag, 8. Juni | privat | Filmwerkstatt",
    )
    walk.press("2")
    walk.see(
        "Until when, and for whom.",
        "Ausgeliehen | Leinwand 2 m 1 | bis Montag, 8. Juni | Gerade genommen | D. V. · Filmwerkstatt",
    )
    walk.scan(walk.thing("Kamerastativ 1"), Seen.FREE, visit=True)
    walk.wait("Ausgeliehen Kamerastativ 1")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.FREE, visit=True)
    walk.see("Three things took four scans.", "Ausgeliehen | Mini-Beamer 1 | Kamerastativ 1 | Leinwand 2 m 1")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT_MINE_NOW, visit=True)
    walk.see("Scanned once more: nothing changes.", "Das haben Sie schon | Mini-Beamer 1")
    walk.press("1")
    walk.see("Key 1 takes the last one back.", "Rückgängig gemacht | Mini-Beamer 1 | Kamerastativ 1")


def earlier(walk: Walk) -> None:
    """Bring it back earlier, and leave"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.FREE, visit=True)
    walk.wait("Ausgeliehen Mini-Beamer 1")
    walk.press("2")
    walk.see("Key 2 after a scan: an earlier day, when the desk is open.", "Wann bringen Sie es zurück?")
    walk.press("1")
    walk.see("Promised.", "Rückgabe früher | Mini-Beamer 1")
    walk.scan(walk.card("David Vorlage"), Seen.OWN_CARD, visit=True)
    walk.see(
        "The card once more ends the visit. Nothing of it stays on the screen.",
        "Bitte scannen | Alles notiert. Bis bald!",
        gone="D. V.",
    )


def give_back(walk: Walk) -> None:
    """Give back two, one of them broken"""
    walk.later(3_600_000)
    walk.scan(walk.card("David Vorlage"), Seen.CARD)
    walk.see(
        "An hour later: what he has, until when, and for whom.",
        "Guten Tag, D. V. | Bei Ihnen | Leinwand 2 m 1 | Kamerastativ 1",
    )
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.see(
        "Not to be kept longer yet, so it is given back. Where it belongs; whether it is all right.",
        "Zurückgegeben. Danke! | Ist alles in Ordnung? | Regal 1 Technik",
    )
    walk.press("1")
    walk.wait("Danke, notiert.")
    walk.scan(walk.thing("Kamerastativ 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.wait("Zurückgegeben. Danke! | Kamerastativ 1")
    walk.press("4")
    walk.see("Who wants may write a few words; Escape skips it.", "Was ist passiert?")
    walk.press("Escape")
    walk.see("“Kaputt” is no reproach.", "Danke fürs Sagen. Wir melden uns. | Kamerastativ 1")
    walk.scan(walk.thing("Leinwand 2 m 1"), Seen.BACK_IN_THIS_VISIT, visit=True)
    walk.see(
        "Given back in this visit: it is not lent again by mistake, only by key 2.",
        "Schon zurückgegeben | Leinwand 2 m 1 | Doch",
    )


def longer(walk: Walk) -> None:
    """Keep it longer"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT_MINE_BEFORE, visit=True)
    walk.see(
        "A thing from before that can be kept longer is a question.",
        "Zurückgeben oder verlängern? | Mini-Beamer 1 | Verlängern bis",
    )
    walk.press("2")
    walk.see("Key 2 keeps it longer.", "Verlängert | Mini-Beamer 1 | bis")


def set_aside(walk: Walk) -> None:
    """Set aside, and completed by staff"""
    walk.scan(walk.thing("Laptop 1"), Seen.FREE, visit=True)
    walk.see(
        "A deposit and a signature are missing: nothing is lent; what is needed, and who can do it.",
        "Noch nicht ausgeliehen | Laptop 1 | Pfand | Unterschrift | An der Theke, noch nicht ausgeliehen",
    )
    walk.scan(walk.thing("Laptop 1"), Seen.SET_ASIDE_MINE, visit=True)
    walk.see("Scanned again, it says the same.", "Liegt für Sie bereit, es fehlt noch: | Laptop 1")
    walk.scan(walk.card("Jonas Probe"), Seen.STAFF_CARD, visit=True)
    walk.see("Somebody from the desk scans a staff card.", "PIN eingeben")
    walk.enter_pin(walk.pin("Jonas Probe"))
    walk.see(
        "What has to be confirmed, the deposit with its sum.",
        "Laptop 1 | Pfand 80,00 € erhalten? Unterschrift da? | Wieder ins Regal",
    )
    walk.press("1")
    walk.see("Confirmed, and lent. The visit stays.", "Ausgeliehen | Laptop 1", gone="noch nicht ausgeliehen")


def another_card(walk: Walk) -> None:
    """Other people's things, and another card"""
    walk.scan(walk.thing("Laptop 2"), Seen.FREE, visit=True)
    walk.wait("Noch nicht ausgeliehen Laptop 2")
    walk.scan(walk.card("Ayşe Deneme"), Seen.CARD, visit=True)
    walk.see("Another card closes the visit before it and opens its own.", "Guten Tag, A. D.", gone="D. V.")
    walk.scan(walk.thing("Laptop 2"), Seen.SET_ASIDE, visit=True)
    walk.see(
        "What waits for somebody else is kept, and nobody says for whom.",
        "Liegt an der Theke bereit | Laptop 2",
        gone="D. V.",
    )
    walk.scan(walk.thing("Laptop 1"), Seen.OUT, visit=True)
    walk.see(
        "What somebody else had is given back, then offered.",
        "Zurückgegeben. Jetzt frei. | Laptop 1 | 7 Selbst",
        gone="D. V.",
    )
    walk.press("9")
    walk.wait("Jetzt die Dinge scannen", gone="Jetzt frei")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT, visit=True)
    walk.wait("Zurückgegeben. Jetzt frei. Mini-Beamer 1")
    walk.press("7")
    walk.wait("Für wen | Mini-Beamer 1 ist ausgeliehen")
    walk.press("1")
    walk.see("Key 7 takes it.", "Ausgeliehen Mini-Beamer 1 | für A. D.")


def refused(walk: Walk) -> None:
    """What stays in the house"""
    walk.scan(walk.thing("Drucker A3"), Seen.CANNOT_LEAVE, visit=True)
    walk.see("Why, what next, whom to ask.", "Das geht gerade nicht | Drucker A3 | Das bleibt im Haus.")
    walk.scan(walk.thing("Waffeleisen 3"), Seen.FREE, visit=True)
    walk.see(
        "The electrical test has run out: set aside.",
        "Noch nicht ausgeliehen | Waffeleisen 3 | elektrische Prüfung",
    )
    walk.press("2")
    walk.see("Key 2: rather not.", "Bitte wieder an seinen Platz | Waffeleisen 3")
    walk.scan(walk.place("Regal 2 Ton und Licht"), Seen.PLACE, visit=True)
    walk.see(
        "The label of a shelf shows the shelf; the visit stays.", "Regal 2 Ton und Licht | Hier gehört hin:"
    )
    walk.scan(walk.place("Saal A"), Seen.ROOM, visit=True)
    walk.see("A room: how it stands; to book it, one key.", "Saal A | Frei bis | Das kommt")
    walk.scan(NOBODYS, Seen.UNKNOWN, visit=True)
    walk.see("A number that nothing bears.", "Das geht gerade nicht | Diese Nummer kennen wir nicht")
    walk.press("9")
    walk.wait("Bitte scannen")


def without_visit(walk: Walk) -> None:
    """Without a card"""
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.OUT)
    walk.see("Giving back needs no card.", "Zurückgegeben. Danke! | Mini-Beamer 1 | Ist alles in Ordnung?")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.JUST_BACK)
    walk.see(
        "Scanned again at once: it is shown, and no card lends it by mistake.",
        "Gerade zurückgekommen | Mini-Beamer 1",
    )
    walk.scan(walk.thing("Tablet 1"), Seen.FREE)
    walk.see(
        "A free thing: what it is, where it belongs, for how long.",
        "Das ist: | Tablet 1 | Frei. Bis zu 14 Tage. | Karte scannen",
    )
    walk.scan(walk.card("Ines Kleinmuster"), Seen.CARD)
    walk.wait("Für wen | Tablet 1 ist ausgeliehen")
    walk.press("1")
    walk.see("A card within 30 seconds lends it.", "Ausgeliehen | Tablet 1 | für I. K.")
    walk.scan(walk.thing("Mini-Beamer 1"), Seen.JUST_BACK, visit=True)
    walk.see("In a visit, what just came back is lent.", "Ausgeliehen | Mini-Beamer 1")
    walk.press("9")
    walk.wait("Bitte scannen")
    walk.scan(walk.thing("Laptop 2"), Seen.SET_ASIDE)
    walk.see("Set aside for somebody.", "Liegt an der Theke bereit | Laptop 2")
    walk.scan(walk.thing("Kamerastativ 1"), Seen.CANNOT_LEAVE)
    walk.see("Broken things say so.", "Das geht gerade nicht | Kamerastativ 1")
    walk.scan(walk.place("Nähzimmer"), Seen.ROOM)
    walk.see("A room: a card would book it.", "Nähzimmer | Frei bis | Karte scannen")
    walk.scan(walk.place("Nähschrank"), Seen.PLACE)
    walk.see("A shelf.", "Ort | Nähschrank")
    code = walk.thing("Tablet 2")
    walk.scan(f"{code[:-1]}{(int(code[-1]) + 1) % 10}", Seen.UNKNOWN)
    walk.see("A label that was read wrong.", "Das war nicht richtig zu lesen.")
    walk.scan(walk.card("Viktor Muster"), Seen.CARD)
    walk.see(
        "Somebody who may not borrow at the moment hears it with the card.",
        "Guten Tag, V. M. | Ausleihen ist für Sie gesperrt bis | Zurückgeben geht immer",
    )
    walk.scan(walk.thing("Tablet 2"), Seen.FREE, visit=True)
    walk.wait("Das geht gerade nicht | Tablet 2 | Ausleihen ist für Sie gesperrt bis")
    walk.press("9")
    walk.wait("Bitte scannen")
