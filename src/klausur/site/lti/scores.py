"""Scores for a course: who would get what, and sending it, each score once.

What a score tells, by which publication, has a digest, its version. A score is written down with its time
when somebody asks for it, and leaves as the very same however often it is tried. A platform keeps one score
of a person in a column, that with the latest time; so one that leaves twice, as after a kill before it was
noted that it had left, is there once: the platform takes the second for the first, or refuses it (409).
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from klausur.actions import publish, results_so_far
from klausur.actions.progress import Progress, quiet
from klausur.base.errors import MeanwhileError, RefusedError, ToolError
from klausur.report.results import ResultRow, Status
from klausur.site import candidate_logins
from klausur.site.lti.calls import Call, call
from klausur.site.lti.launches import digest
from klausur.site.lti.services import Course
from klausur.site.models import LtiLink, LtiScore, LtiUser
from klausur.state.publication import Part

WAITS = (1.0, 5.0)
"""Seconds until a score is tried again that the platform could not take just then."""

_APART = timedelta(seconds=1)
"""Scores of a person are so far apart at least: some platforms compare whole seconds."""


class Fate(StrEnum):
    """What becomes of a candidate's score."""

    SENDS = "sends"
    SENT = "sent"
    ABSENT = "absent"
    """They have not opened the activity, so nobody knows who they are in the course."""
    SEVERAL = "several"
    """Several people of the course are this candidate."""
    OPEN = "open"
    """There is no final total."""


class Hindrance(StrEnum):
    """Why nothing may be sent."""

    UNPUBLISHED = "unpublished"
    NO_TOTALS = "no-totals"


@dataclass(frozen=True, slots=True)
class Line:
    """What a candidate would get: ``given`` credits of ``most``. ``fault``: why it was not taken before."""

    registration: str
    name: str
    fate: Fate
    user: LtiUser | None = None
    given: float = 0
    most: float = 0
    version: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent to a course.

    Attributes:
        lines: of the exam's candidates, by registration number; empty where nothing may be sent.
        hindrance: why nothing may be; None if it may.
        others: how many people of the course are no candidate of the exam.
        clears: whose score would be taken back, as the publication was revoked.
        step: the number of the publication.
    """

    lines: tuple[Line, ...] = ()
    hindrance: Hindrance | None = None
    others: int = 0
    clears: tuple[LtiUser, ...] = ()
    step: int = 0

    @property
    def sends(self) -> tuple[Line, ...]:
        """Those that would leave."""
        return tuple(line for line in self.lines if line.fate is Fate.SENDS)

    @property
    def digest(self) -> str:
        """Of all that would leave: who has seen it asks for just that."""
        leaves = [f"{line.registration} {line.version}" for line in self.sends]
        return digest(f"{self.step} {leaves} {[user.sub for user in self.clears]}")


@dataclass(frozen=True, slots=True)
class Sent:
    """How many scores a platform took, and how many it did not; whether they were taken ``back``."""

    sent: int
    failed: int
    back: bool = False


def plan(link: LtiLink, folder: Path) -> Plan:
    """What would be sent.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    holds = publish.look(folder).publication
    step = 0 if holds.step is None else holds.step.id
    if not holds.published:
        return Plan(hindrance=Hindrance.UNPUBLISHED, clears=_may_have(link), step=step)
    if not holds.shows(Part.TOTAL):
        return Plan(hindrance=Hindrance.NO_TOTALS, step=step)
    theirs, others = _theirs(link)
    last = _last_of(link)
    graded, _exam = results_so_far.whole(folder)
    rows = sorted((row for row in graded.results.rows if row.registration), key=lambda row: row.registration)
    lines = tuple(_line(row, theirs.get(row.registration, ()), step, last) for row in rows)
    return Plan(lines, others=others, step=step)


def ask(link: LtiLink, folder: Path, seen: str) -> int:
    """Write down the scores that were seen in a plan, to be sent; how many.

    Raises:
        MeanwhileError: others would be sent now.
        RefusedError: there is nothing to send.
    """
    found = plan(link, folder)
    if found.digest != seen:
        raise MeanwhileError("something else would be sent now", "look at it once more, and send that")
    last = _last_of(link)
    wanted = [(line.user, line.version, _body(line)) for line in found.sends if line.user is not None]
    wanted += [(user, digest(f"clear {found.step}"), _clearing(user)) for user in found.clears]
    if not wanted:
        raise RefusedError("there is nothing to send", "nothing: the course has all of it")
    try:
        with transaction.atomic():
            for user, version, body in wanted:
                before = last.get(user.pk)
                if before is None or before.sent or before.version != version:
                    _write(link, user, version, body, before)
    except IntegrityError as error:
        raise MeanwhileError("somebody else has just asked for it", "look at it once more") from error
    return len(wanted)


def send(
    link: LtiLink,
    folder: Path,
    progress: Progress = quiet,
    call_: Call = call,
    wait: Callable[[float], object] = time.sleep,
) -> Sent:
    """Send all that was written down and that the platform has not taken.

    Args:
        link: the activity of the course.
        folder: the exam folder.
        progress: told the scores that were tried.
        call_: how the platform is asked.
        wait: waits so many seconds.

    Raises:
        RefusedError: the publication is another one now, or the platform takes no scores.
        ToolError: the platform does not answer; what was not sent can be sent later.
    """
    scores = [score for score in _last_of(link).values() if not score.sent]
    published = publish.look(folder).publication.published
    if any(score.clears == published for score in scores):
        raise RefusedError("results were published or revoked meanwhile", "look at what would be sent now")
    if not scores:
        return Sent(0, 0)
    course = Course(link, call_)
    course.open(max(float(score.body.get("scoreMaximum", 100)) for score in scores))
    tally: Counter[bool] = Counter()
    for done, score in enumerate(scores, start=1):
        tally[_send(course, score, wait)] += 1
        progress(done, len(scores))
    return Sent(tally[True], tally[False], back=scores[0].clears)


def _last_of(link: LtiLink) -> dict[int, LtiScore]:
    """The newest score of each person that was written down, by their number."""
    rows = LtiScore.objects.filter(link=link).select_related("user").order_by("number")
    return {score.user_id: score for score in rows}


def _may_have(link: LtiLink) -> tuple[LtiUser, ...]:
    """Of whom the course may have a score from here that was not taken back since."""
    found: dict[int, LtiUser] = {}
    for score in LtiScore.objects.filter(link=link, tries__gt=0).select_related("user").order_by("number"):
        if score.clears and score.sent:
            found.pop(score.user_id, None)
        elif not score.clears:
            found[score.user_id] = score.user
    return tuple(sorted(found.values(), key=lambda user: user.sub))


def _theirs(link: LtiLink) -> tuple[Mapping[str, Sequence[LtiUser]], int]:
    """Who came by the activity, by registration number, as the exam's rule says; and how many are nobody."""
    found: defaultdict[str, list[LtiUser]] = defaultdict(list)
    others = 0
    for user in LtiUser.objects.filter(seen__link=link).select_related("person").order_by("sub"):
        guest = candidate_logins.guest_of(link.exam, user.person)
        if guest is None:
            others += 1
        else:
            found[guest.candidate.candidate.registration].append(user)
    return found, others


def _line(row: ResultRow, users: Sequence[LtiUser], step: int, last: Mapping[int, LtiScore]) -> Line:
    who = row.registration, row.name
    if row.status is not Status.FINAL or row.total is None or row.total < 0 or not row.worth:
        return Line(*who, Fate.OPEN)
    given, most = float(row.total), float(row.worth)
    if len(users) != 1:
        return Line(*who, Fate.SEVERAL if users else Fate.ABSENT, given=given, most=most)
    version, before = digest(f"{step} {row.total} {row.worth}"), last.get(users[0].pk)
    same = before is not None and before.version == version
    fate = Fate.SENT if same and before is not None and before.sent else Fate.SENDS
    fault = before.fault if same and before is not None else ""
    return Line(*who, fate, users[0], given, most, version, fault)


def _body(line: Line) -> dict[str, Any]:
    said = {"scoreGiven": line.given, "scoreMaximum": line.most}
    sub = "" if line.user is None else line.user.sub
    return {"userId": sub, **said, "activityProgress": "Completed", "gradingProgress": "FullyGraded"}


def _clearing(user: LtiUser) -> dict[str, Any]:
    """Says that there is no score; by the standard whatever is there is then taken away."""
    return {"userId": user.sub, "activityProgress": "Completed", "gradingProgress": "NotReady"}


def _write(link: LtiLink, user: LtiUser, version: str, body: dict[str, Any], before: LtiScore | None) -> None:
    now = datetime.now(UTC)
    stamp = now if before is None else max(now, before.stamp + _APART)
    LtiScore.objects.create(
        link=link,
        user=user,
        number=1 if before is None else before.number + 1,
        version=version,
        clears="scoreGiven" not in body,
        body={**body, "timestamp": stamp.isoformat(timespec="milliseconds")},
        stamp=stamp,
    )


def _send(course: Course, score: LtiScore, wait: Callable[[float], object]) -> bool:
    """Try a score until the platform has taken or refused it; whether it has taken it."""
    row = LtiScore.objects.filter(pk=score.pk)
    for pause in (*WAITS, None):
        score.tries += 1
        row.update(tries=score.tries)  # before it leaves: who goes on knows that it may be there
        lost: ToolError | None = None
        try:
            status = course.post(score.body).status
        except ToolError as error:
            status, lost = 0, error
        if 200 <= status < 300 or (status == 409 and score.tries > 1):
            row.update(sent=datetime.now(UTC), fault="")
            return True
        if status and status not in {401, 429} and status < 500:
            row.update(tries=0, fault=_fault(status))
            return False
        row.update(fault="the platform does not answer" if lost else _fault(status))
        if pause is None:
            raise lost or ToolError(_fault(status), "try it again later")
        wait(pause)
        if status == 401:
            course.let_in()
    return False


def _fault(status: int) -> str:
    if status == 409:
        return "the course has a newer score already"
    return f"the platform answers {status}"
