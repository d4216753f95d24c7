"""Reminders by mail to staff: confirmed, one a run, what their role sees, and nothing else."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account, Appointment, Interest
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions.models import Notice, Subscription
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("outbox")
MAIL = "duty@office.example.org"
ROLES = {
    "handler": ("handler", f.TOWN, "sanitation"),
    "head": ("head", f.TOWN, "sanitation"),
    "centre": ("centre", f.TOWN, ""),
    "other": ("handler", f.TOWN, "housing_bureau"),
}


@pytest.fixture
def held(place) -> Matter:
    return Matter.objects.get(pk=f.walked(*f.HANDLED, contact=f.CONTACT).id)


def somebody(name: str) -> people.AccountCard:
    return make_staff(name, *ROLES[name])


def told(at) -> ledger.Delivered:
    return ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=200)


def ask(account: people.AccountCard, at=f.AT, email: str = MAIL, language: str = "en") -> None:
    subscriptions.ask_staff_mail(at=at, account_id=account.id, email=email, language=language)


def reminded(name: str, language: str = "en") -> people.AccountCard:
    """Somebody of staff who asked for reminders and confirmed the address."""
    account = somebody(name)
    ask(account, email=f"{name}@office.example.org", language=language)
    told(f.AT)
    question = mail.outbox.pop()
    link = re.search(r"/follow/confirm/([\w-]+)/", question.body)
    assert link, question.body
    assert subscriptions.confirm_subscription(link[1], at=f.AT)
    mail.outbox.clear()
    return account


def run(at) -> list[str]:
    """One round: who was written to."""
    mail.outbox.clear()
    subscriptions.remind_units(at=at)
    told(at)
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


def test_nobody_is_reminded_before_the_address_is_confirmed(held):
    ask(somebody("handler"))
    told(f.AT)
    assert "reminders of your unit" in mail.outbox[0].subject
    assert run(held.yellow_at) == []


def test_each_light_goes_to_whom_the_charter_says(held):
    for name in ROLES:
        reminded(name)
    assert run(held.blue_at) == [], "half the time is for the page alone"
    assert run(held.yellow_at) == ["handler", "head"]
    assert run(held.yellow_at + timedelta(minutes=1)) == [], "once a matter and light"
    assert run(held.red_at) == ["centre", "handler", "head"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Lights have come on"), ("zh-hans", "亮了灯")]
)
def test_many_at_once_are_one_mail(held, language, words):
    others = [Matter.objects.get(pk=f.walked(*f.HANDLED).id) for _ in range(3)]
    reminded("head", language)
    assert run(held.red_at) == ["head"]
    body = mail.outbox[0].body
    assert words.lower() in body.lower()
    assert ("4 matters" if language == "en" else "4 件") in mail.outbox[0].subject
    for row in (held, *others):
        assert row.ref in body
        assert f"https://grid.example.org/desk/m/{row.pk}/" in body
    assert "List-Unsubscribe" in mail.outbox[0].extra_headers


def test_a_mail_has_no_words_and_no_names(held):
    reminded("head")
    run(held.red_at)
    said = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    for secret in (f.WORDS, f.CONTACT.name, f.CONTACT.phone, "三号楼东门", "值班室"):
        assert secret not in said
    assert "\n\n\n" not in said


def test_of_what_is_kept_apart_not_even_the_type_and_of_what_is_sealed_nothing(held):
    reminded("head")
    name = f.town_charter().types[held.type_code].name.en
    Matter.objects.filter(pk=held.pk).update(in_charge=";supervisor;")
    run(held.yellow_at)
    assert name not in mail.outbox[0].body
    assert held.ref in mail.outbox[0].body
    Matter.objects.filter(pk=held.pk).update(is_sealed=True)
    assert run(held.red_at) == []


def test_who_holds_no_appointment_any_more_hears_nothing(held):
    head = reminded("head")
    mail.outbox.clear()
    subscriptions.remind_units(at=held.red_at)
    Appointment.objects.filter(account_id=head.id).update(until_at=held.red_at)
    told(held.red_at)
    assert mail.outbox == []
    assert subscriptions.erase_expired(at=held.red_at) == 1
    assert not Subscription.objects.exists()


def test_a_closed_account_hears_nothing(held):
    head = reminded("head")
    Account.objects.filter(pk=head.id).update(is_active=False)
    assert run(held.red_at) == []


def test_who_stepped_out_or_lost_the_matter_hears_nothing_of_it(held):
    head = reminded("head")
    subscriptions.remind_units(at=held.yellow_at)
    Matter.objects.filter(pk=held.pk).update(unit="housing_bureau")
    told(held.yellow_at)
    assert mail.outbox == []
    Matter.objects.filter(pk=held.pk).update(unit="sanitation")
    Interest.objects.create(
        account_id=head.id, subject=f"matter:{held.pk}", declared_at=f.AT, made_by_act=new_id()
    )
    assert run(held.red_at) == []


def test_one_click_stops_it_and_erases_the_address(held):
    reminded("head")
    run(held.yellow_at)
    link = re.search(r"/follow/stop/([\w-]+)/", mail.outbox[0].body)
    assert link
    assert subscriptions.stop_mail(link[1], at=held.yellow_at)
    assert not Subscription.objects.exists()
    assert run(held.red_at) == []


def test_it_is_stopped_on_the_page_too_and_twice_is_no_error(held):
    head = reminded("head")
    for _ in range(2):
        subscriptions.stop_staff_mail(at=f.AT, account_id=head.id)
    assert subscriptions.find_staff_mail(at=f.AT, account_id=head.id) is None
    assert run(held.red_at) == []


@pytest.mark.parametrize(
    ("trouble", "is_kept"),
    [
        (smtplib.SMTPServerDisconnected("x"), True),
        (smtplib.SMTPDataError(451, b"later"), True),
        (smtplib.SMTPRecipientsRefused({MAIL: (550, b"no such user")}), False),
    ],
)
def test_a_failed_server_is_tried_again_and_a_dead_address_is_erased(
    held, trouble, is_kept, monkeypatch
):
    reminded("head")
    subscriptions.remind_units(at=held.red_at)

    def broken(self: object, messages: object) -> int:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", broken)
        told(held.red_at)
    assert Subscription.objects.exists() is is_kept
    mail.outbox.clear()
    told(held.red_at + timedelta(hours=2))
    told(held.red_at + timedelta(hours=4))
    assert len(mail.outbox) == (1 if is_kept else 0)


def test_an_address_is_sealed_and_stands_nowhere_else(held):
    reminded("head")
    run(held.red_at)
    row = Subscription.objects.get()
    assert b"office" not in bytes(row.sealed)
    assert "office.example.org" not in f.all_text()
    assert "office.example.org" not in str(list(OutboxRow.objects.values_list()))
    card = subscriptions.find_staff_mail(at=f.AT, account_id=row.account_id)
    assert "office" not in repr(card)


def test_one_address_an_account_and_no_act():
    head = somebody("head")
    acts = Act.objects.count()
    ask(head)
    ask(head)
    assert Subscription.objects.count() == 1
    assert OutboxRow.objects.filter(topic="subscription.asked").count() == 1
    with pytest.raises(Refused) as caught:
        ask(head, email="other@office.example.org")
    assert caught.value.verdict.rule == "subscription.staff_address"
    assert Act.objects.count() == acts


def test_without_an_appointment_nothing_is_asked():
    head = somebody("head")
    Appointment.objects.update(until_at=f.AT)
    with pytest.raises(Refused) as caught:
        ask(head)
    assert caught.value.verdict.rule == "subscription.staff_post"


def test_followers_mail_never_goes_to_a_staff_address(held):
    reminded("head")
    f.step(held.pk, "handler", "answer", held.blue_at, answer_text="明天", next_step="清运",
           next_on="2026-03-12")  # fmt: skip
    told(held.blue_at)
    assert mail.outbox == []


def test_if_the_reminder_of_a_run_is_not_written_no_notice_is(held, monkeypatch):
    def broken(**_: object) -> None:
        raise OSError("outbox")

    with monkeypatch.context() as patch:
        patch.setattr("commongrid.rooms.subscriptions.commands.reminding.add_outbox", broken)
        with pytest.raises(OSError, match="outbox"):
            subscriptions.remind_units(at=held.red_at)
    assert not Notice.objects.exists()
    assert subscriptions.remind_units(at=held.red_at) == 1
