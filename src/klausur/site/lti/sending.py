"""The job that sends an exam's scores to a course, and has that noted in the exam's records."""

from pathlib import Path

from klausur.actions import grades_sent
from klausur.actions.grades_sent import GradesSent
from klausur.actions.progress import Progress
from klausur.base.errors import NotFoundError
from klausur.site.lti import scores
from klausur.site.models import Exam, LtiLink, LtiScore
from klausur.state.facts import Author


def send(exam: Exam, number: int, folder: Path, author: Author, progress: Progress) -> GradesSent:
    """Send all scores that were asked for and that a course has not taken.

    Args:
        exam: whose scores.
        number: of the activity that is tied to it.
        folder: the exam's folder.
        author: who has them sent.
        progress: told the scores that were tried.

    Raises:
        NotFoundError: the activity is not tied to the exam, or no more.
        RefusedError: as `klausur.site.lti.scores.send`, and ToolError.
    """
    link = LtiLink.objects.select_related("platform", "exam").filter(exam=exam, pk=number).first()
    if link is None:
        raise NotFoundError("this activity is not tied to the exam", "load the page again")
    done = scores.send(link, folder, progress)
    said = GradesSent(link.platform.name, link.title, done.sent, done.failed, back=done.back)
    grades_sent.note(folder, said, author)
    return said


def forget(exam: Exam) -> None:
    """Delete what was kept here of an exam's scores; what courses have stays there."""
    LtiScore.objects.filter(link__exam=exam).delete()
