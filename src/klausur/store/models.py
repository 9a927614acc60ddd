"""The rows of an exam folder's database. What they mean in core types stands in `klausur.store.translate`.

Rows are appended. What the machine saw (PageImage, Reading) and what a person decided (PageSettlement,
Settlement, SecondLook, TieSettlement, PageWaiver, Judgement, DayAct) stay apart: a newer decision supersedes
an older one, and nothing is changed or deleted. ``software`` is the version of Klausur that wrote the row.
The values of enumerations are written out by their core types; they are no ``choices`` here, so that a new
reason or kind of field needs no migration.

A page is named as its code names it: ``sheet`` (the kind of paper), ``number`` among its kind, ``page``. A
number says which printing made the paper, because none is used twice.

The rows at the end are State: what all the others amount to, rewritten in the transaction of each event for
what it touches, and made again from nothing by `klausur.store.derive`. They hold no record of their own.
"""

from functools import cache
from typing import Any, ClassVar, Never

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from klausur.store import unsealed_rows
from klausur.store.compiled_inserts import CompiledInsert

DIGEST = 64
"""Letters of a SHA-256 in hexadecimal."""

JOB = 36
"""Letters of a job's id, a UUID."""

ACT = 36
"""Letters at most of what names an act of judging."""


class Append(models.QuerySet[Any]):
    """Queries of rows that are never changed or deleted."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401 - Django's own signature
        """Write rows."""
        made = super().bulk_create(*args, **kwargs)
        if self.model.sealed:
            unsealed_rows.add(self.model, made)
        return made

    def update(self, **kwargs: object) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never changed: {sorted(kwargs)}")

    def delete(self) -> Never:
        """Refuse."""
        raise TypeError(f"rows of {self.model.__name__} are appended, never deleted")


class Appended(models.Model):
    """A row that is written once. ``sealed``: an event holds its digest."""

    sealed: ClassVar[bool] = True
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
        if args or kwargs:
            super().save(*args, **kwargs)
        else:
            _insert(type(self))(self)
        if self.sealed:
            unsealed_rows.add(type(self), [self])

    def delete(self, *args: Any, **kwargs: Any) -> Never:  # noqa: ANN401 - Django's own signature
        """Refuse."""
        raise TypeError(f"rows of {type(self).__name__} are appended, never deleted {args}{kwargs}")


@cache
def _insert(model: type[Appended]) -> CompiledInsert:
    return CompiledInsert(model, numbers=model.sealed)


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


class Judgement(Appended):
    """A corrector's decision on one Answer: ``value`` is JSON of the items as they were, and what was said.

    ``images`` is JSON of the images that counted as the answer's pages. ``act`` names the act: sent twice,
    it is recorded once. ``round`` is what it is among those about the answer (`klausur.state.rounds`).
    """

    booklet = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    round = models.CharField(max_length=10, default="first")
    credits = models.CharField(max_length=40)
    value = models.TextField()
    images = models.TextField()
    act = models.CharField(max_length=ACT, unique=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """Judgements are looked up by answer."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["booklet", "question"], name="judgements_by_answer"),
            models.Index(fields=["question", "who"], name="judgements_by_corrector"),
        ]

    def __str__(self) -> str:
        return f"booklet {self.booklet}, {self.question}: {self.credits} by {self.who}"


class JudgementTakenBack(Appended):
    """A Judgement that no longer counts; the one before it does, if there is one."""

    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, related_name="taken_back")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"judgement {self.judgement_id} taken back by {self.who}"


class RubricVersion(Appended):
    """The rubric of a Question as it is from now on, because a person changed it while others grade.

    ``lines`` is JSON of `klausur.exam.rubric_lines.RubricLine`; a line without words has those of the exam by
    the ``key`` that counted then (the newest KeyDecision about the edition, 0 for none). It holds until
    another decision about the key, which has its lines in it. ``undoes`` is the version that it takes back;
    ``what`` is JSON of the differences in words.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rubrics")
    question = models.CharField(max_length=200)
    key = models.PositiveBigIntegerField()
    lines = models.TextField()
    what = models.TextField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"rubric {self.pk} of {self.question} by {self.who}"


class NewLook(Appended):
    """A Judgement that somebody shall look at again, or no more: the newest row of a Judgement says which."""

    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="new_looks")
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="new_looks")
    wanted = models.BooleanField()
    reasons = models.CharField(max_length=200)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"judgement {self.judgement_id}: {self.reasons if self.wanted else 'no new look'}"


class Parking(Appended):
    """An answer that a corrector put aside with a question to the examiner."""

    booklet = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    text = models.TextField()
    act = models.CharField(max_length=ACT, unique=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """They are looked up by question."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["question", "booklet"], name="parkings_by_answer")
        ]

    def __str__(self) -> str:
        return f"booklet {self.booklet}, {self.question}: {self.text}"


class ParkingReply(Appended):
    """What the examiner said to a Parking: the answer is to be judged again."""

    parking = models.OneToOneField(Parking, on_delete=models.PROTECT, related_name="reply")
    text = models.TextField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"to parking {self.parking_id}: {self.text}"


class Arrangement(Appended):
    """What an examiner arranged about the judging of a question: rules, an assignment, or its withdrawal.

    ``value`` is JSON of `klausur.state.arrangements`; ``about`` is the assignment that is withdrawn.
    """

    kind = models.CharField(max_length=10)
    question = models.CharField(max_length=200)
    about = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn")
    value = models.TextField(blank=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.question} by {self.who}"


class Annotation(Appended):
    """What a corrector drew on an answer's page: ``value`` is JSON of the Drawing, in mm of the page.

    The page is named, and no image of it: a new scan of it keeps what was drawn.
    """

    booklet = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    sheet = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    page = models.PositiveSmallIntegerField()
    value = models.TextField()
    act = models.CharField(max_length=ACT, unique=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """They are looked up by answer."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["booklet", "question"], name="annotations_by_answer")
        ]

    def __str__(self) -> str:
        return f"on {self.sheet} {self.number}, page {self.page} by {self.who}"


class AnnotationTakenBack(Appended):
    """An Annotation that was rubbed out."""

    annotation = models.OneToOneField(Annotation, on_delete=models.PROTECT, related_name="taken_back")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"annotation {self.annotation_id} taken back by {self.who}"


class DayAct(Appended):
    """Something done in a room on the exam day; see `klausur.state.day.DayAct`.

    ``act`` is its name, by which what a tablet sends twice counts once; ``at`` is when it was done and
    ``when`` when it came here.
    """

    act = models.CharField(max_length=ACT, unique=True)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    room = models.CharField(max_length=200, blank=True)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, related_name="day_acts")
    number = models.PositiveIntegerField(null=True)
    value = models.CharField(max_length=100, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    device = models.CharField(max_length=ACT, blank=True)
    seen = models.PositiveBigIntegerField(default=0)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.value} by {self.who}"


class PublicationStep(Appended):
    """A step of the publication: terms that are set, results that are published, or revoked.

    ``value`` is JSON of `klausur.state.publication.Terms`; ``grades`` the digest of those published.
    """

    step = models.CharField(max_length=10)
    value = models.TextField(blank=True)
    grades = models.CharField(max_length=DIGEST, blank=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.step} by {self.who}"


class GradesSigned(Appended):
    """Somebody signed the grades of this digest."""

    grades = models.CharField(max_length=DIGEST)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """One signs the same grades once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["grades", "who"], name="signed_once")
        ]

    def __str__(self) -> str:
        return f"grades {self.grades[:8]} signed by {self.who}"


class PersonalLink(Appended):
    """A link by which a Candidate sees their results; their newest alone. ``digest`` is of its secret."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=DIGEST, unique=True)
    until = models.DateTimeField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of candidate {self.candidate_id} until {self.until}"


class LinkRevoked(Appended):
    """A PersonalLink that is good no more."""

    link = models.OneToOneField(PersonalLink, on_delete=models.PROTECT, related_name="revoked")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"link {self.link_id} revoked by {self.who}"


class Objection(Appended):
    """What a Candidate objects to: what a question earned, or how their papers were treated (``kind``).

    ``sheet``, ``number`` and ``page`` name a page that they marked, ``mark`` is JSON of the Box there, in mm.
    ``told`` is JSON of what they were told then. ``act`` names the act: sent twice, it is recorded once.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="objections")
    booklet = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20)
    question = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sheet = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    page = models.PositiveSmallIntegerField(null=True)
    mark = models.TextField(blank=True)
    told = models.TextField()
    act = models.CharField(max_length=ACT, unique=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """A question is named where one is objected to, and a page where something is marked."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(
                name="objection_names_a_question",
                condition=(Q(kind="question") & ~Q(question="")) | (~Q(kind="question") & Q(question="")),
            ),
            CheckConstraint(
                name="objection_marks_a_page",
                condition=Q(mark="", sheet="", number__isnull=True, page__isnull=True)
                | (~Q(mark="") & ~Q(sheet="") & Q(number__isnull=False, page__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.question} of candidate {self.candidate_id}"


class ObjectionReply(Appended):
    """The answer to an Objection; ``credits`` are those of its question then, ``judgement`` who gave them."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="reply")
    outcome = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    credits = models.CharField(max_length=40, blank=True)
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, null=True, related_name="replies")
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"objection {self.objection_id}: {self.outcome} by {self.who}"


class HomeTimesSet(Appended):
    """When an exam at home goes on, as somebody said after it was printed: JSON of HomeTimes in ``value``."""

    value = models.TextField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"times at home by {self.who}"


class PaperFetched(Appended):
    """A Candidate fetched a paper of an exam at home for the first time; ``sha256`` is that of the file."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="fetched")
    booklet = models.PositiveIntegerField()
    paper = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=DIGEST)
    when = models.DateTimeField()

    class Meta:
        """The first time alone is a record."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["candidate", "booklet", "paper"], name="fetched_first")
        ]

    def __str__(self) -> str:
        return f"{self.paper} {self.booklet} of candidate {self.candidate_id}"


class HandIn(Appended):
    """Files that a Candidate handed in at once; see `klausur.state.hand_ins.StoredHandIn`.

    ``files`` is JSON of HandedFile; the files are kept among the scans. ``act`` names the act: sent twice, it
    is recorded once.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="hand_ins")
    booklet = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    files = models.TextField()
    act = models.CharField(max_length=ACT, unique=True)
    when = models.DateTimeField()

    class Meta:
        """Versions of one candidate are counted."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["candidate", "version"], name="version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of candidate {self.candidate_id}"


class HandInSeen(Appended):
    """What the machine saw on the pages of a HandIn: JSON of SeenPage in ``value``."""

    hand_in = models.OneToOneField(HandIn, on_delete=models.PROTECT, related_name="seen")
    value = models.TextField()
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"seen of hand-in {self.hand_in_id}"


class HandInDecided(Appended):
    """What an examiner decided about a late HandIn; the newest one holds."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"hand-in {self.hand_in_id} {self.verdict} by {self.who}"


class ScriptPlace(Appended):
    """Where somebody put a booklet; an empty ``box``: nobody knows any more. The newest one counts."""

    booklet = models.PositiveIntegerField(db_index=True)
    box = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(null=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"booklet {self.booklet} lies in {self.box}"


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


class RetentionSet(Appended):
    """How long data are kept from now on: ``value`` is JSON of `klausur.state.retention.RetentionTerms`."""

    value = models.TextField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"retention by {self.who}"


class Deletion(Appended):
    """Data whose time was over were deleted; the ``certificate`` says which. ``what`` are words."""

    act = models.CharField(max_length=ACT, unique=True)
    what = models.CharField(max_length=40)
    certificate = models.TextField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"deletion of {self.what} by {self.who}"


class Mail(Appended):
    """A mail to a Candidate that somebody asked for. Its text is not kept, and neither is the link in it.

    ``key`` says what it is about, so that the same is asked for once; ``act`` is in the mail itself, and what
    comes back of it is known by that. ``until`` is how long the link in it is to be good.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, unique=True)
    act = models.CharField(max_length=ACT, unique=True)
    about = models.PositiveBigIntegerField(default=0)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    until = models.DateTimeField()
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} to candidate {self.candidate_id}"


class MailStep(Appended):
    """What became of a Mail: it was ``begun``, then ``sent`` or ``refused``, and may have ``bounced``.

    That it is begun is written before it leaves: a mail of which nothing more is known may have left.
    """

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    detail = models.TextField(blank=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """Each happens to a mail once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["mail", "step"], name="mail_step_once")
        ]

    def __str__(self) -> str:
        return f"mail {self.mail_id} {self.step}"


class Hold(models.Model):
    """Who looks at an answer now, so that nobody else is given it: a lease that ends by time.

    No record of the exam: what is judged counts, whoever held what.
    """

    booklet = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    who = models.CharField(max_length=200)
    until = models.DateTimeField()
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        """One holds an answer at a time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["question", "booklet"], name="held_once")
        ]

    def __str__(self) -> str:
        return f"booklet {self.booklet}, {self.question}: {self.who}"


class AuditEvent(Appended):
    """One thing that was done to the records: by whom, when, with what outcome, and which rows it wrote.

    Events are numbered from 1 without gaps; ``digest`` is of all that an event says, ``before`` among it, the
    digest of the one before. ``rows`` are the rows that it wrote and ``gone`` those that it deleted, each
    with its digest (`klausur.store.row_seals`), by the ``form`` of `klausur.store.canonical`.
    """

    sealed = False
    number = models.PositiveIntegerField(unique=True)
    before = models.CharField(max_length=DIGEST, blank=True)
    digest = models.CharField(max_length=DIGEST)
    form = models.PositiveSmallIntegerField()
    rows = models.TextField(blank=True)
    gone = models.TextField(blank=True)
    verb = models.CharField(max_length=40)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()
    detail = models.JSONField()

    def __str__(self) -> str:
        return f"{self.verb} by {self.who}"


class JobEffect(Appended):
    """What a site's job has done here, once: a job is taken over by another worker, its effect is not.

    ``job`` is its id, ``result`` JSON of what came of it. See `klausur.store.jobs`.
    """

    job = models.CharField(max_length=JOB, unique=True)
    result = models.TextField()
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"effect of job {self.job}"


class JobAttempt(models.Model):
    """The newest attempt at a site's job that has begun to write here: an earlier one writes nothing more.

    No record of the exam: it says nothing but who may write.
    """

    job = models.CharField(max_length=JOB, primary_key=True)
    attempt = models.PositiveIntegerField()
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return f"attempt {self.attempt} at job {self.job}"


class State(models.Model):
    """A row that can be made again from the appended ones, and is rewritten when these say otherwise."""

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        """No table of its own."""

        abstract = True


class Mark(State):
    """The one row that says what the State rows were made from and by.

    ``rules`` is the version of the rules (`klausur.state.RULES`). ``owners_stale``: whose booklets are is to
    be decided anew before anybody looks, because a scan is on its way and has put that off. From
    ``booklets_from`` on, booklets are to be derived anew before that, because another key counts.
    """

    rules = models.PositiveIntegerField()
    owners_stale = models.BooleanField(default=False)
    booklets_from = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"state by rules {self.rules}"


class ImageState(State):
    """What an image counts as. Images that were read again since have no row.

    ``decision`` is the newest one about it; ``sheet``, ``number`` and ``page`` are empty if it is no page.
    """

    image = models.OneToOneField(PageImage, on_delete=models.CASCADE, primary_key=True, related_name="state")
    decision = models.ForeignKey(PageSettlement, on_delete=models.CASCADE, null=True, related_name="+")
    sheet = models.CharField(max_length=20, blank=True)
    number = models.PositiveIntegerField(null=True)
    page = models.PositiveSmallIntegerField(null=True)
    waiting = models.BooleanField()

    class Meta:
        """One image counts as a page; two that were placed at once cannot both."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(
                fields=["sheet", "number", "page"],
                condition=Q(number__isnull=False),
                name="one_image_per_page",
            ),
            CheckConstraint(name="waiting_is_no_page", condition=Q(waiting=False) | Q(number__isnull=True)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["waiting"], condition=Q(waiting=True), name="images_that_wait")
        ]

    def __str__(self) -> str:
        return f"image {self.image_id} counts as {self.sheet} {self.number}, page {self.page}"


class AnswerState(State):
    """What a question of a booklet was answered with and what it earns; JSON in ``value``.

    Only booklets of which anything is known have such rows. ``open``: a person must decide, and not only
    because its page is missing. ``credits`` is text, exact, empty while nobody knows. ``at`` is its place in
    the exam (from 0), ``shown`` its number on this paper, ``page`` where the first box stands that a person
    must look at. Of what is open, ``boxes`` counts those that a person must settle one by one, 0 where the
    question is settled as a whole; ``sure`` is how sure the reader is of the least sure one. ``alike`` says
    what it has in common with others that may be judged with it. ``awaits`` is the round in which a person
    must judge it, empty where nobody must; ``judges`` is JSON of who may not.
    """

    booklet = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    at = models.PositiveSmallIntegerField()
    shown = models.CharField(max_length=20)
    page = models.PositiveSmallIntegerField()
    open = models.BooleanField()
    credits = models.CharField(max_length=40, blank=True)
    boxes = models.PositiveSmallIntegerField(default=0)
    sure = models.FloatField(default=1.0)
    alike = models.CharField(max_length=60, default="", blank=True)
    awaits = models.CharField(max_length=10, default="", blank=True)
    judges = models.TextField(default="", blank=True)
    value = models.TextField()

    class Meta:
        """A question of a booklet has one row."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["booklet", "question"], name="answer_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["booklet"], condition=Q(open=True), name="answers_that_are_open"),
            models.Index(fields=["question", "booklet", "at", "open", "credits"], name="answers_by_question"),
            models.Index(
                fields=["sure", "booklet", "at", "boxes"],
                condition=Q(open=True),
                name="answers_least_sure_first",
            ),
            models.Index(
                fields=["question", "open", "booklet", "awaits", "judges"],
                condition=Q(open=True),
                name="answers_that_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"booklet {self.booklet}, {self.question}: {self.credits or 'open'}"


class BookletState(State):
    """What a booklet amounts to: its pages in ``value`` and whose it is in ``tie``, both as JSON.

    ``owner`` is set if anything of the booklet is known and it is plainly theirs; ``said`` is whom a person
    named. ``open`` counts questions that a person must settle, ``credits`` is the total, empty while it is
    open.
    """

    number = models.PositiveIntegerField(primary_key=True)
    used = models.BooleanField(default=False)
    open = models.PositiveIntegerField(default=0)
    credits = models.CharField(max_length=40, blank=True)
    value = models.TextField()
    owner = models.OneToOneField(Candidate, on_delete=models.CASCADE, null=True, related_name="booklet_state")
    said = models.OneToOneField(Candidate, on_delete=models.CASCADE, null=True, related_name="+")
    tie = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"booklet {self.number}: owner {self.owner_id}"


class ExtraState(State):
    """Which booklet an extra sheet that was found belongs to; JSON in ``value``."""

    number = models.PositiveIntegerField(primary_key=True)
    booklet = models.PositiveIntegerField(null=True)
    open = models.BooleanField()
    value = models.TextField()

    def __str__(self) -> str:
        return f"extra sheet {self.number}: booklet {self.booklet}"


class LegibleState(State):
    """What stands on a booklet's cover or an extra sheet, told without the others: JSON in ``value``.

    It stands between what was read and whose a paper is, which needs all of them. ``written``: a number that
    is held against those of others.
    """

    sheet = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    written = models.BooleanField()
    value = models.TextField()

    class Meta:
        """A paper has one row."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["sheet", "number"], name="legible_once")
        ]

    def __str__(self) -> str:
        return f"on {self.sheet} {self.number}"


class CandidateState(State):
    """A Candidate as the list has them now. A registration number stands there once; JSON in ``value``."""

    candidate = models.OneToOneField(
        Candidate, on_delete=models.CASCADE, primary_key=True, related_name="state"
    )
    registration = models.CharField(max_length=100, unique=True)
    standing = models.CharField(max_length=20)
    value = models.TextField()

    def __str__(self) -> str:
        return f"{self.registration} {self.standing}"
