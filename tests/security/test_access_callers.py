"""The same table for those who log in to nothing, and for staff without their second step.

Nobody, the holder of a receipt, of a one-matter link, a phone in service, a program with a key.
"""

from __future__ import annotations

import json
from http.cookies import SimpleCookie

import pytest
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.people.models import Account
from tests.rooms.people.standing import make_staff
from tests.security.access_table import Row, rows
from tests.security.asking import SHUT, Answer, Question, address_of, ask, leak, questions
from tests.security.two_places import UNITS, Person, Standing, Thing, reads

pytestmark = pytest.mark.usefixtures("db", "at_work")
NOT_YET = frozenset({"resident:my_erased", "resident:my_erased_file"})
"""Of a matter nothing was erased of: there is no such page."""
BOUNDED = frozenset({400, 404, 409, 413, 415, 422, 428})
"""How a program is told that what it sent is not whole; never that it may not come in."""


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def kinds_of(row: Row) -> set[str]:
    """The callers a row lets in, without their scopes."""
    is_apart = row.route.startswith("open311:")  # its key is part of the form
    return {"form"} if is_apart else {word.partition(":")[0] for word in row.who}


def asked_of(standing: Standing, *callers: str) -> tuple[Question, ...]:
    """What is asked at the addresses of these callers."""
    wanted = set(callers)
    return tuple(questions(standing, is_for=lambda row: kinds_of(row) <= wanted))


def is_as_said(question: Question, answer: Answer) -> bool:
    """Whether an answer to nobody is what the table says."""
    said = question.row.nobody
    if said == "open":
        return answer.kind != "login" and answer.status not in SHUT - {404, 405}
    if said == "home":
        return answer.status == 302 and answer.kind != "login"
    return answer.kind == said


@pytest.mark.once
def test_nobody_gets_what_the_table_says(standing):
    wrong = []
    for question in questions(standing, is_for=lambda row: True):
        answer = ask(visitor(), question)
        fault = "" if is_as_said(question, answer) else answer.kind
        if answer.acts and question.row.who != ("anybody",):
            fault = "an act"
        fault = fault or leak(question, answer, lambda thing: False, standing, "nobody")
        wrong += [f"{question}: {fault}"] if fault else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.once
def test_without_the_second_step_staff_are_nobody(standing):
    wrong = []
    for role in ("desk", "appointing"):
        path = standing.somebody(role).path
        card = make_staff(f"half-{role.replace('_', '-')}", role, path, must_use_totp=True)
        client = visitor()
        client.force_login(Account.objects.get(pk=card.id))
        for question in questions(standing, is_for=lambda row: row.is_of_staff):
            answer = ask(client, question)
            wrong += [f"{question}: {answer.kind}"] if answer.kind != "login" else []
    assert not wrong, "\n".join(wrong)


# --- who holds a receipt -----------------------------------------------------------------------


def matters_here(standing: Standing) -> tuple[Thing, Thing]:
    """Two matters of one grid, each with a receipt, a link, a photo and a recording."""
    one, other = (t for t in standing.things if t.about == "matter" and t.where == "here")
    return one, other


def test_a_receipt_opens_its_own_matter_and_no_other(standing):
    one, other = matters_here(standing)
    request = standing.the("request")
    wrong = []
    for holder, is_own in ((one, True), (other, False)):
        client = visitor()
        client.get(f"/r/{holder.more['receipt']}/")
        for question in asked_of(standing, "receipt"):
            if question.row.route.startswith("follow:"):
                continue
            code = {"receipt-code": holder.more["receipt"], "idempotency-key": str(new_id())}
            is_program = question.row.route.startswith("api:")
            answer = ask(client, question, **(code if is_program else {}))
            names_one = any(
                f"{part}>" in question.row.route or part in question.address
                for part in (str(one.more["photo"]), str(one.more["sound"]), str(request.id))
            )
            wanted_404 = question.row.route in NOT_YET or (names_one and not is_own)
            fault = ""
            if (answer.status == 404) != wanted_404 or answer.kind == "login":
                fault = answer.kind
            mine = {holder.id} | ({request.id} if is_own else set())
            fault = fault or own_leak(question, answer, mine, standing)
            wrong += [f"{question}: {fault} (own: {is_own})"] if fault else []
    assert not wrong, "\n".join(wrong)


def own_leak(question: Question, answer: Answer, mine: set[object], standing: Standing) -> str:
    """A leak to somebody who may read these things alone, their own contact data too."""
    for thing in standing.things:
        shown = [word for word in (*thing.words, *thing.contact) if word in answer.body]
        if shown and thing.id not in mine and not set(shown) & {*question.address.split("/")}:
            return f"words of the {thing.about} {thing.where}"
    return ""


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_code_of_a_complaint_opens_that_one_alone(standing, where):
    thing = standing.the("grievance", where)
    client, wrong = visitor(), []
    opened = client.post("/complain/open/", {"code": thing.more["code"]})
    assert opened.headers["Location"] == "/complain/my/"
    cookies = client.cookies.output(header="", sep=";")
    for question in asked_of(standing, "receipt"):
        is_its_own = question.row.route.startswith("complain:")
        client.cookies = SimpleCookie(cookies)
        answer = ask(client, question)
        is_in = answer.goal != "/complain/open/" and answer.status in {200, 302, 422}
        is_right = is_in if is_its_own else is_as_said(question, answer)
        fault = "" if is_right else answer.kind
        if question.row.route == "complain:my" and thing.words[0] not in answer.body:
            fault = "not the words of its own"
        fault = fault or own_leak(question, answer, {thing.id}, standing)
        wrong += [f"{question}: {fault}"] if fault else []
    assert not wrong, "\n".join(wrong)


def test_a_receipt_of_a_matter_opens_no_complaint(standing):
    client = visitor()
    client.get(f"/r/{standing.the('matter').more['receipt']}/")
    for question in asked_of(standing, "receipt"):
        if question.row.route.startswith("complain:"):
            assert ask(client, question).goal == "/complain/open/", question


# --- who holds a link --------------------------------------------------------------------------


@pytest.mark.parametrize("is_own", [True, False])
def test_a_link_opens_its_own_matter_and_no_other(standing, is_own):
    one, other = matters_here(standing)
    holder = one if is_own else other
    client = visitor()
    assert client.get(f"/task/{holder.more['link'].token}/").status_code == 302
    wrong = []
    for question in asked_of(standing, "link"):
        answer = ask(client, question)
        is_named = question.row.route == "outside:photo"
        if (answer.status == 404) != (is_named and not is_own):
            wrong.append(f"{question}: {answer.kind}")
        wrong += [
            f"{question}: {fault}"
            for fault in [own_leak(question, answer, {holder.id}, standing)]
            if fault
        ]
    assert not wrong, "\n".join(wrong)


# --- phones and programs -----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_phone_carries_its_own_grid_and_no_other(standing, where):
    thing = standing.the("phone", where)
    worker = Person("grid_worker", "grid", UNITS[0], thing.path, min(thing.owners))
    headers = {"authorization": f"Bearer {thing.more['token']}"}
    wrong = []
    for question in asked_of(standing, "phone"):
        if question.row.route == "field:contact":
            continue
        answer = ask(visitor(), question, **headers)
        if answer.status in SHUT - {404, 405}:
            wrong.append(f"{question}: {answer.kind}")
        fault = leak(question, answer, lambda t: reads(worker, t), standing, worker.name)
        wrong += [f"{question}: {fault}"] if fault else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_phone_opens_contact_data_of_its_own_grid_alone(standing, where):
    thing = standing.the("phone", where)
    worker = Person("grid_worker", "grid", UNITS[0], thing.path, min(thing.owners))
    for target in standing.things:
        if target.about not in ("matter", "complaint", "sealed", "request"):
            continue
        answer = visitor().post(
            f"/field/contact/{target.id}/",
            json.dumps({"id": str(new_id()), "purpose": "call back"}),
            content_type="application/json",
            headers={"authorization": f"Bearer {thing.more['token']}"},
        )
        may, told = reads(worker, target), answer.content.decode()
        assert (answer.status_code == 404) is not may, (target.about, target.where)
        opened = [word for word in target.contact if word in told]
        assert bool(opened) is (answer.status_code == 200)


def test_a_key_opens_what_its_scope_and_its_post_open(standing):
    wrong = []
    for name, (program, scopes, token) in standing.keys.items():
        headers = {"authorization": f"Bearer {token}", "idempotency-key": str(new_id())}
        for question in asked_of(standing, "key"):
            answer = ask(visitor(), question, **headers)
            fault = program_fault(question, program, scopes, answer)
            fault = fault or leak(
                question, answer, lambda t, p=program: may_program(p, t), standing, name
            )
            wrong += [f"{question}: {fault} for {name}"] if fault else []
    assert not wrong, "\n".join(wrong)


def may_program(program: Person, thing: Thing) -> bool:
    """A program reads what its post reads, and the words of its own key."""
    return reads(program, thing) or (thing.about == "key" and thing.path == program.path)


def program_fault(
    question: Question, program: Person, scopes: frozenset[str], answer: Answer
) -> str:
    """What is wrong with an answer to a program, or nothing."""
    needed = {word.partition(":")[2] for word in question.row.who} - {""}
    if needed and not needed & scopes:
        return "" if answer.status == 403 and not answer.acts else f"{answer.kind} without scope"
    if not all(reads(program, thing) for thing in question.things):
        wanted = int(question.row.outsider)
        return "" if answer.status == wanted and not answer.acts else f"{answer.kind} elsewhere"
    is_in = answer.status < 400 or answer.status in BOUNDED - {404}
    return "" if is_in else f"{answer.kind} where it may"


@pytest.mark.once
def test_a_wrong_token_opens_nothing(standing):
    for row in rows():
        if not kinds_of(row) <= {"key", "phone"}:
            continue
        address = address_of(standing, row, ())
        for method in row.methods:
            question = Question(row, method, address)
            for token in ("cgk_" + "x" * 43, "x" * 43, ""):
                answer = ask(visitor(), question, authorization=f"Bearer {token}")
                assert answer.status == 401, question
