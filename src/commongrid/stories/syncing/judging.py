"""Judge one intention by the commands of the matters room, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.charter.matter import CLOCK
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.face import Announced, Answered, PhoneCard, ReturnedWords
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.stories.stepping import BadFieldError, checked_fields
from commongrid.stories.syncing import words
from commongrid.stories.syncing.intentions import (
    CONFLICT,
    DONE,
    RAISE,
    REFUSED,
    UNREADABLE,
    Base,
    Intention,
)
from commongrid.stories.syncing.placing import placed_today

NEEDS_PICTURES = ("evidence", "needs:photos")


class WaitsError(Exception):
    """It cannot be judged before something else has come; nothing is kept."""

    def __init__(self, rule: str, say: Text, need: tuple[str, ...] = ()) -> None:
        super().__init__(rule)
        self.rule, self.say, self.need = rule, say, need


@dataclass(frozen=True, slots=True)
class Case:
    """One intention before the house: whose it is, when, and what of its pictures has come."""

    phone: PhoneCard
    at: datetime
    intention: Intention
    row_id: UUID
    body: str
    matter_id: UUID | None
    whole: frozenset[str]

    @property
    def command_id(self) -> UUID:
        """Under which the command is done."""
        return fieldwork.command_id_for(self.intention.id, account_id=self.phone.account_id)

    @property
    def missing(self) -> tuple[str, ...]:
        """Announced files that have not come whole."""
        return tuple(p.sha for p in self.intention.photos if p.sha not in self.whole)

    def pictures(self) -> tuple[matters.Photo, ...]:
        """The pictures that have come. Cost: 1 statement each."""
        ready = [p for p in self.intention.photos if p.kind == "photo" and p.sha in self.whole]
        account_id = self.phone.account_id
        read = ((p, fieldwork.read_file(account_id=account_id, sha=p.sha)) for p in ready)
        return tuple(matters.Photo(content=c, stage=p.stage) for p, c in read if c is not None)

    def answered(self, verdict: str, **more: Any) -> Answered:
        """The answer to this intention."""
        kind = self.intention.kind
        return Answered(id=self.row_id, kind=kind, body=self.body, verdict=verdict, **more)


Judged = tuple[Answered, ReturnedWords | None]


def judge(case: Case) -> Judged:
    """Carry an intention out, or say why not. Raises: WaitsError."""
    intention = case.intention
    try:
        if intention.kind == UNREADABLE:
            raise _refusal("field.unreadable_entry", words.UNREADABLE, intention.fault)
        return (_raise(case) if intention.kind == RAISE else _step(case)), None
    except Refused as refused:
        return _returned(case, refused.verdict)
    except ConflictError as conflict:
        return _conflicting(case, conflict.standing)


class ConflictError(Exception):
    """Status, owner or place is not what the step was decided on."""

    def __init__(self, standing: matters.Standing) -> None:
        super().__init__(str(standing.id))
        self.standing = standing


def _raise(case: Case) -> Answered:
    draft = case.intention.draft
    assert draft is not None
    if draft.channel == "proxy" and not draft.proxy_note.strip():
        raise _refusal("field.proxy_note", words.NO_PROXY_NOTE)
    draft = placed_today(draft, case.at)
    pictures = case.pictures()

    def raise_with(photos: tuple[matters.Photo, ...]) -> matters.Raised:
        return matters.raise_matter(
            actor=case.phone.actor,
            at=case.at,
            command_id=case.command_id,
            draft=draft,
            contact=case.intention.contact,
            photos=photos,
        )

    raised, hung = _with_or_without(raise_with, pictures)
    photos = _hung(case) if hung else case.intention.photos
    if photos and _is_sealed(draft, case.at):
        photos = tuple(replace(photo, state="lost") for photo in photos)  # no picture is kept there
    return case.answered(
        DONE,
        rule=RAISE,
        matter_id=raised.id,
        act_id=matters.act_id_for(case.command_id),
        ref=raised.ref,
        state=raised.state,
        version=raised.version,
        photos=photos,
    )


def _step(case: Case) -> Answered:
    try:
        return _step_taken(case)
    except Refused as refused:
        rule = refused.verdict.rule
        if rule.rpartition("/")[2] in NEEDS_PICTURES and case.missing:
            need = case.missing
            raise WaitsError("field.waits_files", words.WAITS_FOR_FILES, need) from refused
        raise


def _step_taken(case: Case) -> Answered:
    """Compared and taken under one lock: nobody moves the matter in between."""
    intention, matter_id = case.intention, case.matter_id
    if matter_id is None:
        raise _refusal("field.no_matter", words.NO_MATTER)
    seen: list[matters.Standing] = []

    def look(standing: matters.Standing) -> Mapping[str, Any]:
        seen.append(standing)
        if not standing.is_fact and _has_moved(intention.base, standing):
            raise ConflictError(standing)
        try:
            return checked_fields(standing.choice, intention.fields)
        except BadFieldError as error:
            raise _refusal("field.invalid", error.say, error.name) from error

    def take_with(photos: tuple[matters.Photo, ...]) -> matters.Done:
        return matters.take_action(
            actor=case.phone.actor,
            at=case.at,
            command_id=case.command_id,
            matter_id=matter_id,
            action=intention.action,
            fields=intention.fields,
            photos=photos,
            look=look,
        )

    done, hung = _with_or_without(take_with, case.pictures())
    standing = seen[-1] if seen else None  # none where it was done before all our memory of it
    since = intention.base.version
    return case.answered(
        DONE,
        rule=done.verdict.rule,
        say=words.PROPOSED if done.is_proposal else done.told,
        matter_id=matter_id,
        act_id=case.command_id,
        ref=standing.ref if standing else "",
        state=done.state,
        version=done.version or None,
        is_beside=bool(standing and since is not None and since != standing.version),
        photos=_hung(case) if hung else intention.photos,
    )


def _has_moved(base: Base, standing: matters.Standing) -> bool:
    pairs = (
        (base.state, standing.state),
        (base.unit, standing.unit),
        (base.place, standing.place_code),
    )
    return any(knew is not None and knew != now for knew, now in pairs)


def _with_or_without(command: Any, pictures: tuple[matters.Photo, ...]) -> tuple[Any, bool]:
    """Do it with its pictures. One that cannot be read costs the pictures, not the deed; they
    are then attached one by one. Raises: Refused, for the picture where only that stands in the
    way.
    """
    try:
        return command(pictures), bool(pictures)
    except Refused as refused:
        if not (pictures and refused.verdict.rule.startswith("photo.")):
            raise
        first = refused
    try:
        return command(()), False
    except Refused as refused:
        needs = refused.verdict.rule.rpartition("/")[2] in NEEDS_PICTURES
        raise (first if needs else refused) from refused


def _hung(case: Case) -> tuple[Announced, ...]:
    """The announced pictures, those that have come marked as attached."""
    return tuple(
        replace(p, state="attached") if p.kind == "photo" and p.sha in case.whole else p
        for p in case.intention.photos
    )


def _returned(case: Case, verdict: Verdict) -> Judged:
    answer = case.answered(
        REFUSED,
        rule=verdict.rule,
        say=verdict.say,
        next=words.next_after(verdict.rule),
        matter_id=case.matter_id,
        photos=case.intention.photos,
    )
    return answer, _kept(case)


def _conflicting(case: Case, standing: matters.Standing) -> Judged:
    answer = case.answered(
        CONFLICT,
        rule="field.conflict",
        say=words.MOVED,
        next=words.LOOK,
        now=now_of(standing),
        matter_id=standing.id,
        ref=standing.ref,
        state=standing.state,
        version=standing.version,
        photos=case.intention.photos,
    )
    return answer, _kept(case)


def now_of(standing: matters.Standing) -> dict[str, Any]:
    """How it stands, for the phone to show beside what was meant."""
    return {
        "state": standing.state,
        "state_name": _plain(standing.state_name),
        "unit": standing.unit,
        "unit_name": _plain(standing.unit_name if standing.unit else Text("", "")),
        "place": standing.place_code,
        "version": standing.version,
        "changed_at": standing.changed_at.isoformat(),
    }


def _kept(case: Case) -> ReturnedWords:
    """What the office is left, and who alone may read it. Sealed types leave no words here too."""
    intention = case.intention
    left = dict(intention.body)
    if intention.draft is not None:
        return _kept_draft(case, intention.draft, left)
    standing = None
    if case.matter_id is not None:
        standing = matters.find_standing(actor=CLOCK, at=case.at, matter_id=case.matter_id)
    if standing is None:
        return ReturnedWords(path=_home(case), words=left)
    if standing.is_sealed:
        left.pop("fields", None)
    return ReturnedWords(path=standing.path, words=left, in_charge=standing.in_charge)


def _kept_draft(case: Case, draft: matters.Draft, left: dict[str, Any]) -> ReturnedWords:
    placed = placed_today(draft, case.at)
    grid = places.find_place(placed.grid_code) if placed.grid_code else None
    path = grid.path if grid else _home(case)
    try:
        compiled = places.charter_in_force(path, case.at)[1]
    except places.NoCharterError:
        return ReturnedWords(path=path, words=left)
    if _is_sealed(placed, case.at):
        left["draft"] = {"type_code": draft.type_code, "grid_code": placed.grid_code}
    roles = compiled.in_charge.get(draft.type_code, ())
    return ReturnedWords(path=path, words=left, in_charge=f";{';'.join(roles)};" if roles else "")


def _is_sealed(draft: matters.Draft, at: datetime) -> bool:
    known = places.look_up()
    grid = known.find_place(draft.grid_code) if draft.grid_code else None
    if grid is None and draft.lon is not None and draft.lat is not None:
        grid = known.locate_grid(draft.lon, draft.lat, at)
    if grid is None and draft.community_code:
        grid = known.find_place(draft.community_code)
    try:
        types = known.charter_in_force(grid.path, at)[1].charter.types if grid else {}
    except places.NoCharterError:
        return False
    return draft.type_code in types and types[draft.type_code].sealed


def _home(case: Case) -> str:
    """The holder's own grid, now or before, where nothing else says where it belongs."""
    own = case.phone.paths or fieldwork.list_grid_paths(case.phone.account_id)
    return own[0] if own else "/"


def _plain(text: Text) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en}


def _refusal(rule: str, say: Text, log: str = "") -> Refused:
    return Refused(Verdict.no(rule, say, log))
