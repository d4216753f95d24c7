"""The pages of the board: what they show, what they hide, what they cost, who may frame them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.kernel.canon import digest
from commongrid.ledger import face as ledger
from commongrid.rooms.oversight import face as oversight
from tests.doors.board.conftest import CODE
from tests.support import factories as f

pytestmark = pytest.mark.django_db
FIGURES = [figure.key for figure in oversight.figures()]
BOARD = f"/board/{CODE}/"


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_chooser_names_every_place_with_a_charter(reader):
    page = text(reader.get("/board/"))
    assert BOARD in page
    assert "newest month: 2026-03" in page


def test_the_board_shows_every_figure_with_counts_and_interval(reader):
    page = text(reader.get(BOARD))
    for figure in oversight.figures():
        assert f"/board/{CODE}/{figure.key}/?month=2026-03" in page
        assert figure.name.en in page
    assert "Counts below 5 are hidden" in page
    assert "keerqin-subdistrict@" in page  # the charter it was judged by
    assert re.search(r"\d+\.\d–\d+\.\d %", page)
    assert "As of" in page


def test_the_page_is_in_chinese_too(published, db):
    page = text(Client(headers={"accept-language": "zh-hans"}).get(BOARD))
    assert "按时解决" in page
    assert "小于 5 的计数不单独公开" in page
    assert "At a glance" not in page


def test_a_month_too_small_says_so_and_shows_no_number(reader):
    page = text(reader.get(BOARD, {"month": "2026-02"}))
    assert "hidden" in page
    assert "Hidden: the counts are too small." in page
    cells = re.findall(r"<b>([^<]+)</b>", page)
    assert set(cells) == {"hidden"}


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_has_its_definition_its_query_and_its_downloads(reader, figure):
    page = text(reader.get(f"{BOARD}{figure}/"))
    told = next(row for row in oversight.figures() if row.key == figure)
    assert told.definition.en.replace("'", "&#x27;") in page
    assert told.query.replace("'", "&#x27;").replace("<", "&lt;").replace(">", "&gt;") in page
    assert f"/board/definitions/#{figure}" in page
    assert f"{figure}.csv" in page
    assert f"{figure}.json" in page
    assert f'id="{figure}"' in text(reader.get("/board/definitions/"))


@pytest.mark.parametrize("figure", FIGURES)
def test_downloads_say_what_the_page_says_and_hide_what_it_hides(reader, figure):
    rows = list(csv.DictReader(io.StringIO(text(reader.get(f"{BOARD}{figure}.csv"))[1:])))
    plain = reader.get(f"{BOARD}{figure}.json").json()
    assert len(rows) == len(plain["rows"])
    assert plain["definition"]["zh"]
    for row in plain["rows"]:
        assert all(count == 0 or count >= 5 for count in row["counts"].values())
        if row["part"] is not None:
            assert row["denominator"] + row["unknown"] == row["total"]
            assert row["share"] is None or row["low"] <= row["share"] <= row["high"]


def test_rows_stand_in_the_order_of_codes_not_of_results(reader):
    rows = reader.get(f"{BOARD}raised.json").json()["rows"]
    communities = [row["codes"] for row in rows if row["level"] == "community"]
    assert communities == sorted(communities)


def test_no_page_names_a_person_a_unit_or_a_single_matter(reader, published):
    for figure in FIGURES:
        page = text(reader.get(f"{BOARD}{figure}/"))
        for word in ("staff:", "值班室", "handler", f.WORDS):
            assert word not in page
        assert not re.search(r"\d{6}-[2-9A-Z]{5}", page)  # a matter's reference


def test_a_publication_can_be_checked_against_the_ledger(reader):
    plain = reader.get(f"{BOARD}publication.json").json()
    acts = ledger.list_acts(f"board:{CODE}")
    assert plain["digest"] == digest(plain["tables"])
    assert plain["digest"] in {act.after["digest"] for act in acts}


def test_the_exact_counts_are_nowhere(reader):
    """The complaint about staff (one) and the split of the two grids: in no answer at all."""
    answer = text(reader.get(f"{BOARD}publication.json"))
    rows = reader.get(f"{BOARD}raised.json").json()["rows"]
    assert ["I06"] not in [row["codes"] for row in rows]
    assert "(shadow)" not in answer
    assert '"profiles"' not in answer


# --- what it costs ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "most"),
    [(BOARD, 4), (f"{BOARD}answer/", 4), (f"{BOARD}answer.csv", 4), ("/board/definitions/", 0)],
)
def test_pages_read_publications_only(reader, count_sql, path, most):
    reader.get(path)
    with count_sql(max=most):
        reader.get(path)


def test_no_page_reads_matters_or_their_counts(reader):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        for path in (
            BOARD,
            f"{BOARD}solution/",
            f"{BOARD}solution.json",
            f"{BOARD}embed/solution/",
        ):
            reader.get(path)
    tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(q["sql"] for q in seen)))
    assert not {t for t in tables if "matter" in t or t in ("ledger_act", "oversight_monthcount")}


# --- frames, caches, wrong addresses -----------------------------------------------------------
def test_an_embedded_figure_may_stand_in_any_frame_and_sets_no_cookie(reader):
    answer = reader.get(f"{BOARD}embed/answer/")
    policy = answer.headers["Content-Security-Policy"]
    assert re.search(r"frame-ancestors \*", policy)
    assert "form-action 'none'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert not answer.cookies
    assert "<script" not in text(answer)
    assert "<form" not in text(answer)


def test_every_other_page_may_not_be_framed(reader):
    for path in ("/board/", BOARD, f"{BOARD}answer/"):
        answer = reader.get(path)
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_copy_is_kept_and_asked_for_by_its_digest(reader):
    first = reader.get(f"{BOARD}answer.json")
    assert "public" in first.headers["Cache-Control"]
    again = reader.get(f"{BOARD}answer.json", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = reader.get(f"{BOARD}answer.json?month=2026-02")
    assert other.headers["ETag"] != first.headers["ETag"]


def test_pages_with_the_readers_own_form_are_kept_privately(reader):
    assert "private" in reader.get(BOARD).headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/board/000000/", f"{BOARD}?month=2019-01", f"{BOARD}?month=never",
        f"{BOARD}?month=9999-99",
        f"{BOARD}nothing/", f"{BOARD}nothing.csv", f"{BOARD}nothing.json", f"{BOARD}embed/nothing/",
        f"{BOARD}publication.json?month=2019-01", "/board/000000/publication.json",
        "/board/000000/answer/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_plain_404(reader, path):
    assert reader.get(path).status_code == 404


def test_a_plot_has_a_title_a_description_and_a_table(reader):
    page = text(reader.get(f"{BOARD}solution/"))
    plot = re.search(r'<svg class="plot".*?</svg>', page, re.S).group()
    for name in re.search(r'aria-labelledby="([^"]+)"', plot).group(1).split():
        assert f'id="{name}"' in plot
    assert "<table" in page
    assert "style=" not in page
    assert reverse("board:figure", args=[CODE, "solution"]) == f"{BOARD}solution/"


@pytest.mark.parametrize(
    ("rows", "said", "unsaid"),
    [
        ([[0, 7, 7, 12]], "How long the others took is hidden", "Half had an end after"),
        ([[0, 2, 7, 0], [2, 7, 0, 12]], "Half had an end after: longer than 2", "is hidden"),
        ([], "Hidden: the counts are too small.", "Half had an end after"),
    ],
    ids=["one interval", "an open end", "nothing"],
)
def test_a_wait_is_told_as_far_as_it_is_known(reader, monkeypatch, rows, said, unsaid):
    """An open interval may hold short waits too: it never reads as if all of them were long."""
    list_parts = oversight.list_parts

    def with_these_waits(*asked):
        found = list_parts(*asked)
        for month in found:
            month.parts[oversight.WHOLE]["waits"] = dict.fromkeys(oversight.WAITS, rows)
        return found

    monkeypatch.setattr(oversight, "list_parts", with_these_waits)
    page = text(reader.get(BOARD))
    waits = page[page.index("Waiting: time to the first") :]
    assert waits.count(said) == len(oversight.WAITS)
    assert unsaid not in waits
