"""/-/privacy: the officer records assessments and breaches, keepers read them, others do not."""

from __future__ import annotations

import re

import pytest

from commongrid.kernel.ids import new_id
from commongrid.rooms.vault.models import Assessment, Breach
from tests.site.inside import holding, inside, page
from tests.support import factories as f

pytestmark = pytest.mark.django_db
PAGE = "/-/privacy"


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


@pytest.fixture
def officer():
    return inside(holding("data_officer").id, "en")


def found(client, **more):
    given = {
        "command_id": str(new_id()), "what": "A laptop was lost.", "kinds": "backup",
        "persons": "", "found_at": "2026-03-09T08:00",
    }  # fmt: skip
    return client.post(f"{PAGE}/breach", {**given, **more})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_languages_and_the_way_to_the_register(language):
    client = inside(holding("data_officer").id, language)
    shown = page(client, PAGE)
    assert "/privacy/register/" in shown
    assert ("Breaches" if language == "en" else "泄露事件") in shown


def test_who_may(client, officer):
    assert client.get(PAGE).url.startswith("/staff/login/")
    assert inside(holding("grid_worker", f.GRID).id).get(PAGE).status_code == 403
    reader = inside(holding("supervisor").id, "en")
    assert "Record a breach" not in page(reader, PAGE)
    assert found(reader).status_code == 422
    assert not Breach.objects.exists()


def test_a_breach_from_the_first_line_to_the_last(officer):
    assert found(officer).status_code == 302
    breach = Breach.objects.get()
    for step, words in (("tell_authority", ""), ("tell_persons", "by post"), ("close", "new keys")):
        shown = page(officer, PAGE)
        number = re.search(
            rf"breach/{breach.ref}/{step}.*?value=\"([0-9a-f-]{{36}})\"", shown, re.S
        )
        assert number, step
        sent = {"command_id": number.group(1), "words": words}
        assert officer.post(f"{PAGE}/breach/{breach.ref}/{step}", sent).status_code == 302
    assert Breach.objects.get().closed_at is not None
    assert "new keys" in page(officer, PAGE)


def test_what_is_not_whole_comes_back(officer):
    assert found(officer, what="").status_code == 422
    assert found(officer, found_at="2027-01-01T00:00").status_code == 422
    assert officer.post(f"{PAGE}/breach/BR1/close", {"command_id": "x"}).status_code == 400
    refused = officer.post(f"{PAGE}/breach/BR1/close", {"command_id": str(new_id())})
    assert refused.status_code == 302
    assert not Breach.objects.exists()


def test_an_assessment_is_recorded(officer):
    given = {
        "command_id": str(new_id()), "purposes": "illness income", "findings": "needed",
        "measures": "sealed", "is_allowed": "on",
    }  # fmt: skip
    assert officer.post(f"{PAGE}/assess", given).status_code == 302
    assert Assessment.objects.get().purposes == ["illness", "income"]
    assert Assessment.objects.get().ref in page(officer, PAGE)
    assert officer.post(f"{PAGE}/assess", {**given, "findings": ""}).status_code == 422
