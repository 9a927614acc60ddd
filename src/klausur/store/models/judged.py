"""What people judged, wrote on answers, and arranged about the judging."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import UniqueConstraint

from klausur.store.models.appended import ACT, Appended
from klausur.store.models.printed import Edition


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
