"""One process for one house: it asks a page when told to, and says what that took.

Reads words, a line at a time: ``names``, ``ask N``, ``sql N``, ``memory``; answers a line of JSON.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import support


def main() -> None:
    """Open the house of the environment and answer until the lines end."""
    import django
    import time_machine

    django.setup()
    import township

    with time_machine.travel(township.AT, tick=False):
        answer_lines()


def answer_lines() -> None:
    """The conversation."""
    import scale_questions

    known, ask = scale_questions.questions(), scale_questions.asker()
    gc.collect()
    gc.freeze()  # what lives as long as the process: no pause of its own falls on a call
    for line in sys.stdin:
        word, *rest = line.split()
        question = known[int(rest[0])] if rest else None
        print(json.dumps(answer(word, question, known, ask)), flush=True)


def answer(word: str, question: Any, known: Any, ask: Any) -> Any:
    """One answer."""
    if word == "names":
        return [[one.name, one.where] for one in known]
    if word == "memory":
        return memory()
    if word == "sql":
        with support.counting() as seen:
            size = len(ask(question))
        return [len(seen), size, seen.texts]
    began, began_own = time.perf_counter(), own_s()
    ask(question)
    return [time.perf_counter() - began, own_s() - began_own]


def own_s() -> float:
    """Seconds of processor time of this process and of what PostgreSQL does for it."""
    seconds = time.process_time()
    if beside := backend():
        spent = Path(f"/proc/{beside}/schedstat").read_text(encoding="ascii").split()[0]
        seconds += int(spent) / 1e9
    return seconds


@cache
def backend() -> int:
    """The process of the server that works for this one; 0 with SQLite, or where none is seen."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return pid if Path(f"/proc/{pid}/schedstat").exists() else 0


def memory() -> dict[str, float]:
    """MiB: the most this process held, and what its part of PostgreSQL holds for itself."""
    told = {"process MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    if beside := backend():
        rollup = Path(f"/proc/{beside}/smaps_rollup").read_text(encoding="ascii").splitlines()
        private = [line.split()[1] for line in rollup if line.startswith("Private")]
        told["backend MiB"] = sum(map(int, private)) / 1024
    return told


if __name__ == "__main__":
    main()
