"""A kept rehearsal run once more, for real, by the very command that its report prints."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commongrid.bridges.rehearsal import running
from commongrid.doors.planner.report_page import command, shown_from_plain
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import again
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing import standing as s
from tests.stories.rehearsing.standing import AT, TOWN
from tests.support import factories as f
from tests.support.versions import NEXT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.usefixtures("rehearsals_at_once"),
]

DAYS = {"from_on": "2026-03-16", "until_on": "2026-03-23", "least": 2, "most": 3, "demand": 0.3}


@pytest.fixture
def keeper(db):
    f.a_place()
    return a_keeper()


@pytest.fixture
def one_process(monkeypatch):
    """A worker at a time: two of them begin twice as long as they work on so little."""
    monkeypatch.setattr(running, "cores", lambda: 1)


@pytest.fixture
def done(keeper, one_process):
    """A drill on three charters, a proposal and one of the library among them; played for real."""
    proposal = rehearsing.propose(
        actor=keeper, at=AT, command_id=new_id(), place_code=TOWN, version=NEXT,
        changes=s.plan()["alternatives"][1], reason="冬天等不起",
    )  # fmt: skip
    plain = s.plan(**DAYS, shock={"drill": "outbreak", "absent": 0.1})
    plain["alternatives"].append({"name": "it", "charter": f"proposal:{proposal.ref}"})
    plain["alternatives"].append({"name": "far", "charter": "library:singapore-oneservice"})
    s.asked(keeper, plain)
    card = rehearsing.run_next(now=lambda: AT, beat_s=0)
    assert card.state == "done", card.trouble
    return card


def printed(card: rehearsals.RehearsalCard) -> list[str]:
    """The command on the report, as a shell would take it apart."""
    shown = shown_from_plain(
        ref=card.ref, place=Text.both("-"), place_path=card.place_path, plan=card.plan,
        report=rehearsals.read_report(card.id),
    )  # fmt: skip
    program, *words = shlex.split(command(shown))
    assert program == "commongrid"
    return words


def test_the_printed_command_gives_the_same_digest(keeper, done, capsys, clock, monkeypatch):
    clock.shift(3600)
    now = timezone.now()
    f.raised("A01")  # what the place does meanwhile changes nothing
    charter = places.charter_in_force(f.TOWN, now)[1].charter
    places.adopt_charter(
        actor=keeper, at=now, command_id=new_id(), reason="-",
        charter=replace(charter, version="2027.1", questions=charter.questions[:-1]),
    )  # fmt: skip
    assert places.charter_in_force(f.TOWN, now)[1].charter.version == "2027.1"
    call_command(*printed(done))
    said = capsys.readouterr().out
    assert f"the same: {done.ref}, digest {done.report_digest[:16]}" in said

    with monkeypatch.context() as patched:  # what is not the same is said
        patched.setattr(again, "rehearse", lambda plan, *_, **__: s.a_report(plan))
        with pytest.raises(SystemExit) as left:
            call_command(*printed(done))
    assert left.value.code == 1
    assert "not the same" in capsys.readouterr().out
    kept = RehearsalRow.objects.filter(pk=done.id)
    kept.update(charters=[{**used, "digest": "0" * 64} for used in kept.get().charters])
    with pytest.raises(CommandError, match="another text now"):
        call_command(*printed(done))
