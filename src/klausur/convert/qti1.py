"""QTI 1.2, as Canvas and others export it: items in sections, alone or in a package."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath

from lxml import etree

from klausur.convert import package
from klausur.convert.common import exact, following, left_over, short_solution, table_of_pairs
from klausur.convert.gift import share_of
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
    Text,
    blank,
)  # fmt: skip
from klausur.convert.source import Source, decoded, local, xml
from klausur.exam.model import QuestionKind

_REFUSED = {
    "calculated_question": "numbers drawn for each attempt",
    "file_upload_question": "a file to hand in",
    "hot_spot_question": "a place on a picture",
    "ordering_question": "things to be dragged into an order",
    "categorization_question": "things to be dragged into groups",
}
_CARTRIDGE = {
    "cc.multiple_choice.v0p1": "multiple_choice_question",
    "cc.multiple_response.v0p1": "multiple_answers_question",
    "cc.true_false.v0p1": "true_false_question",
    "cc.fib.v0p1": "short_answer_question",
    "cc.pattern_match.v0p1": "short_answer_question",
    "cc.essay.v0p1": "essay_question",
}
"""The types of Common Cartridge, by those of Canvas."""
_CHOSEN = frozenset({"multiple_choice_question", "true_false_question", "multiple_answers_question"})
_GAPS = "multiple_dropdowns_question"
_BLANKS = "fill_in_multiple_blanks_question"
_ITEM = re.compile(r"<item\b.*?</item>", re.DOTALL)


def knows(source: Source) -> bool:
    """Whether this is QTI 1.2, or a package with some."""
    return package.holds(source, rb"<(?:\w+:)?questestinterop\b|<item\b[^>]*\bident=")


def read(source: Source) -> Found:
    """All items; a section is a problem."""
    there = package.inside(source)
    pictures: dict[str, bytes] = {}
    groups: list[Group] = []
    kept: list[Kept] = []
    remarks: list[Remark] = []
    total = Counts()
    title = ""
    for name, data in there.items():
        if not re.search(rb"<(?:\w+:)?questestinterop\b|<item\b[^>]*\bident=", data[:20_000]):
            continue
        zipped = package.is_zip(source)
        folder = str(PurePosixPath(name).parent) if zipped else ""
        pictures |= _pictures(there, "" if folder == "." else folder) if zipped else {}
        text = decoded(data, name)
        total += _count(text)
        own: list[Remark] = []
        root = xml(data, name)
        assessment = next((e for e in root.iter() if local(e) in {"assessment", "objectbank"}), None)
        title = title or ("" if assessment is None else assessment.get("title") or "")
        groups += _groups(root, title, own, kept)
        if not _ITEM.search(text):
            own.append(
                Remark(Fate.REFUSED, root.sourceline or 0, "a file of QTI 1.2 without items", "it has none")
            )
        remarks += [replace(one, file=name if zipped else "") for one in own]
    return Found(total, tuple(groups), tuple(kept), tuple(remarks), title, pictures=pictures)


def _groups(root: etree._Element, title: str, remarks: list[Remark], kept: list[Kept]) -> Iterator[Group]:
    """The sections with items of their own."""
    holders = (
        [root] if local(root) == "item" else [e for e in root.iter() if any(local(c) == "item" for c in e)]
    )
    for holder in holders:
        items = [holder] if local(holder) == "item" else [e for e in holder if local(e) == "item"]
        questions: list[Question] = []
        before: list[Text] = []
        rules = (e for child in holder if local(child) == "selection_ordering" for e in child.iter())
        if drawn := next((e.text for e in rules if local(e) == "selection_number"), None):
            told = f"{drawn.strip()} of {len(items)} items are drawn for each paper"
            remarks.append(Remark(Fate.CHANGED, holder.sourceline or 0, told, "all of them are taken"))
        for item in items:
            made = _item(item, remarks)
            if isinstance(made, str):
                line, name = item.sourceline or 0, f"item {item.get('title') or item.get('ident')!r}"
                source = etree.tostring(item, encoding="unicode", with_tail=False)
                kept.append(Kept(line, name, made, source, _count(source)))
                remarks.append(Remark(Fate.REFUSED, line, name, made))
            elif made and made[0].kind is QuestionKind.TEXT and _type(item) == "text_only_question":
                before += made[0].texts
                remarks.append(
                    Remark(
                        Fate.CHANGED,
                        item.sourceline or 0,
                        "a text that asks nothing",
                        "ahead of the next question",
                    )
                )
            else:
                questions += following(replace(made[0], before=(*before, *made[0].before)), made[1:])
                before = []
        kept += left_over(before, "a text that no question follows", remarks)
        if questions:
            name = holder.get("title") or title
            yield Group("" if name in {"root_section", "Question"} else name, tuple(questions))


def _type(item: etree._Element) -> str:
    said = _metadata(item, ("question_type", "cc_profile"))
    return _CARTRIDGE.get(said, said)


def _metadata(item: etree._Element, names: Sequence[str]) -> str:
    for field in item.iter():
        if local(field) == "qtimetadatafield":
            said = {local(e): (e.text or "").strip() for e in field}
            if said.get("fieldlabel") in names:
                return said.get("fieldentry", "")
    return ""


def _count(text: str) -> Counts:
    """The simple count: items, and in them tags by their names."""
    total = Counts()
    for match in _ITEM.finditer(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)):
        item = match[0]
        kind = re.search(r"<fieldlabel>\s*question_type\s*</fieldlabel>\s*<fieldentry>\s*([\w.]+)", item)
        type_ = kind[1] if kind else ""
        said = re.search(r"<fieldlabel>\s*points_possible\s*</fieldlabel>\s*<fieldentry>\s*([\d.]+)", item)
        figures = sum(
            "equation_image" not in tag for tag in re.findall(r"(?:&lt;|<)img\b(?:(?!&gt;|>).)*", item)
        )
        figures += len(re.findall(r"<matimage\b", item))
        if type_ == "text_only_question":
            total += Counts(figures=figures)
            continue
        lists = len(re.findall(r"<response_lid\b", item))
        labels = len(re.findall(r"<response_label\b", item))
        choices = right = 0
        questions = 1
        texts = re.findall(r"<itemfeedback\b.*?</itemfeedback>", item, re.DOTALL)
        solution = int(any(re.sub(r"<[^>]*>|&lt;.*?&gt;|\s|&amp;nbsp;", "", t) for t in texts))
        if type_ in _CHOSEN or (not type_ and lists == 1):
            choices, right = labels, len(_right_in(item))
        elif type_ == _GAPS:
            questions, choices, right = lists, labels, len(_right_in(item))
        elif type_ == "matching_question":
            choices = right = lists
        elif type_ == "short_answer_question" or (not type_ and "<render_fib" in item and not lists):
            solution = int(bool(solution or _right_in(item)))
        worth = exact(said[1]) if said else None
        total += Counts(questions, choices, right, solution, figures, worth or Fraction(0))
    return total


def _right_in(item: str) -> set[tuple[str, str]]:
    """What earns something, by the words of the conditions alone."""
    found: set[tuple[str, str]] = set()
    for condition in re.findall(r"<respcondition\b.*?</respcondition>", item, re.DOTALL):
        scores = [Fraction(v) for v in re.findall(r"<setvar\b[^>]*>\s*(-?[\d.]+)\s*<", condition)]
        if any(score > 0 for score in scores):
            positive = re.sub(r"<not>.*?</not>", "", condition, flags=re.DOTALL)
            found |= set(
                re.findall(r"<varequal\b[^>]*respident\s*=\s*[\"']([^\"']*)[\"'][^>]*>([^<]*)<", positive)
            )
    return found


def _item(item: etree._Element, remarks: list[Remark]) -> tuple[Question, ...] | str:  # noqa: PLR0911, C901 - a branch for each type
    """What an item becomes, or why it becomes nothing."""
    type_, line = _type(item), item.sourceline or 0
    if why := _REFUSED.get(type_):
        return f"{why}: paper cannot do that"
    presentation = next((e for e in item.iter() if local(e) == "presentation"), None)
    if presentation is None:
        return "it presents nothing"
    asked = tuple(_materials(presentation))
    title = " ".join((item.get("title") or "").split())
    title = "" if title.casefold() in {"question", "new question"} else title
    worth = exact(_metadata(item, ("points_possible",)) or "")
    solution = tuple(_feedback(item))
    lists = [e for e in presentation.iter() if local(e) in {"response_lid", "response_grp", "response_xy"}]
    written = [e for e in presentation.iter() if local(e) in {"response_str", "response_num"}]
    scores = list(_scores(item))
    base = Question(line, title, QuestionKind.TEXT, asked, worth, solution=solution)
    if any(local(e) == "response_xy" for e in lists):
        return "a place on a picture: paper cannot do that"
    if type_ == "matching_question":
        return (_matching(lists, base, scores, remarks),)
    if type_ == _GAPS:
        return _dropdowns(lists, base, scores, remarks)
    if type_ == _BLANKS:
        return (_blanks(lists, base, scores, remarks),)
    if type_ in _CHOSEN or (len(lists) == 1 and not written and local(lists[0]) == "response_lid"):
        return (_choice(lists[0], base, scores),) if lists else "it has no choices"
    if lists and not type_:
        return "several lists to choose from"
    if type_ == "numerical_question":
        return (_numerical(item, base, remarks),)
    if type_ == "short_answer_question" or (written and not type_):
        answers = list(dict.fromkeys((value, share) for _, value, share in scores if share > 0))
        told = (short_solution(answers, line),) if answers else ()
        kind = QuestionKind.SHORT if answers or type_ else QuestionKind.TEXT
        return (replace(base, kind=kind, solution=(*told, *solution)),)
    if type_ in {"essay_question", "text_only_question", ""}:
        return (base,)
    return f"the type {type_}, which Klausur does not know"


def _scores(item: etree._Element) -> Iterator[tuple[str, str, Fraction]]:
    """What is answered where, and the share of the credits that it gives."""
    most = next(
        (exact(e.get("maxvalue", "")) for e in item.iter() if local(e) == "decvar"), None
    ) or Fraction(100)
    for condition in item.iter():
        if local(condition) != "respcondition":
            continue
        values = [exact(e.text or "") for e in condition.iter() if local(e) == "setvar"]
        score = next((v for v in values if v is not None), None)
        if score is None:
            continue
        for equal in condition.iter():
            if local(equal) == "varequal" and not any(local(a) == "not" for a in equal.iterancestors()):
                yield equal.get("respident", ""), (equal.text or "").strip(), share_of(score / most)


def _choice(list_: etree._Element, base: Question, scores: Sequence[tuple[str, str, Fraction]]) -> Question:
    identifier = list_.get("ident", "")
    given = {value: share for ident, value, share in scores if ident == identifier}
    labels = [e for e in list_.iter() if local(e) == "response_label"]
    several = list_.get("rcardinality", "Single") == "Multiple"
    together = several and len(set(given.values())) == 1 and next(iter(given.values()), 0) == 1
    options = tuple(
        Option(
            _joined(label), given.get(label.get("ident", ""), Fraction(0)) > 0,
            None if together else given.get(label.get("ident", ""), Fraction(0)),
            label.get("rshuffle") == "No",
        )
        for label in labels
    )  # fmt: skip
    number = sum(option.right for option in options)
    kind = QuestionKind.SINGLE if number == 1 and not several else QuestionKind.CHOICE
    plain = (
        not several and number == 1 and max(given.values()) == 1 and all(v in (0, 1) for v in given.values())
    )
    if plain:
        options = tuple(replace(option, share=None) for option in options)
    return replace(base, kind=kind, options=options, keyed=number > 0)


def _matching(
    lists: Sequence[etree._Element],
    base: Question,
    scores: Sequence[tuple[str, str, Fraction]],
    remarks: list[Remark],
) -> Question:
    labels = {
        label.get("ident", ""): _joined(label)
        for one in lists
        for label in one.iter()
        if local(label) == "response_label"
    }
    right = {ident: value for ident, value, share in scores if share > 0}
    pairs = []
    for one in lists:
        said = next(iter(_materials(one)), Text("…", Markup.PLAIN, base.line))
        answer = labels.get(right.get(one.get("ident", ""), ""))
        if answer is not None:
            pairs.append((said, answer))
    remarks.append(
        Remark(Fate.CHANGED, base.line, f"matching {base.title!r}", "a table with a row for each pair")
    )
    others = {text.words: text for text in labels.values()}.values()
    made = table_of_pairs(
        base.line,
        base.title,
        base.texts[:1],
        pairs,
        base.solution,
        remarks,
        others=others,
        credits=base.credits,
    )
    counted = Counts(1, len(lists), len(lists), int(bool(base.solution)), 0, base.credits or Fraction(0))
    return replace(made, origin=counted)


def _dropdowns(
    lists: Sequence[etree._Element],
    base: Question,
    scores: Sequence[tuple[str, str, Fraction]],
    remarks: list[Remark],
) -> tuple[Question, ...]:
    names = [_name(one) for one in lists]
    stem = tuple(replace(text, words=_numbered(text.words, names)) for text in base.texts[:1])
    told = f"a text with {len(lists)} gaps to choose for"
    remarks.append(Remark(Fate.CHANGED, base.line, told, "the text is shared, each gap is a question"))
    worth = None if base.credits is None or not lists else base.credits / len(lists)
    made = []
    for number, one in enumerate(lists, start=1):
        asked = (Text(f"What belongs into gap ({number})?", Markup.PLAIN, base.line),)
        right = [(i, v, Fraction(1)) for i, v, share in scores if share > 0]
        last = number == len(lists)
        gap = Question(
            base.line, f"{base.title} ({number})".strip(), QuestionKind.SINGLE, asked, worth,
            solution=base.solution if last else (), before=stem if number == 1 else (),
        )  # fmt: skip
        made.append(_choice(one, gap, right))
    return tuple(made)


def _blanks(
    lists: Sequence[etree._Element],
    base: Question,
    scores: Sequence[tuple[str, str, Fraction]],
    remarks: list[Remark],
) -> Question:
    keys = []
    for one in lists:
        labels = [e for e in one.iter() if local(e) == "response_label"]
        right = {v for i, v, share in scores if i == one.get("ident") and share > 0}
        keys.append(
            " / ".join(_plain(_joined(e).words) for e in labels if e.get("ident") in right or not right)
        )
    names = [_name(one) for one in lists]
    words, there = base.texts[0].words if base.texts else "", []
    for number, name in enumerate(names):
        if f"[{name}]" in words:
            there.append(keys[number])
            words = words.replace(f"[{name}]", f" {blank(len(there))} ", 1)
    remarks.append(
        Remark(
            Fate.CHANGED, base.line, f"a text with {len(lists)} gaps", "blanks in a text, which people grade"
        )
    )
    text = Text(words, base.texts[0].markup if base.texts else Markup.HTML, base.line, tuple(there))
    missing = tuple(Text(key, Markup.PLAIN, base.line) for key in keys if key not in there)
    kind = QuestionKind.BLANKS if there else QuestionKind.SHORT
    counted = Counts(1, 0, 0, int(bool(base.solution)), 0, base.credits or Fraction(0))
    return replace(base, kind=kind, texts=(text,), solution=(*missing, *base.solution), origin=counted)


def _plain(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()


def _name(list_: etree._Element) -> str:
    said = next(iter(_materials(list_)), None)
    return _plain(said.words) if said is not None else list_.get("ident", "").removeprefix("response_")


def _numbered(words: str, names: Sequence[str]) -> str:
    for number, name in enumerate(names, start=1):
        words = words.replace(f"[{name}]", f" ({number}) ……… ")
    return words


def _numerical(item: etree._Element, base: Question, remarks: list[Remark]) -> Question:
    numbers: list[Number] = []
    for condition in item.iter():
        if local(condition) != "conditionvar":
            continue
        said = {
            name: [exact(e.text or "") for e in condition.iter() if local(e) == name]
            for name in ("varequal", "vargte", "vargt", "varlte")
        }
        low = next((v for v in (*said["vargte"], *said["vargt"]) if v is not None), None)
        high = next((v for v in said["varlte"] if v is not None), None)
        value = next((v for v in said["varequal"] if v is not None), None)
        if low is not None and high is not None:
            numbers.append(Number((low + high) / 2, abs(high - low) / 2))
            if said["vargt"]:
                remarks.append(
                    Remark(Fate.CHANGED, base.line, "a precision in digits", "as far off as its bounds")
                )
        elif value is not None:
            numbers.append(Number(value))
    if not numbers:
        return replace(base, kind=QuestionKind.SHORT)
    return replace(base, kind=QuestionKind.NUMBER, numbers=tuple(dict.fromkeys(numbers)))


def _feedback(item: etree._Element) -> Iterator[Text]:
    for feedback in item.iter():
        if local(feedback) == "itemfeedback":
            yield from (t for t in _materials(feedback) if re.sub(r"<(?!img)[^>]*>|\s|&nbsp;", "", t.words))


def _materials(element: etree._Element) -> Iterator[Text]:
    """The texts of an element, those of what is chosen aside."""
    for child in element:
        name = local(child)
        if name in {"mattext", "matemtext"}:
            yield _mattext(child)
        elif name == "matimage":
            yield Text(f'<img src="{child.get("uri", "")}"/>', Markup.HTML, child.sourceline or 0)
        elif name in {"material", "flow", "flow_mat", "solution", "solutionmaterial", "hint", "hintmaterial"}:
            yield from _materials(child)


def _joined(element: etree._Element) -> Text:
    texts = list(_materials(element))
    if len(texts) == 1:
        return texts[0]
    words = "".join(t.words if t.markup is Markup.HTML else f"<p>{html.escape(t.words)}</p>" for t in texts)
    return Text(words, Markup.HTML, element.sourceline or 0)


def _mattext(element: etree._Element) -> Text:
    kind = element.get("texttype", "text/plain")
    words = element.text or ""
    words += "".join(etree.tostring(child, encoding="unicode") for child in element)
    markup = Markup.PLAIN if kind == "text/plain" and not re.search(r"</?\w+[^>]*>", words) else Markup.HTML
    return Text(_adapted(words), markup, element.sourceline or 0)


def _adapted(words: str) -> str:
    """Canvas's own ways: formulas as pictures with their TeX beside, files by a name of the course."""

    def formula(match: re.Match[str]) -> str:
        said = re.search(r"data-equation-content=\"([^\"]*)\"", match[0]) or re.search(
            r"\btitle=\"([^\"]*)\"", match[0]
        )
        return rf"\({said[1]}\)" if said else match[0]

    words = re.sub(r"<img\b[^>]*\bequation_image\b[^>]*>", formula, words)
    return re.sub(r"(?:\$|%24)(?:IMS-CC-FILEBASE|IMS_CC_FILEBASE)(?:\$|%24)/", "", words)


def _pictures(there: dict[str, bytes], folder: str) -> dict[str, bytes]:
    found = package.pictures(there, folder)
    return found | {name.removeprefix("web_resources/"): data for name, data in there.items()}
