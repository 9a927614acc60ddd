"""The page of a rubric: its lines to be changed, what that would do, and two who change it at once."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klausur.actions import change_rubric
from klausur.actions.change_rubric import RubricChange, RubricMeanwhileError, RubricNow
from klausur.actions.roles import Verb
from klausur.base.errors import UsageError
from klausur.exam.rubric_lines import RubricLine, contents_of
from klausur.exam.typed_text import content_of
from klausur.state.facts import Role
from klausur.state.rubric_changes import RubricEffect
from klausur.store.rubrics import StoredRubric
from klausur.web.access import Here, acts, shows
from klausur.web.core_words import remedy, said
from klausur.web.rubric import changes, forms

_LAST = "rubric-last"
"""Where a session keeps what was recorded last."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a rubric as it is shown: ``html`` are its words with formulas."""

    line: RubricLine
    html: str
    gives: str


@dataclass(frozen=True, slots=True)
class Moves:
    """An answer that is concerned: what becomes of it, and why it wants a look."""

    effect: RubricEffect
    whose: str
    touched: str
    looks: tuple[str, ...]
    way: str


@shows(Role.EXAMINER, Role.CORRECTOR)
def rubric(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """The rubric in force, and all changes of it."""
    now = _now(request, here, question)
    return _page(request, here, now, now.lines)


@acts(Verb.CHANGE_RUBRIC)
def preview(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """What a change would do; or the lines once more, where they are gone on with or make no rubric."""
    now = _now(request, here, question)
    given = request.POST
    try:
        lines = forms.lines_of(given)
        if given.get("do") == "edit":
            return _page(request, here, now, lines, looked=given.get("looked", now.stamp))
        change = change_rubric.change_rubric(
            here.folder,
            now.question.id,
            lines,
            here.author(),
            edition=now.edition,
            looked=given.get("looked", ""),
            dry_run=True,
        )
    except RubricMeanwhileError as error:
        return _both(request, here, now, lines, error)
    except UsageError as error:
        return _wrong(request, here, now, error)
    return render(request, "rubric/preview.html", _told(change, forms.json_of(lines), given.get("why", "")))


@acts(Verb.CHANGE_RUBRIC)
def save(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Record a change."""
    now = _now(request, here, question)
    given = request.POST
    try:
        lines = forms.lines_of(given)
        made = change_rubric.change_rubric(
            here.folder,
            now.question.id,
            lines,
            here.author(forms.plain(given.get("why", ""))[:400]),
            edition=now.edition,
            looked=given.get("looked", ""),
            apply=given.get("judged") == "apply",
            again=given.get("again") == "yes",
        )
    except RubricMeanwhileError as error:
        return _both(request, here, now, lines, error)
    except UsageError as error:
        return _wrong(request, here, now, error)
    if made.recorded is not None:
        moved, again = len(made.moved), len(made.again)
        request.session[_LAST] = [made.recorded.id, moved, again]
    return redirect(_address(here, now))


@acts(Verb.CHANGE_RUBRIC)
def undo(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """Take the newest change back."""
    now = _now(request, here, question)
    number = request.POST.get("version", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    change_rubric.undo_rubric(here.folder, int(number), here.author())
    return redirect(_address(here, now))


def _now(request: HttpRequest, here: Here, question: str) -> RubricNow:
    asked = request.POST.get("edition") or request.GET.get("edition", "")
    edition = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else None
    return change_rubric.rubric_now(here.folder, question, edition=edition)


def _address(here: Here, now: RubricNow) -> str:
    address = reverse("grading-rubric", args=[here.exam.slug, now.question.id])
    return f"{address}?edition={now.edition}" if len(now.editions) > 1 else address


def _page(
    request: HttpRequest,
    here: Here,
    now: RubricNow,
    lines: tuple[RubricLine, ...],
    *,
    looked: str = "",
    wrong: UsageError | None = None,
) -> HttpResponse:
    done = now.last
    page = {
        "now": now,
        "may": here.may(Verb.CHANGE_RUBRIC),
        "rows": _rows(now),
        "lines": lines,
        "new_item": RubricLine("", credits=Fraction(1)),
        "new_group": RubricLine(""),
        "looked": looked or now.stamp,
        "wrong": None if wrong is None else (said(str(wrong)), remedy(wrong.remedy)),
        "versions": tuple(reversed(now.versions)),
        "last": done if done is not None and done.undoes is None else None,
        "recorded": _recorded(request.session.pop(_LAST, None), done),
    }
    return render(request, "rubric/rubric.html", page, status=200 if wrong is None else 400)


def _recorded(last: list[int] | None, done: StoredRubric | None) -> str:
    """What was recorded a moment ago, if that is still the newest change."""
    if last is None or done is None or last[0] != done.id:
        return ""
    _number, moved, again = last
    told = [_("The rubric is changed.")]
    if moved:
        text = ngettext("%(n)d answer has other credits.", "%(n)d answers have other credits.", moved)
        told.append(text % {"n": moved})
    if again:
        text = ngettext("%(n)d answer is open again.", "%(n)d answers are open again.", again)
        told.append(text % {"n": again})
    return " ".join(told)


def _wrong(request: HttpRequest, here: Here, now: RubricNow, error: UsageError) -> HttpResponse:
    """The lines once more, as they were typed, with what is wrong with them."""
    try:
        lines = forms.lines_of(request.POST)
    except UsageError:
        raise error from None
    looked = request.POST.get("looked", now.stamp)
    return _page(request, here, now, lines, looked=looked, wrong=error)


def _rows(now: RubricNow) -> tuple[Row, ...]:
    words = contents_of(now.question.rubric)
    return tuple(
        Row(line, "" if (content := words[line.id]) is None else content.html, changes.gives(line))
        for line in now.lines
    )


def _told(change: RubricChange, lines: str, why: str) -> dict[str, Any]:
    words = contents_of(change.after)
    moves = [
        Moves(
            each,
            change.people[each.judgement.booklet].name if each.judgement.booklet in change.people else "",
            ", ".join(f"{item.text}" for item in each.judgement.judged.items if item.id in each.touched),
            tuple(str(changes.LOOKS[look]) for look in each.looks),
            "" if each.new is None or each.new == each.old else "up" if each.new > each.old else "down",
        )
        for each in sorted(
            change.effects,
            key=lambda each: (
                not each.looks,
                -abs((each.new or each.old) - each.old),
                each.judgement.booklet,
            ),
        )
    ]
    return {
        "change": change,
        "now": change.now,
        "changes": tuple(map(changes.said, change.changes)),
        "rows": tuple(
            Row(line, "" if (content := words[line.id]) is None else content.html, changes.gives(line))
            for line in change.lines
        ),
        "lines": lines,
        "moves": moves,
        "up": sum(each.way == "up" for each in moves),
        "down": sum(each.way == "down" for each in moves),
        "looks": sum(bool(each.looks) for each in moves),
        "counted": sum(
            each.effect.moves or bool(each.effect.touched) for each in moves if each.effect.judged
        ),
        "why": why,
    }


def _both(
    request: HttpRequest,
    here: Here,
    now: RubricNow,
    mine: tuple[RubricLine, ...],
    error: RubricMeanwhileError,
) -> HttpResponse:
    """What somebody else has changed meanwhile beside what is changed here."""
    both, clashes = error.both
    words = {line.id: line.text for line in (*both, *now.lines)}
    page = {
        "now": now,
        "who": error.who,
        "theirs": tuple(map(changes.said, error.theirs)),
        "mine": tuple(map(changes.said, error.mine)),
        "their_rows": _rows(now),
        "my_rows": tuple(
            Row(line, content_of(line.text, now.question.place).html, changes.gives(line)) for line in mine
        ),
        "both_lines": forms.json_of(both),
        "my_lines": forms.json_of(mine),
        "clashes": [words.get(name, name) for name in clashes],
        "why": request.POST.get("why", ""),
        "address": _address(here, now),
    }
    return render(request, "rubric/both.html", page, status=409)
