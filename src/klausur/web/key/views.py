"""The key as it counts, a question's to be mended, what that would do, and the decisions so far."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from klausur.actions import mend_key
from klausur.actions.key_effects import Effect, Moved, Way
from klausur.actions.mend_key import KeyMeanwhileError, KeyNow, MendedKey
from klausur.actions.roles import Verb
from klausur.base.credits import Credits
from klausur.base.errors import KlausurError, NotFoundError, UsageError
from klausur.exam.about_lines import speaks_of_lines
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import Item
from klausur.exam.model import Question, QuestionKind, Scheme
from klausur.state.facts import Role
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy, said
from klausur.web.key import forms, grades, words
from klausur.web.numbers import mixed_credits, show_credits
from klausur.web.rubric.forms import plain

_LAST = "key-last"
"""Where a session keeps what was recorded last."""

_KEPT = ("of", "question", "edition", "looked", "scheme", "floor", "formula", "strike", "sets")
"""What a form says, beside a field for each choice."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question of the list, with its key in words."""

    of: Question
    right: str
    accepted: str
    scheme: str
    own: bool
    struck: str
    mended: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the key, as it counts and as it would."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fares:
    """Somebody whom a key concerns: their question's credits, total and grade, before and after."""

    of: Effect
    questions: tuple[tuple[str, str, str], ...]
    total: tuple[str, str]
    grade: tuple[str, str]


@shows(Role.EXAMINER)
def key(request: HttpRequest, here: Here) -> HttpResponse:
    """The key of all questions, the exam's scheme, and the decisions so far."""
    try:
        now = _now(request, here)
    except NotFoundError:
        return render(request, "key/key.html", {"now": None})
    first = _first(now)
    page = {
        "now": now,
        "rows": [_row(now, question, first) for question in now.exam.questions],
        "scheme": words.scheme(now.exam.scheme),
        "schemes": _schemes(QuestionKind.CHOICE, now.exam.scheme),
        "floor": _floor(now.exam.scheme),
        "formula": now.exam.scheme.formula,
        "decisions": tuple(reversed(now.decisions)),
        "recorded": request.session.pop(_LAST, "") if now.decisions else "",
    }
    return render(request, "key/key.html", page)


@shows(Role.EXAMINER)
def of_question(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """A question with its key, to be mended."""
    now = _now(request, here)
    return _page(request, now, forms.question_of(now, question))


@shows(Role.EXAMINER)
def grade_key(request: HttpRequest, here: Here) -> HttpResponse:
    """The grade key, to be moved on the picture of the results."""
    try:
        now = _now(request, here)
    except NotFoundError:
        return render(request, "key/grades.html", {"now": None})
    return grades.page(request, here, now)


@acts(Verb.TAKE_OVER_KEY)
def preview(request: HttpRequest, here: Here) -> HttpResponse:
    """What another key would do."""
    now, given = _now(request, here), request.POST
    if given.get("do") == "edit" and given.get("of") == forms.GRADES:
        return grades.page(request, here, now)
    if given.get("do") == "edit":
        return _page(request, now, forms.question_of(now, given.get("question", "")), given=given)
    try:
        made = mend_key.mend_key(
            here.folder,
            forms.mends(now, given),
            here.author(),
            edition=now.edition,
            looked=_number(given.get("looked", "")),
            dry_run=True,
        )
    except NotFoundError:
        raise
    except KlausurError as error:
        return _again(request, here, now, said(str(error)), error)
    return render(request, "key/preview.html", _told(here, now, made, given))


@acts(Verb.TAKE_OVER_KEY)
def save(request: HttpRequest, here: Here) -> HttpResponse:
    """Let another key count."""
    now, given = _now(request, here), request.POST
    try:
        made = mend_key.mend_key(
            here.folder,
            forms.mends(now, given),
            here.author(plain(given.get("why", ""))[:400]),
            edition=now.edition,
            looked=_number(given.get("looked", "")),
        )
    except (KeyMeanwhileError, UsageError) as error:
        return _again(request, here, now, said(str(error)), error)
    grades = sum(effect.grade[0] != effect.grade[1] for effect in made.effects)
    request.session[_LAST] = _("This key counts from now on. Other grades: %(n)s.") % {"n": grades}
    return redirect(_address(here, now))


@acts(Verb.TAKE_OVER_KEY)
def undo(request: HttpRequest, here: Here) -> HttpResponse:
    """Take the newest decision back."""
    now = _now(request, here)
    mend_key.undo_key(here.folder, _number(request.POST.get("decision", "")), here.author(_("taken back")))
    return redirect(_address(here, now))


def _now(request: HttpRequest, here: Here) -> KeyNow:
    asked = request.POST.get("edition") or request.GET.get("edition", "")
    return mend_key.key_now(here.folder, edition=_number(asked) if asked else None)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    return int(text)


def _address(here: Here, now: KeyNow) -> str:
    address = reverse("results-key", args=[here.exam.slug])
    return f"{address}?edition={now.edition}" if len(now.editions) > 1 else address


def _first(now: KeyNow) -> frozenset[str]:
    """The questions about which anything was decided since they were printed."""
    return frozenset(
        question.id
        for question in now.exam.questions
        for decision in now.decisions
        for what in decision.what
        if f"question {question.id}:" in what or f"question {question.id} " in what
    )


def _row(now: KeyNow, question: Question, mended: frozenset[str]) -> Row:
    chosen = question.kind.chosen
    struck = now.exam.grading.strike(question.id)
    return Row(
        question,
        words.letters([c.id for c in question.choices if c.right]) if chosen else "",
        words.accepted(question.accepted) if question.accepted else "",
        words.scheme(question.counted_by(now.exam.scheme)) if chosen else "",
        question.scheme is not None,
        "" if struck is None else str(words.STRIKES[struck]),
        question.id in mended,
    )


def _schemes(kind: QuestionKind, used: Scheme | None) -> list[tuple[str, str, bool]]:
    """The schemes to choose from: value, name, and whether it is the one that counts."""
    known = forms.SCHEMES.get(kind, ())
    kinds = known if used is None or used.kind in known else (*known, used.kind)
    return [(k.value, str(words.SCHEMES[k]), used is not None and used.kind is k) for k in kinds]


def _page(
    request: HttpRequest,
    now: KeyNow,
    question: Question,
    *,
    given: QueryDict | None = None,
    wrong: tuple[str, str] | None = None,
    meanwhile: object = None,
) -> HttpResponse:
    """A question with its key; what was typed stands in the form."""
    maybe = forms.as_well(question)
    typed = given or QueryDict()
    says = {
        choice.id: typed.get(f"choice-{choice.id}")
        if given is not None
        else "right"
        if choice.right
        else "either"
        if maybe is not None and choice.id in maybe
        else "wrong"
        for choice in question.choices
    }
    sets = "" if maybe is not None else "\n".join(", ".join(some) or "-" for some in question.accepted)
    struck = now.exam.grading.strike(question.id)
    page = {
        "now": now,
        "question": question,
        "numbered": speaks_of_lines(question.content.text, now.exam.language),
        "choices": [(choice, says[choice.id]) for choice in question.choices],
        "single": question.kind is QuestionKind.SINGLE,
        "table": question.kind is QuestionKind.TABLE,
        "sets": typed.get("sets", sets),
        "schemes": _schemes(question.kind, question.scheme),
        "chosen_scheme": typed.get("scheme", "" if question.scheme is None else question.scheme.kind.value),
        "exams_scheme": words.scheme(question.counted_by(now.exam.scheme)),
        "floor": typed.get("floor", _floor(question.scheme)),
        "formula": typed.get("formula", "" if question.scheme is None else question.scheme.formula),
        "strikes": [
            ("" if strike is None else strike.value, str(name)) for strike, name in words.STRIKES.items()
        ],
        "struck": typed.get("strike", "" if struck is None else struck.value),
        "varies": any(item.question == question.id for item in now.varies),
        "wrong": wrong,
        "meanwhile": meanwhile,
    }
    return render(request, "key/question.html", page, status=200 if wrong is None else 400)


def _floor(scheme: Scheme | None) -> str:
    return show_credits(scheme.floor) if scheme is not None and scheme.floor else ""


def _again(request: HttpRequest, here: Here, now: KeyNow, what: str, error: KlausurError) -> HttpResponse:
    """The form once more, as it was filled in, with what is wrong with it, or what somebody else decided."""
    name = request.POST.get("question", "")
    last = error.last if isinstance(error, KeyMeanwhileError) else None
    if request.POST.get("of") == forms.GRADES:
        return grades.page(request, here, now, wrong=(what, remedy(error.remedy)), meanwhile=last)
    if not name:
        raise error
    question = forms.question_of(now, name)
    return _page(
        request, now, question, given=request.POST, wrong=(what, remedy(error.remedy)), meanwhile=last
    )


def _told(here: Here, now: KeyNow, made: MendedKey, given: QueryDict) -> dict[str, Any]:
    of_way: dict[Way, list[Fares]] = {way: [] for way in words.WAYS}
    for effect in made.effects:
        of_way[effect.way].append(_fares(effect))
    names = {question.id: question.number for question in now.exam.questions}
    return {
        "now": now,
        "changes": [
            Change(
                _what(change.item, names),
                *(words.told(change.item.kind, v) for v in (change.old, change.new)),
            )
            for change in made.changes
        ],
        "made": made,
        "ways": [(words.WAYS[way], fare) for way, fare in of_way.items() if fare],
        "gain": len(of_way[Way.GAINS]),
        "lose": len(of_way[Way.LOSES]),
        "grades": sum(effect.grade[0] != effect.grade[1] for effect in made.effects),
        "form": [
            (name, given.get(name, ""))
            for name in given
            if name in _KEPT or name.startswith(("choice-", grades.FIELD))
        ],
        "again": bool(given.get("question") or given.get("of")),
        "named": here.shows_names,
    }


def _what(item: Item, names: dict[str, str]) -> str:
    kind = str(words.KINDS.get(item.kind, item.kind))
    if item.question:
        return f"{names.get(item.question, '')} {kind}"
    return _("the exam's scheme") if item.kind is DifferenceKind.SCHEME else kind


def _fares(effect: Effect) -> Fares:
    total = tuple(
        _credits(value) + ("" if effect.worth[0] == effect.worth[1] else f" / {mixed_credits(of)}")
        for value, of in zip(effect.total, effect.worth, strict=True)
    )
    return Fares(
        effect,
        tuple((moved.question, _moved(moved, 0), _moved(moved, 1)) for moved in effect.questions),
        (total[0], total[1]),
        (effect.grade[0] or _("open"), effect.grade[1] or _("open")),
    )


def _moved(moved: Moved, side: int) -> str:
    return _("struck") if moved.struck[side] else _credits((moved.old, moved.new)[side])


def _credits(value: Credits | None) -> str:
    return _("open") if value is None else mixed_credits(value)
