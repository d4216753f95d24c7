"""Webhooks: signed, public facts only, to checked addresses, and given up in the end."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from commongrid.charter.matter import Hat
from commongrid.kernel.verdict import Refused
from commongrid.ledger import delivery
from commongrid.ledger import face as ledger
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions import posting, webhooks
from commongrid.rooms.subscriptions.domain.targets import (
    BadTargetError,
    check_addresses,
    read_target,
)
from commongrid.rooms.subscriptions.models import Webhook
from tests.support import factories as f

pytestmark = [pytest.mark.usefixtures("place")]
OFFICER = f.somebody("20", Hat("data_officer", f.TOWN))
NEXT_OFFICER = f.somebody("21", Hat("data_officer", f.NEXT_GRID))
HOW_TO = Path(__file__).parents[3] / "docs/how-to/webhooks.md"
HOUR = timedelta(hours=1)


class Listener(BaseHTTPRequestHandler):
    """A program that is told, and may fail in every way."""

    calls: list[tuple[dict[str, str], bytes]] = []
    answers: list[object] = []
    let_go = threading.Event()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append((dict(self.headers), body))
        answer = self.answers.pop(0) if self.answers else 204
        if answer == "hang":
            self.let_go.wait(20)
            return
        if answer == "drip":
            for _ in range(100):
                if self.let_go.wait(0.05):
                    return
                self.wfile.write(b"H")
                self.wfile.flush()
            return
        self.send_response(int(answer))
        if answer == 302:
            self.send_header("Location", self.path)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def listener(place, settings) -> Iterator[str]:
    settings.IS_DEMO = True
    server = HTTPServer(("127.0.0.1", 0), Listener)
    Listener.calls, Listener.answers, Listener.let_go = [], [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook?x=1"
    Listener.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


def add(url: str, **more) -> subscriptions.WebhookAdded:
    given = {
        "actor": OFFICER, "at": f.AT, "command_id": uuid4(), "name": "城管平台", "url": url,
        "place_code": f.GRID_CODE,
    }  # fmt: skip
    return subscriptions.add_webhook(**{**given, **more})


def told(at=f.AT + HOUR) -> ledger.Delivered:
    return ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=100)


def test_a_program_is_told_of_a_public_matter_and_can_check_who_said_it(listener):
    added = add(listener)
    matter = f.raised(at=f.AT + HOUR)
    assert told().done == 1
    ((headers, body),) = Listener.calls
    content = json.loads(body)
    assert content["topic"] == "matter.raised"
    assert content["matter"]["ref"] == matter.ref
    assert content["id"] == headers["CommonGrid-Event"]
    at_s = int((f.AT + HOUR).timestamp())
    expected = subscriptions.signature(body, secret=added.secret, key_id=added.key_id, at_s=at_s)
    assert headers["CommonGrid-Signature"] == expected


def test_the_example_of_the_manual_checks_a_signature(listener):
    added = add(listener)
    f.raised(at=f.AT + HOUR)
    told()
    ((headers, body),) = Listener.calls
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    example: dict = {}
    exec(code, example)
    check, keys = example["is_genuine"], {added.key_id: added.secret}
    now = (f.AT + HOUR).timestamp()
    signed = headers["CommonGrid-Signature"]
    assert check(signed, body, keys, now=now)
    assert not check(signed, body + b" ", keys, now=now)
    assert not check(signed, body, {added.key_id: "another"}, now=now)
    assert not check(signed, body, {}, now=now)
    assert not check(signed, body, keys, now=now + 600)
    assert not check("nonsense", body, keys, now=now)


def test_only_public_facts_are_told(listener):
    add(listener)
    f.raised(at=f.AT + HOUR, contact=f.CONTACT)
    f.raised("F01", at=f.AT + HOUR)
    told()
    ((_, body),) = Listener.calls
    text = body.decode()
    for secret in (f.WORDS, f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email, "三号楼"):
        assert secret not in text
    assert set(json.loads(body)["matter"]) == {
        *("id", "kind", "ref", "type_code", "state", "state_kind", "outcome", "place_code"),
        *("community_code", "unit", "lon", "lat", "is_exact", "text", "promise", "type_name"),
        *("state_name", "place_name", "community_name", "unit_name", "received_at"),
        *("changed_at", "closed_at", "promised_at"),
    }


@pytest.mark.parametrize("answer", [500, 404, 302, 410])
def test_whatever_is_no_success_is_tried_again_with_the_same_id(listener, answer):
    add(listener)
    f.raised(at=f.AT + HOUR)
    Listener.answers = [answer]
    first = told()
    if answer == 410:
        assert first.dead == 1
        assert Webhook.objects.get().disabled_at is not None
        return
    assert first.failed == 1
    assert len(Listener.calls) == 1  # a redirect leads nowhere
    assert Webhook.objects.get().failing_since == f.AT + HOUR
    assert told(f.AT + 2 * HOUR).done == 1
    ids = [headers["CommonGrid-Event"] for headers, _ in Listener.calls]
    assert ids[0] == ids[1]
    assert Webhook.objects.get().failing_since is None


@pytest.mark.real_clock
@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_one_that_never_ends_its_answer_is_hung_up(listener, answer, monkeypatch):
    Listener.answers = [answer]
    with pytest.raises(posting.CallFailedError):
        posting.post(listener, b"{}", {}, total_s=0.3)


def test_a_port_where_nobody_listens_is_a_failure(listener, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(posting.CallFailedError) as failed:
        posting.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert failed.value.kind == "ConnectionRefusedError"


def test_what_fails_for_days_is_given_up_and_a_test_wakes_it(listener):
    added = add(listener)
    f.raised(at=f.AT + HOUR)
    Listener.answers = [500] * 99
    at = f.AT + HOUR
    outcome = told(at)
    for tries in range(1, delivery.MOST_TRIES):
        at += delivery.wait_after(tries)
        outcome = told(at)
    assert outcome.dead == 1
    f.raised(at=at)
    late = f.AT + HOUR + webhooks.DISABLE_AFTER
    assert told(late).dead == 1
    assert Webhook.objects.get().disabled_at == late
    f.raised(at=late)
    assert told(late + HOUR).done == 0
    Listener.answers, Listener.calls[:] = [], []
    subscriptions.test_webhook(
        actor=OFFICER, at=late + HOUR, command_id=uuid4(), webhook_id=added.id
    )
    assert told(late + HOUR).done == 1
    ((_, body),) = Listener.calls
    assert json.loads(body)["topic"] == "webhook.ping"
    assert json.loads(body)["matter"] is None
    assert Webhook.objects.get().disabled_at is None


def test_the_wrong_person_changes_nothing(place):
    for actor in (NEXT_OFFICER, f.DESK, f.RESIDENT):
        with pytest.raises(Refused) as refused:
            add("https://example.org/hook", actor=actor)
        assert refused.value.verdict.rule == "subscriptions.keep_webhooks"
    assert not Webhook.objects.exists()
    added = add("https://example.org/hook")
    for command in (subscriptions.remove_webhook, subscriptions.test_webhook):
        with pytest.raises(Refused):
            command(actor=NEXT_OFFICER, at=f.AT, command_id=uuid4(), webhook_id=added.id)
    assert [card.id for card in subscriptions.list_webhooks(OFFICER)] == [added.id]
    assert subscriptions.list_webhooks(NEXT_OFFICER) == ()


def test_each_command_leaves_one_act_and_a_replay_none(place):
    command_id = uuid4()
    added = add("https://example.org/hook", command_id=command_id)
    again = add("https://example.org/hook", command_id=command_id)
    assert again == added  # the secret is shown again to whoever repeats the request
    subject = f"webhook:{added.id}"
    assert ledger.count_acts(subject) == 1
    assert added.secret not in f.all_text()
    test_id = uuid4()
    for _ in range(2):
        subscriptions.test_webhook(actor=OFFICER, at=f.AT, command_id=test_id, webhook_id=added.id)
    assert ledger.count_acts(subject) == 2
    with pytest.raises(Refused) as refused:
        subscriptions.remove_webhook(
            actor=OFFICER, at=f.AT, command_id=test_id, webhook_id=added.id
        )
    assert refused.value.verdict.rule == "subscriptions.command_reused"
    remove_id = uuid4()
    for _ in range(2):
        subscriptions.remove_webhook(
            actor=OFFICER, at=f.AT, command_id=remove_id, webhook_id=added.id
        )
    assert [act.action for act in ledger.list_acts(subject)] == [
        "add_webhook",
        "test_webhook",
        "remove_webhook",
    ]
    assert not Webhook.objects.exists()
    known = ledger.find_act(command_id)
    assert known is None  # the secret follows from it, so no act shows it


def test_nothing_is_saved_when_the_ledger_cannot_write(place, monkeypatch):
    from commongrid.rooms.subscriptions.commands import webhooks as commands

    added = add("https://example.org/hook")

    def broken(draft):
        raise RuntimeError

    monkeypatch.setattr(commands, "record_act", broken)
    before = list(Webhook.objects.values_list())
    for attempt in (
        lambda: add("https://example.org/other"),
        lambda: subscriptions.remove_webhook(
            actor=OFFICER, at=f.AT, command_id=uuid4(), webhook_id=added.id
        ),
        lambda: subscriptions.test_webhook(
            actor=OFFICER, at=f.AT, command_id=uuid4(), webhook_id=added.id
        ),
    ):
        with pytest.raises(RuntimeError), transaction.atomic():
            attempt()
    assert list(Webhook.objects.values_list()) == before


BAD = [
    "http://example.org/", "ftp://example.org/", "https://", "https://user:x@example.org/",
    "https://example.org/#x", "https://example.org/\r\nX: y", "https://exämple.org/", "file:///etc",
    "https://example.org:99999/", "https://" + "a" * 600 + ".org/", "//example.org", "http://localhost/",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_an_address_that_may_not_be_called_is_refused(place, url):
    with pytest.raises(BadTargetError):
        read_target(url)
    with pytest.raises(Refused) as refused:
        add(url)
    assert refused.value.verdict.rule == "subscriptions.url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.7", "172.16.1.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1",
        "192.0.2.1", "240.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_never_called(address):
    with pytest.raises(BadTargetError):
        check_addresses([address])
    with pytest.raises(BadTargetError):
        check_addresses(["93.184.216.34", address])  # one is enough


def test_addresses_outside_and_those_allowed_are_called():
    import ipaddress

    assert check_addresses(["93.184.216.34"]) == "93.184.216.34"
    assert check_addresses(["2606:4700::1111"]) == "2606:4700::1111"
    inside = (ipaddress.ip_network("10.1.0.0/16"),)
    assert check_addresses(["10.1.2.3"], allowed=inside) == "10.1.2.3"
    with pytest.raises(BadTargetError):
        check_addresses(["10.2.2.3"], allowed=inside)
    with pytest.raises(BadTargetError):
        check_addresses([])


def test_a_name_is_resolved_once_and_called_at_that_very_address(place, monkeypatch):
    """A name that answers differently a moment later gains nothing."""
    asked: list[str] = []
    called: list[tuple[str, int]] = []

    def resolve(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    def connect(address, **_):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(posting.CallFailedError):
        posting.post("https://hook.example.org/x", b"{}", {})
    assert asked == ["hook.example.org"]
    assert called == [("93.184.216.34", 443)]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", port))],
    )
    with pytest.raises(BadTargetError):
        posting.post("https://hook.example.org/x", b"{}", {})
    assert len(called) == 1


def test_a_body_that_is_too_large_is_not_sent(place):
    with pytest.raises(posting.CallFailedError):
        posting.post("https://example.org/", b"x" * (posting.LARGEST_BODY + 1), {})


def test_ids_are_uuids(place):
    assert isinstance(add("https://example.org/hook").id, UUID)
