"""Similar open matters: who is found, in what order, why, and what nobody may learn by asking."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.rooms.matters import face
from commongrid.rooms.matters.domain.likeness import likeness, pieces
from commongrid.rooms.matters.domain.similarity import Asked, Candidate, rank
from commongrid.rooms.matters.models import Matter
from tests.bench import bench_similar
from tests.support import factories as f

NOW = f.AT + f.HOUR
LON, LAT = 122.2, 43.6


def similar(**more: object) -> list[face.SimilarCard]:
    given_ = {"at": NOW, "type_code": "A01", "path": f.GRID, "lon": LON, "lat": LAT, **more}
    return list(face.find_similar(**given_))


def refs(cards: list[face.SimilarCard]) -> list[str]:
    return [card.ref for card in cards]


# --- words


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("楼门口垃圾堆满了", "垃圾堆满了楼门口", 0.7, 1),
        ("路灯坏了三天", "路灯不亮,坏了", 0.3, 0.8),
        ("路灯坏了", "垃圾没人清", 0, 0),
        ("Street light out", "the street lights are out", 0.9, 1),
        ("Pothole on Elm Street", "graffiti on a wall", 0, 0),
        ("", "垃圾", 0, 0),
        ("的", "的", 1, 1),
    ],
)
def test_likeness_of_words(one, other, least, most):
    assert least <= likeness(pieces(one), pieces(other)) <= most


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_knows_no_order(one, other):
    there, back = likeness(pieces(one), pieces(other)), likeness(pieces(other), pieces(one))
    assert there == back
    assert 0 <= there <= 1
    assert not pieces(one) or likeness(pieces(one), pieces(one)) == 1


# --- the order and its reasons


def test_what_is_nearer_more_alike_and_of_the_same_type_comes_first():
    told = pieces("楼门口垃圾堆满了")
    asked = Asked("A01", 100, told)
    best = Candidate("best", "A01", 5, told)
    others = [
        Candidate("far", "A01", 95, told),
        Candidate("near type", "A02", 5, told),
        Candidate("other words", "A01", 5, pieces("路灯坏了")),
        Candidate("no point", "A01", None, told),
    ]
    matches = rank(asked, [*others, best], 5)
    assert matches[0].key == "best"
    assert matches[0].value == pytest.approx(0.975)
    assert {m.key: m.reason.en for m in matches} == {
        "best": "same type, the same spot, very similar words",
        "far": "same type, about 100 m away, very similar words",
        "near type": "a near type, the same spot, very similar words",
        "other words": "same type, the same spot",
        "no point": "same type, near by, very similar words",
    }
    assert matches[0].reason.zh == "同一类别，同一地点，说法很像"


def test_equal_matches_stay_in_the_order_they_came():
    asked = Asked("A01", 0)
    rows = [Candidate(n, "A01", None) for n in range(9)]
    assert [m.key for m in rank(asked, rows, 3)] == [0, 1, 2]


# --- in the house


@pytest.mark.django_db
@pytest.mark.usefixtures("place")
class TestInTheHouse:
    def test_the_likeliest_comes_first_with_its_reason(self):
        far = f.raised(lon=LON + 0.0004, lat=LAT, is_shareable=True)
        same = f.raised(lon=LON, lat=LAT, is_shareable=True)
        found = similar(text=f.WORDS)
        assert refs(found) == [same.ref, far.ref]
        assert found[0].reason.en == "same type, the same spot, very similar words"
        assert found[0].has_words
        assert similar(limit=1)[0].ref == same.ref

    def test_a_type_that_calls_this_one_near_is_found_too(self):
        near = next(
            (row, other)
            for row in f.rules().charter.types.values()
            for other in row.near
            if row.kind == "event"
            and f.rules().type(other).kind == "event"
            and row.code not in f.rules().type(other).near
        )
        raised = f.raised(near[0].code, is_shareable=True)
        found = similar(type_code=near[1], lon=None, lat=None)
        assert refs(found) == [raised.ref]
        assert found[0].reason.en == "a near type, near by"

    def test_a_matter_without_a_point_is_found_in_its_grid(self):
        here, elsewhere = f.raised(), f.raised(grid_code=f.NEXT_CODE)
        assert refs(similar()) == [here.ref]
        assert elsewhere.ref not in refs(similar())

    def test_where_an_unshared_matter_is_cannot_be_found_by_asking_around(self):
        hidden = f.raised(lon=LON, lat=LAT)
        answers = [
            (refs(cards), cards[0].distance_m, cards[0].reason, cards[0].value)
            for cards in (
                similar(lon=LON + step / 1000, lat=LAT + step / 2000) for step in range(-9, 10)
            )
        ]
        assert answers[0][0] == [hidden.ref]
        assert len({str(answer) for answer in answers}) == 1
        assert answers[0][1] is None

    def test_words_nobody_shared_cannot_be_guessed_by_asking(self):
        f.raised(lon=LON, lat=LAT)
        alike, unlike = similar(text=f.WORDS)[0], similar(text="完全别的事")[0]
        assert (alike.value, alike.reason) == (unlike.value, unlike.reason)
        assert (alike.excerpt, alike.has_words) == ("", False)

    def test_staff_see_and_compare_everything_they_may_read(self):
        f.raised(lon=LON, lat=LAT, photos=[f.photo()])
        card = similar(actor=f.DESK, text=f.WORDS)[0]
        assert (card.distance_m, card.excerpt) == (0, f.WORDS)
        assert card.photo_id is not None
        assert "very similar words" in card.reason.en
        stranger = similar(actor=f.NEXT_WORKER, text=f.WORDS)[0]
        assert (stranger.distance_m, stranger.excerpt, stranger.photo_id) == (None, "", None)

    def test_what_is_kept_for_those_in_charge_is_shown_to_no_neighbour(self):
        matter = f.raised(lon=LON, lat=LAT, is_shareable=True)
        Matter.objects.filter(pk=matter.id).update(in_charge=";supervisor;")
        assert similar() == []
        assert similar(actor=f.DESK) == []

    def test_the_matter_itself_is_left_out(self):
        matter = f.raised()
        assert similar(leave_out=matter.id) == []

    def test_statements_do_not_grow(self, count_sql):
        def found_all(actor: object) -> None:
            assert len(similar(actor=actor, limit=50)) == Matter.objects.count()

        for _ in range(2):
            f.raised(lon=LON, lat=LAT, is_shareable=True, photos=[f.photo()])
        with count_sql(max=7):
            found_all(f.DESK)
        for _ in range(10):
            f.raised(lon=LON, lat=LAT, is_shareable=True, photos=[f.photo()])
        with count_sql(max=7):
            found_all(f.DESK)


# --- against what a city's own staff called the same


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("CI") == "true" or not bench_similar.BOSTON.is_file(),
    reason="NOT CHECKED against the data set: boston_311_2011_jul_oct.parquet is not here",
)
def test_four_of_five_duplicates_a_city_named_are_among_the_first_five(capsys):
    shares = bench_similar.measure(bench_similar.read_boston())
    capsys.readouterr()
    assert shares["five"] > 0.8
    assert shares["first"] > 0.7
    assert shares["shown"] < 0.2, "four of five people are not asked about neighbours' matters"
