"""SQLite's search index takes new words 64 matters at a time, and counts an accent.

Writing one text into the index costs nearly what writing 64 does: its parts are begun, listed and
joined for each transaction that adds to it. New words wait beside it until there are 64, and a
search reads those one by one (``queries/search.py``). PostgreSQL's index does the same unasked.
An accent counts, as on PostgreSQL and as for the words that wait.

The index is built again from the words beside it, about a minute for a million matters.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

MADE_WITH = "words, content='matters_searchwords', content_rowid='id', columnsize=0"
ACCENTS = "tokenize='unicode61 remove_diacritics 0'"
NO_ACCENTS = "tokenize='unicode61'"
ADD = "INSERT INTO matters_words(rowid, words)"
TAKE = "INSERT INTO matters_words(matters_words, rowid, words) VALUES ('delete', old.id, old.words)"
UPTO = "(SELECT upto FROM matters_words_upto)"
BY_THE_DOZEN = (
    "CREATE TABLE matters_words_upto (upto INTEGER NOT NULL)",
    "INSERT INTO matters_words_upto SELECT COALESCE(MAX(id), 0) FROM matters_searchwords",
    f"""CREATE TRIGGER matters_words_insert AFTER INSERT ON matters_searchwords
        WHEN new.id >= {UPTO} + 64 BEGIN
        {ADD} SELECT id, words FROM matters_searchwords WHERE id > {UPTO} AND id <= new.id;
        UPDATE matters_words_upto SET upto = new.id; END""",
    f"""CREATE TRIGGER matters_words_delete AFTER DELETE ON matters_searchwords
        WHEN old.id <= {UPTO} BEGIN {TAKE}; END""",
    f"""CREATE TRIGGER matters_words_update AFTER UPDATE ON matters_searchwords
        WHEN old.id <= {UPTO} BEGIN {TAKE}; {ADD} VALUES (new.id, new.words); END""",
)
ONE_BY_ONE = (
    "DROP TABLE matters_words_upto",
    f"""CREATE TRIGGER matters_words_insert AFTER INSERT ON matters_searchwords BEGIN
        {ADD} VALUES (new.id, new.words); END""",
    f"CREATE TRIGGER matters_words_delete AFTER DELETE ON matters_searchwords BEGIN {TAKE}; END",
    f"""CREATE TRIGGER matters_words_update AFTER UPDATE ON matters_searchwords BEGIN
        {TAKE}; {ADD} VALUES (new.id, new.words); END""",
)


def forwards(apps: Any, schema_editor: Any) -> None:
    _make(schema_editor, ACCENTS, BY_THE_DOZEN)


def backwards(apps: Any, schema_editor: Any) -> None:
    _make(schema_editor, NO_ACCENTS, ONE_BY_ONE)


def _make(editor: Any, tokens: str, more: tuple[str, ...]) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for name in ("insert", "delete", "update"):
        editor.execute(f"DROP TRIGGER matters_words_{name}")
    editor.execute("DROP TABLE matters_words")
    editor.execute(f"CREATE VIRTUAL TABLE matters_words USING fts5({MADE_WITH}, {tokens})")
    editor.execute("INSERT INTO matters_words(matters_words) VALUES('rebuild')")
    for statement in more:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("matters", "0017_one_index_of_the_path"),)
    operations = (migrations.RunPython(forwards, backwards, elidable=False),)
