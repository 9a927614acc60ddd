"""An exam at home by a personal link: papers to fetch, the time left, handing in, and what became of it."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from klausur.actions import hand_in as hand_in_
from klausur.actions import home_papers
from klausur.actions import receipt as receipts
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.site import files, hand_in_jobs, uploads
from klausur.site.models import Upload
from klausur.state.hand_ins import HomePaper
from klausur.web.candidate import at_home_shown
from klausur.web.core_words import remedy, said
from klausur.web.guests import Visit, guest_page
from klausur.web.limits import Limit
from klausur.web.sent_files import file_told, in_json, piece_told, texts

FETCHES = Limit(times=40, seconds=600, of="fetches")
"""So often papers are fetched by the same candidate."""

HAND_INS = Limit(times=30, seconds=600, of="hand-ins")

RECEIPTS = Limit(times=20, seconds=600, of="receipts")
"""So often a receipt is made for the same candidate."""

BEGUN = Limit(times=400, seconds=600, of="begun")
"""So many files are begun to be sent by the same candidate."""

PIECES = Limit(times=2000, seconds=600, of="pieces")

LARGEST = 100 << 20
"""Bytes of a file at most: a photograph has 5 MiB, a scan of twenty pages as many again."""

MOST_UNSENT = 2 * hand_in_.MOST_FILES
"""Files that are there and not handed in."""

_PRIVATE = {"Cache-Control": "private, no-store"}

_NAMES = {HomePaper.BOOKLET: "booklet", HomePaper.QUESTIONS: "questions"}


@guest_page(draft=True)
def at_home(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """All of it."""
    return render(request, "candidate/at_home.html", _page(request, visit, secret))


@guest_page(draft=True)
def files_part(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """The files that are there and not handed in, and the form to hand them in."""
    return render(request, "candidate/at_home_files.html", _page(request, visit, secret))


@guest_page(draft=True)
def seen_part(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """What was handed in, and what was seen on it."""
    return render(request, "candidate/at_home_seen.html", _page(request, visit, secret))


@guest_page(draft=True)
def clock(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """What time it is, in milliseconds since 1970: the device's own clock may be wrong."""
    del request, visit, secret
    return JsonResponse({"now": round(datetime.now(UTC).timestamp() * 1000)}, headers=_PRIVATE)


@guest_page(draft=True)
def booklet(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """Their booklet as a PDF, once it is released."""
    del secret
    return _fetched(request, visit, HomePaper.BOOKLET)


@guest_page(draft=True)
def questions(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """The question paper as a PDF, once it is released."""
    del secret
    return _fetched(request, visit, HomePaper.QUESTIONS)


@guest_page("POST", draft=True)
@in_json
def begin(request: HttpRequest, visit: Visit, secret: str) -> HttpResponseBase:
    """What of a file is there already, and in which pieces the rest is wanted."""
    name, size, fresh = file_told(request)
    _limit(BEGUN, visit.key)
    found = hand_in_.own(visit.folder, visit.guest.candidate)
    now = datetime.now(UTC)
    if found.booklet is None or not found.takes_part:
        raise RefusedError("no booklet was printed for you", "ask the examiner")
    if not found.times.is_released(HomePaper.BOOKLET, now):
        raise RefusedError("nothing can be handed in before booklets are released", "come back then")
    candidate = visit.guest.candidate.id
    there = list(uploads.of_candidate(visit.exam, candidate).values_list("size", flat=True))
    if len(there) >= MOST_UNSENT or sum(there) + size > 2 * hand_in_.MOST_BYTES:
        raise RefusedError(
            "too much is there that you have not handed in", "take some of it off the list first"
        )
    limit = min(LARGEST, settings.KLAUSUR_HOME.upload)
    upload = uploads.begin(visit.exam, candidate, name, size, limit=limit, fresh=fresh)
    at = reverse("review-home-piece", args=[visit.exam.slug, secret, upload.pk])
    return JsonResponse({**uploads.told(upload), "at": at})


@guest_page("POST", draft=True)
@in_json
def piece(request: HttpRequest, visit: Visit, secret: str, upload: uuid.UUID) -> HttpResponseBase:
    """Take a piece; once all are there, the file waits to be handed in."""
    _limit(PIECES, visit.key)
    del secret
    found = uploads.find(visit.exam, visit.guest.candidate.id, upload)
    found = uploads.take(found, *piece_told(request), request.body)
    if found.received >= found.size:
        uploads.finish(found)
    return JsonResponse({"received": found.received})


@guest_page("POST", draft=True)
@in_json
def leave(request: HttpRequest, visit: Visit, secret: str, upload: uuid.UUID) -> HttpResponseBase:
    """Forget a file that was not handed in."""
    del request, secret
    uploads.drop(uploads.unsent(visit.exam, visit.guest.candidate.id, upload))
    return JsonResponse({})


@guest_page("POST", draft=True)
def hand_in(request: HttpRequest, visit: Visit, secret: str) -> HttpResponse:
    """Hand in what is there; where that cannot be, the page says why."""
    now = datetime.now(UTC)
    if not HAND_INS.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    given, candidate = request.POST, visit.guest.candidate
    try:
        act = _act(given.get("act", ""))
        sent = _sent(visit, given.getlist("upload"), act)
        with _at_hand(sent) as at_hand:
            hand_in_.hand_in(
                visit.folder,
                candidate,
                at_hand,
                visit.author,
                act=act,
                now=now,
                again=list(dict.fromkeys(given.getlist("again"))),
            )
    except (UsageError, RefusedError) as error:
        if isinstance(error, MeanwhileError):
            raise
        page = _page(request, visit, secret)
        told = {"problem": said(str(error)), "next_step": remedy(error.remedy)}
        return render(request, "candidate/at_home.html", {**page, **told}, status=400)
    hand_in_jobs.ask(visit.exam)
    for each in sent:
        uploads.drop(each)
    return redirect(reverse("review-home", args=[visit.exam.slug, secret]) + "#handed-in")


@guest_page(draft=True)
def receipt(request: HttpRequest, visit: Visit, secret: str, version: int) -> HttpResponse:
    """What they keep of a hand-in, as a PDF."""
    del secret
    found = hand_in_.own(visit.folder, visit.guest.candidate)
    one = next((each for each in found.hand_ins if each.version == version), None)
    if one is None:
        raise Http404(version)
    if not RECEIPTS.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    who = visit.guest.candidate.candidate
    said_ = at_home_shown.receipt(one, visit.exam.title, who, late=found.is_late(one.when))
    name = f"{visit.exam.slug}-receipt-{version}.pdf"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    return HttpResponse(receipts.receipt(visit.folder, said_), "application/pdf", headers=kept)


def _page(request: HttpRequest, visit: Visit, secret: str) -> dict[str, object]:
    found = hand_in_.own(visit.folder, visit.guest.candidate)
    now = datetime.now(UTC)
    there = list(uploads.of_candidate(visit.exam, visit.guest.candidate.id))
    kept = request.GET.getlist("again") if "shown" in request.GET else None
    waits = [each for each in found.hand_ins if each.seen is None]
    before = hand_in_.count_before(visit.folder, waits[-1].id) if waits else 0
    return {
        "visit": visit,
        "secret": secret,
        "who": visit.guest.candidate.candidate,
        "found": found,
        "now": round(now.timestamp() * 1000),
        "next": at_home_shown.next_moment(found, now),
        "papers": at_home_shown.papers(found, now),
        "takes": found.booklet is not None and found.times.is_released(HomePaper.BOOKLET, now),
        "late": found.is_late(now),
        "ends": found.times.ends(found.extra_minutes),
        "grace": int(found.times.grace.total_seconds() // 60),
        "ready": [each for each in there if each.digest],
        "begun": [each for each in there if not each.digest],
        "again": at_home_shown.again(found, kept),
        "act": uuid.uuid4(),
        "hand_ins": at_home_shown.hand_ins(found),
        "waits": bool(waits),
        "seconds": hand_in_jobs.seconds(visit.exam, before) if waits else 0,
        "texts": {**texts(), "login": _("this link is good no more: load the page again")},
        "limit": min(LARGEST, settings.KLAUSUR_HOME.upload) >> 20,
        "most": hand_in_.MOST_FILES,
    }


def _fetched(request: HttpRequest, visit: Visit, paper: HomePaper) -> HttpResponse:
    if not FETCHES.takes(visit.key):
        return render(request, "candidate/too_often.html", status=429)
    made = home_papers.fetch(visit.folder, visit.guest.candidate, paper, visit.author, now=datetime.now(UTC))
    name = f"{visit.exam.slug}-{_NAMES[paper]}.pdf"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    return HttpResponse(made.data, "application/pdf", headers=kept)


def _limit(limit: Limit, whose: str) -> None:
    if not limit.takes(whose):
        raise RefusedError("that was too often", "wait ten minutes, and try again")


def _sent(visit: Visit, numbers: list[str], act: str) -> list[Upload]:
    """The files that are all there and are to be handed in, in the order in which they came."""
    there = uploads.of_candidate(visit.exam, visit.guest.candidate.id).exclude(digest="")
    wanted = set(numbers)
    found = [each for each in there if str(each.pk) in wanted]
    if len(found) < len(wanted) and not hand_in_.is_known(visit.folder, act):
        raise UsageError("a file of this list is gone", "load the page again")
    return found


@contextmanager
def _at_hand(sent: list[Upload]) -> Iterator[list[hand_in_.SentFile]]:
    """The files, as long as this is open."""
    with ExitStack() as held:
        paths = [held.enter_context(files.here().at_hand(uploads.key(each))) for each in sent]
        yield [hand_in_.SentFile(path, each.name) for path, each in zip(paths, sent, strict=True)]


def _act(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise NotFoundError("this form is no longer good", "load the page again") from error
