from django.db import migrations, models


class Migration(migrations.Migration):
    """What is open in one grid, found without what is open elsewhere or has ended there."""

    dependencies = [
        ("matters", "0015_voice_notes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("state_kind", "end"), _negated=True),
                fields=["path"],
                name="matter_open_path",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
    ]
