"""/-/acts: what was done, by whom, under which rule; core facts only, never the words.

The free words of an act stand on the page of its matter, for whoever may read that. There is no
filter by person: a list of one official's acts through the day would be an attendance record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commongrid.charter.compiler import Compiled
from commongrid.doors.common.gates import staff
from commongrid.doors.staff.naming import ROLES
from commongrid.doors.staff.roster import day_starts
from commongrid.ledger.checking import Finding, check_act, check_heads
from commongrid.ledger.models import Act, Chain, Checkpoint
from commongrid.ledger.seals import GENESIS
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.site.acts_scope import Audited, audited_by
from commongrid.site.pages_reading import AUDITORS, reader_of

PAGE = 50
CHECKPOINTS = 10
SHOWN = (
    "id", "subject", "position", "action", "actor", "role", "rule_id", "charter_key", "at", "hash",
)  # fmt: skip
# Acts that no charter names: those of the rooms about themselves.
ACTIONS: dict[str, str | Promise] = {
    "create_account": _("made an account"),
    "deactivate_account": _("closed an account"),
    "create_service_account": _("made a service account"),
    "issue_api_key": _("issued an API key"),
    "revoke_api_key": _("revoked an API key"),
    "appoint_person": _("gave a post"),
    "end_appointment": _("ended a post"),
    "declare_interest": _("stepped out of a matter"),
    "set_password": _("set a password"),
    "end_sessions": _("ended all sessions"),
    "change_language": _("chose a language"),
    "enroll_totp": _("began a second step"),
    "confirm_totp": _("switched the second step on"),
    "disable_totp": _("removed the second step"),
    "renew_recovery_codes": _("made new recovery codes"),
    "adopt_charter": _("adopted a charter"),
    "propose_duty": _("proposed a task for grids"),
    "give_opinion": _("gave an opinion on a task for grids"),
    "approve_duty": _("approved a task for grids"),
    "refuse_duty": _("refused a task for grids"),
    "withdraw_duty": _("took back a task for grids"),
    "expire_duty": _("a task for grids ended"),
    "register_places": _("registered places"),
    "draw_boundaries": _("adopted boundaries"),
    "redraw_places": _("ended or succeeded places"),
    "set_grid_post": _("changed a grid post"),
    "add_photos": _("added photos"),
    "add_voice_note": _("added a voice note"),
    "write_down": _("wrote down a voice note"),
    "redact_photo": _("covered part of a photo"),
    "change_contact": _("changed contact data"),
    "erase_contact": _("erased contact data"),
    "erase_point": _("erased an exact point"),
    "erase_words": _("erased words and pictures"),
    "reveal": _("opened contact data"),
    "follow": _("began to follow"),
    "make_finding": _("made a finding"),
    "answer_finding": _("answered a finding"),
    "accept_answer": _("accepted the answer to a finding"),
    "reject_answer": _("sent the answer to a finding back"),
    "withdraw_finding": _("withdrew a finding"),
    "announce_sample": _("announced a sample"),
    "draw_sample": _("drew a sample"),
    "recheck_matter": _("re-checked a drawn matter"),
    "remind_answerer": _("reminded a unit of an answer it owes"),
    "publish_affair": _("published for a village or community"),
    "remind_publisher": _("reminded of a publication that is owed"),
    "publish_month": _("published a month of the board"),
    "publish_powers": _("published a month of the power ledger"),
    "file_complaint": _("a complaint came in"),
    "say_more": _("something was added to a complaint"),
    "take_complaint": _("took a complaint on"),
    "ask_complainant": _("asked the complainant"),
    "answer_complaint": _("answered a complaint"),
    "review_complaint": _("decided on the review of a complaint"),
    "open_identity": _("opened who complained"),
    "name_accused": _("said whom a complaint is about"),
    "step_out": _("stepped out of a complaint"),
    "give_verdict": _("the complainant gave a verdict"),
    "erase_identity": _("erased who complained"),
    "make_key": _("made a key of supervision"),
    "ask_rehearsal": _("asked for a rehearsal"),
    "begin_rehearsal": _("a rehearsal began"),
    "finish_rehearsal": _("a rehearsal was finished"),
    "fail_rehearsal": _("a rehearsal failed"),
    "cancel_rehearsal": _("cancelled a rehearsal"),
    "propose_change": _("proposed a change of the charter"),
    "withdraw_proposal": _("took a proposed change back"),
    "close_proposal": _("closed a proposed change"),
    "pair_phone": _("put a phone in service"),
    "revoke_phone": _("took a phone out of service"),
    "take_export": _("took in an exported file"),
    "allow_bulk": _("agreed to more work within a day"),
}


OTHER_ROLES: dict[str, str | Promise] = {
    "anyone": _("anyone"),
    "clock": _("the clock"),
    "reporter": _("the reporter"),
    "system": _("the system"),
    "village_watch": _("Village supervision committee"),
}


class ActsForm(forms.Form):
    """What the list is narrowed to; what makes no sense is left out."""

    subject = forms.CharField(required=False, max_length=80)
    action = forms.SlugField(required=False, max_length=60)
    day = forms.DateField(required=False)
    before = forms.IntegerField(required=False, min_value=1)
    verify = forms.BooleanField(required=False)

    def wanted(self) -> dict[str, Any]:
        """The clean values."""
        self.is_valid()
        return self.cleaned_data


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act in words."""

    seq: int
    at: datetime
    action: str | Promise
    action_key: str
    subject: str
    link: str
    actor: str
    role: str | Promise
    rule_id: str
    position: int
    hash: str


@staff(*AUDITORS)
@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    """List the newest acts, or those of a subject, an action or a day."""
    wanted = ActsForm(request.GET).wanted()
    audited = audited_by(reader_of(request).paths_as(AUDITORS))
    found, older = find_acts(wanted, audited)
    subject = wanted.get("subject", "")
    is_theirs = bool(found) or audited.is_whole  # who may not read a subject verifies none
    context = {
        "rows": act_rows(found),
        "wanted": wanted,
        "next": older,
        "subject": subject,
        "link": _link(subject),
        "is_whole": audited.is_whole,
        "is_theirs": is_theirs,
        "report": verify_subject(subject)
        if subject and is_theirs and wanted.get("verify")
        else None,
        "checkpoints": list(Checkpoint.objects.order_by("-made_at", "-id")[:CHECKPOINTS]),
    }
    return render(request, "site/acts.html", context)


def find_acts(wanted: dict[str, Any], audited: Audited) -> tuple[list[dict[str, Any]], int | None]:
    """A page of acts that may be read, newest first, without words; and where older ones begin.

    Cost: 1 statement; 1 more for a part of the house.
    """
    acts = audited.narrowed(Act.objects.order_by("-id"))
    if wanted.get("subject"):
        acts = acts.filter(subject=wanted["subject"])
    if wanted.get("action"):
        acts = acts.filter(action=wanted["action"])
    if wanted.get("day"):
        start = day_starts(wanted["day"])
        acts = acts.filter(at__gte=start, at__lt=day_starts(wanted["day"] + timedelta(days=1)))
    if wanted.get("before"):
        acts = acts.filter(id__lt=wanted["before"])
    bottom = 0
    if not (wanted.get("subject") or wanted.get("day")):  # these are few by themselves
        bottom = audited.bottom(wanted.get("before"))
        acts = acts.filter(id__gte=bottom) if bottom else acts
    found = list(acts.values(*SHOWN)[: PAGE + 1])
    if len(found) > PAGE:
        return found[:PAGE], found[PAGE - 1]["id"]
    return found, bottom or None


def act_rows(acts: list[dict[str, Any]]) -> tuple[ActRow, ...]:
    """Acts in words. Cost: 1 statement for names, 1 for each charter they were done under."""
    language = get_language() or ""
    names = people.display_names({act["actor"] for act in acts}, language)
    books = {key: _book(key) for key in {act["charter_key"] for act in acts if act["charter_key"]}}
    return tuple(_row(act, names, books.get(act["charter_key"]), language) for act in acts)


def _row(
    act: dict[str, Any], names: dict[str, str], book: Compiled | None, language: str
) -> ActRow:
    key, role = act["action"], act["role"]
    known = book.action(key) if book else None
    is_ruled = book is not None and role in book.charter.roles
    return ActRow(
        seq=act["id"],
        at=act["at"],
        action=known.label.in_(language) if known else ACTIONS.get(key, key),
        action_key=key,
        subject=act["subject"],
        link=_link(act["subject"]),
        actor=names[act["actor"]],
        role=book.role_name(role).in_(language) if book and is_ruled else role_words(role),
        rule_id=act["rule_id"],
        position=act["position"],
        hash=act["hash"],
    )


def role_words(role: str) -> str | Promise:
    """A role of an act that names no charter, or that a charter does not know."""
    return ROLES.get(role) or OTHER_ROLES.get(role, role)


def _book(key: str) -> Compiled | None:
    try:
        return places.get_charter(key)
    except places.NoCharterError:
        return None


def _link(subject: str) -> str:
    """The desk's page of a matter; it opens only for whoever may read the matter."""
    kind, _colon, key = subject.partition(":")
    if kind != "matter":
        return ""
    try:
        return reverse("desk:matter", args=[UUID(key)])
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What reading one chain again found."""

    acts: int
    findings: tuple[Finding, ...]


def verify_subject(subject: str) -> ChainReport:
    """Read the acts of one subject again: hashes, links, columns, head and seal.

    Cost: 2 statements; the whole ledger is for ``commongrid ledger verify``.
    """
    acts = list(Act.objects.filter(subject=subject).order_by("position"))
    chains = list(Chain.objects.filter(subject=subject))
    found: list[Finding] = []
    head = GENESIS
    for position, act in enumerate(acts):
        found += check_act(act, expected_position=position, expected_previous=head)
        head = act.hash
    found += check_heads(chains, {subject: (len(acts), head)} if acts else {})
    return ChainReport(acts=len(acts), findings=tuple(found))
