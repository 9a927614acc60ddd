"""Papers beside booklets, images with two pages, images read again, whose booklet it is."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

PROTECT = django.db.models.deletion.PROTECT


def name_the_papers(apps: Any, schema_editor: Any) -> None:
    """What named a booklet by its row now names the paper as its code does: kind, number, page."""
    booklet = apps.get_model("store", "Booklet").objects.filter(pk=OuterRef("booklet_id"))
    number = Subquery(booklet.values("number")[:1])
    for name in ("PageImage", "PageSettlement", "Settlement"):
        rows = apps.get_model("store", name).objects.filter(booklet__isnull=False)
        rows.update(sheet="booklet", number=number)
    apps.get_model("store", "Settlement").objects.update(run_id=Subquery(booklet.values("run_id")[:1]))
    apps.get_model("store", "PageImage").objects.filter(code_number__isnull=False).update(code_sheet="booklet")


class Migration(migrations.Migration):

    dependencies = [("store", "0001_records")]

    operations = [
        # What was printed
        migrations.AddField("printrun", "extras", models.PositiveIntegerField(default=0)),
        migrations.AddField("printrun", "asked", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("candidate", "extra_minutes", models.PositiveIntegerField(default=0)),
        migrations.AddField("candidate", "note", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            name="Sticker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("candidate", models.OneToOneField(on_delete=PROTECT, to="store.candidate")),
                ("run", models.ForeignKey(on_delete=PROTECT, related_name="stickers", to="store.printrun")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="sticker_once")],
            },
        ),
        # Images
        migrations.RemoveConstraint("pageimage", "image_once"),
        migrations.RemoveConstraint("pageimage", "image_placed_or_unplaced"),
        migrations.RemoveIndex("pageimage", "store_pagei_booklet_d694d6_idx"),
        migrations.RenameField("pageimage", "code_booklet", "code_number"),
        migrations.AddField("pageimage", "part", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "pageimage",
            "again",
            models.ForeignKey(null=True, on_delete=PROTECT, related_name="replaced_by", to="store.pageimage"),
        ),
        migrations.AddField("pageimage", "sheet", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField("pageimage", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("pageimage", "code_sheet", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField("pageimage", "resembles", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("pageimage", "local", models.FloatField(null=True)),
        migrations.AddField("pageimage", "uncovered", models.TextField(blank=True, default=""), preserve_default=False),
        # Decisions
        migrations.RemoveConstraint("pagesettlement", "page_settlement_names_its_page"),
        migrations.AddField("pagesettlement", "sheet", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField("pagesettlement", "number", models.PositiveIntegerField(null=True)),
        migrations.RemoveIndex("settlement", "store_settl_booklet_6f5580_idx"),
        migrations.RenameField("settlement", "mark", "value"),
        migrations.AddField(
            "settlement",
            "run",
            models.ForeignKey(null=True, on_delete=PROTECT, related_name="settlements", to="store.printrun"),
        ),
        migrations.AddField("settlement", "sheet", models.CharField(default="booklet", max_length=20), preserve_default=False),
        migrations.AddField("settlement", "number", models.PositiveIntegerField(null=True)),
        migrations.RunPython(name_the_papers, elidable=False),
        migrations.RemoveField("pageimage", "booklet"),
        migrations.RemoveField("pagesettlement", "booklet"),
        migrations.RemoveField("settlement", "booklet"),
        migrations.AlterField("settlement", "number", models.PositiveIntegerField()),
        migrations.AlterField(
            "settlement",
            "run",
            models.ForeignKey(on_delete=PROTECT, related_name="settlements", to="store.printrun"),
        ),
        migrations.AddIndex("pageimage", models.Index(fields=["number", "page"], name="store_pagei_number_853400_idx")),
        migrations.AddConstraint(
            "pageimage",
            models.UniqueConstraint(
                condition=Q(again__isnull=True), fields=("file", "index", "part"), name="image_once"
            ),
        ),
        migrations.AddConstraint(
            "pageimage", models.UniqueConstraint(fields=("again", "part"), name="image_once_again")
        ),
        migrations.AddConstraint(
            "pageimage",
            models.CheckConstraint(
                condition=(
                    Q(reason="", number__isnull=False, page__isnull=False, residual__isnull=False)
                    & ~Q(sheet="")
                )
                | (~Q(reason="") & Q(sheet="", number__isnull=True, page__isnull=True)),
                name="image_placed_or_unplaced",
            ),
        ),
        migrations.AddIndex("pagesettlement", models.Index(fields=["number", "page"], name="store_pages_number_97f4e4_idx")),
        migrations.AddConstraint(
            "pagesettlement",
            models.CheckConstraint(
                condition=(Q(verdict="placed", number__isnull=False, page__isnull=False) & ~Q(sheet=""))
                | (~Q(verdict="placed") & Q(sheet="", number__isnull=True, page__isnull=True)),
                name="page_settlement_names_its_page",
            ),
        ),
        migrations.AddIndex("settlement", models.Index(fields=["number", "field"], name="store_settl_number_f521d7_idx")),
        migrations.AddField("reading", "scores", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            name="TieSettlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("software", models.CharField(max_length=40)),
                ("sheet", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("verdict", models.CharField(max_length=10)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                ("booklet", models.ForeignKey(null=True, on_delete=PROTECT, related_name="ties", to="store.booklet")),
                ("candidate", models.ForeignKey(null=True, on_delete=PROTECT, related_name="ties", to="store.candidate")),
                ("run", models.ForeignKey(on_delete=PROTECT, related_name="ties", to="store.printrun")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(verdict="tied", sheet="booklet", candidate__isnull=False, booklet__isnull=True)
                        | Q(verdict="tied", sheet="extra", candidate__isnull=True, booklet__isnull=False)
                        | (~Q(verdict="tied") & Q(candidate__isnull=True, booklet__isnull=True)),
                        name="tie_names_one",
                    )
                ],
            },
        ),
    ]
