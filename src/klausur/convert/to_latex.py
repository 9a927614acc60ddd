r"""LaTeX out of an exam: as the exam class has it, or as Auto Multiple Choice has it."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from klausur.base.credits import show_credits
from klausur.convert import leaving, written
from klausur.convert.leaving import Exported, Leaving
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind, Scheme, SchemeKind

_HEAD = r"""\documentclass[addpoints,{paper}]{{exam}}
\usepackage[utf8]{{inputenc}}
\usepackage{{amsmath,amssymb,graphicx,booktabs,longtable,array,calc,svg,hyperref,fancyvrb}}
\providecommand{{\tightlist}}{{\setlength{{\itemsep}}{{0pt}}\setlength{{\parskip}}{{0pt}}}}
{macros}
\title{{{title}}}
\begin{{document}}
\begin{{questions}}
"""
_AMC_HEAD = r"""\documentclass[{paper}]{{article}}
\usepackage[utf8]{{inputenc}}
\usepackage{{amsmath,amssymb,graphicx,booktabs,longtable,array,calc,svg,hyperref}}
\usepackage[box,completemulti]{{automultiplechoice}}
\providecommand{{\tightlist}}{{\setlength{{\itemsep}}{{0pt}}\setlength{{\parskip}}{{0pt}}}}
{macros}
\begin{{document}}
"""


def export_exam(exam: Exam) -> Exported:
    r"""The exam as a file of the exam class; a problem is a ``\question``, its questions are parts."""
    made = Leaving(exam, "LaTeX")
    texts = _Texts(exam)
    lines = [_HEAD.format(paper=f"{exam.paper}paper", macros=_macros(exam), title=texts.plain(exam.title))]
    number = 0
    for problem in exam.problems:
        lines.append(rf"\titledquestion{{{texts.plain(problem.title)}}}")
        if problem.content is not None:
            lines.append(texts.of(problem.content))
        lines.append(r"\begin{parts}")
        for question in problem.questions:
            lines += _part(question, texts, made)
            number += 1
        lines.append(r"\end{parts}")
    lines += [r"\end{questions}", r"\end{document}", ""]
    return Exported(texts.files({"exam.tex": "\n".join(lines).encode()}), number, tuple(made.said))


def export_amc(exam: Exam) -> Exported:
    """The multiple-choice questions as a file of Auto Multiple Choice; others are open questions there."""
    made = Leaving(exam, "AMC")
    texts = _Texts(exam)
    lines = [_AMC_HEAD.format(paper=f"{exam.paper}paper", macros=_macros(exam))]
    number = 0
    groups: list[str] = []
    for problem in exam.problems:
        group = problem.id
        groups.append(group)
        for question in problem.questions:
            told = _amc(question, texts, made)
            if told is not None:
                lines += [rf"\element{{{group}}}{{", *told, "}", ""]
                number += 1
        if problem.content is not None:
            made.said.append(
                (problem.title, "the text ahead of its questions: it stands with none of them there")
            )
    lines += [r"\onecopy{1}{", *(rf"\insertgroup{{{group}}}" for group in groups), "}", r"\end{document}", ""]
    return Exported(texts.files({"exam.tex": "\n".join(lines).encode()}), number, tuple(made.said))


def _macros(exam: Exam) -> str:
    lines = []
    for name, body in exam.macros:
        most = max((int(n) for n in re.findall(r"#(\d)", body)), default=0)
        lines.append(rf"\newcommand{{{name}}}{f'[{most}]' if most else ''}{{{body}}}")
    return "\n".join(lines)


class _Texts:
    """The texts of an exam in LaTeX, all written by one run of pandoc, and the figures that they name."""

    def __init__(self, exam: Exam) -> None:
        self.folder = exam.folder
        contents = list(dict.fromkeys(_contents(exam)))
        htmls = [leaving.with_tex(content, blanks="qzblankzq") for content in contents]
        self.figures = tuple(dict.fromkeys(path for text in htmls for path in leaving.figures_of(text)))
        questions = list(exam.questions)
        found = written.latex([*htmls, *map(leaving.rubric_html, questions)])
        self.written = dict(zip(contents, found, strict=False))
        self.rubrics = {q.id: text for q, text in zip(questions, found[len(contents) :], strict=True)}

    def of(self, content: Content) -> str:
        """A text."""
        keys = iter(leaving.blanks_of(content))
        return re.sub(
            "qzblankzq", lambda _: rf"\fillin[{self.plain(next(keys, ''))}]", self.written[content]
        ).strip()

    def rubric(self, question: Question) -> str:
        """A rubric as a list, its credits in brackets that no command takes for its own."""
        return self.rubrics[question.id].strip().replace(r"\item\n  [", r"\item\n  {}[")

    @staticmethod
    def plain(words: str) -> str:
        """Plain words."""
        signs = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
        return "".join(signs.get(c, f"\\{c}" if c in "%&#_{}$" else c) for c in words)

    def files(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """These files, and the figures."""
        return files | {path: leaving.picture(self.folder, path) for path in self.figures}


def _contents(exam: Exam) -> Iterator[Content]:
    for problem in exam.problems:
        if problem.content is not None:
            yield problem.content
        for question in problem.questions:
            yield from (c for c in (question.content, question.before, question.solution) if c is not None)
            yield from (choice.content for choice in question.choices)
            yield from question.heads


def _part(question: Question, texts: _Texts, made: Leaving) -> list[str]:
    """A question as a part."""
    lines = []
    if question.before is not None:
        lines += [r"\uplevel{", texts.of(question.before), "}"]
    half = show_credits(question.credits)
    command = r"\bonuspart" if question.bonus else r"\part"
    title = rf"\textbf{{{texts.plain(question.title)}}} " if question.title else ""
    lines.append(f"{command}[{half}] {title}{texts.of(question.content)}")
    if question.credits.denominator not in {1, 2}:
        made.say(question, f"{half} credits: the exam class adds up halves at most")
    if question.kind is QuestionKind.TABLE:
        lines += _table(question, texts)
    elif question.kind.chosen:
        lines += _choices(question, texts, made)
    if question.kind is QuestionKind.NUMBER_BLANKS:
        made.say(question, "numbers in blanks: their tolerances")
    if question.kind is QuestionKind.NUMBER:
        told = " or ".join(_number(one.value, one.within) for one in question.expected)
        lines.append(rf"\answerline[{told}]")
    solution = "" if question.solution is None else texts.of(question.solution)
    rubric = texts.rubric(question)
    space = "" if question.space is None else f"[{question.space.height:g}mm]"
    if question.kind in {QuestionKind.TEXT, QuestionKind.SHORT}:
        lines += [rf"\begin{{solutionorbox}}{space}", solution, rubric, r"\end{solutionorbox}"]
    elif solution:
        lines += [r"\begin{solution}", solution, r"\end{solution}"]
    return lines


def _number(value: Fraction, within: Fraction) -> str:
    return show_credits(value) + (rf" $\pm$ {show_credits(within)}" if within else "")


def _choices(question: Question, texts: _Texts, made: Leaving) -> list[str]:
    _say_scheme(question, made)
    name = "choices" if question.kind is QuestionKind.SINGLE else "checkboxes"
    lines = [rf"\begin{{{name}}}"]
    for choice in question.choices:
        command = r"\CorrectChoice" if choice.right else r"\choice"
        lines.append(f"{command} {texts.of(choice.content)}")
    return [*lines, rf"\end{{{name}}}"]


def _say_scheme(question: Question, made: Leaving) -> None:
    scheme: Scheme = question.counted_by(made.exam.scheme)
    if question.kind is not QuestionKind.SINGLE or scheme.kind is SchemeKind.WEIGHTS:
        made.say(question, f"the scheme {scheme.kind}, which LaTeX has no word for")


def _table(question: Question, texts: _Texts) -> list[str]:
    """A table of boxes as a table, its right boxes in the solution."""
    heads = " & ".join(["", *(texts.of(head) for head in question.heads)])
    lines = [rf"\begin{{tabular}}{{l{'c' * len(question.heads)}}}", rf"{heads} \\"]
    key = []
    for row in question.rows:
        boxes = " & ".join([r"$\square$"] * len(row))
        lines.append(rf"{texts.of(row[0].content)} & {boxes} \\")
        right = ", ".join(texts.of(h) for h, box in zip(question.heads, row, strict=True) if box.right)
        key.append(f"{texts.of(row[0].content)}: {right}")
    return [*lines, r"\end{tabular}", r"\begin{solution}", " \\\\\n".join(key), r"\end{solution}"]


def _amc(question: Question, texts: _Texts, made: Leaving) -> list[str] | None:
    """A question of Auto Multiple Choice; None if it has no form there, which is named."""
    lines = [] if question.before is None else [texts.of(question.before), ""]
    lines.append(texts.of(question.content))
    solution = [] if question.solution is None else [rf"\explain{{{texts.of(question.solution)}}}"]
    if question.kind in {QuestionKind.CHOICE, QuestionKind.SINGLE}:
        single = question.kind is QuestionKind.SINGLE
        scoring = _scoring(question, made)
        choices = [
            rf"  \{'correctchoice' if c.right else 'wrongchoice'}{{{texts.of(c.content)}}}"
            for c in question.choices
        ]
        how = "" if question.shuffle else "[o]"
        name = "question" if single else "questionmult"
        body = [rf"\begin{{choices}}{how}", *_fixed(question, choices), r"\end{choices}"]
        return [rf"\begin{{{name}}}{{{question.id}}}{scoring}", *lines, *body, *solution, rf"\end{{{name}}}"]
    if question.kind is QuestionKind.NUMBER and question.boxes is not None and len(question.expected) == 1:
        one, boxes = question.expected[0], question.boxes
        exact = one.within * 10**boxes.decimals
        options = (
            f"digits={boxes.digits + boxes.decimals},decimals={boxes.decimals},"
            f"sign={'true' if boxes.sign else 'false'},"
            f"exact={show_credits(exact)},scoreexact={show_credits(question.credits)}"
        )
        number = rf"\AMCnumericChoices{{{show_credits(one.value)}}}{{{options}}}"
        return [
            rf"\begin{{questionmultx}}{{{question.id}}}",
            *lines,
            number,
            *solution,
            r"\end{questionmultx}",
        ]
    if question.kind in {QuestionKind.TEXT, QuestionKind.SHORT}:
        rows = (
            2
            if question.kind is QuestionKind.SHORT or question.space is None
            else max(1, round(question.space.height / 8))
        )
        worth = show_credits(question.credits)
        boxes_ = rf"\wrongchoice[0]{{0}}\scoring{{0}}\correctchoice[{worth}]{{{worth}}}\scoring{{{worth}}}"
        made.say(question, "its rubric and its steps: boxes for nothing and for all credits there")
        opened = rf"\AMCOpen{{lines={rows}}}{{{boxes_}}}"
        return [rf"\begin{{question}}{{{question.id}}}", *lines, opened, *solution, r"\end{question}"]
    made.say(question, f"kind={question.kind}, which Auto Multiple Choice has no form for; left out")
    return None


def _fixed(question: Question, choices: Sequence[str]) -> list[str]:
    """The choices, those that keep their place last."""
    moving = [line for line, choice in zip(choices, question.choices, strict=True) if not choice.fixed]
    staying = [line for line, choice in zip(choices, question.choices, strict=True) if choice.fixed]
    return [*moving, *([r"  \lastchoices", *staying] if staying else [])]


def _scoring(question: Question, made: Leaving) -> str:
    scheme = question.counted_by(made.exam.scheme)
    worth = show_credits(question.credits)
    if scheme.kind is SchemeKind.ALL_OR_NOTHING:
        return (
            rf"\scoring{{b={worth},m=0}}"
            if question.kind is QuestionKind.SINGLE
            else rf"\scoring{{mz={worth}}}"
        )
    each = question.credits / len(question.choices)
    if (
        scheme.kind is SchemeKind.PER_CHOICE
        and question.kind is not QuestionKind.SINGLE
        and show_credits(each).find("/") < 0
    ):
        return rf"\scoring{{b={show_credits(each)},m=0}}"
    wrong = {c.weight for c in question.choices if not c.right}
    if scheme.kind is SchemeKind.WEIGHTS and question.kind is QuestionKind.SINGLE and len(wrong) == 1:
        return rf"\scoring{{b={worth},m={show_credits(wrong.pop() or Fraction(0))}}}"
    made.say(question, f"the scheme {scheme.kind}: it counts all or nothing there")
    return rf"\scoring{{mz={worth}}}"
