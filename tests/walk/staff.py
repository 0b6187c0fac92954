"""The walk, second half: the staff desk, and a shelf audited by scanning it."""

from __future__ import annotations

from sharing.lending.scan_table import Seen
from tests.walk.walk import NOBODYS, Walk


def staff_desk(walk: Walk) -> None:
    """The staff desk"""
    walk.scan(walk.card("Leyla Örnek"), Seen.STAFF_CARD)
    walk.wait("PIN eingeben")
    pin = walk.pin("Leyla Örnek")
    walk.enter_pin(pin[:-1] + str((int(pin[-1]) + 1) % 10))
    walk.see("A wrong PIN says how often it may still be wrong.", "Die PIN stimmt nicht.")
    walk.enter_pin(pin)
    walk.see("Nine things to do.", "Theke: L. Ö. | Wer hat was | Inventur")
    walk.public = False
    for key, says, texts in (
        ("1", "Today.", "Heute"),
        ("4", "Who has what: with names, because only staff look here.", "Wer hat was | Tablet 1"),
        ("7", "What is set aside, and what is missing.", "Liegt bereit | Laptop 2"),
        ("6", "Nothing is overdue.", "Überfällig | Hier ist nichts."),
    ):
        walk.press(key)
        walk.see(says, texts, gone="Abmelden")
        walk.press("9")
        walk.wait("Theke: L. Ö. | Abmelden")
    walk.press("5")
    walk.see(
        "What came back and nobody of the team has looked at.", "Rückgaben prüfen | Laptop 1", gone="Abmelden"
    )
    walk.scan(walk.thing("Laptop 1"))
    walk.see(
        "Scanned: the same question, and now the answer is the team's.",
        "Ist alles in Ordnung? | Laptop 1 | Alles gut",
    )
    walk.press("1")
    walk.wait("Rückgaben prüfen", gone="Laptop 1")
    walk.press("9")
    walk.wait("Theke: L. Ö. | Abmelden")


def audit(walk: Walk) -> None:
    """A shelf, audited without touching a key"""
    walk.press("8")
    walk.see("Open.", "Den Aufkleber des Ortes scannen", gone="Abmelden")
    walk.scan(walk.place("Regal 5 Spiele"))
    walk.see("The place opens it.", "Inventur: | Regal 5 Spiele | 0 von 8 gesehen")
    here = ("Spielekiste 1", "Spielekiste 2", "Tischkicker klappbar", "Wikinger-Schach 1")
    for n, name in enumerate(here, 1):
        walk.scan(walk.thing(name))
        walk.wait(f"{name} | {n} von 8 gesehen")
    walk.see("Four things scanned.", "Gesehen | Wikinger-Schach 1 | 4 von 8 gesehen")
    walk.scan(walk.thing("Wikinger-Schach 1"))
    walk.see("The same again counts once.", "Schon gezählt | Wikinger-Schach 1")
    walk.scan(walk.thing("Megafon 1"))
    walk.see("A stray thing.", "Gehört woanders hin | Megafon 1")
    walk.scan(NOBODYS)
    walk.see("A label that nobody knows is kept for the report.", "Unbekannt")
    walk.scan(walk.thing("Tablet 1"))
    walk.see("Lent, and yet here.", "Verliehen, aber hier | Tablet 1")
    walk.press("1")
    walk.see(
        "Closed: what must be looked at comes first.",
        "Regal 5 Spiele | Fehlt | Spielekiste 3 | Nichts wird umgebucht",
        gone="Weiter scannen",
    )


def settle(walk: Walk) -> None:
    """A yes to two findings, and lost things that turn up"""
    for name in ("Gartenschach", "Spielekiste 3"):
        walk.wait(f"{name} | Nichts wird umgebucht")
        walk.press(_digit_of(walk, name))
        walk.see(f"{name}: missing, one yes at a time.", f"{name} | Als vermisst eintragen")
        walk.press("1")
        walk.wait("Nichts wird umgebucht | erledigt")
    walk.see("Both are settled; the rest stays as it was.", "Nichts wird umgebucht | Fehlt | erledigt")
    walk.press("9")
    walk.wait("Theke: L. Ö. | Abmelden")
    walk.press("9")
    walk.wait("Wirklich abmelden?")
    walk.press("1")
    walk.public = True
    walk.see("Signed out.", "Bitte scannen", gone="L. Ö.")
    walk.scan(walk.thing("Spielekiste 3"), Seen.LOST)
    walk.see("A lost thing is found by whoever scans it.", "Gefunden! Danke! | Spielekiste 3")
    walk.scan(walk.card("Amira Mithal"), Seen.CARD)
    walk.wait("Guten Tag, A. M.")
    walk.scan(walk.thing("Gartenschach"), Seen.LOST, visit=True)
    walk.see("In a visit too; the next scan lends it.", "Gefunden! Danke! | Gartenschach")


def _digit_of(walk: Walk, name: str) -> str:
    """The digit that stands before a line of the list, turning pages until it is there."""
    for line in walk.terminal.screen().splitlines():
        if name in line:
            return line.split()[0]
    raise AssertionError(name)
