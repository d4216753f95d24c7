"""No index for LIKE where nothing asks LIKE."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Django gives each unique text on PostgreSQL a second index for LIKE. Nothing asks LIKE of these,
# and each cost a write with every matter raised (ADR 0023).
NAMED = (("ledger_chain", "subject"),)
FOUND = """SELECT quote_ident(i.relname) FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
    WHERE t.relname = %s AND a.attname = %s AND NOT x.indisunique AND x.indnatts = 1
    AND right(i.relname, 5) = '_like'"""


def forwards(apps: Any, schema_editor: Any) -> None:
    """Drop the second index of each column, where the database made one."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        found = []
        for table, column in NAMED:
            cursor.execute(FOUND, [table, column])
            found += [name for (name,) in cursor.fetchall()]
    for name in found:
        schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_delivery"),)
    operations = (migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False),)
