"""What was told to candidates and what they said to it, how long data are kept, what was deleted."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from klausur.store.models.appended import ACT, DIGEST, Appended
from klausur.store.models.judged import Judgement
from klausur.store.models.printed import Candidate


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


class ReviewSlot(Appended):
    """A time at a ``table`` at which a Candidate may look at their script on site."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="review_slots")
    begin = models.DateTimeField()
    end = models.DateTimeField()
    table = models.CharField(max_length=100)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """It ends after it begins."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(name="slot_ends_later", condition=Q(end__gt=models.F("begin")))
        ]

    def __str__(self) -> str:
        return f"slot of candidate {self.candidate_id} at {self.table}"


class ReviewStep(Appended):
    """What happened to a ReviewSlot; ``digest`` is of the code that lets a browser in."""

    slot = models.ForeignKey(ReviewSlot, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    digest = models.CharField(max_length=DIGEST, blank=True)
    who = models.CharField(max_length=200)
    when = models.DateTimeField()

    class Meta:
        """A code lets one browser in; a slot ends and is cancelled once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            UniqueConstraint(fields=["slot", "step", "digest"], name="slot_step_once")
        ]

    def __str__(self) -> str:
        return f"slot {self.slot_id} {self.step} by {self.who}"
