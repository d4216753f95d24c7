"""The page of the burden: published figures, a CSV, and what one more form would cost."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from commongrid.bridges import board
from commongrid.bridges.board import burden as bridge
from commongrid.rooms.fieldwork.face import TimeTaken
from tests.rooms.oversight import standing as s
from tests.support import factories as f

CODE = f.TOWN.strip("/").split("/")[-1]
PAGE = f"/board/{CODE}/burden/"


@pytest.fixture
def burdened(db, monkeypatch):
    """A month in which a grid worker raised and accepted, in a place said to have six grids."""
    f.a_place()
    for _ in range(12):
        matter = f.raised(actor=f.WORKER, channel="grid_worker")
        f.step(matter.id, "worker", "accept")
    real, taken = bridge.burden_of, {"raise:event": TimeTaken(cases=6, minutes=24, squares=106)}
    monkeypatch.setattr(bridge.fieldwork, "sum_minutes", lambda **_: taken)
    monkeypatch.setattr(
        "commongrid.bridges.board.publishing.burden_of",
        lambda month, compiled, *, grids, totals: real(month, compiled, grids=6, totals=totals),
    )
    s.due()
    return board.publish_due_months(at=s.LATER)[0]


def client(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Raise: an event", "estimated", "2.5–5.5", "What would a new form cost?")),
        ("zh-hans", ("上报：事件", "估计", "2.5–5.5", "再加一张表要花多少时间")),
    ],
)
def test_the_page_says_what_was_published(burdened, language, words, count_sql):
    with count_sql(max=8):
        text = client(language).get(PAGE).content.decode()
    for word in words:
        assert word in text
    assert '<svg class="plot"' in text


def test_nobody_and_no_grid_is_on_it(burdened):
    text = (
        client().get(PAGE).content.decode()
        + client().get(f"/board/{CODE}/burden.csv").content.decode()
    )
    for trace in (f.WORKER.key, f.GRID_CODE, f.NEXT_CODE, "staff:"):
        assert trace not in text


def test_the_csv_says_the_same(burdened):
    answer = client().get(f"/board/{CODE}/burden.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    raised = next(row for row in rows if row["forms"] == "raise:event")
    assert (raised["entries"], raised["timed"], raised["is_measured"]) == ("12", "6", "yes")
    assert (raised["minutes_an_entry"], raised["low"], raised["high"]) == ("4.0", "2.5", "5.5")
    weeks = int(raised["days"]) / 7
    assert float(raised["minutes_a_grid_and_week"]) == pytest.approx(12 * 4 / 6 / weeks, abs=0.01)
    assert float(raised["fields_a_grid_and_week"]) == pytest.approx(
        12 * int(raised["fields_an_entry"]) / 6 / weeks, abs=0.01
    )


def test_what_a_new_form_would_cost(burdened):
    asked = {"fields_count": "10", "times": "6"}
    text = client().get(PAGE, asked).content.decode()
    assert "<strong>25.0 minutes</strong>" in text, "6 x (20 s + 10 x 23 s)"
    assert "2.5 hours" in text, "in six grids"
    wrong = client().get(PAGE, {"fields_count": "0", "times": "6"})
    assert wrong.status_code == 200
    assert "<strong>" not in wrong.content.decode().split("board-cost")[1].split("</section>")[0]


def test_a_month_that_is_none_is_not_found(burdened):
    for address in (f"{PAGE}?month=1999-01", f"{PAGE}?month=x", "/board/none/burden/"):
        assert client().get(address).status_code == 404
    assert client().get(f"/board/{CODE}/").content.decode().count(PAGE) == 1


def test_before_anything_is_published_the_page_says_so(db):
    f.a_place()
    answer = client().get(PAGE)
    assert answer.status_code == 200
    assert "Nothing is published for this month" in answer.content.decode()
    assert client().get(f"/board/{CODE}/burden.csv").status_code == 404
