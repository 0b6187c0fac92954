"""The style sheet, parsed once for each set of colours and not anew for each screen that is shown first."""

from __future__ import annotations

from typing import Final

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_PARSED: Final[dict[object, dict[object, list[RuleSet]]]] = {}
"""Rules by the colours they were parsed with; nobody changes a rule, so all sheets here share them."""


class ParsedOnce(Stylesheet):
    """Keeps what it has parsed as long as no colour changes.

    The framework parses all its widgets' styles and ours again whenever a screen is shown for the first time:
    40 ms in the middle of a scan.
    """

    def reparse(self) -> None:
        """Parse what is not known yet."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,  # noqa: FBT001, FBT002 - the framework's signature
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        known = _PARSED.setdefault(tuple(sorted(self._variables.items())), {})
        key = (css, read_from, is_default_rules, tie_breaker, scope)
        if key not in known:
            known[key] = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
        return known[key]
