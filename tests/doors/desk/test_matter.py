"""The matter page: what may be done, why not the rest, and a form for every step."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from tests.doors.desk.town import (
    LEAD,
    PEOPLE,
    STATES,
    WALK,
    WORDS,
    picture,
)
from tests.rooms.places.standing import AT

READS_REPORTED = frozenset(
    ["desk", "desk2", "dispatcher", "centre", "township", "checker", "supervisor", "grid_worker"]
)


def address(matter_id):
    return reverse("desk:matter", args=[matter_id])


def do(client, matter_id, action, **fields):
    """Send the form of a step as the page shows it, filled in."""
    page = client.get(address(matter_id))
    steps = {s.card.action: s for s in (*page.context["steps"], *page.context["pending"])}
    form = steps[action].form if action in steps else None
    hidden = {
        "command_id": str(form["command_id"].value()) if form else str(new_id()),
        "version": str(form["version"].value()) if form else "",
    }
    return client.post(reverse("desk:act", args=[matter_id, action]), {**hidden, **fields})


@pytest.mark.parametrize("who", PEOPLE)
def test_only_those_in_charge_open_the_page(town, who):
    matter_id = town.raise_one()
    client = town.client(who)
    expected = 200 if who in READS_REPORTED else 404
    for name in ("matter", "sheet"):
        assert client.get(reverse(f"desk:{name}", args=[matter_id])).status_code == expected
    assert client.get(reverse("desk:why", args=[matter_id, "accept"])).status_code == expected
    assert do_blind(client, matter_id, "note", note="x").status_code in (
        (302, 409, 422) if expected == 200 else (404,)
    )


def do_blind(client, matter_id, action, **fields):
    given = {"command_id": str(new_id()), **fields}
    return client.post(reverse("desk:act", args=[matter_id, action]), given)


def test_a_matter_that_is_not_there_is_a_plain_404(town):
    assert town.client("desk").get(address(uuid4())).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_is_whole_in_every_state_and_language(town, language, state):
    matter_id = town.walked_to(state, contact=matters.Contact(name="某人", phone="000-0000"))
    for who in ("desk", "checker", "centre"):
        response = town.client(who, language).get(address(matter_id))
        assert response.status_code == 200
        assert "某人" not in response.content.decode()


def test_the_plain_way_from_raised_to_closed_by_forms(town):
    matter_id = town.raise_one()
    fields = {
        "accept": {},
        "offer": {"unit": LEAD, "reason": "派单目录"},
        "take": {"contact_name": "值班室"},
        "claim_done": {"feedback": "已清运", "record": "两桶"},
        "check_pass": {"record": "已看", "seen_on": "2026-03-10"},
    }
    for who, action, _ in WALK:
        given = dict(fields[action])
        if action == "claim_done":
            given["photos"] = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        response = do(town.client(who), matter_id, action, **given)
        assert response.status_code == 302, response.content.decode()
    page = town.page(matter_id)
    assert page.card.state == "closed"
    assert [step.action for step in page.steps][1:] == [action for _, action, _ in WALK]


def test_every_refused_step_says_why_and_names_its_rule(town):
    matter_id = town.raise_one()
    response = town.client("checker").get(address(matter_id))
    refused = response.context["refused"]
    assert {"accept", "redirect"} <= {card.action for card in refused}
    text = response.content.decode()
    for card in refused:
        assert card.verdict.rule in text
        assert reverse("desk:why", args=[matter_id, card.action]) in text


def test_a_missing_field_is_named_and_nothing_typed_is_lost(town):
    matter_id = town.walked_to("accepted")
    response = do(town.client("dispatcher"), matter_id, "offer", unit="", reason="因为它负责")
    assert response.status_code == 422
    step = next(s for s in response.context["steps"] if s.card.action == "offer")
    assert list(step.form.errors) == ["unit"]
    assert step.is_open
    assert "因为它负责" in response.content.decode()


def test_a_refusal_of_the_charter_stands_at_its_field(town):
    matter_id = town.walked_to("accepted")
    client = town.client("dispatcher")
    response = do(client, matter_id, "offer", unit="water_company", reason="不在目录里")
    assert response.status_code == 422
    step = next(s for s in response.context["steps"] if s.card.action == "offer")
    assert "unit" in step.form.errors
    assert "does not name this unit" in response.content.decode()
    assert town.page(matter_id).card.state == "accepted"


def test_a_form_of_a_page_that_is_out_of_date_is_not_carried_out(town):
    matter_id = town.walked_to("accepted")
    client = town.client("dispatcher")
    form = next(
        s.form for s in client.get(address(matter_id)).context["steps"] if s.card.action == "offer"
    )
    town.act(matter_id, "desk", "note", note="met the person")
    sent = {
        "command_id": str(form["command_id"].value()),
        "version": str(form["version"].value()),
        "unit": LEAD,
        "reason": "派单目录",
    }
    response = client.post(reverse("desk:act", args=[matter_id, "offer"]), sent)
    assert response.status_code == 409
    text = response.content.decode()
    assert "has changed since you opened it" in text
    assert "派单目录" in text
    assert town.page(matter_id).card.state == "accepted"
    shown = re.search(
        r'id="id_offer_version" value="(\d+)"|value="(\d+)" id="id_offer_version"', text
    )
    sent["version"] = next(g for g in shown.groups() if g)
    assert client.post(reverse("desk:act", args=[matter_id, "offer"]), sent).status_code == 302
    assert town.page(matter_id).card.state == "dispatched"


def test_pressing_twice_does_once(town):
    matter_id = town.raise_one()
    client = town.client("desk")
    form = next(
        s.form for s in client.get(address(matter_id)).context["steps"] if s.card.action == "accept"
    )
    sent = {name: str(form[name].value()) for name in ("command_id", "version")}
    for _ in range(2):
        response = client.post(reverse("desk:act", args=[matter_id, "accept"]), sent)
        assert response.status_code == 302
    assert len(town.page(matter_id).steps) == 2


def test_a_step_the_state_does_not_know_any_more_is_explained(town):
    matter_id = town.walked_to("accepted")
    response = do_blind(town.client("desk"), matter_id, "accept")
    assert response.status_code == 409
    assert "not possible in this state" in response.content.decode()


def test_merging_waits_for_a_second_person(town):
    leading, matter_id = town.raise_one(), town.raise_one("同一个垃圾桶")
    ref = town.page(leading).card.ref
    first = do(town.client("desk"), matter_id, "merge", leading=ref, reason="同一处")
    assert first.status_code == 302
    assert town.page(matter_id).card.state == "reported"
    again = town.client("desk").get(address(matter_id))
    assert "merge" not in {s.card.action for s in again.context["pending"]}
    second = town.client("desk2")
    page = second.get(address(matter_id))
    assert [s.card.action for s in page.context["pending"]] == ["merge"]
    text = page.content.decode()
    assert "Proposed by Demo desk" in text
    assert "同一处" in text
    done = do(second, matter_id, "merge", leading=ref, reason="同一处")
    assert done.status_code == 302
    assert town.page(matter_id).card.state == "merged"
    assert town.page(matter_id).leading_ref == ref
    assert (
        f'href="{address(leading)}"' in town.client("desk").get(address(matter_id)).content.decode()
    )


def test_a_matter_named_by_a_number_nobody_knows_is_refused_at_the_field(town):
    matter_id = town.raise_one()
    response = do(town.client("desk"), matter_id, "merge", leading="999999-XXXXX", reason="?")
    assert response.status_code == 422
    assert "There is no matter with this number" in response.content.decode()


def test_similar_matters_stand_beside_with_the_way_to_join_them(town):
    leading = town.raise_one(is_shareable=True)
    matter_id = town.raise_one("同一个垃圾桶")
    response = town.client("desk").get(address(matter_id))
    assert [card.id for card in response.context["similar"]] == [leading]
    assert f'data-value="{town.page(leading).card.ref}"' in response.content.decode()


def test_nothing_a_person_writes_becomes_markup(town):
    evil = "<img src=x onerror=alert(1)>"
    matter_id = town.raise_one(evil, address=evil)
    town.act(matter_id, "desk", "note", note=evil)
    for name in ("matter", "sheet"):
        text = town.client("desk").get(reverse(f"desk:{name}", args=[matter_id])).content.decode()
        assert evil not in text
        assert "&lt;img src=x" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_takes_few_statements(town, count_sql, language):
    matter_id = town.walked_to("claimed", contact=matters.Contact(phone="000-0000"))
    client = town.client("checker", language)
    client.get(address(matter_id))
    with count_sql(max=16):
        client.get(address(matter_id))


@pytest.mark.parametrize(("hours", "says"), [(1, "In time, waits"), (24 * 60, "Late, waits")])
def test_work_claimed_done_is_not_running_any_more(town, hours, says):
    matter_id = town.walked_to("handling")
    at = AT + timedelta(hours=hours)
    town.act(matter_id, "handler", "claim_done", at=at, photo=True, feedback="x", record="x")
    response = town.client("desk").get(address(matter_id))
    (promise,) = (p for p in response.context["page"].promises if p.clock == "finish")
    assert promise.claimed_at == at
    text = response.content.decode()
    assert says in text
    assert "claimed done" in text


@pytest.mark.parametrize(
    ("who", "action", "says", "result"),
    [
        ("checker", "accept", "not possible now", "no"),
        ("desk", "accept", "possible now", "yes"),
        ("desk", "merge", "possible now", "yes"),
    ],
)
def test_why_shows_rule_source_and_each_condition(town, who, action, says, result):
    matter_id = town.raise_one()
    response = town.client(who).get(reverse("desk:why", args=[matter_id, action]))
    text = response.content.decode()
    assert says in text
    (explained,) = response.context["rows"]
    assert explained.row.source in text
    assert explained.checks[0].result == result
    assert f"event.reported.{action}" in text


def test_why_not_names_the_condition_that_fails_and_asks_no_further(town):
    matter_id = town.walked_to("claimed")
    response = town.client("handler").get(reverse("desk:why", args=[matter_id, "check_pass"]))
    (explained,) = response.context["rows"]
    assert [check.result for check in explained.checks] == ["no", "open", "open"]
    assert "checker" in response.content.decode()


def test_why_of_a_step_the_state_does_not_know(town):
    matter_id = town.raise_one()
    text = town.client("desk").get(reverse("desk:why", args=[matter_id, "take"])).content.decode()
    assert "knows no such step" in text


def test_the_sheet_holds_no_contact_and_every_act(town):
    matter_id = town.walked_to("handling", contact=matters.Contact(name="某人", phone="000-0000"))
    text = town.client("desk").get(reverse("desk:sheet", args=[matter_id])).content.decode()
    assert WORDS in text
    assert "000-0000" not in text
    assert text.count('id="act-') == len(town.page(matter_id).steps)


def test_contact_data_are_shown_once_for_a_purpose_and_logged(town):
    matter_id = town.raise_one(contact=matters.Contact(name="某人", phone="000-1234"))
    client = town.client("desk")
    sent = {"command_id": str(new_id()), "purpose": "约时间"}
    shown = client.post(reverse("desk:reveal", args=[matter_id]), sent)
    assert shown.status_code == 200
    assert "000-1234" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    after = client.get(address(matter_id)).content.decode()
    assert "000-1234" not in after
    assert "约时间" in after
    assert town.page(matter_id).steps[-1].action == "reveal"


def test_a_kind_of_reason_may_be_chosen_and_is_told_with_the_words(town):
    matter_id = town.raise_one(contact=matters.Contact(phone="000-1234"))
    client = town.client("desk")
    assert "Kind of reason" in client.get(address(matter_id)).content.decode()
    sent = {"command_id": str(new_id()), "purpose": "约时间", "opened_for": "curious"}
    where = reverse("desk:reveal", args=[matter_id])
    assert client.post(where, sent).status_code == 422
    assert client.post(where, sent | {"opened_for": "agree_time"}).status_code == 200
    assert "to agree on a time or place" in client.get(address(matter_id)).content.decode()


def test_contact_data_need_a_purpose_and_the_power(town):
    matter_id = town.raise_one(contact=matters.Contact(name="某人", phone="000-1234"))
    empty = town.client("desk").post(
        reverse("desk:reveal", args=[matter_id]), {"command_id": str(new_id()), "purpose": ""}
    )
    assert empty.status_code == 422
    assert "000-1234" not in empty.content.decode()
    sent = {"command_id": str(new_id()), "purpose": "好奇"}
    refused = town.client("dispatcher").post(reverse("desk:reveal", args=[matter_id]), sent)
    assert refused.status_code == 422
    assert "000-1234" not in refused.content.decode()
    assert len(town.page(matter_id).steps) == 1


def test_contact_data_ask_again_who_it_is_after_a_while(town, clock):
    matter_id = town.raise_one(contact=matters.Contact(phone="000-1234"))
    client = town.client("desk")
    clock.shift(11 * 60)
    sent = {"command_id": str(new_id()), "purpose": "约时间"}
    response = client.post(reverse("desk:reveal", args=[matter_id]), sent)
    assert response.status_code == 302
    assert response.url.startswith("/staff/again/")


def test_five_orders_stand_on_the_page(town):
    text = town.client("desk").get(address(town.raise_one())).content.decode()
    assert "The five orders" in text


def test_whistle_calls_units_and_shows_who_answered(town):
    matter_id = town.walked_to("handling")
    client = town.client("township")
    sent = {"units": ["water_company", "enforcement_team"], "need": "一起看现场",
            "meet_at": "楼门口"}  # fmt: skip
    assert do(client, matter_id, "whistle", **sent).status_code == 302
    response = client.get(address(matter_id))
    assert len(response.context["whistles"]) == 2
    assert "Called together" in response.content.decode()
    assert response.context["now"] == AT
