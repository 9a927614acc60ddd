"""What the scans desk shows: files, images that wait, missing pages, booklets, extra sheets, and the past."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from klausur.actions import scan_look, script_places
from klausur.actions.roles import Verb
from klausur.actions.scan_look import ImageLook, ScanLook
from klausur.base.errors import NotFoundError
from klausur.site import uploads
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role, StoredImage
from klausur.store.decisions import BOOKLET, EXTRA, PAGE, WAIVE
from klausur.web import sent_files
from klausur.web.access import Here, shows
from klausur.web.pictures import addresses
from klausur.web.scans import last, seen, words

PER_PAGE = 100
MOST_WAIVED = 200
"""So many pages are shown without which booklets count; the history has all."""


KINDS = {
    "unplaced": gettext_noop("To place"),
    "twice": gettext_noop("There twice"),
    "duplicates": gettext_noop("The same again"),
    "aside": gettext_noop("Set aside"),
}
"""Why people look at images: the part of the address, and what it is called."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the desk: its address's name and what stands behind it, how it is called, what it has."""

    name: str
    called: str
    count: int | None = None
    kind: str = ""


@shows()
def files(request: HttpRequest, here: Here) -> HttpResponse:
    """Where files are brought in, and what became of those that were."""
    return _page(request, here, "scans/files.html", "files", _files(here))


@shows()
def files_part(request: HttpRequest, here: Here) -> HttpResponse:
    """The files alone, asked for again while something is on its way."""
    return render(request, "scans/files_part.html", _files(here))


@shows(Role.EXAMINER, Role.CORRECTOR, Role.ADMINISTRATOR)
def images(request: HttpRequest, here: Here, kind: str) -> HttpResponse:
    """The images of one kind, and one of them with all that a person needs to decide."""
    if kind not in KINDS:
        raise Http404(kind)
    found = _look(here)
    every = _of_kind(here, found, kind)
    wanted = _number(request.GET.get("image", ""))
    after = _number(request.GET.get("after", ""))
    at = next((n for n, row in enumerate(every) if row["id"] == wanted), None)
    if at is None:
        at = next((n for n, row in enumerate(every) if after is not None and row["id"] > after), 0)
    pages = Paginator(every, PER_PAGE)
    shown = pages.get_page(request.GET.get("page") or at // PER_PAGE + 1)
    if not shown.start_index() - 1 <= at < shown.end_index():
        at = max(shown.start_index() - 1, 0)
    chosen = every[at]["id"] if every else None
    more: dict[str, Any] = {"kind": kind, "rows": shown, "chosen": chosen, "called": _(KINDS[kind])}
    if chosen is not None:
        more |= _image(here, _found(here, chosen), kind)
    return _page(request, here, "scans/images.html", kind, more, found)


@shows(Role.EXAMINER, Role.CORRECTOR, Role.ADMINISTRATOR)
def image(request: HttpRequest, here: Here, image: int) -> HttpResponse:
    """One image with all that a person needs to decide."""
    kind = request.GET.get("kind", "")
    more = _image(here, _found(here, image), kind if kind in KINDS else "")
    return render(request, "scans/image.html", {"may": _may(here), **more})


@shows()
def missing(request: HttpRequest, here: Here) -> HttpResponse:
    """The booklets that lack pages."""
    found = _look(here)
    likely: dict[tuple[int, int], StoredImage] = {}
    for waits in found.to_place:
        if waits.proposed is not None:
            likely.setdefault((waits.proposed.spot.booklet, waits.proposed.spot.page), waits.image)
    every = [
        {
            "booklet": each.booklet,
            "whose": each.whose if here.shows_names else None,
            "found": len(each.found),
            "missing": [{"page": page, "image": likely.get((each.booklet, page))} for page in each.missing],
        }
        for each in found.missing
    ]
    shown = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
    pages = sum(len(each.missing) for each in found.missing)
    more = {
        "rows": shown,
        "unseen": found.unseen,
        "pages": pages,
        "waived": found.waived[:MOST_WAIVED],
        "more_waived": max(len(found.waived) - MOST_WAIVED, 0),
        "returned": found.returned[:MOST_WAIVED],
    }
    return _page(request, here, "scans/missing.html", "missing", more, found)


@shows(Role.EXAMINER, Role.CORRECTOR)
def booklet(request: HttpRequest, here: Here, booklet: int) -> HttpResponse:
    """The pages of a booklet, where each can be moved or set aside."""
    found = scan_look.booklet_pages(here.folder, booklet)
    if found is None:
        raise Http404(booklet)
    waived = {each.page: each for each in found.waived}
    pages = [
        {
            "page": page,
            "image": image,
            "picture": "" if image is None else addresses.of_image(here.exam.slug, image),
            "called": "" if image is None else words.called(image),
            "seen": "" if image is None else seen.written(image, None),
            "waived": waived.get(page),
        }
        for page, image in found.pages
    ]
    place = script_places.of_booklet(here.folder, booklet)
    more = {
        "booklet": booklet,
        "place": place,
        "whose": found.whose if here.shows_names else None,
        "pages": pages,
    }
    return _page(request, here, "scans/booklet.html", "missing", more)


@shows()
def extras(request: HttpRequest, here: Here) -> HttpResponse:
    """The extra sheets that were found, those first of which nobody knows whose they are."""
    found = _look(here, proposing=False)
    every = sorted(found.extras, key=lambda extra: (not extra.open, extra.number))
    shown = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
    pictures = scan_look.extra_images(here.folder, {each.number for each in shown})
    rows = [
        {
            "extra": each,
            "number": str(each.number),
            "booklet": "" if each.booklet is None else str(each.booklet),
            "likeliest": [str(booklet) for booklet in each.likeliest],
            "why": words.doubts(each),
            "read": ", ".join(part for part in each.read.split(", ") if part.strip("?")),
            "pictures": [addresses.of_image(here.exam.slug, i) for i in pictures.get(each.number, ())],
            "person": each.source is not None and each.source.value == "person",
        }
        for each in shown
    ]
    more = {"rows": rows, "paged": shown}
    return _page(request, here, "scans/extras.html", "extras", more, found)


@shows(Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR)
def history(request: HttpRequest, here: Here) -> HttpResponse:
    """What was decided here, the newest first, each to be taken back."""
    past = scan_look.past(here.folder, PER_PAGE, before=_number(request.GET.get("before", "")))
    may_take_back = {
        PAGE: ("scans-undo", here.may(Verb.SETTLE_PAGE)),
        EXTRA: ("scans-undo-extra", here.may(Verb.SETTLE_EXTRA)),
        WAIVE: ("scans-undo-waiver", here.may(Verb.WAIVE_PAGE)),
        BOOKLET: ("scans-undo-copy", here.may(Verb.SETTLE_BOOKLET) and here.may(Verb.SETTLE_PAGE)),
    }
    rows = []
    for entry in past.entries:
        undo, may = may_take_back.get(entry.event.verb, ("", False))
        rows.append(
            {
                "number": entry.event.number,
                "what": words.event(entry, past.images),
                "who": entry.event.who,
                "when": entry.event.when,
                "why": entry.detail.get("why", ""),
                "back": "takes_back" in entry.detail,
                "undo": undo if may and entry.counts else "",
            }
        )
    return _page(request, here, "scans/history.html", "history", {"rows": rows, "older": past.older})


def _page(
    request: HttpRequest,
    here: Here,
    name: str,
    open_: str,
    more: dict[str, Any],
    found: ScanLook | None = None,
) -> HttpResponse:
    """A page of the desk: its parts above, what who asks may do, and what they did last."""
    found = found or _look(here, proposing=False)
    tabs = [
        {"tab": tab, "open": (tab.kind or tab.name.partition("-")[2] or "files") == open_}
        for tab in _tabs(here, found)
    ]
    context = {"tabs": tabs, "may": _may(here), "last": last.of(request, here)}
    return render(request, name, {**context, **more})


def _tabs(here: Here, found: ScanLook) -> list[Tab]:
    tabs = [Tab("scans", _("Files"))]
    if here.role is not Role.PROCTOR:
        counts = {
            "unplaced": len(found.to_place),
            "twice": len(found.twice),
            "duplicates": len(found.duplicates),
            "aside": found.aside,
        }
        tabs += [Tab("scans-images", _(KINDS[kind]), counts[kind], kind) for kind in KINDS]
    missing = sum(len(each.missing) for each in found.missing)
    tabs.append(Tab("scans-missing", _("Missing pages"), missing))
    tabs.append(Tab("scans-extras", _("Extra sheets"), sum(extra.open for extra in found.extras)))
    if here.role is not Role.ADMINISTRATOR:
        tabs.append(Tab("scans-history", _("History")))
    return tabs


def _look(here: Here, *, proposing: bool = True) -> ScanLook:
    """What waits; nothing where nothing was printed yet."""
    try:
        return scan_look.scan_look(here.folder, proposing=proposing)
    except NotFoundError:
        return ScanLook((), (), (), 0, 0)


def _may(here: Here) -> dict[str, bool]:
    verbs = (
        *(Verb.SCAN, Verb.REREAD, Verb.SETTLE_PAGE, Verb.SETTLE_EXTRA, Verb.SETTLE_BOOKLET),
        Verb.WAIVE_PAGE,
    )
    return {verb.value.replace("-", "_"): here.may(verb) for verb in verbs}


def _files(here: Here) -> dict[str, Any]:
    """What is on its way, what is there, and what could not be used."""
    jobs = Job.objects.filter(exam=here.exam, kind=Kind.SCAN).select_related("by")
    active = list(jobs.filter(state__in=(JobState.WAITING, JobState.RUNNING)).order_by("made")[:PER_PAGE])
    aside = list(jobs.filter(state=JobState.ASIDE).order_by("-made")[:PER_PAGE])
    try:
        scanned = scan_look.scanned_files(here.folder)
        files, refused, printed = scanned.files[::-1], scanned.refused[::-1], True
        placed, again, waits = scanned.placed, scanned.again, scanned.waiting
        scanned_failed = scanned.failed
    except NotFoundError:
        files, refused, printed, placed, again, waits, scanned_failed = (), (), False, {}, {}, {}, 0
    begun = list(uploads.unfinished(here.exam)[:PER_PAGE])
    return {
        "active": active,
        "job_aside": aside,
        "files": [
            {"file": each}
            | {
                name: of.get(each.sha256, 0)
                for name, of in (("placed", placed), ("again", again), ("waits", waits))
            }
            for each in files[:PER_PAGE]
        ],
        "files_more": max(len(files) - PER_PAGE, 0),
        "refused": [{"name": PurePath(each.path).name, "file": each} for each in refused[:PER_PAGE]],
        "unfinished": [each for each in begun if not each.fault],
        "refused_uploads": [each for each in begun if each.fault],
        "failed": scanned_failed,
        "texts": sent_files.texts(),
        "printed": printed,
        "limit": settings.KLAUSUR_HOME.upload >> 20,
        "may": _may(here),
    }


def _of_kind(here: Here, found: ScanLook, kind: str) -> list[dict[str, Any]]:
    """The rows of a list of images."""
    if kind == "aside":
        aside = scan_look.images_aside(here.folder) if found.aside else ()
        return [_row(image) for image in aside]
    waiting = {"unplaced": found.to_place, "twice": found.twice, "duplicates": found.duplicates}[kind]
    return [
        _row(each.image, each.counting)
        | {"proposed": None if each.proposed is None else words.place(each.proposed.spot)}
        for each in waiting
    ]


def _row(image: StoredImage, counting: StoredImage | None = None) -> dict[str, Any]:
    return {
        "id": image.id,
        "called": words.called(image),
        "reason": words.reason(image),
        "seen": seen.written(image, counting),
    }


def _found(here: Here, number: int) -> ImageLook:
    found = scan_look.image_look(here.folder, number)
    if found is None:
        raise Http404(number)
    return found


def _image(here: Here, found: ImageLook, kind: str) -> dict[str, Any]:
    """What is shown of one image."""
    image, waits, slug = found.image, found.waits, here.exam.slug
    counting = waits.counting
    more: dict[str, Any] = {
        "kind": kind,
        "image": image,
        "called_image": words.called(image),
        "reason": words.reason(image),
        "detail": "" if image.unplaced is None else image.unplaced.detail.partition("\n")[0],
        "standing": words.standing(image),
        "said": None if found.said is None else words.said(found.said),
        "said_fully": found.said,
        "picture": addresses.of_image(slug, image),
        "cleaned": addresses.cleaned(slug, image),
        "seen": seen.written(image, counting),
        "proposed": waits.proposed,
        "lacking": found.lacking[:12],
        "kinds": [(sheet.value, _(name)) for sheet, name in words.KINDS.items()],
        "turns": [(turned, _(name)) for turned, name in words.TURNS.items()],
    }
    if waits.proposed is not None:
        more |= {
            "proposed_place": words.place(waits.proposed.spot),
            "proposed_ground": words.ground(waits.proposed),
        }
    if counting is not None:
        more |= {
            "counting": counting,
            "counting_called": words.called(counting),
            "counting_picture": addresses.of_image(slug, counting),
            "counting_said": None if found.counting_said is None else words.said(found.counting_said),
            "differences": [words.difference(each) for each in found.differences],
            "size": found.size,
            "boxes": [each.field.box.grown(1.2) for each in found.differences],
            "copied": image.unplaced.code.booklet
            if image.unplaced is not None
            and image.unplaced.code is not None
            and here.may(Verb.SETTLE_BOOKLET)
            else None,
        }
    return more


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
