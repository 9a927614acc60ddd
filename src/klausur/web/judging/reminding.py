"""Mails that remind correctors of what is due: one when the day is near and one when it is over, each once.

A site that sends no mail reminds on its pages alone. That a mail goes out is written down in the site's log
before it does, so that two workers send one; if it cannot be sent that is written down, too, and it is
tried again.
"""

from collections.abc import Iterator
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from klausur.actions import judging_work
from klausur.actions.judging_work import Portion
from klausur.base.errors import KlausurError
from klausur.site import audit
from klausur.site.models import Exam, Member, SiteEvent

SENT, FAILED = "remind", "remind-failed"
WHO = "Klausur"


def remind() -> int:
    """Send the reminders that are due and were not sent; how many were."""
    if settings.KLAUSUR_HOME.mail is None:
        return 0
    return sum(_remind(exam, each) for exam in Exam.objects.filter(archived=False) for each in _due(exam))


def _due(exam: Exam) -> Iterator[Portion]:
    try:
        yield from judging_work.pressing(settings.KLAUSUR_HOME.folder(exam.folder))
    except (KlausurError, OSError, DatabaseError):
        return  # who opens the exam is told; the reminders of others go out


def _remind(exam: Exam, portion: Portion) -> bool:
    member = Member.objects.filter(exam=exam, person__name=portion.to).select_related("person").first()
    if member is None or not member.person.is_active:
        return False
    about = {
        "exam": exam.slug,
        "assignment": portion.assignment.id,
        "why": "overdue" if portion.overdue else "soon",
    }
    if not _claimed(exam, about):
        return False
    with translation.override(member.person.language or settings.LANGUAGE_CODE):
        words = {"portion": portion, "exam": exam, "link": _link(exam, portion)}
        subject, _line, text = render_to_string("judging/reminder.txt", words).partition("\n")
    try:
        if send_mail(subject.strip(), text.strip(), None, [member.person.email]):
            return True
    except (OSError, SMTPException):
        pass
    audit.append(FAILED, WHO, **about)
    return False


def _claimed(exam: Exam, about: dict[str, object]) -> bool:
    """Whether it falls to this process to send a mail: nobody else did."""
    with transaction.atomic():
        Exam.objects.filter(pk=exam.pk).update(title=F("title"))  # others wait here
        events = SiteEvent.objects.filter(**{f"detail__{key}": value for key, value in about.items()})
        if events.filter(verb=SENT).count() > events.filter(verb=FAILED).count():
            return False
        audit.append(SENT, WHO, **about)
    return True


def _link(exam: Exam, portion: Portion) -> str:
    return f"{settings.KLAUSUR_HOME.address}/exams/{exam.slug}/grading/{portion.assignment.question}/"
