# ruff: noqa: E501 - odd queries in rows
"""Full-text search: the same answers on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection

from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, SearchWords
from commongrid.rooms.matters.queries import search
from tests.support import factories as f
from tests.support.words import index_words_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
TEXTS = {
    "cover": "东门外井盖缺失,晚上看不见",
    "lamp": "The street lamp near block B12 is broken",
    "rubbish": "垃圾桶满了,盖子也坏了;井边有积水",
    "well": "ᠬᠤᠳᠳᠤᠭ ᠤᠨ ᠤᠰᠤ ᠪᠠᠶᠢᠬᠤ ᠦᠭᠡᠢ 机井没水",
    "wide": "ABC１２３ 全角字母ＤＥＦ",
}


@pytest.fixture(params=[False, True], ids=["words wait", "words in the index"])
def refs(request) -> dict[str, str]:
    if request.param and connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's index keeps what waits to itself")
    named = {f.raised("A01", text, address="").ref: name for name, text in TEXTS.items()}
    if request.param:
        index_words_now()
    return named


def found(query: str, refs: dict[str, str]) -> set[str]:
    filters = face.Filters(text=query, state_kinds=())
    listed = face.list_matters(actor=f.DESK, at=NOW, filters=filters)
    counted = face.count_matters(actor=f.DESK, at=NOW, filters=filters)
    assert counted.open == listed.total == len(listed.cards)
    return {refs[card.ref] for card in listed.cards}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("井盖", {"cover"}),  # two characters, in this order, next to each other
        ("盖井", set()),
        ("井", {"cover", "rubbish", "well"}),
        ("垃圾桶", {"rubbish"}),
        ("井盖 晚上", {"cover"}),  # every word
        ("井盖 垃圾", set()),
        ("lamp", {"lamp"}),
        ("LAMP", {"lamp"}),
        ("lam", {"lamp"}),  # a beginning
        ("amp", set()),
        ("street lamp", {"lamp"}),
        ("b12", {"lamp"}),
        ("ᠬᠤᠳᠳᠤᠭ", {"well"}),
        ("ᠤᠰᠤ 机井", {"well"}),
        ("123", set()),  # in the middle of a word: only beginnings are found
        ("abc123", {"wide"}),
        ("ａｂｃ１２３", {"wide"}),
        ("没有这个词", set()),
    ],
)
def test_words_are_found(query, wanted, refs):
    assert found(query, refs) == wanted


HOSTILE = [
    '"', "''", "井盖'", '井"盖', "井盖*", "*", "井 AND 盖", "NOT 井盖", "井盖 OR 1=1", "NEAR(井 盖)",
    "words:井盖", "井盖; DROP TABLE matters_matter", "(", "井盖)", "-井盖", "^井盖", "!", "a & b", "a | b",
    "<->", "%", "_", "\\", ":*", "井盖:*", "\x00", "井\x00盖", "\ud7ff", "😀", "   ", "。,!?", "a" * 3000,
    "井" * 500, "\u200b", "1e5", "3.14", "user@example.org", "http://a.b/c?d=e", "2026-03-10", "+86",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda q: repr(q[:20]))
def test_operators_quotes_and_odd_characters_are_harmless(query, refs):
    assert found(query, refs) <= set(TEXTS)
    assert found("井盖", refs) == {"cover"}, "the table is still there"


@pytest.mark.parametrize("query", ["井盖'", '井盖"', "井盖*", "“井盖”", "井盖。", "(井盖)"])
def test_punctuation_around_a_word_is_no_part_of_it(query, refs):
    assert found(query, refs) == {"cover"}


@pytest.mark.parametrize("common", [1, 10_000], ids=["open lead", "hits lead"])
@pytest.mark.parametrize(
    "query",
    ["井盖", "盖井", "井", "垃圾桶", "井盖 晚上", "井盖 垃圾", "lam", "amp", "street lamp", "b12", "123",
     "ᠬᠤᠳᠳᠤᠭ", "ａｂｃ１２３", "stre lamp", "street lam", "%", '"', "盖子"],
)  # fmt: skip
def test_whoever_leads_among_the_open_the_same_is_found(query, common, refs, monkeypatch):
    monkeypatch.setattr(search, "COMMON", common)
    filters = face.Filters(text=query)
    listed = face.list_matters(actor=f.DESK, at=NOW, filters=filters)
    assert {refs[card.ref] for card in listed.cards} == found(query, refs)
    assert face.count_matters(actor=f.DESK, at=NOW, filters=filters).open == listed.total


@pytest.mark.parametrize("common", [1, 10_000], ids=["open lead", "hits lead"])
def test_what_has_ended_is_not_among_the_open(common, monkeypatch):
    monkeypatch.setattr(search, "COMMON", common)
    matter = f.walked(*f.HANDLED, text="东门外井盖缺失")
    filters = face.Filters(text="井盖")
    assert face.list_matters(actor=f.DESK, at=NOW, filters=filters).total == 1
    assert face.list_matters(actor=f.NEXT_WORKER, at=NOW, filters=filters).total == 0
    Matter.objects.filter(pk=matter.id).update(state_kind="end")
    assert face.list_matters(actor=f.DESK, at=NOW, filters=filters).total == 0


def test_a_search_among_the_open_stops_when_it_has_enough(refs, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 1)
    rows = Matter.objects.all()
    newest = search.newest_found(rows, "井", 2, is_open=True)
    assert len(newest) == 2
    assert set(newest) < set(search.newest_found(rows, "井", 9, is_open=True))


def test_a_reference_is_found_as_it_is_read_aloud(refs):
    ref = next(ref for ref, name in refs.items() if name == "lamp")
    assert found(ref, refs) == {"lamp"}
    assert found(f" {ref.lower()} ", refs) == {"lamp"}


def test_only_what_one_may_read_is_found(refs):
    filters = face.Filters(text="井盖", state_kinds=())
    for actor in (f.NEXT_WORKER, f.HANDLER, f.RESIDENT):
        assert face.list_matters(actor=actor, at=NOW, filters=filters).total == 0


def test_no_words_of_a_sealed_matter_are_found():
    f.raised("J03", "有人持刀在东门", address="三号楼四单元")
    filters = face.Filters(text="持刀", state_kinds=())
    assert face.list_matters(actor=f.DESK, at=NOW, filters=filters).total == 0
    filters = face.Filters(text="四单元", state_kinds=())
    assert face.list_matters(actor=f.DESK, at=NOW, filters=filters).total == 0


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT upto FROM matters_words_upto")
        return SearchWords.objects.filter(id__gt=cursor.fetchone()[0]).count()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's index")
def test_what_is_changed_and_erased_is_found_so_in_the_index_and_before_it():
    keys = [f.raised("A01", "东门外井盖缺失", address="").id for _ in range(70)]
    assert 0 < waiting() < 64
    rows = SearchWords.objects.order_by("id")
    first, last = rows[0], rows[69]
    for row in (first, rows[1], rows[68], last):
        SearchWords.objects.filter(pk=row.pk).update(words="路 灯 坏 了 café")
    rows.filter(pk__in=[rows[1].pk, rows[68].pk]).delete()

    def ids(query: str) -> list[object]:
        return search.newest_found(Matter.objects.all(), query)

    assert ids("路灯") == [last.matter_id, first.matter_id]
    assert ids("café") == [last.matter_id, first.matter_id]
    assert ids("cafe") == []  # an accent counts
    assert ids("井盖") == [key for key in reversed(keys) if key in set(ids("井盖"))]
    assert len(ids("井盖")) == 66
    more = [f.raised("A01", "东门外井盖缺失", address="").id for _ in range(64)]
    assert ids("路灯") == [last.matter_id, first.matter_id]
    assert ids("井盖")[:64] == more[::-1]
    assert len(ids("井盖")) == 66 + 64
    with connection.cursor() as cursor:  # raises where index and words differ in what it holds
        cursor.execute("INSERT INTO matters_words(matters_words) VALUES ('integrity-check')")
