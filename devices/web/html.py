"""HTML as values: text is escaped because it is text, and only what was built here is markup."""

from __future__ import annotations

from html import escape
from typing import Final, NewType

Html = NewType("Html", str)
"""Markup that was built by `tag` or `joined`."""

_VOID: Final = frozenset({"meta", "link", "img", "br"})
_Attribute = str | bool | int | None


class _Markup(str):
    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: _Attribute) -> Html:
    """Build an element; attributes lose a `_` at their end and have `-` for others: `class_`, `data_room`.

    Text among the children and in attributes is escaped. True writes the attribute's name only; None and
    False leave it out.
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(_Markup(f"<{name}{said}>"))
    return Html(_Markup(f"<{name}{said}>{joined(*children)}</{name}>"))


def joined(*parts: str) -> Html:
    """Put texts and elements beside each other."""
    return Html(_Markup("".join(one if isinstance(one, _Markup) else escape(one) for one in parts)))


def raw(markup: str) -> Html:
    """Take markup that ships with this program, and nothing else."""
    return Html(_Markup(markup))


def _attribute(key: str, value: _Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
