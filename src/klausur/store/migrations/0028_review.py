"""Candidates look at their scripts on site, at a table and a time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0027_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("table", models.CharField(max_length=100)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="review_slots", to="store.candidate")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("end__gt", models.F("begin"))), name="slot_ends_later")],
            },
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=10)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("slot", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="store.reviewslot")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("slot", "step", "digest"), name="slot_step_once")],
            },
        ),
    ]
