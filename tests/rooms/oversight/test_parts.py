"""Pages read parts of a publication: they repeat its tables, and no page reads the tables."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from commongrid.bridges import board
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.domain.parting import parts_of
from commongrid.rooms.oversight.models import PublicationPart
from tests.rooms.oversight import standing as s
from tests.support import factories as f

CODE = f.TOWN.strip("/").split("/")[-1]
NAMES = st.sampled_from(["/a/", "/b/", "/b/.", "/c/d/"])
ROW = st.tuples(NAMES, st.lists(NAMES, min_size=1, max_size=3, unique=True), st.just({"n": 7}))
TABLES = st.dictionaries(st.sampled_from(["raised", "solution"]), st.lists(ROW, max_size=4))
LABELS = {name: [name, name, "grid", name] for name in ("/a/", "/b/", "/b/.", "/c/d/")}


@pytest.fixture
def published(db):
    """Three months that follow each other, the last one with two grids."""
    f.a_place()
    for month in range(3):
        s.many(6 + month, at=f.AT + month * 31 * f.DAY)
    s.many(9, grid_code=f.NEXT_CODE, at=f.AT + 62 * f.DAY)
    board.catch_up()
    return board.publish_due_months(at=s.LATER + 60 * f.DAY)


def past_of(cards, month, axis, figure, key):
    """What the very same row showed in another month, looked up in its whole tables."""
    for card in cards:
        if card.month == month:
            for _, members, counts in card.tables[axis].get(figure, ()):
                if "+".join(members) == key:
                    return sum(counts.values())
    return None


def test_a_figure_shows_the_rows_of_the_tables_and_of_the_month_before(published):
    card = published[-1]
    before = published[-2].month
    seen = 0
    for figure in oversight.figures():
        page = board.read_figure(CODE, figure.key, card.month)
        for axis, rows in (("by_place", page.by_place), ("by_type", page.by_type)):
            told = card.tables[axis].get(figure.key, [])
            assert [(row.key, row.counts) for row in rows] == [("+".join(m), c) for _, m, c in told]
            labels = card.tables["labels"][axis]
            for row, (_, members, _) in zip(rows, told, strict=True):
                assert [name.zh for name in row.names] == [labels[name][0] for name in members]
                past = past_of(published, before, axis, figure.key, row.key)
                assert (row.before.total if row.before else None) == past
                seen += past is not None
    assert seen


def test_the_whole_place_shows_the_first_rows_of_every_month(published):
    page = board.read_board(CODE, published[-1].month)
    assert page.publication is not None
    assert page.publication.digest == published[-1].digest
    for figure, row in page.rows:
        told = published[-1].tables["by_place"][figure.key]
        assert row.counts == (told[0][2] if told else None)
    totals = [sum(c.tables["by_place"]["raised"][0][2].values()) for c in published]
    assert [point.total for point in page.raised] == totals
    assert {wait.key: wait.seen for wait in page.waits} == {
        name: sum(row[2] + row[3] for row in rows)
        for name, rows in published[-1].tables["waits"].items()
    }


def test_a_page_reads_parts_and_never_the_tables(published):
    month = published[-1].month
    for read in (
        lambda: board.read_board(CODE, month),
        lambda: board.read_figure(CODE, "solution", month),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read()
        assert len(asked) <= 3
        assert not any('"tables"' in query["sql"] for query in asked)


def test_a_figure_reads_its_own_tables_of_three_months_and_the_whole_of_all(published):
    months = [card.month for card in published]
    wanted = {oversight.WHOLE: months, oversight.part_name("by_place", "raised"): months[-1:]}
    found = oversight.list_parts(CODE, wanted)
    assert [one.head.month for one in found] == months
    assert [sorted(one.parts) for one in found] == [
        ["whole"],
        ["whole"],
        ["by_place:raised", "whole"],
    ]
    assert oversight.list_parts(CODE, {}) == ()
    assert oversight.list_parts("nowhere", wanted) == ()
    assert oversight.list_parts(CODE, {oversight.WHOLE: [date(1999, 1, 1)]}) == ()


@given(TABLES, TABLES)
def test_what_was_published_before_is_cut_as_it_is_now(by_place, by_type):
    tables = {
        "by_place": by_place,
        "by_type": by_type,
        "labels": {"by_place": LABELS, "by_type": LABELS},
        "waits": {"wait_answer": [[0, 1, 5, 5]]},
    }
    migration = import_module("commongrid.rooms.oversight.migrations.0002_parts")
    parts = dict(parts_of(tables))
    assert dict(migration.cut(tables)) == parts
    for axis, figures in (("by_place", by_place), ("by_type", by_type)):
        for figure, rows in figures.items():
            part = parts[oversight.part_name(axis, figure)]
            assert part["rows"] == rows
            assert set(part["labels"]) == {name for row in rows for name in row[1]}
    assert set(parts[oversight.WHOLE]["rows"]) == set(by_place)


def test_every_publication_has_its_parts(published):
    for card in published:
        rows = PublicationPart.objects.filter(publication__made_by_act=card.made_by_act)
        kept = dict(rows.order_by("part").values_list("part", "content"))
        assert kept == dict(parts_of(card.tables))
