"""``commongrid receipt verify``: check a resident's receipt with nothing but the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commongrid.ledger.log.face import BadNoteError, BadReceiptError, check_receipt
from commongrid.site.management.base import HouseCommand

WHY = {
    "signature": "the checkpoint is not signed by this key",
    "proof": "an act does not fit the signed log: it was changed, or the log was",
    "checkpoint": "the receipt has no checkpoint",
    "order": "the acts are not in one row: one is missing, or is of another matter",
    "other_log": "the other checkpoint is not of this log, or its signature is wrong",
    "two_roots": "one size with two roots: the log was forked; keep both files",
}


class Command(HouseCommand):
    """Check a receipt; exit 1 unless it holds."""

    help = "Check a receipt without database or network; exit 1 unless it holds."

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="check the file a resident downloaded")
        verify.add_argument("file", type=Path)
        verify.add_argument("--key", action="append", default=[], help="the log's key line")
        verify.add_argument("--checkpoint", type=Path, help="one known from elsewhere")

    def handle(self, **options: Any) -> None:
        """Check and tell."""
        try:
            content = options["file"].read_text("utf-8")
            other = options["checkpoint"].read_text("utf-8") if options["checkpoint"] else ""
            found = check_receipt(content, vkeys=options["key"], other=other)
        except (OSError, UnicodeDecodeError, BadReceiptError, BadNoteError) as error:
            raise CommandError(str(error)) from error
        for act in found.acts:
            where = "" if act.index is None else f" (entry {act.index})"
            told = f"{act.told.get('at')} {act.told.get('action')} by {act.told.get('rule_id')}"
            self.stdout.write(f"{act.verdict}: {told}{where}")
        if found.point is not None:
            point = found.point
            self.stdout.write(f"checkpoint: {point.origin}, {point.size} acts, {point.root.hex()}")
        if found.signed_by:
            whose = "given" if found.is_key_given else "from the receipt itself: compare it"
            self.stdout.write(f"signed by {found.signed_by} ({whose})")
        for name, seconds in found.witnessed_by:
            at = datetime.fromtimestamp(seconds, UTC).isoformat()
            self.stdout.write(f"witnessed by {name} at {at}")
        if found.problems:
            raise CommandError("; ".join(WHY[code] for code in found.problems))
        if any(act.verdict == "proven" for act in found.acts):
            self.stdout.write("the receipt holds")
        else:
            message = "nothing in the receipt is proven yet: download it again later"
            raise CommandError(message)
