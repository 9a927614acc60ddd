"""The rubric of a question is changed while others grade, and judgements are looked at again."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _key() -> Any:  # noqa: ANN401 - a field of Django
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0015_turned"),
    ]

    operations = [
        migrations.CreateModel(
            name="RubricVersion",
            fields=[
                ("id", _key()),
                ("software", models.CharField(max_length=40)),
                ("question", models.CharField(max_length=200)),
                ("key", models.PositiveBigIntegerField()),
                ("lines", models.TextField()),
                ("what", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rubrics",
                        to="store.edition",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone",
                        to="store.rubricversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NewLook",
            fields=[
                ("id", _key()),
                ("software", models.CharField(max_length=40)),
                ("wanted", models.BooleanField()),
                ("reasons", models.CharField(max_length=200)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="new_looks",
                        to="store.judgement",
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="new_looks",
                        to="store.rubricversion",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
