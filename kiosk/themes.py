"""Light, dark and high contrast: the only colours of the kiosk.

Every text is one of `PAIRS`, letters on ground; a test computes their contrast (WCAG 2.2, 1.4.3 and 1.4.6)
and reads the style sheet for pairs that are not listed. What a colour says is also said by a word and a
shape.
"""

from __future__ import annotations

from textual.theme import Theme

PAIRS = (
    ("ink", "paper"),
    ("soft", "paper"),
    ("key-ink", "key"),
    ("pressed-ink", "pressed"),
    ("head-ink", "head"),
    ("good-ink", "good"),
    ("ask-ink", "ask"),
    ("aside-ink", "aside"),
    ("no-ink", "no"),
    ("field-ink", "field"),
    ("scan-ink", "scan"),
)
"""Letters and the ground they stand on, as theme variables."""


def _theme(name: str, *, dark: bool, **colours: str) -> Theme:
    """Build a theme from our variables; what the framework draws by itself has the same two base colours."""
    variables = {colour.replace("_", "-"): value for colour, value in colours.items()}
    return Theme(
        name=name,
        primary=colours["key"],
        foreground=colours["ink"],
        background=colours["paper"],
        surface=colours["paper"],
        panel=colours["key"],
        dark=dark,
        variables=variables,
    )


LIGHT = _theme(
    "teilhaus-light",
    dark=False,
    ink="#1b1b1b",
    paper="#faf8f2",
    soft="#4d4a43",
    key="#dfe7ee",
    key_ink="#10222f",
    pressed="#10222f",
    pressed_ink="#ffffff",
    head="#17384d",
    head_ink="#ffffff",
    good="#1d6b3a",
    good_ink="#ffffff",
    ask="#1c4f86",
    ask_ink="#ffffff",
    aside="#f2c14e",
    aside_ink="#1b1b1b",
    no="#9c2222",
    no_ink="#ffffff",
    field="#ffffff",
    field_ink="#1b1b1b",
    scan="#ffffff",
    scan_ink="#000000",
)

DARK = _theme(
    "teilhaus-dark",
    dark=True,
    ink="#f1efe8",
    paper="#15191c",
    soft="#bdbab1",
    key="#2b3a45",
    key_ink="#f4f8fb",
    pressed="#f4f8fb",
    pressed_ink="#15191c",
    head="#0d2535",
    head_ink="#f4f8fb",
    good="#8fd6a5",
    good_ink="#10200f",
    ask="#9cc8f2",
    ask_ink="#0c1b2a",
    aside="#f2c14e",
    aside_ink="#1b1b1b",
    no="#f29c94",
    no_ink="#2a0c0a",
    field="#262c31",
    field_ink="#f1efe8",
    scan="#ffffff",
    scan_ink="#000000",
)

HIGH_CONTRAST = _theme(
    "teilhaus-high-contrast",
    dark=True,
    ink="#ffffff",
    paper="#000000",
    soft="#ffffff",
    key="#00284d",
    key_ink="#ffffff",
    pressed="#ffff00",
    pressed_ink="#000000",
    head="#000000",
    head_ink="#ffff00",
    good="#00ff66",
    good_ink="#000000",
    ask="#66d9ff",
    ask_ink="#000000",
    aside="#ffd400",
    aside_ink="#000000",
    no="#ffb3ab",
    no_ink="#000000",
    field="#ffffff",
    field_ink="#000000",
    scan="#ffffff",
    scan_ink="#000000",
)

THEMES = {"light": LIGHT, "dark": DARK, "high-contrast": HIGH_CONTRAST}
"""The names of the setting `kiosk.theme`."""


LINEAR_BELOW = 0.04045
"""Where the transfer curve of sRGB begins (IEC 61966-2-1)."""


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2.2), 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
