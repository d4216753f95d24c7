# A grid changes hands.
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fieldwork", "0001_start"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandoverRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("grid_code", models.CharField(max_length=20)),
                ("grid_path", models.CharField(db_index=True, max_length=220)),
                ("kind", models.CharField(max_length=12)),
                ("state", models.CharField(max_length=10)),
                ("unit_key", models.CharField(blank=True, max_length=60)),
                ("outgoing_post", models.PositiveBigIntegerField()),
                ("beside", models.JSONField(default=list)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(blank=True, null=True)),
                ("basis", models.CharField(max_length=400)),
                ("made_at", models.DateTimeField()),
                ("made_by_act", models.UUIDField(unique=True)),
                ("outgoing_agreed_at", models.DateTimeField(blank=True, null=True)),
                ("incoming_agreed_at", models.DateTimeField(blank=True, null=True)),
                ("outgoing_words", models.TextField(blank=True)),
                ("incoming_words", models.TextField(blank=True)),
                ("is_forced", models.BooleanField(default=False)),
                ("effect_at", models.DateTimeField(blank=True, null=True)),
                ("incoming_post", models.PositiveBigIntegerField(blank=True, null=True)),
                ("back_post", models.PositiveBigIntegerField(blank=True, null=True)),
                ("eased", models.PositiveIntegerField(default=0)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incoming",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers_taken",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outgoing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "agreed", "covering"])),
                        fields=("grid_path",),
                        name="fieldwork_one_open_handover",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "for_good"), ("until_at__isnull", True)),
                            models.Q(
                                ("kind", "leave_cover"), ("until_at__gt", models.F("from_at"))
                            ),
                            _connector="OR",
                        ),
                        name="fieldwork_cover_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outgoing", models.F("incoming")), _negated=True),
                        name="fieldwork_two_ends",
                    ),
                ],
            },
        ),
    ]
