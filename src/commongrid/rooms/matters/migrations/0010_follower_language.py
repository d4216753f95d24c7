from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0009_quick_words_and_units"),
    ]

    operations = [
        migrations.AddField(
            model_name="follower",
            name="language",
            field=models.CharField(default="zh-hans", max_length=16),
        ),
    ]
