"""``commongrid ledger``: verify every act, seal a checkpoint."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.ledger import face
from commongrid.ledger.log import face as log
from commongrid.rooms.matters import face as matters
from commongrid.site.management.base import HouseCommand

SHOWN = 50


class Command(HouseCommand):
    """Verify the ledger, or seal what it holds now."""

    help = "Verify every act of the ledger (verify), or seal a checkpoint (checkpoint)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="find what was altered: acts, log, files; exit 1 if any")
        verbs.add_parser("checkpoint", help="seal count and digest of all acts")

    def handle(self, **options: Any) -> None:
        """Run the verb."""
        if options["verb"] == "checkpoint":
            point = face.make_checkpoint(at=timezone.now())
            self.stdout.write(f"sealed {point.acts} acts, digest {point.digest[:16]}")
            return
        report, logged, files = face.verify(), log.verify_log(), matters.verify_files()
        findings = (*report.findings, *logged.findings, *files.findings)
        for finding in findings[:SHOWN]:
            where = "" if finding.position is None else f" act {finding.position}"
            self.stdout.write(f"{finding.code}: {finding.subject}{where}: {finding.detail}")
        told = (
            f"{report.acts} acts in {report.chains} chains, {report.checkpoints} checkpoints, "
            f"{len(findings)} findings"
        )
        self.stdout.write(
            f"log: {logged.size} leaves, {logged.waiting} acts wait, {logged.checkpoints} signed "
            f"checkpoints, {logged.cosignatures} cosignatures, root {logged.root[:16]}"
        )
        self.stdout.write(f"files: {files.files}, {files.unmarked} of before acts named files")
        if findings:
            message = f"the ledger is not whole: {told}"
            raise CommandError(message)
        self.stdout.write(f"the ledger is whole: {told}")
