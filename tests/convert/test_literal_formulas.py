r"""What a source means as a formula is one, and nothing else is: in every form, in and out."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klausur.actions.import_exam import import_exam
from klausur.convert import exports, text
from klausur.convert.model import Markup, Text
from klausur.exam import scaffold, source
from klausur.exam.content import Content
from klausur.exam.model import Exam

FILES = {
    "moodle": "moodle.xml", "gift": "questions.gift", "qti": "qti.zip", "canvas": "canvas.zip",
    "latex": "exam.tex", "amc": "exam.tex", "docx": "exam.docx",
}  # fmt: skip
HEAD = """title = "Signs"
date = 2026-01-05
start = "10:00"
minutes = 30
examiner = "A"
"""
LITERAL = (
    r"\(x\)",
    r"\[y\]",
    "$x^2$",
    "$$x^2$$",
    r"\begin{math}x\end{math}",
    r"\begin{align}a\end{align}",
    r"\\(x\\)",
    r"\$x_1\$",
    r"C:\(old)\(new\)",
    r"\ce{H2O}",
    r"\ensuremath{x}",
    "<b>x</b>",
    "&amp;",
    "&#36;",
    "~a~ ^b^ =c= #d a:b",
    r"\( alone",
    r"\) too",
    "$5",
    r"a \ b",
    "a | b",
    "fi `a` x",
    "##A1##",
    "[[x]]",
    "%50%",
    "-> a",
    "::t::",
    "%a%",
    "a -- b",
    "{x}",
    "$$",
)


def exam_of(folder: Path, pieces: list[str]) -> Exam:
    """An exam with a question for each text, which is in words, in code, emphasized, and in a choice."""
    written = ["# Signs", ""]
    for number, piece in enumerate(pieces):
        words = text.plain(piece)
        code = piece.replace("`", "'")
        written += [
            f"## Title {number} {{#q{number} credits=1 kind=single}}", "",
            f"We see {words} beside `{code}`, *{text.plain('so ' + piece)}*, and $z^2$ of it.", "",
            f"- [x] it is {words} here", "- [ ] it is $b_1$", "",
        ]  # fmt: skip
    scaffold.put(folder, {"exam.toml": HEAD.encode(), "problems/1-signs.md": "\n".join(written).encode()})
    exam = source.parse(folder).exam
    assert exam is not None
    return exam


def back(exam: Exam, form: str, folder: Path) -> Exam:
    """The exam, exported and imported again, with nothing lost on the way."""
    for name, data in exports.of(form).write(exam).files.items():
        path = folder / "away" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    done = import_exam([folder / "away" / FILES[form]], folder / "here", today=date(2026, 1, 5))
    assert done.lost == ()
    again = source.parse(folder / "here").exam
    assert again is not None
    return again


def words(content: Content) -> str:
    return " ".join(content.text.split())


def assert_same(exam: Exam, again: Exam) -> None:
    """Each question says the same, and has the same formulas."""
    found = {
        words(choices[0].content): question for question in again.questions if (choices := question.choices)
    }
    for question in exam.questions:
        other = found[words(question.choices[0].content)]
        assert words(other.content).endswith(words(question.content))
        assert other.content.html.count("<math") == 1
        assert [c.content.html.count("<math") for c in other.choices] == [0, 1]


@pytest.mark.parametrize("form", FILES)
def test_signs_are_no_formulas_wherever_they_were(form: str, tmp_path: Path) -> None:
    exam = exam_of(tmp_path / "there", list(LITERAL))
    for question, piece in zip(exam.questions, LITERAL, strict=True):
        assert piece in question.choices[0].content.text
    assert_same(exam, back(exam, form, tmp_path))


PIECES = st.lists(
    st.lists(st.sampled_from((*LITERAL, "word", "\\", "\\\\", "$")), min_size=1, max_size=4).map(" ".join),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("form", FILES)
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES)
def test_no_mixture_of_them_is_one(
    form: str, pieces: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("signs")
    exam = exam_of(folder / "there", pieces)
    assert_same(exam, back(exam, form, folder))


@pytest.mark.parametrize(
    ("markup", "there", "here"),
    [
        (Markup.LATEX, r"a\\$x$ and $y$ b", "a\\\n$x$ and $y$ b"),
        (Markup.LATEX, r"a\\\(x\) and \[z\]", "a\\\n$x$ and $$z$$"),
        (
            Markup.LATEX,
            r"\textbackslash(x\textbackslash), \verb|\(y\)| \$5, \$6",
            r"&#92;(x&#92;), `\(y\)` \$5, \$6",
        ),
        (Markup.LATEX, r"a\textbar b \textasciigrave{}c \texttt{{[}d{]}}", r"a\|b &#96;c `[d]`"),
        (Markup.MARKDOWN, r"see \[1\], \(a\), \\(z\\)", "see &#91;1&#93;, (a), $z$"),
        (Markup.MARKDOWN, r"a \\$x$ and $y$ b, `\\(c\\)`", r"a &#92;$x$ and $y$ b, `\\(c\\)`"),
        (Markup.HTML, r'<a title="\(x\)">a</a> <!-- \(y\) --> \(b&lt;c\)', "a $b<c$"),
        (Markup.HTML, r'<span class="nolink tex2jax_ignore">\(a <b>b</b>\)</span>', "&#92;(a **b**&#92;)"),
        (
            Markup.HTML,
            r"\\(x\\), R&amp;amp;D <code>&amp;amp;</code>",
            r"&#92;&#92;(x&#92;&#92;), R&amp;amp;D `&amp;`",
        ),
        (Markup.PLAIN, r"\(x\) $y^2$ a\b", r"&#92;(x&#92;) \$y\^2\$ a&#92;b"),
    ],
)
def test_each_markup_has_formulas_of_its_own(markup: Markup, there: str, here: str) -> None:
    (written,) = text.to_markdown([Text(there, markup)])
    assert written.lost == written.unread == ()
    assert written.markdown == here


def test_words_of_a_picture_are_as_they_were() -> None:
    (written,) = text.to_markdown([Text(r'<img src="a.png" alt="[\(x\)] &amp; y">', Markup.HTML)])
    assert written.lost == ()
    assert [one.alt for one in written.pictures] == [r"[\(x\)] & y"]
