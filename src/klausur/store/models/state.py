"""State: what all other rows amount to. It holds no record of its own."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from klausur.store.models.printed import Candidate
from klausur.store.models.scanned import PageImage, PageSettlement


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
