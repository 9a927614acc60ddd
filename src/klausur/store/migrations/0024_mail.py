"""The list of candidates has mail addresses, and mails to candidates are recorded."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0023_home"),
    ]

    operations = [
        migrations.AddField(
            model_name="candidateentry",
            name="mail",
            field=models.CharField(blank=True, default="", max_length=254),
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("act", models.CharField(max_length=36, unique=True)),
                ("about", models.PositiveBigIntegerField(default=0)),
                ("address", models.CharField(max_length=254)),
                ("language", models.CharField(max_length=10)),
                ("until", models.DateTimeField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mails", to="store.candidate")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MailStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=10)),
                ("detail", models.TextField(blank=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("mail", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="store.mail")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("mail", "step"), name="mail_step_once")],
            },
        ),
    ]
