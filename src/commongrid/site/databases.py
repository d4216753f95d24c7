"""The database table of the settings: SQLite by default, PostgreSQL by address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a
# transaction, so it waits for its turn instead of failing half-way (ADR 0001).
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA secure_delete=ON;"  # what is erased is overwritten (docs/adr/0036)
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-32000;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=67108864;"
    # 64 MiB: pages written often are copied once for many, and whoever writes waits for the disk
    # a quarter as often as at 4,000. No longer, or a crash would leave much to read again.
    "PRAGMA wal_autocheckpoint=16000;"
)
SQLITE_WAIT_S = 20
# A request waits this long for a connection while the server is away, then says so; and once it
# is back the first request finds it, because a connection is asked whether it lives (CHECKED).
POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 5}
CHECKED = True
# Statements whose values travel apart (ledger/inserting.py) are planned once for a connection when
# they have come this often. For a pooler that cannot keep them: ?prepare_threshold=none.
PREPARED_AFTER = 2


def sqlite(path: Path) -> dict[str, Any]:
    """Describe the one-file database at `path`."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_S,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def postgres(address: str, *, pool: bool = True) -> dict[str, Any]:
    """Describe the PostgreSQL database at `address`.

    Raises: ValueError when the address is not a postgres one or names no database.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"DATABASE_URL must start with postgres://, not {parts.scheme}://"
        raise ValueError(message)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        message = "DATABASE_URL names no database: postgres://user:password@host:port/NAME"
        raise ValueError(message)
    extra = dict(parse_qsl(parts.query))
    host = extra.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # Django refuses long-lived connections together with a pool.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": CHECKED,
        "OPTIONS": {
            "prepare_threshold": _prepared_after(extra.pop("prepare_threshold", "")),
            **extra,
            **({"pool": POOL} if pool else {}),
        },
    }


def _prepared_after(asked: str) -> int | None:
    if asked == "none":
        return None
    if asked and not asked.isdecimal():
        message = "DATABASE_URL: prepare_threshold is a number of times, or none"
        raise ValueError(message)
    return int(asked) if asked else PREPARED_AFTER


def database(address: str, home: Path) -> dict[str, Any]:
    """Choose the database: the given address, or SQLite in the home folder."""
    return postgres(address) if address else sqlite(home / "commongrid.sqlite3")
