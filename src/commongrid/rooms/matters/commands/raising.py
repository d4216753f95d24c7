"""raise_matter: the first act on a matter, from every door and every channel."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model

from commongrid.charter.compiler import Compiled
from commongrid.charter.decide import decide
from commongrid.charter.matter import (
    WORDS_SHOWN,
    WORDS_WAIT,
    Actor,
    Command,
    Decision,
    MatterState,
)
from commongrid.charter.schema import Kind
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import (
    ActCard,
    ActDraft,
    ask_both,
    first_act_rows,
    new_row,
    outbox_row,
    prepare_rows,
    used_ids,
)
from commongrid.rooms.matters.commanded import Contact, Draft, Photo, Raised
from commongrid.rooms.matters.commands.photos import marks_of, ready_photos, store_photos
from commongrid.rooms.matters.commands.receipts import act_id_for, receipt_for
from commongrid.rooms.matters.commands.writing import Writing, write_once
from commongrid.rooms.matters.domain.vault import seal
from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.keys import contact_keys
from commongrid.rooms.matters.models import ContactRow, Matter, SearchWords
from commongrid.rooms.matters.rows import in_charge_of, promise_row, write_state
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard

REF_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REF_LENGTH = 5
LONGEST_TEXT = 4000
LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a matter lies and by which rules it is raised."""

    place: PlaceCard
    charter_key: str
    compiled: Compiled


def raise_matter(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    draft: Draft,
    contact: Contact | None = None,
    photos: Sequence[Photo] = (),
    origin_id: str | None = None,
    parent: Matter | None = None,
) -> Raised:
    """Raise a matter and hand out its receipt code.

    What is imported or grows out of another matter has no code: nobody is there to take it, and
    its command id follows from ids that others know.

    Raises: Refused when the place or type is unknown, a required answer is missing, something is
    too long or a picture cannot be read; nothing is kept then.
    Cost: at most 11 statements; what is written is one transaction.
    """
    has_code = parent is None and origin_id is None
    code, digest = receipt_for(command_id) if has_code else ("", None)
    act_id = act_id_for(command_id) if has_code else command_id
    asked = _Asked(actor, at, act_id, draft, contact, photos, origin_id, parent, code, digest)
    used, known = ask_both(used_ids(command_id, act_id), places.looking_up())
    if has_code and command_id in used:
        raise Refused(_reused())  # the id of an act is known to others: no code follows from it
    return write_once(
        act_id, lambda: _prepared(asked, known), asked.as_before, is_new=act_id not in used
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be raised, as the command was given it, with what follows from its number."""

    actor: Actor
    at: datetime
    act_id: UUID
    draft: Draft
    contact: Contact | None
    photos: Sequence[Photo]
    origin_id: str | None
    parent: Matter | None
    code: str
    digest: str | None

    def as_before(self, act: ActCard) -> Raised:
        """The answer where the command was carried out already."""
        given = (self.digest, self.origin_id, self.parent.pk if self.parent else None)
        row = _raised_by(act, given)
        return Raised(id=row.pk, ref=row.ref, receipt_code=self.code, is_replay=True)


def _prepared(asked: _Asked, known: places.Known) -> Writing[Raised]:
    """The rows of a matter, made and waiting to be written. Raises: Refused."""
    at, parent = asked.at, asked.parent
    ground = find_ground(asked.draft, at, known)
    check_draft(asked.draft, ground.compiled, is_asked=parent is None)
    state = new_state(asked.draft, ground, at)
    if parent is not None and not state.in_charge:  # nor does it open by growing another one
        state = replace(state, in_charge=in_charge_of(parent))
    fields = {"words": asked.draft.text, "photos": len(asked.photos)}
    command = Command(action="raise", actor=asked.actor, at=at, fields=fields)
    decision = decide(state, command, ground.compiled)
    if decision.after is None:
        raise Refused(decision.verdict)
    row = row_of(asked.draft, ground, decision.after, asked.digest, at)
    row.origin_id = asked.origin_id
    row.parent_id = parent.pk if parent else None
    pictures = () if row.is_sealed else asked.photos
    row.photos = len(pictures)
    ready = ready_photos(row, pictures)
    insert = prepare_rows(
        *_rows_of(row, decision.after, asked.contact, at),
        *_acts_of(row, decision, ground, asked.actor, at, asked.act_id, marks_of(ready)),
    )

    def write() -> Raised:
        insert()
        if ready:
            store_photos(row, ready, stage="report", by_reporter=True, at=at)
        return Raised(
            id=row.pk,
            ref=row.ref,
            receipt_code=asked.code,
            is_replay=False,
            state=row.state,
            version=row.version,
        )

    return Writing(write, is_one_statement=insert.is_one_statement and not ready)


def _raised_by(act: ActCard, given: tuple[str | None, str | None, UUID | None]) -> Matter:
    """The matter that this command raised before. Raises: Refused when it was another command."""
    row = Matter.objects.filter(pk=act.subject.removeprefix("matter:")).first()
    if row is None or act.action != "raise":
        raise Refused(_reused())
    if (row.receipt, row.origin_id, row.parent_id) != given:
        raise Refused(_reused())
    return row


def find_ground(draft: Draft, at: datetime, known: places.Known) -> Ground:
    """The grid of a draft (named, or the one its point lies in) and the charter in force there.

    Raises: Refused naming what is missing or unknown.
    """
    place = _place_of(draft, at, known)
    if place is None:
        raise Refused(_no_place(draft))
    try:
        key, compiled = known.charter_in_force(place.path, at)
    except LookupError as error:
        raise Refused(_no_charter(place)) from error
    return Ground(place, key, compiled)


def cases_of(draft: Draft, place: PlaceCard, compiled: Compiled) -> frozenset[str]:
    """Cases told by the place's settlement, by answers, or by whoever raises the matter."""
    known = compiled.charter.cases
    cases = {case for case in place.settlement if case in known}
    cases |= {case for case in draft.cases if case in known}
    for question in compiled.questions.get(draft.type_code, ()):
        answer = draft.answers.get(question.question, "")
        if question.sets_case == "=" and answer in known:
            cases.add(answer)
        elif question.sets_case and answer == "yes":
            cases.add(question.sets_case)
    return frozenset(cases)


def _place_of(draft: Draft, at: datetime, known: places.Known) -> PlaceCard | None:
    if draft.grid_code:
        return known.find_place(draft.grid_code)
    if draft.lon is not None and draft.lat is not None:
        return known.locate_grid(draft.lon, draft.lat, at)
    if draft.community_code:
        return known.find_place(draft.community_code)
    return None


def new_state(draft: Draft, ground: Ground, at: datetime) -> MatterState:
    """The matter as the rules see it before it is raised."""
    matter_type = ground.compiled.type(draft.type_code)
    return MatterState(
        id=str(new_id()),
        kind=Kind(matter_type.kind),
        type=draft.type_code,
        state="",
        path=ground.place.path,
        received_at=at,
        charter_key=ground.charter_key,
        cases=cases_of(draft, ground.place, ground.compiled),
        urgency=matter_type.urgency,
        in_charge=ground.compiled.in_charge.get(draft.type_code, ()),
        shared=_shared_at_first(draft, ground) if draft.is_shareable else "",
    )


def _shared_at_first(draft: Draft, ground: Ground) -> str:
    """Words that are shared wait for a reading where the charter says so; sealed ones are kept
    nowhere.
    """
    if ground.compiled.type(draft.type_code).sealed:
        return ""
    is_public = ground.compiled.type(draft.type_code).kind is Kind.EVENT
    return WORDS_WAIT if is_public and ground.compiled.is_read_first else WORDS_SHOWN


def row_of(
    draft: Draft, ground: Ground, after: MatterState, digest: str | None, at: datetime
) -> Matter:
    """The row of a matter that was raised, not saved yet."""
    matter_type = ground.compiled.type(draft.type_code)
    row = new_row(
        Matter,
        id=UUID(after.id),
        ref=new_ref(at, ground.compiled.calendar.zone),
        receipt=digest,
        kind=after.kind.value,
        answers={} if matter_type.sealed else dict(draft.answers),
        text="" if matter_type.sealed else draft.text.strip(),
        address="" if matter_type.sealed else draft.address.strip(),
        channel=draft.channel,
        language=draft.language,
        proxy_note="" if matter_type.sealed else draft.proxy_note,
        is_shareable=draft.is_shareable and not matter_type.sealed,
        is_sealed=matter_type.sealed,
        place_id=ground.place.id,
        lon=None if matter_type.sealed else draft.lon,  # the grid says enough
        lat=None if matter_type.sealed else draft.lat,
    )
    write_state(after, row, ground.compiled, at)
    return row


def _rows_of(
    row: Matter, after: MatterState, contact: Contact | None, at: datetime
) -> Iterator[Model]:
    """The matter, what is promised on it, its words for the search, and its contact data."""
    yield row
    for promise in after.promises:
        yield promise_row(promise, row)
    words = indexed_words(row.ref.replace("-", " "), row.text, row.address)
    yield new_row(SearchWords, matter_id=row.pk, words=words)
    if contact is not None and not contact.is_empty and not row.is_sealed:
        sealed = seal(contact, matter_id=str(row.pk), key=contact_keys()[0])
        yield new_row(ContactRow, matter_id=row.pk, sealed=sealed, made_at=at)


def _acts_of(
    row: Matter,
    decision: Decision,
    ground: Ground,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    marks: list[str],
) -> Iterator[Model]:
    """The act that begins the matter's chain, and what is to be told after the commit."""
    after = decision.after
    assert after is not None
    subject = f"matter:{row.pk}"
    yield from first_act_rows(
        ActDraft(
            command_id=command_id,
            subject=subject,
            action="raise",
            actor=actor.key,
            role=decision.role,
            power=decision.power,
            rule_id=decision.rule_id,
            at=at,
            charter_key=ground.charter_key,
            after={
                "state": after.state,
                "type": after.type,
                "place": ground.place.code,
                "channel": row.channel,
                "cases": sorted(after.cases),
                "promises": {p.key: {"due": p.due_at} for p in after.promises},
                **({"files": marks} if marks else {}),
            },
        )
    )
    yield outbox_row(
        topic="matter.raised",
        subject=subject,
        command_id=command_id,
        at=at,
        payload={"state": after.state},
    )


def new_ref(at: datetime, zone: ZoneInfo) -> str:
    """A number people can read aloud: the local day and five symbols that cannot be mistaken."""
    left, tail = secrets.randbelow(len(REF_SYMBOLS) ** REF_LENGTH), ""
    for _ in range(REF_LENGTH):
        left, place = divmod(left, len(REF_SYMBOLS))
        tail += REF_SYMBOLS[place]
    day = at.astimezone(zone)
    return f"{day.year % 100:02}{day.month:02}{day.day:02}-{tail}"


def check_draft(draft: Draft, compiled: Compiled, *, is_asked: bool) -> None:
    """Hold a draft to its shape. Raises: Refused naming the field."""
    if draft.type_code not in compiled.charter.types:
        raise Refused(_bad("type_code", "没有这个事项类别。", "There is no such type of matter."))
    if len(draft.text) > LONGEST_TEXT:
        raise Refused(
            _bad(
                "text",
                f"文字太长,最多 {LONGEST_TEXT} 字。",
                f"The text is too long; {LONGEST_TEXT} characters at the most.",
            )
        )
    if len(draft.address) > LONGEST_ADDRESS:
        raise Refused(_bad("address", "地址太长。", "The address is too long."))
    if is_asked:  # nobody is there to ask when a matter grows out of another
        _check_answers(draft.answers, draft.type_code, compiled)


def _check_answers(answers: Mapping[str, str], type_code: str, compiled: Compiled) -> None:
    for question in compiled.questions.get(type_code, ()):
        answer = answers.get(question.question, "")
        if question.required and not answer:
            label = question.label
            raise Refused(
                _bad(question.question, f"请回答:{label.zh}", f"Please answer: {label.en}")
            )
        options = {key for key, _ in question.choices}
        if question.kind == "yes_no":
            options = {"yes", "no", "unsure"}
        if answer and options and answer not in options:
            raise Refused(
                _bad(question.question, "这个回答不在选项里。", "This answer is not a choice.")
            )


def _no_place(draft: Draft) -> Verdict:
    if draft.lon is not None and not draft.grid_code:
        return _bad(
            "place",
            "这个地点不在本地的任何网格内,请从社区和网格列表里选。",
            "This point lies in no grid of this place; choose from the list of communities.",
        )
    return _bad(
        "place",
        "请选一个网格,或在地图上点一个位置。",
        "Choose a grid, or tap a point on the map.",
    )


def _no_charter(place: PlaceCard) -> Verdict:
    return _bad(
        "place",
        f"“{place.name.zh}”还没有施行的章程,不能受理。",
        f"No charter is in force in “{place.name.en}”, so nothing can be raised there.",
    )


def _bad(field: str, zh: str, en: str) -> Verdict:
    return Verdict.no(f"raise/needs:{field}", Text(zh=zh, en=en), log=field)


def _reused() -> Verdict:
    return _bad("command_id", "这个操作编号已经用过。", "This command number was already used.")
