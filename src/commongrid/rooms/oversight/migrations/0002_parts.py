"""Publications cut into what single pages show; those that are there are cut now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

AXES = ("by_place", "by_type")


def cut_published(apps: Any, schema_editor: Any) -> None:
    """One publication at a time: its tables may be large."""
    publications = apps.get_model("oversight", "Publication").objects
    parts = apps.get_model("oversight", "PublicationPart").objects
    for pk in list(publications.order_by("pk").values_list("pk", flat=True)):
        tables = publications.values_list("tables", flat=True).get(pk=pk)
        parts.bulk_create(
            [parts.model(publication_id=pk, part=name, content=part) for name, part in cut(tables)]
        )


def cut(tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """As ``domain.parting`` did when this was written."""
    firsts = {name: rows[0] if rows else None for name, rows in tables.get(AXES[0], {}).items()}
    named = labels(tables, AXES[0], [row for row in firsts.values() if row])
    yield "whole", {"rows": firsts, "labels": named, "waits": tables.get("waits", {})}
    for axis in AXES:
        for name, rows in tables.get(axis, {}).items():
            yield f"{axis}:{name}", {"rows": rows, "labels": labels(tables, axis, rows)}


def labels(tables: dict[str, Any], axis: str, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The names of the rows shown."""
    known = tables.get("labels", {}).get(axis, {})
    return {name: known[name] for row in rows for name in row[1] if name in known}


class Migration(migrations.Migration):
    dependencies = (("oversight", "0001_start"),)
    operations = (
        migrations.CreateModel(
            name="PublicationPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=60)),
                ("content", models.JSONField()),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="oversight.publication",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("publication", "part"), name="published_part_once"
                    )
                ],
            },
        ),
        migrations.RunPython(cut_published, migrations.RunPython.noop),
    )
