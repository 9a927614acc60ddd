"""An exam is taken at home: papers fetched, files handed in, what was seen on them, late ones decided."""

import django.db.models.deletion
from django.db import migrations, models

_KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
_SOFTWARE = ("software", models.CharField(max_length=40))


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0022_publication"),
    ]

    operations = [
        migrations.CreateModel(
            name="HomeTimesSet",
            fields=[
                _KEY,
                _SOFTWARE,
                ("value", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PaperFetched",
            fields=[
                _KEY,
                _SOFTWARE,
                ("booklet", models.PositiveIntegerField()),
                ("paper", models.CharField(max_length=20)),
                ("sha256", models.CharField(max_length=64)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="fetched", to="store.candidate")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("candidate", "booklet", "paper"), name="fetched_first")],
            },
        ),
        migrations.CreateModel(
            name="HandIn",
            fields=[
                _KEY,
                _SOFTWARE,
                ("booklet", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("files", models.TextField()),
                ("act", models.CharField(max_length=36, unique=True)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="hand_ins", to="store.candidate")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("candidate", "version"), name="version_once")],
            },
        ),
        migrations.CreateModel(
            name="HandInSeen",
            fields=[
                _KEY,
                _SOFTWARE,
                ("value", models.TextField()),
                ("when", models.DateTimeField()),
                ("hand_in", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="seen", to="store.handin")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandInDecided",
            fields=[
                _KEY,
                _SOFTWARE,
                ("verdict", models.CharField(max_length=10)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                ("hand_in", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="store.handin")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
