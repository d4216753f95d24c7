"""Sequencers are killed in the middle, again and again: what was signed stays the beginning.

Each time the process ends by SIGKILL at a random moment; a second one looks at what is left, and
every checkpoint that was ever signed has to be the beginning of the next.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("COMMONGRID_SOAK_KILLS", "25"))
HEAD = """
import os, sys
import django
django.setup()
from datetime import UTC, datetime
from uuid import uuid4
from django.core.management import call_command
from django.db import transaction
from commongrid.ledger import face as ledger
from commongrid.ledger.log import face as log
"""
WORK = """
print("working", flush=True)
while True:
    for _ in range(3):
        with ledger.in_turn(), transaction.atomic():
            for _ in range(40):
                ledger.record_act(ledger.ActDraft(
                    command_id=uuid4(), subject=f"matter:{uuid4()}", action="take",
                    actor="staff:1", rule_id="r", at=datetime.now(UTC), is_first=True))
    done = log.run_log_round(at=datetime.now(UTC))
    if done.trouble:
        sys.exit(f"trouble: {done.trouble}")
"""
LOOK = """
from commongrid.ledger.log.memory import remembered
from commongrid.ledger.log.models import SignedCheckpoint
from commongrid.ledger.log.proofs import root_of
from commongrid.ledger.log.reading import tree_nodes
found = log.verify_log()
assert found.is_whole, found.findings
nodes, last = tree_nodes(), 0
for point in SignedCheckpoint.objects.order_by("size"):
    assert root_of(point.size, nodes) == bytes(point.root)
    last = point.size
kept = remembered()
if kept:
    assert kept.size >= last
    assert root_of(kept.size, nodes).hex() == kept.root
print(found.size, last, flush=True)
"""


def run(code: str, home: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "COMMONGRID_HOME": str(home), "COMMONGRID_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "commongrid.site.settings", "DATABASE_URL": "",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + code], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    told, wrong = process.communicate(timeout=300)
    assert process.returncode == 0, wrong
    return told


@pytest.mark.real_clock
def test_what_was_signed_stays_the_beginning(tmp_path):
    rng, sizes = random.Random(7), [0]
    ended(run("call_command('migrate', verbosity=0)", tmp_path))
    for _ in range(KILLS):
        workers = [run(WORK, tmp_path) for _ in range(2)]
        try:
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "working\n"
            time.sleep(rng.uniform(0.0, 1.5))
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()
        assert not any(worker.returncode not in (-9,) for worker in workers), workers
        size, _ = map(int, ended(run(LOOK, tmp_path)).split())
        assert size >= sizes[-1]
        sizes.append(size)
    assert sizes[-1] > 0
    print(f"{KILLS} kills, {sizes[-1]:,} acts in the log")  # noqa: T201
