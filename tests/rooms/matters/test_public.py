"""What anybody may read of matters, and that what is private stays private."""

from __future__ import annotations

import base64
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face
from commongrid.rooms.matters.face import PublicFilters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from tests.rooms.places import standing
from tests.support import factories as f
from tests.unit.places.drawing import SIDE as STEP
from tests.unit.places.drawing import SOUTH as LAT
from tests.unit.places.drawing import WEST as LON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
INSIDE = (LON + STEP * 0.81, LAT + STEP * 0.17)  # in the grid, far from its middle
WORLD = (-180.0, -90.0, 180.0, 90.0)


def listed(at=f.AT, **more):
    names = ("size", "after", "offset", "is_counted", "counted_to")
    paging = {name: more.pop(name) for name in names if name in more}
    return face.list_public_matters(at=at, filters=PublicFilters(**more), **paging)


def refs(**more):
    return [card.ref for card in listed(**more).cards]


def shared(**more):
    return f.raised(is_shareable=True, lon=INSIDE[0], lat=INSIDE[1], **more)


def hidden(**more):
    return f.raised(lon=INSIDE[0], lat=INSIDE[1], **more)


def card_of(matter, at=f.AT):
    return face.get_public_matter(at=at, matter_id=matter.id)


def middle():
    grid = places.get_place(f.GRID_CODE)
    return places.middles_of_places()[grid.id]


# --- which matters


def types_of(kind: str) -> list[str]:
    rows = f.rules().charter.types.values()
    return sorted(row.code for row in rows if row.kind == kind and not row.sealed)


@pytest.mark.parametrize("kind", ["service", "dispute"])
def test_what_a_person_asks_for_themselves_is_in_no_list(kind):
    private = f.raised(types_of(kind)[0])
    public = f.raised()
    assert Matter.objects.get(pk=private.id).kind == kind
    assert refs() == [public.ref]
    with pytest.raises(LookupError):
        card_of(private)
    with pytest.raises(LookupError):
        face.get_public_matter(at=f.AT, ref=private.ref)


@pytest.mark.parametrize("change", [{"is_sealed": True}, {"in_charge": ";supervisor;"}])
@pytest.mark.parametrize("asked", ["nothing", "id", "ref", "box", "path", "type"])
def test_what_is_sealed_or_kept_apart_is_found_by_no_filter(change, asked):
    apart, public = shared(), shared()
    row = Matter.objects.get(pk=apart.id)
    Matter.objects.filter(pk=row.pk).update(**change)
    asked_by = {
        "nothing": {},
        "id": {"ids": (row.pk,)},
        "ref": {"refs": (row.ref,)},
        "box": {"bbox": WORLD},
        "path": {"path": row.path},
        "type": {"types": (row.type_code,)},
    }
    expected = [] if asked in ("id", "ref") else [public.ref]
    found = listed(**asked_by[asked], is_counted=True)
    assert [card.ref for card in found.cards] == expected
    assert found.total == len(expected), "a count would tell it"
    with pytest.raises(LookupError):
        card_of(apart)


def test_a_sealed_type_is_never_public():
    sealed = [row.code for row in f.rules().charter.types.values() if row.sealed]
    assert sealed
    for code in sealed:
        f.raised(code, is_shareable=True, lon=INSIDE[0], lat=INSIDE[1])
    assert refs() == []


def test_a_matter_sealed_later_leaves_the_list():
    matter = shared(photos=(f.photo(),))
    assert refs() == [matter.ref]
    sealed = next(row.code for row in f.rules().charter.types.values() if row.sealed)
    row = Matter.objects.get(pk=matter.id)
    assert row.type_code != sealed
    Matter.objects.filter(pk=row.pk).update(is_sealed=True)
    assert refs() == []


# --- what of them


def secret_words():
    return {"text": "我家住三号楼402", "address": "三号楼402室", "contact": f.CONTACT}


def test_nothing_of_the_person_is_in_a_card():
    matter = f.walked(*f.HANDLED, **secret_words(), photos=(f.photo(),), proxy_note="代母亲")
    said = repr(card_of(matter, f.AT + f.HOUR))
    contact = (f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email)
    for secret in ("三号楼", *contact, "代母亲"):  # a bare "402" may stand in a random id
        assert secret not in said
    assert card_of(matter, f.AT + f.HOUR).photo_ids == ()
    assert card_of(matter, f.AT + f.HOUR).text == ""


def test_a_card_has_these_fields_and_no_other():
    """A field more is a decision: whoever adds one decides here that anybody may read it."""
    assert {field.name for field in fields(face.PublicCard)} == {
        *("id", "ref", "kind", "type_code", "type_name", "type_group", "state", "state_kind"),
        *("state_name", "state_plain", "outcome", "place_code", "place_name", "community_code"),
        *("community_name", "path", "unit", "unit_name", "channel", "lon", "lat", "is_exact"),
        *("text", "photo_ids", "followers", "redone", "received_at", "changed_at", "closed_at"),
        *("promised_at", "promise", "leading_ref"),
    }


def test_what_was_shared_shows_words_point_and_own_photos():
    matter = shared(text="路灯坏了", photos=(f.photo(),))
    card = card_of(matter)
    assert (card.text, len(card.photo_ids)) == ("路灯坏了", 1)
    assert (card.lon, card.lat, card.is_exact) == (round(INSIDE[0], 5), round(INSIDE[1], 5), True)


def test_pictures_of_the_work_are_not_the_reporters_to_share():
    steps = (*f.HANDLED, f.CLAIM)
    matter = f.walked(*steps, is_shareable=True, photos=(f.photo(),))
    assert len(card_of(matter, f.AT + f.HOUR).photo_ids) == 1
    assert Matter.objects.get(pk=matter.id).photos == 2


def test_what_was_taken_back_shows_no_words_and_no_photos():
    matter = shared(photos=(f.photo(),))
    f.step(matter.id, "reporter", "withdraw", f.AT + f.HOUR)
    card = card_of(matter, f.AT + f.HOUR)
    assert card.state == "withdrawn", "the word the query goes by is the charter's"
    assert (card.text, card.photo_ids, card.lon) == ("", (), None)


# --- the point


def test_a_point_that_was_not_shared_is_the_middle_of_the_grid():
    card = card_of(hidden())
    assert (card.lon, card.lat, card.is_exact) == (*middle(), False)
    assert (round(INSIDE[0], 3), round(INSIDE[1], 3)) != (round(card.lon, 3), round(card.lat, 3))


def test_a_matter_without_a_point_looks_like_one_whose_point_is_hidden():
    one, other = card_of(hidden()), card_of(f.raised())
    assert (one.lon, one.lat, one.is_exact) == (other.lon, other.lat, other.is_exact)


def test_an_ended_matter_shows_no_point():
    for share in (True, False):
        matter = f.walked(*f.CLOSED, is_shareable=share, lon=INSIDE[0], lat=INSIDE[1])
        card = card_of(matter, f.AT + f.DAY)
        assert (card.lon, card.lat, card.is_exact) == (None, None, False)
    assert refs(bbox=WORLD) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    west=st.floats(-0.2, 1.2), south=st.floats(-0.2, 1.2),
    wide=st.floats(0, 1.4), high=st.floats(0, 1.4), at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)  # fmt: skip
def test_a_box_finds_exactly_the_points_that_are_shown(west, south, wide, high, at):
    """So no sequence of boxes tells more than the cards do: the answer follows from the cards."""
    if not Matter.objects.exists():
        shared()
        hidden()
        f.raised()
    Matter.objects.filter(lon__isnull=False).update(
        lon=LON + STEP * at[0] * 0.98 + 0.0001, lat=LAT + STEP * at[1] * 0.98 + 0.0001
    )
    box = (LON + STEP * west, LAT + STEP * south,
           LON + STEP * (west + wide), LAT + STEP * (south + high))  # fmt: skip
    shown = {
        card.ref
        for card in listed().cards
        if card.lon is not None and box[0] <= card.lon <= box[2] and box[1] <= card.lat <= box[3]
    }
    assert set(refs(bbox=box)) == shown


def test_halving_a_box_ends_at_the_middle_of_the_grid():
    """The attack itself: halve the box while the matter is in it."""
    matter = hidden()
    west, south, east, north = LON - 1, LAT - 1, LON + 1, LAT + 1
    for _ in range(40):
        across = (west + east) / 2
        if matter.ref in refs(bbox=(west, south, across, north)):
            east = across
        else:
            west = across
        along = (south + north) / 2
        if matter.ref in refs(bbox=(west, south, east, along)):
            north = along
        else:
            south = along
    assert (east, north) == pytest.approx(middle(), abs=1e-6)


def test_moving_the_hidden_point_changes_no_answer():
    matter = hidden()
    boxes = [
        (LON + STEP * x / 4, LAT + STEP * y / 4, LON + STEP * (x + 1) / 4, LAT + STEP * (y + 1) / 4)
        for x in range(4)
        for y in range(4)
    ]
    before = [refs(bbox=box) for box in boxes], card_of(matter)
    Matter.objects.filter(pk=matter.id).update(lon=LON + STEP * 0.1, lat=LAT + STEP * 0.9)
    assert ([refs(bbox=box) for box in boxes], card_of(matter)) == before


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_box_of_no_numbers_is_refused(bad):
    with pytest.raises(ValueError, match="bbox"):
        listed(bbox=(0.0, 0.0, bad, 1.0))


# --- matters merged into another


def merged():
    first, second = f.raised(), f.raised()
    Matter.objects.filter(pk=second.id).update(
        leading=first.id, state="merged", state_kind="end", closed_at=f.AT
    )
    return first, second


def test_a_merged_matter_stays_ended_and_names_the_other():
    first, second = merged()
    assert set(refs()) == {first.ref, second.ref}
    card = card_of(second)
    assert (card.leading_ref, card.state_kind, card.lon) == (first.ref, "end", None)
    assert card_of(first).leading_ref == ""


@pytest.mark.parametrize(
    "change", [{"is_sealed": True}, {"in_charge": ";supervisor;"}, {"kind": "dispute"}]
)
def test_a_merged_matter_does_not_name_one_that_is_not_public(change):
    first, second = merged()
    Matter.objects.filter(pk=first.id).update(**change)
    assert card_of(second).leading_ref == ""


# --- paging


def many(count=7):
    return [f.raised(at=f.AT + number * f.HOUR).ref for number in range(count)]


def walk(order, size, between=lambda: None):
    seen, after = [], ""
    while True:
        page = listed(order=order, size=size, after=after)
        seen += [card.ref for card in page.cards]
        after = page.after
        if not after:
            return seen
        between()


@pytest.mark.parametrize("order", ["newest", "oldest", "changed"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_give_each_matter_once(order, size):
    made = many()
    Matter.objects.update(received_at=f.AT, changed_at=f.AT)  # all the same: the id decides
    assert sorted(walk(order, size)) == sorted(made)


def test_rows_added_between_pages_neither_repeat_nor_hide_others():
    made = many()
    newest = walk("newest", 2, lambda: f.raised(at=f.AT + f.DAY))
    assert newest == made[::-1]
    Matter.objects.exclude(ref__in=made).delete()
    added = []
    oldest = walk("oldest", 3, lambda: added or added.append(f.raised(at=f.AT + 2 * f.DAY).ref))
    assert oldest == made + added


def test_a_row_that_ends_or_is_sealed_between_pages_hides_no_other():
    made = many()
    page = listed(order="oldest", size=3)
    Matter.objects.filter(ref__in=made[2:4]).update(is_sealed=True)
    rest = listed(order="oldest", size=10, after=page.after)
    assert [card.ref for card in rest.cards] == made[4:]


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


HEX = "0" * 32
HOSTILE = {
    "nonsense": "nonsense",
    "unicode": "网格",
    "not base64": "%%%",
    "one letter": "a",
    "no bytes of text": base64.urlsafe_b64encode(b"\xff\xfe|").decode(),
    "too few parts": cursor("newest|2026-03-10T00:00:00+00:00"),
    "too many parts": cursor(f"newest|2026-03-10T00:00:00+00:00|{HEX}|x"),
    "no zone": cursor(f"newest|2026-03-10T00:00:00|{HEX}"),
    "before all time": cursor(f"newest|0001-01-01T00:00:00+14:00|{HEX}"),
    "after all time": cursor(f"newest|9999-12-31T23:59:59-14:00|{HEX}"),
    "another zone": cursor(f"newest|2026-03-10T00:00:00+08:00|{HEX}"),
    "no id": cursor("newest|2026-03-10T00:00:00+00:00|zz"),
    "nul": cursor(f"newest|2026-03-10T00:00:00+00:00|{HEX}\0"),
    "of another order": cursor(f"oldest|2026-03-10T00:00:00+00:00|{HEX}"),
    "long": "A" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_cursor_that_is_not_ours_is_refused(name):
    f.raised()
    with pytest.raises(ValueError, match="no cursor of ours"):
        listed(after=HOSTILE[name])


def test_a_cursor_of_ours_at_the_ends_of_time_is_harmless():
    f.raised()
    for stamp in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"):
        listed(after=cursor(f"newest|{stamp}|{HEX}"))


def test_a_cursor_tells_nothing_that_the_card_does_not():
    many(2)
    page = listed(size=1)
    plain = base64.urlsafe_b64decode(page.after + "=" * (-len(page.after) % 4)).decode()
    card = page.cards[0]
    assert plain == f"newest|{card.received_at.astimezone(UTC).isoformat()}|{card.id.hex}"


@pytest.mark.parametrize("bad", [-1, 10**7, 2**70])
def test_an_offset_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueError, match="offset"):
        listed(offset=bad)


def test_an_order_that_is_not_ours_is_refused():
    with pytest.raises(ValueError, match="order"):
        listed(order="-text")


@pytest.mark.parametrize(("size", "given"), [(0, 1), (-5, 1), (3, 3)])
def test_the_size_of_a_page_has_ends(size, given):
    many(4)
    assert len(listed(size=size).cards) == given


# --- filters


def test_a_total_above_what_is_counted_to_is_left_out():
    for _ in range(3):
        f.raised()
    totals = [listed(is_counted=True, counted_to=most).total for most in (2, 3, None)]
    assert totals == [None, 3, 3]
    assert len(listed(is_counted=True, counted_to=2).cards) == 3, "the list goes on all the same"


def test_filters_narrow():
    first = f.raised("A01", at=f.AT)
    second = f.raised("A03", at=f.AT + f.HOUR, grid_code=f.NEXT_CODE)
    f.step(first.id, "desk", "accept", f.AT + 2 * f.HOUR)
    for more, expected in (
        ({"types": ("A03",)}, [second.ref]),
        ({"states": ("accepted",)}, [first.ref]),
        ({"state_kinds": ("end",)}, []),
        ({"path": f.GRID}, [first.ref]),
        ({"path": "/999/"}, []),
        ({"received_from": f.AT + f.HOUR}, [second.ref]),
        ({"received_until": f.AT + f.HOUR}, [first.ref]),
        ({"changed_from": f.AT + 2 * f.HOUR}, [first.ref]),
        ({"ids": (first.id,), "refs": (second.ref,)}, []),
    ):
        assert refs(**more) == expected, more


# --- how much is left out


def test_what_is_left_out_is_counted_in_steps():
    code = types_of("service")[0]
    for number in range(21):
        one = f.raised(code)
        if number == 8:
            assert face.count_left_out().not_events == 0, "nine of them look like none"
    f.raised()
    left = face.count_left_out()
    assert (left.not_events, left.kept_apart, left.step) == (20, 0, 10)
    Matter.objects.filter(pk=one.id).update(is_sealed=True)
    left = face.count_left_out()
    assert (left.not_events, left.kept_apart) == (20, 0), "one more or less is not seen"
    assert face.count_left_out(path="/999/").not_events == 0
    assert face.count_left_out(received_until=f.AT).not_events == 0


# --- cost


def test_a_list_takes_the_same_statements_whatever_its_size(count_sql):
    made = [shared(photos=(f.photo(),)) for _ in range(2)]
    made += [f.walked(*f.HANDLED) for _ in range(4)]
    Matter.objects.filter(pk=made[1].id).update(leading=made[0].id)
    listed()  # the caches are warm
    with count_sql(max=6):
        assert len(listed().cards) == 6
    with count_sql(max=7):
        listed(is_counted=True, bbox=WORLD)
    with count_sql(max=6):
        card_of(made[0])


def test_reading_in_public_writes_nothing():
    matter = shared()
    before = f.dump()
    listed()
    card_of(matter)
    assert f.dump() == before


def test_following_a_matter_shows_a_number_and_nobody():
    matter = shared()
    face.follow_matter(
        actor=PUBLIC, at=f.AT, command_id=new_id(), matter_id=matter.id, contact=f.CONTACT
    )
    card = card_of(matter)
    assert card.followers == 1
    assert f.CONTACT.name not in repr(card)


def test_middles_lie_in_their_grids_and_follow_a_new_drawing():
    lon, lat = middle()
    assert places.locate_grid(lon, lat, f.AT).code == f.GRID_CODE
    assert len(places.middles_of_places()) == len(standing.TWO_GRIDS)


def test_times_are_aware():
    card = card_of(f.raised())
    assert isinstance(card.received_at, datetime)
    assert card.received_at.tzinfo is not None
