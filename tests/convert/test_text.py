"""Foreign texts as Markdown: what pandoc drops is noticed, and signs that mean something stay signs."""

import pytest

from klausur.convert import formulas
from klausur.convert.model import Markup, Text, blank
from klausur.convert.text import to_markdown


def written(words: str, markup: Markup = Markup.HTML) -> str:
    (made,) = to_markdown([Text(words, markup)])
    assert made.lost == ()
    return made.markdown


def test_letters_that_pandoc_drops_are_noticed() -> None:
    (made,) = to_markdown([Text("<p>Say <textarea>gone</textarea> it.</p>", Markup.HTML)])
    assert made.lost == ("4 letters of '<p>Say <textarea>gone</textarea> it.</p>'",)


@pytest.mark.parametrize(
    ("words", "markup", "markdown"),
    [
        (r"a \(x &lt; y\) b", Markup.HTML, "a $x < y$ b"),
        ("[x] {y} costs $5", Markup.HTML, r"&#91;x&#93; &#123;y&#125; costs \$5"),
        ("one<br><br>two<br>", Markup.HTML, "one\n\ntwo"),
        ("<figure><p>a</p><figcaption>A caption</figcaption></figure>", Markup.HTML, "a\n\nA caption"),
        (
            r"\begin{align*} a &= b \\ c &= d \end{align*}",
            Markup.LATEX,
            r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$",
        ),
        (r"\vspace{1in}\textbf{so} 5\% of \SI{3}{\metre}", Markup.LATEX, r"**so** 5% of $\SI{3}{\metre}$"),
        ("*not* <b>this</b>", Markup.PLAIN, r"\*not\* \<b\>this\</b\>"),
        ("<table><tr><td>$|x|$</td><td>\\(|x|\\)</td></tr></table>", Markup.HTML, None),
    ],
)
def test_formulas_and_signs_stay_what_they_are(words: str, markup: Markup, markdown: str | None) -> None:
    made = written(words, markup)
    if markdown is None:
        assert r"$\vert x\vert $" in made
    else:
        assert made == markdown


def test_a_blank_is_where_it_was() -> None:
    (made,) = to_markdown([Text(f"The {blank(1)} shines.", Markup.HTML, blanks=("sun [hot]",))])
    assert made.markdown == "The [sun &#91;hot&#93;]{.blank} shines."


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("What is $x^2$ for $x=3$?", ["x^2", "x=3"]),
        (r"the angle $\alpha$, in degrees", [r"\alpha"]),
        ("It costs $5 and $6.", []),
        ("a $5-$6 range, US$10 = US$20", []),
        ("$ x_1 $ has blanks", []),
    ],
)
def test_dollars_in_words_are_formulas_where_they_are_written_like_tex(text: str, tex: list[str]) -> None:
    _words, found = formulas.taken_out(text, Markup.HTML)
    assert [formula.tex for formula in found] == tex
