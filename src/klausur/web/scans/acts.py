"""What people decide on the scans desk, each by one verb of `klausur.actions`, and taken back by another."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur import actions
from klausur.actions import scan_look
from klausur.actions.roles import Verb
from klausur.actions.settle_page import DecidedSinceError, PageSettled, Seen
from klausur.base.errors import KlausurError, NotFoundError, UsageError
from klausur.paper.code import Sheet
from klausur.site import jobs
from klausur.site.models import Job
from klausur.state.facts import Bond, Spot, Verdict
from klausur.store import pages
from klausur.store.folder import opened
from klausur.web.access import Here, acts
from klausur.web.core_words import remedy
from klausur.web.core_words import said as said_of
from klausur.web.pictures import addresses
from klausur.web.pictures.making import workers
from klausur.web.scans import last, seen, words
from klausur.web.scans.views import KINDS

MOST = 200
"""Images that are decided about at once."""

MOST_READ = 40
"""Images that are read again at once, while somebody waits."""

Decide = Callable[[int, Seen], PageSettled]


@acts(Verb.SETTLE_PAGE)
def settle(request: HttpRequest, here: Here) -> HttpResponse:
    """Say which page images are: as proposed, at a place that is named, none, or what the machine found."""
    chosen = [seen.read(text) for text in request.POST.getlist("image")]
    what = request.POST.get("do", "")
    decide, said = _decision(request, here, what)
    _refuse_number(chosen, 1 if what == "place" else MOST)
    done: list[PageSettled] = []
    for number, saw in chosen:
        try:
            done.append(decide(number, saw))
        except DecidedSinceError as error:
            if len(chosen) == 1:
                return _both(request, here, number, error)
            messages.warning(
                request, _("Image %(image)s: somebody has decided meanwhile.") % {"image": number}
            )
        except KlausurError as error:
            if len(chosen) == 1:
                raise
            messages.error(request, f"{_('Image')} {number}: {said_of(str(error))}. {remedy(error.remedy)}")
    if done:
        last.remember(request, here, _what(done, said), [each.event for each in done], "scans-undo")
        _show_ahead(here, [number for number, _ in chosen])
    return _back(request, here, chosen[-1][0])


def _show_ahead(here: Here, images: list[int]) -> None:
    """Have the pictures of answers made on images that have just become pages; nobody waits for that."""
    with opened(here.folder):
        wanted = [image.id for image in pages.judged_on(frozenset(images))]
    if wanted:
        jobs.ask(jobs.Kind.PICTURES, here.exam, here.person, here.role, images=wanted)


@acts(Verb.REREAD)
def reread(request: HttpRequest, here: Here) -> HttpResponse:
    """Have images read again; all on which Klausur itself failed, if none is named."""
    numbers = [seen.read(text)[0] for text in request.POST.getlist("image")]
    if len(numbers) > MOST_READ:
        raise UsageError(f"at most {MOST_READ} images are read again at once", "choose fewer")
    done = actions.reread.reread(here.folder, numbers, actor=here.actor, jobs=1)
    words_ = ngettext(
        "%(count)s page was read again, %(placed)s found its place.",
        "%(count)s pages were read again, %(placed)s found their places.",
        done.pages,
    )
    messages.success(request, words_ % {"count": done.pages, "placed": done.placed})
    _show_ahead(here, numbers)
    last.forget(request)
    return _back(request, here, numbers[-1] if numbers else None)


@acts(Verb.SETTLE_BOOKLET)
def copy(request: HttpRequest, here: Here) -> HttpResponse:
    """Say that images are pages of a copy of a booklet, and who filled it in."""
    chosen = [seen.read(text)[0] for text in request.POST.getlist("image")]
    _refuse_number(chosen, MOST)
    booklet, whose = _number(request, "booklet"), request.POST.get("registration", "").strip()
    if not whose:
        raise UsageError("nobody is named who filled the copy in", "give their registration number")
    done = actions.settle_copy.settle_copy(here.folder, booklet, chosen, whose, here.author())
    what = _("A copy of booklet %(copy_of)s counts as booklet %(booklet)s") % {
        "copy_of": booklet,
        "booklet": done.booklet,
    }
    last.remember(request, here, what, _newest(here), "scans-undo-copy")
    return _back(request, here, chosen[-1])


@acts(Verb.SETTLE_EXTRA)
def extra(request: HttpRequest, here: Here) -> HttpResponse:
    """Say which booklet an extra sheet belongs to."""
    number, what = _number(request, "extra"), request.POST.get("do", "")
    bonds = {"tie": Bond.TIED, "nobody": Bond.NOBODY}
    if what not in bonds:
        raise UsageError("nothing is said that can be settled", "load the page again")
    booklet = _number(request, "booklet") if what == "tie" else None
    actions.settle_tie.settle_extra(here.folder, number, bonds[what], here.author(), booklet=booklet)
    past = scan_look.past(here.folder, 1, who=here.person.name)
    said = "" if not past.entries else words.event(past.entries[0], past.images)
    last.remember(request, here, said, _newest(here), "scans-undo-extra")
    return redirect("scans-extras", slug=here.exam.slug)


@acts(Verb.WAIVE_PAGE)
def waive(request: HttpRequest, here: Here) -> HttpResponse:
    """Have booklets count without pages that were not found, or miss these again."""
    what = request.POST.get("do", "")
    if what not in {"waive", "miss"}:
        raise UsageError("nothing is said that can be settled", "load the page again")
    chosen = [_page(text) for text in request.POST.getlist("missing")]
    if not chosen:
        raise UsageError("no page is chosen", "choose one")
    if len(chosen) > MOST:
        raise UsageError(f"at most {MOST} pages can be decided about at once", "choose fewer")
    author = here.author(request.POST.get("why", "").strip()[:500])
    done = actions.waive_pages.waive_pages(here.folder, chosen, author, undo=what == "miss")
    said = words.waived([(each.booklet, each.page) for each in done.pages], missed=what == "miss")
    last.remember(request, here, said, [done.event], "scans-undo-waiver")
    return redirect(_where(request, here, None))


@acts(Verb.WAIVE_PAGE)
def undo_waiver(request: HttpRequest, here: Here) -> HttpResponse:
    """Take back what was decided about pages that were not found."""
    return _taken_back(request, here)


@acts(Verb.SETTLE_PAGE)
def undo(request: HttpRequest, here: Here) -> HttpResponse:
    """Take back what was decided about images."""
    return _taken_back(request, here)


@acts(Verb.SETTLE_EXTRA)
def undo_extra(request: HttpRequest, here: Here) -> HttpResponse:
    """Take back what was said of an extra sheet."""
    return _taken_back(request, here)


@acts(Verb.SETTLE_BOOKLET)
def undo_copy(request: HttpRequest, here: Here) -> HttpResponse:
    """Take back that images are pages of a copy."""
    return _taken_back(request, here)


@acts(Verb.SCAN)
def again(request: HttpRequest, here: Here, job: uuid.UUID) -> HttpResponse:
    """Let a job be tried again that was set aside."""
    found = Job.objects.filter(pk=job, exam=here.exam).first()
    if found is None:
        raise Http404(job)
    if jobs.again(found, here.person):
        messages.success(request, _("It is tried again."))
    return redirect("scans", slug=here.exam.slug)


def _decision(request: HttpRequest, here: Here, what: str) -> tuple[Decide, str]:
    """What is to be done to each image, and what is said of it afterwards."""
    author = here.author(request.POST.get("why", "").strip()[:500])
    page = actions.settle_page

    def aside(number: int, saw: Seen) -> PageSettled:
        return page.settle_page(here.folder, number, Verdict.IGNORED, author, seen=saw)

    def machine(number: int, saw: Seen) -> PageSettled:
        return page.settle_page(here.folder, number, Verdict.UNDONE, author, seen=saw)

    def accept(number: int, saw: Seen) -> PageSettled:
        return page.accept(here.folder, number, author, seen=saw, workers=workers())

    def place(number: int, saw: Seen) -> PageSettled:
        verdict, folder = Verdict.PLACED, here.folder
        return page.settle_page(
            folder, number, verdict, author, spot=spot, turned=turned, seen=saw, workers=workers()
        )

    match what:
        case "aside":
            return aside, _("set aside")
        case "machine":
            return machine, _("what was found by itself counts again")
        case "accept":
            return accept, ""
        case "place":
            spot, turned = _spot(request), _turned(request)
            return place, ""
        case _:
            raise UsageError("nothing is said that can be settled", "load the page again")


def _spot(request: HttpRequest) -> Spot:
    sheet = request.POST.get("sheet", Sheet.BOOKLET.value)
    if sheet not in {each.value for each in Sheet}:
        raise UsageError("there is no such kind of paper", "load the page again")
    return Spot(_number(request, "booklet"), _number(request, "page"), Sheet(sheet))


def _turned(request: HttpRequest) -> int | None:
    """How far an image is to be turned to be upright, if somebody says so."""
    said = request.POST.get("turned", "")
    if said not in words.TURNS:
        raise UsageError("an image cannot be turned so", "load the page again")
    return int(said) if said else None


def _what(done: Sequence[PageSettled], said: str) -> str:
    """What was done, in a line."""
    if len(done) > 1:
        words_ = ngettext("%(count)s image: %(what)s", "%(count)s images: %(what)s", len(done))
        return words_ % {"count": len(done), "what": said or _("as proposed")}
    image = done[0].image
    return f"{words.called(image)}: {said or words.standing(image)}"


def _both(request: HttpRequest, here: Here, number: int, error: DecidedSinceError) -> HttpResponse:
    """Somebody else has decided meanwhile: what they said, and what was wanted, to choose from."""
    found = scan_look.image_look(here.folder, number)
    if found is None:
        raise NotFoundError(str(error), error.remedy)
    counting = found.waits.counting
    decided = found.said or found.counting_said
    pictures = [(found.image, addresses.of_image(here.exam.slug, found.image))]
    if counting is not None:
        pictures.insert(0, (counting, addresses.of_image(here.exam.slug, counting)))
    wanted = {
        name: request.POST[name]
        for name in ("do", "sheet", "booklet", "page", "turned", "kind")
        if name in request.POST
    }
    return render(
        request,
        "scans/both.html",
        {
            "said": None if decided is None else words.said(decided),
            "when": None if decided is None else decided.when,
            "why": "" if decided is None else decided.why,
            "wanted": wanted,
            "wanted_words": _wanted(request, found),
            "seen": seen.written(found.image, counting),
            "pictures": [
                {"called": words.called(i), "standing": words.standing(i), "picture": at}
                for i, at in pictures
            ],
            "back": _where(request, here, number),
        },
    )


def _wanted(request: HttpRequest, found: scan_look.ImageLook) -> str:
    match request.POST.get("do"):
        case "aside":
            return _("it is no page")
        case "machine":
            return _("what was found by itself counts again")
        case "place":
            return words.place(_spot(request))
        case _:
            proposed = found.waits.proposed
            return _("as proposed") if proposed is None else words.place(proposed.spot)


def _taken_back(request: HttpRequest, here: Here) -> HttpResponse:
    events = request.POST.getlist("event")
    if not events or not all(e.isascii() and e.isdigit() and len(e) < 10 for e in events):
        raise UsageError("nothing is named that can be taken back", "load the page again")
    for event in sorted(map(int, events), reverse=True)[:MOST]:
        actions.take_back.take_back(here.folder, event, here.author())
    last.forget(request)
    messages.success(request, _("Taken back."))
    return redirect(_where(request, here, None))


def _newest(here: Here) -> list[int]:
    """The event that who asks has just made."""
    return [entry.event.number for entry in scan_look.past(here.folder, 1, who=here.person.name).entries]


def _refuse_number(chosen: Sequence[Any], most: int) -> None:
    if not chosen:
        raise UsageError("no image is chosen", "choose one")
    if len(chosen) > most:
        raise UsageError(f"at most {most} images can be settled so at once", "choose fewer")


def _page(text: str) -> tuple[int, int]:
    """A page of a booklet out of a form: ``12:3``."""
    booklet, _colon, page = text.partition(":")
    if not all(n.isascii() and n.isdigit() and len(n) < 9 for n in (booklet, page)):
        raise UsageError("this form cannot be understood", "load the page again")
    return int(booklet), int(page)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text)):
        raise UsageError(f"{name} is no number", "give the number that is printed")
    return int(text)


def _back(request: HttpRequest, here: Here, number: int | None) -> HttpResponse:
    return redirect(_where(request, here, number))


def _where(request: HttpRequest, here: Here, number: int | None) -> str:
    """Where who asks goes on: the next image of the list, or the page that they came from."""
    slug, kind, back = here.exam.slug, request.POST.get("kind", ""), request.POST.get("back", "")
    if kind in KINDS:
        place = reverse("scans-images", args=[slug, kind])
        return place if number is None else f"{place}?after={number}"
    if back.isascii() and back.isdigit() and len(back) < 9:
        return reverse("scans-booklet", args=[slug, int(back)])
    if back in {"extras", "missing", "history"}:
        return reverse(f"scans-{back}", args=[slug])
    return reverse("scans", args=[slug])
