"""What each operation does: it looks by State, or acts by one verb, and knows no rule."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest

from klausur import actions
from klausur.actions.grade import to_json
from klausur.actions.judge import Ticked
from klausur.actions.roles import RULES
from klausur.base.credits import show_credits
from klausur.base.errors import NotFoundError
from klausur.site import uploads
from klausur.site.models import Job
from klausur.state.facts import Enrolled, Standing
from klausur.web.access import Here
from klausur.web.api import shapes
from klausur.web.sent_files import piece_told


def exam(here: Here, _request: HttpRequest) -> shapes.Exam:
    """The exam, and what the token may do."""
    verbs = tuple(verb.value for verb in RULES if here.may(verb))
    return shapes.Exam(here.exam.slug, here.exam.title, here.person.name, here.role.value, verbs)


def status(here: Here, _request: HttpRequest) -> shapes.Status:
    """What was scanned, and what waits; whose booklets are is told to those who see names."""
    found = actions.status.status(here.folder)
    booklets = tuple(
        shapes.Booklet(
            each.booklet.number,
            each.tie.candidate.registration if each.tie.candidate and here.shows_names else None,
            len(each.found),
            len(each.missing),
            each.open,
        )
        for each in found.booklets
    )
    return shapes.Status(found.images, found.placed, len(found.waiting), found.open, booklets)


def candidates(here: Here, _request: HttpRequest) -> shapes.Candidates:
    """The list."""
    listed = actions.candidates.listing(here.folder).people
    return shapes.Candidates(tuple(_candidate(each.enrolled, each.booklet) for each in listed))


def mark_candidate(
    here: Here, sent: shapes.Presence, _request: HttpRequest, registration: str
) -> shapes.Candidate:
    """Say whether somebody takes the exam."""
    marked = actions.mark_candidates.mark(
        here.folder, registration, Standing(sent.standing), here.author(sent.why)
    )
    return _candidate(marked, None)


def results(here: Here, _request: HttpRequest) -> bytes:
    """The results as they stand."""
    graded, _ = actions.results_so_far.whole(here.folder)
    return to_json(graded)


def judge(here: Here, sent: shapes.Judging, _request: HttpRequest) -> shapes.Judgement:
    """Judge an answer."""
    made = actions.judge.judge(
        here.folder,
        sent.booklet,
        sent.question,
        Ticked(dict(sent.items), comment=sent.comment),
        here.author(),
        act=sent.act,
        looked=sent.looked,
    )
    return shapes.Judgement(made.id, show_credits(made.judged.credits))


def begin_upload(here: Here, sent: shapes.NewUpload, _request: HttpRequest) -> shapes.Upload:
    """Begin to send a scanned file."""
    actions.scan_look.is_known(here.folder, "0" * 64)  # tells where nothing was printed
    uploads.sweep(datetime.now(UTC))
    limit = settings.KLAUSUR_HOME.upload
    made = uploads.begin(here.exam, here.person, sent.name, sent.size, limit=limit, fresh=sent.fresh)
    return shapes.Upload(str(made.pk), made.received, uploads.PIECE, tuple(made.pieces))


def send_piece(here: Here, request: HttpRequest, upload: uuid.UUID) -> shapes.Received:
    """Take a piece."""
    found = uploads.take(uploads.find(here.exam, here.person, upload), *piece_told(request), request.body)
    if found.received < found.size:
        return shapes.Received(found.received)
    job = uploads.hand_over(found, here.folder, here.person, here.role)
    return shapes.Received(found.received, None if job is None else str(job.pk))


def leave_upload(here: Here, _request: HttpRequest, upload: uuid.UUID) -> shapes.Nothing:
    """Forget a file."""
    uploads.drop(uploads.mine(here.exam, here.person, upload))
    return shapes.Nothing()


def job(here: Here, _request: HttpRequest, job: uuid.UUID) -> shapes.Job:
    """How far a job is.

    Raises:
        NotFoundError: the exam has none of this number.
    """
    found = Job.objects.filter(exam=here.exam, pk=job).first()
    if found is None:
        raise NotFoundError("there is no such job", "see what was answered when it was asked for")
    told = (found.done, found.total, found.fault, found.remedy)
    return shapes.Job(str(found.pk), found.kind, found.state, *told)


def _candidate(of: Enrolled, booklet: int | None) -> shapes.Candidate:
    who = of.candidate
    return shapes.Candidate(who.registration, who.name, of.standing.value, booklet)
