"""The four things every command proves, said once (design: the house, tests)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from commongrid.charter.matter import Actor
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act

Run = Callable[[Actor, object], Any]


def everything() -> dict[str, list[Any]]:
    """All rows of the room, as the database has them."""
    kept: dict[str, list[Any]] = {}
    for model in apps.get_app_config("places").get_models():
        rows: models.QuerySet[Any] = model._default_manager.order_by("pk")
        kept[model.__name__] = list(rows.values())
    return kept


def prove(run: Run, *, right: Actor, wrong: tuple[Actor, ...], rule: str, monkeypatch: Any) -> None:
    """``run(actor, command_id)`` is refused, saves nothing half, does it, once, with one act."""
    from commongrid.kernel.ids import new_id

    before, acts = everything(), Act.objects.count()
    for person in wrong:
        with pytest.raises(Refused) as refused:
            run(person, new_id())
        assert refused.value.verdict.rule == rule
        assert refused.value.verdict.say.zh
        assert refused.value.verdict.say.en
    assert everything() == before
    assert Act.objects.count() == acts

    with monkeypatch.context() as broken:
        broken.setattr("commongrid.rooms.places.commands.acting.record_act", _fail)
        with pytest.raises(OSError, match="ledger"):
            run(right, new_id())
    assert everything() == before, "a failed act left something behind"

    command_id = new_id()
    run(right, command_id)
    after = everything()
    assert after != before
    act = Act.objects.get(command_id=command_id)
    assert Act.objects.count() == acts + 1
    assert (act.actor, act.rule_id) == (right.key, rule)
    assert act.role
    assert act.power in ("keep_places", "adopt_charter")

    run(right, command_id)
    assert everything() == after, "a replay changed something"
    assert Act.objects.count() == acts + 1


def _fail(*_given: object) -> None:
    message = "the ledger cannot be written"
    raise OSError(message)
