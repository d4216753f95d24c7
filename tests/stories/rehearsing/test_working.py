"""From the question to the report: frozen, run, cancelled, failed, taken over, run again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from commongrid.bridges.rehearsal.crew import WorkerLostError
from commongrid.bridges.rehearsal.plain import PlainError
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import again, working
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing import standing as s
from tests.stories.rehearsing.standing import AT
from tests.support import factories as f
from tests.support.versions import IN_FORCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db):
    f.a_place()
    return a_keeper()


@pytest.fixture
def runner(monkeypatch):
    """Put a runner in place of the bridge's."""

    def put(**more):
        monkeypatch.setattr(working, "TELL_S", 0.0)
        for module in (working, again):
            monkeypatch.setattr(module, "rehearse", s.fake(**more))

    put()
    return put


def run(at=AT, **more):
    return rehearsing.run_next(now=lambda: at, beat_s=0, **more)


def test_nothing_waits(keeper, runner):
    assert run() is None


def test_it_is_frozen_when_asked_and_run_from_that(keeper, runner):
    card = s.asked(keeper)
    assert [used.key for used in card.charters] == [f"keerqin-subdistrict@{IN_FORCE}"] * 2
    practice = rehearsals.read_practice(card.id)
    assert practice["place"] == f.TOWN
    f.raised("A01")  # what comes later is not in it
    done = run()
    assert (done.id, done.state, done.done) == (card.id, "done", 4)
    assert rehearsals.read_practice(card.id) == practice
    report = rehearsals.read_report(card.id)
    assert report["digest"] == done.report_digest


def test_asked_twice_it_is_there_once(keeper, runner):
    command_id = new_id()
    assert s.asked(keeper, command_id=command_id) == s.asked(keeper, command_id=command_id)
    assert RehearsalRow.objects.count() == 1
    assert run().state == "done"
    assert run() is None


def test_progress_is_told_while_it_runs(keeper, runner):
    card = s.asked(keeper)
    seen = []
    runner(at_step=lambda _step: seen.append(rehearsals.get_rehearsal(card.id).done))
    run()
    assert seen == [0, 1, 2, 3, 4]


def test_cancelled_in_the_midst_it_ends_there(keeper, runner, monkeypatch):
    card = s.asked(keeper)
    steps = []

    def cancel(step):
        steps.append(step)
        if step == 1:
            rehearsals.cancel_rehearsal(
                actor=keeper, at=AT, command_id=new_id(), rehearsal_id=card.id
            )

    runner(at_step=cancel)
    ended = run()
    assert (ended.state, ended.report_digest, steps) == ("cancelled", "", [0, 1])


def test_a_worker_that_is_to_stop_leaves_it_to_another_one(keeper, runner):
    s.asked(keeper)
    left = run(is_stopping=lambda: True)
    assert (left.state, left.tries) == ("running", 0)
    assert run().state == "done"


def test_a_worker_killed_in_the_midst_is_followed_by_another(keeper, runner):
    """The first is taken away mid-run; the second finishes; the first then finds it has lost it."""
    card = s.asked(keeper)
    later = AT + rehearsals.LEASE + timedelta(seconds=1)
    second = []

    def overtaken(step):
        if step == 2 and not second:
            second.append(None)
            second[0] = rehearsals.begin_rehearsal(at=later)

    runner(at_step=overtaken)
    first = run()
    assert first.lease == second[0].lease
    assert (first.state, first.tries) == ("running", 2)
    assert rehearsals.read_report(card.id) is None


def test_two_workers_share_the_queue(keeper, runner):
    cards = [s.asked(keeper, at=AT + timedelta(seconds=n)) for n in range(2)]
    inner = []

    def other_worker(step):
        if step == 1 and not inner:
            inner.append(None)
            inner[0] = run()

    runner(at_step=other_worker)
    assert run().id == cards[0].id
    assert (inner[0].id, inner[0].state) == (cards[1].id, "done")


@pytest.mark.parametrize(
    ("error", "rule", "words"),
    [
        (WorkerLostError("gone"), "rehearsal.worker_lost", "memory"),
        (PlainError((("shock.areas.0", Text(zh="无", en="nobody is there")),)), "rehearsal.plan",
         "shock.areas.0: nobody is there"),
        (ZeroDivisionError("x"), "rehearsal.unexpected", "log"),
    ],
    ids=["lost", "plan", "unexpected"],
)  # fmt: skip
def test_what_fails_says_why_and_what_to_do(keeper, runner, error, rule, words):
    s.asked(keeper)
    runner(error=error)
    failed = run()
    assert (failed.state, failed.trouble_rule) == ("failed", rule)
    assert words in failed.trouble.en
    assert failed.trouble.zh


def test_again_gives_the_same_digest_or_says_that_it_does_not(keeper, runner, monkeypatch):
    s.asked(keeper)
    done = run()
    assert rehearsing.run_again(done).is_same
    monkeypatch.setattr(again, "rehearse", lambda plan, *_a, **_m: s.a_report(plan, seed=2))
    other = rehearsing.run_again(done)
    assert not other.is_same
    assert other.engine_before == "fake"


def test_a_text_that_changed_since_is_not_quietly_replaced(keeper, runner):
    plain = s.plan("")
    library = rehearsing.list_choices(_place(), AT)[-1]
    assert library.key.startswith(rehearsing.LIBRARY)
    plain["alternatives"].append({"name": "theirs", "charter": library.key})
    card = s.asked(keeper, plain)
    row = RehearsalRow.objects.get(pk=card.id)
    row.charters[1]["digest"] = "0" * 64
    row.save(update_fields=["charters"])
    failed = run()
    assert failed.trouble_rule == "rehearsal.plan"
    assert library.key in failed.trouble.zh


def _place():
    from commongrid.rooms.places import face as places

    return places.get_place(s.TOWN)


WRONG = {
    "alternatives.1.charter": ("charter", "library:nowhere"),
    "alternatives.1.limits.0.type": (
        "limits", [{"type": "Z99", "milestone": "x", "duration": "1h"}]),
    "alternatives.1.limits.0.duration": (
        "limits", [{"type": "C03", "milestone": "restore", "duration": "soon"}]),
    "alternatives.1.clocks.0.clock": ("clocks", [{"clock": "answer", "duration": "1h"}]),
    "alternatives.1.parameters.0.name": ("parameters", [{"name": "none", "value": "1"}]),
    "alternatives.1.parameters.0.value": (
        "parameters", [{"name": "extension_times", "value": "99"}]),
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_fault_names_its_field_and_its_rule_in_both_languages(keeper, field):
    name, value = WRONG[field]
    plain = s.plan("")
    plain["alternatives"] = [{"name": "now"}, {"name": "other", name: value}]
    with pytest.raises((PlainError, rehearsing.ChartersError)) as error:
        rehearsing.prepare(plain, AT)
    ((at, rule),) = error.value.faults
    assert at == field
    assert rule.zh
    assert rule.en
    assert rule.zh != rule.en


@pytest.mark.parametrize("question", rehearsing.QUESTIONS)
def test_the_ready_questions_are_sound_plans(keeper, question):
    assert rehearsing.prepare(s.plan(question), AT).plan.place == f.TOWN
    assert question in dict(rehearsing.list_questions(f.TOWN, AT))


def test_staff_are_counts_by_holder_and_area(keeper):
    practice = rehearsing.prepare(s.plan(), AT).practice
    assert practice.staff[("charter_keeper", f.TOWN)] == 1
    assert "staff:" not in json.dumps([list(map(str, key)) for key in practice.staff])
