"""Correctors judge answers, put some aside, and hold what they look at."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0012_unclear"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("booklet", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=200)),
                ("who", models.CharField(max_length=200)),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("question", "booklet"), name="held_once")],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("booklet", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=200)),
                ("credits", models.CharField(max_length=40)),
                ("value", models.TextField()),
                ("images", models.TextField()),
                ("act", models.CharField(max_length=36, unique=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["booklet", "question"], name="judgements_by_answer"),
                    models.Index(fields=["question", "who"], name="judgements_by_corrector"),
                ],
            },
        ),
        migrations.CreateModel(
            name="JudgementTakenBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                (
                    "judgement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="store.judgement",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Parking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("booklet", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("act", models.CharField(max_length=36, unique=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["question", "booklet"], name="parkings_by_answer")],
            },
        ),
        migrations.CreateModel(
            name="ParkingReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                (
                    "parking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="store.parking"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
