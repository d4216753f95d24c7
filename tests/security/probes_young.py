"""What a stranger asks of complaints, duties, findings and publications, past every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import ActDraft, record_act
from commongrid.ledger.models import Act
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.complaints.models import Accused, Complaint
from commongrid.rooms.complaints.reading import level_hat
from commongrid.rooms.duties import face as duties
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.queries.lists import readable as overseen
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.publications import face as publications
from commongrid.site.acts_scope import audited_by
from tests.rooms.duties.standing import LATER
from tests.security.two_places import AT, CITY, GRIDS, HERE, TOWNS, UNITS, Person, Standing
from tests.security.young import OWED, PUBLISHED

Probe = Callable[[Standing], bool]
WORDS = "zq words"


def _refused_as(command: Callable[[], Any]) -> str:
    """The rule that refuses a command, or "" where it is carried out."""
    try:
        command()
    except Refused as refused:
        return refused.verdict.rule
    return ""


def _given() -> dict[str, Any]:
    return {"at": AT, "command_id": new_id()}


# --- complaints ----------------------------------------------------------------------------------


def _supervisor(standing: Standing, unit: str = UNITS[1]) -> Person:
    """Of the unit that no complaint here is about."""
    return standing.somebody("supervisor", "here", unit)


def _sees(standing: Standing, who: Actor) -> bool:
    ref = standing.the("grievance").id
    return complaints.find_complaint(who, ref, AT) is not None


def _touched(standing: Standing, who: Actor, **accused: Any) -> bool:
    """Whether somebody who read it still does, once it is about these posts."""
    assert _sees(standing, who)
    row = Complaint.objects.get(ref=standing.the("grievance").id)
    Accused.objects.create(complaint=row, **accused)
    return _sees(standing, who)


def _kept(standing: Standing) -> bool:
    who, ref = _supervisor(standing).actor, standing.the("grievance").id
    complaints.take(actor=who, ref=ref, **_given())
    return _sees(standing, replace(who, hats=(Hat("desk", standing.paths[HERE]),)))


def _no_post(standing: Standing) -> bool:
    return bool(complaints.list_complaints(Actor("staff:999999"), AT))


def _left(standing: Standing) -> bool:
    who, ref = _supervisor(standing).actor, standing.the("grievance").id
    complaints.step_out(actor=who, ref=ref, **_given())
    return _sees(standing, who)


def _worked(standing: Standing) -> bool:
    who, matter = _supervisor(standing).actor, standing.the("matter")
    filing = complaints.Filing(
        place_code=HERE, about=complaints.About.STAFF, words=WORDS,
        matter_code=matter.more["receipt"],
    )  # fmt: skip
    filed = complaints.file_complaint(filing=filing, reach=None, **_given())
    assert complaints.find_complaint(who, filed.ref, AT)
    record_act(
        ActDraft(command_id=new_id(), subject=f"matter:{matter.id}", action="raise_level",
                 actor=who.key, rule_id="test", at=AT)
    )  # fmt: skip
    return complaints.find_complaint(who, filed.ref, AT) is not None


def _self(standing: Standing) -> bool:
    who = _supervisor(standing)
    return _touched(standing, who.actor, account_id=who.account_id, path=who.path)


def _same_post(standing: Standing) -> bool:
    who = _supervisor(standing)
    other = _supervisor(standing, UNITS[0]).account_id
    return _touched(standing, who.actor, account_id=other, role=who.role, path=who.path)


def _unit_below(standing: Standing) -> bool:
    path = standing.paths[HERE].partition(CITY)[0] + f"{CITY}/"
    return _touched(standing, _supervisor(standing).actor, unit=UNITS[1], path=path)


def _unit_above(standing: Standing) -> bool:
    path = standing.paths[GRIDS["here"]]
    return _touched(standing, _supervisor(standing).actor, unit=UNITS[1], path=path)


def _line(standing: Standing) -> bool:
    who, grid = _supervisor(standing).actor, standing.paths[GRIDS["here"]]
    above = replace(who, hats=(*who.hats, Hat("township", standing.paths[HERE])))
    worker = standing.somebody("grid_worker", "grid").account_id
    return _touched(standing, above, account_id=worker, role="grid_worker", path=grid)


def _level(standing: Standing) -> bool:
    row = Complaint.objects.get(ref=standing.the("grievance").id)
    return level_hat(standing.somebody("supervisor", "there").actor, row) is not None


def _level_role(standing: Standing) -> bool:
    row = Complaint.objects.get(ref=standing.the("grievance").id)
    return level_hat(standing.somebody("desk").actor, row) is not None


def _named_staff(standing: Standing) -> bool:
    who = standing.somebody("supervisor", "there").actor
    return bool(complaints.list_named_staff(who, standing.the("grievance").id, AT))


def _locked(standing: Standing) -> bool:
    who, ref = standing.somebody("supervisor", "there").actor, standing.the("grievance").id
    rule = _refused_as(lambda: complaints.take(actor=who, ref=ref, **_given()))
    return not rule.endswith(".none")


def _codes(standing: Standing) -> tuple[tuple[str, str], ...]:
    """The receipt codes of both places, each with the number it opens."""
    both = (standing.the("grievance", where) for where in ("here", "there"))
    return tuple((thing.more["code"], thing.id) for thing in both)


def _code(standing: Standing) -> bool:
    pages = [(complaints.find_own(code, AT), ref) for code, ref in _codes(standing)]
    return any(page is None or page.card.ref != ref for page, ref in pages)


def _own(standing: Standing) -> bool:
    """Whether saying more under one code adds to another complaint."""
    for code, ref in _codes(standing):
        complaints.say_more(code=code, words=WORDS, **_given())
        if Complaint.objects.get(ref=ref).entries.count() != 2:
            return True
    return False


def _levels(standing: Standing) -> bool:
    return bool(complaints.list_levels(standing.somebody("desk").actor, AT))


def _makes_key(standing: Standing, who: Person) -> bool:
    return not _refused_as(
        lambda: complaints.make_key(
            actor=who.actor, path=standing.paths[HERE], **_given(),
            passphrase="a long passphrase of many words",
        )
    )  # fmt: skip


def _key(standing: Standing) -> bool:
    return _makes_key(standing, standing.somebody("supervisor", "there"))


def _key_role(standing: Standing) -> bool:
    return _makes_key(standing, standing.somebody("desk"))


# --- findings ------------------------------------------------------------------------------------


def _frame(standing: Standing) -> bool:
    kinds = ("matter", "complaint")
    closed = {standing.the(kind, where).id for kind in kinds for where in ("here", "there")}
    last = AT.replace(day=AT.day - 1)
    Matter.objects.filter(pk__in=closed).update(state="closed", closed_at=last)
    who = standing.somebody("supervisor").actor
    card = findings.find_sample(who, standing.the("sample").id, AT)
    assert card is not None
    found = {one.id for one in findings.list_closed(card)}
    assert standing.the("matter").id in found
    return bool(found & (closed - {standing.the("matter").id}))


def _watched(standing: Standing) -> bool:
    """Whether a list of the place could hold what lies elsewhere, or what others keep."""
    found = set(overseen(standing.somebody("supervisor").actor, AT).values_list("pk", flat=True))
    assert standing.the("matter").id in found
    kept = {standing.the("matter", "there").id, standing.the("complaint").id}
    return bool(found & kept)


def _watched_sealed(standing: Standing) -> bool:
    sealed = standing.the("sealed").id
    Matter.objects.filter(pk=sealed).update(in_charge="")
    return overseen(standing.somebody("supervisor").actor, AT).filter(pk=sealed).exists()


def _opened_words(standing: Standing) -> bool:
    matters.reveal_contact(
        actor=standing.somebody("desk").actor, matter_id=standing.the("matter").id,
        purpose=WORDS, **_given(),
    )  # fmt: skip
    page = findings.list_watched(
        findings.Watch.OPENED, actor=standing.somebody("village_watch").actor, at=AT
    )
    assert page.rows
    return WORDS in repr(page)


def _found(standing: Standing, who: Person, **more: Any) -> str:
    return _refused_as(
        lambda: findings.make_finding(
            actor=who.actor, place_code=HERE, unit=UNITS[0], text=WORDS, **more, **_given()
        )
    )


def _finding_matter(standing: Standing) -> bool:
    ref = standing.the("matter", "there").more["ref"]
    return not _found(standing, standing.somebody("supervisor"), matter_ref=ref)


def _finding_made(standing: Standing) -> bool:
    return not _found(standing, standing.somebody("supervisor", "there"))


def _finding_role(standing: Standing) -> bool:
    return not _found(standing, standing.somebody("desk"))


def _finding_answer(standing: Standing) -> bool:
    finding = standing.the("finding").more["id"]
    who = standing.somebody("handler", "here", UNITS[1]).actor
    return not _refused_as(
        lambda: findings.answer_finding(actor=who, finding_id=finding, text=WORDS, **_given())
    )


# --- duties and publications ---------------------------------------------------------------------


def _decides(standing: Standing, role: str, where: str) -> bool:
    duty = standing.the("duty").more["id"]
    return not _refused_as(
        lambda: duties.decide_duty(
            actor=standing.somebody(role, where).actor, at=LATER, command_id=new_id(),
            admission_id=duty, is_approved=False, reason=WORDS,
        )
    )  # fmt: skip


def _duty_decided(standing: Standing) -> bool:
    return _decides(standing, "reviewer", "there")


def _duty_role(standing: Standing) -> bool:
    return _decides(standing, "desk", "here")


def _duty_opinion(standing: Standing) -> bool:
    who, duty = standing.somebody("grid_worker", "there").actor, standing.the("duty").more["id"]
    return not _refused_as(
        lambda: duties.give_opinion(actor=who, admission_id=duty, is_for=True, **_given())
    )


def _duty_counts(standing: Standing) -> bool:
    ref, duty = standing.the("duty").id, standing.the("duty").more["id"]
    against = standing.somebody("grid_worker", "grid").actor
    duties.give_opinion(actor=against, admission_id=duty, is_for=False, **_given())
    card = duties.find_admission(ref, AT)
    assert card is not None
    return bool(card.votes_for or card.votes_against)


def _duty_words(standing: Standing) -> bool:
    card = duties.find_admission(standing.the("duty").id, AT)
    return any(word in repr(card) for word in standing.the("opinion").words)


def _published(standing: Standing, who: Person, period: str, **more: Any) -> bool:
    draft = publications.AffairDraft(
        place_code=standing.the("publisher").id, rule="affairs", period=period, title=WORDS,
        text=WORDS, **more,
    )  # fmt: skip
    return not _refused_as(
        lambda: publications.publish_affair(actor=who.actor, draft=draft, **_given())
    )


def _affair(standing: Standing) -> bool:
    return _published(standing, standing.somebody("desk", "there"), OWED)


def _affair_corrected(standing: Standing) -> bool:
    other = standing.the("publisher", "there").more["affair"]
    return _published(standing, standing.somebody("desk"), PUBLISHED, corrects=other)


# --- acts ----------------------------------------------------------------------------------------


def _acts(kind: str, named: Callable[[Standing, str], Any]) -> Probe:
    """Whether an auditor of one place reads acts about the other; their own they do read."""

    def asked(standing: Standing) -> bool:
        who = standing.somebody("supervisor")
        acts = audited_by((who.path,)).narrowed(Act.objects.order_by("-id"))
        mine, other = (f"{kind}:{named(standing, where)}" for where in ("here", "there"))
        assert acts.filter(subject=mine).exists(), mine
        assert Act.objects.filter(subject=other).exists(), other
        return acts.filter(subject=other).exists()

    return asked


ACTS: Mapping[str, Probe] = {
    "acts_matter": _acts("matter", lambda standing, where: standing.the("matter", where).id),
    "acts_person": _acts("person", lambda standing, where: standing.the("person", where).id),
    "acts_place": _acts("charter", lambda _, where: TOWNS[where]),
    "acts_finding": _acts("finding", lambda standing, where: standing.the("finding", where).id),
    "acts_sample": _acts("sample", lambda standing, where: standing.the("sample", where).id),
    "acts_duty": _acts("duty", lambda standing, where: standing.the("duty", where).id),
}

YOUNG_PROBES: Mapping[str, Probe] = {
    "complaint_kept": _kept, "complaint_no_post": _no_post, "complaint_left": _left,
    "complaint_worked": _worked, "complaint_self": _self, "complaint_same_post": _same_post,
    "complaint_unit_below": _unit_below, "complaint_unit_above": _unit_above,
    "complaint_line": _line, "complaint_level": _level, "complaint_level_role": _level_role,
    "complaint_staff": _named_staff, "complaint_locked": _locked, "complaint_code": _code,
    "complaint_own": _own, "complaint_levels": _levels, "complaint_key": _key,
    "complaint_key_role": _key_role,
    "frame": _frame, "watched": _watched, "watched_sealed": _watched_sealed,
    "opened_words": _opened_words, "finding_matter": _finding_matter,
    "finding_made": _finding_made, "finding_role": _finding_role,
    "finding_answer": _finding_answer,
    "duty_decided": _duty_decided, "duty_role": _duty_role, "duty_opinion": _duty_opinion,
    "duty_counts": _duty_counts, "duty_words": _duty_words, "affair": _affair,
    "affair_corrected": _affair_corrected, **ACTS,
}  # fmt: skip
