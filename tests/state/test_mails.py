"""Who is to get a mail, and how far one is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klausur.roster.model import Candidate
from klausur.state.facts import Enrolled, Standing
from klausur.state.mails import (
    MailKind,
    MailStatus,
    MailStep,
    Recipient,
    StoredMail,
    StoredStep,
    key,
    wanted,
)
from klausur.state.objections import About, Outcome, StoredObjection, StoredReply, Told

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADA = Enrolled(1, Candidate("0371", "Ada Example", mail="ada@example.org"))
BO = Enrolled(2, Candidate("0372", "Bo Muster"))
ILL = Enrolled(3, Candidate("0373", "Ida Ill", mail="ida@example.org"), Standing.ILL)
STEP = 7


def mail(who: Enrolled, kind: MailKind = MailKind.RESULTS, *steps: MailStep, about: int = STEP) -> StoredMail:
    said = tuple(StoredStep(step, "", NOW) for step in steps)
    name = key(kind, Recipient(who, about))
    return StoredMail(
        who.id, who.id, kind, name, "act", about, who.candidate.mail, "en", NOW, "Ada", NOW, said
    )


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((), MailStatus.WAITING),
        ((MailStep.BEGUN,), MailStatus.UNCLEAR),
        ((MailStep.BEGUN, MailStep.SENT), MailStatus.SENT),
        ((MailStep.BEGUN, MailStep.REFUSED), MailStatus.REFUSED),
        ((MailStep.BEGUN, MailStep.SENT, MailStep.BOUNCED), MailStatus.BOUNCED),
        ((MailStep.BEGUN, MailStep.BOUNCED), MailStatus.BOUNCED),
    ],
)
def test_how_far_a_mail_is(steps: tuple[MailStep, ...], status: MailStatus) -> None:
    assert mail(ADA, MailKind.RESULTS, *steps).status is status


def test_results_go_to_all_who_take_the_exam_once_for_each_publication() -> None:
    people = (ADA, BO, ILL)
    found = wanted(MailKind.RESULTS, people, STEP, (), ())
    assert [each.candidate for each in found.to] == [ADA]
    assert [each.candidate for each in found.without] == [BO]
    waiting = (mail(ADA),)
    found = wanted(MailKind.RESULTS, people, STEP, waiting, ())
    assert ([*found.to], [each.candidate for each in found.had]) == ([], [ADA])
    later = wanted(MailKind.RESULTS, people, STEP + 1, waiting, ())
    assert [each.candidate for each in later.to] == [ADA]


def test_a_reminder_goes_to_those_whom_the_results_reached() -> None:
    begun, sent = mail(ADA, MailKind.RESULTS, MailStep.BEGUN), (MailStep.BEGUN, MailStep.SENT)
    assert wanted(MailKind.REMINDER, (ADA,), STEP, (begun,), ()).to == ()
    reached = mail(ADA, MailKind.RESULTS, *sent)
    assert wanted(MailKind.REMINDER, (ADA,), STEP, (reached,), ()).to == (Recipient(ADA, STEP),)
    back = mail(ADA, MailKind.RESULTS, *sent, MailStep.BOUNCED)
    assert wanted(MailKind.REMINDER, (ADA,), STEP, (back,), ()).to == ()
    assert wanted(MailKind.REMINDER, (ADA,), STEP + 1, (reached,), ()).to == ()


def test_an_answer_goes_to_whoever_objected_once_for_each() -> None:
    open_ = StoredObjection(4, ILL.id, None, About.OTHER, "", "Hm.", None, Told(), "a", "0373", NOW)
    reply = StoredReply(Outcome.DONE, "So it is.", None, None, "Ada", NOW)
    answered = replace(open_, id=5, reply=reply)
    found = wanted(MailKind.ANSWERED, (ADA, ILL), STEP, (), (open_, answered))
    assert found.to == (Recipient(ILL, 5),)
    told = mail(ILL, MailKind.ANSWERED, about=5)
    assert wanted(MailKind.ANSWERED, (ADA, ILL), STEP, (told,), (answered, replace(answered, id=6))).to == (
        Recipient(ILL, 6),
    )
