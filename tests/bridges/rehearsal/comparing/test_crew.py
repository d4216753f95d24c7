"""Workers give the same as one pair of hands, stop when told, and never outlive their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from commongrid.bridges.rehearsal import crew
from commongrid.bridges.rehearsal.crew import CancelledError, Crew, WorkerLostError

ROOT = Path(__file__).parents[4]
TASKS = [(replication, alternative) for replication in range(4) for alternative in range(2)]
PATIENCE_S = 60


@dataclass(frozen=True)
class Sums:
    """A job for tests: it prints where it must not, and does as it is told."""

    base: int
    wrong: int = -1
    dies: int = -1
    sleeps_s: float = 0.0
    says: str = ""

    def play(self, replication: int, alternative: int) -> tuple[int, int]:
        sys.stdout.write("this goes to nobody\n")
        sys.stdout.flush()
        if replication == self.wrong:
            raise ZeroDivisionError("on purpose")
        if replication == self.dies:
            os._exit(3)
        if self.says:
            Path(self.says, str(os.getpid())).touch()
        time.sleep(self.sleeps_s)
        return self.base + 10 * replication + alternative, os.getpid()


@dataclass(frozen=True)
class Niceness:
    """A job that tells how far its process steps back."""

    def play(self, replication: int, alternative: int) -> int:
        return os.nice(0)


def nobody() -> bool:
    return False


def played(job: Sums, workers: int, tasks: list[tuple[int, int]] = TASKS) -> dict:
    done: list[int] = []
    with Crew(job, workers) as hands:
        found = hands.play(tasks, on_done=lambda: done.append(1), is_cancelled=nobody)
    assert len(done) == len(tasks)
    return found


def test_workers_step_back_behind_a_house_s_pages() -> None:
    with Crew(Niceness(), 1) as hands:
        found = hands.play([(0, 0)], on_done=lambda: None, is_cancelled=nobody)
    assert found == {(0, 0): min(os.nice(0) + crew.PATIENCE, 19)}
    assert crew.PATIENCE > 0


def test_every_task_is_done_once_whoever_does_it() -> None:
    alone, two = played(Sums(5), 0), played(Sums(5), 2)
    assert {task: value for task, (value, _) in alone.items()} == {
        (r, a): 5 + 10 * r + a for r, a in TASKS
    }
    assert {k: v for k, (v, _) in alone.items()} == {k: v for k, (v, _) in two.items()}
    assert {pid for _, pid in alone.values()} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in two.values()}
    assert played(Sums(5), 1, []) == {}


def test_what_a_run_raises_is_raised_here() -> None:
    for workers in (0, 1):
        with pytest.raises(ZeroDivisionError, match="on purpose"):
            played(Sums(0, wrong=2), workers)


def test_a_worker_that_dies_is_told_and_not_waited_for() -> None:
    with pytest.raises(WorkerLostError):
        played(Sums(0, dies=1), 1)


def test_cancelled_it_stops_in_the_middle_of_a_run_and_leaves_nobody(tmp_path: Path) -> None:
    job = Sums(0, sleeps_s=3600, says=str(tmp_path))
    with pytest.raises(CancelledError), Crew(job, 1) as hands:
        hands.play(TASKS, on_done=lambda: None, is_cancelled=lambda: any(tmp_path.iterdir()))
    (pid,) = (int(path.name) for path in tmp_path.iterdir())
    assert not is_alive(pid)


def test_alone_it_stops_before_the_next_run() -> None:
    done: list[int] = []
    with pytest.raises(CancelledError), Crew(Sums(0), 0) as hands:
        hands.play(TASKS, on_done=lambda: done.append(1), is_cancelled=lambda: len(done) == 3)
    assert len(done) == 3


PARENT = """
import sys
from commongrid.bridges.rehearsal.crew import Crew
from tests.bridges.rehearsal.comparing.test_crew import Sums
with Crew(Sums(0, sleeps_s=3600, says=sys.argv[1]), 1) as hands:
    hands.play([(0, 0)], on_done=lambda: None, is_cancelled=lambda: False)
"""


def test_a_killed_parent_takes_its_workers_with_it(tmp_path: Path) -> None:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": ""},
    )
    try:
        wait_for(lambda: any(tmp_path.iterdir()))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    (pid,) = (int(path.name) for path in tmp_path.iterdir())
    wait_for(lambda: not is_alive(pid))


def test_there_is_at_least_one_core() -> None:
    assert crew.cores() >= 1


def wait_for(condition) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
