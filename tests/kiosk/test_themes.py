"""Every text can be read: contrast is computed, and the style sheet uses no other pairs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.themes import PAIRS, THEMES, contrast

SHEET = (Path(__file__).parents[2] / "kiosk" / "kiosk.tcss").read_text("utf-8")
BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
GROUNDS = {ground for _, ground in PAIRS}


def test_black_on_white_has_the_contrast_that_the_norm_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(("name", "least"), [("light", 4.5), ("dark", 4.5), ("high-contrast", 7)])
def test_every_text_has_enough_contrast(name: str, least: float, pair: tuple[str, str]) -> None:
    colours = THEMES[name].variables
    assert contrast(colours[pair[0]], colours[pair[1]]) >= least


@pytest.mark.parametrize("block", BLOCK.findall(re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)))
def test_the_style_sheet_colours_only_by_pairs(block: tuple[str, str]) -> None:
    selector, rules = block
    used = dict(re.findall(r"^\s*(color|background):\s*(\S+);", rules, flags=re.MULTILINE))
    if "color" in used and "placeholder" not in selector:
        pair = (used["color"].removeprefix("$"), used["background"].removeprefix("$"))
        assert pair in {*PAIRS, ("field", "field-ink")}
    assert all(value.startswith("$") for value in used.values())


def test_the_settings_offer_exactly_these_themes() -> None:
    assert set(THEMES) == {"light", "dark", "high-contrast"}
