"""The inbox: who sees what, filters, counters, pages, live lines, export."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from commongrid.doors.desk.filters import query_of, read_filters
from commongrid.rooms.matters import face as matters
from tests.doors.desk.town import GRID_PATH, LEAD, NEXT_GRID, PEOPLE, WORDS
from tests.rooms.places.standing import AT

INBOX = "/desk/"
SEES_REPORTED = frozenset(
    ["desk", "desk2", "dispatcher", "centre", "township", "checker", "supervisor", "grid_worker"]
)
SEES_OFFERED = SEES_REPORTED | {"handler", "head"}


def ids_in(response):
    return {str(row.card.id) for row in response.context["rows"]}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_list_ends_where_the_appointment_ends(town, who):
    reported, offered = town.walked_to("reported"), town.walked_to("dispatched")
    seen = ids_in(town.client(who).get(INBOX))
    assert (str(reported) in seen) == (who in SEES_REPORTED)
    assert (str(offered) in seen) == (who in SEES_OFFERED)


def test_nobody_comes_in_without_logging_in(client, db):
    for name in ("inbox", "rows", "filters", "export", "offer", "tasks", "map", "new"):
        response = client.get(reverse(f"desk:{name}"))
        assert response.status_code == 302
        assert "/staff/login/" in response.url


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["收件箱", "暴露垃圾", "已上报", "在办"]),
        ("en", ["Inbox", "reported", "In hand"]),
    ],
)
def test_the_inbox_speaks_both_languages(town, language, words):
    town.raise_one()
    text = town.client("desk", language).get(INBOX).content.decode()
    for word in words:
        assert word in text


def test_text_of_residents_is_shown_as_text(town):
    town.raise_one("<script>alert(1)</script> 垃圾")
    text = town.client("desk").get(INBOX).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("q=井盖", True),
        ("q=路灯", False),
        ("state=reported", True),
        ("state=accepted", False),
        ("kind=event", True),
        ("kind=service", False),
        ("type=A01", True),
        ("type=B02", False),
        (f"unit={LEAD}", False),
        ("channel=web", True),
        ("channel=paper", False),
        ("from=2026-03-10", True),
        ("from=2026-03-11", False),
        ("until=2026-03-10", True),
        ("until=2026-03-09", False),
        ("redone=yes", False),
        ("redone=no", True),
        ("show=end", False),
        ("show=all", True),
        ("light=red", False),
        ("light=none", True),
        (f"path={GRID_PATH}", True),
        ("path=/150500000000/150522000000/", False),
        ("from=nonsense&size=7&page=x&order=up", True),
    ],
)
def test_each_filter_narrows_the_list(town, query, finds):
    matter_id = town.raise_one(WORDS)
    assert (str(matter_id) in ids_in(town.client("desk").get(f"{INBOX}?{query}"))) == finds


def test_filters_are_chips_that_can_be_taken_away(town):
    town.raise_one()
    response = town.client("desk").get(f"{INBOX}?q=井盖&light=red&unit={LEAD}&redone=yes")
    chips = {chip.label: chip.query for chip in response.context["chips"]}
    assert len(chips) == 4
    for query in chips.values():
        assert len(query_of(read_filters(QueryDict(query))).split("&")) == 3
    assert "No matter fits these filters" in response.content.decode()


def test_an_address_and_its_filters_are_the_same_thing():
    asked = matters.Filters(
        text="井盖",
        states=("reported", "accepted"),
        state_kinds=(),
        lights=("red",),
        path="/15/1505/",
        is_redone=False,
        mine=True,
        received_from=AT.replace(hour=16) - timedelta(days=3),
        received_until=AT.replace(hour=16),
        order="newest",
    )
    assert read_filters(QueryDict(query_of(asked))) == asked


def test_the_counters_count_what_their_lists_show(town):
    town.raise_one()
    town.walked_to("closed")
    client = town.client("desk")
    for tab in client.get(INBOX).context["tabs"]:
        assert client.get(f"{INBOX}?{tab.query}").context["listed"].total == tab.count, tab.name


def test_a_long_list_has_pages(town):
    for n in range(27):
        town.raise_one(f"第{n}件")
    client = town.client("desk")
    first, second = client.get(INBOX), client.get(f"{INBOX}?page=2")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 2)
    assert not ids_in(first) & ids_in(second)
    assert "Page 1 of 2" in first.content.decode()
    assert client.get(f"{INBOX}?size=50").context["listed"].pages == 1


def test_a_hundred_lines_take_few_statements(town, count_sql):
    for n in range(100):
        town.raise_one(f"第{n}件")
    client = town.client("desk")
    client.get(INBOX)
    with count_sql(max=8):
        lines = client.get("/desk/rows/?size=100")
    assert len(lines.context["rows"]) == 100
    with count_sql(max=8):
        client.get(f"{INBOX}?size=100")


def test_live_lines_answer_304_until_something_changes(town):
    town.raise_one()
    client = town.client("desk")
    tag = client.get(INBOX).context["etag"]
    again = client.get("/desk/rows/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    town.raise_one("又一件")
    changed = client.get("/desk/rows/", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert changed.content.decode().count("<tr") == 2


def test_the_tag_is_one_persons_in_one_language(town):
    town.raise_one()
    tags = {
        town.client(who, language).get("/desk/rows/").headers["ETag"]
        for who, language in (("desk", "en"), ("desk", "zh-hans"), ("desk2", "en"))
    }
    assert len(tags) == 3


def test_the_table_holds_the_list_and_no_words_of_people(town):
    town.raise_one("张三家门口 13800000000", address="三号楼二单元")
    town.raise_one(grid_code=NEXT_GRID)
    response = town.client("desk").get("/desk/export.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert len(table) == 3
    assert {len(line) for line in table} == {19}
    assert "13800000000" not in text
    assert "张三" not in text
    assert "三号楼" not in text
    assert response.headers["Content-Disposition"].endswith('.csv"')


def test_the_table_keeps_to_the_filters(town):
    town.raise_one()
    response = town.client("desk").get("/desk/export.csv?state=closed")
    assert b"".join(response.streaming_content).decode().count("\r\n") == 1


def test_a_view_is_kept_and_found_again(town):
    client = town.client("desk")
    page = client.get("/desk/filters/?light=red&kind=event")
    command_id = page.context["view_form"]["command_id"].value()
    response = client.post(
        "/desk/views/",
        {"command_id": command_id, "name": "红灯事件", "query": "light=red&kind=event"},
        follow=True,
    )
    assert "红灯事件" in response.content.decode()
    assert dict(response.context["views"])["红灯事件"] == "light=red&kind=event"
    assert "红灯事件" not in town.client("desk2").get(INBOX).content.decode()
    assert "红灯事件" in client.get("/desk/filters/").content.decode()
    client.post("/desk/views/forget/", {"name": "红灯事件"})
    assert not client.get(INBOX).context["views"]


def test_the_filter_page_keeps_what_is_in_force(town):
    page = (
        town.client("desk").get("/desk/filters/?light=red&from=2026-03-01&q=井盖").content.decode()
    )
    assert 'value="red"' in page
    assert 'value="2026-03-01"' in page
    assert 'value="井盖"' in page
    part = town.client("desk").get("/desk/filters/", headers={"hx-request": "true"})
    assert b"<html" not in part.content
