"""Recording many at once equals recording one by one, and is refused as one by one is."""

import json
import random
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import (
    list_acts,
    verify,
)
from commongrid.ledger.models import Act
from commongrid.rooms.matters.commands import histories as module
from commongrid.rooms.matters.commands.histories import History, HistoryStep, record_histories
from commongrid.rooms.matters.commands.raising import raise_matter
from commongrid.rooms.matters.face import Draft, take_action
from commongrid.rooms.matters.models import Matter, Offer, Promise, SearchWords
from tests.stories.importing.standing import INSTALLER, NOW

pytestmark = pytest.mark.django_db
SPACE = UUID("11111111-2222-4333-8444-555555555555")
GRIDS = ("990101001001001", "990101001002001")
ROOT = "/local:990100000000/local:990101000000/local:990101001000/"
UNITS = ("boston_public_works", "boston_inspection", "boston_parks")
APART = {"id", "ref", "matter_id", "changed_by", "place_id"}


def office(role, unit=""):
    return Actor(key="system:import", hats=(Hat(role, ROOT, unit),))


def likely_steps(rng):
    """A step somebody might take at any time, with what it needs; many are refused."""
    unit = rng.choice(UNITS)
    day = "2011-08-15"
    said = {"reason": "invented", "record": "invented", "feedback": "invented"}
    return rng.choice(
        [
            ("accept", office("desk"), {}),
            ("accept", office("desk"), {"note": "invented"}),
            ("redirect", office("desk"), {"redirect_case": "court", "answer_text": "invented"}),
            ("offer", office("dispatcher"), {"unit": unit, **said}),
            ("offer", office("dispatcher"), {"unit": unit, **said}),
            ("object", office("handler", unit), {"legal_basis": "list", **said}),
            ("appoint", office("centre"), {"unit": unit, **said}),
            ("send_elsewhere", office("centre"), {"unit": unit, **said}),
            ("take", office("handler", unit), {"contact_name": "desk"}),
            ("take", office("handler", unit), {"contact_name": "desk"}),
            ("answer", office("handler", unit),
             {"answer_text": "soon", "next_step": "look", "next_on": day}),
            ("claim_done", office("handler", unit), said),
            ("check_pass", office("checker"), {"seen_on": day, **said}),
            ("not_solved", office("checker"), said),
            ("whistle", office("township"), {"units": UNITS[:1], "need": "x", "meet_at": "y"}),
            ("retype", office("desk"), {"type": "X99", **said}),
        ]
    )  # fmt: skip


def random_history(seed):
    """A history that walks as far as chance and the rules allow."""
    rng = random.Random(seed)
    at = NOW - timedelta(days=5300) + timedelta(hours=rng.randrange(900))
    steps, moment = [], at
    plain = rng.random() < 0.5  # half of them follow the usual way, so that ends are reached
    usual = [
        ("accept", office("desk"), {}),
        ("offer", office("dispatcher"), {"unit": "boston_public_works", "reason": "r"}),
        ("take", office("handler", "boston_public_works"), {"contact_name": "c"}),
        ("claim_done", office("handler", "boston_public_works"), {"feedback": "f", "record": "r"}),
        ("check_pass", office("checker"), {"record": "r", "seen_on": "2011-08-01"}),
    ]
    for number in range(rng.randrange(0, 9)):
        action, actor, fields = usual[number] if plain and number < 5 else likely_steps(rng)
        moment += timedelta(minutes=rng.choice((0, 0, 7, 300, 5000)))
        steps.append(
            HistoryStep(
                action=action, actor=actor, at=moment, fields=fields,
                command_id=uuid5(SPACE, f"{seed}/{number}"),
            )
        )  # fmt: skip
    return History(
        origin_id=f"test:{seed}",
        actor=Actor(key="system:import"),
        at=at,
        command_id=uuid5(SPACE, f"{seed}/raise"),
        draft=Draft(
            type_code=rng.choice(("X13", "X08", "X10", "X99")),
            text=f"invented 坑洼 {seed}",
            grid_code=rng.choice(GRIDS),
            lon=-71.06,
            lat=42.3,
            address="Invented St",
            channel="import",
            language="en",
        ),
        steps=tuple(steps),
    )


def one_by_one(history):
    """The same history through the commands of every day. Returns where it stopped, or None."""
    raised = raise_matter(
        actor=history.actor, at=history.at, command_id=history.command_id,
        draft=history.draft, origin_id=history.origin_id,
    )  # fmt: skip
    for position, step in enumerate(history.steps, start=1):
        try:
            take_action(
                actor=step.actor, at=step.at, command_id=step.command_id,
                matter_id=raised.id, action=step.action, fields=step.fields,
            )  # fmt: skip
        except Refused as refused:
            return history.origin_id, position, refused.verdict.rule
    return None


def everything():
    """All rows of the imported matters, without what chance chose (ids, numbers, salts)."""
    rows = {}
    for matter in Matter.objects.filter(origin_id__isnull=False).order_by("origin_id"):
        values = {f.attname: getattr(matter, f.attname) for f in Matter._meta.concrete_fields}
        acts = [
            {**json.loads(act.core), "said": act.words}
            for act in Act.objects.filter(subject=f"matter:{matter.pk}").order_by("position")
        ]
        for act in acts:
            act.update(subject="", recorded_at="", words=bool(act["words"]))
        rows[matter.origin_id] = {
            "matter": {name: value for name, value in values.items() if name not in APART},
            "place": matter.place.code,
            "promises": of(Promise, matter),
            "offers": of(Offer, matter),
            "words": SearchWords.objects.get(matter=matter).words.partition("invented")[2],
            "acts": acts,
        }
    return rows


def of(model, matter):
    return [
        {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields
         if f.attname not in APART}
        for row in model.objects.filter(matter=matter).order_by("id")
    ]  # fmt: skip


def test_many_at_once_equal_one_by_one(small_place):
    batch = [random_history(seed) for seed in range(60)]
    with transaction.atomic():
        stopped = [stop for stop in map(one_by_one, batch) if stop]
        expected, whole = everything(), verify()
        transaction.set_rollback(True)
    told = record_histories(actor=INSTALLER, at=NOW, histories=batch)
    assert everything() == expected
    assert [(s.origin_id, s.position, s.verdict.rule) for s in told.stopped] == stopped
    assert told.recorded == len(batch)
    after = verify()
    assert after.is_whole
    assert (after.acts, after.chains) == (whole.acts, whole.chains)
    states = {row["matter"]["state"] for row in expected.values()}
    assert {"closed", "handling", "reported"} <= states, states  # the walk reaches ends too
    assert stopped


def test_one_act_a_step_and_a_whole_ledger(small_place):
    history = random_history(0)
    told = record_histories(actor=INSTALLER, at=NOW, histories=[history])
    matter = Matter.objects.get(origin_id=history.origin_id)
    acts = list_acts(f"matter:{matter.pk}")
    assert told.acts == len(acts)
    assert {act.actor for act in acts} == {"system:import"}
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert verify().is_whole


def test_the_same_batch_again_changes_nothing(small_place):
    batch = [random_history(seed) for seed in range(5)]
    record_histories(actor=INSTALLER, at=NOW, histories=batch)
    before = everything()
    told = record_histories(actor=INSTALLER, at=NOW, histories=batch)
    assert (told.recorded, told.acts, len(told.known)) == (0, 0, 5)
    assert everything() == before


def test_whoever_may_not_import_is_refused(small_place):
    keeper = Actor(key="staff:1", hats=(Hat("place_keeper", ROOT),))
    desk = Actor(key="staff:2", hats=(Hat("desk", ROOT),))
    elsewhere = Actor(key="staff:3", hats=(Hat("place_keeper", "/150500000000/"),))
    for actor in (desk, elsewhere, Actor(key="public")):
        with pytest.raises(Refused) as caught:
            record_histories(actor=actor, at=NOW, histories=[random_history(1)])
        assert caught.value.verdict.rule == "import_requests"
    assert not Matter.objects.exists()
    assert record_histories(actor=keeper, at=NOW, histories=[random_history(1)]).recorded == 1


def test_if_the_ledger_fails_nothing_is_saved(small_place, monkeypatch):
    def fail(chains):
        list(chains)
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(module, "record_chains", fail)
    with pytest.raises(DatabaseError):
        record_histories(actor=INSTALLER, at=NOW, histories=[random_history(1)])
    assert not any(model.objects.exists() for model in (Matter, Promise, SearchWords, Offer))


def test_a_dry_run_saves_nothing_and_tells_the_same(small_place):
    batch = [random_history(seed) for seed in range(12)]
    dry = record_histories(actor=INSTALLER, at=NOW, histories=batch, is_dry_run=True)
    assert not Matter.objects.exists()
    assert record_histories(actor=INSTALLER, at=NOW, histories=batch) == dry


def test_a_history_lies_in_the_past_and_runs_forward(small_place):
    history = random_history(0)
    with pytest.raises(Refused) as caught:
        record_histories(actor=INSTALLER, at=history.at - timedelta(1), histories=[history])
    assert caught.value.verdict.rule == "history.past"


def test_a_step_that_reaches_another_matter_ends_the_history(small_place):
    at = NOW - timedelta(days=5300)
    step = HistoryStep(
        action="split", actor=office("desk"), at=at, command_id=uuid5(SPACE, "split"),
        fields={"type": "X99", "note": "invented"},
    )  # fmt: skip
    history = random_history(3)
    history = History(
        origin_id="test:split", actor=history.actor, at=at, command_id=uuid5(SPACE, "split/0"),
        draft=history.draft, steps=(step,),
    )  # fmt: skip
    told = record_histories(actor=INSTALLER, at=NOW, histories=[history])
    assert [stop.verdict.rule for stop in told.stopped] == ["history.beyond"]
    assert Matter.objects.count() == 1


def test_a_number_that_is_taken_is_drawn_again(small_place, monkeypatch):
    record_histories(actor=INSTALLER, at=NOW, histories=[random_history(1)])
    taken = Matter.objects.get().ref
    draws = iter([taken, "110701-AAAAA", "110701-AAAAA", "110701-BBBBB"])
    monkeypatch.setattr(module, "new_ref", lambda at, zone: next(draws))
    monkeypatch.setattr("commongrid.rooms.matters.commands.raising.new_ref", lambda at, zone: taken)
    record_histories(actor=INSTALLER, at=NOW, histories=[random_history(2), random_history(3)])
    refs = set(Matter.objects.values_list("ref", flat=True).order_by("ref"))
    assert refs == {taken, "110701-AAAAA", "110701-BBBBB"}


def test_statements_do_not_grow_with_steps(small_place):
    batch = [random_history(seed) for seed in range(100)]
    with CaptureQueriesContext(connection) as seen:
        record_histories(actor=INSTALLER, at=NOW, histories=batch)
    assert len(seen) < len(batch)
