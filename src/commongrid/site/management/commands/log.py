"""``commongrid log``: how the transparency log stands, and checking the log of another house."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.ledger.log import face, mirroring
from commongrid.ledger.log.notes import BadNoteError, parse_vkey
from commongrid.site.management.base import HouseCommand


class Command(HouseCommand):
    """Append, sign, show, check and, after a loss, go on under another name."""

    help = "The transparency log: status, append, check another house's, renew after a loss."

    def add_arguments(self, parser: CommandParser) -> None:
        """The verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="size, root, keys and witnesses")
        verbs.add_parser("append", help="append what waits and sign, as every round does")
        take = verbs.add_parser("take", help="take the signature a witness brought in a file")
        take.add_argument("file", type=Path)
        check = verbs.add_parser("check", help="read a whole log over the net and hold it to a key")
        check.add_argument("address", help="such as https://.../log/")
        check.add_argument("--key", action="append", required=True, help="the log's key line")
        renew = verbs.add_parser("renew", help="go on under another name: entries were lost")
        renew.add_argument("name", help="such as grid.example.org/log/2")
        renew.add_argument("--reason", required=True)

    def handle(self, **options: Any) -> None:
        """Run the verb."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except (BadNoteError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _status(self, _: dict[str, Any]) -> None:
        card = face.find_log()
        if card is None:
            self.stdout.write("nothing is signed yet")
            return
        self.stdout.write(f"{card.origin}: {card.size} acts, root {card.root.hex()}")
        self.stdout.write(f"signed {card.made_at.isoformat()}")
        for vkey in card.keys:
            self.stdout.write(f"key {vkey}")
        for one in card.witnesses:
            self.stdout.write(f"witness {one.name}: {one.size} acts {one.trouble}".rstrip())

    def _append(self, _: dict[str, Any]) -> None:
        done = face.run_log_round(at=timezone.now())
        if done.trouble:
            message = f"nothing was signed ({done.trouble}): see docs/how-to/log.md"
            raise CommandError(message)
        self.stdout.write(f"{done.appended} appended, {done.size} signed")

    def _take(self, options: dict[str, Any]) -> None:
        written = options["file"].read_text("utf-8")
        self.stdout.write(f"signed by {face.take_cosignature(written, at=timezone.now())}")

    def _check(self, options: dict[str, Any]) -> None:
        verifiers = [parse_vkey(vkey) for vkey in options["key"]]
        read = mirroring.read_checkpoint(options["address"], verifiers)
        count = mirroring.read_all(options["address"], read.point)
        root = face.grouped(read.point.root.hex())
        self.stdout.write(f"{read.point.origin}: {count} entries give the signed root {root}")

    def _renew(self, options: dict[str, Any]) -> None:
        point = face.renew(options["name"], reason=options["reason"], at=timezone.now())
        size = point.size if point else 0
        self.stdout.write(f"goes on as {options['name']} with {size} acts; tell the witnesses")
