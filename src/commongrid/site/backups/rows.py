"""The database of a backup: one moment of it, taken while others write.

SQLite copies its file page by page through its own backup call. PostgreSQL is read table by table
in one repeatable-read transaction, as COPY text: no other program is needed, and any newer version
of the server reads it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from commongrid.site.backups.manifest import BackupError

FILE, FOLDER, SUFFIX = "database.sqlite3", "tables", ".copy"
TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname"
)
COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
SEQUENCES = (
    "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() "
    "AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
    "AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"
)
Taken = tuple[dict[str, int], list[list[str]]]


def take_rows(folder: Path) -> Taken:
    """Write the database into the folder; the rows of each table, and the migrations applied."""
    return _take_sqlite(folder) if connection.vendor == "sqlite" else _take_postgres(folder)


def is_empty() -> bool:
    """Whether the database holds no table at all."""
    return not connection.introspection.table_names()


def put_rows(folder: Path, migrations: list[list[str]]) -> None:
    """Fill the empty database from the folder; the tables are those of the backup's version."""
    if connection.vendor == "sqlite":
        _put_sqlite(folder)
    else:
        _put_postgres(folder, [(app, name) for app, name in migrations])


# --- SQLite -----------------------------------------------------------------------------------
def _take_sqlite(folder: Path) -> Taken:
    target = folder / FILE
    source = str(connection.settings_dict["NAME"])
    # In one step: a copy in several begins anew whenever somebody has written between two of them.
    # Under WAL the one long reading holds up nobody who writes.
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(_new(target)) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return read_sqlite(target)


def _new(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return sqlite3.connect(path)


def read_sqlite(path: Path) -> Taken:
    """Count a copied database, after asking whether it is whole. Raises: BackupError."""
    try:
        return _read_sqlite(path)
    except sqlite3.DatabaseError as error:
        message = f"the copied database {path} cannot be read: {error}"
        raise BackupError(message) from error


def _read_sqlite(path: Path) -> Taken:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            message = f"the copied database {path} is not whole"
            raise BackupError(message)
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [name for (name,) in copy.execute(asked) if not _is_virtual(copy, name)]
        counts = {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
        }
        return counts, _migrations(copy)


def _is_virtual(copy: sqlite3.Connection, name: str) -> bool:
    asked = "SELECT 1 FROM pragma_table_list WHERE name = ? AND type <> 'table'"
    return copy.execute(asked, [name]).fetchone() is not None


def _migrations(cursor: Any) -> list[list[str]]:
    rows = cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return [[str(app), str(name)] for app, name in rows]


def _put_sqlite(folder: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    with closing(sqlite3.connect(folder / FILE)) as copy, closing(sqlite3.connect(target)) as live:
        copy.backup(live)


# --- PostgreSQL -------------------------------------------------------------------------------
def _take_postgres(folder: Path) -> Taken:
    (folder / FOLDER).mkdir()
    counts: dict[str, int] = {}
    connection.ensure_connection()
    raw = connection.connection
    with raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for (table,) in cursor.execute(TABLES).fetchall():
            counts[table] = cursor.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            columns = _columns(cursor, table)
            with (folder / FOLDER / f"{table}{SUFFIX}").open("wb") as file:
                file.write((columns + "\n").encode())
                with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as rows:
                    for block in rows:
                        file.write(block)
        return counts, _migrations(cursor)


def _columns(cursor: Any, table: str) -> str:
    names = cursor.execute(COLUMNS, [table]).fetchall()
    return ", ".join(f'"{name}"' for (name,) in names)


def _put_postgres(folder: Path, migrations: list[tuple[str, str]]) -> None:
    _make_tables(migrations)
    raw = connection.connection
    with raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        tables = [table for (table,) in cursor.execute(TABLES).fetchall()]
        named = ", ".join(f'"{table}"' for table in tables)
        cursor.execute(f"TRUNCATE {named}")
        for path in sorted((folder / FOLDER).glob(f"*{SUFFIX}")):
            table = path.name.removesuffix(SUFFIX)
            if table not in tables:
                message = f"the backup has a table {table} that this version does not know"
                raise BackupError(message)
            with path.open("rb") as file:
                columns = file.readline().decode().strip()
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as rows:
                    while block := file.read(1024 * 1024):
                        rows.write(block)
        for table, column, sequence in cursor.execute(SEQUENCES).fetchall():
            asked = f'SELECT setval(%s, COALESCE(MAX("{column}"), 1), MAX("{column}") IS NOT NULL)'
            cursor.execute(f'{asked} FROM "{table}"', [sequence])
    connection.close()


def _make_tables(migrations: list[tuple[str, str]]) -> None:
    """The tables as they were: this version's migrations, as far as the backup had them."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.graph.nodes)
    strangers = [f"{app}.{name}" for app, name in migrations if (app, name) not in known]
    if strangers:
        message = (
            f"the backup is from a newer version: {strangers[0]} is unknown here. "
            "Install that version and restore with it"
        )
        raise BackupError(message)
    if known - set(migrations):
        had = set(migrations)
        leaves = [node for node in had if not (executor.loader.graph.node_map[node].children & had)]
        executor.migrate(sorted(leaves))
        connection.close()
    else:
        call_command("migrate", interactive=False, verbosity=0)
    MigrationRecorder(connection).ensure_schema()
    connection.ensure_connection()
