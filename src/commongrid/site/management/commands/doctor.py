"""``commongrid doctor``: look at everything an installer can get wrong, and say what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.db import Error as DatabaseProblem
from django.utils import timezone

from commongrid.site.doctor import machine, rows
from commongrid.site.doctor.finding import Check, Finding, Level, fail
from commongrid.site.management.base import HouseCommand

CHECKS: tuple[tuple[str, Check], ...] = (
    ("python", machine.python),
    ("packages", machine.packages),
    ("addresses", machine.addresses),
    ("second factor", machine.second_factor),
    ("keys", machine.keys),
    ("disk", machine.disk),
    ("static files", machine.static_files),
    ("database", rows.database),
    ("migrations", rows.migrations),
    ("clock", rows.clock),
    ("charters", rows.charters),
    ("ledger", rows.ledger),
    ("log", rows.transparency_log),
    ("outbox", rows.outbox),
    ("ticker", machine.ticker),
    ("backup", machine.backups),
    ("e-mail", machine.mail),
)
SIGNS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.FAIL: "FAIL"}


def examine(at: datetime, checks: Iterable[tuple[str, Check]] = CHECKS) -> list[Finding]:
    """Every finding. A check that breaks is itself a finding, and the others go on."""
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += check(at)
        except DatabaseProblem as error:
            told = f"the database did not answer ({type(error).__name__})"
            found.append(fail(name, told, "check DATABASE_URL, the server and its log"))
        except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
            told = f"could not be looked at ({type(error).__name__})"
            found.append(fail(name, told, "see the log; report it if it stays"))
    return found


class Command(HouseCommand):
    """Exit code 0: well. 1: something fails. With ``--strict`` a warning counts as that too."""

    help = "Check the installation and say what to do. Exit code 1 when something fails."

    def add_arguments(self, parser: CommandParser) -> None:
        """For people by default, for programs with ``--json``."""
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--strict", action="store_true")

    def handle(self, **options: Any) -> None:
        """Look, tell, and end with the code."""
        found = examine(timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in found], indent=1))
        else:
            for finding in found:
                self.stdout.write(f"{SIGNS[finding.level]} {finding.check}: {finding.told}")
                if finding.do:
                    self.stdout.write(f"       -> {finding.do}")
        bad = {Level.FAIL, Level.WARN} if options["strict"] else {Level.FAIL}
        if any(finding.level in bad for finding in found):
            raise SystemExit(1)
