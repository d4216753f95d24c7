from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.rooms.matters.face import History
from commongrid.rooms.places.face import PlaceCard
from commongrid.stories.importing.judging import Judge, Reject, value_class
from commongrid.stories.importing.maps import Lookup
from tests.stories.importing.standing import NOW, boston_map, boston_rules, good_row

CARD = PlaceCard(
    id=1, code="990101001001001", code_system="local", name=Text("甲", "A"), name_mn="",
    level="grid", kind="comprehensive", path="/local:990101001000/local:990101001001001/",
    parent_code="990101001001", settlement=("urban",), valid_from=date(2011, 1, 1),
    valid_until=None, note="", is_invented=True,
)  # fmt: skip


class Ground:
    """Stands for the located place: everything south of 45 degrees lies in one grid."""

    root_path = "/local:990101001000/"

    def at_point(self, lon, lat, at):
        return CARD if lat < 45 else None

    def named(self, name, at):
        return CARD if name == "Dorchester" else None


def judge(import_map=None, rules=None):
    given = rules or (lambda path, at: boston_rules())
    return Judge(import_map or boston_map(), Ground(), NOW, given)


REJECTS = {
    "missing_id": ({"case_enquiry_id": ""}, "case_enquiry_id", "empty"),
    "missing_time": ({"open_dt": ""}, "open_dt", "empty"),
    "opened_in_future": ({"open_dt": "2059-12-31 19:00:00"}, "open_dt", "time 2059-12-31"),
    "closed_before_opened": ({"closed_dt": "2001-01-01 00:00:00"}, "closed_dt", "time 2001-01-01"),
    "closed_in_future": ({"closed_dt": "2059-12-31 19:00:00"}, "closed_dt", "time 2059-12-31"),
    "closed_without_time": ({"closed_dt": ""}, "closed_dt", "empty"),
    "unknown_status": ({"case_status": "Perhaps"}, "case_status", "text of 7 characters"),
    "default_point": (
        {"longitude": "-71.0587", "latitude": "42.3594"}, "longitude", "declared default point",
    ),
    "outside_place": ({"latitude": "48.1"}, "longitude", "point outside every grid"),
    "no_place": ({"latitude": ""}, "neighborhood", "empty"),
    "too_long": ({"closure_reason": "x" * 2001}, "closure_reason", "text of 2001 characters"),
}  # fmt: skip


@pytest.mark.parametrize("rule", REJECTS)
def test_a_row_that_cannot_be_one_is_told_with_its_reason(rule):
    changes, column, value = REJECTS[rule]
    assert judge().judge(7, good_row(1, **changes)) == Reject(7, column, value, rule)


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("open_dt", "yesterday", "text of 9 characters"),
        ("latitude", "42,3", "text of 4 characters"),
        ("latitude", "400", "number"),
        ("longitude", "nan", "number"),
        ("case_enquiry_id", "9" * 200, "number"),
    ],
)
def test_an_unparsable_value_is_told_by_its_class_alone(column, value, shown):
    found = judge().judge(1, good_row(1, **{column: value}))
    assert found == Reject(1, column, shown, "unparsable_value")


def test_an_id_that_comes_twice_is_a_reject():
    one = judge()
    assert isinstance(one.judge(1, good_row(1)), History)
    assert one.judge(2, good_row(1)).rule == "duplicate_id"


def test_an_unknown_type_falls_back_only_where_the_map_says_so():
    row = good_row(1, type="Riddle", reason="Riddles")
    assert judge().judge(1, row).draft.type_code == "X99"
    strict = replace(boston_map(), other_type="")
    assert judge(strict).judge(1, row) == Reject(1, "type", "text of 6 characters", "unknown_type")


def test_a_time_without_a_charter_is_a_reject():
    def none(path, at):
        raise LookupError(path)

    assert judge(rules=none).judge(1, good_row(1)).rule == "no_charter_then"


def test_a_status_that_is_left_out_is_told():
    status = replace(boston_map().status, table={"Closed": "skip"})
    found = judge(replace(boston_map(), status=status)).judge(1, good_row(1))
    assert found.rule == "status_left_out"


def test_a_closed_request_is_a_history_of_offices():
    found = judge().judge(1, good_row(1, department="PWDx"))
    assert [step.action for step in found.steps] == [
        "accept", "offer", "take", "claim_done", "check_pass",
    ]  # fmt: skip
    assert {step.actor.key for step in found.steps} == {"system:import"}
    roles = [step.actor.hats[0].role for step in found.steps]
    assert roles == ["desk", "dispatcher", "handler", "handler", "checker"]
    assert found.steps[-1].fields["record"].startswith("Case Closed")
    assert found.draft.channel == "import"


def test_an_open_request_stays_where_it_honestly_is():
    found = judge().judge(1, good_row(1, case_status="Open", closed_dt=""))
    assert [step.action for step in found.steps] == ["accept", "offer", "take"]


def test_a_time_is_read_on_the_wall_of_the_place():
    found = judge().judge(1, good_row(1, open_dt="2011-07-01 09:00:00"))
    assert found.at == datetime(2011, 7, 1, 13, 0, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_its_first_one():
    row = good_row(1, open_dt="2011-11-06 01:30:00", closed_dt="2011-11-07 09:00:00")
    assert judge().judge(1, row).at == datetime(2011, 11, 6, 5, 30, tzinfo=UTC)


def test_ids_follow_from_the_row_alone():
    first, second = judge().judge(1, good_row(1)), judge().judge(9, good_row(1))
    assert first.origin_id == "boston-311-2011:101000001"
    assert [s.command_id for s in first.steps] == [s.command_id for s in second.steps]
    assert len({first.command_id, *(s.command_id for s in first.steps)}) == 6


def test_a_named_neighbourhood_can_place_a_row():
    by_name = replace(boston_map(), placed_by=("column",))
    assert judge(by_name).judge(1, good_row(1, neighborhood="Dorchester")).place == CARD
    assert judge(by_name).judge(2, good_row(2, neighborhood="Atlantis")).rule == "no_place"


def test_an_answer_is_recorded_only_where_text_time_and_date_are_known():
    known = replace(
        boston_map(),
        columns={**boston_map().columns, "answered": "answered", "expected": "expected"},
        joined={**boston_map().joined, "answer": ("notes",)},
    )
    base = good_row(1, open_dt="2011-07-01 09:00:00", closed_dt="2011-07-09 09:00:00")
    told = {"answered": "2011-07-02 09:00:00", "expected": "2011-07-08 09:00:00", "notes": "Soon."}
    found = judge(known).judge(1, {**base, **told})
    assert [s.action for s in found.steps][3] == "answer"
    assert found.steps[3].at == found.at + timedelta(days=1)
    for name in told:
        missing = judge(known).judge(1, {**base, **told, name: ""})
        assert "answer" not in [s.action for s in missing.steps]


def test_a_long_record_stays_whole_beside_its_shorter_words():
    found = judge().judge(1, good_row(1, closure_reason="y" * 1233))
    fields = found.steps[-2].fields
    assert (len(fields["record"]), len(fields["feedback"])) == (1233, 1000)


def test_the_importer_is_one_actor_with_one_office_at_a_time():
    found = judge().judge(1, good_row(1))
    assert found.actor == Actor(key="system:import")
    assert all(len(step.actor.hats) == 1 for step in found.steps)


def test_a_value_class_never_holds_the_value():
    assert "Jane" not in value_class("Jane Doe, 12 Elm St")


def walked(code, stage):
    """The steps of a request whose type is ours already, as in an Open311 feed."""
    direct = replace(boston_map(), types=(Lookup("type", {}),), units=None)
    closed = {"case_status": "Closed"} if stage == "closed" else {"case_status": "Open"}
    found = judge(direct).judge(1, good_row(1, type=code, **closed))
    assert found.draft.type_code == code
    return [step.action for step in found.steps]


def test_a_service_is_never_closed_without_the_person():
    assert walked("F01", "closed") == ["accept", "assign", "serve"]
    assert walked("F01", "open") == ["accept", "assign"]


@pytest.mark.parametrize("code", ["H01", "J01"])
def test_of_a_dispute_or_an_emergency_only_the_raising_is_known(code):
    assert walked(code, "closed") == []


def test_without_a_named_unit_the_lead_of_the_catalogue_is_asked():
    direct = replace(boston_map(), units=None)
    found = judge(direct).judge(1, good_row(1, type="Rodent Activity"))
    assert found.steps[1].fields["unit"] == "boston_inspection"
