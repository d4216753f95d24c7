"""erase_again: what was erased once and came back with a backup is erased again.

The list of erasures knows a matter by a digest of its number. Data given after an erasure is not
touched: the person gave it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import CLOCK
from commongrid.ledger.face import ActDraft, find_act, list_acts, record_act
from commongrid.ledger.log.face import SALTS_GONE
from commongrid.rooms.matters.commands.forgetting import (
    forget_contact,
    forget_details,
    forget_point,
    subject_of,
    unlink,
)
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.models import ContactRow, Follower, Matter, PhotoRow
from commongrid.rooms.vault import face as vault

AGAIN = UUID("0b6b3f0e-7f2b-4b2a-8a55-8f6f4c0f6a11")
OF_MATTERS = frozenset(
    {vault.CONTACT, vault.OWN_CONTACT, vault.WORDS, vault.POINT, vault.COMMITMENTS}
)


def erase_again(entries: Iterable[vault.Entry], *, at: datetime) -> int:
    """Erase what these entries say was erased, where it is there. Returns how many acts it took.

    Idempotent. Cost: reads the number of every matter once; one act for each that came back.
    """
    listed = tuple(entries)
    done = sum(_forget_follower(one, at) for one in listed if one.what == vault.FOLLOWER)
    done += sum(_drop_uncovered(one, at) for one in _of_pictures(listed))
    wanted: dict[str, list[vault.Entry]] = {}
    for one in listed:
        if one.what in OF_MATTERS:
            wanted.setdefault(one.subject, []).append(one)
    numbers = Matter.objects.values_list("pk", flat=True).iterator() if wanted else ()
    found = [pk for pk in numbers if vault.digest_of(f"matter:{pk}") in wanted]
    for pk in found:
        for one in wanted[vault.digest_of(f"matter:{pk}")]:
            done += _again(pk, one, at, _HOW[one.what])
    return done


def _again(
    pk: UUID, entry: vault.Entry, at: datetime, forget: Callable[[Matter, vault.Entry], int]
) -> int:
    """Erase one kind of data of one matter; an act only where there was something."""
    command_id = uuid5(AGAIN, f"{pk}/{entry.what}/{entry.erased_at}/{at.isoformat()}")
    if find_act(command_id) is not None:
        return 0
    with transaction.atomic():
        row = Matter.objects.select_for_update().get(pk=pk)
        if not forget(row, entry):
            return 0
        row.save()
        _record(row, command_id, entry.what, at)
    return 1


def _record(row: Matter, command_id: UUID, what: str, at: datetime) -> None:
    closing = {SALTS_GONE: [subject_of(row)]} if what == vault.COMMITMENTS else {}
    record_act(
        ActDraft(
            command_id=command_id, subject=subject_of(row), action="erase_again", actor=CLOCK.key,
            role="clock", power="erase_contact", rule_id="vault.erased_before", at=at,
            charter_key=row.charter_key, after={"state": row.state, "what": what, **closing},
        )
    )  # fmt: skip


def _contact(row: Matter, entry: vault.Entry) -> int:
    since = ContactRow.objects.filter(matter=row, made_at__gt=entry.at).exists()
    since = since or Follower.objects.filter(
        matter=row, sealed__isnull=False, made_at__gt=entry.at
    ).exists()  # fmt: skip
    if not since:
        return sum(forget_contact(row, at=entry.at).values())
    gone = ContactRow.objects.filter(matter=row, made_at__lte=entry.at).delete()[0]
    followers = Follower.objects.filter(matter=row, made_at__lte=entry.at, sealed__isnull=False)
    return gone + followers.update(sealed=None)


def _own_contact(row: Matter, entry: vault.Entry) -> int:
    return ContactRow.objects.filter(matter=row, made_at__lte=entry.at).delete()[0]


def _words(row: Matter, entry: vault.Entry) -> int:
    row.words_erased_at = row.words_erased_at or entry.at
    return sum(forget_details(row, at=entry.at).values())


def _point(row: Matter, entry: vault.Entry) -> int:
    return sum(forget_point(row, at=entry.at).values())


def _commitments(row: Matter, entry: vault.Entry) -> int:
    """Close them anew where nothing closed them since: the act that did is not in the backup."""
    acts = list_acts(subject_of(row))
    is_closed = any(act.after.get(SALTS_GONE) and act.at >= entry.at for act in acts)
    return 0 if is_closed else len(acts)


_HOW: dict[str, Callable[[Matter, vault.Entry], int]] = {
    vault.CONTACT: _contact,
    vault.OWN_CONTACT: _own_contact,
    vault.WORDS: _words,
    vault.POINT: _point,
    vault.COMMITMENTS: _commitments,
}


def _forget_follower(entry: vault.Entry, at: datetime) -> int:
    rows = Follower.objects.filter(sealed__isnull=False, made_at__lte=entry.at)
    for row in rows.select_related("matter"):
        if vault.digest_of(f"follower:{row.receipt}") == entry.subject:
            with transaction.atomic():
                Follower.objects.filter(pk=row.pk).update(sealed=None)
                command_id = uuid5(AGAIN, f"{row.receipt}/{entry.erased_at}/{at.isoformat()}")
                _record(row.matter, command_id, entry.what, at)
            return 1
    return 0


def _of_pictures(entries: tuple[vault.Entry, ...]) -> list[vault.Entry]:
    return [one for one in entries if one.what == vault.PHOTO]


def _drop_uncovered(entry: vault.Entry, at: datetime) -> int:
    """A picture as it was before a part of it was covered: nobody covers it again, so it goes."""
    for photo in PhotoRow.objects.filter(added_at__lte=entry.at).select_related("matter"):
        if vault.digest_of(f"file:{photo.file}") == entry.subject:
            with transaction.atomic():
                PhotoRow.objects.filter(pk=photo.pk).delete()
                row = photo.matter
                row.photos = max(0, row.photos - 1)
                row.save(update_fields=["photos"])
                command_id = uuid5(AGAIN, f"{photo.pk}/{entry.erased_at}/{at.isoformat()}")
                _record(row, command_id, entry.what, at)
                transaction.on_commit(partial(unlink, [path_of(photo.file)]))
            return 1
    return 0
