"""What every screen of the kiosk is: a head, a body, a row of targets; it composes, shows, and forgets."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from kiosk.widgets.choice import Bar, Choice, Option
from kiosk.widgets.pages import Pages
from kiosk.widgets.rows import Rows
from kiosk.widgets.text import Text
from kiosk.work import at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from kiosk.desk import Desk
    from kiosk.i18n import Words
    from kiosk.sound import Tone
    from kiosk.visit import Present
    from kiosk.widgets.result import Answer

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

LANGUAGE_KEY = "f2"
"""Changes the language where digits are typed; 0 does everywhere else."""


class Kiosk(Protocol):
    """What a screen may ask of the application."""

    words: Words
    present: Present
    house_name: str
    printer: str
    """The device of the receipt printer; empty: none."""

    @property
    def desk(self) -> Desk:
        """The counter."""
        ...

    async def do(self, action: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in the writer thread; its first argument, the store, is put in."""
        ...

    async def with_keys(
        self, action: Callable[Concatenate[Any, Any, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that needs the keys of the cards as well."""
        ...

    async def go(self, mode: str, view: object = None) -> None:
        """Show another screen."""
        ...

    async def leave(self) -> None:
        """Forget everybody and go home."""
        ...

    async def went_wrong(self, error: Exception) -> None:
        """Show an error."""
        ...

    def showing(self) -> KioskScreen[Any] | None:
        """The screen that is shown."""
        ...

    def new_act(self) -> bytes:
        """Make the id of a command, where the person stands."""
        ...

    def play(self, tone: Tone | None) -> None:
        """Make a sound."""
        ...

    def other_language(self) -> str:
        """What the target that changes the language is called."""
        ...

    async def change_language(self) -> None:
        """Change to the next language, or let the person choose one of many."""
        ...


class Head(Horizontal):
    """House on the left, who is here on the right."""

    def compose(self) -> list[Text]:
        """Make both."""
        return [Text(classes="left"), Text(classes="right")]

    def say(self, left: str, right: str) -> None:
        """Show both."""
        self.query_one(".left", Text).say(left)
        self.query_one(".right", Text).say(right)


class KioskScreen(Screen[None], Generic[V], inherit_bindings=False):
    """A screen that shows one value `V` at a time, in the language of now, and can forget it."""

    AUTO_FOCUS: ClassVar[str | None] = ""
    PLACES: ClassVar[int] = 5
    """How many choices there can be at a time, without the language."""
    TYPES_DIGITS: ClassVar[bool] = False
    """Digits are typed here and do not choose."""

    def __init__(self) -> None:
        super().__init__()
        self.view: V | None = None
        self.ready = asyncio.Event()
        """Set once the widgets are there; a screen shown for the first time composes after the switch."""

    @property
    def kiosk(self) -> Kiosk:
        """The application, as far as a screen may know it."""
        return cast("Kiosk", self.app)

    @property
    def words(self) -> Words:
        """The texts in the language of now."""
        return self.kiosk.words

    def compose(self) -> ComposeResult:
        """Lay out head, body and targets."""
        yield Head()
        with Vertical(id="body"):
            yield from self.body()
        yield Bar(id="bar", places=self.PLACES)
        yield Text(id="stay")

    @abstractmethod
    def body(self) -> Sequence[Widget]:
        """The widgets between head and targets."""

    @abstractmethod
    def fill(self, view: V) -> None:
        """Put the value into the widgets."""

    def options(self, view: V) -> Sequence[Option]:
        """What can be chosen now, without the language."""
        del view
        return ()

    async def chosen(self, does: str) -> None:
        """Do what was chosen."""

    def right_head(self) -> str:
        """Who is here, as far as others may read it."""
        present = self.kiosk.present
        if present.visit is not None:
            return present.visit.person.initials
        if present.staff is not None and present.staff.person is not None:
            whom = self.words("staff.title", whom=present.staff.person.initials)
            return " · ".join(part for part in (self._apart(), whom) if part)
        return ""

    def _apart(self) -> str:
        """What staff should know of this machine on every page; nothing if all is well."""
        if self.kiosk.present.together is None:
            return ""
        from kiosk.together import short  # noqa: PLC0415 - visitors come first

        return short(self.words, self.kiosk.present.together)

    def show(self, view: V) -> None:
        """Show a value."""
        self.view = view
        self.paint()

    def paint(self) -> None:
        """Show the value again, in the language of now."""
        if self.view is None:
            return
        self.query_one(Head).say(self.kiosk.house_name, self.right_head())
        self.fill(self.view)
        self.offer()

    @property
    def patience_s(self) -> float | None:
        """Seconds of quiet after which everybody is forgotten; None where the usual ones hold."""
        return None

    @property
    def waits(self) -> bool:
        """What is shown may change by itself: `look_again` is called each second."""
        return False

    def look(self) -> None:
        """See whether what is waited for has come; nothing for nearly every screen."""
        if self.waits:
            self._look()

    @at_work
    async def _look(self) -> None:
        if self.waits and self.kiosk.showing() is self:  # somebody may have gone on meanwhile
            await self.look_again()

    async def look_again(self) -> None:
        """Show it, if it has."""

    @property
    def types_digits(self) -> bool:
        """Digits are typed now and do not choose."""
        return self.TYPES_DIGITS

    def offer(self) -> None:
        """Show what can be chosen now."""
        if self.view is None:
            return
        language = Option("F2" if self.types_digits else "0", self.kiosk.other_language(), "language")
        self.query_one("#bar", Bar).offer(self.options(self.view), language)

    def forget(self) -> None:
        """Hold nothing of anybody any more, neither in values nor in widgets."""
        self.view = None
        for pages in self.query(Pages):
            pages.forget()
        for rows in self.query(Rows):
            rows.forget()
        from textual.widgets import Input  # noqa: PLC0415 - home has none and comes first

        for field in self.query(Input):
            field.value = ""
        for text in self.query(Text):
            text.hush()
        for choice in self.query(Choice):
            choice.offer(None)

    def say_refusal(self, answer: Answer) -> bool:
        """Say here why something was refused; false if this screen has no place for it."""
        places = self.query("#said").results(Text)
        for place in places:
            place.say(" ".join(answer.lines))
            return True
        return False

    def count_down(self, text: str | None) -> None:
        """Show how long the kiosk still waits in the place of the targets, or take it away."""
        for stay in self.query("#stay").results(Text):  # none while the application ends
            stay.say(text or "")
            stay.display = text is not None
        for bar in self.query("#bar").results(Bar):
            bar.display = text is None

    def on_mount(self) -> None:
        """Begin without a countdown; home has something to say already."""
        self.query_one("#stay", Text).display = False
        self.paint()
        self.ready.set()

    async def took_scan(self, text: str) -> bool:
        """Whether this screen used a scan itself; a stock-take does."""
        del text
        return False

    async def on_choice_chosen(self, message: Choice.Chosen) -> None:
        """Somebody touched a target."""
        message.stop()
        self._choose(message.does)

    def on_key(self, event: events.Key) -> None:
        """A digit chooses what bears it."""
        if event.key == LANGUAGE_KEY:
            event.stop()
            self._choose("language")
        elif event.key == "escape":
            event.stop()
            self._escape()
        elif event.character and event.character in "0123456789" and not self.TYPES_DIGITS:
            event.stop()
            for choice in self.query(Choice):
                if choice.display and choice.option and choice.option.digit == event.character:
                    self._choose(choice.option.does)

    def _escape(self) -> None:
        """Escape does what the target for going back does."""
        for choice in self.query(Choice):
            if choice.display and choice.option and choice.option.does in ("back", "out", "end"):
                self._choose(choice.option.does)

    @at_work
    async def _choose(self, does: str) -> None:
        if does == "language":
            await self.kiosk.change_language()
        else:
            await self.chosen(does)

    async def went_wrong(self, error: Exception) -> None:
        """Hand errors of this screen's workers to the application."""
        await self.kiosk.went_wrong(error)
