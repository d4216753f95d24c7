"""What takes long to make and is the same for many tests: made once a process, then copied in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

_made: dict[str, list[tuple[Any, list[Any]]]] = {}


def made_once(name: str, make: Callable[[], object]) -> None:
    """Have the rows that `make` writes into empty tables: by making them, later by copying them.

    One name stands for one way to make them. Rows of our own apps are kept, files are not.
    """
    if name in _made:
        with transaction.atomic():  # what points to a later row is asked for at the end
            for model, rows in _made[name]:
                model._default_manager.bulk_create(rows)
        _move_sequences([model for model, _ in _made[name]])
        return
    make()
    models = [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("commongrid.")
        for model in app.get_models(include_auto_created=True)
        if model._meta.managed
    ]
    kept = [(model, list(model._default_manager.order_by("pk"))) for model in models]
    _made[name] = [(model, rows) for model, rows in kept if rows]


def _move_sequences(models: list[Any]) -> None:
    """Let the next row number follow those that were given (PostgreSQL)."""
    statements = connection.ops.sequence_reset_sql(no_style(), models)
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("\n".join(statements))  # at once: they are many
