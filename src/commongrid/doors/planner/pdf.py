"""The report on paper: one sheet, tables behind it, typeset by typst (ADR 0034).

Everything in it goes in as data: no word of a report is ever read as markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from django.utils import translation

from commongrid.doors.planner.pdf_sheet import DETAILS, ROWS, WIDTHS, sheet_of
from commongrid.doors.planner.report_page import Shown

FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Noto Sans CJK JP"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "SimHei"),
)
"""Families with Chinese letters, the best first."""
STANDARDS = ["a-2b", "ua-1"]  # kept for long, and readable by a screen reader

FRONT, BACK = "<front-end>", "<tables-end>"
PAGES = {FRONT: 1, BACK: 2}
"""On which page a part has to end."""
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of a sheet that says none: the same report gives the same file."""


class FontMissingError(RuntimeError):
    """No font with Chinese letters is installed. ``wanted``: any one of these would do."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        super().__init__(f"no Chinese font; install one of: {', '.join(wanted)}")
        self.wanted = wanted


def make_pdf(shown: Shown, language: str, *, fonts: Any = None) -> bytes:
    """The PDF in a language. ``fonts``: typst's list of fonts; the system's if not given.

    Raises: FontMissingError rather than printing boxes for letters.
    Cost: some tenths of a second; the first of a process looks for fonts and takes longer.
    """
    content: bytes = typeset(
        shown,
        language,
        "pdf",
        fonts=fonts,
        pdf_standards=STANDARDS,
        # PDF dates know neither parts of a second nor zones by name.
        timestamp=(shown.made_at or BEFORE_ALL).astimezone(UTC).replace(microsecond=0),
    )
    return content


def typeset(shown: Shown, language: str, form: str, *, fonts: Any = None, **more: Any) -> Any:
    """The sheet in any form typst can write. As much is said as one page holds."""
    fonts = fonts or system_fonts()
    family = font_of(fonts)
    compiler, _ = _fitting(shown, language, fonts, family)
    content, warnings = compiler.compile_with_warnings(_source(), format=form, **more)
    if any("font" in warning.message for warning in warnings):
        raise FontMissingError(FONTS)
    return content


def _fitting(shown: Shown, language: str, fonts: Any, family: str) -> tuple[Any, bool]:
    """As much as two pages hold, the answer on the first: words, then plots, then rows of tables.

    Whether it does is told too.
    """
    chosen = {"detail": DETAILS[-1], "wide": WIDTHS[-1], "rows": ROWS[-1]}
    is_whole = False
    for what, sizes, mark in (
        ("detail", DETAILS, FRONT),
        ("wide", WIDTHS, FRONT),
        ("rows", ROWS, BACK),
    ):
        for size in sizes:
            chosen[what] = size
            compiler = _compiler(shown, language, fonts, family, chosen)
            is_whole = _page_of(compiler, mark) <= PAGES[mark]
            if is_whole:
                break
    return compiler, is_whole


def font_of(fonts: Any) -> str:
    """The best family there is. Raises: FontMissingError."""
    there = {family.lower() for family in fonts.families()}
    for family in FONTS:
        if family.lower() in there:
            return family
    raise FontMissingError(FONTS)


@cache
def system_fonts() -> Any:
    """The fonts of this machine, looked for once."""
    import typst  # heavy; a server that prints nothing never loads it

    return typst.Fonts()


def _compiler(
    shown: Shown, language: str, fonts: Any, family: str, chosen: Mapping[str, int]
) -> Any:
    import typst

    with translation.override(language):
        data = sheet_of(shown, font=family, **chosen)
    # A number and its sign of percent are not torn apart at the end of a line.
    plain = json.dumps(data, ensure_ascii=False).replace(" %", "\u00a0%")
    return typst.Compiler(_source(), font_paths=fonts, sys_inputs={"data": plain})


@cache
def _source() -> bytes:
    folder = resources.files("commongrid.doors.planner") / "templates" / "planner"
    return (folder / "report.typ").read_bytes()


def _page_of(compiler: Any, mark: str) -> int:
    return int(json.loads(compiler.query(mark, field="value", one=True)))
