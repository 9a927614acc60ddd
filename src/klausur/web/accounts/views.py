"""An invitation is taken up, a one-time link lets somebody in, a language is chosen."""

from typing import Any, cast

from allauth.account.views import password_reset
from django import forms
from django.conf import settings
from django.contrib.auth import login, password_validation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from klausur.site import audit, invitations
from klausur.site.models import LONGEST_NAME, Invitation, Person
from klausur.web.access import open_page, person_of, person_page
from klausur.web.accounts.logged import address, by_link
from klausur.web.accounts.names import clean_name
from klausur.web.language import COOKIE

BACKEND = "django.contrib.auth.backends.ModelBackend"


class NewPerson(forms.Form):
    """What an invited person says of themselves."""

    name = forms.CharField(label=_("Your name"), max_length=LONGEST_NAME)
    password = forms.CharField(
        label=_("A password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters."),
    )

    def clean_name(self) -> str:
        """A name that nobody here has."""
        return clean_name(self.cleaned_data["name"])

    def clean_password(self) -> str:
        """One that is long enough, and not everybody's."""
        password_validation.validate_password(self.cleaned_data["password"])
        return cast("str", self.cleaned_data["password"])


@open_page("GET", "HEAD", "POST")
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """What an invitation is to, and taking it up: with a new account, or with the one that is logged in."""
    invitation = invitations.find(secret)
    if invitation is None:
        return render(request, "accounts/invited_no_more.html", status=410)
    person = Person.objects.filter(email=invitation.email).first()
    if person is not None:
        return _more(request, invitation, person)
    form = NewPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        made = invitations.take_up(invitation, said["name"], said["password"])
        if made is None:
            return render(request, "accounts/invited_no_more.html", status=410)
        by_link(request, "invitation")
        login(request, made, BACKEND)
        return redirect("home")
    return render(request, "accounts/invited.html", {"invitation": invitation, "form": form})


def _more(request: HttpRequest, invitation: Invitation, person: Person) -> HttpResponse:
    """A role more for somebody who has an account: they log in, and say yes."""
    if person_of(request) != person:
        return redirect(f"/accounts/login/?next={request.path}")
    if request.method == "POST":
        invitations.add_role(invitation, person)
        return redirect("home")
    return render(request, "accounts/invited.html", {"invitation": invitation, "form": None})


@open_page()
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Let in by a link that the terminal shows, once; where one exam folder is served alone."""
    if settings.KLAUSUR_HOME.single is None:
        raise Http404
    invitation = invitations.find(secret)
    person = None if invitation is None else Person.objects.filter(email=invitation.email).first()
    if invitation is None or person is None or not invitations.use(invitation):
        return render(request, "accounts/invited_no_more.html", status=410)
    audit.append("enter-by-link", person, address=address(request))
    by_link(request, "terminal")
    login(request, person, BACKEND)
    return redirect("home")


@person_page()
def account(request: HttpRequest, person: Person) -> HttpResponse:
    """What somebody can change of their account."""
    elsewhere = bool(settings.KLAUSUR_HOME.logins)
    return render(request, "accounts/account.html", {"person": person, "elsewhere": elsewhere})


@open_page("GET", "HEAD", "POST")
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Another password by mail; where the site sends none, the administrator hands a link on."""
    if settings.KLAUSUR_HOME.mail is None:
        return render(request, "accounts/forgotten.html")
    return cast("HttpResponseBase", password_reset(request))


@open_page("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language, for this browser and this person."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    response = HttpResponseRedirect(back if safe else "/")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            COOKIE, chosen, max_age=365 * 86400, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
        person = person_of(request)
        if person is not None:
            Person.objects.filter(pk=person.pk).update(language=chosen)
    return response
