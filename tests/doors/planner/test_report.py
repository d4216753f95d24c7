"""The report page: its numbers are the report's, its measures defined; who may read it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client

from commongrid.bridges.rehearsal.plain import report_to_plain, sealed
from commongrid.bridges.rehearsal.reports import Verdict
from commongrid.doors.planner import report_answer
from commongrid.kernel.text import Text
from commongrid.rooms.people.models import Account
from tests.doors.planner.finished import bare, replayed, shown, stored
from tests.rooms.people.standing import make_staff
from tests.rooms.rehearsals import standing as s
from tests.support import factories as f
from tests.support.rehearsal import sample_report

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<data value="([^"]+)">([^<]+)</data>')
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
PAGES = ("report/", "report.json", "report.pdf", "figures.csv", "replay/")


def reader(language: str = "en", name: str = "planner", path: str = f.TOWN, role="charter_keeper"):
    client = Client(headers={"accept-language": language})
    client.force_login(Account.objects.get(pk=make_staff(name, role, path).id))
    return client


@pytest.fixture
def card(db):
    f.a_place()
    return stored(s.keeper("asker"))


def page_of(card, language="en"):
    answer = reader(language).get(f"/plan/{card.ref}/report/")
    assert answer.status_code == 200
    return answer.content.decode()


def floats(value):
    """Every number anywhere in the report, as JSON writes it."""
    if isinstance(value, dict):
        return {x for part in value.values() for x in floats(part)}
    if isinstance(value, list | tuple):
        return {x for part in value for x in floats(part)}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {json.dumps(value)} if is_number else set()


def said(text: str) -> float:
    """The number somebody reads, without grouping and signs of units."""
    found = re.search(r"[−+]?[\d,]+(\.\d+)?", text)
    assert found, text
    return float(found.group().replace(",", "").replace("−", "-").replace("+", ""))


@LANGUAGES
def test_every_number_of_the_page_is_in_the_report(card, language):
    page = page_of(card, language)
    there = floats(reader(name="other").get(f"/plan/{card.ref}/report.json").json()["report"])
    numbers = NUMBER.findall(page)
    assert len(numbers) > 1000
    assert {value for value, _ in numbers} - there == set()


def test_a_number_is_said_as_it_is(card):
    """What stands between the tags is the value, rounded, as a share, in hours, or as a span."""
    factors = (1, 100, 1 / 60, 1 / 3600, 1 / 86_400)
    numbers = NUMBER.findall(page_of(card))
    assert len(numbers) > 1000
    for value, text in numbers:
        digits = len(re.search(r"[\d,]+\.?(\d*)", text).group(1))
        near = [abs(float(value) * factor - said(text)) for factor in factors]
        assert min(near) <= 0.51 * 10**-digits + 1e-9, (value, text)


def test_the_whole_answer_stands_on_the_page(card):
    page, report = unescape(page_of(card)), replayed(sample_report())
    plain = re.sub(r"<[^>]+>", "", page)
    for answer in report_answer.answers(report):
        assert str(answer.lead) in plain
        for finding in answer.findings:
            assert str(finding.said) in plain
    for row in (*report.advice, *report.notes, *(given for given in report.given)):
        words = getattr(row, "say", None) or getattr(row, "what", row)
        assert words.en in page
    assert "No clear difference" in page


@LANGUAGES
def test_every_measure_leads_to_its_definition_and_to_its_runs(card, language):
    page = page_of(card, language)
    for target in set(re.findall(r'href="#([^"]+)"', page)):
        assert f'id="{target}"' in page, target
    for measure in sample_report().played[0].figures:
        assert f'href="#m-{measure}"' in page
        assert f'href="#runs-{measure}"' in page


class _Numbers(HTMLParser):
    """Where each number of a page leads: to the nearest link around it."""

    def __init__(self) -> None:
        super().__init__()
        self.link, self.within, self.loose, self.led = "", [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a":
            self.link = given.get("href", "")
        if tag in ("th", "details"):
            self.within.append(given.get("class", "") or tag)
        if tag == "data" and not self.within:
            (self.led if self.link.startswith("#") else self.loose).append(given["value"])

    def handle_endtag(self, tag):
        if tag == "a":
            self.link = ""
        if tag in ("th", "details"):
            self.within.pop()


@LANGUAGES
def test_every_number_leads_to_what_it_was_computed_from(card, language):
    """But the runs themselves, the instants of curves, and what went in with its source beside."""
    page = page_of(card, language)
    body, given = page.split('<h2 id="given"')[0], page.split('<h2 id="definitions"')[1]
    for part in (body.replace("<details>", "").replace("</details>", ""), given):
        numbers = _Numbers()
        numbers.feed(part.split('<h2 id="runs"')[0])
        assert numbers.loose == []
    assert 'href="#from-lines"' in page
    assert "nobody works faster" in page or "不会因此" in page


@LANGUAGES
def test_it_says_that_it_is_simulated(card, language):
    client = reader(language)
    for name in ("report/", "replay/"):
        assert "模拟 · simulated" in client.get(f"/plan/{card.ref}/{name}").content.decode()
    assert client.get(f"/plan/{card.ref}/report.json").json()["simulated"]["zh"]
    for name in ("figures", "runs", "curves"):
        rows = csv.reader(io.StringIO(client.get(f"/plan/{card.ref}/{name}.csv").content.decode()))
        assert all(row[0] in ("\ufeffsimulated", "simulated") for row in rows)


def test_what_was_assumed_stands_apart_from_what_was_counted(card):
    page = page_of(card)
    assumed, counted = page.index('id="assumed"'), page.index('id="measured"')
    end = page.index('id="left-out"')
    for given in sample_report().given:
        at = page.index(given.what.en)
        assert (assumed < at < counted) is given.is_assumed
        assert (counted < at < end) is not given.is_assumed


def test_it_can_be_run_again_by_one_command(card):
    page = page_of(card)
    assert f"commongrid rehearse again {card.ref} --expect" in page
    assert replayed(sample_report()).digest in page


def test_files_hold_what_the_report_holds(card):
    client, report = reader(), replayed(sample_report())
    plain = client.get(f"/plan/{card.ref}/report.json").json()
    assert plain["report"] == report_to_plain(report)
    files = {
        name: list(
            csv.DictReader(
                io.StringIO(client.get(f"/plan/{card.ref}/{name}.csv").content.decode()[1:])
            )
        )
        for name in ("figures", "runs", "curves", "given")
    }
    for played in report.played:
        rows = [row for row in files["runs"] if row["alternative"] == played.name]
        for measure, values in played.runs.items():
            assert [float(row[measure]) for row in rows] == list(values)
    means = {
        (row["part"], row["alternative"], row["key"], row["measure"]): float(row["mean"])
        for row in files["figures"]
    }
    for played in report.played:
        for measure, figure in played.figures.items():
            assert means["place", played.name, "", measure] == figure.mean
        for line in played.grids:
            for measure, figure in line.figures.items():
                assert means["grid", played.name, line.key, measure] == figure.mean
    assert len(files["given"]) == len(report.given)
    points = sum(
        len(p.backlog.at) + sum(len(w.at) for w in p.waits.values()) for p in report.played
    )
    assert len(files["curves"]) == points
    assert client.get(f"/plan/{card.ref}/nothing.csv").status_code == 404


def test_a_name_in_a_file_is_no_formula():
    report = sample_report()
    line = replace(report.played[0].units[0], name=Text.both("=HYPERLINK(1)"))
    played = (replace(report.played[0], units=(line,)), *report.played[1:])
    from commongrid.doors.planner import report_files

    text = report_files.figures_csv(replace(report, played=played))
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK(1)" not in text


@LANGUAGES
def test_the_least_report_is_a_page_too(db, language):
    f.a_place()
    card = stored(s.keeper("asker"), bare(sample_report()))
    page = page_of(card, language)
    assert "{{" not in page
    answer = reader(language, "other").get(f"/plan/{card.ref}/replay/")
    assert answer.status_code == 200
    assert answer.content.decode().count('<svg class="rp-map"') == 0


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_reads_it(card, path):
    address = f"/plan/{card.ref}/{path}"
    assert Client().get(address).status_code == 302
    assert reader(name="worker", role="grid_worker", path=f.GRID).get(address).status_code == 404
    far = reader(name="far", path=s.OTHER_TOWN)
    assert far.get(address).status_code == 404
    assert reader().get("/plan/R0000-XXXX/" + path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_rehearsal_without_a_report_has_no_page_of_it(db, path):
    f.a_place()
    card = s.asked(s.keeper("asker"))
    assert reader().get(f"/plan/{card.ref}/{path}").status_code == 404


def test_words_of_people_are_shown_as_words(db):
    f.a_place()
    report = sample_report()
    evil = "<script>alert(1)</script>{0}{by}%(x)s"
    played = (report.played[0], replace(report.played[1], name=evil), *report.played[2:])
    differences = tuple(
        replace(row, alternative=evil) if row.alternative == report.played[1].name else row
        for row in report.differences
    )
    notes = (Text.both(evil),)
    card = stored(
        s.keeper("asker"),
        replayed(sealed(replace(report, played=played, differences=differences, notes=notes))),
    )
    page = page_of(card)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{0}{by}%(x)s") > 3


@pytest.mark.parametrize(
    ("measure", "verdict", "tone"),
    [
        ("solved_in_time", Verdict.MORE, "better"),
        ("solved_in_time", Verdict.LESS, "worse"),
        ("wait_p90", Verdict.MORE, "worse"),
        ("wait_p90", Verdict.LESS, "better"),
        ("work_hours", Verdict.MORE, "changed"),
        ("solved_in_time", Verdict.NOT_CLEAR, "same"),
    ],
)
def test_more_is_better_only_where_it_is(measure, verdict, tone):
    row = next(row for row in sample_report().differences if row.measure == measure)
    assert report_answer.tone_of(replace(row, verdict=verdict)) == tone


def test_what_is_not_clear_is_never_called_better():
    for answer in report_answer.answers(shown().report):
        clear = {f.measure.key for tone in ("better", "worse", "changed") for f in answer.of(tone)}
        rows = [r for r in shown().report.differences if r.alternative == answer.name]
        assert clear == {r.measure for r in rows if r.verdict is not Verdict.NOT_CLEAR}


def test_the_page_asks_the_database_little(card, count_sql):
    client = reader()
    client.get(f"/plan/{card.ref}/report/")
    with count_sql(max=14):
        client.get(f"/plan/{card.ref}/report/")


def test_a_page_of_no_script_needs_none(card):
    page = page_of(card)
    assert "style=" not in page
    assert "onclick" not in page
    assert "<script" not in page.split("</footer>")[0]
