"""The open answers to a question are found without looking at each: correctors ask for them all day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("store", "0017_rounds")]

    operations = [
        migrations.AddIndex(
            "answerstate",
            models.Index(
                fields=["question", "open", "booklet", "awaits", "judges"],
                condition=Q(open=True),
                name="answers_that_wait",
            ),
        ),
    ]
