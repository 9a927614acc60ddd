"""Answers are judged in rounds, and examiners arrange who judges what and how."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0016_rubrics"),
    ]

    operations = [
        migrations.AddField("judgement", "round", models.CharField(default="first", max_length=10)),
        migrations.AddField(
            "answerstate", "awaits", models.CharField(blank=True, default="", max_length=10)
        ),
        migrations.AddField("answerstate", "judges", models.TextField(blank=True, default="")),
        migrations.CreateModel(
            name="Arrangement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=10)),
                ("question", models.CharField(max_length=200)),
                ("value", models.TextField(blank=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                (
                    "about",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn",
                        to="store.arrangement",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
