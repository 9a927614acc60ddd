"""An Exam as the template takes it: its texts as numbered pieces of Typst markup, all else as plain data."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from string import ascii_uppercase
from typing import Any

from klausur.base import quotes, regions
from klausur.base.credits import Credits, show_credits
from klausur.base.geometry import PAPERS
from klausur.exam import formula
from klausur.exam.about_lines import speaks_of_lines
from klausur.exam.content import Content
from klausur.exam.model import (
    ROW_SCHEMES,
    Choice,
    CreditForm,
    Exam,
    Problem,
    Question,
    QuestionKind,
    Ruling,
    Scheme,
    SchemeKind,
    Space,
)
from klausur.exam.number import DigitBoxes, ExpectedNumber, NumberBlank
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.typeset import compilers, engine, own_paper, wording
from klausur.typeset.page_frame import measures

STYLE = ("words", "fonts", "sheet")
PAPER = (
    *STYLE,
    "veil",
    "boxes",
    "digits",
    "blanks",
    "ruling",
    "solution",
    "question",
    "dense",
    "answer-sheet",
    "cover",
    "filling",
)
UNSET = r'text(fill: red, weight: "bold")[\[?\]]'
"""Stands for a piece that Typst refused, so that the rest of the exam can still be checked."""


USUAL_PRINT, LARGE_PRINT = 10.5, 16.0
"""The size of the text, in points."""

"""The kinds of question that are answered within their text."""

NUMBER_HEIGHT = 14.0
"""In mm: boxes for a number, and a line below that says how to fill them in."""

_LINE = 40
"""Characters of a formula that stand on one line with a question's title."""

_ACROSS = 20
"""Credit boxes that have room side by side, on the narrowest paper."""

_SPANS = (10, 5, 2, 1)
"""How many credits a row of them spans, if it is one of several."""


@dataclass(slots=True)
class Pieces:
    """The Contents of an exam in their order, by names that stay when others come or go elsewhere.

    ``owner`` is the question or problem whose Contents are added now.
    """

    contents: dict[str, Content] = field(default_factory=dict)
    owner: str = ""
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, content: Content | None) -> dict[str, str] | None:
        """What stands for a Content in the template's data: its name; None stays None."""
        if content is None:
            return None
        name = f"{self.owner}/{self._counts[self.owner]}"
        self._counts[self.owner] += 1
        self.contents[name] = content
        return {"called": name}

    def source(
        self, bad: Mapping[str, object], asked: Mapping[str, Any], *, booklets: bool, pages: str = "exam"
    ) -> str:
        """The whole paper's Typst source, with the bad pieces replaced, and what `asked` says of the exam.

        ``pages`` is the template of the order of its pages.

        It has a part for each owner's pieces, so that a kept compiler lays out anew only what a change is
        about; and what is asked stands in it: all of ``sys.inputs`` is compared with whatever uses any of it.
        """
        owned: dict[str, list[str]] = {}
        for name, content in self.contents.items():
            item = UNSET if name in bad else f"[\n{content.typst}\n]"
            owned.setdefault(name.rpartition("/")[0], []).append(f"{_quoted(name)}: {item},\n")
        named = {f"pieces-{sha256(owner.encode()).hexdigest()[:16]}": items for owner, items in owned.items()}
        return compilers.in_parts(
            {
                "paper": engine.template(*PAPER),
                **{name: f"#let {name} = (\n{''.join(items)})" for name, items in named.items()},
            },
            f"#let booklets = {str(booklets).lower()}\n"
            f"#let pieces = {' + '.join(('(:)', *named))}\n"
            f"#let asked = json(bytes({_quoted(json.dumps(asked, ensure_ascii=False))}))\n"
            f"{engine.template(pages)}",
        )


def _quoted(text: str) -> str:
    """A text without control characters as a string of Typst."""
    return json.dumps(text, ensure_ascii=False)


def alone(content: Content) -> str:
    """A source that typesets one Content and nothing else."""
    return f"#let it = [\n{content.typst}\n]\n{engine.template(*STYLE)}\n#show: style\n#it"


def asked(exam: Exam, pieces: Pieces) -> dict[str, Any]:
    """What is asked, as plain data with the names of its pieces: instructions and problems."""
    written = exam.credit_form is CreditForm.NUMBER
    parts = _Parts(exam.locale, pieces, exam.scheme, tuple(_others_beside(exam)), written)
    return {
        "instructions": [pieces.add(content) for content in exam.instructions],
        "problems": [parts.problem(problem) for problem in exam.problems],
    }


def data(exam: Exam, form: str, *, pages: int = 0, stickers: bool = True) -> dict[str, Any]:
    """Everything about the exam as a whole.

    ``pages`` is how many pages it has at least; ``stickers`` whether its cover tells what they are for.
    """
    parts = _Parts(exam.locale, Pieces(), exam.scheme)
    return {
        **head(exam),
        **_told_apart(exam),
        "form": form,
        "paper-name": wording.paper(form, exam.language),
        "pages": pages,
        "stickers": stickers,
        "credits": parts.worth_of(exam),
        "sum": parts.sum_of(exam),
        "extra-pages": exam.extra_pages,
        "digits": exam.registration_digits,
        "count": len(exam.problems),
        "variant": wording.variant(exam.drawn, exam.language) if exam.variants.many else "",
        "in-margin": any(q.credit_values for q in exam.questions),
        "written-credits": exam.credit_form is CreditForm.NUMBER,
        "choices": any(q.kind is QuestionKind.CHOICE for q in exam.questions),
        "schemes": parts.schemes(exam),
        "other-schemes": parts.other_schemes(exam),
        "marking": str(exam.marking),
        "single": any(q.kind is QuestionKind.SINGLE for q in exam.questions),
        "tables": any(q.kind is QuestionKind.TABLE for q in exam.questions),
        **({} if exam.own_paper is None else {"own": own_paper.data(exam, exam.own_paper)}),
    }


def _space(space: Space) -> dict[str, Any]:
    return {
        "height": space.height,
        "ruling": str(space.ruling),
        "rest": space.rest,
        "pages": space.pages,
    }


def _has_listing(question: Question) -> bool:
    return "#raw(block: true" in question.content.typst


def _boxes(boxes: DigitBoxes) -> dict[str, Any]:
    return {"digits": boxes.digits, "decimals": boxes.decimals, "sign": boxes.sign, "unit": boxes.unit}


def _printed(expected: Sequence[ExpectedNumber], boxes: DigitBoxes) -> dict[str, Any] | None:
    """The digits of the sample solution in their boxes, if they can hold the number that is right."""
    best = max(expected, key=lambda one: one.credits, default=None)
    if best is None or not boxes.holds(best.value):
        return None
    scaled = str(abs(best.value) * 10**boxes.decimals).rjust(boxes.decimals + 1, "0")
    return {
        "minus": best.value < 0,
        "before": scaled[: len(scaled) - boxes.decimals].rjust(boxes.digits),
        "after": scaled[len(scaled) - boxes.decimals :],
    }


def _told_apart(exam: Exam) -> dict[str, str]:
    """What stands over the pages of an exam with variants."""
    if not exam.variants.many:
        return {}
    plain, variant = head(exam), wording.variant(exam.drawn, exam.language)
    return {name: " · ".join(p for p in (plain[name], variant) if p) for name in ("kicker", "subtitle")}


def head(exam: Exam) -> dict[str, Any]:
    """What every sheet of an exam needs: its measures, its language, and what exam it is and when."""
    size = PAPERS[exam.paper]
    title, module, kind, examiner = (
        quotes.typographic(words, exam.language)
        for words in (exam.title, exam.module, exam.kind, exam.examiner)
    )
    short_day = wording.short_day(exam.date, exam.locale)
    return {
        **measures(),
        "language": exam.language,
        "region": exam.region or None,
        "mirrored": wording.from_right_to_left(exam.language),
        "type": LARGE_PRINT if exam.setting.large else USUAL_PRINT,
        "say": wording.say(exam.language, *_others_beside(exam)),
        "plurals": wording.plurals(exam.language),
        "decimal": wording.decimal(exam.locale),
        "on-sheet": exam.on_sheet,
        "w": size.w,
        "h": size.h,
        "title": title,
        "kicker": " · ".join(part for part in (module, kind) if part),
        "subtitle": " · ".join(part for part in (module, kind, short_day) if part),
        "examiner": examiner,
        "date": {"year": exam.date.year, "month": exam.date.month, "day": exam.date.day},
        "day": wording.day(exam.date, exam.locale),
        "time": _time(exam, exam.minutes),
        "minutes": exam.minutes,
        "release": _release(exam),
        "ruling": str(_ruling(exam)),
    }


def _ruling(exam: Exam) -> Ruling:
    """What most of the exam's space for answers is ruled with, and so all extra space; if none, a grid."""
    heights: Counter[Ruling] = Counter()
    for question in exam.questions:
        if question.space is not None and question.boxes is None:
            pages = question.space.pages + question.space.rest
            heights[question.space.ruling] += round(question.space.height) + 200 * pages
    return max(heights, key=heights.__getitem__, default=Ruling.GRID)


def _time(exam: Exam, minutes: int) -> str:
    """From when to when candidates work who have so many minutes."""
    start = datetime.combine(exam.date, exam.start)
    return wording.span(start, start + timedelta(minutes=minutes), exam.locale)


def own_time(exam: Exam, extra_minutes: int) -> str:
    """What the cover says to who has more time than others; nothing if they have not."""
    if not extra_minutes:
        return ""
    minutes = exam.minutes + extra_minutes
    return wording.own_time(_time(exam, minutes), minutes, exam.locale)


def _release(exam: Exam) -> dict[str, str] | None:
    """When the blackened paper is handed out."""
    at = exam.release
    if at is None:
        return None
    return {"day": wording.day(at.date(), exam.locale), "time": wording.clock(at, exam.locale)}


def _others_beside(exam: Exam) -> list[str]:
    """The further languages on a paper that has several."""
    if not exam.setting.language:
        return []
    return [one for one in exam.languages[exam.setting.language].split("+") if one != exam.language]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of an exam as plain data, with credits written as its language does in its region."""

    locale: str
    pieces: Pieces
    exams: Scheme
    also: tuple[str, ...] = ()
    """Further languages on the paper, in which credits are told too."""
    written: bool = False
    """Whether correctors write credits as a number, instead of crossing a box."""

    def worth(self, credits_: Credits) -> str:
        told = (wording.credits_in_words(credits_, language) for language in (self.locale, *self.also))
        return " / ".join(dict.fromkeys(told))

    def worth_of(self, whole: Exam | Problem) -> str:
        """The credits of all its questions, and whether a bonus comes on top."""
        if whole.bonus and not whole.credits:
            return wording.bonus(self.worth(whole.bonus), self.locale)
        told = self.worth(whole.credits)
        return wording.bonus(told, self.locale, too=True) if whole.bonus else told

    def sum_of(self, whole: Exam | Problem) -> str:
        """Its credits in digits, with what a bonus may add."""
        return self.shown(whole.credits) + (f" + {self.shown(whole.bonus)}" if whole.bonus else "")

    def choice(self, question: Question, choice: Choice, at: int) -> dict[str, Any]:
        """A choice; on an answer sheet it has the letter of its place, whatever order a variant has."""
        return {
            "id": choice.id,
            "letter": ascii_uppercase[at],
            "piece": self.pieces.add(choice.content),
            "right": choice.right,
            "as-well": choice.id in question.right_as_well,
            "weight": None if choice.weight is None else self.signed(choice.weight),
        }

    def table(self, question: Question) -> dict[str, Any] | None:
        """The heads and rows of a table of boxes."""
        if not question.heads:
            return None
        return {
            "heads": [self.pieces.add(head) for head in question.heads],
            "rows": [
                {
                    "letter": row[0].id[0],
                    "piece": self.pieces.add(row[0].content),
                    "boxes": [
                        {"id": c.id, "right": c.right, "as-well": c.id in question.right_as_well} for c in row
                    ],
                }
                for row in question.rows
            ],
        }

    def shown(self, credits_: Credits) -> str:
        return wording.number(credits_, self.locale)

    def number(self, question: Question) -> dict[str, Any]:
        """What there is to know of a question for a number; of others, that it is none."""
        boxes = question.boxes
        if boxes is None:
            return {"boxes": None}
        return {
            "space": _space(Space(NUMBER_HEIGHT)),
            "boxes": _boxes(boxes),
            "printed": _printed(question.expected, boxes),
            "expected": self.all_expected(question.expected),
        }

    def blank(self, blank: NumberBlank) -> dict[str, Any]:
        """A number in a blank of a text."""
        return {
            "boxes": _boxes(blank.boxes),
            "printed": _printed(blank.expected, blank.boxes),
            "expected": self.all_expected(blank.expected),
            "within": any(one.within for one in blank.expected),
        }

    def worths(self, question: Question) -> dict[str, str] | None:
        """What each of several blanks gives: all the same, or one after the other."""
        if len(question.blanks) < 2:
            return None
        worths = [self.shown(blank.credits) for blank in question.blanks]
        if len(set(worths)) == 1:
            return {"each": self.worth(question.blanks[0].credits)}
        return {"in-order": ", ".join(worths) if "," not in "".join(worths) else "; ".join(worths)}

    def all_expected(self, expected: Sequence[ExpectedNumber]) -> list[dict[str, Any]]:
        """The numbers that are right, and what each gives if there are several."""
        return [
            {
                "shown": self.expected(one),
                "credits": self.worth(one.credits) if len(expected) > 1 else None,
            }
            for one in expected
        ]

    def expected(self, one: ExpectedNumber) -> str:
        within = f" ± {self.shown(one.within)}" if one.within else ""
        return f"{self.shown(one.value)}{within}"

    def schemes(self, exam: Exam) -> list[dict[str, str]]:
        """The exam's scheme, if any of its questions is scored by it."""
        if not any(q.kind is QuestionKind.CHOICE and self.own(q) is None for q in exam.questions):
            return []
        return [self.scheme(exam.scheme)]

    def other_schemes(self, exam: Exam) -> list[dict[str, Any]]:
        """What questions say beside their titles, and what is meant by it, each once; nothing of tables.

        A formula, for which there may be no room, is told with the numbers of its questions.
        """
        found: dict[Scheme, list[Question]] = {}
        for question in exam.questions:
            of_rows = (
                question.kind is QuestionKind.TABLE or question.counted_by(self.exams).kind in ROW_SCHEMES
            )
            if question.scheme and self.own(question) and not of_rows:
                found.setdefault(question.scheme, []).append(question)
        return [
            {
                "label": None if scheme.formula else self.own(asked[0]),
                "rule": self.scheme(scheme),
                "questions": ", ".join(question.number for question in asked),
            }
            for scheme, asked in found.items()
        ]

    def scheme(self, scheme: Scheme) -> dict[str, str]:
        """What its words are about: the formula, or the least that a question gives."""
        value = formula.shown(scheme.formula) if scheme.formula else self.shown(scheme.floor)
        return {"kind": str(scheme.kind), "value": value}

    def own(self, question: Question) -> dict[str, str] | None:
        """The scheme that stands beside a question's title, where the cover does not say all by itself.

        That is one of its own, unless it is what holds without it; and that of each table, as rows need one.
        """
        counted = question.counted_by(self.exams)
        usual = replace(question, scheme=None).counted_by(self.exams)
        if question.kind is not QuestionKind.TABLE and counted == usual:
            return None
        told = self.scheme(counted)
        if counted.kind is SchemeKind.WEIGHTS and counted.floor:
            return {**told, "kind": "weights-from"}
        return {**told, "kind": "formula-on-cover"} if len(counted.formula) > _LINE else told

    def problem(self, problem: Problem) -> dict[str, Any]:
        self.pieces.owner = problem.id
        return {
            "number": str(problem.number),
            "title": problem.title,
            "credits": self.worth_of(problem),
            "sum": self.sum_of(problem),
            "piece": self.pieces.add(problem.content),
            "new-page": problem.on_new_page,
            "columns": problem.columns,
            "lines": any(self.speaks_of_lines(q) and not _has_listing(q) for q in problem.questions),
            "best": None if problem.best is None else {"n": problem.best, "of": len(problem.questions)},
            "questions": [self.question(question) for question in problem.questions],
        }

    def question(self, question: Question) -> dict[str, Any]:
        add = self.pieces.add
        boxed = () if self.written else question.credit_values
        self.pieces.owner = question.id
        return {
            "id": question.id,
            "number": question.number,
            "kind": str(question.kind),
            "title": question.title,
            "credits": wording.bonus(self.worth(question.credits), self.locale)
            if question.bonus
            else self.worth(question.credits),
            "before": add(question.before),
            "piece": add(question.content),
            "values": [
                {"id": show_credits(v).replace("/", ":"), "worth": show_credits(v), **self.label(v)}
                for v in boxed
            ],
            "credit-table": self.credit_table(boxed),
            "credit-number": self.credit_number(question),
            "lines": self.speaks_of_lines(question),
            "single": question.kind is QuestionKind.SINGLE,
            "scheme": self.own(question),
            "columns": question.columns,
            "table": self.table(question),
            "new-page": question.on_new_page,
            "letters": [c.id for c in question.choices] != sorted(c.id for c in question.choices),
            "choices": []
            if question.heads
            else [self.choice(question, c, at) for at, c in enumerate(question.choices)],
            "space": None if question.space is None else _space(question.space),
            **self.number(question),
            "in-blanks": question.kind.in_blanks,
            "blanks": [self.blank(blank) for blank in question.blanks],
            "worths": self.worths(question),
            "solution": add(question.solution),
            "rubric": None if question.rubric is None else self.rubric(question.rubric),
        }

    def speaks_of_lines(self, question: Question) -> bool:
        """Whether it does so of its own listings, or of those in the text of its problem."""
        return speaks_of_lines(question.content.text, regions.language_of(self.locale))

    def label(self, credits_: Credits) -> dict[str, Any]:
        """What stands beside a credit box: whole credits weigh more than fractions."""
        return {"shown": self.shown(credits_), "whole": credits_.denominator == 1}

    def credit_number(self, question: Question) -> dict[str, str] | None:
        """The box for credits as a number: the most, and of what it is a multiple."""
        if not self.written or not question.credit_values:
            return None
        return {"most": show_credits(question.credits), "step": show_credits(question.step)}

    def credit_table(self, values: Sequence[Credits]) -> dict[str, Any] | None:
        """Credit boxes in rows: how many a row has, and the heads of columns and rows whose sums they give.

        All in one row if it has room for them, without a head of its own; else a row spans ten credits, or
        fewer if these are too many boxes.
        """
        if not values:
            return None
        across, step = len(values), values[-1] / max(1, len(values) - 1)
        if across > _ACROSS:
            across = next(int(span / step) for span in _SPANS if span / step <= _ACROSS)
        rows = values[::across] if across < len(values) else ()
        return {
            "across": across,
            "heads": [self.label(v) for v in values[:across]],
            "rows": [self.label(v) for v in rows],
        }

    def rubric(self, rubric: Rubric) -> dict[str, Any]:
        root = rubric.root
        plain = root.cap is None and not root.either and root.content is None
        return {
            "members": [self.member(m) for m in (root.members if plain else (root,))],
            "notes": [self.pieces.add(note) for note in rubric.notes],
        }

    def member(self, member: RubricItem | RubricGroup) -> dict[str, Any]:
        if isinstance(member, RubricGroup):
            return {
                "piece": self.pieces.add(member.content),
                "cap": None if member.cap is None else self.shown(member.cap),
                "either": member.either,
                "members": [self.member(m) for m in member.members],
            }
        worth = self.signed(member.credits)
        full = None if member.full is None else self.shown(member.full)
        return {"piece": self.pieces.add(member.content), "credits": worth, "each": member.each, "full": full}

    def signed(self, credits_: Credits) -> str:
        """Credits that are added, or taken off."""
        return f"+{self.shown(credits_)}" if credits_ > 0 else self.shown(credits_)
