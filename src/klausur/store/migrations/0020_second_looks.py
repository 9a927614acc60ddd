"""Unflagged marks are drawn, and people look at them once more."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0019_annotations"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarkSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("seed", models.BigIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("value", models.CharField(blank=True, max_length=20)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_looks",
                        to="store.reading",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
