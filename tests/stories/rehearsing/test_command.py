"""``commongrid rehearse`` does headless what the pages do."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import again, working
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db, monkeypatch):
    for module in (working, again):
        monkeypatch.setattr(module, "rehearse", s.fake())
    f.a_place()
    return a_keeper()


def test_a_plan_is_printed_and_run_without_a_row(keeper, tmp_path, capsys):
    call_command("rehearse", "plan", s.TOWN, question="heating", lang="en")
    plan = tmp_path / "plan.json"
    plan.write_text(capsys.readouterr().out, "utf-8")
    assert json.loads(plan.read_text("utf-8"))["alternatives"][0]["name"] == "as it is"
    out = tmp_path / "report.json"
    call_command("rehearse", "run", str(plan), out=out)
    report = json.loads(out.read_text("utf-8"))
    assert report["digest"][:16] in capsys.readouterr().out
    assert not RehearsalRow.objects.exists()


def test_a_wrong_plan_names_field_and_rule(keeper, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({**s.plan(), "demand": 99}), "utf-8")
    with pytest.raises(CommandError, match="demand: must be from"):
        call_command("rehearse", "run", str(plan), lang="en")
    with pytest.raises(CommandError):
        call_command("rehearse", "run", str(tmp_path / "none.json"))
    with pytest.raises(CommandError):
        call_command("rehearse", "plan", "999999999999")


def test_work_takes_one_and_again_compares(keeper, monkeypatch, capsys):
    monkeypatch.setattr(rehearsing, "run_next", lambda **m: working.run_next(**m, beat_s=0))
    card = s.asked(keeper)
    call_command("rehearse", "work")
    assert f"{card.ref}: done" in capsys.readouterr().out
    call_command("rehearse", "again", card.ref)
    assert "the same" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("rehearse", "again", card.ref, expect="0" * 64)
    with pytest.raises(CommandError):
        call_command("rehearse", "again", "R-0000-0000")


def test_adopt_names_the_rehearsal_or_says_that_there_was_none(keeper, capsys):
    s.asked(keeper)
    done = working.run_next(now=lambda: f.AT, beat_s=0)
    with pytest.raises(CommandError, match="no finished rehearsal"):
        call_command("adopt", "keerqin-subdistrict", reason="test", rehearsal="R-0000-0000")
    call_command("adopt", "keerqin-subdistrict", reason="test", rehearsal=done.ref)
    assert "adopted without" in capsys.readouterr().out, "the version was adopted before"
