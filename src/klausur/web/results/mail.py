"""Mail to candidates: who would get one and how it reads, sending it, and what became of each."""

import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import mails, publish, returned_mails
from klausur.actions.mails import GOOD_FOR, MailRequest, SeenMail
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.report.letters import languages
from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.state.facts import Role
from klausur.state.mails import MailKind, MailStatus
from klausur.web import asked_jobs
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy
from klausur.web.moments import end_of_day

KINDS = {
    MailKind.RESULTS: gettext_lazy("Your results are published"),
    MailKind.REMINDER: gettext_lazy("Reminder of the results"),
    MailKind.ANSWERED: gettext_lazy("Your objection was answered"),
}
"""What mails tell."""

STATUSES = {
    MailStatus.WAITING: gettext_lazy("waiting"),
    MailStatus.UNCLEAR: gettext_lazy("unclear"),
    MailStatus.SENT: gettext_lazy("sent"),
    MailStatus.REFUSED: gettext_lazy("refused"),
    MailStatus.BOUNCED: gettext_lazy("came back"),
}
"""How far mails are."""

_LANGUAGES = {"en": "English", "de": "Deutsch"}

AT_ONCE = 100
MOST_BYTES = 20 << 20
"""Of all reports that are brought at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A mail in the list."""

    of: SeenMail
    kind: str
    status: str

    @property
    def bad(self) -> bool:
        """Whether it may not have come."""
        return self.of.mail.status in {MailStatus.REFUSED, MailStatus.BOUNCED, MailStatus.UNCLEAR}


@shows(Role.EXAMINER)
def mail(request: HttpRequest, here: Here) -> HttpResponse:
    """What was sent, and the form to send more."""
    newest = asked_jobs.newest(here.exam, Kind.MAIL)
    ended = asked_jobs.ended_meanwhile(request, newest)
    return _page(request, here) if ended is None else ended


@shows(Role.EXAMINER)
def look(request: HttpRequest, here: Here) -> HttpResponse:
    """Who would get a mail, and how it reads; nothing is sent."""
    zone = get_current_timezone()
    planned = mails.plan(here.folder, _request(request.GET), site=settings.KLAUSUR_HOME.name, zone=zone)
    return _page(request, here, {"planned": planned})


@acts(Verb.SEND_MAIL)
def send(request: HttpRequest, here: Here) -> HttpResponse:
    """Have mails sent to all who are to get one."""
    return _ask(request, here, _request(request.POST))


@acts(Verb.SEND_MAIL)
def again(request: HttpRequest, here: Here) -> HttpResponse:
    """Have a mail sent once more to one candidate."""
    named = tuple(filter(None, [request.POST.get("registration", "")]))
    try:
        act = str(uuid.UUID(request.POST.get("act", "")))
    except ValueError as error:
        raise NotFoundError("this form is no longer good", "load the page again") from error
    return _ask(request, here, MailRequest(_kind(request.POST), registrations=named, again=act))


@acts(Verb.SEND_MAIL)
def returned(request: HttpRequest, here: Here) -> HttpResponse:
    """Take in reports of mails that came back."""
    brought = request.FILES.getlist("reports")
    if not brought or sum(each.size or 0 for each in brought) > MOST_BYTES:
        raise UsageError(_("There is no report, or too many at once."), _("Choose files with messages."))
    with TemporaryDirectory() as made:
        for number, each in enumerate(brought):
            with (Path(made) / f"{number:04}").open("wb") as file:
                for piece in each.chunks():
                    file.write(piece)
        done = returned_mails.take_in(
            here.folder, returned_mails.messages(Path(made)), here.author("reports of mail servers")
        )
    count = len(done.mails)
    messages.success(
        request, ngettext("%(n)d mail came back.", "%(n)d mails came back.", count) % {"n": count}
    )
    if done.unknown or done.not_understood:
        text = _("%(unknown)d were of no mail of this exam, %(other)d were no reports of mail servers.")
        messages.warning(request, text % {"unknown": len(done.unknown), "other": done.not_understood})
    return redirect("results-mail", slug=here.exam.slug)


def _ask(request: HttpRequest, here: Here, wanted: MailRequest) -> HttpResponse:
    if settings.KLAUSUR_HOME.mail is None:
        raise UsageError(_("This site sends no mail."), _("Give links out as a CSV."))
    new = mails.ask(here.folder, wanted, here.author())
    jobs.ask(Kind.MAIL, here.exam, here.person, here.role)
    text = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", len(new))
    messages.success(request, text % {"n": len(new)})
    return redirect("results-mail", slug=here.exam.slug)


def _page(request: HttpRequest, here: Here, more: dict[str, object] | None = None) -> HttpResponse:
    try:
        published = publish.look(here.folder).publication.published
        rows = [_row(each) for each in mails.listed(here.folder)]
    except NotFoundError:  # nothing was printed
        published, rows = False, []
    newest = asked_jobs.newest(here.exam, Kind.MAIL)
    counts = Counter(row.of.mail.status for row in rows)
    page = {
        "sends": settings.KLAUSUR_HOME.mail is not None,
        "published": published,
        "kinds": [(kind.value, called) for kind, called in KINDS.items()],
        "languages": [(code, _LANGUAGES.get(code, code)) for code in languages()],
        "asked": request.GET,
        "until": request.GET.get("until") or (now() + GOOD_FOR).date().isoformat(),
        "counts": [(called, counts[status]) for status, called in STATUSES.items() if counts[status]],
        "page": Paginator(rows, AT_ONCE).get_page(request.GET.get("page")),
        "untold": mails.untold(here.folder) if published else 0,
        "act": uuid.uuid4(),
        "job": newest if newest is not None and newest.state != JobState.DONE else None,
        "remedy": "" if newest is None else remedy(newest.remedy),
        "ask": request.path,
    }
    return render(request, "results/mail.html", {**page, **(more or {})})


def _row(seen: SeenMail) -> Row:
    return Row(seen, str(KINDS[seen.mail.kind]), str(STATUSES[seen.mail.status]))


def _request(given: QueryDict) -> MailRequest:
    until = given.get("until", "")
    return MailRequest(
        _kind(given), given.get("language", ""), end_of_day(until) if until else now() + GOOD_FOR
    )


def _kind(given: QueryDict) -> MailKind:
    kind = given.get("kind", "")
    if kind not in {each.value for each in MailKind}:
        raise UsageError(_("There are no such mails."), _("Load the page again."))
    return MailKind(kind)
