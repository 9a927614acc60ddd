"""What was printed, for whom, and the key as it was decided since."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint

from klausur.store.models.appended import DIGEST, Appended


class Edition(Appended):
    """What was asked in some printings. Exam number and key are those of all editions of a folder.

    ``seed`` is set when key and exam number were drawn from a seed (a trial that can be repeated), never for
    a real exam.
    """

    number = models.PositiveIntegerField(unique=True)
    exam_number = models.PositiveBigIntegerField()
    exam = models.CharField(max_length=200)
    paper = models.CharField(max_length=20)
    source_digest = models.CharField(max_length=DIGEST)
    seed = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    who = models.CharField(max_length=200)
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"edition {self.number}: {self.exam} {self.exam_number:08X}"


class Printing(Appended):
    """One act of printing, written when it begins: the numbers that it may use are never used again.

    ``variants`` is JSON of the exam's variants, empty where all booklets are alike.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="printings")
    number = models.PositiveIntegerField(unique=True)
    booklets_from = models.PositiveIntegerField()
    booklets_count = models.PositiveIntegerField()
    stickers_from = models.PositiveIntegerField()
    stickers_count = models.PositiveIntegerField()
    extras_from = models.PositiveIntegerField()
    extras_count = models.PositiveIntegerField()
    lists_from = models.PositiveIntegerField()
    lists_count = models.PositiveIntegerField()
    variants = models.TextField(blank=True)
    who = models.CharField(max_length=200)
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"printing {self.number} of edition {self.edition_id}"


class Printed(Appended):
    """A Printing whose papers exist. One without such a row was abandoned, and its papers never count.

    ``layout`` is the text of its ``layout.json``; it is kept here because scanning depends on it and a file
    in the user's folder can be lost or replaced. ``frozen`` is the exam as it was parsed
    (`klausur.exam.frozen`), of the variants that this printing was the first to print; empty if there are
    none, and in records of an older Klausur. ``files`` is JSON: names and SHA-256.
    """

    printing = models.OneToOneField(Printing, on_delete=models.PROTECT, related_name="printed")
    layout = models.TextField()
    layout_digest = models.CharField(max_length=DIGEST)
    frozen = models.TextField(blank=True)
    files = models.TextField(blank=True)
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"papers of printing {self.printing_id}"


class KeyDecision(Appended):
    """The key of an Edition as it counts from now on, because a person took it over.

    ``exam`` is the exam with that key and ``source`` the exam as the source said it then, both as
    `klausur.exam.frozen` writes them; ``what`` is JSON of the differences in words.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="keys")
    exam = models.TextField()
    source = models.TextField()
    source_digest = models.CharField(max_length=DIGEST)
    what = models.TextField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"key of edition {self.edition_id} by {self.who}"


class Candidate(Appended):
    """A person of the list of candidates, whatever is said of them there. See `CandidateEntry`."""

    def __str__(self) -> str:
        return f"candidate {self.pk}"


class CandidateEntry(Appended):
    """What the list says of a Candidate from now on; the newest entry counts."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="entries")
    registration = models.CharField(max_length=100)
    name = models.CharField(max_length=400)
    room = models.CharField(max_length=200, blank=True)
    seat = models.CharField(max_length=100, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    mail = models.CharField(max_length=254, default="", blank=True)
    standing = models.CharField(max_length=20)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.registration} {self.name}"


class Booklet(Appended):
    """One printed paper; without a candidate it is a spare one. Its number is never used again."""

    printing = models.ForeignKey(Printing, on_delete=models.PROTECT, related_name="booklets")
    number = models.PositiveIntegerField(unique=True)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, related_name="booklets")

    def __str__(self) -> str:
        return f"booklet {self.number}"


class Sticker(Appended):
    """One printed label, which ties its candidate to the booklet that it is stuck on."""

    printing = models.ForeignKey(Printing, on_delete=models.PROTECT, related_name="stickers")
    number = models.PositiveIntegerField(unique=True)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="stickers")

    def __str__(self) -> str:
        return f"sticker {self.number}"


class PaperApproved(Appended):
    """Somebody approved the paper of this digest before it was printed."""

    paper = models.CharField(max_length=DIGEST)
    source = models.CharField(max_length=DIGEST)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """One approves the same paper once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["paper", "who"], name="approved_once")
        ]

    def __str__(self) -> str:
        return f"paper {self.paper[:8]} approved by {self.who}"
