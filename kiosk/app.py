"""The kiosk, declared: its screens, its themes, and what it is made of."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual import events
from textual.app import App

from devices.scanner import KeyBurst
from kiosk.busy import Occupied
from kiosk.i18n import Words, own_name
from kiosk.modes import SCREENS, lazy
from kiosk.scan_input import HeldKeys, ScannedText
from kiosk.sound import Bells, Silent, Sound, Tone
from kiosk.stylesheet import ParsedOnce
from kiosk.themes import LIGHT, THEMES
from kiosk.visit import Idle, Present
from kiosk.work import Writer, at_work
from sharing.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from config.settings import Settings
    from kiosk.desk import Desk
    from kiosk.scan_input import Outcome
    from kiosk.screens.base import KioskScreen
    from sharing.house import House

P = ParamSpec("P")
T = TypeVar("T")

QUIET_MS = 40
"""Silence is counted in pieces of this: a process that stood still has heard only one of them, and a
scanner's other keys, which wait in the terminal, come before the next."""


class KioskApp(App[int], inherit_bindings=False):
    """The application: fixed screens that stay, one visit at a time, one writer thread."""

    CSS_PATH = "kiosk.tcss"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "home"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {name: lazy(name) for name in SCREENS}

    def __init__(
        self,
        house: House | Callable[[], House],
        settings: Settings,
        *,
        seconds: Callable[[], float] = monotonic,
        sound: Sound | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            house: the open house, or what opens it once home is shown, which is sooner by its imports.
            settings: what is true of this machine.
            seconds: a clock that never goes back, for idle times only.
            sound: what is heard; bells, or nothing if the settings say so.
        """
        super().__init__()
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        kiosk = settings.kiosk
        self.seconds = seconds
        self.offered = kiosk.languages
        self.printer = kiosk.printer
        self.words = Words(self.offered[0])
        self.present = Present()
        self.house_name = ""
        self.idle = Idle(seconds(), quiet_s=kiosk.idle_seconds, countdown_s=kiosk.countdown_seconds)
        self.writer = Writer(house)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.set_reactive(App.theme, THEMES[kiosk.theme].name)
        self._sound = sound or (Bells(self) if kiosk.sound else Silent())
        self._keys = HeldKeys(KeyBurst(gap_ms=settings.scanner.gap_ms))
        self._key_number = 0
        self._screens: dict[str, KioskScreen[Any]] = {}
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """What happens at the counter; imported when the first person does something."""
        if self._desk is None:
            from kiosk.desk import Desk  # noqa: PLC0415 - not needed for the first text

            self._desk = Desk(self)
        return self._desk

    async def on_mount(self) -> None:
        """Show home, then read what it needs from the house."""
        self.set_interval(1.0, self.tick)
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for one in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(one, self.exit)
        self.begin()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Know our colours by name before a theme is read, and in the framework's own themes."""
        return LIGHT.variables

    def delay_update(self, delay: float = 0.05) -> None:
        """Paint at once; the framework would hold the screen back for 50 ms after each switch."""

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002 - the framework's signature
        """Read the style sheet once before the first screen, not twice."""
        if self._screens:
            super().refresh_css(animate)

    @property
    def fault(self) -> Exception | None:
        """What ended the application, if it was a fault outside all workers: in painting, or in a key."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without a word: the framework would print the values of a fault, and names are among them."""
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """Finish what was begun."""
        self.writer.close()

    @at_work
    async def begin(self) -> None:
        """Start at home, with what was noted last before the kiosk was started."""
        from kiosk.screens.home import HomeView  # noqa: PLC0415 - as above

        await self.go("home", HomeView())
        drawn = asyncio.Event()
        self.screen.call_after_refresh(drawn.set)
        await drawn.wait()  # or the first text would stand behind the import of the whole desk
        await self.desk.begin()

    async def on_event(self, event: events.Event) -> None:
        """Hold keys until it is clear whether a person or the scanner pressed them."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._key_number += 1
            await self._take(self._keys.key(event))
            if self._keys.holding:
                self._listen(self._key_number, self._keys.silence_ms)
            return
        if isinstance(event, events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self.touched()
        await super().on_event(event)

    def _listen(self, key_number: int, silence_ms: int) -> None:
        self.set_timer(QUIET_MS / 1000, lambda: self._quiet(key_number, silence_ms))

    async def _quiet(self, key_number: int, silence_ms: int) -> None:
        if key_number != self._key_number:
            return
        if silence_ms > 0:
            self._listen(key_number, silence_ms - QUIET_MS)
        else:
            await self._take(self._keys.wait_is_over())

    async def _take(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            counting = self.touched()
            if isinstance(outcome, ScannedText):
                self.scan(outcome.text)
            elif not counting:
                await super().on_event(outcome)

    @at_work
    async def scan(self, text: str) -> None:
        """Take a scan, after those before it."""
        await self.desk.scanned(text)

    def touched(self) -> bool:
        """Somebody is there; true if the countdown was showing, which this ends."""
        counting = self.idle.touched(self.seconds())
        if counting:
            self._count_down(None)
        return counting

    async def tick(self) -> None:
        """Count the quiet, and forget when it has lasted."""
        left, screen = self.idle.left(self.seconds()), self.showing()
        patience = screen.patience_s if screen is not None else None
        if self.current_mode == "home" and self.present.is_nobody and patience is None:
            if left is not None and self.words.language != self.offered[0]:
                self.speak(self.offered[0])
            if left is not None or self.words.language == self.offered[0]:
                self.idle.touched(self.seconds())
        elif left == 0 or (patience is not None and self.idle.is_quiet(self.seconds(), patience)):
            self.leave_now()
        else:
            self._count_down(left)

    def _count_down(self, left: int | None) -> None:
        screen = self.showing()
        if screen is not None:
            screen.count_down(None if left is None else self.words("common.stay", n=left))
            screen.look()

    @at_work
    async def leave_now(self) -> None:
        """Forget everybody because nobody is there any more."""
        await self.leave()

    # What screens may ask (screens.base.Kiosk)

    async def do(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in the writer thread."""
        return await self.writer.do(action, *args, **kwargs)

    async def with_keys(
        self, action: Callable[Concatenate[Any, Any, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that needs the keys of the cards as well."""
        return await self.writer.with_house(lambda house: action(house.store, house.keys, *args, **kwargs))

    def showing(self) -> KioskScreen[Any] | None:
        """The screen that is shown."""
        return self._screens.get(self.current_mode)

    def new_act(self) -> bytes:
        """Make the id of a command."""
        if self.writer.house is None:
            raise Busy
        return self.writer.house.store.new_act()

    async def go(self, mode: str, view: object = None) -> None:
        """Show another screen; its countdown, if one was showing, is gone."""
        with self.batch_update():  # or what the screen showed the last time would be painted first
            await self.switch_mode(mode)
            screen = cast("KioskScreen[Any]", self.screen)
            await screen.ready.wait()
            self._screens[mode] = screen
            screen.count_down(None)
            screen.show(view)

    async def leave(self) -> None:
        """Forget everybody and everything said, and go home."""
        from kiosk.farewell import farewell  # noqa: PLC0415 - as above

        screen = self._screens.get("visit")
        home = farewell(self.present.visit, screen.view if screen is not None else None, self.words)
        self.forget()
        self.words = Words(self.offered[0], self.words.zone)
        await self.go("home", home)

    def forget(self) -> None:
        """Hold nothing of anybody, in no screen."""
        if self.present.visit is not None:
            self.writer.soon(lambda house: Occupied(house.data).ends())
        self.present.forget()
        self.idle.touched(self.seconds())
        for screen in self._screens.values():
            screen.count_down(None)
            screen.forget()

    async def went_wrong(self, error: Exception) -> None:
        """Show an error where the person looks."""
        await self.desk.show_error(error)

    def play(self, tone: Tone | None) -> None:
        """Make a sound, or none."""
        if tone is not None:
            self._sound.play(tone)

    def other_language(self) -> str:
        """The other language by its own name, or the word for the choice among many."""
        if len(self.offered) > 2:  # noqa: PLR2004 - one to come from, one to go to
            return self.words("choose.language")
        return own_name(self._next_language())

    async def change_language(self) -> None:
        """Change to the next language, or show them all."""
        if len(self.offered) > 2:  # noqa: PLR2004 - as above
            await self.desk.questions.choose_language()
        else:
            self.speak(self._next_language())

    def speak(self, language: str) -> None:
        """Go on in another language, on every screen."""
        self.words = Words(language, self.words.zone)
        screen = self.showing()
        if screen is not None:
            screen.paint()

    def _next_language(self) -> str:
        place = self.offered.index(self.words.language)
        return self.offered[(place + 1) % len(self.offered)]
