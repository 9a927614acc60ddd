"""How many boxes of an answer wait for a person, and how sure the reader was; counts come out of indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0011_waivers")]

    operations = [
        migrations.AddField("answerstate", "boxes", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("answerstate", "sure", models.FloatField(default=1.0)),
        migrations.RemoveIndex("answerstate", "answers_by_question"),
        migrations.AddIndex(
            "answerstate",
            models.Index(
                fields=["question", "booklet", "at", "open", "credits"], name="answers_by_question"
            ),
        ),
        migrations.AddIndex(
            "answerstate",
            models.Index(
                fields=["sure", "booklet", "at", "boxes"],
                condition=models.Q(open=True),
                name="answers_least_sure_first",
            ),
        ),
    ]
