"""Adopting a charter, and which charter is in force where and when."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from commongrid.charter import CharterError, Compiled, load_charter
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts
from commongrid.ledger.models import Act
from commongrid.rooms.places import face
from tests.consistency.repository import ROOT
from tests.rooms.places.proofs import everything, prove
from tests.rooms.places.standing import (
    AT,
    CHARTER_KEEPER,
    CITY,
    COMMUNITY,
    DISTRICT,
    KEEPER,
    SETUP,
    TOWN,
    TOWN_PATH,
    WRONG_PEOPLE,
    register,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def charter():
    try:
        return load_charter(Path(ROOT) / "charters" / "keerqin-subdistrict")
    except CharterError as error:  # pragma: no cover - the charter has tests of its own
        pytest.fail(f"the subdistrict's charter does not load: {error}")


def adopt_charter(charter, actor=CHARTER_KEEPER, command_id=None, at=AT):
    return face.adopt_charter(
        actor=actor,
        at=at,
        command_id=command_id or new_id(),
        charter=charter,
        reason="council decision 1 (invented)",
        pia_ref="PIA-1",
    )


def test_the_four_proofs(charter, monkeypatch):
    register()
    prove(
        lambda actor, command_id: adopt_charter(charter, actor, command_id),
        right=CHARTER_KEEPER,
        wrong=(*WRONG_PEOPLE, KEEPER),
        rule="place.adopt_charter",
        monkeypatch=monkeypatch,
    )


def test_the_act_carries_key_and_digest(charter):
    register()
    command_id = new_id()
    card = adopt_charter(charter, command_id=command_id)
    act = Act.objects.get(command_id=command_id)
    assert act.subject == f"charter:{TOWN}"
    assert act.charter_key == card.key == f"{charter.charter_id}@{charter.version}"
    assert card.digest in act.core
    assert (card.place_path, card.pia_ref) == (TOWN_PATH, "PIA-1")


def test_the_same_version_and_text_again_is_harmless(charter):
    register()
    first = adopt_charter(charter)
    before, acts = everything(), Act.objects.count()
    assert adopt_charter(charter) == first
    assert everything() == before
    assert Act.objects.count() == acts


def test_the_same_version_with_another_text_is_refused(charter):
    register()
    adopt_charter(charter)
    changed = replace(charter, parameters={})
    with pytest.raises(Refused) as refused:
        adopt_charter(changed)
    assert "new version number" in refused.value.verdict.say.en


def test_a_charter_with_problems_is_refused_and_says_the_first(charter, monkeypatch):
    register()
    unheld = replace(charter, powers=())
    with pytest.raises(Refused) as refused:
        adopt_charter(unheld)
    assert "problems; mend them first" in refused.value.verdict.say.en
    assert refused.value.verdict.log


def test_a_charter_for_an_unknown_place_is_said(charter):
    with pytest.raises(face.PlaceNotFoundError, match=TOWN):
        adopt_charter(charter)


def test_the_charter_in_force_compiles_from_what_was_kept(charter):
    register()
    card = adopt_charter(charter)
    key, compiled = face.charter_in_force(f"{TOWN_PATH}{COMMUNITY}/", AT)
    assert key == card.key
    assert isinstance(compiled, Compiled)
    assert compiled.charter == charter
    assert face.get_charter(key) is compiled


def test_before_its_adoption_and_before_its_date_it_is_not_in_force(charter):
    register()
    later = replace(charter, version="later", valid_from=date(2026, 5, 1))
    adopt_charter(charter)
    adopt_charter(later, at=AT + timedelta(days=1))
    with pytest.raises(face.NoCharterError):
        face.charter_in_force(TOWN_PATH, AT - timedelta(seconds=1))
    assert face.charter_in_force(TOWN_PATH, AT)[0].endswith(f"@{charter.version}")
    assert face.charter_in_force(TOWN_PATH, AT + timedelta(days=30))[0].endswith(charter.version)
    assert face.charter_in_force(TOWN_PATH, AT + timedelta(days=60))[0].endswith("@later")


def test_the_nearest_place_has_its_own_charter(charter):
    register()
    wide = replace(charter, charter_id="district", place=DISTRICT)
    adopt_charter(wide, SETUP)
    above = f"/{CITY}/{DISTRICT}/"
    assert face.charter_in_force(TOWN_PATH, AT)[0].startswith("district@")
    adopt_charter(charter)
    assert face.charter_in_force(TOWN_PATH, AT)[0].startswith(charter.charter_id)
    assert face.charter_in_force(f"{above}150502003000/", AT)[0].startswith("district@")
    with pytest.raises(face.NoCharterError, match=CITY):
        face.charter_in_force(f"/{CITY}/", AT)


def test_versions_are_listed_newest_first(charter):
    register()
    adopt_charter(charter)
    adopt_charter(replace(charter, version="2"), at=AT + timedelta(days=1))
    assert [card.version for card in face.list_charters(TOWN)] == ["2", charter.version]
    assert face.list_charters(DISTRICT) == ()
    assert len(face.list_charters()) == 2


def test_a_warm_reader_asks_one_statement(charter, count_sql):
    register()
    key = adopt_charter(charter).key
    face.charter_in_force(TOWN_PATH, AT)
    with count_sql(max=1):
        face.charter_in_force(TOWN_PATH, AT)
    with count_sql(max=1):
        face.get_charter(key)


def test_an_unknown_key_is_said():
    with pytest.raises(face.NoCharterError, match="no charter was adopted as x@1"):
        face.get_charter("x@1")


def adopt_act(card):
    (act,) = (act for act in list_acts(f"charter:{TOWN}") if act.command_id == card.made_by_act)
    return act


def test_the_act_says_what_was_rehearsed_or_that_nothing_was(charter):
    register()
    without = adopt_charter(charter)
    assert (without.rehearsal, without.report_digest) == ("", "")
    assert adopt_act(without).after["rehearsal"] == "none: adopted without a rehearsal"
    rehearsed = face.adopt_charter(
        actor=CHARTER_KEEPER, at=AT, command_id=new_id(),
        charter=replace(charter, version="2026.9"), reason="council decision 2 (invented)",
        rehearsal="R-0000-0001", report_digest="d" * 64,
    )  # fmt: skip
    assert (rehearsed.rehearsal, rehearsed.report_digest) == ("R-0000-0001", "d" * 64)
    after = adopt_act(rehearsed).after
    assert (after["rehearsal"], after["report"]) == ("R-0000-0001", "d" * 64)
    assert face.get_charter_card(rehearsed.key).rehearsal == "R-0000-0001"
