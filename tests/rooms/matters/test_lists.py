"""Lists: filters, lights, pages, saved views, and how many statements each reading costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.cards import Light
from commongrid.rooms.matters.models import Matter, SavedView
from commongrid.rooms.matters.queries import lists
from commongrid.rooms.places import face as places
from tests.rooms.places import standing
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
ALL = face.Filters(state_kinds=())


def listed(filters: face.Filters = ALL, at=NOW, **more):
    return face.list_matters(actor=f.DESK, at=at, filters=filters, **more)


def ids(filters: face.Filters, at=NOW) -> set:
    found = {card.id for card in listed(filters, at).cards}
    assert face.count_matters(actor=f.DESK, at=at, filters=replace(filters, lights=())).open >= len(
        found
    )
    return found


# --- what it costs


def many(count: int) -> None:
    """So many matters, each with promises, an offer and a photo count of its own."""
    model = f.walked(*f.HANDLED)
    row = Matter.objects.get(pk=model.id)
    for number in range(count - 1):
        row.pk, row.ref, row.receipt = new_id(), f"260310-X{number:04}", f"{number:064}"
        row._state.adding = True
        row.save(force_insert=True)


@pytest.mark.parametrize("rows", [10, 100])
def test_a_list_costs_the_same_for_ten_rows_and_a_hundred(rows, count_sql):
    many(rows)
    listed()
    with count_sql(max=3):
        assert len(listed(size=200).cards) == rows
    with count_sql(max=1):
        face.count_matters(actor=f.DESK, at=NOW, filters=ALL)
    with count_sql(max=2):
        face.cluster_matters(actor=f.DESK, at=NOW, filters=ALL, zoom=12)
    with count_sql(max=4):
        listed(face.Filters(text="垃圾", lights=("red", "yellow", "none"), units=("sanitation",)))


AROUND = 2  # what begins and ends a transaction; a savepoint under test


def test_raising_costs_twelve_statements(count_sql):
    f.raised()
    with count_sql(max=12 + AROUND):
        f.raised(contact=f.CONTACT, photos=[f.photo(), f.photo()])


def test_a_step_costs_twelve_statements(count_sql):
    matter = f.raised(contact=f.CONTACT)
    mine = face.reporter_of(matter.id)
    for who, action, fields in (*f.HANDLED, f.CLAIM, f.CONFIRM):
        actor = mine if who == "reporter" else who
        with count_sql(max=12 + AROUND):
            f.step(matter.id, actor, action, **fields)


def test_a_page_costs_twelve_statements(count_sql):
    matter = f.walked(*f.CLOSED, contact=f.CONTACT, photos=[f.photo()])
    with count_sql(max=12):
        assert face.get_matter(actor=f.DESK, at=NOW, matter_id=matter.id)
    with count_sql(max=12):
        mine = face.reporter_of(matter.id)
        assert face.get_own_matter(actor=mine, at=NOW, matter_id=matter.id)


def test_similar_matters_cost_no_statement_a_row(count_sql):
    for _ in range(5):
        f.raised()
    with count_sql(max=3):
        assert len(face.find_similar(at=NOW, type_code="A01", path=f.GRID)) == 5


# --- filters


@pytest.fixture
def mixed() -> dict[str, face.Raised]:
    return {
        "new": f.raised("B02", channel="phone", at=f.AT),
        "held": f.walked(*f.HANDLED),
        "offered": f.walked(f.ACCEPT, f.OFFER),
        "closed": f.walked(*f.CLOSED),
        "redone": f.walked(*f.HANDLED, f.CLAIM, ("reporter", "not_solved", {"reason": "还是脏"})),
        "service": f.raised("F02", grid_code=f.NEXT_CODE),
        "old": f.raised("B02", at=f.AT - 3 * f.DAY, lon=122.2, lat=43.6),
    }


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, {"new", "held", "offered", "closed", "redone", "service", "old"}),
        ({"state_kinds": ("end",)}, {"closed"}),
        ({"states": ("handling",)}, {"held", "redone"}),
        ({"kinds": ("service",)}, {"service"}),
        ({"types": ("B02",)}, {"new", "old"}),
        ({"channels": ("phone",)}, {"new"}),
        ({"units": ("sanitation",)}, {"held", "offered", "closed", "redone"}),
        ({"path": f.NEXT_GRID}, {"service"}),
        ({"path": f.TOWN, "types": ("F02",)}, {"service"}),
        ({"is_redone": True}, {"redone"}),
        ({"is_redone": False, "units": ("sanitation",)}, {"held", "offered", "closed"}),
        ({"received_until": f.AT}, {"old"}),
        ({"received_from": f.AT, "types": ("B02",)}, {"new"}),
        ({"bbox": (122.1, 43.5, 122.3, 43.7)}, {"old"}),
        ({"mine": True}, set()),
        ({"text": "垃圾", "state_kinds": ("end",)}, {"closed"}),
    ],
)
def test_each_filter_narrows(changed, names, mixed):
    assert ids(replace(ALL, **changed)) == {mixed[name].id for name in names}


def test_mine_is_what_my_unit_holds_or_is_asked(mixed):
    filters = replace(ALL, mine=True, state_kinds=("open",))
    found = face.list_matters(actor=f.HANDLER, at=NOW, filters=filters)
    assert {c.id for c in found.cards} == {mixed[n].id for n in ("held", "offered", "redone")}


def test_the_default_shows_what_is_open(mixed):
    shown = {card.id for card in listed(face.Filters()).cards}
    assert mixed["closed"].id not in shown
    assert mixed["service"].id in shown


def test_pages_are_stable_and_the_last_one_stands_for_those_after_it(mixed):
    whole = [card.id for card in listed(replace(ALL, order="oldest")).cards]
    pages = [listed(replace(ALL, order="oldest"), page=n, size=3) for n in (1, 2, 3, 9)]
    assert [card.id for page in pages[:3] for card in page.cards] == whole
    assert pages[3].cards == pages[2].cards
    assert (pages[0].total, pages[0].pages) == (7, 3)
    assert len(listed(ALL, size=0).cards) == 1
    assert listed(ALL, page=-4).page == 1


@pytest.mark.parametrize("order", ["light", "due", "newest", "oldest"])
def test_every_order_shows_each_matter_once(order, mixed):
    cards = listed(replace(ALL, order=order)).cards
    assert len({card.id for card in cards}) == len(cards) == 7
    if order in ("newest", "oldest"):
        times = [card.received_at for card in cards]
        assert times == sorted(times, reverse=order == "newest")


def test_counting_stops_at_its_bound_and_says_so(mixed, monkeypatch):
    def counted(most: int):
        monkeypatch.setattr(lists, "MOST_COUNTED", most)
        return face.count_matters(actor=f.DESK, at=NOW, filters=ALL)

    assert (counted(8).open, counted(8).is_exact) == (7, True)
    few = counted(3)
    assert (few.open, few.is_exact) == (3, False)
    assert sum(few.by_light.values()) == sum(few.by_state.values()) == 3
    nobody = face.count_matters(actor=f.RESIDENT, at=NOW, filters=ALL)
    assert (nobody.open, nobody.is_exact) == (0, True)


@pytest.mark.parametrize("most", [2, 7, 100], ids=["many more", "as many", "fewer"])
@pytest.mark.parametrize(
    "narrower",
    [
        {}, {"lights": ("none",)}, {"lights": ("red", "yellow", "blue")}, {"order": "newest"},
        {"states": ("handling", "no such state")}, {"lights": ("none",), "states": ("handling",)},
        {"text": "垃圾"},
    ],
    ids=lambda narrower: "+".join(narrower) or "all",
)  # fmt: skip
def test_a_list_is_as_long_as_was_counted_before(mixed, monkeypatch, narrower, most):
    """What the tabs have counted tells the length of the list; where not, it is counted."""
    monkeypatch.setattr(lists, "MOST_COUNTED", most)
    for kinds in ((), ("open", "waiting"), ("end",)):
        filters = replace(ALL, state_kinds=kinds, **narrower)
        base = replace(filters, lights=(), states=())
        counts = face.count_each(actor=f.DESK, at=NOW, each={"it": base})["it"]
        told, asked = listed(filters, counts=counts), listed(filters)
        assert (told.total, told.pages, told.cards) == (asked.total, asked.pages, asked.cards)
        if counts.open != most:  # there may be more, or not
            assert (told.total_text, told.version) == (asked.total_text, asked.version)


def test_many_filters_are_counted_as_each_of_them(mixed, count_sql):
    each = {
        "open": replace(ALL, state_kinds=("open",)), "ended": replace(ALL, state_kinds=("end",)),
        "none": replace(ALL, units=("nobody",)), "there": replace(ALL, path=f.NEXT_GRID),
        "nowhere": replace(ALL, lights=(), types=()),
    }  # fmt: skip
    alone = {
        name: face.count_matters(actor=f.DESK, at=NOW, filters=filters)
        for name, filters in each.items()
    }
    assert len({counts.open for counts in alone.values()}) > 3
    with count_sql(max=1):
        assert face.count_each(actor=f.DESK, at=NOW, each=each) == alone
    assert face.count_each(actor=f.DESK, at=NOW, each={}) == {}
    nobody = face.count_each(actor=f.RESIDENT, at=NOW, each=each)
    assert {counts.open for counts in nobody.values()} == {0}


# --- lights


def test_a_light_rises_with_the_time_used_and_the_filter_follows():
    matter = f.walked(f.ACCEPT, type_code="B03")  # make safe within a day
    seen = []
    for hours in (1, 13, 19, 23, 30):
        at = f.AT + hours * f.HOUR
        light = listed(ALL, at).cards[0].light
        seen.append(light.value)
        assert ids(replace(ALL, lights=(light.value,)), at) == {matter.id}
        others = tuple(x.value for x in Light if x is not light)
        assert ids(replace(ALL, lights=others), at) == set()
        counts = face.count_matters(actor=f.DESK, at=at, filters=ALL)
        assert counts.by_light == {light.value: 1}
        cluster = face.cluster_matters(actor=f.DESK, at=at, filters=ALL, zoom=3)
        assert cluster == ()  # no point was given
    assert seen == ["none", "blue", "yellow", "red", "red"]


def test_a_clock_that_stands_still_is_grey():
    f.walked(("desk", "accept", {}), ("desk", "assign", {"unit": "sanitation"}), type_code="F02")
    matter = Matter.objects.get()
    f.step(
        matter.pk, "handler", "answer", NOW, answer_text="办", next_step="x", next_on="2026-03-12"
    )
    f.step(matter.pk, "handler", "wait_office", NOW, office="残联", office_limit="20 日",
           review_on="2026-03-14")  # fmt: skip
    card = listed().cards[0]
    assert (card.light, card.paused_for, card.due_at) == (Light.GREY, "office", None)
    assert ids(replace(ALL, lights=("grey",))) == {matter.pk}


def test_points_near_each_other_on_the_screen_are_one():
    for step in range(6):
        f.raised(lon=122.2 + step * 0.0001, lat=43.6)
    far = face.cluster_matters(actor=f.DESK, at=NOW, filters=ALL, zoom=8)
    near = face.cluster_matters(actor=f.DESK, at=NOW, filters=ALL, zoom=22)
    assert sum(cluster.count for cluster in far) == sum(cluster.count for cluster in near) == 6
    assert len(far) < len(near) == 6
    assert all(cluster.matter_id and cluster.label for cluster in near)


# --- saved views


def test_a_view_keeps_its_filters_word_for_word():
    filters = replace(
        ALL, text="井盖", lights=("red",), received_from=f.AT, bbox=(1.0, 2.0, 3.0, 4.0), mine=True
    )
    face.save_view(actor=f.DESK, at=NOW, name=" 红灯 ", filters=filters)
    assert face.list_views(actor=f.DESK) == (("红灯", filters),)
    assert face.list_views(actor=f.SECOND_DESK) == ()
    face.save_view(actor=f.DESK, at=NOW, name="红灯", filters=ALL)
    assert face.list_views(actor=f.DESK) == (("红灯", ALL),)
    face.drop_view(actor=f.SECOND_DESK, name="红灯")
    assert SavedView.objects.count() == 1
    face.drop_view(actor=f.DESK, name="红灯")
    assert face.list_views(actor=f.DESK) == ()


def test_a_view_needs_a_name_and_there_are_thirty_at_the_most():
    with pytest.raises(Refused) as caught:
        face.save_view(actor=f.DESK, at=NOW, name="  ", filters=ALL)
    assert caught.value.verdict.rule == "view.name"
    for number in range(30):
        face.save_view(actor=f.DESK, at=NOW, name=f"v{number}", filters=ALL)
    with pytest.raises(Refused) as caught:
        face.save_view(actor=f.DESK, at=NOW, name="one more", filters=ALL)
    assert caught.value.verdict.rule == "view.most"
    assert caught.value.verdict.say.en
    face.save_view(actor=f.DESK, at=NOW, name="v3", filters=ALL)


# --- before raising


def test_the_catalogue_of_a_place_names_its_promises():
    groups = face.list_matter_types(path=f.GRID, at=NOW)
    cards = {card.code: card for _, members in groups for card in members}
    assert {"A01", "F02", "J07"} <= set(cards)
    assert "I06" not in cards, "an appeal is opened on a matter, not chosen from the list"
    assert cards["B03"].first_answer == "7d"
    assert {limit for _, _, limit in cards["B03"].milestones} == {"24h", "15d"}
    assert cards["J07"].is_sealed
    questions = face.list_questions(path=f.GRID, at=NOW, type_code="C03")
    assert "cold_and_frail" in {q.sets_case for q in questions}


def test_advice_is_given_before_a_matter_is_sent():
    advice = face.advise_before_raising(
        path=f.GRID, at=NOW, text="草垛着火了", type_code="A06", answers={}
    )
    assert (advice.outcome, advice.line) == ("hand_over", "119")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"type_code": "Z99"}, "type_code"),
        ({"grid_code": "", "lon": 10.0, "lat": 10.0}, "place"),
        ({"grid_code": "150502004009999"}, "place"),
        ({"grid_code": ""}, "place"),
        ({"text": "x" * 4001}, "text"),
        ({"address": "x" * 201}, "address"),
        ({"type_code": "C03", "answers": {"cold_and_frail": "maybe"}}, "cold_and_frail"),
    ],
)
def test_a_draft_that_cannot_be_raised_names_what_is_wrong(changed, field):
    before = f.dump()
    with pytest.raises(Refused) as caught:
        face.raise_matter(
            actor=PUBLIC, at=NOW, command_id=new_id(), draft=replace(f.draft(), **changed)
        )
    assert caught.value.verdict.rule == f"raise/needs:{field}"
    assert caught.value.verdict.say.zh
    assert caught.value.verdict.say.en
    assert f.dump() == before


def test_a_point_finds_its_grid_and_an_answer_its_case():
    outline = places.outline_geojson(standing.GRID_PATH)
    point = shapely.from_geojson(outline).representative_point()
    f.raised("C03", grid_code="", lon=point.x, lat=point.y, answers={"cold_and_frail": "yes"})
    row = Matter.objects.get()
    assert row.path == f.GRID
    assert set(row.cases) >= {"cold_and_frail", "urban"}


# --- long lists


@pytest.mark.parametrize("hours", [1, 30, 60, 400])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_long_list_has_the_order_of_a_short_one(hours, size, mixed, monkeypatch):
    at = f.AT + hours * f.HOUR
    filters = face.Filters()
    short = [card.ref for card in listed(filters, at).cards]
    monkeypatch.setattr("commongrid.rooms.matters.queries.lists.MOST_SORTED", 0)
    pages = listed(filters, at, size=size).pages
    walked = [listed(filters, at, size=size, page=n + 1).cards for n in range(pages)]
    assert [card.ref for page in walked for card in page] == short


def test_a_total_is_exact_up_to_a_bound_that_is_told(mixed, monkeypatch):
    assert listed().is_total_exact
    monkeypatch.setattr("commongrid.rooms.matters.queries.lists.MOST_COUNTED", 7)
    assert (listed().total, listed().is_total_exact) == (7, True)
    monkeypatch.setattr("commongrid.rooms.matters.queries.lists.MOST_COUNTED", 6)
    assert (listed(size=2).total, listed(size=2).pages, listed().is_total_exact) == (6, 3, False)


def test_a_search_shows_the_newest_that_hold_the_words(monkeypatch):
    made = [f.raised("A01", "井盖", address="", at=f.AT + n * f.HOUR / 60) for n in range(4)]
    filters = face.Filters(text="井盖", order="newest")
    assert (listed(filters).total, listed(filters).is_total_exact) == (4, True)
    monkeypatch.setattr("commongrid.rooms.matters.queries.lists.MOST_FOUND", 2)
    shown = listed(filters)
    assert [card.id for card in shown.cards] == [made[3].id, made[2].id]
    assert (shown.total, shown.is_total_exact) == (2, False)
