# ruff: noqa: E501 - rules and broken words read best in one line
"""What Moodle's reader of XML asks of a file of questions, written down from its documentation and behaviour."""

import base64
import binascii
import re
from collections.abc import Iterator

from lxml import etree

from klausur.convert.to_moodle import FRACTIONS

FORMATS = {"html", "moodle_auto_format", "plain_text", "markdown"}
WITH_TEXT = {"questiontext", "generalfeedback", "feedback", "graderinfo", "responsetemplate", "subquestion"}
ASKED = {"multichoice", "numerical", "essay", "matching", "cloze", "truefalse", "shortanswer", "description"}
_GAP = re.compile(r"\{\d*:(?:SHORTANSWER|SA|MULTICHOICE|MC|NUMERICAL|NM)\w*:((?:\\.|[^{}\\])+)\}")


def broken(data: bytes) -> list[str]:
    """What a file says otherwise than the reader's rules, in words; nothing if it keeps them all."""
    root = etree.fromstring(data)
    if root.tag != "quiz":
        return ["no quiz"]
    found: list[str] = []
    for number, question in enumerate(root, start=1):
        kind = question.get("type") or ""
        if kind == "category":
            if not (question.findtext("category/text") or "").startswith(("$course$", "$system$", "top")):
                found.append(f"{number}: a category without its path")
            continue
        if kind not in ASKED:
            found.append(f"{number}: no type {kind!r}")
            continue
        found += [
            f"{number}: {words}"
            for words in (*_said(question, kind), *_texts(question), *_answers(question, kind))
        ]
    return found


def _said(question: etree._Element, kind: str) -> Iterator[str]:
    """What each question says of itself."""
    if not (question.findtext("name/text") or "").strip():
        yield "no name"
    if not (question.findtext("questiontext/text") or "").strip():
        yield "no text"
    grade = question.findtext("defaultgrade") or ""
    if not re.fullmatch(r"\d+(\.\d+)?", grade) or (kind != "description" and not float(grade)):
        yield f"defaultgrade {grade!r}"
    for tag, values in (
        ("single", {"true", "false"}), ("shuffleanswers", {"true", "false"}), ("hidden", {"0", "1"}),
        ("answernumbering", {"none", "abc", "ABCD", "123", "iii", "IIII"}),
        ("responseformat", {"editor", "editorfilepicker", "plain", "monospaced", "noinline"}),
        ("responserequired", {"0", "1"}),
    ):  # fmt: skip
        if (one := question.findtext(tag)) is not None and one not in values:
            yield f"{tag} {one!r}"
    needs = {
        "essay": ["responseformat", "responsefieldlines", "attachments"],
        "multichoice": ["single", "answernumbering"],
    }
    yield from (f"no {tag}" for tag in needs.get(kind, []) if question.find(tag) is None)


def _texts(question: etree._Element) -> Iterator[str]:
    """Texts in a form that is known, and the files that they name."""
    for element in question.iter(*WITH_TEXT):
        if element.get("format") not in FORMATS:
            yield f"{element.tag} in the form {element.get('format')!r}"
    for element in question.iter():
        files = {f.get("name"): f for f in element.findall("file")}
        words = element.findtext("text") or "" if element.tag != "answer" or files else ""
        named = set(re.findall(r"@@PLUGINFILE@@/([^\"]+)", words))
        yield from (f"no file {one}" for one in sorted(named - set(files)))
        yield from (f"the file {one} in no text" for one in sorted(set(map(str, files)) - named))
        for one, file in files.items():
            try:
                inside = base64.b64decode(file.text or "", validate=True)
            except binascii.Error:
                inside = b""
            if file.get("encoding") != "base64" or not inside:
                yield f"the file {one} is empty or no base64"
        if re.search(r'<img[^>]*src="(?!@@PLUGINFILE@@|https?:|data:)', element.findtext("text") or ""):
            yield "a picture that is in no file"


def _answers(question: etree._Element, kind: str) -> Iterator[str]:  # noqa: C901, PLR0912 - a branch for each rule
    answers = question.findall("answer")
    shares = [a.get("fraction") or "" for a in answers]
    yield from (f"fraction {share!r}" for share in shares if share.lstrip("-") not in FRACTIONS)
    known = [float(share) for share in shares if share.lstrip("-") in FRACTIONS]
    if kind == "multichoice":
        if len(answers) < 2:
            yield "fewer than two choices"
        if any(not (a.findtext("text") or "").strip() for a in answers):
            yield "a choice without words"
        single = question.findtext("single") == "true"
        best = max(known, default=0) if single else sum(share for share in known if share > 0)
        if abs(best - 100) > 0.1:
            yield f"shares that give {best:g} at best"
    if kind == "numerical":
        if not answers:
            yield "no number"
        for answer in answers:
            for tag in ("text", "tolerance"):
                if not re.fullmatch(r"-?\d+(\.\d+)?|\*", answer.findtext(tag) or ""):
                    yield f"{tag} {answer.findtext(tag)!r} is no number"
        if 100 not in known:
            yield "no number gives all"
    if kind == "matching":
        pairs = question.findall("subquestion")
        asked = [p for p in pairs if (p.findtext("text") or "").strip()]
        if len(asked) < 2:
            yield "fewer than two questions"
        if any(not (p.findtext("answer/text") or "").strip() for p in pairs):
            yield "a pair without its answer"
    if kind == "cloze":
        words = question.findtext("questiontext/text") or ""
        if not _GAP.search(words) or "{" in re.sub(r"\\\{|\\\(.*?\\\)", "", _GAP.sub("", words)):
            yield "a text without gaps, or with one that cannot be read"
