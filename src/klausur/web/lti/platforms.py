"""Learning platforms of the site: what they are told of it, and what it is told of them."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.base.errors import UsageError
from klausur.site.lti import keys
from klausur.site.lti import platforms as registered
from klausur.site.lti.platforms import SOURCED, Registered
from klausur.site.models import LtiPlatform, Person
from klausur.web.access import site_page
from klausur.web.core_words import said as in_words

_TOLD = (
    (gettext_lazy("Address of the tool (also: launch, target link)"), "lti-launch"),
    (gettext_lazy("Address to begin a login (also: initiate login, OpenID Connect)"), "lti-login"),
    (gettext_lazy("Address to come back to (also: redirection)"), "lti-launch"),
    (gettext_lazy("Address of the public keys (also: key set, JWKS)"), "lti-keys"),
)
"""What an administrator of a platform types there."""


class PlatformForm(forms.Form):
    """What is registered of a platform."""

    name = forms.CharField(label=gettext_lazy("What it is called here"), max_length=100)
    issuer = forms.CharField(label=gettext_lazy("Issuer (platform id)"), max_length=500)
    client = forms.CharField(label=gettext_lazy("Client id"), max_length=255)
    login_url = forms.CharField(label=gettext_lazy("Address to log in (authentication)"), max_length=500)
    token_url = forms.CharField(label=gettext_lazy("Address for tokens (access token)"), max_length=500)
    keys_url = forms.CharField(label=gettext_lazy("Address of its public keys (key set)"), max_length=500)
    deployments = forms.CharField(
        label=gettext_lazy("Deployment ids, one a line"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("Who comes from another one is not let in; the log names it."),
    )
    hosts = forms.CharField(
        label=gettext_lazy("Further hosts of the platform, one a line"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("Scores are sent to those and to the hosts above, and nowhere else."),
    )
    registration = forms.CharField(
        label=gettext_lazy("Under which claim it says registration numbers"),
        required=False,
        initial=SOURCED,
        max_length=70,
        help_text=gettext_lazy(
            "lis.person_sourcedid, or custom. and a name where nobody who teaches can write that parameter; "
            "empty if it says none."
        ),
    )
    trust_mail = forms.BooleanField(
        label=gettext_lazy("It has checked that mail addresses are its people’s"), required=False
    )
    active = forms.BooleanField(label=gettext_lazy("People may come from it"), required=False, initial=True)

    def said(self) -> Registered:
        """What was typed."""
        given = self.cleaned_data
        lines = {name: tuple(dict.fromkeys(given[name].split())) for name in ("deployments", "hosts")}
        lines["hosts"] = tuple(host.lower() for host in lines["hosts"])
        return Registered(**{**given, **lines})


@site_page("GET", "HEAD", "POST")
def platforms(request: HttpRequest, person: Person) -> HttpResponse:
    """All platforms, what to enter at one, and a form for another one."""
    form = PlatformForm(request.POST or None)
    if _saved(form, person):
        messages.success(request, _("Registered."))
        return redirect("site-platforms")
    at = settings.KLAUSUR_HOME.address
    own = keys.current()
    shown = {
        "platforms": LtiPlatform.objects.order_by("name"),
        "told": [(called, at + reverse(name)) for called, name in _TOLD],
        "form": form,
        "key": own,
        "secure": settings.KLAUSUR_HOME.secure,
        "shown_on": keys.SHOWN_ON.days,
    }
    return render(request, "lti/platforms.html", shown)


@site_page("GET", "HEAD", "POST")
def platform_(request: HttpRequest, person: Person, platform: int) -> HttpResponse:
    """One platform, to be changed."""
    found = get_object_or_404(LtiPlatform, pk=platform)
    initial = {name: getattr(found, name) for name in PlatformForm.base_fields}
    lines = {name: "\n".join(initial[name]) for name in ("deployments", "hosts")}
    form = PlatformForm(request.POST or None, initial={**initial, **lines})
    if _saved(form, person, found):
        messages.success(request, _("Saved."))
        return redirect("site-platform", platform=platform)
    links = found.links.select_related("exam").order_by("title")
    return render(request, "lti/platform.html", {"platform": found, "form": form, "links": links})


@site_page("POST")
def key(request: HttpRequest, person: Person) -> HttpResponse:
    """Make a newer key."""
    keys.rotate(person)
    messages.success(request, _("A new key signs from now on; platforms fetch it by themselves."))
    return redirect("site-platforms")


def _saved(form: PlatformForm, by: Person, platform: LtiPlatform | None = None) -> bool:
    """Whether what was typed is registered; if it cannot be meant, the form says why."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        registered.save(form.said(), by, platform)
    except UsageError as error:
        form.add_error(None, f"{in_words(str(error))}: {in_words(error.remedy)}")
        return False
    return True
