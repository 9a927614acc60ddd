"""The one round to pandoc: Markdown in, its syntax tree out; pieces of the tree in, HTML and text out.

Two processes an exam, whatever its size. What the tree means is decided in the sibling modules; Typst markup
is written by `klausur.exam.source.typst_writer`.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import pypandoc

from klausur.base import overtime
from klausur.base.errors import ToolError
from klausur.base.guard import refuse_if_locked
from klausur.exam.delimiters import dollars
from klausur.exam.source import plain_words

FORMAT = (
    "commonmark_x+sourcepos"
    # an id that follows the heading's words would change with them, and readings are stored by id
    "-gfm_auto_identifiers-implicit_header_references"
    # a rubric's [note] or a choice's [x] is text here, `---` is a rule, > [!NOTE] a quote
    "-yaml_metadata_block-alerts-emoji"
)
"""What pandoc calls the Markdown of an exam."""

_SPACES = re.compile("[\\u2000-\\u200a\\u202f\\u205f]")
"""Thin spaces that pandoc sets in formulas; lost in a CSV or a terminal."""

_BETWEEN = "\x1f"
"""Stands between the forms of a formula; in no text that is read."""

_SECONDS = 20.0
"""Of processor time. An exam takes 0.1 s. Text that takes this long is not written by people, who would wait
for it."""

_SLOW = 3
"""Texts of one exam that may take so long; after one more the others are not tried."""

_MOST = 20_000
"""Answers that are remembered; an exam needs 500."""

_LINE = re.compile(r'"line": \d+')
"""Where a node stands, in the JSON of a piece: what is written of it is the same elsewhere."""

_REMEMBERED: ContextVar[dict[str, Any] | None] = ContextVar("klausur_pandoc_answers", default=None)

_T = TypeVar("_T")
_R = TypeVar("_R")

Ast = dict[str, Any]
"""A node of pandoc's syntax tree as its JSON has it, ``{"t": constructor, "c": arguments}``."""


class PandocError(Exception):
    """Pandoc could not read or write one text; the message is for the author of that text."""


class _SlowError(PandocError):
    """Pandoc took too much processor time over a job."""


class _RunError(Exception):
    """Pandoc gave up on a whole job; ``error`` says why, if the job is one text."""

    def __init__(self, error: PandocError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class PieceForms:
    """A piece of the tree in the forms that pandoc writes."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula in TeX, and whether it stands on a line of its own."""

    tex: str
    display: bool


@contextmanager
def remembering() -> Iterator[None]:
    """While this is open, in this thread or task, pandoc is asked nothing that it has answered already."""
    token = _REMEMBERED.set({})
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def read(texts: Sequence[str]) -> list[list[Ast] | PandocError]:
    """The blocks of each text, or why there are none, in the order given.

    Raises:
        ToolError: pandoc cannot be run at all, hangs, or takes too much processor time over many texts.
    """
    return _all_or_each(texts, _read)


def _read(texts: Sequence[str]) -> list[list[Ast] | PandocError]:
    # without an end to its last line pandoc takes the last row of a table for words
    ended = [dollars(text if text.endswith("\n") else text + "\n") for text in texts]
    return [_blocks(answer) for answer in _run({"read": ended, "format": FORMAT})]


def _all_or_each(items: Sequence[_T], work: Callable[[Sequence[_T]], list[_R]]) -> list[_R | PandocError]:
    """What comes of the items, each asked once; those that are remembered are not asked again."""
    known = _REMEMBERED.get()
    if known is None:
        return _new_or_each(items, work)
    names = [f"{work.__name__} {_LINE.sub('', json.dumps(item, default=repr))}" for item in items]
    if len(known) > _MOST:
        known.clear()
    new = {name: item for name, item in zip(names, items, strict=True) if name not in known}
    answers: list[_R | PandocError] = _new_or_each([*new.values()], work)
    known.update(zip(new, answers, strict=True))
    return [known[name] for name in names]


def _new_or_each(items: Sequence[_T], work: Callable[[Sequence[_T]], list[_R]]) -> list[_R | PandocError]:
    """What comes of the items in one job; or, if pandoc gives up on it, in a job for each.

    So that who is to blame is told, and nobody else is; a job that is merely large is done in parts.
    """
    if not items:
        return []
    try:
        return [*work(items)]
    except _RunError as error:
        if len(items) == 1:
            return [error.error]
    results: list[_R | PandocError] = []
    slow = 0
    for item in items:
        try:
            results += work([item])
        except _RunError as error:
            slow += isinstance(error.error, _SlowError)
            if slow > _SLOW:
                message = f"pandoc {overtime.busy(_SECONDS)} over each of {slow} texts, and was asked no more"
                raise ToolError(message, "see that the exam's files hold what people wrote") from error
            results.append(error.error)
    return results


def write(pieces: Sequence[Sequence[Ast]]) -> list[PieceForms | PandocError]:
    """Each piece in both forms.

    Args:
        pieces: blocks, in whose formulas stand their forms, as `formula` joins them: pandoc sees no TeX.

    Raises:
        ToolError: pandoc cannot be run at all, hangs, or takes too much processor time over many texts.
    """
    plain = [plain_words.write(piece) for piece in pieces]
    asked = [piece for piece, known in zip(pieces, plain, strict=True) if known is None]
    written = iter(_all_or_each(asked, _write))
    return [next(written) if known is None else PieceForms(*known) for known in plain]


def formula(forms: PieceForms) -> str:
    """The forms of a formula as what stands in a node of the tree in place of its TeX."""
    return forms.html + _BETWEEN + forms.text


def _write(pieces: Sequence[Sequence[Ast]]) -> list[PieceForms | PandocError]:
    head = {"pandoc-api-version": _api_version(), "meta": {}}
    return [
        PandocError(p["error"])
        if "error" in p
        else PieceForms(p["html"].strip(), _SPACES.sub(" ", p["text"].strip()))
        for p in _run({"write": [json.dumps({**head, "blocks": list(blocks)}) for blocks in pieces]})
    ]


def _blocks(answer: dict[str, str]) -> list[Ast] | PandocError:
    if "error" in answer:
        return PandocError(answer["error"].strip())
    try:
        blocks: list[Ast] = json.loads(answer["ast"])["blocks"]
    except RecursionError:
        return PandocError("lists, quotes or brackets are nested far too deeply")
    return blocks


@cache
def _api_version() -> list[int]:
    """The version of the tree that this pandoc speaks; it refuses another one's."""
    answer = _run({"read": [""], "format": FORMAT})[0]
    version: list[int] = json.loads(answer["ast"])["pandoc-api-version"]
    return version


def _run(job: dict[str, Any]) -> Any:  # noqa: ANN401 - two shapes of JSON, told apart by the callers
    refuse_if_locked("running pandoc")
    script = resources.files(__package__) / "pandoc.lua"
    with resources.as_file(script) as path:
        try:
            done = overtime.run(
                [pypandoc.get_pandoc_path(), "lua", str(path)], json.dumps(job).encode(), _SECONDS
            )
        except overtime.BusyError as error:
            raise _RunError(_SlowError(f"pandoc {error} over this text")) from None
        except overtime.HungError as error:
            raise ToolError(f"pandoc {error}", "try again when the machine is less busy") from error
        except OSError as error:
            raise ToolError(f"pandoc cannot be started: {error}", "install Klausur again") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise _RunError(PandocError(f"pandoc failed: {last[0]}"))
    return json.loads(done.stdout)
