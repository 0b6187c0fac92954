"""What staff do with a case: look at it, and settle it."""

from __future__ import annotations

from typing import ClassVar

from sharing.journal.entry import Secret, Shape


class CaseSeen(Shape, frozen=True, kw_only=True):
    """Somebody opened the case; `kind` and `since` stay, should a late entry take the contradiction away."""

    KIND: ClassVar[str] = "case.seen"
    kind: str
    since: int
    """When the case began (instant)."""


class CaseHandled(Shape, frozen=True, kw_only=True):
    """The case is settled and leaves the list."""

    KIND: ClassVar[str] = "case.handled"
    how: str = ""
    """One of `rules.How`, or empty if only the note says it."""


class SeenBy(Secret, frozen=True, kw_only=True):
    """Who looked, and what the case is about."""

    about: str
    actor: str = ""


class HandledBy(Secret, frozen=True, kw_only=True):
    """Who settled it, and how."""

    note: str = ""
    actor: str = ""
