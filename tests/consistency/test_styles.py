"""Our style sheets can turn a page, and can be read by everybody."""

import re

import pytest

from tests.consistency.repository import SRC, where

PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?<!: )((?:min-|max-)?(?:width|height)|left|right|top|bottom|"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[a-z-]*|"
    r"overflow-[xy]|text-align\s*:\s*(?:left|right)|float(?!\s*:\s*inline-))\s*[:;]",
)
TOKENS = SRC / "doors" / "common" / "static" / "css" / "tokens.css"
# (text, ground): what stands on what, in components.css and base.css.
TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "ground"), ("ink", "sunken"), ("ink", "accent-soft"),
    ("ink-soft", "paper"), ("ink-soft", "ground"), ("ink-soft", "sunken"),
    ("link", "paper"), ("link", "ground"), ("accent-strong", "ground"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"),
    ("on-head", "head"), ("on-head-soft", "head"),
    ("blue-ink", "blue-soft"), ("yellow-ink", "yellow-soft"), ("red-ink", "red-soft"),
    ("green-ink", "green-soft"), ("grey-ink", "grey-soft"),
    ("blue-ink", "paper"), ("yellow-ink", "paper"), ("red-ink", "paper"), ("grey-ink", "paper"),
    ("red-ink", "ground"), ("red-ink", "accent-soft"), ("yellow-ink", "accent-soft"),
]  # fmt: skip
SHAPE_PAIRS = [
    ("line-strong", "paper"), ("focus", "paper"), ("focus", "ground"),
    ("blue", "paper"), ("yellow", "paper"), ("red", "paper"), ("grey", "paper"),
]  # fmt: skip
AA_TEXT, AA_SHAPE = 4.5, 3.0


def style_sheets():
    return sorted(SRC.rglob("static/**/*.css"))


def physical_lines(text):
    """List declarations that name a side of the screen; media queries may."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return [
        line.strip()
        for line in bare.splitlines()
        if not line.lstrip().startswith("@media") and PHYSICAL.search(line)
    ]


def schemes():
    """Read the colours of both schemes; the dark one overrides the light one."""
    light, dark = TOKENS.read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})\b", part)) for part in (light, dark)]
    return {"light": found[0], "dark": {**found[0], **found[1]}}


def luminance(colour):
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio. Source: WCAG 2.2, definition of contrast ratio."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_only_logical_properties():
    found = [
        f"{where(path)}: {line}"
        for path in style_sheets()
        for line in physical_lines(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme):
    colours = schemes()[scheme]
    poor = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < AA_TEXT
    }
    assert not poor


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_can_be_seen(scheme):
    colours = schemes()[scheme]
    poor = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in SHAPE_PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < AA_SHAPE
    }
    assert not poor


def test_a_physical_property_is_found():
    assert physical_lines("p {\n  margin-left: 1rem;\n}") == ["margin-left: 1rem;"]
    assert physical_lines("@media (min-width: 60rem) {\n") == []
    assert physical_lines("p { min-inline-size: 0; }") == []
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
