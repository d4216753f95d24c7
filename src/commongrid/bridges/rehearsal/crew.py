"""Runs in processes of their own: as many at a time as there are cores, ended with their parent.

A worker is a plain child (``worker.main``) that reads what it is to do from its
standard input and ends when that closes. Nothing of the parent is inherited but the path of
imports, so it makes no difference how the parent was started or what threads it has.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, Any, Protocol, Self

Task = tuple[int, Any]
"""A replication, and what is run: the number of an alternative, a variant of a drill."""
FRAME = struct.Struct("<Q")
LOOK_S = 0.25
PATIENCE = 10
"""How much a child steps back behind a house's pages, in the system's own unit."""
START = (
    "import sys; sys.path[:0] = sys.argv[2:]; "
    "from commongrid.bridges.rehearsal.worker import main; main(int(sys.argv[1]))"
)
"""What a child runs: our own code, from where we have it."""
"""How often it is asked whether somebody cancelled."""


class CancelledError(RuntimeError):
    """Somebody asked for the rehearsal to be stopped."""


class WorkerLostError(RuntimeError):
    """A worker ended before its work was done, for want of memory as a rule."""


class Job(Protocol):
    """What workers are given. It is pickled once for each worker."""

    @property
    def play(self) -> Callable[[int, Any], Any]:
        """One run of a replication and what is tried. What it returns is pickled."""


def cores() -> int:
    """How many processes can work at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def write_frame(stream: IO[bytes], value: object) -> None:
    """Send one value over a pipe."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(FRAME.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """The next value of a pipe. Raises: EOFError when its other end is closed."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        raise EOFError
    length = FRAME.unpack(head)[0]
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    # only a parent and the child it started itself talk over this pipe
    return pickle.loads(body)  # noqa: S301


class Crew:
    """Workers on one job. Leaving the ``with`` ends them, whatever they are at.

    ``workers`` 0: no processes, everything is done by the caller (tests, and places so small that
    starting a process takes longer).
    """

    def __init__(self, job: Job, workers: int) -> None:
        self._job = job
        self._hands = [_Hand(job) for _ in range(workers)]
        self._is_warm = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for hand in self._hands:
            hand.end()

    def play(
        self,
        tasks: Iterable[Task],
        *,
        on_done: Callable[[], None],
        is_cancelled: Callable[[], bool],
    ) -> dict[Task, Any]:
        """Every task's result. The order in which they end makes no difference to anybody.

        Raises: CancelledError, WorkerLostError, and whatever a run raised.
        """
        waiting = list(tasks)
        if not self._hands:
            return self._play_here(waiting, on_done, is_cancelled)
        found: dict[Task, Any] = {}
        if not self._is_warm and waiting:
            # the first run fills the cache of compiled code, so that not all of them compile it
            found |= self._play_with(self._hands[:1], waiting[:1], on_done, is_cancelled)
            waiting, self._is_warm = waiting[1:], True
        return found | self._play_with(self._hands, waiting, on_done, is_cancelled)

    def _play_here(
        self, tasks: list[Task], on_done: Callable[[], None], is_cancelled: Callable[[], bool]
    ) -> dict[Task, Any]:
        found = {}
        for task in tasks:
            if is_cancelled():
                raise CancelledError
            found[task] = self._job.play(*task)
            on_done()
        return found

    def _play_with(
        self,
        hands: list[_Hand],
        tasks: list[Task],
        on_done: Callable[[], None],
        is_cancelled: Callable[[], bool],
    ) -> dict[Task, Any]:
        found: dict[Task, Any] = {}
        left, news = list(reversed(tasks)), queue.SimpleQueue[tuple["_Hand", Task, Any]]()
        for hand in hands:
            if left:
                hand.give(left.pop(), news)
        while len(found) < len(tasks):
            if is_cancelled():
                raise CancelledError
            try:
                hand, task, value = news.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if isinstance(value, BaseException):
                raise value
            found[task] = value
            if left:
                hand.give(left.pop(), news)
            on_done()
        return found


class _Hand:
    """One worker, and the thread that waits for it."""

    def __init__(self, job: Job) -> None:
        self._child = subprocess.Popen(  # noqa: S603  (our own interpreter and words)
            [sys.executable, "-c", START, str(PATIENCE), *(path for path in sys.path if path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._has_job = False
        self._job = job

    def give(self, task: Task, news: queue.SimpleQueue[tuple[_Hand, Task, Any]]) -> None:
        """Begin a task; its result comes over ``news``."""
        threading.Thread(target=self._work, args=(task, news), daemon=True).start()

    def end(self) -> None:
        """End the child now."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was not sent any more has nobody to read it

    def _work(self, task: Task, news: queue.SimpleQueue[tuple[_Hand, Task, Any]]) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        value: Any
        try:
            if not self._has_job:
                write_frame(self._child.stdin, self._job)
                self._has_job = True
            write_frame(self._child.stdin, task)
            value = read_frame(self._child.stdout)
        except (EOFError, OSError, ValueError):
            value = WorkerLostError(f"a worker ended with {self._child.poll()}")
        except Exception as error:  # noqa: BLE001  it is told to whoever waits
            value = error
        news.put((self, task, value))
