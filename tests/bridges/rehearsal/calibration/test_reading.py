"""The history of the demo place is read in a fixed number of statements, and says who acted."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commongrid.bridges.rehearsal.assuming import assumed_practice
from commongrid.bridges.rehearsal.calibrating import calibrate
from commongrid.bridges.rehearsal.history import read_history
from commongrid.bridges.rehearsal.practice import Known, Who
from commongrid.ledger.models import Act
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from commongrid.stories.seeding import load_seed
from commongrid.stories.seeding.past import load_past
from commongrid.stories.seeding.staff import TOWN

pytestmark = pytest.mark.django_db
PAST_DAYS = 75


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """The seed place with its invented past, taken back after the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        load_seed(at=now, password="seven kites", with_matters=False)
        codes = tuple(grid.code for grid in places.list_grids("/", now))
        load_past(at=now, since=now - timedelta(days=PAST_DAYS), grid_codes=codes)
        yield now
        transaction.set_rollback(True)


def span(now, days=200):
    return now.date() - timedelta(days=days), now.date() + timedelta(days=1)


def test_it_holds_every_matter_and_step_once(seeded):
    place = places.get_place(TOWN)
    history = read_history(place.path, *span(seeded, 400))
    ours = Matter.objects.filter(path__startswith=place.path)
    assert history.matters == ours.count() > 50
    acts = Act.objects.filter(subject__startswith="matter:").exclude(action="raise")
    assert len(history.visits.act_visit) == acts.count()
    ended = {history.states[n] for n in np.unique(history.visits.state)}
    assert {("event", "closed"), ("event", "handling"), ("event", "handling+redone")} <= ended
    assert (("claim_done", Who.STAFF)) in history.actions
    assert history.visits.length.min() >= 0


def test_days_before_the_place_was_there_do_not_make_it_seem_quiet(seeded):
    place = places.get_place(TOWN)
    history = read_history(place.path, *span(seeded, 700))
    first = Matter.objects.filter(path__startswith=place.path).order_by("received_at").first()
    assert history.from_on == first.received_at.astimezone(history.zone).date()
    later = seeded.date() - timedelta(days=30)
    assert read_history(place.path, later, seeded.date()).from_on == later


def test_statements_do_not_grow_with_what_there_is(seeded):
    place = places.get_place(TOWN)
    read_history(place.path, *span(seeded, 400))  # charters are read once
    counts = []
    for days in (20, 400):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read_history(place.path, *span(seeded, days))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7


def test_what_came_later_is_not_known(seeded):
    place = places.get_place(TOWN)
    first, last = span(seeded, 400)
    then = last - timedelta(days=30)
    early, late = read_history(place.path, first, then), read_history(place.path, first, last)
    assert 0 < early.matters < late.matters
    end = (early.visits.since + early.visits.length).max()
    assert end <= int(
        timezone.datetime.combine(then, timezone.datetime.min.time(), early.zone).timestamp() * 1e6
    )
    assert early.visits.is_over.sum() < late.visits.is_over.sum()


def test_few_cases_make_a_practice_that_says_so(seeded):
    place = places.get_place(TOWN)
    _, compiled = places.charter_in_force(place.path, seeded)
    grids = {grid.path: 300.0 for grid in places.list_grids(place.path, seeded)}
    assumed = assumed_practice(compiled, place=place.path, grids=grids)
    practice = calibrate(read_history(place.path, *span(seeded, 365)), assumed, compiled)
    marks = [step.share.known for step in practice.steps]
    assert {*marks} == {Known.MEASURED, Known.SHRUNK, Known.ASSUMED}
    assert marks.count(Known.ASSUMED) > len(assumed.steps) / 3
    wanted = ("event", "handling", "claim_done", "C06")
    rows = [(step.flow, step.state, step.action, step.type) for step in practice.steps]
    claims = [practice.steps[rows.index(wanted)]]
    assert claims[0].lag.cases > 0
    told = [note.en for note in practice.notes]
    assert any("Calibrated on" in line for line in told)
    assert any("shorter than a year" in line for line in told)
    for one in practice.arrivals:
        assert one.a_year.low <= one.a_year.value <= one.a_year.high


def test_days_in_the_wrong_order_and_unknown_places_are_refused(seeded):
    place = places.get_place(TOWN)
    first, last = span(seeded)
    with pytest.raises(ValueError, match="after the beginning"):
        read_history(place.path, last, first)
    with pytest.raises(LookupError):
        read_history("/nowhere/", first, last)
