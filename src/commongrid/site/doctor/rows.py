"""Checks of the database and what is in it: reachable, up to date, whole, with the right time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from commongrid.ledger.checking import check_act
from commongrid.ledger.log import face as log
from commongrid.ledger.models import Act, Chain, OutboxRow
from commongrid.ledger.seals import GENESIS
from commongrid.rooms.places import face as places
from commongrid.site.doctor.finding import Finding, fail, ok, warn
from commongrid.site.pages_system import database_version, open_migrations
from commongrid.site.rounds import last_round

SKEW = timedelta(seconds=5)
CHAINS = 50  # the newest ones; `commongrid ledger verify` reads them all
OUTBOX_AFTER = timedelta(hours=1)
OLDEST_POSTGRES = 14


def database(_at: datetime) -> Iterator[Finding]:
    """Which database answers, and whether it is set as it should be."""
    found = database_version()
    if connection.vendor != "sqlite":
        if int(found.split(".")[0].split()[0]) < OLDEST_POSTGRES:
            yield warn("database", f"PostgreSQL {found}", f"use {OLDEST_POSTGRES} or newer")
        else:
            yield ok("database", f"PostgreSQL {found}")
        return
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        whole = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if mode != "wal":
        do = "keep COMMONGRID_HOME on a disk of this machine; WAL needs one"
        yield fail("database", f"SQLite {found} in mode {mode}, not WAL", do)
    elif whole != "ok":
        do = "stop the server, keep the file, restore the last backup"
        yield fail("database", "SQLite finds damage in its file", do)
    else:
        yield ok("database", f"SQLite {found}, WAL, whole")


def migrations(_at: datetime) -> Iterator[Finding]:
    """Whether tables are those of this version."""
    waiting = open_migrations()
    if waiting:
        told = f"{len(waiting)} wait, the first is {waiting[0]}"
        yield fail("migrations", told, "back up, then commongrid migrate")
    else:
        yield ok("migrations", "all applied")


def clock(_at: datetime) -> Iterator[Finding]:
    """The time zone, and this machine's clock against the database's."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        do = "install the package tzdata"
        yield fail("clock", f"the time zone {settings.TIME_ZONE} is not known here", do)
        return
    if connection.vendor == "sqlite":  # its clock is this machine's
        newest = Act.objects.order_by("-id").values_list("recorded_at", flat=True).first()
        if newest is not None and newest - timezone.now() > SKEW:
            do = "set the clock (NTP); do not let it go back under a running place"
            yield fail("clock", "the newest act was recorded in the future", do)
        else:
            yield ok("clock", settings.TIME_ZONE)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - datetime.now(UTC))
    if skew > SKEW:
        told = f"this machine and the database differ by {skew.total_seconds():.0f} s"
        yield fail("clock", told, "let both follow the same time server (NTP)")
    else:
        yield ok("clock", f"{settings.TIME_ZONE}, {skew.total_seconds():.1f} s from the database")


def charters(_at: datetime) -> Iterator[Finding]:
    """Whether the charters on the disk pass their check, and one is in force."""
    folder: Path = settings.CHARTERS_DIR
    if not folder.is_dir():
        yield fail("charters", "the folder of charters is missing", "set COMMONGRID_CHARTERS")
        return
    try:
        import io

        call_command("charter", "check", "--all", stdout=io.StringIO(), stderr=io.StringIO())
        yield ok("charters", "all pass their check")
    except (CommandError, SystemExit) as error:
        do = "commongrid charter check --all names each row"
        yield fail("charters", str(error).splitlines()[0][:160] if str(error) else "faults", do)
    if not places.list_charters():
        do = "commongrid adopt, or no matter can be raised"
        yield warn("charter in force", "none was adopted yet", do)
    else:
        yield ok("charter in force", f"{len(places.list_charters())} adopted")


def ledger(_at: datetime) -> Iterator[Finding]:
    """The newest chains of the ledger, act by act."""
    newest = Act.objects.order_by("-id").values_list("subject", flat=True)[: CHAINS * 4]
    subjects = list(dict.fromkeys(newest))[:CHAINS]
    found = [fault for subject in subjects for fault in _chain_faults(subject)]
    if found:
        told = f"{found[0]} ({len(found)} findings in {len(subjects)} chains)"
        do = "commongrid ledger verify; compare with the last backup, tell the supervisor"
        yield fail("ledger", told, do)
    else:
        yield ok("ledger", f"the newest {len(subjects)} chains are whole")


def _chain_faults(subject: str) -> Iterator[str]:
    acts = list(Act.objects.filter(subject=subject).order_by("position"))
    hashes = [GENESIS, *(act.hash for act in acts)]
    for position, (act, (previous, _own)) in enumerate(zip(acts, pairwise(hashes), strict=True)):
        for fault in check_act(act, expected_position=position, expected_previous=previous):
            yield f"{fault.code} in {subject}"
    head = Chain.objects.filter(subject=subject).first()
    if head is None or (head.length, head.head) != (len(acts), hashes[-1]):
        yield f"head in {subject}"


def outbox(at: datetime) -> Iterator[Finding]:
    """Whether what is to be delivered is delivered."""
    waiting = OutboxRow.objects.filter(
        delivered_at__isnull=True, created_at__lt=at - OUTBOX_AFTER
    ).count()
    if waiting:
        told = f"{waiting} deliveries wait for more than an hour"
        yield warn("outbox", told, "see /-/jobs and the log for the receiver that fails")
    else:
        yield ok("outbox", "nothing waits for long")


def transparency_log(_at: datetime) -> Iterator[Finding]:
    """Whether the log is signed, and whether its witnesses agree."""
    last = last_round()
    if last is not None and last.log_trouble:
        do = "find out what was altered or put back: docs/how-to/log.md"
        yield fail("log", f"no checkpoint is signed any more: {last.log_trouble}", do)
        return
    card = log.find_log()
    contradict = [one.name for one in card.witnesses if one.is_conflict] if card else []
    if contradict:
        do = "treat it as a breach until it is explained: docs/how-to/log.md"
        yield fail("log", f"{', '.join(contradict)} has seen another log than this one", do)
    elif card is None:
        yield ok("log", "nothing is signed yet")
    else:
        count = len(card.witnesses)
        yield ok("log", f"{card.size} acts are signed; witnesses: {count or 'none yet'}")
