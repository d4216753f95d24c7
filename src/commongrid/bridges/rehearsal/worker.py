"""One process that plays runs: the job comes first, then a task at a time.

It is started by ``crew`` and ends when its parent does: the pipe it reads from is closed then, and
a thread of its own sees that even while a run is on.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from typing import IO, Any

from commongrid.bridges.rehearsal.crew import read_frame, write_frame


def main(patience: int) -> None:
    """Play until there is nothing more to read, stepping back behind others by so much."""
    given, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints something must not print it among the answers
    with contextlib.suppress(AttributeError, OSError):
        os.nice(patience)
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(given, tasks), daemon=True).start()
    job = tasks.get()
    while True:
        if isinstance(job, BaseException):
            value: Any = job
            tasks.get()
        else:
            value = _played(job, tasks.get())
        _answer(answers, value)


def _listen(given: IO[bytes], tasks: queue.SimpleQueue[Any]) -> None:
    while True:
        try:
            tasks.put(read_frame(given))
        except EOFError:
            os._exit(0)  # the parent is gone, and with it whoever wanted to know
        except Exception as error:  # noqa: BLE001  a job that cannot be read is told as its result
            tasks.put(error)


def _played(job: Any, task: Any) -> Any:
    try:
        return job.play(*task)
    except Exception as error:  # noqa: BLE001  it is raised again in the parent
        return error


def _answer(answers: IO[bytes], value: Any) -> None:
    try:
        write_frame(answers, value)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  what cannot be sent is told in words
        write_frame(answers, RuntimeError(f"{type(value).__name__}: {value} ({error})"))
