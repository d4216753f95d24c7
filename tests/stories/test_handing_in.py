"""An export is handed in at the desk and judged as if the phone had sent it; bad ones are not."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.stories.handing_in import hand_in
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
STAGE = "report"


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def sealed(inside: dict, **changed: object) -> bytes:
    """A file as the app makes it."""
    spki = base64.b64decode(fieldwork.office_public_key())
    office = serialization.load_der_public_key(spki)
    key, iv = os.urandom(32), os.urandom(12)
    padding = OAEP(mgf=MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    outer = {
        "v": 1,
        "for": hashlib.sha256(spki).hexdigest(),
        "key": b64(office.encrypt(key, padding)),
        "iv": b64(iv),
        "sealed": b64(AESGCM(key).encrypt(iv, json.dumps(inside).encode(), None)),
    }
    return json.dumps({**outer, **changed}).encode()


def raising(**more: object) -> dict:
    draft = {
        "type_code": "A01", "text": f.WORDS, "grid_code": f.GRID_CODE, "community_code": "",
        "lon": None, "lat": None, "address": "三号楼", "answers": {}, "cases": [],
        "is_shareable": False, "channel": "grid_worker", "proxy_note": "", "language": "zh-hans",
        "contact": {"name": "", "phone": "", "email": ""},
    }  # fmt: skip
    return {
        "id": str(uuid4()), "seq": 1, "made_at": "2026-03-09T02:02:11Z", "kind": "raise",
        "draft": draft, "photos": [], **more,
    }  # fmt: skip


@pytest.fixture
def phone():
    """A worker's phone in service; its token."""
    f.a_place()
    worker = make_staff("worker", "grid_worker", f.GRID, "community")
    actor = people.staff_actor(worker.id, f.AT)
    paired = fieldwork.pair_phone(
        actor=actor, at=f.AT, command_id=new_id(), account_id=worker.id, label="工作机"
    )
    make_staff("desk", "desk", f.TOWN)
    return paired


def inside(phone, *commands: dict, files: tuple[dict, ...] = ()) -> dict:
    return {
        "token": phone.token, "phone_at": f.AT.isoformat(), "commands": list(commands),
        "files": list(files),
    }  # fmt: skip


def desk():
    return people.staff_actor(people.find_account("desk").id, f.AT)


def handed(content: bytes, **more):
    return hand_in(
        **{"actor": desk(), "at": f.AT, "command_id": new_id(), "content": content, **more}
    )


def test_what_is_inside_is_carried_out_once(phone):
    one = raising()
    content, command = sealed(inside(phone, one)), new_id()
    first = handed(content, command_id=command)
    assert [answer.verdict for answer in first.answers] == ["done"]
    assert first.label == "工作机"
    matter = Matter.objects.get()
    assert str(matter.pk) == str(first.answers[0].matter)
    again = handed(content, command_id=command)
    other_file = handed(sealed(inside(phone, one)))
    for repeated in (again, other_file):
        assert [answer.verdict for answer in repeated.answers] == ["already"]
    assert Matter.objects.count() == 1
    acts = ledger.list_acts(f"phone:{phone.id}")
    taken = [act for act in acts if act.action == "take_export"]
    assert len(taken) == 2  # two hand-ins, each one act; the repeated command none
    assert taken[0].after["commands"] == 1
    assert phone.token not in str([(act.words, dict(act.after)) for act in acts])
    assert ledger.verify().is_whole


def test_a_picture_inside_hangs_on_its_matter(phone):
    content = f.jpeg()
    sha = hashlib.sha256(content).hexdigest()
    photo = {"sha": sha, "bytes": len(content), "kind": "photo", "stage": STAGE}
    one = raising(photos=[photo])
    file = {
        "sha": sha, "command": one["id"], "kind": "photo", "stage": STAGE,
        "content": b64(content),
    }  # fmt: skip
    broken = {**file, "sha": "0" * 64}
    done = handed(sealed(inside(phone, one, files=(file, broken))))
    assert (done.files, done.lost) == (1, 1)
    assert [answer.verdict for answer in done.answers] == ["done"]
    assert Matter.objects.get().photos == 1


def test_an_intention_that_cannot_be_read_holds_up_no_other(phone):
    done = handed(sealed(inside(phone, {"seq": 1}, raising(draft={}), raising())))
    assert done.unread == 1
    assert [answer.verdict for answer in done.answers] == ["refused", "done"]


def test_more_than_one_sync_takes_are_all_judged(phone):
    done = handed(sealed(inside(phone, *(raising(seq=n) for n in range(62)))))
    assert done.count("done") == 62


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda phone: b"not a file", "broken"),
        (lambda phone: b"[1, 2]", "broken"),
        (lambda phone: b"{}", "broken"),
        (lambda phone: sealed(inside(phone))[:-40] + b'"}', "broken"),
        (lambda phone: sealed(inside(phone), v=2), "broken"),
        (lambda phone: sealed(inside(phone), iv="AAAA"), "broken"),
        (lambda phone: sealed(inside(phone), key="!"), "broken"),
        (lambda phone: sealed({"token": phone.token}), "broken"),
        (lambda phone: sealed({**inside(phone), "phone_at": "2026-03-09"}), "broken"),
        (lambda phone: sealed({**inside(phone), "commands": 7}), "broken"),
        (lambda phone: sealed({**inside(phone), "files": [{}]}), "broken"),
        (lambda phone: sealed(inside(phone), **{"for": "0" * 64}), "other_office"),
        (lambda phone: sealed({**inside(phone), "token": "cgp_" + "x" * 43}), "no_phone"),
    ],
    ids=["words", "list", "empty", "cut", "version", "iv", "key", "half", "no zone", "commands",
         "file", "other office", "unknown phone"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words_and_nothing_is_kept(phone, make, rule):
    content, before = make(phone), f.dump()
    with pytest.raises(Refused) as caught:
        handed(content)
    verdict = caught.value.verdict
    assert verdict.rule == f"fieldwork.export_{rule}"
    assert verdict.say.zh
    assert verdict.say.en
    assert f.dump() == before


def test_too_large_is_refused_before_it_is_read(phone, monkeypatch):
    monkeypatch.setattr("commongrid.rooms.fieldwork.domain.exporting.LARGEST", 10)
    with pytest.raises(Refused) as caught:
        handed(sealed(inside(phone)))
    assert caught.value.verdict.rule == "fieldwork.export_too_large"


def test_a_phone_reported_lost_is_refused(phone):
    worker = people.find_account("worker")
    fieldwork.revoke_phone(
        actor=people.staff_actor(worker.id, f.AT), at=f.AT, command_id=new_id(),
        phone_id=phone.id, why="lost",
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        handed(sealed(inside(phone, raising())))
    assert caught.value.verdict.rule == "fieldwork.export_no_phone"
    assert not Matter.objects.exists()


def test_after_the_post_it_is_taken_for_the_days_of_grace(phone):
    worker = people.find_account("worker")
    people.end_appointment(
        actor=f.SETUP, at=f.AT, command_id=new_id(),
        appointment_id=people.list_own_appointments(worker.id)[0].id,
    )  # fmt: skip
    content = sealed(inside(phone, raising()))
    done = handed(content, at=f.AT + 4 * f.DAY)
    assert len(done.answers) == 1
    with pytest.raises(Refused) as caught:
        handed(content, at=f.AT + 6 * f.DAY)
    assert caught.value.verdict.rule == "fieldwork.export_no_phone"


@pytest.mark.parametrize("role", ["grid_worker", "supervisor", "community", "appointing"])
def test_only_the_desk_of_the_area_takes_it(phone, role):
    content = sealed(inside(phone, raising()))
    other = make_staff("somebody", role, f.TOWN, "community")
    elsewhere = make_staff("elsewhere", "desk", f.NEXT_GRID)
    before = f.dump()
    for account in (other, elsewhere):
        with pytest.raises(Refused) as caught:
            handed(content, actor=people.staff_actor(account.id, f.AT))
        assert caught.value.verdict.rule == "fieldwork.not_desk"
    with pytest.raises(Refused):
        handed(content, actor=f.RESIDENT)
    assert f.dump() == before


def test_without_the_ledger_nothing_is_taken(phone, monkeypatch):
    content, before = sealed(inside(phone, raising())), f.dump()

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.fieldwork.commands.exports.record_act", broken)
    with pytest.raises(RuntimeError):
        handed(content)
    assert f.dump() == before
    assert not Act.objects.filter(action="take_export").exists()
