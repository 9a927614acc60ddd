"""Readings are looked through by what was read, those first of which the reader was least sure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0009_jobs")]

    operations = [
        migrations.AddIndex(
            "reading",
            models.Index(
                fields=["confidence"], condition=models.Q(flagged=True), name="readings_left_to_people"
            ),
        ),
        migrations.AddIndex(
            "reading", models.Index(fields=["value", "confidence"], name="readings_by_value")
        ),
    ]
