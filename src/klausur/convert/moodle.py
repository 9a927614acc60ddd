"""Moodle's XML: banks of questions with their pictures, as its question bank exports them."""

import base64
import binascii
import html
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lxml import etree

from klausur.base.credits import show_credits
from klausur.convert import cloze
from klausur.convert.common import (
    best_of,
    exact,
    following,
    in_order,
    left_over,
    one_cross,
    rubric_of,
    short_solution,
    table_of_pairs,
)
from klausur.convert.gift import percent, share_of
from klausur.convert.model import (
    Counts,
    Fate,
    Found,
    Group,
    Kept,
    Markup,
    Number,
    Option,
    Question,
    Remark,
    RubricLine,
    Text,
)  # fmt: skip
from klausur.convert.source import Source, local, xml
from klausur.exam.model import QuestionKind

_REFUSED = {
    "ddimageortext": "drag and drop onto a picture",
    "ddmarker": "markers on a picture",
    "ddwtos": "words to be dragged into a text",
    "calculated": "numbers drawn for each attempt",
    "calculatedmulti": "numbers drawn for each attempt",
    "calculatedsimple": "numbers drawn for each attempt",
    "random": "a question drawn at random from others",
    "randomsamatch": "matching drawn at random from other questions",
    "coderunner": "a program that is run and tested",
    "stack": "an answer that is computed with",
    "formulas": "numbers drawn for each attempt",
    "drawing": "a drawing on the screen",
}
_FEEDBACK = (
    "generalfeedback",
    "correctfeedback",
    "partiallycorrectfeedback",
    "incorrectfeedback",
    "graderinfo",
)
_SHORT = 2
"""Lines of an answer that is short: Moodle has no fewer."""
_OWN_WORDS = frozenset({
    "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
    "Die Antwort ist richtig.", "Die Antwort ist teilweise richtig.", "Die Antwort ist falsch.",
})  # fmt: skip
_MARKUPS = {
    "html": Markup.HTML,
    "moodle_auto_format": Markup.HTML,
    "markdown": Markup.MARKDOWN,
    "plain_text": Markup.PLAIN,
}
_SLICE = re.compile(r"<question\b[^>]*\btype\s*=\s*[\"'](?P<type>\w+)[\"'][^>]*>.*?</question>", re.DOTALL)


def knows(source: Source) -> bool:
    """Whether this is Moodle's XML."""
    return re.search(rb"<quiz\b", source.data[:5000]) is not None and b"<question" in source.data


def read(source: Source) -> Found:
    """All questions; each category becomes a problem."""
    root = xml(source.data, source.name)
    slices = [m for m in _SLICE.finditer(_uncommented(source.text)) if m["type"] != "category"]
    groups: list[Group] = []
    kept: list[Kept] = []
    remarks: list[Remark] = []
    pictures: dict[str, bytes] = {}
    title, questions, before = "", list[Question](), list[Text]()
    at = 0
    for element in root:
        if local(element) != "question":
            continue
        kind = element.get("type", "")
        if kind == "category":
            name = (element.findtext("category/text") or "").strip().rstrip("/").rsplit("/", 1)[-1]
            if questions:
                groups.append(Group(title, tuple(questions)))
                questions = []
            title = name.removeprefix("Default for ")
            continue
        counted = _of_slice(slices[at]) if at < len(slices) else Counts()
        at += 1
        _pictures(element, pictures, remarks)
        line = element.sourceline or 0
        name = " ".join((element.findtext("name/text") or "").split())
        if kind == "description":
            before += _texts(element, "questiontext")
            remarks.append(
                Remark(Fate.CHANGED, line, f"description {name}", "text ahead of the next question")
            )
            continue
        made = _question(element, kind, name, remarks)
        if isinstance(made, str):
            kept.append(Kept(line, f"{kind} {name!r}", made, _source(element), counted))
            remarks.append(Remark(Fate.REFUSED, line, f"{kind} {name!r}", made))
            continue
        _hints(element, name, kept, remarks)
        tags = tuple(words.strip() for words in element.xpath("tags/tag/text/text()") if words.strip())
        ahead = replace(made[0], before=(*before, *made[0].before))
        questions += [replace(one, tags=tags) for one in following(ahead, made[1:])]
        before = []
    kept += left_over(before, "a description that no question follows", remarks)
    if questions:
        groups.append(Group(title, tuple(questions)))
    return Found(_count(slices), tuple(groups), tuple(kept), tuple(remarks), pictures=pictures)


def _uncommented(text: str) -> str:
    """The text without comments; what looks like one within a text of it is none."""
    return re.sub(r"(<!\[CDATA\[.*?\]\]>)|<!--.*?-->", lambda match: match[1] or "", text, flags=re.DOTALL)


def _count(slices: Sequence[re.Match[str]]) -> Counts:
    total = Counts()
    for one in slices:
        total += _of_slice(one)
    return total


def _of_slice(match: re.Match[str]) -> Counts:
    """The simple count of one question's text: tags and attributes, without reading it as XML."""
    kind, text = match["type"], match[0]
    figures = len(re.findall(r"(?:<|&lt;)(?:img|svg)\b", text))
    if kind == "description":
        return Counts(figures=figures)
    said = re.search(r"<defaultgrade>\s*([\d.]+)", text)
    grade = Fraction(said[1]) if said else Fraction(0)
    asked = html.unescape(text) if kind in {"cloze", "multianswer"} else text
    if kind in {"cloze", "multianswer"}:
        gaps = cloze.count(asked)
        weight = sum((Fraction(w or 1) for w, _, _ in gaps), Fraction(0))
        general = _said(re.findall(r"<generalfeedback\b[^>]*>\s*<text>(.*?)</text>", text, re.DOTALL))
        choices, right = sum(c for _, c, _ in gaps), sum(r for _, _, r in gaps)
        return Counts(len(gaps), choices, right, general, figures, grade if said else weight)
    shares = [Fraction(f) for f in re.findall(r"<answer\b[^>]*\bfraction\s*=\s*[\"'](-?[\d.]+)", text)]
    feedback = re.findall(
        rf"<(?:feedback|{'|'.join(_FEEDBACK)})\b[^>]*>\s*<text>(.*?)</text>", text, re.DOTALL
    )
    solution = _said(feedback)
    choices = right = 0
    if kind in {"multichoice", "truefalse"}:
        choices, right = len(shares), sum(share > 0 for share in shares)
    elif kind in {"matching", "match"}:
        choices = right = len(re.findall(r"<subquestion\b", text))
    elif kind == "ordering":
        choices = right = len(shares)
    elif kind == "shortanswer":
        solution = 1
    elif kind == "oumultiresponse":
        choices = len(re.findall(r"<answer\b", text))
        right = len(re.findall(r"<correctanswer>\s*1", text))
    elif kind == "gapselect":
        groups = [int(g) for g in re.findall(r"<selectoption>.*?<group>\s*(\d+)", text, re.DOTALL)]
        gaps_ = [int(n) for n in re.findall(r"\[\[(\d+)\]\]", text) if int(n) <= len(groups)]
        return Counts(
            len(gaps_), sum(groups.count(groups[n - 1]) for n in gaps_), len(gaps_), solution, figures, grade
        )
    return Counts(1, choices, right, solution, figures, grade)


def _said(texts: Sequence[str]) -> int:
    """Whether one of these texts says something of its own."""
    for text in texts:
        inside = re.sub(r"^\s*<!\[CDATA\[|\]\]>\s*$", "", text)
        inside = inside if "<![CDATA[" in text else html.unescape(inside)
        if _is_said(inside):
            return 1
    return 0


def _is_said(words: str) -> bool:
    bare = html.unescape(re.sub(r"<(?!img\b)[^>]*>", "", words)).replace("\xa0", " ").strip()
    return bool(bare) and bare not in _OWN_WORDS


def _question(  # noqa: C901, PLR0911 - a branch for each of Moodle's types
    element: etree._Element, kind: str, name: str, remarks: list[Remark]
) -> tuple[Question, ...] | str:
    """What a question becomes, or why it becomes none."""
    line = element.sourceline or 0
    if kind in _REFUSED:
        return f"{_REFUSED[kind]}: paper cannot do that"
    asked = tuple(_texts(element, "questiontext"))
    grade = exact(element.findtext("defaultgrade") or "")
    solution = _solution(element)
    shuffle = (element.findtext("shuffleanswers") or "true").strip().lower() not in {"false", "0"}
    base = Question(line, name, QuestionKind.TEXT, asked, grade, solution=solution, shuffle=shuffle)
    if kind == "multichoice":
        return (_choice(element, base),)
    if kind == "truefalse":
        answers = element.findall("answer")
        options = tuple(
            Option(Text((a.findtext("text") or "").strip().capitalize(), Markup.PLAIN, line), _share(a) > 0)
            for a in answers
        )
        return (replace(base, kind=QuestionKind.SINGLE, options=options, shuffle=False),)
    if kind == "shortanswer":
        answers = [((a.findtext("text") or "").strip(), _share(a)) for a in element.findall("answer")]
        told = short_solution([(words, share) for words, share in answers if share > 0], line)
        return (replace(base, kind=QuestionKind.SHORT, solution=(told, *solution), origin=_one(base, 1)),)
    if kind == "numerical":
        return (_numerical(element, base, remarks),)
    if kind == "essay":
        return (_essay(element, base, remarks),)
    if kind in {"matching", "match"}:
        pairs = [
            (_text(sub, line), Text((sub.findtext("answer/text") or "").strip(), Markup.HTML, line))
            for sub in element.findall("subquestion")
        ]
        remarks.append(Remark(Fate.CHANGED, line, f"matching {name!r}", "a table with a row for each pair"))
        return (table_of_pairs(line, name, asked, pairs, solution, remarks, credits=grade, shuffle=shuffle),)
    if kind == "ordering":
        items = [_text(answer, line) for answer in element.findall("answer")]
        return (in_order(line, name, asked, items, solution, remarks, credits=grade),)
    if kind in {"cloze", "multianswer"}:
        return cloze.questions(base, remarks) or "it has no gap that can be read"
    if kind == "gapselect":
        return _gapselect(element, base, remarks)
    if kind == "oumultiresponse":
        options = tuple(
            Option(_text(a, line), (a.findtext("correctanswer") or "").strip() == "1")
            for a in element.findall("answer")
        )
        return (replace(base, kind=QuestionKind.CHOICE, options=options),)
    return "a type of question that Klausur does not know"


def _one(base: Question, solutions: int) -> Counts:
    return Counts(1, 0, 0, solutions, 0, base.credits or Fraction(0))


def _choice(element: etree._Element, base: Question) -> Question:
    answers = element.findall("answer")
    single = (element.findtext("single") or "true").strip().lower() in {"true", "1"}
    shares = [_share(a) for a in answers]
    options = tuple(
        Option(_text(a, base.line), share > 0, share) for a, share in zip(answers, shares, strict=True)
    )
    if single and one_cross(shares, base.credits):
        return best_of(replace(base, kind=QuestionKind.SINGLE, options=options))
    return replace(base, kind=QuestionKind.CHOICE, options=options)


def _numerical(element: etree._Element, base: Question, remarks: list[Remark]) -> Question:
    numbers: list[Number] = []
    for answer in element.findall("answer"):
        value = exact(answer.findtext("text") or "")
        within = exact(answer.findtext("tolerance") or "0") or Fraction(0)
        if value is not None and _share(answer) > 0:
            numbers.append(Number(value, abs(within), _share(answer)))
        elif _share(answer) > 0:
            told = f"answer {(answer.findtext('text') or '').strip()!r} to a number"
            remarks.append(Remark(Fate.CHANGED, base.line, told, "left out: it is no number"))
    units = [(u.findtext("unit_name") or "").strip() for u in element.findall("units/unit")]
    if units:
        remarks.append(
            Remark(
                Fate.CHANGED,
                base.line,
                f"units {', '.join(units)}",
                'left out: write unit="…" if it is to be printed',
            )
        )
    if not numbers:
        return replace(base, kind=QuestionKind.SHORT)
    return replace(base, kind=QuestionKind.NUMBER, numbers=tuple(numbers))


def _essay(element: etree._Element, base: Question, remarks: list[Remark]) -> Question:
    lines = exact(element.findtext("responsefieldlines") or "")
    space = f"{min(250, max(10, int(lines) * 8))}mm" if lines else ""
    if (element.findtext("attachments") or "0").strip() not in {"0", ""}:
        remarks.append(Remark(Fate.CHANGED, base.line, "files to hand in", "left out: paper has none"))
    template = tuple(_texts(element, "responsetemplate"))
    rubric: tuple[RubricLine, ...] = ()
    solution = base.solution
    for text in _texts(element, "graderinfo"):
        rubric = rubric or rubric_of(text)
        solution = tuple(one for one in solution if not rubric or one != text)
    kind = QuestionKind.SHORT if lines and lines <= _SHORT else QuestionKind.TEXT
    counted = replace(base.counted, solutions=int(bool(base.solution)))
    return replace(
        base, kind=kind, texts=(*base.texts, *template), space="" if kind is QuestionKind.SHORT else space,
        rubric=rubric, solution=solution, origin=counted,
    )  # fmt: skip


def _gapselect(element: etree._Element, base: Question, remarks: list[Remark]) -> tuple[Question, ...] | str:
    """A text with gaps and a list for each: the text shared, each gap a question with one right choice."""
    offered = [
        ((o.findtext("text") or "").strip(), (o.findtext("group") or "1").strip())
        for o in element.findall("selectoption")
    ]
    gaps = [
        int(n) for t in base.texts for n in re.findall(r"\[\[(\d+)\]\]", t.words) if int(n) <= len(offered)
    ]
    if not gaps:
        return "it has no gap that can be read"
    numbers = iter(range(1, len(gaps) + 1))
    stem = tuple(
        replace(t, words=re.sub(r"\[\[(\d+)\]\]", lambda _: f" ({next(numbers, '…')}) ……… ", t.words))
        for t in base.texts
    )
    told = f"a text with {len(gaps)} gaps to choose for"
    remarks.append(Remark(Fate.CHANGED, base.line, told, "the text is shared, each gap is a question"))
    grade = None if base.credits is None else base.credits / len(gaps)
    made = []
    for number, gap in enumerate(gaps, start=1):
        group = offered[gap - 1][1]
        options = tuple(
            Option(Text(words, Markup.HTML, base.line), at == gap)
            for at, (words, of) in enumerate(offered, start=1)
            if of == group
        )
        last = number == len(gaps)
        made.append(
            Question(
                base.line, f"{base.title} ({number})", QuestionKind.SINGLE,
                (Text(f"What belongs into gap ({number})?", Markup.PLAIN, base.line),), grade, options,
                solution=base.solution if last else (), before=stem if number == 1 else (),
            )
        )  # fmt: skip
    return tuple(made)


def _solution(element: etree._Element) -> tuple[Text, ...]:
    """Feedback of all kinds and notes for graders, as far as they say something of their own."""
    texts = [text for name in _FEEDBACK for text in _texts(element, name)]
    for answer in element.findall("answer"):
        texts += _texts(answer, "feedback")
    return tuple(dict.fromkeys(text for text in texts if _is_said(text.words)))


def _texts(element: etree._Element, name: str) -> list[Text]:
    return [
        _text(child, child.sourceline or 0)
        for child in element.findall(name)
        if (child.findtext("text") or "").strip()
    ]


def _text(element: etree._Element, line: int) -> Text:
    markup = _MARKUPS.get(element.get("format", "html"), Markup.HTML)
    return Text((element.findtext("text") or "").replace("@@PLUGINFILE@@/", ""), markup, line)


def _share(answer: etree._Element) -> Fraction:
    try:
        return percent(answer.get("fraction", "0"))
    except ValueError:
        return Fraction(0)


def _pictures(element: etree._Element, pictures: dict[str, bytes], remarks: list[Remark]) -> None:
    for file in element.iter("file"):
        name = file.get("name", "")
        try:
            data = base64.b64decode("".join((file.text or "").split()), validate=True)
        except binascii.Error:
            remarks.append(Remark(Fate.REFUSED, file.sourceline or 0, f"file {name}", "its base64 is broken"))
            continue
        pictures[name] = data
        pictures[name.replace(" ", "%20")] = data


def _hints(element: etree._Element, name: str, kept: list[Kept], remarks: list[Remark]) -> None:
    hints = element.findall("hint")
    figures = sum(len(re.findall(r"<img\b", hint.findtext("text") or "")) for hint in hints)
    if hints:
        line = hints[0].sourceline or 0
        remarks.append(
            Remark(Fate.REFUSED, line, f"{len(hints)} hints of {name!r}", "paper has one try: kept beside")
        )
        text = "\n".join((hint.findtext("text") or "").strip() for hint in hints)
        kept.append(
            Kept(
                line,
                f"hints of {name!r}",
                "they come between tries, and paper has one",
                text,
                Counts(figures=figures),
            )
        )
    penalty = exact(element.findtext("penalty") or "0")
    if penalty and hints:
        told = f"penalty {show_credits(share_of(penalty))} a try"
        remarks.append(Remark(Fate.REFUSED, element.sourceline or 0, told, "paper has one try"))


def _source(element: etree._Element) -> str:
    """A question's own text, without its pictures."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r"(<file\b[^>]*>)[^<]*", r"\1…", text)
