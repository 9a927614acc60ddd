"""Formulas on pages of the site: what of an author's text comes into a page, and what does not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klausur.base.maths import Formula, typeset
from klausur.web import maths


def _formula(tex: str) -> str:
    formula = typeset(tex, display=False)
    assert isinstance(formula, Formula)
    return formula.html


def test_a_formula_comes_whole_but_for_its_styles_which_a_script_applies() -> None:
    html = _formula(r"\cancel{x} + \left(\frac{1}{2}\right)")
    assert ' style="' in html
    shown = maths.shown(html)
    assert ' style="' not in shown
    assert shown.replace("data-style", "style") == html


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("<p>a <em>b</em> &lt; c</p>", "<p>a <em>b</em> &lt; c</p>"),
        ('<p onclick="x()" style="position:fixed" id="main">a</p>', "<p>a</p>"),
        ('<p data-style="color:red">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<style>p{}</style>", "p{}"),
        ('<a href="javascript:x()">a</a>', "a"),
        ('<img src="//other/x.png" alt="a <lens>">', "[a &lt;lens&gt;]"),
        ("<math><mtext><script>x</script></mtext></math>", "<math><mtext>x</mtext></math>"),
        ("<math href='//other'><mi>x</mi></math>", "<math><mi>x</mi></math>"),
        ("<math><annotation-xml><p>x</p></annotation-xml></math>", "<math>x</math>"),
        ("<p><em>never ended", "<p><em>never ended</em></p>"),
        ("a</div></body><p>b", "a<p>b</p>"),
        (
            "<pre><code>a &lt; b\nc\n</code></pre>",
            "<pre><code><span>a &lt; b</span>\n<span>c</span></code></pre>",
        ),
        (
            '<pre class="x" data-numbers="yes"><code>a</code></pre>',
            '<pre data-numbers="yes"><code><span>a</span></code></pre>',
        ),
        ("<form><input name=a></form><iframe srcdoc='<p>'></iframe><svg onload=x>", ""),
    ],
)
def test_what_no_page_may_hold_is_left_out(fragment: str, shown: str) -> None:
    assert maths.shown(fragment) == shown


@given(
    st.lists(
        st.sampled_from(["<", ">", "</", "p", "math", "mi", "script", '"', " style=", "x", "&", "<!--", "="])
    )
)
def test_whatever_comes_in_only_elements_of_the_list_go_out(parts: list[str]) -> None:
    shown = maths.shown("".join(parts))
    assert {name.lower() for name in re.findall(r"</?([A-Za-z][^\s>/]*)", shown)} <= {"p", "math", "mi"}
    assert not re.search(r"<[^>]* style=", shown)
