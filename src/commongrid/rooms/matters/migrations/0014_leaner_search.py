"""SQLite's search index without the sizes of texts: they rank hits, and ours stand by time.

The index is built again from the words beside it, about a minute for a million matters.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

MADE_WITH = "words, content='matters_searchwords', content_rowid='id', tokenize='unicode61'"


def forwards(apps: Any, schema_editor: Any) -> None:
    _make(schema_editor, f"{MADE_WITH}, columnsize=0")


def backwards(apps: Any, schema_editor: Any) -> None:
    _make(schema_editor, MADE_WITH)


def _make(editor: Any, made_with: str) -> None:
    """The triggers name the table and go on with the new one."""
    if editor.connection.vendor != "sqlite":
        return
    editor.execute("DROP TABLE matters_words")
    editor.execute(f"CREATE VIRTUAL TABLE matters_words USING fts5({made_with})")
    editor.execute("INSERT INTO matters_words(matters_words) VALUES('rebuild')")


class Migration(migrations.Migration):
    dependencies = (("matters", "0013_narrower_indexes"),)
    operations = (migrations.RunPython(forwards, backwards, elidable=False),)
