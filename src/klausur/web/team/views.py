"""Who examines, corrects and watches: the examiner invites, gives and takes roles."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from klausur.site import audit, exams, invitations
from klausur.site.models import ROLES, Exam, Invitation, Member
from klausur.state.facts import Role
from klausur.web.access import Here, keeps, shows
from klausur.web.accounts import invite as inviting
from klausur.web.tags import ROLES as CALLED

LEADS = (Role.EXAMINER, Role.ADMINISTRATOR)


@shows(*LEADS)
def team(request: HttpRequest, here: Here) -> HttpResponse:
    """Everybody in the exam, and who is invited and has not come yet."""
    members = Member.objects.filter(exam=here.exam).select_related("person").order_by("role", "person__name")
    open_ = Invitation.objects.filter(exam=here.exam, used=None, until__gte=datetime.now(UTC))
    return render(
        request,
        "team/team.html",
        {
            "members": members,
            "invitations": open_.order_by("-pk"),
            "roles": [(role.value, CALLED[role]) for role in ROLES],
            "form": inviting.Form(Exam.objects.none()),
        },
    )


@keeps(*LEADS)
def invite(request: HttpRequest, here: Here) -> HttpResponse:
    """Invite somebody to this exam."""
    inviting.send(request, here.person, inviting.Form(Exam.objects.none(), request.POST), here.exam)
    return redirect("team", slug=here.exam.slug)


@keeps(*LEADS)
def withdraw(request: HttpRequest, here: Here) -> HttpResponse:
    """An invitation to this exam is no longer good."""
    wanted = request.POST.get("invitation", "")
    invitation = get_object_or_404(Invitation, exam=here.exam, pk=wanted if wanted.isdecimal() else 0)
    if invitations.use(invitation):
        audit.append("withdraw-invitation", here.person, email=invitation.email, exam=here.exam.slug)
    return redirect("team", slug=here.exam.slug)


@keeps(*LEADS)
def again(request: HttpRequest, here: Here) -> HttpResponse:
    """Remind somebody of an invitation to this exam."""
    wanted = request.POST.get("invitation", "")
    invitation = get_object_or_404(Invitation, exam=here.exam, pk=wanted if wanted.isdecimal() else 0)
    inviting.again(request, here.person, invitation)
    return redirect("team", slug=here.exam.slug)


@keeps(*LEADS)
def role(request: HttpRequest, here: Here) -> HttpResponse:
    """Give somebody who is in the exam another role, or none; the last examiner stays one."""
    wanted, who = request.POST.get("role", ""), request.POST.get("person", "")
    member = get_object_or_404(
        Member.objects.select_related("person"), exam=here.exam, person=who if who.isdecimal() else 0
    )
    examiners = Member.objects.filter(exam=here.exam, role=Role.EXAMINER).exclude(pk=member.pk)
    if member.role == Role.EXAMINER and wanted != Role.EXAMINER and not examiners.exists():
        messages.error(request, _("The exam would be left without an examiner."))
    elif wanted == "none":
        exams.take_role(here.exam, member.person, here.person)
    elif wanted in {each.value for each in ROLES}:
        exams.give_role(here.exam, member.person, Role(wanted), here.person)
    else:
        messages.error(request, _("There is no such role."))
    return redirect("team", slug=here.exam.slug)


@keeps(Role.EXAMINER)
def names(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether correctors see whose booklets they correct: the examiner's word alone."""
    exams.show_names(here.exam, here.person, shown=request.POST.get("names") == "shown")
    return redirect("team", slug=here.exam.slug)
