r"""HTML with formulas between ``\(`` and ``\)`` as other systems' text: LaTeX or Word, by pandoc."""

import json
import re
from collections.abc import Sequence
from importlib import resources

import pypandoc

from klausur.base import overtime
from klausur.base.errors import ToolError
from klausur.convert import formulas
from klausur.convert.model import Markup

_SECONDS = 60.0


def latex(texts: Sequence[str]) -> tuple[str, ...]:
    """Each text in LaTeX; formulas are the author's TeX, letter by letter.

    Raises:
        ToolError: pandoc cannot be run.
    """
    apart = [formulas.taken_out(text, Markup.HTML) for text in texts]
    found = _run([{"text": words, "to": "latex"} for words, _ in apart])
    return tuple(_back(words, taken) for words, (_, taken) in zip(found, apart, strict=True))


def _back(words: str, taken: Sequence[formulas.Formula]) -> str:
    def back(match: re.Match[str]) -> str:
        one = taken[int(match[1]) - 1]
        return rf"\[{one.tex}\]" if one.display else f"${one.tex}$"

    return re.sub(r"qzf(\d{4})zq", back, words)


def _run(asked: Sequence[dict[str, str]]) -> list[str]:
    with resources.as_file(resources.files(__package__) / "leaving.lua") as script:
        try:
            done = overtime.run(
                [pypandoc.get_pandoc_path(), "lua", str(script)], json.dumps(list(asked)).encode(), _SECONDS
            )
        except (overtime.BusyError, overtime.HungError, OSError) as error:
            raise ToolError(f"pandoc cannot be run: {error}", "install Klausur again") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise ToolError(
            f"pandoc failed: {last[0]}", "export another exam, to see whether it is this one's text"
        )
    answers: list[str] = json.loads(done.stdout)
    return answers
