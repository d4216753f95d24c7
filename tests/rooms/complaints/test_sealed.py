"""Complaints about whoever runs the platform: the machine and its keeper cannot read them alone."""

from datetime import timedelta

import pytest
from django.conf import settings

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.complaints import face
from commongrid.rooms.complaints.commands import holding
from commongrid.rooms.complaints.domain import sealing
from commongrid.rooms.complaints.models import Complaint, Entry, Identity, SupervisionKey
from tests.rooms.complaints import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
ABOUT = {"about": face.About.ADMINISTRATOR, "words": "管理员删了我的投诉。"}
REACH = face.Reach(name="演示居民萨日娜", phone="0475-0001234", may_open=True)


@pytest.fixture(autouse=True)
def place(db, monkeypatch):
    monkeypatch.setattr(sealing, "SCRYPT_N", 2**10)  # speed only
    f.a_place()


def make_key(account, passphrase=s.PASSPHRASE, path=s.TOWN, command_id=None):
    face.make_key(
        actor=s.actor(account), at=s.AT, command_id=command_id or new_id(), path=path,
        passphrase=passphrase,
    )  # fmt: skip


def rule_of(call, *args, **more):
    with pytest.raises(Refused) as info:
        call(*args, **more)
    return info.value.verdict


def test_without_a_key_nothing_is_kept_and_other_ways_are_named():
    s.people_of("keeper", "supervisor")
    before = f.dump()
    verdict = rule_of(s.filed, **ABOUT)
    assert verdict.rule == "complaint.no_key"
    assert "纪检监察机关、信访局" in verdict.say.zh
    assert f.dump() == before
    assert not Complaint.objects.exists()


def test_it_opens_with_the_passphrase_of_supervision_alone():
    names = s.people_of("keeper", "supervisor", "desk", "worker")
    make_key(names["supervisor"])
    filed = s.filed(reach=REACH, **ABOUT)
    assert s.seen_by(names, filed.ref) == {"supervisor"}
    who = s.actor(names["supervisor"])
    closed = face.find_complaint(who, filed.ref, s.AT)
    assert [entry.words for entry in closed.entries] == [None]
    assert not closed.is_open
    wrong = face.find_complaint(who, filed.ref, s.AT, passphrase="not the right passphrase")
    assert wrong.entries[0].words is None
    opened = face.find_complaint(who, filed.ref, s.AT, passphrase=s.PASSPHRASE)
    assert opened.entries[0].words == ABOUT["words"]


def test_whoever_has_database_and_house_keys_reads_nothing(monkeypatch):
    """What the keeper of the server holds: every row and every key in the folder."""
    from commongrid.rooms.complaints import keys, sealed

    names = s.people_of("keeper", "supervisor")
    make_key(names["supervisor"])
    filed = s.filed(reach=REACH, **ABOUT)
    row, entry = Complaint.objects.get(), Entry.objects.get()
    assert sealed.open_words(row, entry, None) is None
    assert sealed.open_own_words(row, entry, None) is None
    assert sealed.open_identity(row, bytes(Identity.objects.get().sealed), None) is None
    for secret in (settings.SECRET_KEY, *settings.COMPLAINT_KEYS, settings.RECEIPT_KEY, filed.ref):
        for wrapped in (row.own_wrapped, SupervisionKey.objects.get().wrapped):
            with pytest.raises(sealing.ClosedError):
                sealing.unwrap(bytes(wrapped), secret)
    for key in (*keys.word_keys(), *keys.identity_keys(), *keys.mark_keys()):
        assert sealed.open_words(row, entry, key) is None


def test_the_dialogue_goes_on_sealed_and_the_complainant_reads_it_by_the_code():
    names = s.people_of("keeper", "supervisor")
    make_key(names["supervisor"])
    filed = s.filed(reach=REACH, **ABOUT)
    s.do(face.take, names["supervisor"], filed.ref)
    face.say_more(code=filed.code, at=s.AT, command_id=new_id(), words="还有一次。")
    s.do(face.answer, names["supervisor"], filed.ref, words="已恢复。")
    own = face.find_own(filed.code, s.AT)
    assert [entry.words for entry in own.entries] == [ABOUT["words"], "还有一次。", "已恢复。"]
    who = s.actor(names["supervisor"])
    page = face.find_complaint(who, filed.ref, s.AT, passphrase=s.PASSPHRASE)
    assert [entry.words for entry in page.entries] == [ABOUT["words"], "还有一次。", "已恢复。"]


def test_the_identity_takes_the_passphrase_too():
    names = s.people_of("keeper", "supervisor")
    make_key(names["supervisor"])
    filed = s.filed(reach=REACH, **ABOUT)
    s.do(face.take, names["supervisor"], filed.ref)
    ask = {"purpose": "protect"}
    verdict = rule_of(s.do, face.open_identity, names["supervisor"], filed.ref, **ask)
    assert verdict.rule == "complaint.no_identity"
    found = s.do(
        face.open_identity, names["supervisor"], filed.ref, passphrase=s.PASSPHRASE, **ask
    )  # fmt: skip
    assert found.phone == REACH.phone


def test_it_goes_to_the_level_that_has_a_key_and_somebody_free():
    """The town's only supervisor also appoints: the district has it."""
    names = s.people_of("keeper_and", "high")
    make_key(names["high"], path=s.DISTRICT)
    filed = s.filed(**ABOUT)
    assert s.seen_by(names, filed.ref) == {"high"}


@pytest.mark.parametrize(
    ("who", "passphrase", "rule"),
    [
        ("keeper_and", s.PASSPHRASE, "complaint.keeps_platform"),
        ("keeper", s.PASSPHRASE, "complaint.not_yours"),
        ("worker", s.PASSPHRASE, "complaint.not_yours"),
        ("high", s.PASSPHRASE, "complaint.not_yours"),
        ("supervisor", "short", "complaint.weak_passphrase"),
    ],
)
def test_who_may_not_make_the_key(who, passphrase, rule):
    names = s.people_of(who)
    assert rule_of(make_key, names[who], passphrase).rule == rule
    assert not SupervisionKey.objects.exists()


def test_a_new_key_leaves_the_old_one_to_what_was_sealed_to_it():
    names = s.people_of("keeper", "supervisor")
    number = new_id()
    make_key(names["supervisor"], command_id=number)
    make_key(names["supervisor"], command_id=number)
    assert SupervisionKey.objects.count() == 1
    filed = s.filed(**ABOUT)
    make_key(names["supervisor"], "another passphrase altogether")
    assert holding.has_key(s.TOWN)
    who = s.actor(names["supervisor"])
    page = face.find_complaint(who, filed.ref, s.AT, passphrase=s.PASSPHRASE)
    assert page.is_open
    assert not face.find_complaint(
        who, filed.ref, s.AT, passphrase="another passphrase altogether"
    ).is_open  # fmt: skip


def test_no_key_is_made_when_the_ledger_cannot_write(monkeypatch):
    names = s.people_of("supervisor")

    def fails(draft):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.complaints.commands.holding.record_act", fails)
    with pytest.raises(RuntimeError):
        make_key(names["supervisor"])
    assert not SupervisionKey.objects.exists()


def test_words_die_with_their_time_sealed_or_not():
    names = s.people_of("keeper", "supervisor")
    make_key(names["supervisor"])
    filed = s.filed(**ABOUT)
    face.give_verdict(
        code=filed.code, at=s.AT, command_id=new_id(), verdict=face.Outcome.WITHDRAWN
    )  # fmt: skip
    face.erase_due(at=s.AT + timedelta(days=366))
    assert not Entry.objects.exists()
    assert face.find_own(filed.code, s.AT) is None
