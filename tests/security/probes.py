"""What a stranger asks of a room itself, past every page: each answers whether something leaks.

Behind the pages stand second walls. A page that looks first at whether a matter may be read hides
that the command behind it would have refused as well; here that is asked apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.test import Client

from commongrid.charter.matter import Actor
from commongrid.doors.staff.handing import is_office
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.commands.merging import find_leading
from commongrid.rooms.matters.commands.photos import locked_for
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.queries.links import open_link_photo
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions import face as subscriptions
from tests.rooms.people.standing import make_staff
from tests.security.two_places import AT, HERE, UNITS, Person, Standing, account_of

Probe = Callable[[Standing], bool]


def stranger(standing: Standing, unit: str = UNITS[0]) -> Actor:
    """A handler of the same unit, in the other place."""
    return standing.somebody("handler", "there", unit).actor


def _goes(command: Callable[[], Any]) -> bool:
    """Whether a command is carried out, not refused for its matter being unknown."""
    try:
        command()
    except Refused as refused:
        return refused.verdict.rule not in ("matter.unknown", "matter.merge", "matters.leading")
    return True


def _no_post(standing: Standing) -> bool:
    given = {"at": AT, "matter_id": standing.the("matter").id}
    return matters.get_matter(actor=Actor("staff:0"), **given) is not None


def _interest(standing: Standing) -> bool:
    key = str(standing.the("complaint").id)
    who = replace(standing.somebody("supervisor").actor, interests=frozenset({key}))
    return matters.get_matter(actor=who, at=AT, matter_id=standing.the("complaint").id) is not None


def _program(standing: Standing) -> tuple[Person, frozenset[str], str]:
    return standing.keys["desk@above/+read"]


def _get(standing: Standing, token: str, where: str) -> int:
    address = f"/api/v1/staff/matters/{standing.the('matter', where).id}"
    answer = Client().get(address, headers={"authorization": f"Bearer {token}"})
    return answer.status_code


def _key_place(standing: Standing) -> bool:
    token = _program(standing)[2]
    assert _get(standing, token, "here") == 200
    return _get(standing, token, "there") == 200


def _key_revoked(standing: Standing) -> bool:
    token = _program(standing)[2]
    key = people.find_api_key(token, at=AT)
    assert key is not None
    people.revoke_api_key(
        actor=Actor(key=places.SETUP_KEY), at=AT, command_id=new_id(), key_id=key.id, reason="zq"
    )
    return _get(standing, token, "here") == 200


def _explain(standing: Standing) -> bool:
    target = standing.the("matter")
    others = (stranger(standing), matters.reporter_of(standing.the("matter", "there").id))
    return any(
        matters.explain_action(actor=who, at=AT, matter_id=target.id, action="note") is not None
        for who in others
    )


def _list_links(standing: Standing) -> bool:
    given = {"actor": stranger(standing), "at": AT, "matter_id": standing.the("matter").id}
    return bool(matters.list_links(**given))


def _count(standing: Standing) -> bool:
    who, filters = standing.somebody("charter_keeper").actor, matters.Filters()
    return bool(matters.count_matters(actor=who, at=AT, filters=filters).by_state)


def _clusters(standing: Standing) -> bool:
    who, filters = standing.somebody("charter_keeper").actor, matters.Filters()
    return bool(matters.cluster_matters(actor=who, at=AT, filters=filters, zoom=12))


def _similar(standing: Standing) -> bool:
    target = standing.the("matter")
    found = matters.find_similar(
        at=AT, type_code="A01", path=target.path, actor=stranger(standing), limit=20
    )
    return any(word in repr(found) for word in target.words)


def _pack(standing: Standing) -> bool:
    target = standing.the("matter")
    feed = matters.list_field_matters(
        actor=stranger(standing), at=AT, paths=(target.path,), held={}
    )
    return bool(feed.marks)


def _leading(standing: Standing) -> bool:
    one = Matter.objects.get(pk=standing.the("matter", "there").id)
    named = str(standing.the("matter").id)
    try:
        find_leading(one, named, stranger(standing))
    except Refused as refused:
        return "no such matter" not in refused.verdict.say.en
    return True


def _make_link(standing: Standing) -> bool:
    return _goes(
        lambda: matters.make_link(
            actor=stranger(standing), at=AT, command_id=new_id(), body="zq",
            matter_id=standing.the("matter").id, until_on=date(2026, 3, 17),
        )
    )  # fmt: skip


def _end_link(standing: Standing) -> bool:
    link = standing.the("matter").more["link"]
    return _goes(
        lambda: matters.end_link(
            actor=stranger(standing), at=AT, command_id=new_id(), link_id=link.id
        )
    )


def _locked(standing: Standing) -> bool:
    return _goes(lambda: locked_for(stranger(standing), standing.the("matter").id))


def _standing(standing: Standing) -> bool:
    asked = ((stranger(standing), "matter"), (standing.somebody("desk").actor, "complaint"))
    return any(
        matters.find_standing(actor=who, at=AT, matter_id=standing.the(about).id) is not None
        for who, about in asked
    )


def _seen(standing: Standing) -> bool:
    told: list[Any] = []

    def look(seen: Any) -> Mapping[str, Any]:
        told.append(seen)
        return {}

    _goes(
        lambda: matters.take_action(
            actor=stranger(standing), at=AT, command_id=new_id(), action="note", fields={},
            matter_id=standing.the("matter").id, look=look,
        )
    )  # fmt: skip
    return bool(told)


def _asked_by_link(standing: Standing) -> None:
    """The outside body of the first matter asks something: its link waits for the unit."""
    link = standing.the("matter").more["link"]
    page = matters.get_link_page(link_id=link.id, at=AT)
    assert page is not None
    matters.take_action(
        actor=page.actor, at=AT, command_id=new_id(), matter_id=standing.the("matter").id,
        action="outside_ask", fields={"outside_words": "zq"},
    )  # fmt: skip


def _link_waits(standing: Standing) -> bool:
    _asked_by_link(standing)
    who = standing.somebody("handler", "here", UNITS[0]).actor
    assert matters.list_waiting_links(actor=who, at=AT)
    return bool(matters.list_waiting_links(actor=stranger(standing), at=AT))


def _photo_of(standing: Standing, where: str) -> Any:
    return standing.the("matter", where).more["photo"]


def _link_photo(standing: Standing) -> bool:
    link = standing.the("matter").more["link"].id
    assert open_link_photo(link_id=link, photo_id=_photo_of(standing, "here"), at=AT)
    return open_link_photo(link_id=link, photo_id=_photo_of(standing, "there"), at=AT) is not None


def _link_over(standing: Standing) -> bool:
    link = standing.the("matter").more["link"].id
    at = AT + timedelta(days=300)
    return open_link_photo(link_id=link, photo_id=_photo_of(standing, "here"), at=at) is not None


def _link_step(standing: Standing) -> bool:
    target = standing.the("matter")
    page = matters.get_link_page(link_id=target.more["link"].id, at=AT)
    assert page is not None
    try:
        matters.take_action(
            actor=page.actor, at=AT + timedelta(days=20), command_id=new_id(),
            matter_id=target.id, action="outside_ask", fields={"outside_words": "zq"},
        )  # fmt: skip
    except Refused:
        return False
    return True


def _reporter(standing: Standing) -> Actor:
    """Whoever raised a matter of the other place."""
    return matters.reporter_of(standing.the("matter", "there").id)


def _own(standing: Standing) -> bool:
    given = {"at": AT, "matter_id": standing.the("matter").id}
    return matters.get_own_matter(actor=_reporter(standing), **given) is not None


def _own_sound(standing: Standing) -> bool:
    sound = standing.the("matter").more["sound"]
    return matters.open_sound(actor=_reporter(standing), sound_id=sound) is not None


def _own_photo(standing: Standing) -> bool:
    photo = _photo_of(standing, "here")
    return matters.open_photo(actor=_reporter(standing), photo_id=photo) is not None


def _webhook_role(standing: Standing) -> bool:
    return bool(subscriptions.list_webhooks(standing.somebody("desk").actor))


def _webhook_kept(standing: Standing) -> bool:
    who = standing.somebody("data_officer", "there").actor
    return _goes(
        lambda: subscriptions.remove_webhook(
            actor=who, at=AT, command_id=new_id(), webhook_id=standing.the("webhook").id
        )
    ) and not subscriptions.list_webhooks(standing.somebody("data_officer").actor)


def _webhook_added(standing: Standing) -> bool:
    who = standing.somebody("data_officer", "there").actor
    given = {"actor": who, "at": AT, "command_id": new_id(), "place_code": HERE}
    try:
        subscriptions.add_webhook(name="zq", url="https://192.0.2.7/zq", **given)
    except Refused:
        return False
    return True


def _returned_kept(standing: Standing) -> bool:
    row = standing.the("returned").id
    IntentionRow.objects.filter(pk=row).update(in_charge=";supervisor;")
    return fieldwork.find_returned(standing.somebody("desk").actor, row) is not None


def _phones_role(standing: Standing) -> bool:
    return bool(fieldwork.list_phones(standing.somebody("desk").actor, AT))


def _office(standing: Standing) -> bool:
    who = standing.somebody("appointing", "there").actor
    here = standing.somebody("appointing").actor
    card = fieldwork.find_handover(here, standing.the("handover").id)
    assert card is not None
    return is_office(who, card)


def _second_step(standing: Standing) -> bool:
    card = make_staff("half", "desk", standing.paths[HERE], must_use_totp=True)
    client = Client()
    client.force_login(account_of(Person("desk", "here", "", standing.paths[HERE], card.id)))
    return client.get("/desk/").status_code == 200


PROBES: Mapping[str, Probe] = {
    "no_post": _no_post,
    "link_step": _link_step,
    "interest": _interest, "key_place": _key_place, "key_revoked": _key_revoked,
    "explain": _explain, "list_links": _list_links, "count": _count, "clusters": _clusters,
    "similar": _similar, "pack": _pack, "leading": _leading, "make_link": _make_link,
    "end_link": _end_link, "locked": _locked, "standing": _standing, "seen": _seen,
    "waiting_links": _link_waits, "link_photo": _link_photo, "link_over": _link_over,
    "own": _own, "own_sound": _own_sound, "own_photo": _own_photo,
    "webhook_role": _webhook_role, "webhook_kept": _webhook_kept,
    "webhook_added": _webhook_added,
    "returned_kept": _returned_kept, "phones_role": _phones_role, "office": _office,
    "second_step": _second_step,
}  # fmt: skip
