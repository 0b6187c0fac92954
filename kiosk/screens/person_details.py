"""What staff change about a person at the desk: name, contact, language, organisations, suspension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk import desk_people
from kiosk.i18n import languages, own_name
from kiosk.screens.choose import ChooseView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.people import actions as people
from sharing.people.actions import ChangePerson
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.i18n import Words
    from kiosk.screens.base import Kiosk
    from kiosk.screens.person import PersonView


@dataclass(frozen=True, slots=True)
class Details:
    """The questions about one person; each leads back to the person's page."""

    kiosk: Kiosk
    view: PersonView

    async def ask(self) -> None:
        """Ask what is to be different; each answer says how it is now."""
        asked = {
            "name": lambda: self._ask_text("name", self.view.person.name),
            "contact": lambda: self._ask_text("contact", self.view.person.contact),
            "language": self._ask_language,
            "organisations": self.ask_organisations,
            "suspension": self._ask_until,
        }

        async def picked(place: int) -> None:
            await list(asked.values())[place]()

        await self._choose(
            lambda words: words("person.change"),
            lambda words: [Listed(words(f"change.{part}"), self._now(words, part)) for part in asked],
            picked,
            self._back_to_person,
        )

    def _now(self, words: Words, part: str) -> str:
        """Say how it is now."""
        person = self.view.person
        if part == "suspension":
            until = person.suspended_until
            return (
                words("change.free") if until is None else words("person.suspended", when=words.until(until))
            )
        known = {
            "name": person.name,
            "contact": person.contact,
            "language": own_name(person.language) if person.language in languages() else person.language,
            "organisations": ", ".join(shown(one.organisation.name) for one in person.memberships),
        }
        return shown(known[part], limit=60) or "–"

    async def _ask_text(self, part: str, now: str) -> None:
        act = self.kiosk.new_act()

        async def written(text: str) -> None:
            changed: dict[str, Any] = {part: text}
            await self._do(people.change_person, ChangePerson(act=act, person=self._id, **changed))

        await self.kiosk.go("write", WriteView(
            lambda words: words(f"change.{part}"), written, self.ask, lambda _words: self._name, text=now,
        ))  # fmt: skip

    async def _ask_language(self) -> None:
        act, offered = self.kiosk.new_act(), languages()

        async def picked(place: int) -> None:
            await self._do(
                people.change_person, ChangePerson(act=act, person=self._id, language=offered[place])
            )

        await self._choose(
            lambda words: words("change.language"),
            lambda _words: [Listed(own_name(one)) for one in offered],
            picked,
            self.ask,
        )

    # Organisations

    async def ask_organisations(self) -> None:
        """Ask for whom the person may act: one more, or one less."""
        mine = [one.organisation for one in self.view.person.memberships]

        async def picked(place: int) -> None:
            if place == 0:
                await self._ask_organisation()
            else:
                await self._ask_to_end(mine[place - 1].id, mine[place - 1].name)

        def answers(words: Words) -> list[Listed]:
            ends = words("organisations.end")
            return [
                Listed(words("organisations.add")),
                *(Listed(shown(one.name, limit=60), ends) for one in mine),
            ]

        await self._choose(lambda words: words("change.organisations"), answers, picked, self._back_to_person)

    async def _ask_organisation(self) -> None:
        async def written(text: str) -> None:
            mine = {one.organisation.id for one in self.view.person.memberships}
            found = await self.kiosk.do(people.find_organisations, text)
            await self._offer_organisations([one for one in found if one.id not in mine])

        await self.kiosk.go("write", WriteView(
            lambda words: words("organisations.which"), written, self.ask_organisations,
            lambda _words: self._name, lambda words: words("organisations.part"), enters="common.search",
        ))  # fmt: skip

    async def _offer_organisations(self, found: list[Any]) -> None:
        act = self.kiosk.new_act()

        async def picked(place: int) -> None:
            await self._do(people.add_member, found[place].id, self._id, act=act)

        await self._choose(
            lambda words: words("organisations.which" if found else "organisations.none"),
            lambda _words: [Listed(shown(one.name, limit=60)) for one in found],
            picked,
            self._ask_organisation,
            lambda words: words("organisations.how_new"),
        )

    async def _ask_to_end(self, organisation: str, name: str) -> None:
        act = self.kiosk.new_act()

        async def picked(_place: int) -> None:
            await self._do(people.remove_member, organisation, self._id, act=act)

        await self._choose(
            lambda _words: shown(name, limit=60),
            lambda words: [Listed(words("organisations.end"))],
            picked,
            self.ask_organisations,
        )

    # Suspension

    async def _ask_until(self) -> None:
        """Ask until when the person may not borrow, or lift it."""
        act, ends = self.kiosk.new_act(), await self.kiosk.do(desk_people.suspension_ends)
        lifts = self.view.person.suspended_until is not None

        async def picked(place: int) -> None:
            place -= lifts
            if place < 0:
                await self._do(people.suspend, self._id, until=None, act=act)
            elif place < len(ends):
                await self._ask_why(ends[place])
            else:
                await self._ask_day()

        def answers(words: Words) -> list[Listed]:
            days = [Listed(words("common.until", when=words.until(end))) for end in ends]
            lift = [Listed(words("suspension.lift"))] if lifts else []
            return [*lift, *days, Listed(words("suspension.other"))]

        await self._choose(lambda words: words("suspension.until"), answers, picked, self.ask)

    async def _ask_day(self) -> None:
        async def written(text: str) -> None:
            await self._ask_why(await self.kiosk.do(desk_people.end_of_typed_day, text))

        await self.kiosk.go("write", WriteView(
            lambda words: words("suspension.day"), written, self._ask_until, lambda _words: self._name,
            lambda words: words("suspension.day_hint"),
        ))  # fmt: skip

    async def _ask_why(self, until: int) -> None:
        act = self.kiosk.new_act()

        async def written(text: str) -> None:
            await self._do(people.suspend, self._id, until=until, act=act, reason=text)

        def detail(words: Words) -> str:
            return f"{self._name} · {words('person.suspended', when=words.until(until))}"

        await self.kiosk.go("write", WriteView(
            lambda words: words("suspension.why"), written, self._ask_until, detail,
            lambda words: words("suspension.kept"),
        ))  # fmt: skip

    # What they share

    @property
    def _id(self) -> str:
        return self.view.person.id

    @property
    def _name(self) -> str:
        return shown(self.view.person.name, limit=60)

    async def _choose(
        self, question: Callable[[Words], str], answers: Callable[[Words], list[Listed]],
        picked: Callable[[int], Awaitable[None]], back: Callable[[], Awaitable[None]],
        nothing: Callable[[Words], str] | None = None,
    ) -> None:  # fmt: skip
        await self.kiosk.go(
            "choose",
            ChooseView(question, answers, picked, lambda _words: self._name, back, nothing=nothing),
        )

    async def _do(self, action: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        """Do it as whoever is signed in, and show the person as they are now."""
        staff = self.kiosk.desk.staff
        await self.kiosk.do(action, *args, by=staff.person, **kwargs)
        self.kiosk.play(Tone.DONE)
        await self._back_to_person()

    async def _back_to_person(self) -> None:
        await self.kiosk.desk.staff.show_person(self._id, self.view.back)
