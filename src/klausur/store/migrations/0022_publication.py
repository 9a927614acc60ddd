"""Results are published, links given out to candidates, objections raised and answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0021_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=10)),
                ("value", models.TextField(blank=True)),
                ("grades", models.CharField(blank=True, max_length=64)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GradesSigned",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("grades", models.CharField(max_length=64)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("grades", "who"), name="signed_once")],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("booklet", models.PositiveIntegerField(null=True)),
                ("kind", models.CharField(max_length=20)),
                ("question", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("sheet", models.CharField(blank=True, max_length=20)),
                ("number", models.PositiveIntegerField(null=True)),
                ("page", models.PositiveSmallIntegerField(null=True)),
                ("mark", models.TextField(blank=True)),
                ("told", models.TextField()),
                ("act", models.CharField(max_length=36, unique=True)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="store.candidate")),
            ],
        ),
        migrations.CreateModel(
            name="ObjectionReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("outcome", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("credits", models.CharField(blank=True, max_length=40)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("judgement", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="store.judgement")),
                ("objection", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="store.objection")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PersonalLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("until", models.DateTimeField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("candidate", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="links", to="store.candidate")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LinkRevoked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                ("link", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="revoked", to="store.personallink")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "question"), models.Q(("question", ""), _negated=True)), models.Q(models.Q(("kind", "question"), _negated=True), ("question", "")), _connector="OR"), name="objection_names_a_question"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("mark", ""), ("number__isnull", True), ("page__isnull", True), ("sheet", "")), models.Q(models.Q(("mark", ""), _negated=True), models.Q(("sheet", ""), _negated=True), ("number__isnull", False), ("page__isnull", False)), _connector="OR"), name="objection_marks_a_page"),
        ),
    ]
