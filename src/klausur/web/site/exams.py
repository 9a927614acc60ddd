"""Exams of the site: a new one from the scaffold or a ZIP file, trust in its programs, and what is over."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions import new as begin
from klausur.actions import trust as trusting
from klausur.base.errors import KlausurError
from klausur.exam import trust as kept
from klausur.exam.evidence import confined
from klausur.exam.scaffold import StarterKind
from klausur.site import audit
from klausur.site import exams as known
from klausur.site.models import Exam, Person
from klausur.site.unpack import unpack
from klausur.state.facts import Role
from klausur.web.access import folder_of, site_page
from klausur.web.core_words import said

KINDS = [
    (StarterKind.MIXED.value, gettext_lazy("mixed questions")),
    (StarterKind.MC.value, gettext_lazy("multiple choice")),
    (StarterKind.MATH.value, gettext_lazy("mathematics")),
]


class NewForm(forms.Form):
    """A new exam."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("To start with"), choices=KINDS)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class UploadForm(forms.Form):
    """An exam that is there already."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    file = forms.FileField(label=gettext_lazy("Its folder, as a ZIP file"))


@site_page()
def exams(request: HttpRequest, person: Person) -> HttpResponse:
    """All exams, with what may run in them."""
    del person
    found = Exam.objects.order_by("archived", "-added").prefetch_related("members__person")
    rows = [{"exam": exam, **_programs(folder_of(exam))} for exam in found]
    return render(
        request,
        "site/exams.html",
        {"rows": rows, "new": NewForm(auto_id="new_%s"), "upload": UploadForm(auto_id="upload_%s")},
    )


@site_page("POST")
def new(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin an exam from the scaffold; who begins it examines."""
    form = NewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        folder = _free(said["title"])
        begin.new(folder, kind=StarterKind(said["kind"]), language=said["language"])
        exam = known.add(settings.KLAUSUR_HOME, folder, said["title"], person)
        known.give_role(exam, person, Role.EXAMINER, person)
        messages.success(request, _("The exam's source is in %(folder)s.") % {"folder": folder})
        return redirect("overview", slug=exam.slug)
    return _wrong(request, form)


@site_page("POST")
def upload(request: HttpRequest, person: Person) -> HttpResponse:
    """Take an exam in that comes as a ZIP file; who brings it examines."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        folder = _free(said["title"])
        unpack(said["file"], folder)
        exam = known.add(settings.KLAUSUR_HOME, folder, said["title"], person)
        known.give_role(exam, person, Role.EXAMINER, person)
        return redirect("overview", slug=exam.slug)
    return _wrong(request, form)


@site_page("POST")
def trust(request: HttpRequest, person: Person, exam_id: int) -> HttpResponse:
    """Let an exam's programs run as they are now, where the system keeps them apart; or no longer."""
    exam = get_object_or_404(Exam, pk=exam_id)
    folder = folder_of(exam)
    if request.POST.get("trust") == "no":
        trusting.forget(folder)
        audit.append("distrust", person, exam=exam.slug)
        return redirect("site-exams")
    wanted = {"network", "files", *(["user"] if confined.other() else [])}
    if not wanted <= confined.done_here():
        messages.error(
            request,
            _("This machine cannot keep programs away from its files and network: none may run here."),
        )
        return redirect("site-exams")
    done = trusting.trust(folder)
    audit.append("trust", person, exam=exam.slug, programs=list(done.programs))
    messages.success(request, _("The programs of this exam may run, as they are now."))
    return redirect("site-exams")


@site_page("POST")
def archived(request: HttpRequest, person: Person, exam_id: int) -> HttpResponse:
    """Put an exam that is over at the end of all lists; or bring it back."""
    exam = get_object_or_404(Exam, pk=exam_id)
    over = request.POST.get("archived") == "yes"
    known.set_archived(exam, person, over=over)
    return redirect("site-exams")


def _programs(folder: Path) -> dict[str, object]:
    try:
        names = kept.programs(folder)
        known_ = {"trusted": kept.is_trusted(folder), "shipped": kept.is_shipped(folder)}
        return {"programs": names, **known_, "there": folder.is_dir()}
    except (KlausurError, OSError):
        return {"programs": (), "trusted": False, "there": False}


def _free(title: str) -> Path:
    """A folder below the home's exams that is not there yet."""
    place = settings.KLAUSUR_HOME.exams
    slug = known.slug_of(title)
    names = (slug, *(f"{slug}-{n}" for n in range(2, 1000)))
    return next(place / name for name in names if not (place / name).exists())


def _wrong(request: HttpRequest, form: forms.Form) -> HttpResponse:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, said(str(error)))
    return redirect("site-exams")
