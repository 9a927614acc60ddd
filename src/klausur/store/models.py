"""The rows of an exam folder's database. What they mean in core types stands in `klausur.store.translate`.

Rows are appended. What the machine saw (PageImage, Reading) and what a person decided (PageSettlement,
Settlement, TieSettlement) stay apart: a newer settlement supersedes an older one, and nothing is changed or
deleted. ``software`` is the version of Klausur that wrote the row. The values of enumerations are written out
by their core types; they are no ``choices`` here, so that a new reason or kind of field needs no migration.

A page is named as its code names it: ``sheet`` (the kind of paper), ``number`` among its kind, ``page``.
"""

from typing import Any, ClassVar, Never

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

DIGEST = 64
"""Letters of a SHA-256 in hexadecimal."""


class Append(models.QuerySet[Any]):
    """Queries of rows that are never changed or deleted."""

    def update(self, **kwargs: object) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never changed: {sorted(kwargs)}")

    def delete(self) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never deleted")


class Appended(models.Model):
    """A row that is written once."""

    software = models.CharField(max_length=40)
    objects = Append.as_manager()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Write the row.

        Raises:
            TypeError: it was written before.
        """
        if not self._state.adding:
            raise TypeError(f"rows of {type(self).__name__} are appended, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:  # noqa: ANN401 - Django's own signature
        """Refuse."""
        raise TypeError(f"rows of {type(self).__name__} are appended, never deleted {args}{kwargs}")


class PrintRun(Appended):
    """One printing. The newest one is the one that scans are read against.

    ``layout`` is the text of ``layout.json``; it is kept here because scanning depends on it and a file
    in the user's folder can be lost or replaced. ``seed`` is set when key and exam number were drawn from
    a seed (a trial run that can be repeated), never for a real exam. ``extras`` counts the extra sheets,
    ``asked`` is JSON of what was asked (`klausur.paper.asked`), empty in records of a Klausur before 0.2;
    ``drawn`` of what was drawn for parameters, empty without any; ``variants`` of the exam's variants, empty
    where all booklets are alike.
    """

    exam_number = models.PositiveBigIntegerField()
    exam = models.CharField(max_length=200)
    layout = models.TextField()
    layout_digest = models.CharField(max_length=DIGEST)
    source_digest = models.CharField(max_length=DIGEST)
    seed = models.BigIntegerField(null=True)
    extras = models.PositiveIntegerField(default=0)
    asked = models.TextField(blank=True)
    drawn = models.TextField(blank=True)
    variants = models.TextField(blank=True)
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"print run {self.pk}: {self.exam} {self.exam_number:08X}"


class Candidate(Appended):
    """A Candidate as the list of candidates said it at this printing."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="candidates")
    registration = models.CharField(max_length=100)
    name = models.CharField(max_length=400)
    room = models.CharField(max_length=200, blank=True)
    seat = models.CharField(max_length=100, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)

    class Meta:
        """A registration number stands once in a print run."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["run", "registration"], name="candidate_once")
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.name}"


class Booklet(Appended):
    """One printed paper of a print run; without a candidate it is a spare one."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="booklets")
    number = models.PositiveIntegerField()
    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, null=True)

    class Meta:
        """A number stands once in a print run."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["run", "number"], name="booklet_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"booklet {self.number}"


class Sticker(Appended):
    """One printed label of a print run, which ties its candidate to the booklet that it is stuck on."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="stickers")
    number = models.PositiveIntegerField()
    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT)

    class Meta:
        """A number stands once in a print run."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["run", "number"], name="sticker_once")
        ]

    def __str__(self) -> str:
        return f"sticker {self.number}"


class ScannedFile(Appended):
    """A scanned file, known by the SHA-256 of its bytes. It is done when ``count`` images are recorded."""

    sha256 = models.CharField(max_length=DIGEST, unique=True)
    name = models.CharField(max_length=400)
    count = models.PositiveIntegerField()
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]}, {self.count} images)"


class PageImage(Appended):
    """What the machine made of one image out of a scanned file, or of one of the pages that it shows.

    Either placed (``sheet``, ``number``, ``page`` and the measures of quality) or unplaced (``reason``,
    ``detail``, in ``code_*`` what was legible of the page code, in ``resembles`` the number of the page that
    it looks like). ``uncovered`` says why a placed page is not like those which the readers were made for, so
    that all its readings are flagged. ``again`` names the row that this one replaces, where an image was read
    once more.
    """

    file = models.ForeignKey(ScannedFile, on_delete=models.PROTECT, related_name="images")
    index = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    again = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="images")
    sheet = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    page = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    code_exam = models.PositiveBigIntegerField(null=True)
    code_sheet = models.CharField(max_length=20, blank=True)
    code_number = models.PositiveIntegerField(null=True)
    code_page = models.PositiveSmallIntegerField(null=True)
    resembles = models.PositiveSmallIntegerField(null=True)
    residual = models.FloatField(null=True)
    dpi = models.FloatField(null=True)
    contrast = models.FloatField(null=True)
    sharpness = models.FloatField(null=True)
    fiducials = models.PositiveSmallIntegerField(null=True)
    local = models.FloatField(null=True)
    uncovered = models.TextField(blank=True)

    class Meta:
        """Each page of an image is recorded once, each time it is read, and is either placed or unplaced."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(
                fields=["file", "index", "part"], condition=Q(again__isnull=True), name="image_once"
            ),
            UniqueConstraint(fields=["again", "part"], name="image_once_again"),
            CheckConstraint(
                name="image_placed_or_unplaced",
                condition=(
                    Q(reason="", number__isnull=False, page__isnull=False, residual__isnull=False)
                    & ~Q(sheet="")
                )
                | (~Q(reason="") & Q(sheet="", number__isnull=True, page__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number", "page"])]

    def __str__(self) -> str:
        return f"image {self.pk}: {self.reason or f'{self.sheet} {self.number}, page {self.page}'}"


class PageSettlement(Appended):
    """What a person said of a PageImage: its page, "ignore it", or "the machine is right"."""

    image = models.ForeignKey(PageImage, on_delete=models.PROTECT, related_name="settlements")
    verdict = models.CharField(max_length=10)
    sheet = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    page = models.PositiveSmallIntegerField(null=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Only a placing verdict names a page."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="page_settlement_names_its_page",
                condition=(Q(verdict="placed", number__isnull=False, page__isnull=False) & ~Q(sheet=""))
                | (~Q(verdict="placed") & Q(sheet="", number__isnull=True, page__isnull=True)),
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number", "page"])]

    def __str__(self) -> str:
        return f"image {self.image_id} {self.verdict} by {self.who}"


class Reading(Appended):
    """What the machine saw in one Field of a PageImage.

    ``placement`` is set when a person had said which page the image is, and the fields were read there.
    ``scores`` is JSON of a DigitRow's probabilities, empty for other kinds.
    """

    image = models.ForeignKey(PageImage, on_delete=models.PROTECT, related_name="readings")
    placement = models.ForeignKey(
        PageSettlement, on_delete=models.PROTECT, null=True, related_name="readings"
    )
    field = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    question = models.CharField(max_length=200, null=True)  # noqa: DJ001 - None is the core type's own value
    value = models.CharField(max_length=20)
    confidence = models.FloatField()
    flagged = models.BooleanField()
    reader = models.CharField(max_length=100)
    version = models.CharField(max_length=100)
    scores = models.TextField(blank=True)

    class Meta:
        """A field is read once in each placing of an image."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(
                fields=["image", "field"], condition=Q(placement__isnull=True), name="reading_once"
            ),
            UniqueConstraint(fields=["placement", "field"], name="reading_once_in_placement"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.value} ({self.confidence:.3f})"


class Settlement(Appended):
    """What a person decided about one Field of a paper; an empty ``value`` takes earlier decisions back."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="settlements")
    sheet = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    field = models.CharField(max_length=200)
    value = models.CharField(max_length=20, blank=True)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, null=True, related_name="settlements")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Settlements are looked up by paper and field."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number", "field"])]

    def __str__(self) -> str:
        return f"{self.field} {self.value or 'taken back'} by {self.who}"


class TieSettlement(Appended):
    """What a person said of a paper: whose booklet it is, or which booklet an extra sheet belongs to.

    ``verdict`` is "tied" (to ``candidate`` or ``booklet``), "nobody" or "undone" (the machine's tie counts).
    """

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="ties")
    sheet = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, related_name="ties")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, null=True, related_name="ties")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Only a tying verdict names somebody: a booklet's candidate or an extra sheet's booklet."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="tie_names_one",
                condition=Q(verdict="tied", sheet="booklet", candidate__isnull=False, booklet__isnull=True)
                | Q(verdict="tied", sheet="extra", candidate__isnull=True, booklet__isnull=False)
                | (~Q(verdict="tied") & Q(candidate__isnull=True, booklet__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number} {self.verdict} by {self.who}"


class AuditEvent(Appended):
    """One thing that was done to the records: by whom, when, and with what outcome."""

    verb = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    detail = models.JSONField()

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"
