"""Which exam an activity of a course is tied to: by an instructor there who examines here, nobody else."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from klausur.base.errors import NotFoundError, RefusedError
from klausur.site import audit
from klausur.site.lti import people
from klausur.site.lti.launches import Said, said_of
from klausur.site.models import Exam, LtiLaunch, LtiLink, LtiPlatform, LtiSeen, LtiUser, Member, Person
from klausur.state.facts import Role


def of(platform: LtiPlatform, said: Said) -> LtiLink | None:
    """What an activity is tied to; None if it is tied to nothing."""
    place = {"deployment": said.deployment, "context": said.context, "resource": said.resource}
    return LtiLink.objects.select_related("exam", "platform").filter(platform=platform, **place).first()


def choices(person: Person) -> QuerySet[Exam, Exam]:
    """The exams that somebody may tie an activity to: those where they examine."""
    theirs = Member.objects.filter(person=person, role=Role.EXAMINER.value).values("exam")
    return Exam.objects.filter(pk__in=theirs, archived=False).order_by("-added")


def tie(launch: LtiLaunch, exam: Exam, person: Person) -> LtiLink:
    """Tie the activity that somebody has opened to an exam.

    Raises:
        RefusedError: they are no instructor there or do not examine here, or it is tied already.
    """
    said, platform = said_of(launch), launch.platform
    if not said.instructor:
        raise RefusedError("only an instructor of the course ties its activities", "ask one of them")
    if not choices(person).filter(pk=exam.pk).exists():
        raise RefusedError("you do not examine in this exam", "choose an exam of yours")
    try:
        with transaction.atomic():
            people.identify(platform, said, person)
            link = LtiLink.objects.create(
                platform=platform,
                deployment=said.deployment,
                context=said.context,
                resource=said.resource,
                title=said.title,
                exam=exam,
                by=person,
                lineitem=said.lineitem,
                lineitems=said.lineitems,
                scopes=list(said.scopes),
            )
            audit.append("tie-course", person, exam=exam.slug, course=said.title, of=platform.name)
    except IntegrityError as error:
        raise RefusedError(
            "this activity is tied to an exam already", "untie it there, on the exam's page of courses"
        ) from error
    return link


def untie(exam: Exam, number: int, by: Person) -> LtiLink:
    """Tie an activity to nothing; what was sent to it is forgotten here, and stays there.

    Raises:
        NotFoundError: none of this number is tied to the exam.
    """
    with transaction.atomic():
        link = LtiLink.objects.select_related("platform").filter(exam=exam, pk=number).first()
        if link is None:
            raise NotFoundError("this activity is not tied to the exam", "load the page again")
        link.delete()
        audit.append("untie-course", by, exam=exam.slug, course=link.title, of=link.platform.name)
    return link


def refresh(link: LtiLink, said: Said) -> None:
    """Note where the platform takes scores now, as it has just said."""
    now = {
        "title": said.title or link.title,
        "lineitem": said.lineitem or link.lineitem,
        "lineitems": said.lineitems,
        "scopes": list(said.scopes),
    }
    if any(getattr(link, name) != value for name, value in now.items()):
        LtiLink.objects.filter(pk=link.pk).update(**now)


def came(link: LtiLink, user: LtiUser) -> None:
    """Note that a learner came by an activity."""
    LtiSeen.objects.get_or_create(link=link, user=user)
