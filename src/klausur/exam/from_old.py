"""An exam of before as a start: its source without what belonged to that day, and what candidates have seen.

Left behind are dates, the exam's own id, what was decided about struck questions, the list of candidates
and all that Klausur wrote. For a resit, `seen.toml` names the questions that were asked, each with a digest
of its words: as long as they stand as they were, candidates have seen them.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.base.errors import KlausurError, NotFoundError
from klausur.exam.header import NAME
from klausur.exam.inside import inside
from klausur.exam.model import Exam, Question
from klausur.exam.source.files import source_files

SEEN = "seen.toml"
_BESIDE = ("rooms.toml", "evidence.lock")
"""Files beside the source that hold for another day, too."""

_BEHIND = re.compile(r"(?m)^(?:id|struck)\s*=.*\n?")
_STRUCK = re.compile(r"(?ms)^\[grading\.struck\]\s*$.*?(?=^\[|\Z)")
_DAY = re.compile(r"(?m)^(date\s*=\s*).*?(\s*#.*)?$")


def files(old: Path, day: date) -> dict[str, bytes]:
    """The files of an exam's source for another day, by their path.

    Raises:
        NotFoundError: there is no exam.
        KlausurError: a file of it cannot be read.
    """
    if inside(old, NAME) is None:
        raise NotFoundError(f"{old} holds no exam: there is no {NAME}", "name the folder of the old exam")
    there = {name: inside(old, name) for name in (*source_files(old), *_BESIDE)}
    try:
        found = {name: path.read_bytes() for name, path in there.items() if path is not None}
        head = found[NAME].decode()
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}"
        raise KlausurError(message, "see that you may read the old exam") from error
    except UnicodeDecodeError as error:
        raise KlausurError(f"{old / NAME} is not in UTF-8", "save it in UTF-8") from error
    found[NAME] = _head(head, day).encode()
    return found


def _head(text: str, day: date) -> str:
    """exam.toml for another day: only lines of its own keys change."""
    text = _STRUCK.sub("", text)
    own, tables = re.split(r"(?m)(?=^\[)|\Z", text, maxsplit=1)[:2] if "\n[" in text else (text, "")
    own = _DAY.sub(rf"\g<1>{day.isoformat()}\g<2>", _BEHIND.sub("", own))
    return own + re.sub(r"(?m)^struck\s*=.*\n?", "", tables)


def seen(exam: Exam) -> bytes:
    """``seen.toml``: the questions of an exam that was asked."""
    lines = [
        f"# Asked in {_quoted(exam.title)} on {exam.date.isoformat()}.",
        "# klausur check names those that stand as they did; delete a line to ask its question again.",
        "[questions]",
        *(f"{_quoted(question.id)} = {_quoted(_digest(question))}" for question in exam.questions),
    ]
    return ("\n".join(lines) + "\n").encode()


def still_asked(exam: Exam) -> Iterator[Diagnostic]:
    """A warning for each question that candidates have seen, by the ``seen.toml`` in the exam's folder."""
    try:
        text = (exam.folder / SEEN).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    known = set(re.findall(r'= "([0-9a-f]{16})"', text))
    for question in exam.questions:
        if _digest(question) in known:
            message = f"question {question.number} was asked before, in these words: candidates have seen it"
            hint = f"ask something else, or delete its line in {SEEN} if it may be asked again"
            yield Diagnostic("question-seen", message, question.place, hint)


def _digest(question: Question) -> str:
    """Of the words of a question and of its choices, in whichever order; not of numbers of the exam."""
    texts = [question.content.text, *sorted(choice.content.text for choice in question.choices)]
    plain = "\n".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
