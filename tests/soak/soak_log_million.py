"""A clean log of 1,000,000 acts verifies; then one act of them is altered, and it is that one.

COMMONGRID_SOAK_ACTS=60000 for a shorter one.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from commongrid.kernel.canon import canonical_json
from commongrid.ledger import face as ledger
from commongrid.ledger.keys import ledger_key
from commongrid.ledger.log import face
from commongrid.ledger.models import Act
from commongrid.ledger.seals import GENESIS, act_hash, chain_seal
from commongrid.ledger.writing import core_of

pytestmark = pytest.mark.django_db
ACTS = int(os.environ.get("COMMONGRID_SOAK_ACTS", "1000000"))
PER_CHAIN, CHAINS_A_GO, POINTS = 8, 500, 10
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


COLUMNS = (
    "subject, position, command_id, action, actor, role, power, rule_id, charter_key, at, "
    "recorded_at, core, words, salt, previous, hash"
)


def write(chains: int) -> None:
    """Whole chains with their heads, as commands leave them, but by one statement for many."""
    acts, heads = [], []
    for _ in range(chains):
        subject, previous = f"matter:{uuid4()}", GENESIS
        for position in range(PER_CHAIN):
            command_id, recorded_at = uuid4(), datetime.now(UTC)
            draft = ledger.ActDraft(
                command_id=command_id, subject=subject, action="take", actor="staff:17",
                role="handler", power="take_offer", rule_id="event.offered.take", at=AT,
                charter_key="keerqin-subdistrict@2026.7", before={"state": "offered"},
                after={"state": "in_hand", "unit": "sanitation"},
            )  # fmt: skip
            core = canonical_json(core_of(draft, position, "", recorded_at))
            digest = act_hash(core, previous)
            acts.append(
                (
                    subject, position, as_kept(command_id), "take", "staff:17", "handler",
                    "take_offer", "event.offered.take", "keerqin-subdistrict@2026.7",
                    connection.ops.adapt_datetimefield_value(AT),
                    connection.ops.adapt_datetimefield_value(recorded_at),
                    core, "", "", previous, digest,
                )
            )  # fmt: skip
            previous = digest
        seal = chain_seal(ledger_key(), subject, PER_CHAIN, previous)
        heads.append((subject, PER_CHAIN, previous, seal))
    marks = ", ".join(["%s"] * 16)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO ledger_act ({COLUMNS}) VALUES ({marks})", acts)
        cursor.executemany(
            "INSERT INTO ledger_chain (subject, length, head, seal) VALUES (%s, %s, %s, %s)", heads
        )


def as_kept(command_id: UUID) -> str | UUID:
    return command_id.hex if connection.vendor == "sqlite" else command_id


@pytest.mark.real_clock
def test_a_clean_log_verifies_and_an_altered_one_does_not(settings, tmp_path):
    settings.HOME = tmp_path
    settings.TLOG_NAME = "grid.example.org/log"
    began = time.monotonic()

    def told(what: str, acts: int = ACTS) -> None:
        nonlocal began
        spent = time.monotonic() - began
        print(f"{what}: {acts:,} in {spent:.0f} s, {acts / spent:,.0f} a second")  # noqa: T201
        began = time.monotonic()

    appended = 0.0
    for _ in range(POINTS):
        for _ in range(ACTS // PER_CHAIN // POINTS // CHAINS_A_GO or 1):
            write(CHAINS_A_GO)
        before = time.monotonic()
        assert face.run_log_round(at=datetime.now(UTC)).trouble == ""
        appended += time.monotonic() - before
    acts = Act.objects.count()
    told("written and placed", acts)
    print(f"of it placed and signed: {acts / appended:,.0f} a second")  # noqa: T201
    report = face.verify_log()
    told("log verified", acts)
    if acts <= 200_000:
        assert ledger.verify().is_whole
        told("chains verified", acts)
    assert report.is_whole, report.findings[:5]
    assert (report.size, report.checkpoints, report.waiting) == (acts, POINTS, 0)
    subject = Act.objects.order_by("id").values_list("subject", flat=True)[acts // 3]
    receipt = face.receipt_of(subject, ref="r", at=AT)
    print(f"a proof: {len(receipt['acts'][0]['proof'])} hashes")  # noqa: T201
    altered = Act.objects.filter(subject=subject, position=3)
    altered.update(core=altered.get().core.replace("sanitation", "culture_office"))
    began = time.monotonic()
    found = face.verify_log().findings
    told("log verified again", acts)
    assert [(one.code, one.subject, one.position) for one in found] == [("log_entry", subject, 3)]
