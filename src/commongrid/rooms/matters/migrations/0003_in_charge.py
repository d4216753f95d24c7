"""Roles that alone read a matter: a complaint never reaches the line complained of."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_search")]

    operations = [
        migrations.AddField(
            model_name="matter",
            name="in_charge",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
    ]
