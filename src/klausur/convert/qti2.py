"""QTI 2.1 and 2.2: items as XML files, alone or in a package."""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml import etree

from klausur.base.credits import show_credits
from klausur.convert import package
from klausur.convert.common import exact, following, in_order, rubric_of, table_of_pairs
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
    Row,
    RubricLine,
    Text,
    blank,
)  # fmt: skip
from klausur.convert.source import Source, decoded, local, xml
from klausur.exam.model import QuestionKind

_ITEM = rb"<(?:\w+:)?assessmentItem\b"
_REFUSED = {
    "hotspotInteraction": "a place on a picture",
    "selectPointInteraction": "a place on a picture",
    "graphicOrderInteraction": "places on a picture",
    "graphicAssociateInteraction": "places on a picture",
    "graphicGapMatchInteraction": "dragging onto a picture",
    "positionObjectInteraction": "dragging onto a picture",
    "drawingInteraction": "a drawing on the screen",
    "uploadInteraction": "a file to hand in",
    "mediaInteraction": "sound or film",
    "customInteraction": "a program of its own",
    "associateInteraction": "pairs out of one list",
}
_SHORT = 2
"""Lines of an answer that is short."""
_CHOSEN = ("choiceInteraction", "inlineChoiceInteraction", "hottextInteraction")
_PAIRED = ("matchInteraction", "gapMatchInteraction", "orderInteraction")
_CHOICE_TAGS = ("simpleChoice", "inlineChoice", "hottext", "simpleAssociableChoice", "gapText")
_FEEDBACK = ("modalFeedback", "feedbackInline", "feedbackBlock")


@dataclass(slots=True)
class _Item:
    """An item as it is read: what right responses are, by identifier, and its interactions in order."""

    root: etree._Element
    line: int
    title: str
    credits: Fraction | None
    right: dict[str, list[str]] = field(default_factory=dict)
    shares: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    others: dict[str, Fraction] = field(default_factory=dict)
    least: dict[str, Fraction] = field(default_factory=dict)
    numeric: set[str] = field(default_factory=set)
    solution: tuple[Text, ...] = ()


def knows(source: Source) -> bool:
    """Whether this is an item of QTI 2, or a package with some."""
    return package.holds(source, _ITEM)


def read(source: Source) -> Found:
    """All items, in the order of their test or manifest."""
    there = package.inside(source)
    pictures: dict[str, bytes] = {}
    questions: list[Question] = []
    kept: list[Kept] = []
    remarks: list[Remark] = []
    total = Counts()
    for name in _in_order(there):
        folder = str(PurePosixPath(name).parent) if package.is_zip(source) else ""
        folder = "" if folder == "." else folder
        pictures |= package.pictures(there, folder) if package.is_zip(source) else {}
        text = decoded(there[name], name)
        counted = _count(text)
        total += counted
        own: list[Remark] = []
        root = xml(there[name], name)
        _pictures_resolved(root, folder)
        made = _questions(root, own)
        shown = name if package.is_zip(source) else ""
        if isinstance(made, str):
            title = root.get("title") or root.get("identifier") or name
            kept.append(
                Kept(root.sourceline or 0, f"{PurePosixPath(name).name} {title!r}", made, text, counted)
            )
            own = [Remark(Fate.REFUSED, root.sourceline or 0, f"item {title!r}", made)]
        else:
            questions += made
        remarks += [replace(one, file=shown) for one in own]
    groups = (Group("", tuple(questions)),) if questions else ()
    return Found(total, groups, tuple(kept), tuple(remarks), pictures=pictures)


def _in_order(there: dict[str, bytes]) -> list[str]:
    """The names of the items: as a test refers to them, else as the manifest does, else as they lie there."""
    items = [name for name, data in there.items() if re.search(_ITEM, data[:20_000])]
    wanted: list[str] = []
    tests = [n for n, d in there.items() if re.search(rb"<(?:\w+:)?assessmentTest\b", d[:20_000])]
    for name in [*tests, *(n for n in there if n.endswith("imsmanifest.xml"))]:
        folder = str(PurePosixPath(name).parent)
        for href in re.findall(r"\bhref\s*=\s*[\"']([^\"']+)", decoded(there[name], name)):
            path = package.resolved(folder, unquote(href))
            if path in items and path not in wanted:
                wanted.append(path)
    return [*wanted, *(name for name in items if name not in wanted)]


def _count(text: str) -> Counts:
    """The simple count of an item: tags by their names, and the values of its right responses."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    found = re.findall(r"<(?:\w+:)?(\w+Interaction)\b([^>]*)>", text)
    found = [(name, rest) for name, rest in found if name != "endAttemptInteraction"]
    right = 0
    for name, rest in found:
        said = re.search(r"responseIdentifier\s*=\s*[\"']([^\"']+)", rest)
        if said and name in (*_CHOSEN, *_PAIRED):
            right += len(_values(text, said[1]))
    choices = len(re.findall(rf"<(?:\w+:)?(?:{'|'.join(_CHOICE_TAGS)})(?![A-Za-z])", text))
    feedback = re.findall(rf"<(?:\w+:)?({'|'.join(_FEEDBACK)})\b[^>]*>(.*?)</(?:\w+:)?\1>", text, re.DOTALL)
    feedback += [("", inside) for attributes, inside in _rubrics(text) if _for_scorers(attributes)]
    solution = int(
        any(
            re.search(r"<(?:\w+:)?img\b", inside) or re.sub(r"<[^>]*>|\s", "", inside)
            for _, inside in feedback
        )
    )
    figures = len(re.findall(r"<(?:\w+:)?img\b", text)) + len(
        re.findall(r"<(?:\w+:)?object\b[^>]*image/", text)
    )
    return Counts(len(found), choices, right, solution, figures, _credits(text) or Fraction(0))


def _rubrics(text: str) -> list[tuple[str, str]]:
    return re.findall(r"<(?:\w+:)?rubricBlock\b([^>]*)>(.*?)</(?:\w+:)?rubricBlock>", text, re.DOTALL)


def _for_scorers(attributes: str) -> bool:
    return "candidate" not in attributes


def _values(text: str, identifier: str) -> list[str]:
    pattern = (
        rf"<(?:\w+:)?responseDeclaration\b[^>]*identifier\s*=\s*[\"']{re.escape(identifier)}[\"'][^>]*>"
        r"(.*?)</(?:\w+:)?responseDeclaration>"
    )
    match = re.search(pattern, text, re.DOTALL)
    if match is None:
        return []
    said = re.search(r"<(?:\w+:)?correctResponse\b.*?</(?:\w+:)?correctResponse>", match[1], re.DOTALL)
    return re.findall(r"<(?:\w+:)?value\b", said[0]) if said else []


def _credits(text: str) -> Fraction | None:
    """What an item is worth, if it says so."""
    said = re.search(
        r"identifier\s*=\s*[\"']MAXSCORE[\"'][^>]*>\s*<(?:\w+:)?defaultValue[^>]*>\s*<(?:\w+:)?value[^>]*>\s*([\d.]+)",
        text,
    )
    most = re.search(
        r"<(?:\w+:)?outcomeDeclaration\b(?=[^>]*identifier\s*=\s*[\"']SCORE[\"'])[^>]*normalMaximum\s*=\s*[\"']([\d.]+)",
        text,
    )
    found = said or most
    return exact(found[1]) if found else None


def _questions(  # noqa: PLR0911 - a return for each reason to refuse one
    root: etree._Element, remarks: list[Remark]
) -> tuple[Question, ...] | str:
    """What an item becomes, or why it becomes nothing."""
    if root.get("adaptive", "false").strip() == "true":
        return "an adaptive item: it goes on by what was answered"
    body = _first(root, "itemBody")
    if body is None:
        return "it has no body"
    if any(local(e) == "templateDeclaration" for e in root):
        return "numbers or words drawn for each attempt"
    found = [
        e for e in body.iter() if local(e).endswith("Interaction") and local(e) != "endAttemptInteraction"
    ]
    for interaction in found:
        if why := _REFUSED.get(local(interaction)):
            return f"{why}: paper cannot do that"
    if any(local(e) == "gapImg" for e in body.iter()):
        return "pictures to be dragged: paper cannot do that"
    if any(local(e) == "endAttemptInteraction" for e in body.iter()):
        remarks.append(
            Remark(Fate.REFUSED, root.sourceline or 0, "a button to ask for a hint", "paper has none")
        )
    if not found:
        return "it asks nothing"
    item = _item(root)
    ahead = [e for e in body.iter() if local(e) == "rubricBlock" and "candidate" in (e.get("view") or "")]
    told = tuple(Text(_html(e), Markup.HTML, e.sourceline or 0) for e in ahead)
    for element in ahead:
        _replaced(element, "")
    made = _of_body(item, body, found, remarks)
    return tuple(following(replace(made[0], before=(*told, *made[0].before)), made[1:]))


def _of_body(
    item: _Item, body: etree._Element, found: Sequence[etree._Element], remarks: list[Remark]
) -> tuple[Question, ...]:
    if len(found) > 1 or local(found[0]) in {"inlineChoiceInteraction", "textEntryInteraction"}:
        return _several(item, body, found, remarks)
    return (_one(item, body, found[0], remarks),)


def _item(root: etree._Element) -> _Item:
    text = etree.tostring(root, encoding="unicode")
    item = _Item(
        root, root.sourceline or 0, root.get("title") or root.get("identifier") or "", _credits(text)
    )
    for declaration in root:
        if local(declaration) != "responseDeclaration":
            continue
        name = declaration.get("identifier", "")
        correct = _first(declaration, "correctResponse")
        item.right[name] = (
            [] if correct is None else [(v.text or "").strip() for v in correct if local(v) == "value"]
        )
        mapping = _first(declaration, "mapping")
        if mapping is not None:
            item.shares[name] = {
                e.get("mapKey", ""): share_of(exact(e.get("mappedValue", "0")) or Fraction(0))
                for e in mapping
                if local(e) == "mapEntry"
            }
            item.others[name] = exact(mapping.get("defaultValue", "0")) or Fraction(0)
            item.least[name] = exact(mapping.get("lowerBound", "0")) or Fraction(0)
        if declaration.get("baseType") in {"float", "integer"}:
            item.numeric.add(name)
    item.solution = tuple(_feedback(root))
    return item


def _feedback(root: etree._Element) -> Iterator[Text]:
    for element in root.iter():
        name = local(element)
        if name in _FEEDBACK or (name == "rubricBlock" and "candidate" not in (element.get("view") or "")):
            text = _html(element)
            if re.search(r"<img\b", text) or re.sub(r"<[^>]*>|\s", "", text):
                yield Text(text, Markup.HTML, element.sourceline or 0)


def _one(item: _Item, body: etree._Element, found: etree._Element, remarks: list[Remark]) -> Question:
    """An item with one interaction that takes a block of its own."""
    prompt = _first(found, "prompt")
    parts = [_body(body, {found: ""})]
    if prompt is not None:
        parts.append(_html(prompt))
    if local(found) == "hottextInteraction" or local(found) == "gapMatchInteraction":
        parts.append(_marked(found))
    texts = tuple(Text(part, Markup.HTML, item.line) for part in parts if _is_said(part))
    return _of(item, found, texts, item.title, item.credits, item.solution, remarks)


def _stands_alone(entry: etree._Element, body: etree._Element) -> bool:
    """Whether a place to answer is the last paragraph of its item: Klausur's own stands below the text."""
    holder = entry.getparent()
    if holder is None or holder is body or holder.getparent() is not body or body[-1] is not holder:
        return False
    return len(holder) == 1 and not f"{holder.text or ''}{entry.tail or ''}".strip()


def _several(
    item: _Item, body: etree._Element, found: Sequence[etree._Element], remarks: list[Remark]
) -> tuple[Question, ...]:
    """An item with several interactions, or with some in its lines."""
    names = {local(e) for e in found}
    identifiers = [e.get("responseIdentifier", "") for e in found]
    if names == {"textEntryInteraction"} and not (len(found) == 1 and identifiers[0] in item.numeric):
        return (_blanks(item, body, found, remarks),)
    if len(found) == 1:
        blank = "" if _stands_alone(found[0], body) else " ……… "
        text = Text(_body(body, {found[0]: blank}), Markup.HTML, item.line)
        return (_of(item, found[0], (text,), item.title, item.credits, item.solution, remarks),)
    stem = Text(
        _body(body, {e: f" ({n}) ……… " for n, e in enumerate(found, start=1)}), Markup.HTML, item.line
    )
    remarks.append(
        Remark(
            Fate.CHANGED,
            item.line,
            f"an item with {len(found)} places to answer",
            "the text is shared, each is a question",
        )
    )
    worth = None if item.credits is None else item.credits / len(found)
    made = []
    for number, one in enumerate(found, start=1):
        prompt = _first(one, "prompt")
        asked = _html(prompt) if prompt is not None else f"<p>What belongs to ({number})?</p>"
        last = number == len(found)
        question = _of(
            item, one, (Text(asked, Markup.HTML, one.sourceline or 0),), f"{item.title} ({number})", worth,
            item.solution if last else (), remarks,
        )  # fmt: skip
        made.append(replace(question, before=(stem,) if number == 1 else ()))
    return tuple(made)


def _of(
    item: _Item, found: etree._Element, texts: tuple[Text, ...], title: str, worth: Fraction | None,
    solution: tuple[Text, ...], remarks: list[Remark],
) -> Question:  # fmt: skip
    """The question that one interaction is."""
    name, identifier = local(found), found.get("responseIdentifier", "")
    line = found.sourceline or item.line
    right = item.right.get(identifier, [])
    choices = sum(local(e) in _CHOICE_TAGS for e in found.iter())
    counted = Counts(
        1,
        choices,
        len(right) if name in (*_CHOSEN, *_PAIRED) else 0,
        int(bool(solution)),
        0,
        worth or Fraction(0),
    )
    base = Question(line, title, QuestionKind.TEXT, texts, worth, solution=solution, origin=counted)
    if name in _CHOSEN:
        return _choice(item, found, base, remarks)
    if name == "orderInteraction":
        by_name = {
            e.get("identifier", ""): Text(_html(e), Markup.HTML, line)
            for e in found
            if local(e) == "simpleChoice"
        }
        items = [by_name[i] for i in right if i in by_name]
        return replace(in_order(line, title, texts, items, solution, remarks, credits=worth), origin=counted)
    if name == "matchInteraction":
        return _match(found, base, right, remarks)
    if name == "gapMatchInteraction":
        return _gap_match(found, base, right, remarks)
    if name == "sliderInteraction" or (name == "textEntryInteraction" and identifier in item.numeric):
        values = [v for v in map(exact, right) if v is not None]
        if values:
            return replace(base, kind=QuestionKind.NUMBER, numbers=tuple(Number(v) for v in values))
    rubric: tuple[RubricLine, ...] = ()
    for text in solution:
        rubric = rubric or rubric_of(text)
    solution = tuple(one for one in solution if not rubric_of(one))
    lines = exact(found.get("expectedLines") or "")
    space = f"{min(250, max(10, int(lines) * 8))}mm" if lines else ""
    told = tuple(Text(value, Markup.PLAIN, line) for value in right if value)
    short = name == "textEntryInteraction" or (lines is not None and lines <= _SHORT)
    kind = QuestionKind.SHORT if short else QuestionKind.TEXT
    return replace(
        base,
        kind=kind,
        space="" if short else space,
        rubric=rubric,
        solution=(*told, *solution),
        origin=counted,
    )


def _choice(item: _Item, found: etree._Element, base: Question, remarks: list[Remark]) -> Question:
    identifier = found.get("responseIdentifier", "")
    right = item.right.get(identifier, [])
    given = item.shares.get(identifier, {})
    worth = base.credits or sum((v for v in given.values() if v > 0), Fraction(0)) or None
    several = found.get("maxChoices", "1") != "1" and local(found) != "inlineChoiceInteraction"
    best = (
        max(given.values(), default=Fraction(0))
        if not several
        else sum((v for v in given.values() if v > 0), Fraction(0))
    )
    options = []
    for element in found.iter():
        if local(element) not in _CHOICE_TAGS:
            continue
        name = element.get("identifier", "")
        share = given.get(name, item.others.get(identifier, Fraction(0))) / best if given and best else None
        is_right = name in right if right else bool(share and share > 0)
        text = Text(_html(element, without=_FEEDBACK), Markup.HTML, element.sourceline or 0)
        options.append(Option(text, is_right, share, element.get("fixed") == "true"))
    if (least := item.least.get(identifier, Fraction(0))) < 0:
        told = f"{base.title!r} may give {show_credits(least)} credits"
        remarks.append(
            Remark(Fate.CHANGED, base.line, told, "it gives 0 at least: write floor=… if it shall not")
        )
    number = sum(option.right for option in options)
    kind = QuestionKind.SINGLE if number == 1 and not several else QuestionKind.CHOICE
    if not number and not several and not right:
        remarks.append(
            Remark(Fate.CHANGED, base.line, f"{base.title!r} says no right response", "mark what is right")
        )
    return replace(
        base, kind=kind, options=tuple(options), shuffle=found.get("shuffle") == "true", keyed=number > 0,
        credits=base.credits if base.credits is not None else (best if given and best else worth),
    )  # fmt: skip


def _match(found: etree._Element, base: Question, right: Sequence[str], remarks: list[Remark]) -> Question:
    sets = [
        [c for c in e if local(c) == "simpleAssociableChoice"] for e in found if local(e) == "simpleMatchSet"
    ]
    if len(sets) != 2:
        return replace(base, kind=QuestionKind.TEXT)
    pairs = [value.split() for value in right]
    rows, heads = sets
    names = {e.get("identifier", "") for e in rows}
    if any(len(pair) == 2 and pair[0] not in names for pair in pairs):
        pairs = [pair[::-1] for pair in pairs]
    places = {e.get("identifier", ""): at for at, e in enumerate(heads)}
    remarks.append(Remark(Fate.CHANGED, base.line, f"matching {base.title!r}", "a table with a row for each"))
    texts = tuple(Text(_html(e), Markup.HTML, e.sourceline or 0) for e in heads)
    made = tuple(
        Row(
            Text(_html(e), Markup.HTML, e.sourceline or 0),
            tuple(
                places[p[1]] for p in pairs if len(p) == 2 and p[0] == e.get("identifier") and p[1] in places
            ),
        )
        for e in rows
    )
    if len(heads) > 9 or len(rows) > 26 or any(not row.right for row in made):
        return _as_text(base, made, texts)
    return replace(base, kind=QuestionKind.TABLE, heads=texts, rows=made)


def _as_text(base: Question, rows: Sequence[Row], heads: Sequence[Text]) -> Question:
    """Matching that is no table: what is matched stands in the text, the pairs in the solution."""
    listed = tuple(row.text for row in rows)
    told = tuple(
        Text(f"{row.text.words} → {heads[at].words}", Markup.HTML, row.text.line)
        for row in rows
        for at in row.right
    )
    return replace(
        base, kind=QuestionKind.TEXT, texts=(*base.texts, *listed, *heads), solution=(*told, *base.solution)
    )


def _gap_match(
    found: etree._Element, base: Question, right: Sequence[str], remarks: list[Remark]
) -> Question:
    words = {
        e.get("identifier", ""): Text(_html(e), Markup.HTML, e.sourceline or 0)
        for e in found.iter()
        if local(e) == "gapText"
    }
    gaps = [e.get("identifier", "") for e in found.iter() if local(e) == "gap"]
    key = {pair[1]: pair[0] for value in right if len(pair := value.split()) == 2}
    pairs = [
        (Text(f"gap ({n})", Markup.PLAIN, base.line), words[key[gap]])
        for n, gap in enumerate(gaps, start=1)
        if gap in key and key[gap] in words
    ]
    remarks.append(
        Remark(Fate.CHANGED, base.line, f"words for {len(gaps)} gaps", "a table with a row for each gap")
    )
    made = table_of_pairs(
        base.line,
        base.title,
        base.texts,
        pairs,
        base.solution,
        remarks,
        others=words.values(),
        credits=base.credits,
    )
    return replace(made, origin=base.origin)


def _blanks(
    item: _Item, body: etree._Element, found: Sequence[etree._Element], remarks: list[Remark]
) -> Question:
    keys = []
    for element in found:
        identifier = element.get("responseIdentifier", "")
        right = item.right.get(identifier) or [k for k, v in item.shares.get(identifier, {}).items() if v > 0]
        keys.append(" / ".join(right))
    if len(found) > 1:
        told = f"an item with {len(found)} places to write"
        remarks.append(Remark(Fate.CHANGED, item.line, told, "blanks in a text, which people grade"))
    places = {e: f" {blank(n)} " for n, e in enumerate(found, start=1)}
    text = Text(_body(body, places), Markup.HTML, item.line, tuple(keys))
    return Question(
        item.line, item.title, QuestionKind.BLANKS, (text,), item.credits, solution=item.solution,
        origin=Counts(len(found), 0, 0, int(bool(item.solution)), 0, item.credits or Fraction(0)),
    )  # fmt: skip


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next((e for e in element.iter() if local(e) == name and e is not element), None)


def _body(body: etree._Element, places: dict[etree._Element, str]) -> str:
    """The body as HTML, without feedback, with these words in place of interactions."""
    for number, element in enumerate(places):
        element.set("klausur-place", str(number))
    copied = copy.deepcopy(body)
    words_of = list(places.values())
    for element in list(copied.iter()):
        place = element.get("klausur-place") if isinstance(element.tag, str) else None
        if place is not None:
            _replaced(element, words_of[int(place)])
        elif local(element) in {*_FEEDBACK, "endAttemptInteraction"} or (
            local(element) == "rubricBlock" and "candidate" not in (element.get("view") or "")
        ):
            _replaced(element, "")
    for element in places:
        del element.attrib["klausur-place"]
    return _html(copied)


def _marked(found: etree._Element) -> str:
    """The text of an interaction whose answers stand in it: gaps numbered, words to choose in bold."""
    copied = copy.deepcopy(found)
    number = 0
    for element in list(copied.iter()):
        if local(element) == "gap":
            number += 1
            _replaced(element, f" ({number}) ……… ")
        elif local(element) in {"gapText", "prompt"}:
            _replaced(element, "")
        elif local(element) == "hottext":
            element.tag = "b"
    return _html(copied)


def _replaced(element: etree._Element, words: str) -> None:
    parent = element.getparent()
    if parent is None:
        return
    words += element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
    parent.remove(element)


def _html(element: etree._Element, without: Sequence[str] = ()) -> str:
    """What is in an element as HTML, without namespaces; formulas in MathML keep theirs."""
    copied = copy.deepcopy(element)
    copied.tail = None
    for inner in list(copied.iter()):
        if local(inner) in without:
            _replaced(inner, "")
        elif isinstance(inner.tag, str) and "MathML" not in inner.tag:
            inner.tag = local(inner)
            if inner.tag == "object" and (inner.get("type") or "").startswith("image/"):
                inner.tag = "img"
                inner.set("src", inner.get("data", ""))
                inner.set("alt", " ".join("".join(inner.itertext()).split()))
                inner.text = None
    etree.cleanup_namespaces(copied)
    text = etree.tostring(copied, encoding="unicode", method="xml")
    return re.sub(r"^<[^>]*>|</[^>]*>$", "", text) if not text.endswith("/>") or "</" in text else ""


def _is_said(text: str) -> bool:
    return bool(re.search(r"<img\b|<math\b", text) or re.sub(r"<[^>]*>|\s", "", text))


def _pictures_resolved(root: etree._Element, folder: str) -> None:
    if not folder:
        return
    for element in root.iter():
        for name in ("src", "data"):
            said = element.get(name) if isinstance(element.tag, str) else None
            if said and "://" not in said and not said.startswith("data:"):
                element.set(name, package.resolved(folder, unquote(said)))
