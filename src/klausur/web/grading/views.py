"""The grading desk: how far the questions are, one question's answers in their order, and what is done there.

The page of a question sends each judgement with an act's name, again and again until it is recorded; it is
recorded once. What is shown of an answer comes whole from here, form and all, so that nothing of one answer
can be sent for another.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klausur.actions import answer_seen, judging_progress, judging_queue, judging_rounds, sheet_seen
from klausur.actions import judge as judging
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError
from klausur.site import pictures_ahead
from klausur.state.facts import Role
from klausur.store.folder import opened
from klausur.web.access import Here, acts, shows
from klausur.web.grading import sheets, shown, similar
from klausur.web.judging import theirs
from klausur.web.numbers import show_credits


@shows(Role.EXAMINER, Role.CORRECTOR)
def grading(request: HttpRequest, here: Here) -> HttpResponse:
    """How far each question is, and what waits for the examiner."""
    try:
        found = judging_progress.judging_progress(here.folder)
    except NotFoundError:  # nothing was printed: there is nothing to judge
        found = judging_progress.Judging((), ())
    rows = [
        (each, 100 * each.done // each.there if each.there else 0, sorted(each.judged.items()))
        for each in found.questions
    ]
    titles = {each.question: each for each in found.questions}
    waits = [(parking, titles.get(parking.question)) for parking in found.parkings]
    page = {"rows": rows, "parkings": waits, "replies": here.may(Verb.REPLY), **theirs.of(here)}
    return render(request, "grading/grading.html", page)


@shows(Role.EXAMINER, Role.CORRECTOR)
def desk(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """The desk of one question; the page asks for its answers itself."""
    found = judging_progress.judging_progress(here.folder)
    at = next((each for each in found.questions if each.question == question), None)
    if at is None:
        raise NotFoundError(_("There is no such question that people judge."), _("Choose one of the list."))
    pictures_ahead.ask_once(here.exam, here.folder, here.person, here.role)
    asked = request.GET.get("booklet", "")
    page = {
        "at": at,
        "booklet": asked if asked.isdigit() and len(asked) < 10 else "",
        "handed": request.GET.get("handed", ""),
    }
    return render(request, "grading/desk.html", page)


@acts(Verb.JUDGE)
def next_(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Take the next answer that nobody looks at, or the next group, or a sheet of them."""
    given, after = request.POST, request.POST.get("after", "")
    by_sheets = "sheet" in given
    by_groups = "alone" in given and not by_sheets
    with opened(here.folder):  # once for all
        found = judging_queue.next_answer(
            here.folder,
            question,
            here.actor,
            after=shown.number(after) if after else None,
            besides=shown.numbers(given, "besides"),
            most=sheet_seen.fitting(here.folder, question) if by_sheets else 1,
            alone=shown.numbers(given, "alone") if by_groups else None,
            like=similar.like(here, question) if by_groups else {},
        )
        if len(found.booklets) > 1:
            return sheets.sheet(request, here, question, found)
        page: dict[str, object] = {"queue": found}
        if found.booklet is not None:
            page["card"] = shown.card(here, _seen(here, question, found.booklet, found.handed))
    return render(request, "grading/answer.html", page)


@shows(Role.EXAMINER, Role.CORRECTOR)
def answer(request: HttpRequest, here: Here, question: str, booklet: int) -> HttpResponse:
    """One answer, as it was judged, also if that was taken back, or with ticks that were kept."""
    wanted = request.GET.get("as", "")
    seen = answer_seen.answer_seen(
        here.folder,
        booklet,
        question,
        here.actor,
        handed=judging_rounds.handed_by(request.GET.get("handed", ""), booklet, question, here.actor),
        shown=shown.number(wanted) if wanted else None,
    )
    by, kept = request.GET.get("rubric", ""), None
    if by:
        kept = answer_seen.kept_ticks(here.folder, booklet, question, shown.ticked(request.GET), by)
    return render(request, "grading/answer.html", {"card": shown.card(here, seen, kept)})


def _seen(here: Here, question: str, booklet: int, token: str) -> answer_seen.SeenAnswer:
    handed = judging_rounds.handed_by(token, booklet, question, here.actor)
    return answer_seen.answer_seen(here.folder, booklet, question, here.actor, handed=handed)


@shows(Role.EXAMINER, Role.CORRECTOR)
def worth(request: HttpRequest, here: Here, question: str, booklet: int) -> HttpResponse:
    """What an answer would earn."""
    by = request.GET.get("rubric")
    try:
        found = answer_seen.worth(here.folder, booklet, question, shown.ticked(request.GET), by)
    except judging.RubricChangedError:
        return JsonResponse({"changed": True})
    return JsonResponse({"credits": show_credits(found.credits)})


@acts(Verb.JUDGE)
def judge(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Record what an answer earns; told apart where somebody else judged it meanwhile."""
    given = request.POST
    booklet = shown.number(given.get("booklet", ""))
    try:
        made = judging.judge(
            here.folder,
            booklet,
            question,
            shown.ticked(given),
            here.author(),
            act=shown.act_of(request),
            looked=shown.number(given.get("looked", "")),
            images=shown.numbers(given, "images"),
            handed=judging_rounds.handed_by(given.get("handed", ""), booklet, question, here.actor),
            by=given.get("rubric"),
        )
    except judging.RubricChangedError as error:
        what = _("The rubric was changed while booklet %(booklet)s was judged: look at it again.")
        return JsonResponse({"changed": what % {"booklet": error.booklet}, "booklet": error.booklet})
    except judging.JudgedMeanwhileError as error:
        last = error.last
        what = _("%(who)s gave %(credits)s to booklet %(booklet)s meanwhile.") % {
            "who": last.who,
            "credits": show_credits(last.judged.credits),
            "booklet": last.booklet,
        }
        return JsonResponse({"meanwhile": what, "booklet": last.booklet})
    return JsonResponse({"judgement": made.id, "credits": show_credits(made.judged.credits)})


@acts(Verb.JUDGE)
def undo(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Take back their own newest judgement on this question, and say which answer it was about."""
    del request
    made = judging.take_back(here.folder, question, here.author())
    alike = [each.booklet for each in judging.judged_with(here.folder, made)]
    return JsonResponse(
        {"booklet": made.booklet, "judgement": made.id, "alike": alike if len(alike) > 1 else []}
    )


@acts(Verb.PARK)
def park(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Put an answer aside with a question to the examiner."""
    given = request.POST
    judging_queue.park(
        here.folder,
        shown.number(given.get("booklet", "")),
        question,
        given.get("text", ""),
        here.author(),
        act=shown.act_of(request),
    )
    return JsonResponse({})


@acts(Verb.JUDGE)
def hold(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Go on looking at these answers."""
    judging_queue.hold_on(here.folder, question, shown.numbers(request.POST, "booklets"), here.actor)
    return HttpResponse(status=204)


@acts(Verb.JUDGE)
def leave(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Look at these answers no longer: the page is closed."""
    judging_queue.let_go(here.folder, question, shown.numbers(request.POST, "booklets"), here.actor)
    return HttpResponse(status=204)


@acts(Verb.REPLY)
def reply(request: HttpRequest, here: Here) -> HttpResponse:
    """Reply to what was put aside."""
    number = shown.number(request.POST.get("parking", ""))
    judging_queue.reply(here.folder, number, request.POST.get("text", ""), here.author())
    return redirect("grading", slug=here.exam.slug)
