"""Foreign texts as Klausur's Markdown: formulas and pictures apart, the rest through pandoc."""

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import pypandoc

from klausur.base import overtime
from klausur.base.errors import ToolError
from klausur.convert import formulas, latex_words
from klausur.convert.model import Markup, Text

_SECONDS = 60.0
"""Of processor time for all texts of a file; 1,000 questions take 3 s."""

_FORMATS = {
    Markup.HTML: "html",
    Markup.LATEX: "latex+raw_tex-auto_identifiers",
    Markup.MARKDOWN: "markdown-auto_identifiers-smart-citations-tex_math_dollars-raw_html-implicit_figures",
    Markup.PLAIN: "html",
}
_SIGNS = str.maketrans({
    "\ue010": "&#91;", "\ue011": "&#93;", "\ue012": "&#123;", "\ue013": "&#125;", "\ue014": "&#92;",
    "\ue015": "&amp;", "\ue016": "&#96;", "\ue017": "&#45;",
})  # fmt: skip
_AS_THEY_WERE = str.maketrans("\ue010\ue011\ue012\ue013\ue014\ue015\ue016\ue017", "[]{}\\&`-")
_SPAN = re.compile(r"(\\.)|((`+)(?!`).+?(?<!`)\3(?!`))", re.DOTALL)
_PICTURE = re.compile(r"qzp(\d{4})zq")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|pt|px|%)?")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a text names: its address there, words for it, and its width as Klausur writes it."""

    src: str
    alt: str
    width: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text in Markdown; where a picture belongs stands `picture_word` of its number.

    ``unread`` are pieces that pandoc could not read and left out; ``changed`` says in words what is written
    otherwise. ``lost`` says what is not there any more: it is a bug of Klausur's if it says anything.
    """

    markdown: str
    pictures: tuple[Picture, ...] = ()
    unread: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def picture_word(number: int) -> str:
    """What stands in a text in place of its picture of this number."""
    return f"qzp{number:04d}zq"


def to_markdown(texts: Sequence[Text], definitions: str = "") -> tuple[Written, ...]:
    """Each text in Klausur's Markdown.

    Args:
        texts: in whatever markup.
        definitions: TeX that stands ahead of each text in LaTeX: commands that the file defines.

    Raises:
        ToolError: pandoc cannot be run.
    """
    prepared = [formulas.taken_out(text.words, text.markup) for text in texts]
    asked = [
        {"text": _for_pandoc(words, text.markup, definitions), "format": _FORMATS[text.markup]}
        for text, (words, _) in zip(texts, prepared, strict=True)
    ]
    answers = _run(asked)
    return tuple(
        _written(text, words, found, answer)
        for text, (words, found), answer in zip(texts, prepared, answers, strict=True)
    )


def plain(words: str) -> str:
    """Words as Markdown that means them and nothing else, in one line."""
    line = " ".join(words.split())
    escaped = re.sub(r"([\\`*_<>$~^#|])", r"\\\1", line).replace("&", "&amp;")
    escaped = re.sub(r"([\[\]{}]|-(?=-)|(?<=-)-)", lambda match: f"&#{ord(match[0])};", escaped)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+:])", r"\\\1", escaped))


def _for_pandoc(words: str, markup: Markup, definitions: str) -> str:
    if markup is Markup.PLAIN:
        return "".join(
            f"<p>{html.escape(part.strip()).replace(chr(10), '<br>')}</p>"
            for part in re.split(r"\n\s*\n", words)
            if part.strip()
        )
    if markup is Markup.LATEX:
        used = _used(definitions, words)
        return f"{latex_words.for_pandoc(used)}\n{latex_words.for_pandoc(words)}\n"
    return words + "\n"


def _used(definitions: str, words: str) -> str:
    """The definitions of commands that a text names; most texts name none."""
    named = set(re.findall(r"\\([A-Za-z]+)", words))
    lines = definitions.splitlines()
    return (
        "\n".join(lines)
        if any(set(re.findall(r"\\([A-Za-z]+)", line)[1:2]) & named for line in lines)
        else ""
    )


def _written(
    text: Text, words: str, found: tuple[formulas.Formula, ...], answer: dict[str, object]
) -> Written:
    if "error" in answer:
        message = " ".join(str(answer["error"]).split())[:300]
        return Written(
            plain(text.words), unread=(text.words,), changed=(f"pandoc could not read it: {message}",)
        )
    markdown = str(answer["markdown"]).strip().translate(_SIGNS)
    pictures = tuple(_picture(one) for one in _dicts(answer["pictures"]))
    lacking = _letters(words, text.markup) - Counter(filter(str.isalnum, _shown(markdown)))
    lacking -= Counter(filter(str.isalnum, "".join(_texts(answer["raw"]))))
    markdown, missing = formulas.put_back(markdown, found)
    lost = [f"formula {found[number - 1].tex!r}" for number in missing if found[number - 1].tex]
    if lacking:
        lost.append(f"{sum(lacking.values())} letters of {' '.join(text.words.split())[:60]!r}")
    blanks = [0] * len(text.blanks)

    def fill(match: re.Match[str]) -> str:
        number = int(match[1])
        blanks[number - 1] += 1
        inside = plain(text.blanks[number - 1]) or "…"
        return f"[{inside}]{{.blank}}"

    markdown = formulas.each(re.sub(r"(qzb\d{4}zq) +(?=[.,)])", r"\1", markdown), fill)
    lost += [f"blank {n}" for n, times in enumerate(blanks, start=1) if times != 1]
    there = [int(number) for number in _PICTURE.findall(markdown)]
    lost += [f"picture {p.src}" for n, p in enumerate(pictures, start=1) if there.count(n) != 1]
    return Written(markdown, pictures, _texts(answer["raw"]), _texts(answer["changed"]), tuple(lost))


_TAGS = re.compile(
    r"<!--.*?-->|<(script|style|math|svg)\b.*?</\1\s*>|<[A-Za-z/!?][^>]*>", re.DOTALL | re.IGNORECASE
)


def _letters(words: str, markup: Markup) -> Counter[str]:
    """The letters and digits that a text shows, where that is plain to see: LaTeX and Markdown are not."""
    if markup is Markup.PLAIN:
        return Counter(filter(str.isalnum, words))
    if markup is Markup.HTML:
        return Counter(filter(str.isalnum, html.unescape(_TAGS.sub(" ", words))))
    return Counter()


def _shown(markdown: str) -> str:
    """Markdown with its entities as signs; in code they are none."""
    parts, at = [], 0
    for match in _SPAN.finditer(markdown):
        if match[2] is not None:
            parts += [html.unescape(markdown[at : match.start()]), match[2]]
            at = match.end()
    return "".join([*parts, html.unescape(markdown[at:])])


def _dicts(value: object) -> list[dict[str, str]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _picture(one: dict[str, str]) -> Picture:
    return Picture(one["src"], one["alt"].translate(_AS_THEY_WERE), _width(one["width"]))


def _width(text: str) -> str:
    """A width as Klausur writes it: a share of the line, or mm; nothing where none is said."""
    if match := re.fullmatch(r"(\d*\.?\d*)\s*\\(?:textwidth|linewidth|columnwidth)", text.strip()):
        return f"{max(5, min(100, round(float(match[1] or 1) * 100)))}%"
    match = _LENGTH.fullmatch(text.strip())
    if not match or not float(match[1]):
        return ""
    if match[2] == "%":
        return f"{max(5, min(100, round(float(match[1]))))}%"
    return f"{max(5, min(160, round(float(match[1]) * _MM[match[2] or 'px'])))}mm"


def _run(asked: list[dict[str, str]]) -> list[dict[str, object]]:
    if not asked:
        return []
    with resources.as_file(resources.files(__package__) / "pandoc.lua") as script:
        try:
            done = overtime.run(
                [pypandoc.get_pandoc_path(), "lua", str(script)], json.dumps(asked).encode(), _SECONDS
            )
        except overtime.BusyError as error:
            raise ToolError(f"pandoc {error} over this file", "import it in parts") from None
        except (overtime.HungError, OSError) as error:
            raise ToolError(f"pandoc cannot be run: {error}", "install Klausur again") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise ToolError(
            f"pandoc failed: {last[0]}", "import the file in parts, to find the one that it is about"
        )
    answers: list[dict[str, object]] = json.loads(done.stdout)
    return answers
