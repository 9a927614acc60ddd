"""What open answers have in common that may be judged together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0013_judgements")]

    operations = [
        migrations.AddField(
            "answerstate", "alike", models.CharField(blank=True, default="", max_length=60)
        ),
    ]
