"""Who judges what and how: an examiner assigns, says how a question is judged, and sees figures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klausur.actions import arrange_judging, judging_figures, judging_work
from klausur.actions.judging_rounds import token
from klausur.actions.judging_work import NOTHING, JudgingWork, QuestionWork
from klausur.actions.roles import Verb
from klausur.base.errors import NotFoundError, UsageError
from klausur.site.models import Member
from klausur.state.arrangements import Repeats, SecondCorrection
from klausur.state.facts import Role
from klausur.state.judgements import Round
from klausur.web.access import Here, acts, shows
from klausur.web.judging import asked, shown

MOST = 200
"""Differences that a page shows."""


@shows(Role.EXAMINER)
def plan(request: HttpRequest, here: Here) -> HttpResponse:
    """Who does what of all questions, what is overdue, and what is nobody's."""
    found = _work(here)
    team = frozenset(_team(here))
    rows = [
        (
            each,
            [shown.portion_line(portion, team) for portion in each.portions],
            shown.rules_in_words(each.rules),
            [(shown.ROUNDS[round_], count) for round_, count in each.open.items()],
        )
        for each in found.questions
    ]
    return render(request, "judging/plan.html", {"rows": rows, "pressing": found.pressing})


@shows(Role.EXAMINER)
def arrange(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """One question: what is assigned of it, by which rules it is judged, and where two judgements differ."""
    at = next((each for each in _work(here).questions if each.question == question), None)
    if at is None:
        raise NotFoundError(_("There is no such question that people judge."), _("Choose one of the list."))
    return render(request, "judging/arrange.html", _page(here, at))


def _page(here: Here, at: QuestionWork) -> dict[str, object]:
    people = _team(here)
    found = judging_figures.judging_figures(here.folder, at.question)
    differ = [
        (line, f"?booklet={line.of.booklet}&handed={_final(here, line.of.booklet, at.question)}")
        for line in shown.difference_lines(found)[:MOST]
    ]
    return {
        "at": at,
        "lines": [shown.portion_line(each, frozenset(people)) for each in at.portions],
        "people": people,
        "rounds": [(each.value, shown.ROUNDS[each]) for each in (Round.FIRST, Round.SECOND, Round.THIRD)],
        "second": at.rules.second or SecondCorrection(percent=0),
        "repeats": at.rules.repeats or Repeats(0, 0),
        "seeds": ", ".join(map(str, at.rules.seeds)),
        "counts": [(each.value, called) for each, called in shown.COUNTS.items()],
        "grades": arrange_judging.grades(here.folder),
        "differ": differ,
    }


@acts(Verb.ASSIGN)
def assign(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Assign a question: all of it to one person, or an equal part to each of several."""
    wanted = asked.assigned(request.POST, _team(here))
    arrange_judging.share_out(here.folder, question, wanted, here.author())
    return redirect("grading-plan-question", slug=here.exam.slug, question=question)


@acts(Verb.ASSIGN)
def withdraw(request: HttpRequest, here: Here) -> HttpResponse:
    """Have an assignment count no more, or be somebody else's instead."""
    text = request.POST.get("assignment", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    to = request.POST.get("to", "")
    if to:
        if to not in _team(here):
            raise UsageError(_("Nobody is chosen."), _("Choose who judges it."))
        new = arrange_judging.hand_over(here.folder, number, to, here.author())
        return redirect("grading-plan-question", slug=here.exam.slug, question=new.question)
    made = arrange_judging.withdraw(here.folder, number, here.author())
    messages.success(request, _("%(who)s no longer judges this.") % {"who": made.assigned.to})
    return redirect("grading-plan-question", slug=here.exam.slug, question=made.question)


@acts(Verb.SET_JUDGING)
def rules(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Say how a question is judged from now on."""
    arrange_judging.set_rules(here.folder, question, asked.rules(request.POST), here.author())
    messages.success(request, _("It is judged so from now on."))
    return redirect("grading-plan-question", slug=here.exam.slug, question=question)


@shows(Role.EXAMINER)
def figures(request: HttpRequest, here: Here) -> HttpResponse:
    """How many, how fast and how high each corrector judges, and how far from others."""
    try:
        found = judging_figures.judging_figures(here.folder)
    except NotFoundError:  # nothing was printed
        found = judging_figures.JudgingFigures((), (), {}, {}, {})
    page = {
        "lines": shown.figure_lines(found),
        "plots": shown.plots(found),
        "differ": shown.difference_lines(found)[:MOST],
    }
    return render(request, "judging/figures.html", page)


def _work(here: Here) -> JudgingWork:
    try:
        return judging_work.judging_work(here.folder)
    except NotFoundError:  # nothing was printed: there is nothing to judge
        return NOTHING


def _team(here: Here) -> list[str]:
    """The names of those who may judge in this exam."""
    judges = Member.objects.filter(exam=here.exam, role__in=[Role.CORRECTOR, Role.EXAMINER])
    return list(judges.order_by("role", "person__name").values_list("person__name", flat=True))


def _final(here: Here, booklet: int, question: str) -> str:
    return token(Round.FINAL, booklet, question, here.actor)
