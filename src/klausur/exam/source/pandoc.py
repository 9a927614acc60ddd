"""The one round to pandoc: Markdown in, its syntax tree out; pieces of the tree in, Typst, HTML and text out.

Two processes an exam, whatever its size. What the tree means is decided in the sibling modules.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pypandoc

from klausur.base.errors import ToolError
from klausur.base.guard import refuse_if_locked

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

_SECONDS = 20.0
"""An exam takes 0.1 s. Text that takes this long is not written by people, who would wait for it."""

Ast = dict[str, Any]
"""A node of pandoc's syntax tree as its JSON has it, ``{"t": constructor, "c": arguments}``."""


class PandocError(Exception):
    """Pandoc could not read or write one text; the message is for the author of that text."""


class _RunError(Exception):
    """Pandoc gave up on a whole job."""


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of the tree in the three forms that later rooms need."""

    typst: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula in TeX, and whether it stands on a line of its own."""

    tex: str
    display: bool


def read(texts: Sequence[str]) -> list[list[Ast] | PandocError]:
    """The blocks of each text, or why there are none, in the order given.

    Raises:
        ToolError: pandoc cannot be run at all.
    """
    if not texts:
        return []
    try:
        answers = _run({"read": list(texts), "format": FORMAT})
    except _RunError as error:
        if len(texts) == 1:
            return [PandocError(str(error))]
        return [result for text in texts for result in read([text])]  # find the one that is to blame
    return [_blocks(answer) for answer in answers]


def write(
    pieces: Sequence[Sequence[Ast]], maths: Sequence[Maths]
) -> tuple[list[Written | PandocError], list[str]]:
    """Each piece in all forms, and each formula as Typst; an empty text is one that cannot be typeset.

    Raises:
        ToolError: pandoc cannot be run at all.
    """
    head = {"pandoc-api-version": _api_version(), "meta": {}}
    job = {
        "write": [json.dumps({**head, "blocks": list(blocks)}) for blocks in pieces],
        "maths": [{"tex": m.tex, "display": m.display} for m in maths],
    }
    try:
        answer = _run(job)
    except _RunError as error:
        return [PandocError(str(error))] * len(pieces), ["$$"] * len(maths)
    written: list[Written | PandocError] = [
        PandocError(p["error"])
        if "error" in p
        else Written(p["typst"].strip(), p["html"].strip(), _SPACES.sub(" ", p["text"].strip()))
        for p in answer["pieces"]
    ]
    return written, list(answer["maths"])


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
            done = subprocess.run(
                [pypandoc.get_pandoc_path(), "lua", str(path)],
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _RunError(f"it takes pandoc longer than {_SECONDS:.0f} s") from None
        except OSError as error:
            raise ToolError(f"pandoc cannot be started: {error}", "install Klausur again") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise _RunError(f"pandoc failed: {last[0]}")
    return json.loads(done.stdout)
