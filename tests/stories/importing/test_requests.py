"""A file becomes matters: counted, once, resumable, with every reject told."""

import csv
from collections import Counter
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from commongrid.ledger.face import verify
from commongrid.ledger.models import Act
from commongrid.rooms.matters.models import Matter, Promise
from commongrid.rooms.places import face as places
from commongrid.stories import importing
from tests.stories.importing import standing
from tests.stories.importing.standing import (
    BOSTON,
    good_row,
    good_rows,
    run_import,
    write_csv,
    write_parquet,
)

pytestmark = pytest.mark.django_db


def bad_rows():
    return [
        good_row(200, case_enquiry_id=""),
        good_row(201, latitude="42.3594", longitude="-71.0587"),
        good_row(202, closed_dt="2010-01-01 00:00:00", case_status="Closed"),
        good_row(203, latitude="10.0"),
        good_row(204, open_dt="soon"),
        good_row(3),  # an id that was there before
    ]


BAD = {"missing_id", "default_point", "closed_before_opened", "outside_place",
       "unparsable_value", "duplicate_id"}  # fmt: skip


def test_a_file_becomes_matters_with_acts(small_place, tmp_path):
    rejects = []
    file = write_csv(tmp_path / "rows.csv", good_rows(40) + bad_rows())
    report = run_import(file, on_reject=rejects.append, batch_size=16)
    assert (report.rows, report.recorded, report.known) == (46, 40, 0)
    assert report.rejected == Counter(dict.fromkeys(BAD, 1))
    assert {reject.rule for reject in rejects} == BAD
    assert sorted(reject.row for reject in rejects) == [41, 42, 43, 44, 45, 46]
    assert not report.stopped
    assert Matter.objects.count() == 40
    assert Act.objects.filter(actor="system:import").count() == report.acts
    assert verify().is_whole
    states = Counter(Matter.objects.order_by("id").values_list("state", flat=True))
    assert states == {"closed": 34, "handling": 6}


def test_clocks_run_on_the_holidays_of_the_place(small_place, tmp_path):
    row = good_row(
        0, open_dt="2011-07-01 16:00:00", closed_dt="2011-07-06 12:00:00", case_status="Closed",
        type="Request for Pothole Repair",
    )  # fmt: skip
    run_import(write_csv(tmp_path / "one.csv", [row]))
    (finish,) = Promise.objects.filter(clock="finish").order_by("id")
    boston = ZoneInfo("America/New_York")
    assert finish.due_at.astimezone(boston) == datetime(2011, 7, 6, 17, 0, tzinfo=boston)
    assert finish.status == "kept"  # over a weekend and the Fourth of July


def test_a_second_run_adds_nothing(small_place, tmp_path):
    file = write_csv(tmp_path / "rows.csv", good_rows(20))
    run_import(file)
    acts = Act.objects.count()
    again = run_import(file)
    assert (again.recorded, again.known, again.acts) == (0, 20, 0)
    assert Act.objects.count() == acts


def test_every_format_gives_the_same_matters(small_place, tmp_path):
    rows = good_rows(6)
    run_import(write_parquet(tmp_path / "rows.parquet", rows))
    for name, write in (("a.json", standing.write_json), ("a.xml", standing.write_xml)):
        assert run_import(write(tmp_path / name, rows)).known == 6


def test_a_run_that_breaks_off_goes_on_later(small_place, tmp_path):
    file = write_csv(tmp_path / "rows.csv", good_rows(30))

    def break_off(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(file, batch_size=10, on_progress=break_off)
    assert Matter.objects.count() == 10
    report = run_import(file, batch_size=10)
    assert (report.recorded, report.known) == (20, 10)
    assert verify().is_whole


def test_a_bookmark_saves_reading_and_never_trusts_another_database(small_place, tmp_path):
    file = write_csv(tmp_path / "rows.csv", good_rows(30))
    import_map = standing.boston_map()
    mark = importing.bookmark_of(file, import_map)
    assert mark.row == 0
    mark.move(20, "boston-311-2011:101000019")
    assert importing.bookmark_of(file, import_map).row == 0  # no such matter here
    run_import(file, limit=20)
    mark = importing.bookmark_of(file, import_map)
    assert mark.row == 20
    report = run_import(file, after_row=mark.row)
    assert (report.rows, report.recorded) == (10, 10)
    mark.drop()
    assert importing.bookmark_of(file, import_map).row == 0


def test_a_dry_run_saves_nothing(small_place, tmp_path):
    file = write_csv(tmp_path / "rows.csv", good_rows(20) + bad_rows())
    report = run_import(file, is_dry_run=True)
    assert (report.recorded, report.rejected.total()) == (20, 6)
    assert not Matter.objects.exists()


def test_a_refused_step_is_told_and_the_history_stops_there(small_place, tmp_path):
    # The commission that the row names is not in the duty list for rodents.
    row = good_row(0, type="Rodent Activity", department="DISB")
    rejects = []
    report = run_import(write_csv(tmp_path / "one.csv", [row]), on_reject=rejects.append)
    assert report.recorded == 1
    assert report.stopped == {"event.accepted.offer/in_duty_list": 1}
    assert rejects == [
        importing.Reject(1, "", "stopped before offer", "event.accepted.offer/in_duty_list")
    ]
    assert Matter.objects.get().state == "accepted"


def test_the_place_made_again_changes_nothing(small_place, tmp_path):
    acts = Act.objects.count()
    again = standing.make_place(tmp_path)
    assert Act.objects.count() == acts
    assert again.charter_key == small_place.charter_key


def test_the_place_says_that_it_is_derived(small_place):
    grid = places.get_place("990101001001001")
    assert grid.is_invented
    assert "not an official boundary" in grid.note
    assert grid.path.startswith("/local:990100000000/")
    report = places.check_boundaries(places.get_place("990101001000").path, "grid")
    assert (report.overlaps, report.gaps) == ((), ())


def said(*words, **options):
    out = StringIO()
    call_command("import", *words, stdout=out, **options)
    return out.getvalue()


def test_the_command_line_reports_by_reason_and_names_nobody(small_place, tmp_path):
    rows = good_rows(10) + bad_rows()
    rows[-2]["open_dt"] = "Jane Doe"
    file = write_csv(tmp_path / "rows.csv", rows)
    report = tmp_path / "rejects.csv"
    text = said("requests", str(file), "--map", str(BOSTON), "--report", str(report))
    assert "16 rows: 10 matters recorded" in text
    assert "1  default_point" in text
    with report.open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    assert {row["rule"] for row in table} == BAD
    assert "Jane" not in report.read_text("utf-8")
    assert "0 matters recorded with 0 acts, 10 known before" in said(
        "requests", str(file), "--map", str(BOSTON)
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--map", "nowhere.yaml"), "there is no file nowhere.yaml"),
        (("--map", str(BOSTON), "--place", "150502999000"), "make it first"),
    ],
)
def test_the_command_line_says_what_to_do(words, message, small_place, tmp_path):
    file = write_csv(tmp_path / "rows.csv", good_rows(1))
    with pytest.raises(CommandError, match=message):
        said("requests", str(file), *words)


def test_a_later_file_brings_a_name_and_keeps_the_codes(small_place, tmp_path):
    rows = good_rows(90) + [
        good_row(n, neighborhood="Allston", latitude=f"42.35{n % 10}", longitude=f"-71.1{n % 7}")
        for n in range(90, 120)
    ]
    again = standing.make_place(tmp_path, rows)
    codes = {name: code for code, name in again.neighbourhoods}
    assert dict(small_place.neighbourhoods).items() <= dict(again.neighbourhoods).items()
    assert codes["Allston / Brighton"] == "990101001004"
    assert again.charter_key == small_place.charter_key
    assert verify().is_whole
