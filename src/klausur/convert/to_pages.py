"""An exam as one page of HTML, or as a file of Word, to be read and worked over by people."""

import base64
import html
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pypandoc

from klausur.base import overtime
from klausur.base.credits import mixed_credits
from klausur.base.errors import ToolError
from klausur.convert import formulas, leaving
from klausur.convert.leaving import Exported, Leaving
from klausur.convert.model import Markup
from klausur.exam.content import Content
from klausur.exam.model import Exam, Question, QuestionKind

_SECONDS = 60.0
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_STYLE = (
    "body{max-width:46em;margin:2em auto;padding:0 1em;font-family:serif;line-height:1.45}"
    "table{border-collapse:collapse}td,th{padding:.2em .6em;border-bottom:1px solid #999}"
    "img{max-width:100%}.key{border-left:3px solid #888;padding-left:1em}"
)


def export_html(exam: Exam) -> Exported:
    """The exam with its key as one page; formulas are MathML, figures are inside."""
    made = Leaving(exam, "HTML")
    body = "\n".join(_page(exam, tex=False))
    for path in leaving.figures_of(body):
        data, suffix = leaving.picture(exam.folder, path), PurePosixPath(path).suffix.lower()
        if suffix in _TYPES:
            inside = f"data:{_TYPES[suffix]};base64,{base64.b64encode(data).decode()}"
            body = body.replace(f'src="{html.escape(path)}"', f'src="{inside}"')
        else:
            made.said.append((path, "a figure of a form that browsers do not show"))
    page = (
        f'<!DOCTYPE html>\n<html lang="{exam.language}">\n<head><meta charset="utf-8">'
        f"<title>{html.escape(exam.title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return Exported({"exam.html": page.encode()}, sum(1 for _ in exam.questions), tuple(made.said))


def export_docx(exam: Exam) -> Exported:
    """The exam with its key as a file of Word; formulas are Word's own.

    Raises:
        ToolError: pandoc cannot be run.
    """
    made = Leaving(exam, "Word")
    body = "\n".join(_page(exam, tex=True))
    for path in leaving.figures_of(body):
        if PurePosixPath(path).suffix.lower() in {".svg", ".pdf"}:
            made.said.append((path, "a figure that older versions of Word do not show"))
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "exam.html"
        there.write_text(body)
        out = Path(folder) / "exam.docx"
        command = [
            pypandoc.get_pandoc_path(), "-f", "html", "-t", "docx",
            str(there), "-o", str(out), f"--resource-path={exam.folder}",
        ]  # fmt: skip
        try:
            done = overtime.run(command, b"", _SECONDS)
        except (overtime.BusyError, overtime.HungError, OSError) as error:
            raise ToolError(f"pandoc cannot be run: {error}", "install Klausur again") from error
        if done.returncode or not out.is_file():
            raise ToolError("pandoc could not write the file of Word", "export to another form")
        data = out.read_bytes()
    return Exported({"exam.docx": data}, sum(1 for _ in exam.questions), tuple(made.said))


def _for_pandoc(content: Content) -> str:
    """A text whose formulas are told by what stands around them, so that no words are taken for one."""
    words, found = formulas.taken_out(leaving.with_tex(content), Markup.HTML)

    def back(match: re.Match[str]) -> str:
        one = found[int(match[1]) - 1]
        mode = "; mode=display" if one.display else ""
        return f'<script type="math/tex{mode}">{one.tex}</script>'

    return re.sub(r"qzf(\d{4})zq", back, words)


def _page(exam: Exam, *, tex: bool) -> Iterator[str]:
    """The page's parts; with ``tex`` formulas are TeX for who reads the page next."""
    yield f"<h1>{html.escape(exam.title)}</h1>"
    for problem in exam.problems:
        yield f"<h2>Problem {problem.number}: {html.escape(problem.title)}</h2>"
        for question in problem.questions:
            for content in leaving.before(problem, question):
                yield _for_pandoc(content) if tex else content.html
            yield from _question(question, tex=tex)


def _question(question: Question, *, tex: bool) -> Iterator[str]:
    worth = f"{mixed_credits(question.credits)} credit{'' if question.credits == 1 else 's'}"
    title = f"Q{question.number.replace('.', '')}. " if tex else f"{question.number} "
    yield f"<h3>{title}{html.escape(question.title)} ({worth})</h3>"
    yield _for_pandoc(question.content) if tex else question.content.html
    if question.kind is QuestionKind.TABLE:
        heads = "".join(f"<th>{_for_pandoc(h) if tex else h.html}</th>" for h in question.heads)
        yield f"<table><tr><th></th>{heads}</tr>"
        for row in question.rows:
            boxes = "".join(f"<td>{'☒' if box.right else '☐'}</td>" for box in row)
            words = _for_pandoc(row[0].content) if tex else row[0].content.html
            yield f"<tr><td>{words}</td>{boxes}</tr>"
        yield "</table>"
    elif question.kind.chosen:
        for choice in question.choices:
            words = _for_pandoc(choice.content) if tex else choice.content.html
            yield f"<p>{'☒' if choice.right else '☐'} {words.removeprefix('<p>').removesuffix('</p>')}</p>"
    if question.solution is not None:
        words = _for_pandoc(question.solution) if tex else question.solution.html
        yield f'<div class="key"><p>Solution:</p>{words}</div>'
    if question.rubric is not None:
        words = (
            leaving.rubric_html(question, _for_pandoc)
            if tex
            else leaving.rubric_html(question, lambda c: c.html)
        )
        yield f'<div class="key">{words}</div>'
