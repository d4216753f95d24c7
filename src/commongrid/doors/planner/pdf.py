"""The report on paper: one sheet, tables behind it, typeset by typst (ADR 0034).

Everything in it goes in as data: no word of a report is ever read as markup.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from django.utils import translation

from commongrid.doors.planner.pdf_sheet import DETAILS, WIDTHS, sheet_of
from commongrid.doors.planner.report_page import Shown

FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Noto Sans CJK JP"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "SimHei"),
)
"""Families with Chinese letters, the best first."""
STANDARDS = ["a-2b", "ua-1"]  # kept for long, and readable by a screen reader

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
        timestamp=shown.made_at or BEFORE_ALL,
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
    """As many words and as large plots as one page holds, the words first; and whether it does."""
    narrow = WIDTHS[-1]
    for detail in DETAILS:
        compiler = _compiler(shown, language, fonts, family, detail, narrow)
        if _pages_of_front(compiler) == 1:
            break
    for wide in WIDTHS:
        compiler = _compiler(shown, language, fonts, family, detail, wide)
        if _pages_of_front(compiler) == 1:
            return compiler, True
    return compiler, False


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


def _compiler(shown: Shown, language: str, fonts: Any, family: str, detail: int, wide: int) -> Any:
    import typst

    with translation.override(language):
        data = sheet_of(shown, detail=detail, wide=wide, font=family)
    # A number and its sign of percent are not torn apart at the end of a line.
    plain = json.dumps(data, ensure_ascii=False).replace(" %", "\u00a0%")
    return typst.Compiler(_source(), font_paths=fonts, sys_inputs={"data": plain})


@cache
def _source() -> bytes:
    folder = resources.files("commongrid.doors.planner") / "templates" / "planner"
    return (folder / "report.typ").read_bytes()


def _pages_of_front(compiler: Any) -> int:
    return int(json.loads(compiler.query("<front-end>", field="value", one=True)))
