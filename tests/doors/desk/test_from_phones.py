"""The desk sees what phones meant and was not carried out, settles it, and takes in exports."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters.models import Matter
from commongrid.stories import syncing
from tests.doors.desk.town import AT, GRID, WORDS
from tests.stories.test_handing_in import inside, raising, sealed

FIELD = reverse("desk:field")
MOST = 12


def paired(town: Any) -> fieldwork.Paired:
    worker = town.account("grid_worker")
    return fieldwork.pair_phone(
        actor=town.actor("grid_worker"),
        at=AT,
        command_id=new_id(),
        account_id=worker.id,
        label="机",
    )


def sent(phone: fieldwork.Paired, *plain: dict[str, Any]) -> tuple[syncing.Answer, ...]:
    return syncing.carry_out(
        phone=fieldwork.get_phone(phone.id, at=AT),
        at=AT,
        phone_at=AT,
        intentions=[syncing.read_intention(one, at=AT) for one in plain],
    )


def refused_raise(**more: Any) -> dict[str, Any]:
    """A report that the rules refuse: its type is not known here."""
    one = raising(**more)
    one["draft"] |= {"type_code": "Z99", "grid_code": GRID, "text": WORDS}
    return one


def step(matter_id: Any, action: str, version: int, state: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "seq": 2, "made_at": "2026-03-09T02:02:11Z", "kind": "step",
        "matter": str(matter_id), "of": "", "after": "", "action": action, "fields": fields,
        "base": {"version": version, "state": state, "unit": None, "place": None}, "photos": [],
    }  # fmt: skip


@pytest.fixture
def phone(town):
    return paired(town)


def the_one(town: Any) -> fieldwork.ReturnedCard:
    (card,) = fieldwork.list_returned(town.actor("desk"), AT)
    return card


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_says_what_was_meant_where_why_not_and_when(town, phone, language):
    matter_id = town.walked_to("accepted")
    conflict = step(matter_id, "accept", 1, "reported", note="收到")
    answers = sent(phone, refused_raise(), conflict)
    assert [answer.verdict for answer in answers] == ["refused", "conflict"]
    client = town.client("desk", language)
    page = client.get(FIELD).content.decode()
    assert page.count("<tr>") == 3  # the head and two
    assert ("made about" in page) is (language == "en")
    assert "10:02" in page
    only = client.get(FIELD, {"verdict": "conflict"}).content.decode()
    assert only.count("<tr>") == 2
    card = next(c for c in fieldwork.list_returned(town.actor("desk"), AT) if c.kind == "raise")
    one = client.get(reverse("desk:field_one", args=[card.id])).content.decode()
    assert WORDS in one


def test_an_empty_list_says_so_and_tasks_lead_there(town):
    client = town.client("desk")
    assert "Nothing waits here" in client.get(FIELD).content.decode()
    tasks = client.get(reverse("desk:tasks")).content.decode()
    assert reverse("desk:hand_in") in tasks
    handler = town.client("handler").get(reverse("desk:tasks")).content.decode()
    assert reverse("desk:hand_in") not in handler


def test_settled_with_a_note_it_leaves_the_list(town, phone):
    sent(phone, refused_raise())
    card, client = the_one(town), town.client("desk")
    address = reverse("desk:field_one", args=[card.id])
    assert client.post(address, {"command_id": uuid4(), "words": "x"}).status_code == 422
    given = {"command_id": str(uuid4()), "how": "raised", "words": "已在受理台登记"}
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    assert Act.objects.filter(action="settle_returned").count() == 1
    assert "Nothing waits here" in client.get(FIELD).content.decode()
    assert "settled" in client.get(FIELD, {"settled": "on"}).content.decode()
    again = client.post(address, given | {"command_id": str(uuid4())})
    assert again.status_code == 422


@pytest.mark.parametrize(
    "who", ["other_desk", "grid_worker", "next_worker", "handler", "supervisor"]
)
def test_nobody_else_reads_or_settles_it(town, phone, who):
    sent(phone, refused_raise())
    card, client = the_one(town), town.client(who)
    assert WORDS not in client.get(FIELD).content.decode()
    address = reverse("desk:field_one", args=[card.id])
    assert client.get(address).status_code == 404
    given = {"command_id": str(uuid4()), "how": "done"}
    assert client.post(address, given).status_code == 404
    contact = reverse("desk:field_contact", args=[card.id])
    assert client.post(contact, {"command_id": uuid4(), "reason": "x"}).status_code == 404
    assert not Act.objects.filter(action="settle_returned").exists()


def test_contact_data_open_once_by_an_act(town, phone):
    one = refused_raise()
    one["draft"]["contact"] = {"name": "演示居民", "phone": "0475-0001234", "email": ""}
    sent(phone, one)
    card, client = the_one(town), town.client("desk")
    page = client.get(reverse("desk:field_one", args=[card.id])).content.decode()
    assert "0475-0001234" not in page
    address = reverse("desk:field_contact", args=[card.id])
    assert client.post(address, {"command_id": uuid4(), "reason": ""}).status_code == 422
    opened = client.post(address, {"command_id": str(uuid4()), "reason": "核实地址"})
    assert "0475-0001234" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert Act.objects.filter(action="open_returned_contact").count() == 1


def test_the_list_costs_the_same_however_long_it_is(town, phone, count_sql):
    client = town.client("desk")
    sent(phone, *(refused_raise(seq=n) for n in range(3)))
    client.get(FIELD)
    with count_sql(max=MOST):
        client.get(FIELD)
    sent(phone, *(refused_raise(seq=n) for n in range(10, 40)))
    with count_sql(max=MOST):
        page = client.get(FIELD).content.decode()
    assert page.count("<tr>") == 26
    assert 'rel="next"' in page


def hand_in(client: Any, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("commongrid-unsent-2026-03-10.cgx", content)
    return client.post(reverse("desk:hand_in"), {"command_id": str(uuid4()), "file": file, **more})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_export_is_taken_in_and_each_answer_shown(town, phone, language):
    content = sealed(inside(phone, raising(), refused_raise(seq=2)))
    answer = hand_in(town.client("desk", language), content)
    assert answer.status_code == 200
    page, matter = answer.content.decode(), Matter.objects.get()
    assert matter.ref in page
    assert phone.token not in page
    assert (">carried out<" in page) is (language == "en")
    shown = town.client("desk", language).get(reverse("desk:matter", args=[matter.pk]))
    assert ("made about" in shown.content.decode()) is (language == "en")


def test_a_wrong_file_is_refused_in_words_and_another_desk_too(town, phone):
    desk = town.client("desk")
    assert "cannot be opened" in (bad := hand_in(desk, b"{}")).content.decode()
    assert bad.status_code == 422
    assert desk.post(reverse("desk:hand_in"), {"command_id": uuid4()}).status_code == 422
    content = sealed(inside(phone, raising()))
    assert hand_in(town.client("other_desk"), content).status_code == 422
    for who in ("handler", "grid_worker", "supervisor"):
        assert hand_in(town.client(who), content).status_code == 403
    assert not Matter.objects.exists()


def test_a_file_too_large_is_not_read(town, phone, monkeypatch):
    monkeypatch.setattr(fieldwork, "LARGEST_EXPORT", 10)
    answer = hand_in(town.client("desk"), sealed(inside(phone)))
    assert answer.status_code == 422
    assert "40 MB" in answer.content.decode()
