"""A fault of the program where nothing catches it: the kiosk ends with a sentence, and shows no values."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.i18n import Words
from sharing.house import House
from tests.walk.terminal import Terminal

FAULTY = """
from kiosk.screens.home import HomeScreen

def on_key(self, event):
    whose = "Petra Beispiel"
    raise ZeroDivisionError("a planted fault")

HomeScreen.on_key = on_key
from kiosk.cli.main import main
main()
"""


def test_a_fault_while_a_key_is_handled_is_a_sentence_on_the_terminal_and_lies_in_the_log(
    house: House, tmp_path: Path
) -> None:
    words, terminal = Words("de"), Terminal(tmp_path)
    kiosk = f"{sys.executable} -P -c '{FAULTY}' run --lang de; echo ended with $?; read -r _"
    terminal.run(["sh", "-c", kiosk], {"TEILHAUS_DATA": str(house.data)})
    terminal.wait_for(words("home.title"), "English")
    terminal.press("5")
    shown = terminal.wait_for("ended with 1")
    terminal.close()

    assert words("trouble.unexpected") in shown
    for part in ("Traceback", "ZeroDivisionError", "Petra", "home.py"):
        assert part not in shown
    written = (house.data / "log" / "teilhaus.log").read_text("utf-8")
    assert "a planted fault" in written
    assert "Petra" not in written
