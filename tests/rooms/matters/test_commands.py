# ruff: noqa: E501 - one step a line reads as a table
"""Each command: it does it, leaves one act, refuses the wrong person, and saves all or nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.matters import face
from commongrid.rooms.matters.commands.receipts import act_id_for
from commongrid.rooms.matters.models import Follower, Matter, PhotoRow
from tests.support import factories as f
from tests.support.recordings import webm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
RULE = "kept by the ledger"


@dataclass(frozen=True)
class Proof:
    """One command ready to run: who may, who may not and why, and what it should have done."""

    command: Callable[..., Any]
    given: dict[str, Any]
    right: Actor
    wrong: tuple[tuple[Actor, str], ...]
    has_done: Callable[[], bool]
    acts: int = 1  # what a step opens beside its own matter has an act of its own
    action: str = ""
    secrets: tuple[str, ...] = field(default=())


def reporter(matter: face.Raised) -> Actor:
    return face.reporter_of(matter.id)


def row(matter: face.Raised) -> Matter:
    return Matter.objects.get(pk=matter.id)


def a_step(
    action: str,
    who: str,
    *before: Any,
    wrong: tuple[tuple[str, str], ...],
    to_state: str = "",
    type_code: str = "A01",
    acts: int = 1,
    pictures: int = 0,
    **fields: Any,
) -> Callable[[], Proof]:
    """A proof of ``take_action`` for one action of the charter."""

    def prepare() -> Proof:
        matter = f.walked(*before, type_code=type_code)
        given = {"matter_id": matter.id, "action": action, "fields": dict(fields)}
        if "leading" in fields:
            given["fields"]["leading"] = f.raised().ref
        if pictures:
            given["photos"] = [f.photo(stage="after") for _ in range(pictures)]
        others = {"public": PUBLIC, "reporter": reporter(matter), **f.STAFF}
        others["next_reporter"] = face.reporter_of(f.raised().id)
        return Proof(
            face.take_action,
            given,
            others[who],
            tuple((others[name], rule) for name, rule in wrong),
            lambda: (
                row(matter).state == (to_state or row(matter).state)
                and row(matter).version == len(before) + 2
            ),
            acts=acts,
            action=action,
        )

    return prepare


WHO = "/who"
E = "event"
CLAIMED = (*f.HANDLED, f.CLAIM)
SERVING = (("desk", "accept", {}), ("desk", "assign", {"unit": "sanitation"}))
HANG = {
    "obstacle": "今年经费用完", "obstacle_verified": True, "plan": "明年一季度", "owner_name": "科长",
    "review_on": "2026-04-20",
}  # fmt: skip
RETURN = ("handler", "object", {"legal_basis": "职责清单第三项", "reason": "不在范围"})
ANSWER = {"answer_text": "明早清", "next_step": "派车", "next_on": "2026-03-12"}

STEPS: dict[str, Callable[[], Proof]] = {
    "accept": a_step("accept", "worker", to_state="accepted", wrong=(
        ("next_worker", f"{E}.reported.accept{WHO}"), ("public", f"{E}.reported.accept{WHO}"),
        ("supervisor", f"{E}.reported.accept{WHO}"), ("next_reporter", f"{E}.reported.accept{WHO}"),
    )),
    "offer": a_step("offer", "dispatcher", f.ACCEPT, to_state="dispatched", unit="sanitation",
        reason="主办", wrong=(("desk", f"{E}.accepted.offer{WHO}"),)),
    "take": a_step("take", "handler", f.ACCEPT, f.OFFER, to_state="handling", contact_name="值班",
        wrong=(("other_handler", f"{E}.dispatched.take{WHO}"), ("worker", f"{E}.dispatched.take{WHO}"))),
    "object": a_step("object", "head", f.ACCEPT, f.OFFER, to_state="objected",
        legal_basis="职责清单", reason="不归我们", wrong=(("other_handler", f"{E}.dispatched.object{WHO}"),)),
    "send_elsewhere": a_step("send_elsewhere", "centre", f.ACCEPT, f.OFFER, RETURN,
        to_state="accepted", unit="housing_bureau", reason="另派",
        wrong=(("dispatcher", f"{E}.objected.send_elsewhere{WHO}"),)),
    "appoint": a_step("appoint", "centre", f.ACCEPT, f.OFFER, RETURN, to_state="handling",
        unit="sanitation", reason="指定", wrong=(("head", f"{E}.objected.appoint{WHO}"),)),
    "answer": a_step("answer", "handler", *f.HANDLED, **ANSWER,
        wrong=(("other_handler", f"{E}.handling.answer{WHO}"),)),
    "claim_done": a_step("claim_done", "handler", *f.HANDLED, to_state="claimed", pictures=2,
        feedback="已清", record="清运", wrong=(("reporter", f"{E}.handling.claim_done{WHO}"),)),
    "confirm": a_step("confirm", "reporter", *CLAIMED, to_state="closed", wrong=(
        ("next_reporter", f"{E}.claimed.confirm{WHO}"), ("handler", f"{E}.claimed.confirm{WHO}"),
        ("public", f"{E}.claimed.confirm{WHO}"))),
    "check_pass": a_step("check_pass", "checker", *CLAIMED, to_state="closed", record="看过",
        seen_on="2026-03-10", wrong=(("handler", f"{E}.claimed.check_pass{WHO}"),)),
    "not_solved": a_step("not_solved", "reporter", *CLAIMED, to_state="handling", reason="没清干净",
        wrong=(("next_reporter", f"{E}.claimed.not_solved{WHO}"),)),
    "rate": a_step("rate", "reporter", *f.CLOSED, to_state="closed", rating="satisfied",
        rating_text="谢谢", wrong=(("desk", f"{E}.closed.rate{WHO}"),)),
    "reopen": a_step("reopen", "worker", *f.CLOSED, to_state="handling", reason="又堆满了",
        wrong=(("next_worker", f"{E}.closed.reopen{WHO}"),)),
    "appeal": a_step("appeal", "reporter", *f.CLOSED, to_state="closed", reason="没有解决", acts=2,
        wrong=(("handler", f"{E}.closed.appeal{WHO}"),)),
    "withdraw": a_step("withdraw", "reporter", f.ACCEPT, to_state="withdrawn",
        wrong=(("desk", f"{E}.open.withdraw{WHO}"), ("next_reporter", f"{E}.open.withdraw{WHO}"))),
    "extend": a_step("extend", "head", *f.HANDLED, milestone="clear", new_due_on="2026-03-10T16:30:00+08:00",
        reason="车坏了", wrong=(("handler", f"{E}.handling.extend{WHO}"),)),
    "hang": a_step("hang", "centre", *f.HANDLED, to_state="hung", **HANG,
        wrong=(("handler", f"{E}.handling.hang{WHO}"),)),
    "review": a_step("review_release", "centre", *f.HANDLED, ("centre", "hang", HANG),
        to_state="handling", reason="钱到了", wrong=(("head", f"{E}.hung.review_release{WHO}"),)),
    "whistle": a_step("whistle", "township", units=("housing_bureau",), need="吊车", meet_at="东门",
        wrong=(("desk", f"{E}.open.whistle{WHO}"),)),
    "supervise": a_step("supervise", "centre", *f.HANDLED, supervise_reason="overdue", reason="超时",
        wrong=(("supervisor", f"{E}.open.supervise{WHO}"),)),
    "split": a_step("split", "desk", type_code="A01", type="B02", note="还有一盏灯", acts=2,
        wrong=(("worker", f"{E}.open.split{WHO}"),)),
    "redirect": a_step("redirect", "desk", to_state="redirected", redirect_case="market",
        answer_text="物业负责", wrong=(("worker", f"{E}.reported.redirect{WHO}"),)),
    "solve_here": a_step("solve_here", "worker", f.ACCEPT, to_state="claimed", pictures=1,
        feedback="清了", wrong=(("next_worker", f"{E}.accepted.solve_here{WHO}"),)),
    "merge, proposed": a_step("merge", "desk", to_state="reported", leading="", reason="同一处",
        wrong=(("worker", f"{E}.reported.merge{WHO}"), ("public", "merge/needs:leading"),)),
    "wait_person": a_step("wait_person", "handler", *SERVING, to_state="waiting_person",
        type_code="F02", asked_for="户口本", ask_until_on="2026-03-20", ask_channel="上门",
        wrong=(("desk", f"service.serving.wait_person{WHO}"),)),
    "screen": a_step("screen", "intake", type_code="H01", to_state="screened", screen_violence="no",
        screen_capacity="yes", screen_bar="no", screen_authority="no",
        wrong=(("desk", f"dispute.applied.screen{WHO}"),)),
    "hand over": a_step("hand_over", "desk", type_code="B05", to_state="handed_over", line="119",
        wrong=(("public", f"emergency.raised.hand_over{WHO}"),)),
}  # fmt: skip


def raising() -> Proof:
    before = Matter.objects.count()
    return Proof(
        face.raise_matter,
        {"draft": f.draft(), "contact": f.CONTACT, "photos": [f.photo()]},
        PUBLIC,
        (),
        lambda: Matter.objects.count() == before + 1 and PhotoRow.objects.count() == 1,
        action="raise",
    )


def adding_photos() -> Proof:
    matter = f.raised()
    return Proof(
        face.add_photos,
        {"matter_id": matter.id, "photos": [f.photo(), f.photo(stage="before")]},
        reporter(matter),
        ((PUBLIC, "matter.unknown"), (f.NEXT_WORKER, "matter.unknown")),
        lambda: row(matter).photos == row(matter).pictures.count() == 2,
    )


def adding_a_voice_note() -> Proof:
    matter = f.raised()
    return Proof(
        face.add_voice_note,
        {"matter_id": matter.id, "content": webm(1)},
        reporter(matter),
        ((PUBLIC, "matter.unknown"), (f.NEXT_WORKER, "matter.unknown")),
        lambda: row(matter).sounds == row(matter).recordings.count() == 1,
    )


def writing_down() -> Proof:
    matter = f.raised()
    mine = reporter(matter)
    face.add_voice_note(
        actor=mine, at=f.AT, command_id=new_id(), matter_id=matter.id, content=webm(1)
    )
    sound = row(matter).recordings.get()
    return Proof(
        face.write_down,
        {"sound_id": sound.pk, "words": f.WORDS},
        f.DESK,
        (
            (mine, "sound.who"),
            (PUBLIC, "matter.unknown"),
            (f.NEXT_WORKER, "matter.unknown"),
            (f.OTHER_HANDLER, "matter.unknown"),
        ),
        lambda: row(matter).recordings.get().words == f.WORDS,
    )


def redacting() -> Proof:
    matter = f.walked(*f.HANDLED, photos=[f.photo()])
    picture = row(matter).pictures.get()
    return Proof(
        face.redact_photo,
        {"photo_id": picture.pk, "boxes": [(0.1, 0.1, 0.3, 0.3)]},
        f.DESK,
        (
            (f.HANDLER, "matter.redact_photo/who"),  # who might cover what shows the work undone
            (f.WORKER, "matter.redact_photo/who"),
            (reporter(matter), "matter.redact_photo/who"),
            (PUBLIC, "matter.unknown"),
            (f.OTHER_HANDLER, "matter.unknown"),
        ),
        lambda: PhotoRow.objects.get(pk=picture.pk).is_redacted,
    )


def revealing() -> Proof:
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    rule = f"event.open.reveal{WHO}"
    return Proof(
        face.reveal_contact,
        {"matter_id": matter.id, "purpose": "约时间上门"},
        f.HANDLER,
        ((f.OTHER_HANDLER, rule), (f.WORKER, rule), (f.SUPERVISOR, rule), (PUBLIC, rule)),
        lambda: True,
        action="reveal",
    )


def changing_contact() -> Proof:
    matter = f.raised(contact=f.CONTACT)
    new = face.Contact(name="另一位", phone="0475-0009999")
    return Proof(
        face.change_contact,
        {"matter_id": matter.id, "contact": new},
        reporter(matter),
        ((f.DESK, "matter.unknown"), (face.reporter_of(f.raised().id), "matter.unknown")),
        lambda: face.read_own_contact(actor=reporter(matter), matter_id=matter.id) == new,
    )


def erasing_contact() -> Proof:
    matter = f.raised(contact=f.CONTACT)
    return Proof(
        face.erase_contact,
        {"matter_id": matter.id},
        reporter(matter),
        ((f.DESK, "matter.unknown"), (PUBLIC, "matter.unknown")),
        lambda: face.read_own_contact(actor=reporter(matter), matter_id=matter.id) is None,
    )


def following() -> Proof:
    matter = f.raised()
    return Proof(
        face.follow_matter,
        {"matter_id": matter.id, "contact": f.CONTACT},
        PUBLIC,
        (),
        lambda: row(matter).follower_count == Follower.objects.count() == 1,
        action="follow",
    )


f.STAFF.setdefault("township", f.somebody("20", f.Hat("township", f.TOWN)))
f.STAFF.setdefault("intake", f.somebody("21", f.Hat("intake", f.TOWN)))
PROOFS = {
    "raise_matter": raising,
    **{f"take_action {name}": make for name, make in STEPS.items()},
    "add_photos": adding_photos,
    "redact_photo": redacting,
    "add_voice_note": adding_a_voice_note,
    "write_down": writing_down,
    "reveal_contact": revealing,
    "change_contact": changing_contact,
    "erase_contact": erasing_contact,
    "follow_matter": following,
}
each = pytest.mark.parametrize("prepare", f.each_of(PROOFS))


def run(proof: Proof, who: Actor, command_id: UUID | None = None) -> Any:
    return proof.command(
        actor=who, at=f.AT + f.DAY / 4, command_id=command_id or new_id(), **proof.given
    )


def files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path) for path in root.rglob("*") if path.is_file()}


@each
def test_it_does_it_and_leaves_one_act(prepare, caplog):
    caplog.set_level("DEBUG")
    proof, command_id = prepare(), new_id()
    acts = Act.objects.count()
    run(proof, proof.right, command_id)
    assert proof.has_done()
    assert Act.objects.count() == acts + proof.acts
    hands_out_code = proof.command in (face.raise_matter, face.follow_matter)
    act = ledger.find_act(act_id_for(command_id) if hands_out_code else command_id)
    assert act is not None
    assert act.action == (proof.action or proof.command.__name__)
    assert act.actor == proof.right.key
    assert act.at == f.AT + f.DAY / 4
    assert act.rule_id
    assert ledger.verify().is_whole
    nothing_personal_was_written(caplog.records)


def nothing_personal_was_written(records: list[logging.LogRecord]) -> None:
    """Contact data is in one sealed column; acts hold facts, opaque keys and staff's own words."""
    acts = "".join(f"{act.core}{act.words}" for act in Act.objects.all())
    outbox = "".join(f"{o.topic}{o.subject}{o.payload}" for o in OutboxRow.objects.all())
    logged = "\n".join(record.getMessage() for record in records if record.name != "django.db")
    kept = f.all_text()
    for secret in (f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email, "另一位", "0475-0009999"):
        for text in (acts, outbox, logged, kept):
            assert secret not in text
    assert f.WORDS not in acts, "a person's words are not staff's"


@each
def test_the_wrong_person_is_refused_with_the_reason(prepare):
    proof = prepare()
    before = f.dump()
    for who, rule in proof.wrong:
        with pytest.raises(Refused) as caught:
            run(proof, who)
        assert caught.value.verdict.rule == rule, who.key
        assert caught.value.verdict.say.zh
        assert caught.value.verdict.say.en
    assert f.dump() == before


@each
def test_nothing_is_saved_when_the_ledger_fails(prepare):
    proof = prepare()
    before, on_disk = f.dump(), files()

    def broken(execute, sql, params, many, context):
        if 'INTO "ledger_act" ' in sql:
            raise OSError(RULE)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken), pytest.raises(OSError, match=RULE):
        run(proof, proof.right)
    assert f.dump() == before
    assert files() == on_disk, "a file without a row was left behind"


@each
def test_replay_changes_nothing(prepare):
    proof, command_id = prepare(), new_id()
    first = run(proof, proof.right, command_id)
    before, on_disk = f.dump(), files()
    second = run(proof, proof.right, command_id)
    assert f.dump() == before
    assert files() == on_disk
    if isinstance(first, face.Raised):
        assert second.receipt_code == first.receipt_code
        assert (second.id, second.ref) == (first.id, first.ref)
        assert (first.is_replay, second.is_replay) == (False, True)
    elif isinstance(first, face.Done):
        assert (second.state, second.action) == (first.state, first.action)
        assert (first.is_replay, second.is_replay) == (False, True)
        assert first.is_proposal == second.is_proposal
    else:
        assert second == first


@pytest.mark.parametrize(
    "prepare",
    f.each_of({name: make for name, make in PROOFS.items() if " " not in name or "accept" in name}),
)
def test_a_command_id_of_something_else_is_refused(prepare):
    proof = prepare()
    used = Act.objects.filter(action="adopt_charter").get().command_id
    before = f.dump()
    with pytest.raises(Refused) as caught:
        run(proof, proof.right, used)
    assert caught.value.verdict.rule in ("command.id_reused", "raise/needs:command_id")
    assert f.dump() == before


@pytest.mark.parametrize("name", [name for name in face.__all__ if name.split("_")[0] in
                                  ("raise", "take", "add", "redact", "reveal", "change", "follow")])  # fmt: skip
def test_every_writing_command_is_proved(name):
    elsewhere = {"reveal_to_link"}  # its actor is a link: tests/rooms/matters/test_links.py
    assert name in {proof.split(" ")[0] for proof in PROOFS} | elsewhere
