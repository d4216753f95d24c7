"""Writing: raising, following, steps; once for each command id, and never over a change."""

from __future__ import annotations

import base64
import json
from uuid import UUID

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Follower, Matter
from tests.doors.api.programs import RAISE, V1, Caller
from tests.doors.desk.town import LEAD, picture
from tests.rooms.places.standing import AT, GRID_PATH, NEXT_GRID
from tests.support import factories as f
from tests.support.factories import all_text


def rule_of(answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["detail"]
    assert told["status"] == answer.status_code
    return answer.status_code, told["rule"]


# --- raising ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["none", "raise"])
def test_a_matter_is_raised_by_the_same_command_as_on_the_pages(programs, kind):
    answer = programs.caller(kind).post("/matters", RAISE)
    assert answer.status_code == 201
    made = answer.json()
    assert matters.find_by_receipt(made["receipt_code"])[0] == Matter.objects.get().pk
    act = Act.objects.get(action="raise")
    assert act.actor.startswith("public" if kind == "none" else "staff:")
    assert Matter.objects.get().channel == "api"


def test_a_command_sent_twice_is_done_once_and_answered_the_same(programs):
    caller, key = programs.caller(), new_id()
    first = caller.post("/matters", RAISE, key=key)
    second = caller.post("/matters", RAISE, key=key)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Matter.objects.count() == 1


GUESSED = ["11d13082-e5ff-11f1-9957-02fc00000001", "00000000-0000-0000-0000-000000000007"]


@pytest.mark.parametrize("sent", [None, "", "one", "1234", *GUESSED])
def test_a_command_needs_its_number(programs, sent):
    caller = programs.caller()
    headers = {} if sent is None else {"idempotency-key": sent}
    answer = caller.client.post(
        f"{V1}/matters",
        json.dumps(RAISE),
        content_type="application/json",
        headers=caller.headers | headers,
    )
    assert rule_of(answer) == (400, "api.needs_command_id")
    assert not Matter.objects.exists()


def test_the_number_of_a_public_act_opens_no_receipt(programs):
    programs.raise_one()
    used = Act.objects.get(action="raise").command_id
    made = programs.caller().post("/matters", RAISE, key=used).json()
    assert Matter.objects.count() == 2
    assert matters.find_by_receipt(made["receipt_code"])[0] == UUID(made["id"])
    assert not Act.objects.filter(action="raise", command_id=used, subject__contains=made["id"])


def test_the_number_of_another_program_opens_nothing(programs):
    """Nor does that of a caller without a key: the receipt code follows from number and key."""
    key = new_id()
    callers = [programs.caller("raise"), programs.caller("raise"), programs.caller()]
    made = [caller.post("/matters", RAISE, key=key).json() for caller in callers]
    assert len({one["receipt_code"] for one in made}) == Matter.objects.count() == len(callers)


def test_the_number_itself_is_kept_nowhere(programs):
    key = new_id()
    made = programs.caller().post("/matters", RAISE, key=key).json()
    text = all_text()
    assert not [word for word in (str(key), key.hex, made["receipt_code"]) if word in text]


@pytest.mark.parametrize(
    "changed",
    [
        {"type_code": "A02"},
        {"grid_code": NEXT_GRID},
        {"text": "井盖丢了"},
        {"address": "三号楼"},
        {"is_shareable": True},
        {"lon": 122.2, "lat": 43.6},
    ],
)
def test_a_number_used_for_another_body_is_refused_without_the_receipt(programs, changed):
    caller, key = programs.caller(), new_id()
    code = caller.post("/matters", RAISE, key=key).json()["receipt_code"]
    again = caller.post("/matters", {**RAISE, **changed}, key=key)
    assert rule_of(again) == (422, "idempotency.other_body")
    assert code not in again.content.decode()
    assert Matter.objects.count() == 1


CONTACT = {"name": "Demo", "phone": "13800000000"}
PICTURES = [base64.b64encode(f.jpeg(c)).decode() for c in ((50, 90, 120), (150, 50, 20))]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"contact": CONTACT}, {"contact": {**CONTACT, "phone": "13900000000"}}),
        ({"contact": CONTACT}, {}),
        ({}, {"contact": CONTACT}),
        ({"photos": PICTURES[:1]}, {"photos": PICTURES[1:]}),
        ({"photos": PICTURES}, {"photos": PICTURES[:1]}),
        ({"photos": PICTURES[:1]}, {}),
        ({"photos": PICTURES[:1]}, {"photos": [base64.b64encode(b"no picture").decode()]}),
        ({}, {"photos": PICTURES[:1]}),
    ],
)
def test_contact_and_pictures_are_compared_as_well(programs, first, then):
    caller, key = programs.caller(), new_id()
    made = caller.post("/matters", RAISE | first, key=key)
    assert made.status_code == 201
    again = caller.post("/matters", RAISE | first, key=key)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (made.content, "true")
    other = caller.post("/matters", RAISE | then, key=key)
    assert rule_of(other) == (422, "idempotency.other_body")
    assert made.json()["receipt_code"] not in other.content.decode()


def test_contact_erased_or_changed_since_is_not_held_against_a_replay(programs):
    caller, key = programs.caller(), new_id()
    made = caller.post("/matters", RAISE | {"contact": CONTACT}, key=key)
    matter_id, actor = matters.find_by_receipt(made.json()["receipt_code"])
    matters.erase_contact(actor=actor, at=AT, command_id=new_id(), matter_id=matter_id)
    again = caller.post("/matters", RAISE | {"contact": CONTACT}, key=key)
    assert again.content == made.content


def test_following_with_another_contact_under_one_number_is_refused(programs):
    matter_id, key, caller = programs.raise_one(), new_id(), programs.caller()
    where, given = f"/matters/{matter_id}/follow", {"contact": CONTACT}
    made = caller.post(where, given, key=key)
    assert made.status_code == 201
    assert caller.post(where, given, key=key).content == made.content
    for other in ({}, {"contact": {"name": "Another"}}):
        assert rule_of(caller.post(where, other, key=key)) == (422, "idempotency.other_body")


def test_what_was_erased_is_not_held_against_a_replay(programs):
    caller, key = programs.caller(), new_id()
    made = caller.post("/matters", RAISE, key=key)
    Matter.objects.update(text="", address="", lon=None, lat=None, words_erased_at=AT)
    assert caller.post("/matters", RAISE, key=key).content == made.content
    other = caller.post("/matters", {**RAISE, "type_code": "A02"}, key=key)
    assert rule_of(other) == (422, "idempotency.other_body")


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"type_code": "Z99"}, 422, "type_code"),
        ({"type_code": None}, 422, "type_code"),
        ({"type_code": 7}, 422, "type_code"),
        ({"grid_code": ""}, 422, "place"),
        ({"grid_code": "999"}, 422, "place"),
        ({"text": "x" * 4001}, 422, "text"),
        ({"text": "a\u0000b"}, 422, "body"),
        ({"text": "\ud800"}, 422, "body"),
        ({"lon": 181}, 422, "lon"),
        ({"lon": "122.2"}, 422, "lon"),
        ({"is_shareable": "yes"}, 422, "is_shareable"),
        ({"is_shareable": 1}, 422, "is_shareable"),
        ({"contact": {"name": "x" * 61}}, 422, "contact.name"),
        ({"contact": {"id_card": "x"}}, 422, "contact.id_card"),
        ({"tag": "x"}, 422, "tag"),
        ({"photos": ["not base64!"]}, 422, "photos"),
        ({"photos": ["aGVsbG8="]}, 422, "photos"),
        ({"photos": ["aGVsbG8="] * 13}, 422, "photos"),
    ],
)
def test_what_is_wrong_names_its_field_and_keeps_nothing(programs, changed, status, field):
    answer = programs.caller().post("/matters", {**RAISE, **changed})
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert not Matter.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "1", '{"a": NaN}', "[" * 100_000, '"\\ud800"'])
def test_a_body_that_is_no_object_is_said_so(programs, body):
    caller = programs.caller()
    answer = caller.client.post(
        f"{V1}/matters",
        body,
        content_type="application/json",
        headers=caller.headers | {"idempotency-key": str(new_id())},
    )
    assert answer.status_code in (400, 422)
    assert rule_of(answer)[1] in ("api.body", "api.invalid")


def test_another_format_is_not_read(programs):
    caller = programs.caller()
    answer = caller.client.post(
        f"{V1}/matters",
        "a=b",
        content_type="application/x-www-form-urlencoded",
        headers=caller.headers | {"idempotency-key": str(new_id())},
    )
    assert rule_of(answer) == (415, "api.media_type")


def test_too_much_at_once_is_said_so(programs):
    answer = programs.caller().post("/matters", {**RAISE, "photos": ["A" * 3_000_000]})
    assert rule_of(answer) == (413, "api.too_large")


def test_photos_as_base64_and_as_files(programs):
    caller = programs.caller()
    encoded = base64.b64encode(picture()).decode()
    assert caller.post("/matters", {**RAISE, "photos": [encoded]}).status_code == 201
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = caller.client.post(
        f"{V1}/matters",
        {
            "body": json.dumps({**RAISE, "is_shareable": True}),
            "photos": [
                SimpleUploadedFile("a.jpg", picture()),
                SimpleUploadedFile("b.jpg", picture()),
            ],
        },
        headers=caller.headers | {"idempotency-key": str(new_id())},
    )
    assert answer.status_code == 201
    assert sorted(Matter.objects.values_list("photos", flat=True)) == [1, 2]
    programs.act(UUID(answer.json()["id"]), "desk", "publish_words")
    shown = caller.get(f"/matters/{answer.json()['id']}").json()["photos"]
    photo = caller.client.get(shown[0])
    assert photo.headers["Content-Type"] == "image/jpeg"


def test_photos_that_were_not_shared_are_not_there(programs):
    encoded = base64.b64encode(picture()).decode()
    made = programs.caller().post("/matters", {**RAISE, "photos": [encoded]}).json()
    photo_id = Matter.objects.get().pictures.get().pk
    where = f"/photos/{photo_id}"
    code = made["receipt_code"]
    assert programs.caller().get(where).status_code == 404
    assert programs.caller("act").get(where).status_code == 404
    assert programs.caller("elsewhere").get(where).status_code == 404
    assert programs.caller("read").get(where).status_code == 200
    assert programs.caller().get(where, receipt_code=code).status_code == 200


def test_a_key_raises_only_in_its_own_place(programs):
    made = programs.issue("raise", path=GRID_PATH)
    caller = Caller(made.token)
    assert caller.post("/matters", RAISE).status_code == 201
    answer = caller.post("/matters", {**RAISE, "grid_code": NEXT_GRID})
    assert rule_of(answer) == (403, "api.area")
    assert rule_of(programs.caller("elsewhere").post("/matters", RAISE)) == (403, "api.area")


def test_following_gives_a_code_of_ones_own(programs):
    matter_id = programs.raise_one()
    caller = programs.caller()
    made = caller.post(f"/matters/{matter_id}/follow", {"contact": {"phone": "0475-1"}}).json()
    assert caller.get(f"/matters/{matter_id}/follow").json()["followers"] == 1
    mine = caller.get("/own", receipt_code=made["receipt_code"]).json()
    assert (mine["is_follower"], mine["text"]) == (True, "")


@pytest.mark.parametrize(("sent", "kept"), [("en", "en"), ("zh-CN", "zh-hans"), ("fr", "zh-hans")])
def test_a_follower_is_written_to_in_the_language_of_the_call(programs, sent, kept):
    matter_id = programs.raise_one()
    caller = programs.caller(language=sent)
    assert caller.post(f"/matters/{matter_id}/follow").status_code == 201
    assert Follower.objects.get().language == kept


# --- one's own matter ----------------------------------------------------------------------------


def test_ones_own_matter_by_the_code_in_a_header(programs):
    caller = programs.caller()
    code = caller.post("/matters", {**RAISE, "text": "my words"}).json()["receipt_code"]
    answer = caller.get("/own", receipt_code=code)
    assert answer.json()["text"] == "my words"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert rule_of(caller.get("/own", {"receipt_code": code})) == (401, "api.receipt")
    assert rule_of(caller.get("/own", receipt_code="0000-0000-0000-0")) == (401, "api.receipt")


def test_withdrawing_and_the_version(programs):
    caller = programs.caller()
    code = caller.post("/matters", RAISE).json()["receipt_code"]
    tag = caller.get("/own", receipt_code=code).headers["ETag"]
    programs.act(Matter.objects.get().pk, "desk", "accept")
    stale = caller.post("/own/steps/withdraw", receipt_code=code, if_match=tag)
    assert rule_of(stale) == (412, "matter.version")
    tag, key = caller.get("/own", receipt_code=code).headers["ETag"], new_id()
    done = caller.post("/own/steps/withdraw", receipt_code=code, if_match=tag, key=key)
    assert done.status_code == 200, done.content
    # The version has moved by the command itself; sent again it is still the same command.
    again = caller.post("/own/steps/withdraw", receipt_code=code, if_match=tag, key=key)
    assert (again.status_code, again.content) == (200, done.content)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_confirm_and_rate(programs):
    made = programs.caller().post("/matters", RAISE).json()
    from tests.doors.desk.town import WALK

    for who, action, fields in WALK[:4]:
        programs.act(UUID(made["id"]), who, action, photo=action == "claim_done", **fields)
    caller, code = programs.caller(), made["receipt_code"]
    own = caller.get("/own", receipt_code=code).json()
    possible = {c["action"] for c in own["choices"] if c["is_possible"]}
    assert {"confirm", "not_solved"} <= possible
    assert caller.post("/own/steps/confirm", receipt_code=code).status_code == 200
    rated = caller.post("/own/steps/rate", {"fields": {"rating": "satisfied"}}, receipt_code=code)
    assert rated.status_code == 200, rated.content
    assert caller.get("/own", receipt_code=code).json()["rating"] == "satisfied"


# --- steps of staff -------------------------------------------------------------------------------


def test_a_step_is_the_same_command_as_at_the_desk(programs):
    matter_id = programs.raise_one()
    answer = programs.caller("act").post(f"/matters/{matter_id}/steps/accept")
    assert answer.json()["state"] == "accepted"
    act = Act.objects.get(action="accept")
    assert (act.role, act.rule_id) == ("desk", "event.reported.accept")


def test_a_refusal_is_that_of_the_rules(programs):
    matter_id = programs.raise_one()
    verdict = matters.explain_action(
        actor=programs.actor("handler"), at=AT, matter_id=matter_id, action="accept"
    )
    answer = programs.caller("act").post(f"/matters/{matter_id}/steps/take")
    assert rule_of(answer) == (409, "event.reported")
    assert verdict is None  # the handler may not read it: then it is not there for the key either
    assert programs.caller("handler").post(f"/matters/{matter_id}/steps/accept").status_code == 404


def test_who_may_not_is_403_and_what_is_missing_is_422(programs):
    matter_id = programs.walked_to("accepted")
    caller = programs.caller("act")
    where = f"/matters/{matter_id}/steps/offer"
    fields = {"fields": {"unit": LEAD, "reason": "x"}}
    assert rule_of(caller.post(where, fields)) == (403, "event.accepted.offer/who")
    dispatcher = Caller(programs.issue("act", role="dispatcher").token)
    answer = dispatcher.post(where, {"fields": {"reason": "x"}})
    assert rule_of(answer) == (422, "event.accepted.offer/needs:unit")
    assert answer.json()["field"] == "unit"
    assert dispatcher.post(where, fields).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "nobody"},
        {"unit": ["sanitation"]},
        {"unit": True},
        {"secret_note": "x"},
        {"reason": "x" * 100_000},
        {"photos": "x"},
    ],
)
def test_a_field_of_the_wrong_shape_reaches_no_rule(programs, fields):
    matter_id = programs.walked_to("accepted")
    caller = Caller(programs.issue("act", role="dispatcher").token)
    answer = caller.post(f"/matters/{matter_id}/steps/offer", {"fields": fields})
    assert rule_of(answer) == (422, "api.invalid")
    assert next(iter(fields)) in answer.json()["field"]


def test_a_step_in_chinese(programs):
    matter_id = programs.raise_one()
    token = programs.token("act")
    answers = {
        language: Caller(token, language).post(f"/matters/{matter_id}/steps/take").json()
        for language in ("zh-CN", "en", "fr")
    }
    assert "事项现在的状态" in answers["zh-CN"]["detail"]
    assert "in this state" in answers["en"]["detail"]
    assert answers["fr"] == answers["zh-CN"]  # the first language of the house
    assert answers["zh-CN"]["rule"] == answers["en"]["rule"]


def test_a_step_sent_again_with_other_fields_is_refused(programs):
    matter_id, key = programs.walked_to("accepted"), new_id()
    dispatcher = Caller(programs.issue("act", role="dispatcher").token)
    where = f"/matters/{matter_id}/steps/offer"
    fields = {"unit": LEAD, "reason": "x", "note": ""}
    done = dispatcher.post(where, {"fields": {"unit": LEAD, "reason": "x"}}, key=key)
    assert done.status_code == 200
    again = dispatcher.post(where, {"fields": {"unit": LEAD, "reason": "x"}}, key=key)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert dispatcher.post(where, {"fields": fields}, key=key).status_code == 200  # as good as none
    for other in ({"unit": LEAD, "reason": "y"}, {"unit": LEAD}, {}):
        answer = dispatcher.post(where, {"fields": other}, key=key)
        assert rule_of(answer) == (422, "idempotency.other_body")
    assert Act.objects.filter(action="offer").count() == 1


def test_two_programs_that_read_the_same_version_do_not_both_act(programs, monkeypatch):
    """The version is judged where the step is taken, not where the page was read."""
    matter_id = programs.raise_one()
    caller = Caller(programs.issue("read", "act").token)
    tag = caller.get(f"/staff/matters/{matter_id}").headers["ETag"]
    take = matters.take_action

    def overtaken(**given):
        monkeypatch.setattr(matters, "take_action", take)
        programs.act(UUID(str(matter_id)), "desk", "accept")
        return take(**given)

    monkeypatch.setattr(matters, "take_action", overtaken)
    where = f"/matters/{matter_id}/steps/accept"
    answer = caller.post(where, if_match=tag)
    assert rule_of(answer) == (412, "matter.version")


@pytest.mark.parametrize("action", ["raise", "follow", "reveal"])
def test_a_step_with_an_entrance_of_its_own_is_no_plain_step(programs, action):
    matter_id = programs.raise_one()
    answer = programs.caller("act").post(f"/matters/{matter_id}/steps/{action}")
    assert answer.status_code in (403, 409)


def test_advice_and_similar(programs):
    programs.raise_one()
    caller = programs.caller()
    place = {"type_code": "A01", "place_code": RAISE["grid_code"]}
    assert len(caller.post("/similar", place).json()["items"]) == 1
    advice = caller.post("/sort-advice", {**place, "text": "有人在打架，快来人"}).json()
    assert advice["is_advised"] is bool(advice["rule"])


def test_a_command_costs_a_fixed_number_of_statements(programs, count_sql):
    matter_id = programs.raise_one()
    anybody, clerk = programs.caller(), programs.caller("act")
    anybody.post("/matters", RAISE)
    clerk.get("/key")
    with count_sql(max=15):
        assert anybody.post("/matters", RAISE).status_code == 201
    with count_sql(max=33):
        assert clerk.post(f"/matters/{matter_id}/steps/accept").status_code == 200
