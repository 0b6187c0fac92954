"""The door on a screen of its own: looks four times a second whether it has to say something else."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content

from kiosk.door.drawing import painted, waiting
from kiosk.door.telling import told
from kiosk.i18n import FIRST, Words, languages
from kiosk.themes import THEMES
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from devices.panels.state import RoomState
    from kiosk.door.drawing import Row
    from kiosk.door.watch import View, Watch

LOOK_S = 0.25


def speaking(wanted: Sequence[str], state: RoomState) -> tuple[Words, ...]:
    """Give the languages of a door: those wanted, else the house's first that is complete."""
    there = languages()
    tags = wanted or next(([one] for one in state.languages if one in there), [FIRST])
    return tuple(_words(tag, state.zone) for tag in tags)


@lru_cache(maxsize=8)
def _words(tag: str, zone: str) -> Words:
    return Words(tag, zone)


class DoorApp(App[None], inherit_bindings=False):
    """Shows one room; no key does anything but `q`, and that only for whoever may end it."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "end", show=False)]
    CSS = """
    Screen { background: $paper; color: $ink; overflow: hidden; layout: vertical; }
    #door { width: 100%; height: 100%; }
    """

    def __init__(
        self, watch: Watch, *, tags: Sequence[str] = (), theme: str = "dark", may_end: bool = True
    ) -> None:
        """Take what it shows.

        Args:
            watch: filled by the line.
            tags: one or two languages; empty: the first of the house.
            theme: one of `kiosk.themes.THEMES`.
            may_end: False where anybody can reach the keys.
        """
        super().__init__()
        self._watch, self._tags, self._look, self._may_end = watch, tuple(tags), theme, may_end
        self._drawn: tuple[Row, ...] = ()
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name

    def compose(self) -> ComposeResult:
        """One text that fills the screen."""
        yield Text(id="door")

    def on_mount(self) -> None:
        """Begin to look; whoever stops the program gets the terminal back as it was."""
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for one in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(one, self.exit)
        self.set_interval(LOOK_S, self.look)
        self.call_after_refresh(self.look)

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self.look()

    def action_end(self) -> None:
        """End, for whoever started it."""
        if self._may_end:
            self.exit()

    def look(self) -> None:
        """Draw what is true now, if it is not there already."""
        drawn = self.rows()
        if drawn == self._drawn:
            return
        self._drawn = drawn
        parts = [piece for row in drawn for piece in (*row, ("\n", "paper"))][:-1]
        self.query_one("#door", Text).update(
            Content.assemble(*((text, _style(ground)) for text, ground in parts))
        )

    def rows(self) -> tuple[Row, ...]:
        """Give what is to be seen at this moment, for the size there is."""
        view, (width, height) = self._watch.view(), self.size
        if view.state is None:
            words = _words((*self._tags, FIRST)[0], "UTC")
            return waiting(_why(words, view), width, height)
        said = told(view, view.state, speaking(self._tags, view.state))
        return painted(said, view.state, view.now, width, height)


def _why(words: Words, view: View) -> list[str]:
    """Say why nothing is shown yet, and what whoever set it up can do."""
    said = [words("door.gone" if view.is_gone else "door.waiting")]
    if view.trouble is not None:
        said += [words.why(view.trouble), words.next_step(view.trouble)]
    elif not view.is_linked:
        said += [words("door.no_link")]
    return said


def _style(ground: str) -> str:
    if ground in {"paper", "soft"}:
        return f"${'ink' if ground == 'paper' else ground} on $paper"
    bold = "bold " if ground in {"head", "good", "no", "aside", "key"} else ""
    return f"{bold}${ground}-ink on ${ground}"
