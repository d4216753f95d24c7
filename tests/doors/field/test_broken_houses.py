"""A house that is broken on purpose is found out by the same histories and laws."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from commongrid.doors.field.views import sync as sync_view
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters.queries import field as matters_field
from commongrid.stories.syncing import carrying
from tests.doors.field.test_histories import KILLED_CLOSE_NOTHING, drawn, lived
from tests.support.field.world import open_house

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings(KILLED_CLOSE_NOTHING)]
MOST_HISTORIES = 60


def forget_what_was_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every time it comes, an intention is a new one: no id is equal, nothing is looked up."""
    rows: dict[UUID, UUID] = {}
    commands: dict[UUID, UUID] = {}
    carry_out = sync_view.carry_out

    def forgetting(*, intentions: Any, **more: Any) -> Any:
        for intention in intentions:
            rows[intention.id], commands[intention.id] = uuid4(), uuid4()
        return carry_out(intentions=intentions, **more)

    monkeypatch.setattr(sync_view, "carry_out", forgetting)
    named = {"row_id_for": rows, "command_id_for": commands}
    for name, ids in named.items():
        monkeypatch.setattr(fieldwork, name, _from(ids))


def _from(ids: dict[UUID, UUID]) -> Callable[..., UUID]:
    return lambda number, *, account_id: ids.setdefault(number, uuid4())


def ignore_what_comes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """An intention is judged though the one before it on the same matter has not come."""
    carry_out = sync_view.carry_out

    def hasty(*, intentions: Any, **more: Any) -> Any:
        return carry_out(intentions=[replace(i, after=None) for i in intentions], **more)

    monkeypatch.setattr(sync_view, "carry_out", hasty)


def keep_silent_about_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed never says that a matter closed or may no longer be read."""
    feed_for = sync_view.feed_for
    monkeypatch.setattr(
        sync_view, "feed_for", lambda *given, **more: {**feed_for(*given, **more), "gone": []}
    )


def see_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feed takes a matter for the same whatever happened to it."""
    monkeypatch.setattr(matters_field, "_mark", lambda *facts: b"abc")


def keep_nothing_that_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was refused is told, and then thrown away."""
    answer = fieldwork.answer_intention

    def forgetting(answered: Any, *, returned: Any = None) -> None:
        assert returned is None or returned.words
        answer(answered)

    monkeypatch.setattr(fieldwork, "answer_intention", forgetting)


def answer_without_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is answered as done although its transaction was rolled back."""
    judge = carrying.judge

    def idle(case: Any) -> Any:
        from django.db import transaction

        with transaction.atomic():
            answered = judge(case)
            transaction.set_rollback(True)
        return answered

    monkeypatch.setattr(carrying, "judge", idle)


BROKEN = {
    "what was answered is forgotten": (forget_what_was_answered, "was done 2 times"),
    "what comes before is ignored": (ignore_what_comes_before, " after "),
    "the feed keeps silent about what is gone": (keep_silent_about_what_is_gone, "too many"),
    "the feed sees no change": (see_no_change, "differs"),
    "what was refused is not kept": (keep_nothing_that_was_refused, "kept for the office"),
    "done is said and not done": (answer_without_doing, "was done 0 times, told 1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_house_is_found_out(name, db, clock, monkeypatch):
    breaking, sign = BROKEN[name]
    house = open_house()
    breaking(monkeypatch)
    for number in range(MOST_HISTORIES):
        wrong = lived(house, clock, drawn(random.Random(number)))
        if any(sign in line for line in wrong):
            return
    pytest.fail(f"{MOST_HISTORIES} histories found nothing wrong")
