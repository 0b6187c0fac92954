"""Register a person: the few things a loan needs, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from kiosk import facts
from kiosk.screens.fields import TypingScreen
from kiosk.screens.person import PersonView
from kiosk.sound import Tone
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.field import Field
from kiosk.widgets.text import Text
from sharing.people.actions import RegisterPerson, register_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

FIELDS = ("name", "contact", "guardian")
YES_NO = {True: "person.yes", False: "person.no"}


@dataclass(frozen=True, slots=True)
class RegisterView:
    """What was said yes to."""

    adult: bool = True
    accepted: bool = False
    identity: bool = False


class RegisterScreen(TypingScreen[RegisterView]):
    """Three fields and three questions; no birth date, no number of a document."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def body(self) -> Sequence[Widget]:
        """The form."""
        fields = [Field(id=name, most=200, chooses=False) for name in FIELDS]
        return [Text(id="title", classes="big"), *fields, Bar(id="answers"), Text(id="said")]

    def fill(self, view: RegisterView) -> None:
        """Name the fields; what was typed stays."""
        words = self.words
        self.query_one("#title", Text).say(words("person.new"))
        self.query_one("#said", Text).say(words("person.enter"))
        for name in FIELDS:
            self.query_one(f"#{name}", Input).placeholder = words(f"person.{name}")
        self.query_one("#guardian", Input).display = not view.adult

    def show(self, view: RegisterView) -> None:
        """Begin with the name."""
        for field in self.query(Input):
            field.value = ""
        super().show(view)
        self.set_focus(self.query_one("#name", Input))

    @property
    def _is_typed(self) -> bool:
        """Whether something would be lost."""
        return any(field.value.strip() for field in self.query(Input))

    def options(self, view: RegisterView) -> Sequence[Option]:
        """Save or leave; in a field, where the keys for it are typed, how to get out of it."""
        del view
        words = self.words
        if self.types_digits:
            return [Option("Enter", words("common.on"), "on"), Option("Esc", words("common.typed"), "leave")]
        back = Option("9", words("person.drop" if self._is_typed else "common.back"), "back")
        return [Option("7", words("common.save"), "save"), Option("6", words("common.type"), "type"), back]

    def offer(self) -> None:
        """Offer the answers with their digits, or without; and say how to leave a field."""
        super().offer()
        view, words, typing = self.view, self.words, self.types_digits
        if view is None:
            return
        self.query_one("#said", Text).say(words("person.enter") if typing else "")
        answers = (
            ("1", "adult", view.adult),
            ("2", "accepted", view.accepted),
            ("3", "identity", view.identity),
        )
        self.query_one("#answers", Bar).offer([
            Option(
                "" if typing else digit, f"{words(f'person.{name}')}: {words(YES_NO[yes])}", f"flip:{name}"
            )
            for digit, name, yes in answers
        ])  # fmt: skip

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; after the last field digits choose."""
        event.stop()
        self._next_field()

    def _next_field(self) -> None:
        fields = [field for field in self.query(Input) if field.display]
        place = fields.index(self.focused) + 1 if isinstance(self.focused, Input) else 0
        self.set_focus(fields[place] if place < len(fields) else None)

    async def took_scan(self, text: str) -> bool:
        """Whatever is scanned waits until what was typed is saved or given up."""
        del text
        typed = self._is_typed
        if typed:
            self.kiosk.play(Tone.NO)
            self.query_one("#said", Text).say(self.words("person.typed_first"))
        return typed

    async def chosen(self, does: str) -> None:
        """Answer, save or leave."""
        if self.view is None or does == "back":
            await self.kiosk.desk.staff.open("persons")
        elif does in ("on", "type"):
            self._next_field()
        elif does == "leave":
            self.leave_field()
        elif does.startswith("flip:"):
            name = does.removeprefix("flip:")
            self.view = replace(self.view, **{name: not getattr(self.view, name)})
            self.paint()
        elif does == "save":
            await self._save(self.view)

    async def _save(self, view: RegisterView) -> None:
        name, contact, guardian = (self.query_one(f"#{field}", Input).value for field in FIELDS)
        if not name.strip():
            self.kiosk.play(Tone.NO)
            self.query_one("#said", Text).say(self.words("person.needs_name"))
            return
        terms = (await self.kiosk.do(facts.at_start))[1]
        accepted = view.accepted
        command = RegisterPerson(
            act=self.kiosk.new_act(), name=name, contact=contact, language=self.words.language,
            adult=view.adult, guardian=None if view.adult else guardian, identity_checked=view.identity,
            terms_version=terms.terms_version if accepted else 0,
            privacy_version=terms.privacy_version if accepted else 0,
        )  # fmt: skip
        person = await self.kiosk.do(register_person, command, by=self.kiosk.desk.staff.person)
        self.kiosk.play(Tone.DONE)
        await self.kiosk.go("person", PersonView(person, (), terms, is_new=True))
