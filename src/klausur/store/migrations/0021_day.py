"""What is done in the rooms on the exam day is recorded."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_second_looks"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("software", models.CharField(max_length=40)),
                ("act", models.CharField(max_length=36, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("room", models.CharField(blank=True, max_length=200)),
                ("number", models.PositiveIntegerField(null=True)),
                ("value", models.CharField(blank=True, max_length=100)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("text", models.TextField(blank=True)),
                ("device", models.CharField(blank=True, max_length=36)),
                ("seen", models.PositiveBigIntegerField(default=0)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_acts",
                        to="store.candidate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
