"""The staff desk: what opens it, and what its lists read. Each list is read anew whenever it is shown."""

from __future__ import annotations

from asyncio import to_thread
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import facts, keeping, paper, together
from kiosk.began import began
from kiosk.cases_desk import CasesDesk
from kiosk.screens.check import CheckView
from kiosk.screens.item import open_item
from kiosk.screens.lines import LinesView
from kiosk.screens.pin import PinScreen
from kiosk.screens.staff import StaffView
from kiosk.screens.today import TodayView
from kiosk.sound import Tone
from sharing.cases.actions import open_cases
from sharing.catalogue.rules import Item
from sharing.errors import NotAllowed, PinLocked, PinWrong, TeilhausError
from sharing.lending import looking
from sharing.people import actions as people
from sharing.people.rules import Person, Right

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.slips.slip import Slip
    from kiosk.desk import Desk
    from kiosk.desk_people import Issued
    from sharing.people.rules import Holder


class StaffDesk:
    """What staff can open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.kiosk = desk.kiosk
        self.cases = CasesDesk(self)
        self._printing = False

    @property
    def person(self) -> Person:
        """Who is signed in.

        Raises:
            NotAllowed: nobody is.
        """
        staff = self._desk.present.staff
        if staff is None or staff.person is None:
            raise NotAllowed(right=Right.OPEN_DESK.value)
        return staff.person

    async def pin_entered(self, holder: Holder, pin: str) -> None:
        """Check the PIN; it shows what waits for the person at the counter, or opens the desk."""
        if holder.person is None:
            raise NotAllowed(right=Right.OPEN_DESK.value)
        try:
            await self.kiosk.do(people.check_pin, holder.person.id, pin)
        except (PinWrong, PinLocked) as refusal:
            self.kiosk.play(Tone.NO)
            await self.kiosk.go("pin", holder)
            screen = self.kiosk.showing()
            if isinstance(screen, PinScreen):
                screen.say_wrong(self.kiosk.words.why(refusal))
            return
        visit = self._desk.present.visit
        waiting = [] if visit is None else await self.kiosk.do(looking.set_aside_for, visit.person.id)
        if self._desk.overriding.is_offered:
            self.kiosk.play(Tone.ASK)
            await self._desk.overriding.offer(holder.person, lambda: self._open(holder))
        elif waiting:
            await self._desk.completing.show_visit(holder.person)
        else:
            await self._open(holder)

    async def _open(self, holder: Holder) -> None:
        """Open the desk; whoever was here before is forgotten."""
        self.kiosk.forget()
        self._desk.present.staff = holder
        self.kiosk.play(Tone.DONE)
        await self.show()

    async def took_scan(self, text: str) -> bool:
        """Show staff what they scan: a visitor's card the person, a label the thing; nothing is booked.

        It takes the place of what was scanned before it, so "back" leads to where the scanning began.
        Another staff card asks for its PIN as ever, and among the returns a scan brings back what is out.
        """
        kiosk, screen = self.kiosk, self.kiosk.showing()
        mode, view = kiosk.current_mode, screen.view if screen else None
        found = await kiosk.with_keys(keeping.scanned, text)
        if isinstance(found, Person):
            kiosk.play(Tone.DONE)
            await self.show_person(found.id, began(kiosk, mode, view))
        elif isinstance(found, Item) and mode != "check":
            kiosk.play(Tone.DONE)
            await open_item(kiosk, found.id, began(kiosk, mode, view))
        else:
            from kiosk.labelling import took_new_label  # noqa: PLC0415 - rarely needed

            return (
                found is None
                and mode != "check"
                and await took_new_label(kiosk, text, began(kiosk, mode, view))
            )
        return True

    async def show(self) -> None:
        """Show the desk's own screen."""
        await self._look_around()
        waiting = len(await self.kiosk.do(open_cases))
        await self.kiosk.go("staff", StaffView(self.person, self._desk.present.together, waiting))

    async def _look_around(self) -> None:
        """Read anew how this machine stands with the rest of the house."""
        self._desk.present.together = await self.kiosk.writer.with_house(together.read)

    async def open(self, what: str) -> None:
        """Show one of its lists."""
        kiosk = self.kiosk
        await self._look_around()
        if what == "today":
            day = await kiosk.do(looking.today)
            await kiosk.go("today", TodayView(day, *await kiosk.do(facts.hours)))
        elif what in ("loans", "overdue"):
            lines = await kiosk.do(looking.open_loans, overdue=what == "overdue")
            await kiosk.go("lines", LinesView(f"staff.{what}", tuple(lines)))
        elif what == "check":
            await kiosk.go("check", CheckView(*await kiosk.do(facts.to_check)))
        elif what == "aside":
            await self._desk.completing.show_all()
        elif what == "cases":
            await self.cases.show()
        else:
            await kiosk.go(what, await self._first_view(what))

    def sign_out(self) -> None:
        """Forget who is signed in; what is scanned next is a visitor's."""
        self.kiosk.forget()

    async def show_person(
        self, person: str, back: Callable[[], Awaitable[None]] | None = None, *,
        issued: Issued | None = None, blocked: int | None = None,
    ) -> None:  # fmt: skip
        """Show one person; "back" leads to the search unless it is told otherwise."""
        from kiosk.screens.person import PersonView  # noqa: PLC0415 - rarely opened

        known = await self.kiosk.do(keeping.of_person, person)
        await self.kiosk.go("person", PersonView(*known, issued, blocked, back=back))

    async def print_loans(self, person: str) -> None:
        """Print what a person has, while the desk goes on: a printer without paper takes its time.

        A key pressed again before it is on paper prints nothing twice.
        """
        if self._printing:
            return
        self._printing = True
        try:
            slips = await self.kiosk.do(paper.loans_on_paper, person)
        except BaseException:
            self._printing = False
            raise
        self.kiosk.play(Tone.DONE)
        self.kiosk.run_worker(self._print(slips), group="printing", exit_on_error=False)

    async def _print(self, slips: list[Slip]) -> None:
        try:
            await to_thread(paper.print_all, slips, Path(self.kiosk.printer))
        except TeilhausError as refusal:
            if self._desk.present.staff is None:
                self.kiosk.play(Tone.NO)
            else:
                await self.kiosk.went_wrong(refusal)
        finally:
            self._printing = False

    async def _first_view(self, what: str) -> object:
        if what == "persons":
            from kiosk.screens.persons import PersonsView  # noqa: PLC0415 - rarely opened

            return PersonsView("", ())
        if what == "register":
            from kiosk.screens.register import RegisterView  # noqa: PLC0415 - rarely opened

            return RegisterView()
        if what == "things":
            from kiosk.screens.things import ThingsView  # noqa: PLC0415 - rarely opened

            return ThingsView("", ())
        from kiosk.screens.audit import first_view  # noqa: PLC0415 - rarely opened

        return await first_view(self.kiosk)
