"""People of the site: who has an account, what they are in which exam, and who is invited."""

from datetime import UTC, datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.site import accounts, audit, exams, invitations
from klausur.site.models import LONGEST_NAME, LONGEST_NUMBER, ROLES, Exam, Invitation, Member, Person
from klausur.state.facts import Role
from klausur.web.access import site_page
from klausur.web.accounts import invite as inviting
from klausur.web.accounts.names import clean_name
from klausur.web.tags import ROLES as CALLED

NOTHING = "none"


class PersonForm(forms.Form):
    """What the administrator may change of somebody."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=gettext_lazy("Mail address"))
    administrator = forms.BooleanField(label=gettext_lazy("Administrator of the site"), required=False)
    registration = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=LONGEST_NUMBER,
        required=False,
        help_text=gettext_lazy("Of candidates: by it they find their exams, where the examiner lets them."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("May log in"), required=False)

    def __init__(self, person: Person, data: object = None) -> None:
        self.person = person
        fields = ("name", "email", "administrator", "is_active", "registration")
        super().__init__(data, initial={name: getattr(person, name) for name in fields})  # type: ignore[arg-type]

    def clean_name(self) -> str:
        """A name that nobody else has."""
        return clean_name(self.cleaned_data["name"], but=self.person)

    def clean_email(self) -> str:
        """An address that nobody else has."""
        email = str(self.cleaned_data["email"]).lower()
        if Person.objects.filter(email=email).exclude(pk=self.person.pk).exists():
            raise forms.ValidationError(_("Somebody else has this address."))
        return email

    def clean_registration(self) -> str:
        """A number that nobody else has."""
        number = str(self.cleaned_data["registration"]).strip()
        if accounts.is_taken(number, self.person):
            raise forms.ValidationError(_("Somebody else has this registration number."))
        return number


@site_page()
def people(request: HttpRequest, person: Person) -> HttpResponse:
    """Everybody, and who is invited and has not come yet."""
    del person
    found = Person.objects.order_by("name").prefetch_related("roles__exam")
    open_ = Invitation.objects.filter(used=None, until__gte=datetime.now(UTC)).select_related("exam", "by")
    return render(
        request,
        "site/people.html",
        {
            "people": found,
            "invitations": open_.order_by("-pk"),
            "form": inviting.Form(Exam.objects.filter(archived=False).order_by("title"), administrator=True),
        },
    )


@site_page("POST")
def invite(request: HttpRequest, person: Person) -> HttpResponse:
    """Invite somebody to the site, or to an exam in a role."""
    choices = Exam.objects.filter(archived=False).order_by("title")
    form = inviting.Form(choices, request.POST, administrator=True)
    inviting.send(request, person, form)
    return redirect("site-people")


@site_page("POST")
def again(request: HttpRequest, person: Person, invitation_id: int) -> HttpResponse:
    """Remind somebody of an invitation."""
    inviting.again(request, person, get_object_or_404(Invitation, pk=invitation_id))
    return redirect("site-people")


@site_page("POST")
def withdraw(request: HttpRequest, person: Person, invitation_id: int) -> HttpResponse:
    """An invitation is no longer good."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if invitations.use(invitation):
        audit.append("withdraw-invitation", person, email=invitation.email)
        messages.success(
            request, _("The invitation of %(email)s is no longer good.") % {"email": invitation.email}
        )
    return redirect("site-people")


@site_page("GET", "HEAD", "POST")
def person(request: HttpRequest, administrator: Person, person_id: int) -> HttpResponse:
    """One person: what they are called, whether they may log in, what they are in each exam."""
    somebody = get_object_or_404(Person, pk=person_id)
    form = PersonForm(somebody, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        lasting = (said["administrator"] and said["is_active"]) or accounts.others_keep(somebody)
        if lasting:
            accounts.change(somebody, administrator, **said)
            messages.success(request, _("Saved."))
            return redirect("site-person", person_id=person_id)
        form.add_error(None, _("The site would be left without an administrator."))
    has = {m.exam_id: m.role for m in Member.objects.filter(person=somebody)}
    rows = [(exam, has.get(exam.pk, NOTHING)) for exam in Exam.objects.order_by("archived", "title")]
    return render(
        request,
        "site/person.html",
        {
            "person": somebody,
            "form": form,
            "rows": rows,
            "roles": [(NOTHING, _("nothing")), *((role.value, CALLED[role]) for role in ROLES)],
        },
    )


@site_page("POST")
def password(request: HttpRequest, administrator: Person, person_id: int) -> HttpResponse:
    """A link by which somebody chooses another password, to hand on to them."""
    somebody = get_object_or_404(Person, pk=person_id)
    key = [user_pk_to_url_str(somebody), default_token_generator.make_token(somebody)]
    link = settings.KLAUSUR_HOME.address + reverse("account_reset_password_from_key", args=key)
    audit.append("password-link", administrator, to=somebody.name)
    text = _("By this link %(name)s chooses another password, once: %(link)s")
    messages.success(request, text % {"name": somebody.name, "link": link})
    return redirect("site-person", person_id=person_id)


@site_page("POST")
def role(request: HttpRequest, administrator: Person, person_id: int) -> HttpResponse:
    """Make somebody something in an exam, or nothing."""
    somebody = get_object_or_404(Person, pk=person_id)
    exam = get_object_or_404(Exam, pk=request.POST.get("exam") or 0)
    wanted = request.POST.get("role", "")
    if wanted == NOTHING:
        exams.take_role(exam, somebody, administrator)
    elif wanted in {each.value for each in ROLES}:
        exams.give_role(exam, somebody, Role(wanted), administrator)
    else:
        messages.error(request, _("There is no such role."))
        return redirect("site-person", person_id=person_id)
    messages.success(request, _("Saved."))
    return redirect("site-person", person_id=person_id)
