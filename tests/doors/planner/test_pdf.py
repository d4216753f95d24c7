"""The printed report: its text is the report's, nothing in it is markup, no box is a letter."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from commongrid.bridges.rehearsal.plain import plan_to_plain, report_to_plain, sealed
from commongrid.bridges.rehearsal.plans import Alternative
from commongrid.doors.planner import pdf, pdf_sheet, report_answer
from commongrid.doors.planner.report_page import shown_from_plain
from commongrid.kernel.text import Text
from tests.doors.planner.finished import bare, shown
from tests.doors.planner.pdf_reading import text_of
from tests.support.rehearsal import sample_plan, sample_report

typst = pytest.importorskip("typst")
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
EVIL = '#panic("no") $x$ *b* _i_ <front-end> @ref \\ "q" `r` [c] //'


@pytest.fixture(autouse=True)
def chinese_font():
    """A test that sees no letters shows nothing."""
    try:
        pdf.font_of(pdf.system_fonts())
    except pdf.FontMissingError:
        pytest.skip("NO CHINESE FONT: as root run apt-get install fonts-noto-cjk")


@cache
def sheet(language: str) -> bytes:
    """The sheet of the sample, made once."""
    return pdf.make_pdf(shown(), language)


def plain(text: object) -> str:
    """Words without spaces and line ends: a sheet breaks lines where it likes."""
    return re.sub(r"\s+", "", str(text).replace("\u00a0", ""))


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [words for part in value.values() for words in strings(part)]
    if isinstance(value, list | tuple):
        return [words for part in value for words in strings(part)]
    return [value] if isinstance(value, str) else []


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


@LANGUAGES
def test_the_sheet_says_what_the_report_says(language):
    read = plain(text_of(sheet(language)))
    report = sample_report()
    with translation.override(language):
        for answer in report_answer.answers(report):
            assert plain(answer.lead) in read
            assert plain(answer.name) in read
        table = pdf_sheet._tables(shown(), 40)
        numbers = [words for part in table for words in strings(part["rows"])]
        assert len(numbers) > 100
        assert [words for words in numbers if plain(words) not in read] == []
    for row in (*report.advice, *report.notes):
        words = getattr(row, "say", row)
        assert plain(words.in_(language)) in read
    assert "模拟·simulated" in read
    assert report.digest in read


@LANGUAGES
def test_every_number_of_the_sheet_follows_from_the_report(language):
    """Another report, another sheet: each measure changed is changed on paper."""
    report = sample_report()
    figures = dict(report.played[0].figures)
    for number, (key, figure) in enumerate(figures.items(), start=1):
        mean = 0.0123 * number if figure.mean < 1 else 11.1 * number
        figures[key] = replace(figure, mean=mean, low=mean * 0.9, high=mean * 1.1)
    other = replace(report, played=(replace(report.played[0], figures=figures), *report.played[1:]))
    read = plain(text_of(pdf.make_pdf(shown(sealed(other)), language)))
    for number, (key, figure) in enumerate(sample_report().played[0].figures.items(), start=1):
        said = f"{1.23 * number:.1f}" if figure.mean < 1 else f"{11.1 * number:.1f}"
        said = f"{1.23 * number:.2f}" if figure.mean < 1 and 1.23 * number < 10 else said
        said = f"{11.1 * number:.0f}" if figure.mean >= 1 and 11.1 * number >= 100 else said
        assert said in read, (key, said)


@LANGUAGES
def test_it_is_one_sheet_and_its_tables(language):
    assert pages(sheet(language)) == 2
    assert pages(pdf.make_pdf(shown(bare(sample_report())), language)) == 2


def test_a_full_sheet_says_less_and_stays_one():
    """Six alternatives with long names, much advice and many assumptions."""
    report, plan = sample_report(), sample_plan()
    long = "一个名字很长的方案，为了看它在纸上是否放得下 " * 2
    names = [f"{n} {long}"[:60] for n in range(6)]
    played = tuple(replace(report.played[n % 3], name=name) for n, name in enumerate(names))
    differences = tuple(
        replace(row, alternative=name)
        for name in names[1:]
        for row in report.differences
        if row.alternative == report.played[1].name
    )
    crowded = sealed(
        replace(
            report,
            played=played,
            differences=differences,
            given=report.given * 40,
            advice=report.advice * 6,
            notes=report.notes * 20,
        )
    )
    full = shown_from_plain(
        ref="R-FULL",
        place=Text.both("明仁街道"),
        place_path=plan.place,
        plan=plan_to_plain(
            replace(plan, alternatives=tuple(Alternative(name=name) for name in names))
        ),
        report=report_to_plain(crowded),
    )
    content = pdf.make_pdf(full, "zh-hans")
    fonts = pdf.system_fonts()
    assert pdf._fitting(full, "zh-hans", fonts, pdf.font_of(fonts))[1]
    assert all(name[:20] in text_of(content) for name in names)


def test_nothing_of_a_report_is_markup():
    report = sample_report()
    evil = EVIL + report.played[1].name
    played = (
        report.played[0],
        replace(
            report.played[1],
            name=evil,
            units=(replace(report.played[1].units[0], name=Text.both(EVIL), key="evil"),),
        ),
    )
    differences = tuple(
        replace(row, alternative=evil)
        for row in report.differences
        if row.alternative == report.played[1].name
    )
    given = (replace(report.given[2], what=Text.both(EVIL)),)
    advice = (replace(report.advice[0], say=Text.both(EVIL)),)
    wicked = replace(
        report, played=played, differences=differences, given=given, advice=advice,
        notes=(Text.both(EVIL),),
    )  # fmt: skip
    read = plain(text_of(pdf.make_pdf(shown(sealed(wicked)), "en")))
    assert read.count(plain(EVIL)) >= 5


def test_without_a_chinese_font_it_is_refused_in_words():
    without = typst.Fonts(include_system_fonts=False)
    with pytest.raises(pdf.FontMissingError) as refused:
        pdf.make_pdf(shown(), "zh-hans", fonts=without)
    assert "Noto Sans CJK SC" in str(refused.value)


@pytest.mark.django_db
def test_the_page_says_what_to_install(monkeypatch, client):
    from tests.doors.planner import finished
    from tests.doors.planner.test_report import reader
    from tests.rooms.rehearsals import standing
    from tests.support import factories

    factories.a_place()
    card = finished.stored(standing.keeper("asker"))
    fonts = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(pdf, "system_fonts", lambda: fonts)
    answer = reader().get(f"/plan/{card.ref}/report.pdf")
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.content.decode()
    monkeypatch.undo()
    good = reader(name="again").get(f"/plan/{card.ref}/report.pdf")
    assert good.headers["Content-Type"] == "application/pdf"
    assert good.content.startswith(b"%PDF-1.7")


@LANGUAGES
def test_the_same_report_gives_the_same_file(language):
    assert pdf.make_pdf(shown(), language) == sheet(language)


def test_the_date_of_the_sheet_is_the_end_of_the_run():
    """To the microsecond and in a zone by name, as the database and the pages give it."""
    at = datetime(2026, 3, 10, 9, 0, 1, 234567, tzinfo=ZoneInfo("Asia/Shanghai"))
    content = pdf.make_pdf(replace(shown(), made_at=at), "en")
    assert b"2026-03-10T01:00:01" in content


@LANGUAGES
def test_the_sheet_can_be_read_aloud_and_kept(language):
    content = sheet(language)
    assert b"pdfuaid" in content
    assert b"pdfaid" in content
    assert b"/StructTreeRoot" in content
    catalogue = re.search(rb"/Type/Catalog.*?endobj", content, re.S).group()
    assert re.search(rb"/Lang\s*\((\w+)", catalogue).group(1).decode() == language[:2]


def test_a_server_that_prints_nothing_does_not_load_it():
    """Only functions import it: no module of the door does while it is loaded."""
    for module in Path(pdf.__file__).parent.glob("*.py"):
        for node in ast.parse(module.read_text("utf-8")).body:
            names = [name.name for name in getattr(node, "names", [])]
            assert "typst" not in [*names, getattr(node, "module", None)], module.name
