"""What home says and offers at the end of a visit; nothing in it names anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.home import HomeView

if TYPE_CHECKING:
    from kiosk.i18n import Words
    from kiosk.screens.visit import VisitView
    from sharing.lending.rules import Visit


def farewell(visit: Visit | None, view: VisitView | None, words: Words) -> HomeView:
    """Say that all is noted, or that something waits and is not lent; offer when to bring it back.

    Args:
        visit: the visit that ends; None: there was none.
        view: what its screen showed last.
        words: the language of who leaves.
    """
    if visit is None:
        return HomeView()
    if view is None:
        return HomeView(note="home.bye" if visit.acts else "")
    dues = {one.due for one in view.now.lines if one.item.id in visit.taken}
    note = "home.aside" if view.now.aside else "home.bye" if visit.acts else ""
    return HomeView(note=note, dues=tuple(sorted(dues)), due_name=words("slip.loan.event"))
