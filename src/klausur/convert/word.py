"""Word: a draft, since nothing in a docx says what is a question. What was guessed is said, to be confirmed.

A question begins at a heading or line like ``Q1.``, ``Question 2``, ``3)``, or at an item of a numbered list;
lines like ``a)`` below it are its choices, and ``(4 points)`` its credits. Tables, pictures and formulas stay
where they are. All words of the file are held against those that were taken.
"""

import html
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import resources
from pathlib import Path

import pypandoc
from lxml import etree

from klausur.base import overtime
from klausur.base.errors import KlausurError, ToolError
from klausur.convert import package
from klausur.convert.common import exact
from klausur.convert.model import Counts, Fate, Found, Group, Kept, Markup, Option, Question, Remark, Text
from klausur.convert.source import Source, local, xml
from klausur.exam.model import QuestionKind

_SECONDS = 30.0
_NAMED = re.compile(
    r"\s*(?:Q|Question|Problem|Exercise|Task|Frage|Aufgabe|Exercice|Pregunta|Domanda|Vraag)\s*\.?\s*\d+\s*[a-z]?(?=[\s.:)\]–<-]|$)[.:)\]–-]?\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*\d{1,3}\s*[.)]\s+(?=\S)")
_LETTERED = re.compile(r"\s*\(?([A-Ja-j])[.)]\s+(?=\S)")
_BOX = re.compile(r"\s*(?P<box>☐|☒|☑|□|■|\[ ?\]|\[[xX]\])\s*")
_CREDITS = re.compile(
    r"[(\[]\s*(?:worth\s*)?(\d+(?:[.,]\d+)?)\s*(?:points?|pts?\.?|marks?|credits?|Punkte?|P\.?|BE)\s*(?:each)?\s*[)\]]",
    re.IGNORECASE,
)
_SOLUTION = re.compile(r"\s*(?:Answer|Solution|Lösung|Antwort|Correct answer)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of the file: its HTML, its plain words, what it is, and its place, from 1."""

    html: str
    text: str
    kind: str
    label: str
    bold: bool
    at: int


@dataclass(slots=True)
class _Draft:
    """A question as it is guessed."""

    at: int
    title: str
    credits: Fraction | None
    texts: list[Text] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    solution: list[Text] = field(default_factory=list)


def knows(source: Source) -> bool:
    """Whether this is a docx."""
    return package.is_zip(source) and b"word/document.xml" in source.data


def read(source: Source) -> Found:
    """The questions that its headings, numbers and letters suggest; "lines" are its blocks."""
    there = package.files(source)
    blocks = _blocks(source)
    start = _start(blocks)
    remarks: list[Remark] = []
    intro: list[_Block] = []
    drafts: list[_Draft] = []
    for block in blocks:
        if start is not None and start(block):
            drafts.append(_begun(block))
        elif drafts:
            _more(drafts[-1], block)
        else:
            intro.append(block)
    questions = tuple(_question(one, remarks) for one in drafts)
    for number, one in enumerate(drafts, start=1):
        said = one.title or re.sub(r"<[^>]*>", "", one.texts[0].words if one.texts else "")
        told = f"question {number}, {' '.join(said.split())[:40]!r}"
        remarks.append(Remark(Fate.CHANGED, one.at, told, "guessed: confirm where it begins and ends"))
    kept: list[Kept] = []
    words = "\n".join(block.html for block in intro)
    if words.strip():
        figures = len(re.findall(r"<img\b", words))
        kept.append(
            Kept(
                1,
                "what stands ahead of the first question",
                "the cover is Klausur's",
                words,
                Counts(figures=figures),
            )
        )
        remarks.append(
            Remark(
                Fate.REFUSED,
                1,
                "what stands ahead of the first question",
                "kept beside: the cover is Klausur's",
            )
        )
    document = xml(there["word/document.xml"], source.name)
    counted = Counts(figures=sum(local(e) == "blip" for e in document.iter()))
    for question in questions:
        counted += Counts(
            1, len(question.options), sum(o.right for o in question.options), int(bool(question.solution)), 0,
            question.credits or Fraction(0),
        )  # fmt: skip
    groups = (Group("", questions),) if questions else ()
    pictures = {
        name.removeprefix("word/"): data for name, data in there.items() if name.startswith("word/media/")
    }
    return Found(
        counted,
        groups,
        tuple(kept),
        tuple(remarks),
        pictures=pictures,
        lost=tuple(_missing(document, blocks)),
    )


def _blocks(source: Source) -> tuple[_Block, ...]:
    script = resources.files(__package__) / "word.lua"
    with tempfile.TemporaryDirectory() as folder, resources.as_file(script) as path:
        file = Path(folder) / "there.docx"
        file.write_bytes(source.data)
        try:
            done = overtime.run([pypandoc.get_pandoc_path(), "lua", str(path), str(file)], b"", _SECONDS)
        except overtime.BusyError as error:
            raise KlausurError(f"pandoc {error} over {source.name}", "save it in parts") from None
        except (overtime.HungError, OSError) as error:
            raise ToolError(f"pandoc cannot be run: {error}", "install Klausur again") from error
    if done.returncode:
        raise KlausurError(
            f"{source.name} cannot be read as a docx", "save it once more with Word or LibreOffice"
        )
    return tuple(
        _Block(one["html"], one["text"], one["kind"], one["label"], bool(one["bold"]), at)
        for at, one in enumerate(json.loads(done.stdout), start=1)
    )


def _start(blocks: Sequence[_Block]) -> Callable[[_Block], bool] | None:
    """What tells where questions begin in this file: the first way that finds some."""
    for way in (_named, _numbered, _listed, _headed):
        if sum(map(way, blocks)) >= (2 if way is not _named else 1):
            return way
    return None


def _named(block: _Block) -> bool:
    return block.kind in {"Para", "Plain", "Header", "item"} and _NAMED.match(block.text) is not None


def _numbered(block: _Block) -> bool:
    return block.kind in {"Para", "Plain", "Header"} and _NUMBERED.match(block.text) is not None


def _listed(block: _Block) -> bool:
    return block.kind == "item" and block.label == "Decimal0"


def _headed(block: _Block) -> bool:
    return block.kind == "Header" and bool(block.text.strip())


def _begun(block: _Block) -> _Draft:
    credits_ = _CREDITS.search(block.text)
    title = block.text.strip() if block.kind == "Header" else ""
    rest = _without(block.html, _NAMED if _NAMED.match(block.text) else _NUMBERED)
    worth = exact(credits_[1].replace(",", ".")) if credits_ else None
    draft = _Draft(block.at, _NAMED.sub("", title, count=1).strip(), worth)
    if re.sub(r"<(?!img)[^>]*>|\s", "", rest):
        draft.texts.append(Text(rest, Markup.HTML, block.at))
    return draft


def _more(draft: _Draft, block: _Block) -> None:
    text = Text(block.html, Markup.HTML, block.at)
    if draft.credits is None and (match := _CREDITS.search(block.text)):
        draft.credits = exact(match[1].replace(",", "."))
    lettered, box = _LETTERED.match(block.text), _BOX.match(block.text)
    in_list = block.kind == "item" and re.match(r"(?:Upper|Lower)Alpha", block.label) is not None
    if _SOLUTION.match(block.text):
        draft.solution.append(Text(_without(block.html, _SOLUTION), Markup.HTML, block.at))
    elif (lettered or box or in_list) and not draft.solution:
        pattern = _BOX if box else _LETTERED
        right = box is not None and box["box"] in {"☒", "☑", "■", "[x]", "[X]"}
        draft.options.append(Option(Text(_without(block.html, pattern), Markup.HTML, block.at), right))
    elif draft.solution:
        draft.solution.append(text)
    elif draft.options:
        last = draft.options[-1]
        words = f"{last.text.words}\n{block.html}"
        draft.options[-1] = Option(Text(words, Markup.HTML, last.text.line), last.right)
    else:
        draft.texts.append(text)


def _without(html: str, pattern: re.Pattern[str]) -> str:
    """HTML without words at its beginning, past tags."""
    tags = re.match(r"(?:\s*<[^>]*>)*", html)
    head = tags[0] if tags else ""
    rest = html[len(head) :]
    match = pattern.match(rest)
    return head + rest[match.end() :] if match else html


def _question(draft: _Draft, remarks: list[Remark]) -> Question:
    options = list(draft.options)
    if options and not any(option.right for option in options) and draft.solution:
        said = re.match(r"\s*\(?([A-Ja-j])\b[.)]?\s*$", re.sub(r"<[^>]*>", "", draft.solution[0].words))
        place = ord(said[1].upper()) - ord("A") if said else -1
        if 0 <= place < len(options):
            options[place] = Option(options[place].text, right=True)
            remarks.append(
                Remark(
                    Fate.CHANGED,
                    draft.at,
                    f"the answer says {said[1] if said else ''}",
                    "this choice is right",
                )
            )
    if len(options) == 1:
        # one line with a letter is a part of the text, and no choice
        draft.texts.append(options.pop().text)
    number = sum(option.right for option in options)
    kind = QuestionKind.TEXT
    if options:
        kind = QuestionKind.SINGLE if number == 1 else QuestionKind.CHOICE
    return Question(
        draft.at, draft.title, kind, tuple(draft.texts), draft.credits, tuple(options),
        solution=tuple(draft.solution), keyed=not options or number > 0,
    )  # fmt: skip


def _for_older(element: etree._Element) -> bool:
    return any(local(above) == "Fallback" for above in element.iterancestors())


def _missing(document: etree._Element, blocks: Sequence[_Block]) -> Iterator[str]:
    """What of the file no block has: letters and formulas are counted, since pandoc may drop some unsaid."""
    there: Counter[str] = Counter()
    formulas = 0
    for element in document.iter():
        formulas += local(element) == "oMath"
        # what older programs see of a text box stands there twice
        if local(element) == "t" and "wordprocessingml" in element.tag and not _for_older(element):
            there.update(letter for letter in (element.text or "") if letter.isalnum())
    bare = re.sub(
        r'<span class="math.*?</span>', " ", "".join(block.html for block in blocks), flags=re.DOTALL
    )
    words = html.unescape(re.sub(r"<[^>]*>", "", bare))
    lacking = there - Counter(letter for letter in words if letter.isalnum())
    if sum(lacking.values()) > 0:
        yield f"{sum(lacking.values())} letters of the file are in no block that pandoc reads"
    told = sum(block.html.count('<span class="math') for block in blocks)
    if told != formulas:
        yield f"{formulas} formulas against {told}"
