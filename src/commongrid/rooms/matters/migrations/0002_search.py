"""Full-text search over the words of matters, on each database by its own means."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE matters_words USING fts5(
        words, content='matters_searchwords', content_rowid='id', tokenize='unicode61')""",
    """CREATE TRIGGER matters_words_insert AFTER INSERT ON matters_searchwords BEGIN
        INSERT INTO matters_words(rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER matters_words_delete AFTER DELETE ON matters_searchwords BEGIN
        INSERT INTO matters_words(matters_words, rowid, words)
        VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER matters_words_update AFTER UPDATE ON matters_searchwords BEGIN
        INSERT INTO matters_words(matters_words, rowid, words)
        VALUES ('delete', old.id, old.words);
        INSERT INTO matters_words(rowid, words) VALUES (new.id, new.words); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER matters_words_insert",
    "DROP TRIGGER matters_words_delete",
    "DROP TRIGGER matters_words_update",
    "DROP TABLE matters_words",
)
POSTGRESQL = (
    "CREATE INDEX matters_words ON matters_searchwords USING gin (to_tsvector('simple', words))",
)
POSTGRESQL_BACK = ("DROP INDEX matters_words",)


def forwards(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def _run(editor: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    statements = sqlite if editor.connection.vendor == "sqlite" else postgresql
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("matters", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards, elidable=False),)
