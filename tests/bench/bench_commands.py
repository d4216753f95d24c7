"""What it takes to start a command, beside bare Python and a start that loads every page.

``bench_commands.py [--repeats 7]``

Operators and timers start commands often, each in a process of its own. The measure is processor
time of that process (user and system, the least of several, in turns), on an empty house.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import support

SET_UP = "import django; django.setup()"
STARTS = {
    "python, nothing in it": ("-c", "pass"),
    "the house without any page": ("-c", SET_UP),
    "the house with every page": ("-c", f"{SET_UP}; import commongrid.site.urls"),
}
COMMANDS = (
    "log status", "ledger verify", "people list", "doctor", "witness key",
    "charter diff keerqin-subdistrict kezuohouqi-township",
)  # fmt: skip


def main() -> None:
    """Start each in turns; one line each."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--repeats", type=int, default=7)
    asked = words.parse_args()
    support.start_house()
    os.environ["PYTHONPATH"] = str(support.ROOT / "src")
    works = STARTS | {
        f"commongrid {told}": ("-m", "commongrid", *told.split()) for told in COMMANDS
    }
    for arguments in works.values():
        ensure_done(*arguments)
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(asked.repeats):
        for name, arguments in works.items():
            spent[name].append(processor_s(*arguments))
    support.title("starting commands")
    bare, pages = (min(spent[name]) for name in (*STARTS,)[::2])
    support.table(
        ("start", "processor s", "times bare Python", "% of one with every page"),
        [
            (name, min(times), min(times) / bare, 100 * min(times) / pages)
            for name, times in spent.items()
        ],
    )


def ensure_done(*arguments: str) -> None:
    """Stop where a command only tells that it cannot; what it found it may tell with a 1."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "Error" in done.stderr:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")


def processor_s(*arguments: str) -> float:
    """User and system seconds of one process of ours."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
