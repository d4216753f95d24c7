"""Where little or nothing was seen: what is assumed stays and says so, thin cells say shrunk."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.chronicle import Chronicle
from commongrid.bridges.rehearsal.practice import Known, Who
from commongrid.kernel.workcalendar import to_micros
from tests.bridges.rehearsal.calibration.walks import ASSUMED, FLOW, Truth, live, rules, step


def test_an_empty_history_changes_no_number():
    history = Chronicle("/1/", date(2026, 3, 2), date(2026, 4, 2), rules().calendar.zone).history()
    practice = calibrate(history, ASSUMED, rules())
    assert practice.steps == ASSUMED.steps
    assert practice.arrivals == ASSUMED.arrivals
    assert (practice.week, practice.year, practice.grids) == (
        ASSUMED.week, ASSUMED.year, ASSUMED.grids,
    )  # fmt: skip


def test_a_state_nobody_was_in_stays_assumed_and_the_clock_is_never_measured():
    practice = calibrate(live(Truth(), days=60, seed=2), ASSUMED, rules())
    (hung,) = [s for s in practice.steps if s.state == "hung"]
    assert hung == ASSUMED.steps[-1]
    (lapse,) = [s for s in practice.steps if s.who is Who.TIME]
    assert lapse.share.known is Known.ASSUMED


def test_a_thin_cell_is_shrunk_and_lies_between_itself_and_its_group():
    practice = calibrate(live(Truth(a_day=3.0), days=40, seed=4), ASSUMED, rules())
    shares = {s.type: s.share for s in practice.steps if s.action == "redirect" and s.type != "*"}
    thin = shares["D01"]
    assert thin.cases < 30
    assert thin.known is Known.SHRUNK
    assert shares["C01"].known is Known.MEASURED
    assert thin.low < thin.value < thin.high


def test_a_type_that_was_never_seen_has_the_numbers_of_its_group():
    """An assumed row for one type (its work may differ) does not fall back to what is assumed."""
    rows = (*ASSUMED.steps, step("handling", "claim_done", Who.STAFF, 0.5, 60.0, "C09"))
    practice = calibrate(live(Truth(), days=60, seed=2), replace(ASSUMED, steps=rows), rules())
    own, group = (
        next(s for s in practice.steps if (s.action, s.type) == ("claim_done", name))
        for name in ("C09", "C*")
    )
    assert own.lag.quantiles == group.lag.quantiles
    assert own.lag.cases == 0
    assert own.lag.known is Known.SHRUNK


def test_what_is_not_rehearsed_is_told_and_what_a_time_holds():
    zone = rules().calendar.zone
    chronicle = Chronicle("/1/", date(2026, 3, 2), date(2026, 4, 2), zone)
    at = to_micros(datetime(2026, 3, 3, 9, tzinfo=zone))
    for key in range(6):
        chronicle.raise_one(key, flow=FLOW, state="reported", type_code="C01", grid="/1/a/", at=at)
        chronicle.step(key, action="note", state="reported", at=at + 1)
        chronicle.step(key, action="accept", state="handling", at=at + 3_600_000_000)
    practice = calibrate(chronicle.history({"action:note": (4, 6)}), ASSUMED, rules())
    told = " ".join(note.en for note in practice.notes)
    assert "6 times" in told
    assert "hold the queueing" in told
    assert "1.5 minutes (4 entries)" in told
    (accept,) = [s for s in practice.steps if (s.action, s.type) == ("accept", "*")]
    assert accept.lag.quantiles[50] == pytest.approx(3600.0)


def test_what_came_back_undone_is_told_apart_where_it_is_assumed_apart():
    again = step("handling+redone", "claim_done", Who.STAFF, 1.0, 60.0)
    zone = rules().calendar.zone
    chronicle = Chronicle("/1/", date(2026, 3, 2), date(2026, 4, 2), zone)
    hour = 3_600_000_000
    for key in range(8):
        at = to_micros(datetime(2026, 3, 3, 9, tzinfo=zone))
        chronicle.raise_one(key, flow=FLOW, state="handling", type_code="C01", grid="/1/a/", at=at)
        chronicle.step(key, action="claim_done", state="claimed", at=at + hour)
        chronicle.step(key, action="not_solved", state="handling", at=at + 2 * hour, is_redone=True)
        chronicle.step(key, action="claim_done", state="claimed", at=at + 5 * hour)
    history = chronicle.history()
    apart = calibrate(history, replace(ASSUMED, steps=(*ASSUMED.steps, again)), rules())
    together = calibrate(history, ASSUMED, rules())

    def median(practice, state):
        wanted = (state, "claim_done", "*")
        rows = [s for s in practice.steps if (s.state, s.action, s.type) == wanted]
        return rows[0].lag.quantiles[60]

    assert median(apart, "handling") == pytest.approx(3600.0)
    assert median(apart, "handling+redone") > 2 * 3600.0
    assert median(together, "handling") > 3600.0
