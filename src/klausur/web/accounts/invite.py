"""Inviting people: the form, the link, and the mail if the site sends any."""

from smtplib import SMTPException
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.site import invitations
from klausur.site.models import ROLES, Exam, Invitation, Person
from klausur.state.facts import Role
from klausur.web.tags import ROLES as CALLED

ADMINISTRATOR = "administrator"


class Form(forms.Form):
    """Who is invited, to what."""

    email = forms.EmailField(label=gettext_lazy("Mail address"))
    exam = forms.ModelChoiceField(Exam.objects.none(), label=gettext_lazy("Exam"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("As"))

    def __init__(self, exams: QuerySet[Exam], data: Any = None, *, administrator: bool = False) -> None:  # noqa: ANN401
        super().__init__(data, auto_id="invite_%s")
        roles = [(role.value, CALLED[role]) for role in ROLES]
        if administrator:
            roles.append((ADMINISTRATOR, gettext_lazy("administrator of the site")))
        self.fields["exam"].queryset = exams  # type: ignore[attr-defined]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        if not administrator:
            del self.fields["exam"]

    def clean(self) -> dict[str, Any]:
        """A role is one in an exam."""
        said = super().clean() or {}
        if "exam" in self.fields and said.get("role") != ADMINISTRATOR and not said.get("exam"):
            self.add_error("exam", _("Choose the exam."))
        return said


def send(request: HttpRequest, by: Person, form: Form, exam: Exam | None = None) -> None:
    """Invite whom the form names, and say how they get to know."""
    if not form.is_valid():
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return
    said = form.cleaned_data
    email, role = said["email"].lower(), said["role"]
    to = exam or said.get("exam")
    if role == ADMINISTRATOR:
        secret = invitations.invite(email, by, administrator=True)
    else:
        secret = invitations.invite(email, by, exam=to, role=Role(role))
    _hand_out(request, email, secret, by, to)


def again(request: HttpRequest, by: Person, invitation: Invitation) -> None:
    """Remind somebody of an invitation, by another link."""
    secret = invitations.renew(invitation, by)
    if secret is None:
        messages.error(request, _("This invitation is used up."))
    else:
        template = "accounts/invited_again.txt"
        _hand_out(request, invitation.email, secret, by, invitation.exam, template)


def _hand_out(
    request: HttpRequest,
    email: str,
    secret: str,
    by: Person,
    exam: Exam | None,
    template: str = "accounts/invitation.txt",
) -> None:
    link = f"{settings.KLAUSUR_HOME.address}/invited/{secret}/"
    if settings.KLAUSUR_HOME.mail is not None and _mailed(email, link, by, exam, template):
        invitations.went_by_mail(secret)
        messages.success(request, _("A mail is on its way to %(email)s.") % {"email": email})
    else:
        text = _("Hand this link on to %(email)s; it is good once, for two weeks: %(link)s")
        messages.success(request, text % {"email": email, "link": link})


def to_candidate(email: str) -> None:
    """Send a link for an account to a candidate's own address, which nobody else gets to see."""
    secret = invitations.invite(email, None, themselves=True)
    link = f"{settings.KLAUSUR_HOME.address}/invited/{secret}/"
    if _mailed(email, link, None, None, "accounts/candidate_invited.txt"):
        invitations.went_by_mail(secret)


def _mailed(email: str, link: str, by: Person | None, exam: Exam | None, template: str) -> bool:
    words = {"link": link, "by": by, "exam": exam, "site": settings.KLAUSUR_HOME.name}
    subject, _line, text = render_to_string(template, words).partition("\n")
    try:
        return bool(send_mail(subject.strip(), text.strip(), None, [email]))
    except (OSError, SMTPException):
        return False
