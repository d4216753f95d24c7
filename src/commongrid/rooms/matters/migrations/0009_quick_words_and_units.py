"""Words parsed once on PostgreSQL; lists of a unit and counts read from the index alone."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

FORWARDS = (
    "DROP INDEX matters_words",
    """ALTER TABLE matters_searchwords ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED""",
    "CREATE INDEX matters_words ON matters_searchwords USING gin (vector)",
)
BACKWARDS = (
    "DROP INDEX matters_words",
    "ALTER TABLE matters_searchwords DROP COLUMN vector",
    "CREATE INDEX matters_words ON matters_searchwords USING gin (to_tsvector('simple', words))",
)

IS_OPEN = models.Q(("state_kind", "end"), _negated=True)
DUE = ["due_at", "received_at", "id", "red_at", "yellow_at", "blue_at", "paused_for", "path",
       "in_charge", "state", "unit", "offered_unit", "state_kind"]  # fmt: skip
POINT = ["lon", "lat", "ref", "due_at", "red_at", "yellow_at", "blue_at", "paused_for", "path",
         "in_charge", "state_kind"]  # fmt: skip
INDEXES = {
    "matter_open_due": DUE,
    "matter_open_received": ["received_at", "id", "path", "in_charge", "state_kind"],
    "matter_open_point": POINT,
}


def forwards(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, FORWARDS)


def backwards(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, BACKWARDS)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    if editor.connection.vendor == "sqlite":
        return
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("matters", "0008_reminders_and_tries"),)
    operations = (
        migrations.RunPython(forwards, backwards, elidable=False),
        *(migrations.RemoveIndex(model_name="matter", name=name) for name in INDEXES),
        *(
            migrations.AddIndex(
                model_name="matter",
                index=models.Index(fields=fields, condition=IS_OPEN, name=name),
            )
            for name, fields in INDEXES.items()
        ),
    )
