"""The exams of which somebody is a candidate, and an account for who is on a list and has none."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from klausur.actions import home_times
from klausur.site import candidate_logins
from klausur.site.models import Person
from klausur.web.access import folder_of, open_page, person_page
from klausur.web.accounts import invite
from klausur.web.accounts.logged import address
from klausur.web.guests import MINE
from klausur.web.limits import Limit

ASKED = Limit(times=20, seconds=3600, of="asked")
"""So often an account is asked for from a place."""

MAILED = Limit(times=3, seconds=3600, of="mailed")
"""So often a mail goes to an address."""


class Asked(forms.Form):
    """Who wants an account."""

    email = forms.EmailField(label=_("Your mail address, as the examiner's list has it"), max_length=254)


@person_page()
def exams(request: HttpRequest, person: Person) -> HttpResponse:
    """All exams that let somebody see what is theirs, and how far each is."""
    found = [
        {
            "exam": exam,
            "published": guest.publication.published,
            "home": home_times.times(folder_of(exam)) is not None,
        }
        for exam, guest in candidate_logins.exams_of(person)
    ]
    return render(request, "mine/mine.html", {"found": found, "secret": MINE, "person": person})


@open_page("GET", "HEAD", "POST")
def account(request: HttpRequest) -> HttpResponse:
    """Send a link for an account to an address that is on a list; who asks is not told whether it is."""
    form = Asked(request.POST or None)
    words = {"form": form, "mails": settings.KLAUSUR_HOME.mail is not None}
    if request.method != "POST" or not words["mails"] or not form.is_valid():
        return render(request, "mine/account.html", words)
    if not ASKED.takes(address(request)):
        return render(request, "candidate/too_often.html", status=429)
    email = form.cleaned_data["email"].lower()
    if candidate_logins.is_listed(email) and MAILED.takes(email):
        invite.to_candidate(email)
    return render(request, "mine/account.html", {**words, "sent": email})
