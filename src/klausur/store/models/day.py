"""What happened on the day and at home, and where paper lies since."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint

from klausur.store.models.appended import ACT, DIGEST, Appended
from klausur.store.models.printed import Candidate


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
