"""Asking for mail, confirming, stopping; webhooks, reminders and dead letters for staff."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from commongrid.ledger import face as ledger
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions.models import Subscription, Webhook
from tests.site.inside import holding, inside, page
from tests.support import factories as f

ADDRESS = "somebody@example.org"


def told() -> ledger.Delivered:
    at = timezone.now()
    return ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=99)


def link_in(message) -> str:
    return re.search(r"http://testserver(/follow/(?:confirm|stop)/[\w-]+/)", message.body)[1]


def asked(client, **form: str):
    return client.post("/follow/ask/", {"email": ADDRESS, "place": f.GRID_CODE, **form})


@pytest.fixture
def following(client) -> str:
    """Somebody who follows the grid; gives the address to stop."""
    assert asked(client).status_code == 302
    told()
    assert client.post(link_in(mail.outbox.pop())).status_code == 200
    f.raised()
    told()
    return mail.outbox.pop().extra_headers["List-Unsubscribe"].strip("<>")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(client, language):
    matter = f.raised(is_shareable=True)
    client.cookies["django_language"] = language
    for address in (
        "/follow/", f"/follow/?place={f.GRID_CODE}&type=A01", f"/follow/matter/{matter.id}/",
        "/follow/asked/",
    ):  # fmt: skip
        page(client, address)


def test_a_place_is_followed_by_mail_in_three_steps(client):
    answer = asked(client)
    assert answer.url == "/follow/asked/"
    assert ADDRESS not in page(client, answer.url)
    told()
    (question,) = mail.outbox
    link = link_in(question)
    shown = client.get(link)
    assert ADDRESS not in shown.content.decode()
    assert Subscription.objects.get().confirmed_at is None  # opening a link confirms nothing
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.post(link).status_code == 200
    assert Subscription.objects.get().confirmed_at is not None


def test_a_mail_program_stops_it_with_one_click(following):
    program = Client(enforce_csrf_checks=True)  # it has no cookie and no token of a form
    path = following.removeprefix("http://testserver")
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_link_to_stop_stops_nothing(client, following):
    path = following.removeprefix("http://testserver")
    assert page(client, path)
    assert Subscription.objects.exists()
    client.post(path)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("path", ["/follow/stop/abc/", "/follow/confirm/abc/"])
def test_a_link_that_is_none_of_ours_does_nothing(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_the_same_answer_whether_or_not_the_address_is_known(client, following):
    before = len(mail.outbox)
    again = asked(client)
    assert (again.status_code, again.url) == (302, "/follow/asked/")
    told()
    assert len(mail.outbox) == before


def test_what_is_wrong_with_an_address_is_said(client):
    client.cookies["django_language"] = "en"
    for form in ({"email": "nobody"}, {"place": "150599999999"}, {"matter": "nonsense"}):
        answer = asked(client, **form)
        assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_a_flood_of_questions_is_stopped(client):
    codes = [asked(client, email=f"a{n}@example.org").status_code for n in range(21)]
    assert codes[-2:] == [302, 429]


def test_without_a_mail_server_no_mail_is_offered(client, settings):
    settings.MAIL_IS_ON = False
    assert "/follow/ask/" not in page(client, f"/follow/?place={f.GRID_CODE}")
    assert asked(client).status_code == 404


def test_the_reporter_asks_from_their_own_page(client):
    matter = f.raised()
    client.post("/my/open/", {"code": matter.receipt_code})
    assert "/my/mail/" in page(client, "/my/")
    assert client.post("/my/mail/", {"email": "nobody"}).status_code == 422
    assert client.post("/my/mail/", {"email": ADDRESS}).url == "/my/"
    row = Subscription.objects.get()
    assert (row.audience, row.matter_id) == ("reporter", matter.id)


def test_addresses_and_links_stay_out_of_the_log():
    from commongrid.site.logs import mask_path

    assert mask_path("GET /follow/stop/AbC-12_x/ 200") == "GET /follow/stop/***/ 200"
    assert mask_path("/follow/confirm/AbC/") == "/follow/confirm/***/"
    assert mask_path("/follow/matter/x/") == "/follow/matter/x/"


def test_webhooks_are_for_the_data_officer_of_the_place():
    client = inside(holding("data_officer").id, "en")
    shown = page(client, "/follow/webhooks/")
    command_id = re.search(r'name="command_id" value="([^"]+)"', shown)[1]
    form = {"name": "City", "url": "https://example.org/x", "place": f.GRID_CODE}
    bad = client.post("/follow/webhooks/", {**form, "command_id": command_id, "url": "http://x"})
    assert bad.status_code == 422
    added = client.post("/follow/webhooks/", {**form, "command_id": command_id})
    assert "cgs_" in added.content.decode()
    assert "cgs_" not in page(client, "/follow/webhooks/")
    row = Webhook.objects.get()
    assert client.post(f"/follow/webhooks/{row.pk}/test/").status_code == 302
    assert client.post(f"/follow/webhooks/{row.pk}/remove/").status_code == 302
    assert not Webhook.objects.exists()
    worker = inside(holding("grid_worker", f.GRID, "community").id)
    assert worker.get("/follow/webhooks/").status_code == 403
    assert Client().get("/follow/webhooks/").status_code == 302


def test_a_unit_sees_its_reminders(clock):
    handler = inside(holding("handler", f.TOWN, "sanitation").id, "en")
    assert "Nothing comes due" in page(handler, "/follow/notices/")
    matter = f.walked(*f.HANDLED)
    red_at = Matter.objects.get(pk=matter.id).red_at
    subscriptions.remind_units(at=red_at)
    assert matter.ref in page(handler, "/follow/notices/")
    other = inside(holding("head", f.TOWN, "housing_bureau").id, "en")
    assert matter.ref not in page(other, "/follow/notices/")


def test_dead_letters_are_sent_again_or_let_go():
    f.raised()
    keeper = inside(holding("data_officer").id, "en")

    def fails(event, address):
        raise ledger.UndeliverableError

    ledger.deliver_outbox(at=timezone.now(), receivers={"test": fails}, limit=9)
    shown = page(keeper, "/-/letters")
    assert "UndeliverableError" in shown
    (letter,) = ledger.list_dead_letters()
    assert keeper.post(f"/-/letters/{letter.id}/again").status_code == 302
    assert not ledger.list_dead_letters()
    ledger.deliver_outbox(
        at=timezone.now() + timedelta(minutes=1), receivers={"test": fails}, limit=9
    )
    assert keeper.post(f"/-/letters/{letter.id}/let-go").status_code == 302
    assert "Everything was delivered" in page(keeper, "/-/letters")
    handler = inside(holding("handler", f.TOWN, "sanitation").id)
    assert handler.get("/-/letters").status_code == 403


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Mail to a follower"), ("zh-hans", "给关注人的邮件")]
)
def test_what_waits_names_its_receiver_in_words_and_its_trouble(language, named):
    f.raised()
    keeper = inside(holding("data_officer").id, language)

    def fails(event, address):
        raise ConnectionError

    ledger.deliver_outbox(at=timezone.now(), receivers={"follower": fails}, limit=9)
    assert not ledger.list_dead_letters()
    shown = page(keeper, "/-/letters")
    assert named in shown
    assert "ConnectionError" in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_message_is_shown_with_an_invented_matter(language):
    shown = page(inside(holding("desk").id, language), "/-/messages")
    assert "2026-0000-XX" in shown
    assert not re.search(r"\{\w+\}", re.sub(r"<script.*?</script>|<meta[^>]*>", "", shown))
    for one in f.town_charter().messages.values():
        assert one.source.split(";")[0].replace("'", "&#x27;") in shown
