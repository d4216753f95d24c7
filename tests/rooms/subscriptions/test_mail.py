"""Mail: nobody who has not confirmed, always a way out, and nothing personal anywhere."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import OutboxRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Follower
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions.commands import subscribing
from commongrid.rooms.subscriptions.models import Subscription
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("outbox")
ADDRESS = "somebody@example.org"
HOUR = timedelta(hours=1)


def told(at: datetime) -> ledger.Delivered:
    return ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=200)


def token_in(message, what: str) -> str:
    found = re.search(rf"https://grid\.example\.org/follow/{what}/([\w-]+)/", message.body)
    assert found, message.body
    return found[1]


def ask(followed: subscriptions.Followed, at: datetime = f.AT, email: str = ADDRESS) -> None:
    subscriptions.ask_by_mail(at=at, followed=followed, email=email, language="en")


def following(followed: subscriptions.Followed, at: datetime = f.AT) -> str:
    """Ask, get the question, confirm: returns the token to stop."""
    ask(followed, at)
    told(at)
    question = mail.outbox.pop()
    assert subscriptions.confirm_subscription(token_in(question, "confirm"), at=at)
    row = Subscription.objects.get()
    from commongrid.rooms.subscriptions.domain.sealing import token_for
    from commongrid.rooms.subscriptions.keys import link_key

    return token_for(row.pk, "stop", link_key())


GRID = subscriptions.Followed(place_code=f.GRID_CODE)


def test_nobody_is_written_to_before_the_address_is_confirmed():
    ask(GRID)
    told(f.AT)
    (question,) = mail.outbox
    assert question.to == [ADDRESS]
    assert "List-Unsubscribe" not in question.extra_headers
    f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    assert len(mail.outbox) == 1
    card = subscriptions.find_subscription(
        token_in(question, "confirm"), purpose="confirm", at=f.AT
    )
    assert not card.is_confirmed
    assert "somebody" not in repr(card)


def test_a_follower_of_a_place_hears_of_what_is_raised_there_and_can_stop_with_one_click():
    stop = following(GRID)
    matter = f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    (news,) = mail.outbox
    assert matter.ref in news.body
    assert f.WORDS not in news.body + news.subject
    assert f"/follow/matter/{matter.id}/" in news.body
    link = news.extra_headers["List-Unsubscribe"].strip("<>")
    assert link == f"https://grid.example.org/follow/stop/{stop}/"
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert news.extra_headers["Auto-Submitted"] == "auto-generated"
    assert subscriptions.stop_mail(stop, at=f.AT + HOUR)
    assert not Subscription.objects.exists()
    assert subscriptions.stop_mail(stop, at=f.AT + HOUR)  # twice is no error
    f.raised(at=f.AT + 2 * HOUR)
    told(f.AT + 2 * HOUR)
    assert len(mail.outbox) == 1


def test_links_in_mails_lead_to_pages(place):
    stop = following(GRID)
    matter = f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    body = mail.outbox[0].body
    assert reverse("follow:stop", args=[stop]) in body
    assert reverse("follow:matter", args=[matter.id]) in body
    assert reverse("resident:my") == "/my/"


@pytest.mark.parametrize(
    ("followed", "is_told"),
    [
        (subscriptions.Followed(place_code=f.GRID_CODE, type_code="A01"), True),
        (subscriptions.Followed(place_code=f.GRID_CODE, type_code="A02"), False),
        (subscriptions.Followed(place_code=f.NEXT_CODE), False),
    ],
)
def test_only_what_is_followed_is_told(followed, is_told):
    following(followed)
    f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    assert bool(mail.outbox) is is_told


def test_what_is_not_public_is_told_to_nobody():
    following(GRID)
    f.raised("F01", at=f.AT + HOUR)  # what somebody asks for themselves
    told(f.AT + HOUR)
    assert mail.outbox == []


def test_steps_that_are_nobodys_business_are_not_told():
    following(GRID)
    matter = f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    mail.outbox.clear()
    f.step(matter.id, "desk", "note", f.AT + HOUR, note="只给同事看")
    told(f.AT + 2 * HOUR)
    assert mail.outbox == []
    f.step(matter.id, "desk", "accept", f.AT + 2 * HOUR)
    told(f.AT + 2 * HOUR)
    assert len(mail.outbox) == 1


def test_a_mail_that_is_sent_again_is_the_same_one():
    following(GRID)
    f.raised(at=f.AT + HOUR)
    (row,) = OutboxRow.objects.filter(topic="matter.raised")
    told(f.AT + HOUR)
    row.deliveries.update(state="waiting", next_at=f.AT)
    told(f.AT + HOUR)
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_the_reporter_is_told_without_the_type_of_what_is_nobodys_business():
    matter = f.raised("F01")
    own = subscriptions.Followed(matter_id=matter.id, is_own=True)
    following(own)
    f.step(matter.id, f.COMMUNITY, "accept", f.AT + HOUR)
    told(f.AT + HOUR)
    (news,) = mail.outbox
    assert "your matter" in news.body
    assert f.rules().type("F01").name.en not in news.body
    assert matter.receipt_code not in news.body
    assert "/my/" in news.body


def test_about_a_sealed_matter_no_mail_is_offered():
    matter = f.raised("J03", text="")
    with pytest.raises(Refused) as refused:
        ask(subscriptions.Followed(matter_id=matter.id, is_own=True))
    assert refused.value.verdict.rule == "subscription.unknown"
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "followed",
    [
        subscriptions.Followed(place_code="150599999999"),
        subscriptions.Followed(matter_id=__import__("uuid").UUID(int=7)),
    ],
)
def test_what_does_not_exist_cannot_be_followed(followed):
    with pytest.raises(Refused):
        ask(followed)


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@c.example"])
def test_an_address_that_is_none_is_refused(email):
    with pytest.raises(Refused):
        ask(GRID, email=email)


def test_nobody_can_be_flooded_with_questions():
    for code in (f.GRID_CODE, f.NEXT_CODE, f.TOWN.strip("/").split("/")[-1]):
        ask(subscriptions.Followed(place_code=code))
        ask(subscriptions.Followed(place_code=code))
    ask(subscriptions.Followed(place_code=f.GRID_CODE, type_code="A01"))
    told(f.AT)
    assert len(mail.outbox) == subscribing.MOST_UNCONFIRMED
    ask(GRID, f.AT + subscribing.ASK_AGAIN_AFTER)
    told(f.AT + subscribing.ASK_AGAIN_AFTER)
    assert len(mail.outbox) == subscribing.MOST_UNCONFIRMED + 1


def test_what_is_not_confirmed_and_what_is_old_is_erased():
    ask(GRID)
    assert subscriptions.erase_expired(at=f.AT + subscribing.CONFIRM_WITHIN - HOUR) == 0
    assert subscriptions.erase_expired(at=f.AT + subscribing.CONFIRM_WITHIN) == 1
    following(GRID)
    assert subscriptions.erase_expired(at=f.AT + 300 * f.DAY) == 0
    assert subscriptions.erase_expired(at=f.AT + subscribing.KEPT) == 1


def test_a_question_can_not_be_confirmed_too_late_or_by_another_link():
    ask(GRID)
    told(f.AT)
    token = token_in(mail.outbox[0], "confirm")
    late = f.AT + subscribing.CONFIRM_WITHIN
    assert not subscriptions.confirm_subscription(token, at=late)
    other = token[:-4] + ("B" if token[-4] == "A" else "A") + token[-3:]
    assert not subscriptions.confirm_subscription(other, at=f.AT)
    assert not subscriptions.stop_mail(token, at=f.AT)  # a link for one thing does only that
    assert Subscription.objects.get().confirmed_at is None


def test_no_address_lies_open_in_the_database():
    following(GRID)
    f.raised(at=f.AT + HOUR)
    told(f.AT + HOUR)
    everything = f.all_text() + repr(
        [list(Subscription.objects.values_list()), list(OutboxRow.objects.values_list())]
    )
    assert ADDRESS not in everything


def test_a_matter_that_ended_is_followed_for_a_month_more():
    matter = f.walked(*f.HANDLED, f.CLAIM)
    following(subscriptions.Followed(matter_id=matter.id), f.AT + HOUR)
    f.step(matter.id, "reporter", "confirm", f.AT + 2 * HOUR)
    told(f.AT + 2 * HOUR)
    assert len(mail.outbox) == 1
    assert Subscription.objects.get().until_at == f.AT + 2 * HOUR + 30 * f.DAY


def test_followers_who_left_an_address_are_told_and_one_click_erases_it():
    matter = f.walked(f.ACCEPT)
    matters.follow_matter(
        actor=f.RESIDENT, at=f.AT + HOUR, command_id=f.new_id(), matter_id=matter.id,
        contact=matters.Contact(name="x", email="follower@example.org"),
    )  # fmt: skip
    told(f.AT + HOUR)
    mail.outbox.clear()
    f.step(matter.id, *f.OFFER[:2], f.AT + 2 * HOUR, **f.OFFER[2])
    told(f.AT + 2 * HOUR)
    (news,) = mail.outbox
    assert news.to == ["follower@example.org"]
    token = token_in(news, "stop")
    assert subscriptions.is_stop_link(token)
    acts = ledger.count_acts(f"matter:{matter.id}")
    assert subscriptions.stop_mail(token, at=f.AT + 2 * HOUR)
    assert Follower.objects.get().sealed is None
    assert ledger.count_acts(f"matter:{matter.id}") == acts + 1
    subscriptions.stop_mail(token, at=f.AT + 2 * HOUR)
    assert ledger.count_acts(f"matter:{matter.id}") == acts + 1


def test_a_follower_is_reached_after_a_merge_too():
    leading, other = f.walked(f.ACCEPT), f.raised()
    matters.follow_matter(
        actor=f.RESIDENT, at=f.AT + HOUR, command_id=f.new_id(), matter_id=other.id,
        contact=matters.Contact(email="follower@example.org"),
    )  # fmt: skip
    for who in ("desk", "second_desk"):
        f.step(other.id, who, "merge", f.AT + HOUR, leading=leading.ref, reason="同一件事")
    told(f.AT + HOUR)
    mail.outbox.clear()
    f.step(leading.id, *f.OFFER[:2], f.AT + 2 * HOUR, **f.OFFER[2])
    told(f.AT + 2 * HOUR)
    assert [news.to for news in mail.outbox] == [["follower@example.org"]]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_follower_is_written_to_in_the_language_they_followed_in(language):
    matter = f.walked(f.ACCEPT)
    matters.follow_matter(
        actor=f.RESIDENT, at=f.AT + HOUR, command_id=f.new_id(), matter_id=matter.id,
        contact=matters.Contact(email="follower@example.org"), language=language,
    )  # fmt: skip
    told(f.AT + HOUR)
    mail.outbox.clear()
    f.step(matter.id, *f.OFFER[:2], f.AT + 2 * HOUR, **f.OFFER[2])
    told(f.AT + 2 * HOUR)
    (news,) = mail.outbox
    heads = {"zh-hans": "zh-Hans", "en": "en"}
    assert news.extra_headers["Content-Language"] == heads[language]
    has_han = any("一" <= sign <= "鿿" for sign in news.subject)
    assert has_han is (language == "zh-hans")


class Refusing(EmailBackend):
    """A mail server that says no in one way or another."""

    error: Exception = OSError()

    def send_messages(self, messages):
        raise self.error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPServerDisconnected("x"), "failed"),
        (ConnectionRefusedError(), "failed"),
        (smtplib.SMTPDataError(451, b"later"), "failed"),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"greylisted")}), "failed"),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}), "done"),
    ],
)
def test_what_a_mail_server_refuses_is_tried_again_unless_the_address_is_gone(
    error, outcome, settings, monkeypatch
):
    following(GRID)
    f.raised(at=f.AT + HOUR)
    settings.EMAIL_BACKEND = "tests.rooms.subscriptions.test_mail.Refusing"
    monkeypatch.setattr(Refusing, "error", error)
    result = told(f.AT + HOUR)
    assert getattr(result, outcome) == 1
    assert Subscription.objects.exists() is (outcome == "failed")
    waiting = ledger.list_waiting()
    assert ADDRESS not in repr(waiting)
    if outcome == "failed":
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        told(f.AT + HOUR + timedelta(minutes=2))
        assert len(mail.outbox) == 1
