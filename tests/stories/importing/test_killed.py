"""An import that is killed in the middle leaves whole batches, and the next run completes it."""

import os
import signal
import subprocess
import sys

import pytest

from tests.stories.importing.standing import BOSTON, ROOT, good_rows, write_csv

KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from commongrid.rooms.matters.commands import histories
from commongrid.stories.importing import requests
file, plan = sys.argv[1:]
call_command("migrate", verbosity=0)
call_command("import", "place", "--map", plan, "--from", file)
real, left = histories.record_chains, [2]
def record_chains(chains):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)  # rows are written, their acts are not
    return real(chains)
histories.record_chains = record_chains
requests.import_requests.__kwdefaults__["batch_size"] = 10
call_command("import", "requests", file, "--map", plan)
"""
NEXT = """
import sys
import django
django.setup()
from django.core.management import call_command
from commongrid.ledger.face import verify
from commongrid.rooms.matters.models import Matter
file, plan = sys.argv[1:]
print("left", Matter.objects.count(), verify().is_whole)
call_command("import", "requests", file, "--map", plan, "--resume")
print("whole", Matter.objects.count(), verify().is_whole)
call_command("import", "requests", file, "--map", plan)
"""


@pytest.mark.slow
@pytest.mark.real_clock
def test_a_killed_import_leaves_whole_batches_and_completes(tmp_path):
    env = {
        **os.environ,
        "COMMONGRID_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "commongrid.site.settings",
    }
    env.pop("DATABASE_URL", None)
    file = write_csv(tmp_path / "rows.csv", good_rows(30))

    def run(script):
        command = [sys.executable, "-c", script, str(file), str(BOSTON)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    killed = run(KILLED)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = run(NEXT)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "left 10 True" in told
    assert "going on after row 10" in told
    assert "20 rows: 20 matters recorded" in told
    assert "whole 30 True" in told
    assert "0 matters recorded with 0 acts, 30 known before" in told
