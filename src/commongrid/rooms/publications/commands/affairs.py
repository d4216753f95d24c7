"""publish_affair: a village or community publishes, with an act that keeps the digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Actor
from commongrid.charter.schema import Publication as PublicationRule
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import AffairCard
from commongrid.rooms.publications.domain.files import (
    PICTURE,
    TABLE,
    clean_table,
    personal_in,
)
from commongrid.rooms.publications.domain.periods import (
    AT_ONCE,
    periods_between,
    promised_by,
    promised_from,
)
from commongrid.rooms.publications.models import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Affair,
    AffairFile,
)
from commongrid.rooms.publications.powers import PUBLISH, may_publish, publishing_role
from commongrid.rooms.publications.queries import affair_card

ACTION = "publish_affair"
RULE = f"publications.{PUBLISH}"
REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)
NO_RULE = Text(zh="章程没有要求这里公开这一项。", en="The charter asks no such publication here.")
NO_PERIOD = Text(
    zh="这个时段还没有结束，或不在要公开的范围内。",
    en="This period has not ended yet, or is none for which anything is to be published.",
)
NO_WORDS = Text(zh="请写标题和内容。", en="Write a title and what is published.")
TOO_LONG = Text(
    zh=f"标题最多 {TITLE_LENGTH} 个字，内容最多 {TEXT_LENGTH} 个字。",
    en=f"The title has at most {TITLE_LENGTH} characters, the text at most {TEXT_LENGTH}.",
)
BAD_FILE = Text(
    zh="附件要么是照片或扫描图（JPEG、PNG、WebP），要么是 UTF-8 的 CSV 表格。",
    en="The file is a photo or scan (JPEG, PNG, WebP), or a CSV table in UTF-8.",
)
THERE = Text(
    zh="这个时段已经公开过。写错了，请登载更正。",
    en="This period has been published. If it is wrong, publish a correction.",
)
NOT_THERE = Text(
    zh="要更正的那一份不在这里，或已经更正过。",
    en="What is to be corrected is not here, or has been corrected already.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffairDraft:
    """What is to be published. ``period``: of a month or quarter; a day for a major matter."""

    place_code: str
    rule: str
    period: str
    title: str
    text: str
    file: bytes = b""
    corrects: UUID | None = None


def publish_affair(
    *, actor: Actor, at: datetime, command_id: UUID, draft: AffairDraft
) -> AffairCard:
    """Publish for a body and a period; what came late says so, and nothing is changed later.

    Raises: Refused, PlaceNotFoundError, NoCharterError.
    """
    place = places.get_place(draft.place_code)
    compiled = places.charter_in_force(place.path, at)[1]
    verdict = may_publish(actor, place.path, at)
    if not verdict:
        raise Refused(verdict)
    kind, content = _read_file(draft.file)
    with ledger.in_turn(), transaction.atomic():
        act = ledger.find_act(command_id)
        if act is not None:
            return _again(act, actor)
        due = _due(place, draft, compiled, at)
        _check_words(draft, content if kind == TABLE else b"")
        _check_free(draft)
        row = _row(place, draft, due, kind, content, at, command_id, actor)
        row.save(force_insert=True)
        if content:
            AffairFile.objects.create(affair=row, content=content)
        _record(row, actor, at, verdict, publishing_role(actor, place.path, at))
        return affair_card(row)


def _due(place: places.PlaceCard, draft: AffairDraft, compiled: Compiled, at: datetime) -> datetime:
    rule = compiled.charter.publications.get(draft.rule)
    if rule is None or rule.level != place.level:
        raise _refused("no_rule", NO_RULE, draft.rule)
    if rule.every == AT_ONCE:
        return _due_at_once(rule, draft.period, compiled, at)
    today = at.astimezone(compiled.calendar.zone).date()
    first = date(today.year - 2, 1, 1)
    for name, _, after in periods_between(rule.every, first, today):
        if name == draft.period:
            return promised_by(rule, after, compiled.calendar)
    raise _refused("no_period", NO_PERIOD, draft.period)


def _due_at_once(rule: PublicationRule, day: str, compiled: Compiled, at: datetime) -> datetime:
    try:
        decided_on = date.fromisoformat(day)
    except ValueError:
        raise _refused("no_period", NO_PERIOD, day) from None
    if decided_on > at.astimezone(compiled.calendar.zone).date():
        raise _refused("no_period", NO_PERIOD, day)
    return promised_from(rule, decided_on, compiled.calendar)


def _check_words(draft: AffairDraft, table: bytes) -> None:
    if not draft.title.strip() or not draft.text.strip():
        raise _refused("needs:words", NO_WORDS, "")
    if len(draft.title) > TITLE_LENGTH or len(draft.text) > TEXT_LENGTH:
        raise _refused("too_long", TOO_LONG, "")
    found = personal_in(draft.title, draft.text, table.decode())
    if found is not None:
        say = Text(
            zh=f"里面有{found.zh}。公开的内容不写个人号码，请删去后再登载。",
            en=f"It holds {found.en}. Nothing published names a person's number; take it out.",
        )
        raise _refused("personal", say, "")


def _check_free(draft: AffairDraft) -> None:
    """One publication a body, rule and period; after that only corrections of the last one."""
    rows = Affair.objects.filter(place_code=draft.place_code, rule=draft.rule, period=draft.period)
    if draft.corrects is None:
        is_day = len(draft.period.split("-")) > 2  # several major matters may fall on one day
        if not is_day and rows.exists():
            raise _refused("there", THERE, draft.period)
    elif not rows.filter(pk=draft.corrects, corrected=None).exists():
        raise _refused("not_there", NOT_THERE, str(draft.corrects))


def _read_file(content: bytes) -> tuple[str, bytes]:
    """The kind of a file and its bytes as they are kept: written anew, nothing hidden in it."""
    if not content:
        return "", b""
    try:
        return PICTURE, matters.clean_picture(content).content
    except matters.UnreadablePicture:
        pass
    try:
        return TABLE, clean_table(content).encode()
    except ValueError:
        raise _refused("bad_file", BAD_FILE, f"{len(content)} bytes") from None


def _row(
    place: places.PlaceCard,
    draft: AffairDraft,
    due: datetime,
    kind: str,
    content: bytes,
    at: datetime,
    command_id: UUID,
    actor: Actor,
) -> Affair:
    who, _, number = actor.key.partition(":")
    ending = {PICTURE: "jpg", TABLE: "csv"}.get(kind, "")
    title, text = draft.title.strip(), draft.text.strip()
    said = {
        "place": place.code,
        "rule": draft.rule,
        "period": draft.period,
        "title": title,
        "text": text,
        "file": sha256(content).hexdigest() if content else "",
    }
    return Affair(
        pk=uuid5(command_id, "affair"),
        place_code=place.code,
        place_path=place.path,
        rule=draft.rule,
        period=draft.period,
        due_at=due,
        title=title,
        text=text,
        file_name=f"{place.code}-{draft.rule}-{draft.period}.{ending}" if kind else "",
        file_kind=kind,
        digest=digest(said),
        published_at=at,
        published_by_id=int(number) if who == "staff" else None,
        corrects_id=draft.corrects,
        made_by_act=command_id,
    )


def _record(row: Affair, actor: Actor, at: datetime, verdict: Verdict, role: str) -> None:
    ledger.record_act(
        ledger.ActDraft(
            command_id=row.made_by_act,
            subject=f"affair:{row.place_code}:{row.rule}",
            action=ACTION,
            actor=actor.key,
            role=role,
            power=PUBLISH,
            rule_id=verdict.rule,
            at=at,
            after={
                "affair": str(row.pk),
                "period": row.period,
                "digest": row.digest,
                "due": row.due_at,
                "late": at > row.due_at,
                "corrects": str(row.corrects_id or ""),
            },
        )
    )


def _again(act: ledger.ActCard, actor: Actor) -> AffairCard:
    row = Affair.objects.filter(made_by_act=act.command_id).first()
    if row is None or act.actor != actor.key:
        raise _refused("reused", REUSED, str(act.command_id))
    return affair_card(row)


def _refused(rule: str, say: Text, log: str) -> Refused:
    return Refused(Verdict.no(f"{RULE}.{rule}", say, log=log))
