"""The rows of an exam folder's database. What they mean in core types stands in `klausur.store.translate`.

Rows are appended. What the machine saw (PageImage, Reading) and what a person decided (PageSettlement,
Settlement) stay apart: a newer settlement supersedes an older one, and nothing is changed or deleted.
``software`` is the version of Klausur that wrote the row. The values of enumerations are written out by
their core types; they are no ``choices`` here, so that a new reason or kind of field needs no migration.
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
    a seed (a trial run that can be repeated), never for a real exam.
    """

    exam_number = models.PositiveBigIntegerField()
    exam = models.CharField(max_length=200)
    layout = models.TextField()
    layout_digest = models.CharField(max_length=DIGEST)
    source_digest = models.CharField(max_length=DIGEST)
    seed = models.BigIntegerField(null=True)
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


class ScannedFile(Appended):
    """A scanned file, known by the SHA-256 of its bytes. It is done when it has ``count`` PageImages."""

    sha256 = models.CharField(max_length=DIGEST, unique=True)
    name = models.CharField(max_length=400)
    count = models.PositiveIntegerField()
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]}, {self.count} images)"


class PageImage(Appended):
    """What the machine made of one image out of a scanned file.

    Either placed (``booklet``, ``page`` and the measures of quality) or unplaced (``reason``, ``detail``
    and in ``code_*`` what was legible of the page code).
    """

    file = models.ForeignKey(ScannedFile, on_delete=models.PROTECT, related_name="images")
    index = models.PositiveIntegerField()
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="images")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, null=True, related_name="images")
    page = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    code_exam = models.PositiveBigIntegerField(null=True)
    code_booklet = models.PositiveIntegerField(null=True)
    code_page = models.PositiveSmallIntegerField(null=True)
    residual = models.FloatField(null=True)
    dpi = models.FloatField(null=True)
    contrast = models.FloatField(null=True)
    sharpness = models.FloatField(null=True)
    fiducials = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """An image is recorded once, and is either placed or unplaced."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["file", "index"], name="image_once"),
            CheckConstraint(
                name="image_placed_or_unplaced",
                condition=Q(reason="", booklet__isnull=False, page__isnull=False, residual__isnull=False)
                | (~Q(reason="") & Q(booklet__isnull=True, page__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["booklet", "page"])]

    def __str__(self) -> str:
        return f"image {self.pk}: {self.reason or self.page}"


class PageSettlement(Appended):
    """What a person said of a PageImage: its page, "ignore it", or "the machine is right"."""

    image = models.ForeignKey(PageImage, on_delete=models.PROTECT, related_name="settlements")
    verdict = models.CharField(max_length=10)
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, null=True, related_name="settled_images")
    page = models.PositiveSmallIntegerField(null=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Only a placing verdict names a page."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="page_settlement_names_its_page",
                condition=Q(verdict="placed", booklet__isnull=False, page__isnull=False)
                | (~Q(verdict="placed") & Q(booklet__isnull=True, page__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"image {self.image_id} {self.verdict} by {self.who}"


class Reading(Appended):
    """What the machine saw in one Field of a PageImage.

    ``placement`` is set when a person had said which page the image is, and the fields were read there.
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
    """What a person decided about one Field of a Booklet; an empty ``mark`` takes earlier decisions back."""

    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="settlements")
    field = models.CharField(max_length=200)
    mark = models.CharField(max_length=20, blank=True)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, null=True, related_name="settlements")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Settlements are looked up by booklet and field."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["booklet", "field"])]

    def __str__(self) -> str:
        return f"{self.field} {self.mark or 'taken back'} by {self.who}"


class AuditEvent(Appended):
    """One thing that was done to the records: by whom, when, and with what outcome."""

    verb = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    detail = models.JSONField()

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"
