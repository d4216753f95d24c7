"""One-matter links: what they open, what they do, and everything they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, OutsideLink
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
TODAY = date(2026, 3, 10)
BODY = "演示市政工程队"


def handled(**more: Any) -> face.Raised:
    return f.walked(*f.HANDLED, **more)


def made(matter: face.Raised, who=f.HANDLER, at=NOW, **more: Any) -> face.LinkMade:
    given = {"body": BODY, "until_on": TODAY + timedelta(days=7), "command_id": new_id(), **more}
    return face.make_link(actor=who, at=at, matter_id=matter.id, **given)


def page(link: face.LinkMade, at=NOW) -> face.LinkPage:
    found = face.find_link(link.token)
    assert found == link.id
    return face.get_link_page(link_id=found, at=at)


def by_link(link: face.LinkMade, action: str, at=NOW, pictures=(), **fields: Any) -> face.Done:
    shown = page(link, at)
    return face.take_action(
        actor=shown.actor, at=at, command_id=new_id(), matter_id=shown.link.matter_id,
        action=action, fields=fields, photos=pictures,
    )  # fmt: skip


def refused(call: Any, *args: Any, **more: Any) -> str:
    before = f.dump()
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    assert f.dump() == before, "a refused step changes nothing"
    assert caught.value.verdict.say.zh
    assert caught.value.verdict.say.en
    return caught.value.verdict.rule


# --- making


@pytest.mark.parametrize("who", [f.HANDLER, f.HEAD, f.DESK])
def test_the_holding_unit_or_the_desk_hands_out_a_link(who):
    matter = handled()
    acts = Act.objects.count()
    link = made(matter, who)
    assert Act.objects.count() == acts + 1
    row = OutsideLink.objects.get()
    assert (row.body, row.unit, row.made_by) == (BODY, "sanitation", who.key)
    act = list_acts(f"matter:{matter.id}")[-1]
    assert (act.action, act.power, act.actor) == ("make_link", "make_link", who.key)
    assert verify().is_whole
    shown = page(link)
    assert (shown.link.state, shown.text) == (face.LinkState.LIVE, f.WORDS)
    assert [c.action for c in shown.choices] == list(face.LINK_STEPS)


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (f.WORKER, "event.handling.make_link/who"),
        (f.SUPERVISOR, "event.handling.make_link/who"),
        (f.OTHER_HANDLER, "matter.unknown"),
        (f.NEXT_WORKER, "matter.unknown"),
        (f.RESIDENT, "matter.unknown"),
    ],
)
def test_nobody_else_does(who, rule):
    assert refused(made, handled(), who) == rule


def test_a_matter_that_no_unit_holds_is_handed_to_nobody():
    assert refused(made, f.walked(f.ACCEPT), f.DESK) == "event.accepted"


@pytest.mark.parametrize("days", [-1, 16, 400])
def test_a_link_ends_by_itself_within_the_charters_days(days):
    rule = refused(made, handled(), until_on=TODAY + timedelta(days=days))
    assert rule == "link.days"


def test_what_is_kept_apart_is_handed_to_nobody():
    matter = handled()
    Matter.objects.filter(pk=matter.id).update(is_sealed=True)
    assert refused(made, matter) == "matter.sealed"


@pytest.mark.parametrize("body", ["", "   ", "长" * 81])
def test_the_body_has_a_name(body):
    assert refused(made, handled(), body=body) == "event.handling.make_link/needs:outside_body"


def test_only_a_digest_is_kept_and_a_replay_shows_the_same_link():
    matter, command_id = handled(), new_id()
    link = made(matter, command_id=command_id)
    assert link.token not in f.all_text()
    assert str(command_id) not in f.all_text(), "the link follows from it"
    before = f.dump()
    again = made(matter, command_id=command_id)
    assert (again.token, again.id, again.is_replay) == (link.token, link.id, True)
    assert f.dump() == before
    act = list_acts(f"matter:{matter.id}")[-1]
    assert refused(made, matter, command_id=act.command_id) == "command.id_reused"
    assert refused(made, matter, f.DESK, command_id=command_id) == "command.id_reused"


@pytest.mark.parametrize("token", ["", "x", "字" * 43, "a" * 43, "a" * 500])
def test_a_guessed_link_opens_nothing(token):
    made(handled())
    assert face.find_link(token) is None


# --- working


def test_each_step_is_one_act_of_the_link_and_moves_no_state():
    matter = handled()
    link = made(matter)
    before = Matter.objects.get()
    owed = list(before.promises.order_by("id").values_list("key", "status", "due_at"))
    steps = [
        ("outside_accept", {}),
        ("outside_ask", {"outside_words": "钥匙在哪里拿?"}),
        ("outside_object", {"outside_words": "需要吊车。"}),
        ("outside_done", {"record": "清走一车。", "pictures": [f.photo(f.CLEAN.content)]}),
    ]
    for action, fields in steps:
        acts = Act.objects.count()
        done = by_link(link, action, **fields)
        assert (done.state, Act.objects.count()) == ("handling", acts + 1)
        act = list_acts(f"matter:{matter.id}")[-1]
        assert (act.actor, act.role) == (f"link:{link.id}", "outside_handler")
        assert OutsideLink.objects.get().last_action == action
    after = Matter.objects.get()
    assert (after.unit, after.state, after.photos) == (before.unit, "handling", 1)
    assert list(after.promises.order_by("id").values_list("key", "status", "due_at")) == owed
    assert after.handlers == before.handlers
    assert verify().is_whole


def test_done_needs_a_photo_or_a_record():
    link = made(handled())
    assert refused(by_link, link, "outside_done", record="") in (
        "event.handling.outside_done/needs:record",
        "event.handling.outside_done/evidence",
    )


def test_a_replayed_step_is_harmless():
    link = made(handled())
    given = {
        "actor": page(link).actor, "at": NOW, "command_id": new_id(),
        "matter_id": page(link).link.matter_id, "action": "outside_ask",
        "fields": {"outside_words": "?"},
    }  # fmt: skip
    face.take_action(**given)
    before = f.dump()
    assert face.take_action(**given).is_replay
    assert f.dump() == before


@pytest.mark.parametrize("step", ["make", "outside_done", "end"])
def test_a_broken_ledger_saves_nothing(step, monkeypatch):
    matter = handled()
    link = made(matter)
    calls = {
        "make": lambda: made(matter),
        "outside_done": lambda: by_link(link, "outside_done", record="好了", pictures=[f.photo()]),
        "end": lambda: face.end_link(actor=f.HANDLER, at=NOW, command_id=new_id(), link_id=link.id),
    }
    before = f.dump()

    def broken(draft: object) -> None:
        raise OSError("ledger")

    with monkeypatch.context() as patch:
        for name in ("ledger.face._record_act", "rooms.matters.commands.links.record_act"):
            patch.setattr(f"commongrid.{name}", broken)
        with pytest.raises(OSError, match="ledger"):
            calls[step]()
    assert f.dump() == before


def test_the_unit_finds_who_waits_and_answers():
    matter = handled()
    link = made(matter)
    for who in (f.HANDLER, f.DESK):
        assert face.list_waiting_links(actor=who, at=NOW) == ()
    by_link(link, "outside_ask", outside_words="钥匙在哪里拿?")
    waiting = face.list_waiting_links(actor=f.HANDLER, at=NOW)
    assert [(w.link.body, w.matter.ref) for w in waiting] == [(BODY, matter.ref)]
    assert face.list_waiting_links(actor=f.OTHER_HANDLER, at=NOW) == ()
    f.step(matter.id, "handler", "answer_outside", NOW, outside_words="门卫处。")
    assert face.list_waiting_links(actor=f.HANDLER, at=NOW) == ()
    talk = page(link).talk
    assert [step.words["outside_words"].zh for step in talk] == ["钥匙在哪里拿?", "门卫处。"]
    assert {step.actor_name for step in talk} == {""}


def test_claimed_work_waits_for_nobody():
    matter = handled()
    by_link(made(matter), "outside_done", record="清走。", pictures=[f.photo()])
    f.step(matter.id, "handler", "claim_done", NOW, feedback="好了", record="清运",
           pictures=[f.CLEAN])  # fmt: skip
    assert face.list_waiting_links(actor=f.HANDLER, at=NOW) == ()


# --- what it does not open


def test_it_is_bound_to_one_matter_and_to_its_steps():
    matter, other = handled(), handled()
    link = made(matter, actions=["outside_accept", "outside_done"])
    assert [c.action for c in page(link).choices] == ["outside_accept", "outside_done"]
    actor = page(link).actor
    given = {"actor": actor, "at": NOW, "fields": {"outside_words": "?"}}

    def act(matter_id: object, action: str) -> None:
        face.take_action(**given, command_id=new_id(), matter_id=matter_id, action=action)

    assert refused(act, matter.id, "outside_ask") == "link.not_live"
    assert refused(act, other.id, "outside_accept") == "link.not_live"
    for action in ("claim_done", "note", "answer", "withdraw", "add_words", "reveal", "make_link"):
        assert refused(act, matter.id, action) in (
            "link.not_live",
            f"matters.own_command/{action}",
        )
    forged = replace(actor, links=frozenset({str(other.id)}))
    given["actor"] = forged
    assert refused(act, other.id, "outside_accept") == "link.not_live"
    assert face.get_matter(actor=actor, at=NOW, matter_id=matter.id) is None
    assert face.get_own_matter(actor=actor, at=NOW, matter_id=matter.id) is None


def test_no_contact_data_unless_a_purpose_was_named():
    link = made(handled(contact=f.CONTACT))
    shown = page(link)
    assert not shown.may_reveal
    for secret in (f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email):
        assert secret not in repr(shown)

    def reveal() -> None:
        face.reveal_to_link(link_id=link.id, at=NOW, command_id=new_id())

    assert refused(reveal) == "link.no_contact"


def test_contact_data_for_a_purpose_are_logged_and_told():
    matter = handled(contact=f.CONTACT)
    link = made(matter, contact_purpose="约时间进屋")
    assert page(link).may_reveal
    acts = Act.objects.count()
    found = face.reveal_to_link(link_id=link.id, at=NOW, command_id=new_id())
    assert found == f.CONTACT
    assert Act.objects.count() == acts + 1
    mine = face.reporter_of(matter.id)
    own = face.get_own_matter(actor=mine, at=NOW, matter_id=matter.id)
    step = own.steps[-1]
    assert "contact data" in step.told.en
    assert {name: words.zh for name, words in step.words.items()} == {
        "outside_body": BODY, "purpose": "约时间进屋",
    }  # fmt: skip
    (told,) = face.list_openings(actor=mine, matter_id=matter.id)
    assert told.kind.en == "for the work of an outside body"
    code = face.follow_matter(
        actor=f.RESIDENT, at=NOW, command_id=new_id(), matter_id=matter.id
    ).receipt_code
    follower = face.find_by_receipt(code)[1]
    theirs = face.get_own_matter(actor=follower, at=NOW, matter_id=matter.id)
    assert "约时间进屋" not in repr(theirs)


def test_opening_contact_data_is_done_once_and_not_without_its_act():
    link, command_id = made(handled(contact=f.CONTACT), contact_purpose="约时间进屋"), new_id()
    before = f.dump()

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'INTO "ledger_act" ' in sql:
            raise OSError("no ledger")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken), pytest.raises(OSError, match="no ledger"):
        face.reveal_to_link(link_id=link.id, at=NOW, command_id=command_id)
    assert f.dump() == before
    assert face.reveal_to_link(link_id=link.id, at=NOW, command_id=command_id) == f.CONTACT
    after = f.dump()
    assert face.reveal_to_link(link_id=link.id, at=NOW, command_id=command_id) == f.CONTACT
    assert f.dump() == after


def test_the_reporter_reads_which_body_and_not_the_talk():
    matter = handled()
    link = made(matter)
    by_link(link, "outside_ask", outside_words="钥匙在哪里拿?")
    own = face.get_own_matter(actor=face.reporter_of(matter.id), at=NOW, matter_id=matter.id)
    assert BODY in repr(own.steps)
    assert "钥匙" not in repr(own.steps)


# --- the end


def ways_out() -> dict[str, Any]:
    def take_back(matter: face.Raised, link: face.LinkMade) -> None:
        face.end_link(actor=f.DESK, at=NOW, command_id=new_id(), link_id=link.id)

    def other_unit(matter: face.Raised, link: face.LinkMade) -> None:
        Matter.objects.update(unit="housing_bureau")

    def withdraw(matter: face.Raised, link: face.LinkMade) -> None:
        f.step(matter.id, "reporter", "withdraw", NOW)

    def wait(matter: face.Raised, link: face.LinkMade) -> None:
        OutsideLink.objects.update(made_at=NOW - f.DAY, expires_at=NOW)

    return {"ended": take_back, "moved": other_unit, "over": withdraw, "expired": wait}


@pytest.mark.parametrize("why", list(ways_out()))
def test_a_link_that_is_over_says_why_and_opens_nothing(why):
    matter = handled(photos=[f.photo()], contact=f.CONTACT)
    link = made(matter, contact_purpose="约时间")
    photo = page(link).photos[0]
    actor = page(link).actor
    assert face.open_link_photo(link_id=link.id, photo_id=photo.id, at=NOW)
    ways_out()[why](matter, link)
    shown = page(link)
    assert shown.link.state == why
    assert (shown.matter, shown.text, shown.photos, shown.choices) == (None, "", (), ())
    assert face.open_link_photo(link_id=link.id, photo_id=photo.id, at=NOW) is None
    assert refused(
        face.take_action, actor=actor, at=NOW, command_id=new_id(), matter_id=matter.id,
        action="outside_accept", fields={},
    ) == "link.not_live"  # fmt: skip
    with pytest.raises(Refused):
        face.reveal_to_link(link_id=link.id, at=NOW, command_id=new_id())


def test_a_photo_of_another_matter_stays_closed():
    other = handled(photos=[f.photo()])
    photo = face.get_matter(actor=f.DESK, at=NOW, matter_id=other.id).photos[0]
    link = made(handled())
    assert face.open_link_photo(link_id=link.id, photo_id=photo.id, at=NOW) is None


def test_a_link_is_taken_back_once_in_one_act():
    matter = handled()
    link, command_id = made(matter), new_id()
    given = {"actor": f.HANDLER, "at": NOW, "link_id": link.id}
    acts = Act.objects.count()
    face.end_link(**given, command_id=command_id)
    assert face.end_link(**given, command_id=command_id).is_replay
    assert Act.objects.count() == acts + 1
    assert refused(face.end_link, **given, command_id=new_id()) == "link.ended"
    assert [c.state for c in face.list_links(actor=f.DESK, at=NOW, matter_id=matter.id)] == [
        "ended"
    ]
    assert face.list_links(actor=f.OTHER_HANDLER, at=NOW, matter_id=matter.id) == ()


def test_strangers_take_no_link_back():
    link = made(handled())
    given = {"at": NOW, "command_id": new_id(), "link_id": link.id}
    assert refused(face.end_link, actor=f.OTHER_HANDLER, **given) == "matter.unknown"
    assert refused(face.end_link, actor=f.WORKER, **given) == "event.open.end_link/who"


def test_contact_erased_erases_the_purpose():
    matter = handled(contact=f.CONTACT)
    made(matter, contact_purpose="约时间进屋")
    f.step(matter.id, "reporter", "withdraw", NOW)
    face.erase_due(at=NOW + 400 * f.DAY)
    assert OutsideLink.objects.get().contact_purpose == ""
