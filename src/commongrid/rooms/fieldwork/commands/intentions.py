"""Keep what was answered to an intention: in the transaction of what it did.

These are no commands by themselves: the story that judges an intention (``stories/syncing``)
claims its row first, so that the database lets the same intention in once only, carries out the
command, whose act it is, and writes the answer. What is not answered finally leaves no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.ledger.face import insert_rows, new_row
from commongrid.rooms.fieldwork.cards import Announced, Answered, ReturnedWords, Sent
from commongrid.rooms.fieldwork.domain.sealing import seal
from commongrid.rooms.fieldwork.keys import sealing_keys
from commongrid.rooms.fieldwork.models import DONE, IntentionRow

LONGEST_RULE = 160


def find_answers(ids: Iterable[UUID]) -> dict[UUID, Answered]:
    """What was answered before, by id. Cost: 1 statement."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    return {row.pk: _answered(row) for row in IntentionRow.objects.filter(pk__in=wanted)}


def claim_intention(sent: Sent) -> None:
    """Take in an intention that is about to be judged, in the caller's transaction.

    Somebody who sends the same one at the same instant waits here until this one is answered.
    Raises: IntegrityError when it was taken in before. Cost: 1 statement.
    """
    insert_rows(
        new_row(
            IntentionRow,
            id=sent.id,
            phone_id=sent.phone_id,
            kind=sent.kind,
            action=sent.action,
            body=sent.body,
            verdict="",
            made_at=sent.made_at,
            made_said=sent.made_said,
            received_at=sent.received_at,
        )
    )


def answer_intention(answer: Answered, *, returned: ReturnedWords | None = None) -> None:
    """Write the final verdict of a claimed intention; the words of one that was returned are
    sealed for the office. Cost: 1 statement.
    """
    values: dict[str, Any] = {
        "verdict": answer.verdict,
        "rule": answer.rule[:LONGEST_RULE],
        "say": _words(answer.say),
        "next": _words(answer.next),
        "now": answer.now,
        "matter_id": answer.matter_id,
        "act_id": answer.act_id,
        "ref": answer.ref,
        "state": answer.state,
        "version": answer.version,
        "is_beside": answer.is_beside,
        "photos": [asdict(photo) for photo in answer.photos],
    }
    if returned is not None:
        key = sealing_keys()[0]
        values["sealed"] = seal(returned.words, row=answer.id, key=key)
        values["path"], values["in_charge"] = returned.path, returned.in_charge
    IntentionRow.objects.filter(pk=answer.id).update(**values)


def lock_answer(row_id: UUID) -> Answered | None:
    """The answer to an intention, held until the transaction ends. Cost: 1 statement."""
    row = IntentionRow.objects.select_for_update().filter(pk=row_id).first()
    return _answered(row) if row else None


def keep_photos(row_id: UUID, photos: Iterable[Announced]) -> None:
    """Write down which pictures hang on their matter by now. Cost: 1 statement."""
    IntentionRow.objects.filter(pk=row_id).update(photos=[asdict(photo) for photo in photos])


def made_when(act_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """When what these acts record was done on a phone, by that phone's corrected clock.

    Only for acts that came from a phone. Cost: 1 statement.
    """
    rows = IntentionRow.objects.filter(act_id__in=tuple(act_ids), verdict=DONE)
    return {act_id: at for act_id, at in rows.values_list("act_id", "made_at") if act_id}


def text_of(words: Mapping[str, str]) -> Text:
    """Both languages, as they are kept."""
    return Text(words.get("zh", ""), words.get("en", ""))


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text.zh or text.en else {}


def _answered(row: IntentionRow) -> Answered:
    return Answered(
        id=row.pk,
        kind=row.kind,
        body=row.body,
        verdict=row.verdict,
        rule=row.rule,
        say=text_of(row.say),
        next=text_of(row.next),
        now=row.now,
        matter_id=row.matter_id,
        act_id=row.act_id,
        ref=row.ref,
        state=row.state,
        version=row.version,
        is_beside=row.is_beside,
        photos=tuple(Announced(**photo) for photo in row.photos),
    )
