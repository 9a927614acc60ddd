"""Correctors draw on answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0018_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Annotation",
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
                ("sheet", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("page", models.PositiveSmallIntegerField()),
                ("value", models.TextField()),
                ("act", models.CharField(max_length=36, unique=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["booklet", "question"], name="annotations_by_answer")],
            },
        ),
        migrations.CreateModel(
            name="AnnotationTakenBack",
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
                (
                    "annotation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="store.annotation",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
