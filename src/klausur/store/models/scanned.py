"""What was scanned, what the machine saw there, and what people settled about it."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from klausur.store.models.appended import DIGEST, Appended
from klausur.store.models.printed import Booklet, Candidate


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
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["number", "page"]),
            models.Index(fields=["code_number"], name="images_by_code"),
        ]

    def __str__(self) -> str:
        return f"image {self.pk}: {self.reason or f'{self.sheet} {self.number}, page {self.page}'}"


class PageSettlement(Appended):
    """What a person said of a PageImage: its page, "ignore it", or "the machine is right".

    ``turned`` is by how many degrees they said that the image must be turned clockwise to be upright.
    """

    image = models.ForeignKey(PageImage, on_delete=models.PROTECT, related_name="settlements")
    verdict = models.CharField(max_length=10)
    sheet = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    page = models.PositiveSmallIntegerField(null=True)
    turned = models.PositiveSmallIntegerField(null=True)
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
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["confidence"], condition=Q(flagged=True), name="readings_left_to_people"),
            models.Index(fields=["value", "confidence"], name="readings_by_value"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.value} ({self.confidence:.3f})"


class Settlement(Appended):
    """What a person decided about one Field of a paper; an empty ``value`` takes earlier decisions back."""

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


class MarkSample(Appended):
    """That a sample of unflagged marks was drawn for a second look; the newest counts.

    Which marks these are follows from ``seed``, ``size`` and the readings (`klausur.state.second_looks`).
    """

    seed = models.BigIntegerField()
    size = models.PositiveIntegerField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size} marks by seed {self.seed}, drawn by {self.who}"


class SecondLook(Appended):
    """What a person said of an unflagged Reading that was drawn; an empty ``value`` takes that back.

    Who says otherwise than the machine settles it, too: the Settlement decides what counts.
    """

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="second_looks")
    value = models.CharField(max_length=20, blank=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"reading {self.reading_id}: {self.value or 'taken back'} by {self.who}"


class TieSettlement(Appended):
    """What a person said of a paper: whose booklet it is, or which booklet an extra sheet belongs to.

    ``verdict`` is "tied" (to ``candidate`` or ``booklet``), "nobody" or "undone" (the machine's tie counts).
    """

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


class PageWaiver(Appended):
    """What a person said of a page that was not found: its booklet counts without it, or no more."""

    number = models.PositiveIntegerField()
    page = models.PositiveSmallIntegerField()
    waived = models.BooleanField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        """Waivers are looked up by booklet."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number"], name="waivers_by_booklet")]

    def __str__(self) -> str:
        return (
            f"booklet {self.number}, page {self.page} {'waived' if self.waived else 'wanted'} by {self.who}"
        )
