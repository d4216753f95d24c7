"""A charter goes into plain JSON and comes back equal, with a digest that does not drift."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.charter.calendars import shared_calendar
from commongrid.charter.loader import list_charter_folders, load_charter
from commongrid.charter.plain import charter_digest, from_plain, to_plain
from commongrid.charter.schema import Mark
from commongrid.kernel.canon import canonical_json
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import Duration
from tests.support.charters.copies import TINY

CHARTERS = Path(__file__).parents[2] / "charters"
FOLDERS = [TINY / "town", *list_charter_folders(CHARTERS)]
CHARTER = load_charter(TINY / "town")

words = st.builds(Text, st.text(max_size=12), st.text(max_size=12))
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
durations = st.one_of(
    st.builds(
        Duration, st.integers(0, 400).map(Decimal), st.sampled_from(["h", "wh", "d", "wd", "mo"])
    ),
    st.builds(
        Duration, st.integers(1, 999).map(lambda n: Decimal(n) / 100), st.sampled_from(["h", "wh"])
    ),
)


def stored(charter):
    return from_plain(json.loads(canonical_json(to_plain(charter))))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_charter_survives_storage(folder):
    charter = load_charter(folder)
    again = stored(charter)
    assert again == charter
    assert charter_digest(again) == charter_digest(charter)
    assert canonical_json(to_plain(again)) == canonical_json(to_plain(charter))


def test_provenance_is_kept():
    assert [row.where for row in stored(CHARTER).limits] == [row.where for row in CHARTER.limits]


def test_tables_keep_their_order():
    assert list(stored(CHARTER).states) == list(CHARTER.states)


@given(words, words, durations, days, st.sampled_from(Mark), st.floats(0, 1), st.booleans())
def test_any_content_survives_storage(name, note, duration, day, mark, share, is_on):
    limit = replace(
        CHARTER.limits[0], duration=duration, mark=mark, valid_from=day,
        valid_until=day + timedelta(days=1) if is_on else None,
    )  # fmt: skip
    light = replace(CHARTER.lights["red"], share=share, hours_left=None)
    field = replace(
        CHARTER.fields["words"], label=name, choices=(("a", note), ("b", name)), public=is_on
    )
    clock = replace(CHARTER.clocks["check"], duration=None if is_on else duration)
    calendar = shared_calendar(
        CHARTER.calendar.tz, CHARTER.calendar.week, frozenset({(day, is_on)}),
        CHARTER.calendar.hours, (day, day + timedelta(days=1)) if is_on else None,
    )  # fmt: skip
    charter = replace(
        CHARTER,
        note=note,
        calendar=calendar,
        limits=(limit, *CHARTER.limits[1:]),
        lights={**CHARTER.lights, "red": light},
        fields={**CHARTER.fields, "words": field},
        clocks={**CHARTER.clocks, "check": clock},
    )
    assert stored(charter) == charter
    assert charter_digest(stored(charter)) == charter_digest(charter)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="format 99"):
        from_plain({**to_plain(CHARTER), "format": 99})
