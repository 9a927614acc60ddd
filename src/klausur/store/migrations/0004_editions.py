"""Printings that add up, a list of candidates that lives on, decisions about the key, and State.

Of a Klausur that overwrote what it had printed, the newest print run is carried over as the first printing of
the first edition. Papers of runs before it had become invalid with it; what was decided about them goes, because
their numbers now name papers of the newest run.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

PROTECT = django.db.models.deletion.PROTECT
CASCADE = django.db.models.deletion.CASCADE


def carry(apps: Any, schema_editor: Any) -> None:
    """The newest print run becomes edition 1, printing 1; its candidates come onto the list."""

    def table(name: str) -> Any:
        return apps.get_model("store", name).objects

    runs = list(table("PrintRun").order_by("pk"))
    if not runs:
        return
    newest = runs[-1]
    who = table("AuditEvent").filter(verb="print").order_by("-pk").values_list("who", flat=True).first() or ""
    valid = [run.pk for run in runs if run.exam_number == newest.exam_number]
    people = {c.registration: c.pk for c in table("Candidate").filter(run=newest)}
    for tie in table("TieSettlement").filter(run_id__in=valid, candidate__isnull=False):
        number = table("Candidate").values_list("registration", flat=True).get(pk=tie.candidate_id)
        table("TieSettlement").filter(pk=tie.pk).update(candidate_id=people.get(number))
    for tie in table("TieSettlement").filter(run_id__in=valid, booklet__isnull=False):
        number = table("Booklet").values_list("number", flat=True).get(pk=tie.booklet_id)
        there = table("Booklet").filter(run=newest, number=number).values_list("pk", flat=True).first()
        table("TieSettlement").filter(pk=tie.pk).update(booklet_id=there)
    gone = table("TieSettlement").exclude(run_id__in=valid) | table("TieSettlement").filter(
        verdict="tied", candidate__isnull=True, booklet__isnull=True
    )
    gone.delete()
    table("Settlement").exclude(run_id__in=valid).delete()
    for name in ("Booklet", "Sticker", "Candidate"):
        table(name).exclude(run=newest).delete()
    edition = table("Edition").create(
        number=1,
        exam_number=newest.exam_number,
        exam=newest.exam,
        paper="",
        source_digest=newest.source_digest,
        seed=newest.seed,
        why="",
        who=who,
        made=newest.made,
        software=newest.software,
    )
    counts = {name: table(name).count() for name in ("Booklet", "Sticker")}
    printing = table("Printing").create(
        edition=edition,
        number=1,
        booklets_from=1,
        booklets_count=counts["Booklet"],
        stickers_from=1,
        stickers_count=counts["Sticker"],
        extras_from=1,
        extras_count=newest.extras,
        lists_from=1,
        lists_count=len(set(table("Candidate").values_list("room", flat=True))),
        variants=newest.variants,
        who=who,
        made=newest.made,
        software=newest.software,
    )
    table("Printed").create(
        printing=printing,
        layout=newest.layout,
        layout_digest=newest.layout_digest,
        frozen="",
        files="",
        made=newest.made,
        software=newest.software,
    )
    for person in table("Candidate").order_by("pk"):
        table("CandidateEntry").create(
            candidate=person,
            registration=person.registration,
            name=person.name,
            room=person.room,
            seat=person.seat,
            extra_minutes=person.extra_minutes,
            note=person.note,
            standing="registered",
            who=who,
            when=newest.made,
            why="",
            software=person.software,
        )
    table("Booklet").update(printing=printing)
    table("Sticker").update(printing=printing)


def count(apps: Any, schema_editor: Any) -> None:
    """What each image counts as. Where two claim one page, which no scan could bring about, the later one waits."""
    images = apps.get_model("store", "PageImage").objects
    last = {s.image_id: s for s in apps.get_model("store", "PageSettlement").objects.order_by("pk")}
    gone = set(images.filter(again__isnull=False).values_list("again_id", flat=True))
    taken: set[tuple[Any, ...]] = set()
    for image in images.exclude(pk__in=gone).order_by("pk"):
        said = last.get(image.pk)
        at = (image.sheet, image.number, image.page)
        if said is not None and said.verdict == "placed":
            at = (said.sheet, said.number, said.page)
        ignored = said is not None and said.verdict == "ignored"
        if ignored or at[1] is None or at in taken:
            at = ("", None, None)
        taken.add(at)
        apps.get_model("store", "ImageState").objects.create(
            image=image,
            decision=said,
            sheet=at[0],
            number=at[1],
            page=at[2],
            waiting=at[1] is None and not ignored,
        )


def key() -> Any:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def appended(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [("id", key()), ("software", models.CharField(max_length=40)), *fields]


def to(name: str, related: str, **options: Any) -> Any:
    return models.ForeignKey(on_delete=PROTECT, related_name=related, to=f"store.{name}", **options)


class Migration(migrations.Migration):

    dependencies = [("store", "0003_variants")]

    operations = [
        migrations.CreateModel(
            "Edition",
            appended(
                ("number", models.PositiveIntegerField(unique=True)),
                ("exam_number", models.PositiveBigIntegerField()),
                ("exam", models.CharField(max_length=200)),
                ("paper", models.CharField(max_length=20)),
                ("source_digest", models.CharField(max_length=64)),
                ("seed", models.BigIntegerField(null=True)),
                ("why", models.TextField(blank=True)),
                ("who", models.CharField(max_length=200)),
                ("made", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            "Printing",
            appended(
                ("edition", to("edition", "printings")),
                ("number", models.PositiveIntegerField(unique=True)),
                *(
                    (f"{what}_{end}", models.PositiveIntegerField())
                    for what in ("booklets", "stickers", "extras", "lists")
                    for end in ("from", "count")
                ),
                ("variants", models.TextField(blank=True)),
                ("who", models.CharField(max_length=200)),
                ("made", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            "Printed",
            appended(
                ("printing", models.OneToOneField(on_delete=PROTECT, related_name="printed", to="store.printing")),
                ("layout", models.TextField()),
                ("layout_digest", models.CharField(max_length=64)),
                ("frozen", models.TextField(blank=True)),
                ("files", models.TextField(blank=True)),
                ("made", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            "KeyDecision",
            appended(
                ("edition", to("edition", "keys")),
                ("exam", models.TextField()),
                ("source", models.TextField()),
                ("source_digest", models.CharField(max_length=64)),
                ("what", models.TextField()),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ),
        ),
        migrations.CreateModel(
            "CandidateEntry",
            appended(
                ("candidate", to("candidate", "entries")),
                ("registration", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=400)),
                ("room", models.CharField(blank=True, max_length=200)),
                ("seat", models.CharField(blank=True, max_length=100)),
                ("extra_minutes", models.PositiveIntegerField(default=0)),
                ("note", models.TextField(blank=True)),
                ("standing", models.CharField(max_length=20)),
                ("who", models.CharField(max_length=200)),
                ("when", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
            ),
        ),
        migrations.AddField("booklet", "printing", to("printing", "booklets", null=True)),
        migrations.AddField("sticker", "printing", to("printing", "stickers", null=True)),
        migrations.RunPython(carry, elidable=False),
        migrations.RemoveConstraint("booklet", "booklet_once"),
        migrations.RemoveIndex("booklet", "store_bookl_number_55c191_idx"),
        migrations.RemoveConstraint("sticker", "sticker_once"),
        migrations.RemoveConstraint("candidate", "candidate_once"),
        *(
            migrations.RemoveField(name, "run")
            for name in ("booklet", "sticker", "candidate", "pageimage", "settlement", "tiesettlement")
        ),
        *(
            migrations.RemoveField("candidate", name)
            for name in ("registration", "name", "room", "seat", "extra_minutes", "note")
        ),
        migrations.AlterField("booklet", "printing", to("printing", "booklets")),
        migrations.AlterField("sticker", "printing", to("printing", "stickers")),
        migrations.AlterField("booklet", "candidate", to("candidate", "booklets", null=True)),
        migrations.AlterField("sticker", "candidate", to("candidate", "stickers")),
        migrations.AlterField("booklet", "number", models.PositiveIntegerField(unique=True)),
        migrations.AlterField("sticker", "number", models.PositiveIntegerField(unique=True)),
        migrations.DeleteModel("PrintRun"),
        migrations.CreateModel(
            "Mark",
            [
                ("id", key()),
                ("rules", models.PositiveIntegerField()),
                ("owners_stale", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            "ImageState",
            [
                (
                    "image",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="store.pageimage",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(null=True, on_delete=CASCADE, related_name="+", to="store.pagesettlement"),
                ),
                ("sheet", models.CharField(blank=True, max_length=20)),
                ("number", models.PositiveIntegerField(null=True)),
                ("page", models.PositiveSmallIntegerField(null=True)),
                ("waiting", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(condition=Q(waiting=True), fields=["waiting"], name="images_that_wait")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(number__isnull=False),
                        fields=("sheet", "number", "page"),
                        name="one_image_per_page",
                    ),
                    models.CheckConstraint(
                        condition=Q(waiting=False) | Q(number__isnull=True), name="waiting_is_no_page"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "AnswerState",
            [
                ("id", key()),
                ("booklet", models.PositiveIntegerField()),
                ("question", models.CharField(max_length=200)),
                ("at", models.PositiveSmallIntegerField()),
                ("shown", models.CharField(max_length=20)),
                ("page", models.PositiveSmallIntegerField()),
                ("open", models.BooleanField()),
                ("credits", models.CharField(blank=True, max_length=40)),
                ("value", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(open=True), fields=["booklet"], name="answers_that_are_open"),
                    models.Index(fields=["question", "booklet"], name="answers_by_question"),
                ],
                "constraints": [models.UniqueConstraint(fields=("booklet", "question"), name="answer_once")],
            },
        ),
        migrations.CreateModel(
            "BookletState",
            [
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("used", models.BooleanField(default=False)),
                ("open", models.PositiveIntegerField(default=0)),
                ("credits", models.CharField(blank=True, max_length=40)),
                ("value", models.TextField()),
                (
                    "owner",
                    models.OneToOneField(
                        null=True, on_delete=CASCADE, related_name="booklet_state", to="store.candidate"
                    ),
                ),
                (
                    "said",
                    models.OneToOneField(null=True, on_delete=CASCADE, related_name="+", to="store.candidate"),
                ),
                ("tie", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            "ExtraState",
            [
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("booklet", models.PositiveIntegerField(null=True)),
                ("open", models.BooleanField()),
                ("value", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            "CandidateState",
            [
                (
                    "candidate",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="store.candidate",
                    ),
                ),
                ("registration", models.CharField(max_length=100, unique=True)),
                ("standing", models.CharField(max_length=20)),
                ("value", models.TextField()),
            ],
        ),
        migrations.RunPython(count, elidable=False),
    ]
