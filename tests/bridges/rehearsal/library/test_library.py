"""The library of charters: each can be put on each place, and says no more than its sources."""

import shutil
from pathlib import Path

import pytest

from commongrid.bridges.rehearsal.library import (
    LibraryError,
    list_library,
    load_library,
    staff_to_try,
)
from commongrid.charter import compile_charter, limits_for, load_charter
from commongrid.charter.library import check_library, list_library_folders, own_rows, read_notes
from commongrid.charter.schema import Kind, Mark

ROOT = Path(__file__).parents[4] / "charters"
PLACES = {
    name: compile_charter(load_charter(ROOT / name))
    for name in ("keerqin-subdistrict", "kezuohouqi-township", "boston-neighbourhoods")
}
LIKE = PLACES["keerqin-subdistrict"]
IDS = [folder.name for folder in list_library_folders(ROOT)]


def limit(charter, code):
    return {row.milestone: str(row.duration) for row in limits_for(code, frozenset(), charter)}


def steps(charter, flow, state):
    return {(row.action, row.to_state) for row in charter.transitions[flow, state]}


def test_there_are_at_least_six():
    assert len(IDS) >= 6
    assert [entry.id for entry in list_library(LIKE, ROOT)] == IDS


def test_each_passes_the_check_on_each_place_but_for_what_its_notes_say():
    charters = [PLACES[name].charter for name in ("keerqin-subdistrict", "kezuohouqi-township")]
    found = check_library(ROOT, charters)
    assert found == dict.fromkeys(IDS, ())


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("one", IDS)
def test_on_a_place_it_has_the_places_code_units_days_types_and_duties(one, name):
    place = PLACES[name]
    library = load_library(f"library:{one}", place, ROOT)
    assert library.charter.charter_id == one
    assert library.charter.place == place.charter.place
    assert library.charter.units == place.charter.units
    assert library.duties == place.duties
    assert library.calendar is place.calendar
    assert library.charter.types.keys() == place.charter.types.keys()
    kinds = {code: row.kind for code, row in place.charter.types.items()}
    assert kinds == {code: row.kind for code, row in library.charter.types.items()}
    assert {row.case for row in library.charter.limits} - {""} <= library.charter.cases.keys()


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("one", IDS)
def test_no_type_loses_its_promises(one, name):
    place = PLACES[name]
    library = load_library(one, place, ROOT)
    lost = [c for c in place.charter.types if limit(place, c) and not limit(library, c)]
    assert lost == []


def test_a_charter_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(LibraryError, match=r"atlantis: .*beijing-swift-response"):
        load_library("library:atlantis", LIKE, ROOT)


def test_limits_are_those_of_the_sources():
    beijing, shanghai, weifang = (
        load_library(one, LIKE, ROOT)
        for one in ("beijing-swift-response", "shanghai-grid", "weifang-hotline")
    )
    assert limit(beijing, "B06") == {"repair": "7d"}
    assert limit(beijing, "D06") == {"plan": "15d"}
    assert limit(beijing, "C03")["restore"] == "24h"
    assert str(beijing.charter.clocks["whistle"].duration) == "0.5h"
    assert limit(shanghai, "I01") == {"answer": "1wd"}
    assert limit(shanghai, "B06") == {"repair": "5wd"}
    assert limit(shanghai, "I06")["recheck"] == "3wd"
    complex_ = limits_for("B06", frozenset({"complex"}), shanghai)
    assert [str(row.duration) for row in complex_] == ["15wd"]
    assert limit(weifang, "A01") == {"clear": "5wd"}


def test_what_a_source_leaves_open_stays_the_default_and_not_the_places_own():
    default = LIKE.charter.limits
    own = {row.duration for row in default if (row.type, row.milestone) == ("D01", "plan")}
    assert {str(one) for one in own} == {"5d"}
    assert limit(load_library("zhoushan-teams", LIKE, ROOT), "D01") == {"plan": "7d"}


def test_types_a_library_does_not_know_keep_the_places_limits():
    boston = PLACES["boston-neighbourhoods"]
    library = load_library("weifang-hotline", boston, ROOT)
    assert limit(boston, "X01")
    assert limit(library, "X01") == limit(boston, "X01")


def test_the_steps_are_those_of_the_sources():
    event = Kind.EVENT
    singapore = load_library("singapore-oneservice", LIKE, ROOT)
    assert steps(singapore, event, "objected") & {
        ("appoint", "handling"),
        ("send_elsewhere", "accepted"),
    } == {("appoint", "handling")}
    assert {row.proof for row in singapore.charter.types.values() if row.kind is event} == {"photo"}
    york = load_library("newyork-311", LIKE, ROOT)
    assert ("claim_done", "closed") in steps(york, event, "handling")
    assert ("claim_done", "claimed") not in steps(york, event, "handling")
    keerqin = load_library("keerqin-five-orders", PLACES["kezuohouqi-township"], ROOT)
    assert ("claim_order", "handling") in steps(keerqin, event, "accepted")
    assert set(keerqin.charter.orders) == {"raise", "take", "claim", "deliberate", "rate"}
    zhoushan = load_library("zhoushan-teams", LIKE, ROOT)
    assert {"grid_head", "part_time_worker", "grid_adviser"} <= zhoushan.charter.roles.keys()


def test_each_row_of_the_library_has_a_source_and_a_reason_to_be_there():
    for entry in list_library(LIKE, ROOT):
        assert sum(entry.marks.values()) > 0
        assert entry.takes
        assert entry.open or entry.beyond
        assert all((entry.name.zh, entry.name.en, entry.note.zh, entry.note.en))
        taken = {note.key for note in entry.takes}
        charter = load_library(entry.id, LIKE, ROOT).charter
        own = {row.where.file.split("/")[1].removesuffix(".csv") for row in own_rows(charter)}
        assert own - {"powers", "actions", "roles", "states"} <= taken | {"limits", "transitions"}


def test_notes_name_charters_that_are_there_and_mark_suggestions_as_such():
    notes = read_notes(ROOT)
    assert {note.charter for note in notes} == set(IDS)
    assert {note.about for note in notes} == {"takes", "open", "beyond", "refused", "staff"}
    for note in notes:
        if note.about in ("open", "staff", "refused"):
            assert note.mark is Mark.PROPOSAL
    suggested = {entry.id: entry.staff for entry in list_library(LIKE, ROOT) if entry.staff}
    assert {(one, s.holder, s.change) for one, (s,) in suggested.items()} == {
        ("zhoushan-teams", "grid_worker", 1)
    }


def test_other_staffing_is_so_many_for_each_post_of_the_place():
    entry = next(one for one in list_library(LIKE, ROOT) if one.id == "zhoushan-teams")
    staff = {("grid_worker", "/1/a"): 1, ("grid_worker", "/1/b"): 2, ("desk", "/1"): 3}
    (change,) = staff_to_try(entry, staff)
    assert (change.holder, change.change) == ("grid_worker", 2)
    assert staff_to_try(entry, {("desk", "/1"): 3}) == ()


def test_a_mistake_in_the_library_is_found_by_the_check(tmp_path):
    shutil.copytree(ROOT, tmp_path / "charters")
    for one in set(IDS) - {"beijing-swift-response", "newyork-311"}:
        shutil.rmtree(tmp_path / "charters" / "library" / one)
    clocks = tmp_path / "charters" / "library" / "beijing-swift-response" / "clocks.csv"
    clocks.write_text(clocks.read_text("utf-8").replace("0.5h", "soon"), encoding="utf-8")
    found = check_library(tmp_path / "charters", [LIKE.charter])
    assert [problem.code for problem in found["beijing-swift-response"]] == ["duration_bad"]
    assert found["newyork-311"] == ()
    notes = tmp_path / "charters" / "library" / "notes.csv"
    notes.write_text(notes.read_text("utf-8").replace(",refused,self_closing", ",beyond,self"))
    found = check_library(tmp_path / "charters", [LIKE.charter])
    assert {problem.code for problem in found["newyork-311"]} == {"self_closing"}
