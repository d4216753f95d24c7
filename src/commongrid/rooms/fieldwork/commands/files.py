"""Take in files in pieces. What was acknowledged is in the database, so a crash keeps it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import in_turn, insert_rows, new_row
from commongrid.rooms.fieldwork.cards import FileCard
from commongrid.rooms.fieldwork.models import FileRow, PieceRow

MOST_HELD = 512 * 1024 * 1024  # of one account, on their way: a month of pictures, twice over

TOO_MUCH = Text(
    zh="已有太多文件等待关联，请先同步事项。",
    en="Too many files wait for what they belong to. Send the entries first.",
)
OTHER_FILE = Text(
    zh="收到的文件与登记的不一致，请重新上传。",
    en="What came is not the file that was announced. Send it again from the beginning.",
)


class GapError(Exception):
    """A piece does not follow what has come so far; ``received`` says how much that is."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


def put_piece(
    *, account_id: int, at: datetime, sha: str, kind: str, total: int, offset: int, content: bytes
) -> FileCard:
    """Keep a piece. One that has come before is taken again harmlessly, also in part.

    Nothing of authority happens here, so there is no act; attaching the file is one.
    Raises: GapError; Refused (``field.other_file``) when the whole is another file than its sha
    says, or its length another than was said before: nothing of it is kept then; ``field.too_much``
    when the account has half a gigabyte on its way already.
    Cost: 5 statements, and 1 more for the first and the last piece.
    """
    row, is_other = None, False
    with in_turn(), transaction.atomic():
        row = _locked(account_id, sha, kind, total, at)
        is_other = row.total != total
        if not is_other and not row.is_whole:
            _append(row, offset, content, at)
            is_other = row.received == total and not _is_what_it_says(row)
        if is_other:
            row.delete()
    if is_other:
        raise Refused(Verdict.no("field.other_file", OTHER_FILE, sha))
    return _card(row)


def find_file(*, account_id: int, sha: str) -> FileCard | None:
    """How much of a file has come, or None. Cost: 1 statement."""
    row = FileRow.objects.filter(account_id=account_id, sha=sha).first()
    return _card(row) if row else None


def list_whole_files(*, account_id: int, shas: set[str]) -> frozenset[str]:
    """Those of the files that have come whole. Cost: 1 statement, none without files."""
    if not shas:
        return frozenset()
    rows = FileRow.objects.filter(account_id=account_id, sha__in=shas, is_whole=True)
    return frozenset(rows.values_list("sha", flat=True))


def read_file(*, account_id: int, sha: str) -> bytes | None:
    """The content of a whole file, or None. Cost: 1 statement."""
    pieces = PieceRow.objects.filter(
        file__account_id=account_id, file__sha=sha, file__is_whole=True
    )
    found = [bytes(piece) for piece in pieces.order_by("offset").values_list("content", flat=True)]
    return b"".join(found) if found else None


def drop_file(*, account_id: int, sha: str) -> None:
    """Forget a file: it hangs on its matter now, or can hang nowhere."""
    FileRow.objects.filter(account_id=account_id, sha=sha).delete()


def _locked(account_id: int, sha: str, kind: str, total: int, at: datetime) -> FileRow:
    rows = FileRow.objects.select_for_update().filter(account_id=account_id, sha=sha)
    row = rows.first()
    if row is not None:
        return row
    held = FileRow.objects.filter(account_id=account_id).aggregate(all=Sum("total"))["all"] or 0
    if held + total > MOST_HELD:
        raise Refused(Verdict.no("field.too_much", TOO_MUCH))
    try:
        with transaction.atomic():
            return FileRow.objects.create(
                account_id=account_id, sha=sha, kind=kind, total=total, changed_at=at
            )
    except IntegrityError:  # two first pieces at once
        return rows.get()


def _append(row: FileRow, offset: int, content: bytes, at: datetime) -> None:
    if offset > row.received:
        raise GapError(row.received)
    new = content[row.received - offset :]
    if not new:
        return
    if row.received + len(new) > row.total:
        new = new[: row.total - row.received]
    insert_rows(new_row(PieceRow, file_id=row.pk, offset=row.received, content=new))
    row.received += len(new)
    row.changed_at = at
    row.is_whole = row.received == row.total
    row.save(update_fields=["received", "changed_at", "is_whole"])


def _is_what_it_says(row: FileRow) -> bool:
    digest = hashlib.sha256()
    for piece in row.pieces.order_by("offset").values_list("content", flat=True).iterator():
        digest.update(bytes(piece))
    return digest.hexdigest() == row.sha


def _card(row: FileRow) -> FileCard:
    return FileCard(
        sha=row.sha, kind=row.kind, total=row.total, received=row.received, is_whole=row.is_whole
    )
