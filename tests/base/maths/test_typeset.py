r"""What becomes of formulas: constructs as Typst that says the same, or a mistake in the author's words."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from klausur.base.maths import Formula, Mistake, Notation, engine, resolved, typeset


def made(tex: str, *, display: bool = False) -> Formula:
    formula = typeset(tex, display=display)
    assert isinstance(formula, Formula), formula
    return formula


@pytest.mark.parametrize(
    ("tex", "typst"),
    [
        (r"\frac{p}{q}", "frac(p,q)"),
        (r"k_i^{n+1}", "attach(k,t:n\\+1,b:i)"),
        (r"6{,}02", '6 class("normal",\\,)02'),
        (r"u\!v\kern-2mu w", "u#h(-0.1667em)v#h(-0.1111em)w"),
        (r"\sum\limits_{k} a_k", "attach(limits(\\∑),b:k)attach(a,b:k)"),
        (r"\int\limits_a^b", "attach(limits(\\∫),t:b,b:a)"),
        (r"\left.\frac{u}{v}\right|_{t=0}", 'attach(scripts(lr(""frac(u,v)\\|)),b:t\\=0)'),
        (r"\left(u\middle|v\right)", 'lr(\\(u class("normal",mid(\\|))v\\))'),
        (r"A \cap B \otimes C", "A\\∩B\\⊗C"),
        (r"p \mathrel{|} q", 'p class("relation",\\|)q'),
        (r"\operatorname{rank} A", 'op("rank")A'),
        (r"\operatorname*{arg\,max}_w f", "limits("),
        (r"\mathrm{kg}", 'upright("kg")'),
        (r"\text{falls } x", '"falls "x'),
        (r"\hat p \vec{v}", "accent(p,\\u{302})accent(v,\\u{20d7})"),
        (r"\sqrt[3]{s}", "root(3,s)"),
        (r"\binom{n}{k}", "lr(\\(mat(delim:#none,row-gap:#0.3em,n ;k)\\))"),
        (r"\xrightarrow[u]{v}", "stretch(\\→)"),
        (r"\Gamma + \gamma", "upright(Γ)\\+γ"),
        (r"\boldsymbol{\mu}", "bold(μ)"),
    ],
)
def test_constructs_as_typst(tex: str, typst: str) -> None:
    assert typst in made(tex).typst


def test_columns_rules_and_the_bar_of_an_augmented_matrix() -> None:
    ruled = made(r"\left[\begin{array}{rc|l} 1 & 2 & 3 \\ \hline 4 & 5 & 6 \end{array}\right]").typst
    assert "augment:#(hline:(1,),vline:(2,),stroke:0.4pt)" in ruled
    row = ruled.partition("#0.4pt")[0]
    assert row.count("inline(") == 6
    right, centre, left = "inline(1)#h(0.5em)&", "inline(2)#h(0.5em),", "&#h(0.5em)inline(3)"
    assert right in ruled
    assert centre in ruled
    assert left in ruled
    assert (
        "hline:(0,2,),vline:(0,1,2,)" in made(r"\begin{array}{|c|c|}\hline a&b\\c&d\\\hline\end{array}").typst
    )


def test_rules_beside_dashed_ones_are_refused() -> None:
    mixed = typeset(r"\begin{array}{c|c:c} a&b&c \end{array}", display=True)
    assert isinstance(mixed, Mistake)
    assert "solid or dashed" in mixed.hint


def test_tags_stand_at_the_margin() -> None:
    assert made(r"y = z \tag{7}", display=True).typst.startswith("#math.equation(block:true,numbering:_=>")
    rows = made(r"\begin{align} a &= b \tag{8} \\ c &= d \tag{9} \end{align}", display=True).typst
    assert "(8)" in rows
    assert "(9)" in rows
    assert rows.startswith("#block(width:100%")


def test_all_forms_say_the_same() -> None:
    formula = made(r"\frac{3}{4}\,x^2 \le 0{,}75\alpha")
    assert formula.text == "3/4 x² ≤ 0,75α".replace("4 x", "4x")
    assert formula.html.startswith("<math><mrow><mfrac><mn>3</mn><mn>4</mn></mfrac>")
    assert "<mn>0,75</mn>" in formula.html
    assert "class=" not in made(r"\begin{aligned}a&=b\end{aligned}\mathcal{L}").html


def test_browsers_are_told_which_script_is_meant_and_how_wide_an_accent_is() -> None:
    assert made(r"\mathscr{L}").html == "<math><mi>ℒ\ufe01</mi></math>"
    assert made(r"\mathcal{L}").html == "<math><mi>ℒ\ufe00</mi></math>"
    assert "<mi>𝒜\ufe01</mi><mi>ℬ\ufe01</mi>" in made(r"\mathscr{AB}").html
    assert ">\u0302</mo>" in made(r"\widehat{xyz}").html
    assert ">˜</mo>" in made(r"\widetilde{xyz}").html


def test_chemistry() -> None:
    formula = made(r"\ce{2H2 + O2 -> 2H2O}")
    assert formula.text == "2H₂ + O₂ → 2H₂O"
    assert "stretch(\\→)" in formula.typst


@pytest.mark.parametrize(
    ("tex", "words", "at"),
    [
        (r"a + \wurzel{2}", r"\wurzel is no command that is known", 4),
        (r"\frac{1", "} is missing at the end", 7),
        ("x^2^3", "a second superscript", 3),
        (r"\left( x", r"\right is missing", 8),
        (r"\begin{aligned} a \end{align}", r"\begin{aligned} is ended by \end{align}", 18),
        ("a & b", "& stands where it cannot", 2),
        (r"\begin{tabular}{c}\end{tabular}", "no environment tabular", 6),
        (r"\includegraphics{x.png}", r"\includegraphics has no meaning on paper", 0),
        (r"p + q_", "something is missing", None),
        (r"\color{nosuch} x", "nosuch is no colour", 7),
        (r"\num{abc1}", "abc1 is no number", 4),
        (r"\begin{array}{p{2cm}} a \end{array}", "an array has no column p", 14),
        (r"a \hline b", r"\hline stands in no array", 2),
        (r"\toggle{a}{b}\endtoggle", r"\toggle has no meaning on paper", None),
    ],
)
def test_mistakes_name_place_and_way_out(tex: str, words: str, at: int | None) -> None:
    mistake = typeset(tex, display=True)
    assert isinstance(mistake, Mistake)
    assert words in mistake.message
    assert mistake.at == at
    assert mistake.hint


@pytest.mark.parametrize(
    "tex", [r"\def\a{\a\a}\a", r"\def\a#1{#1#1}" + r"\a{" * 24 + "x" + "}" * 24, "{" * 5000, "x" * 20_000]
)
def test_formulas_without_end_are_mistakes(tex: str) -> None:
    assert isinstance(typeset(tex, display=False), Mistake)
    assert made("x").typst == "$x$"


def test_a_definition_lives_in_its_own_formula_alone() -> None:
    assert made(r"\gdef\R{\mathbb{R}} x \in \R").text == "x ∈ R"
    assert isinstance(typeset(r"y \in \R\S\R\zz", display=False), Mistake)


def test_the_engine_serves_every_thread() -> None:
    with ThreadPoolExecutor(4) as pool:
        texts = [f"x_{{{n}}}" for n in range(40)]
        assert [f.text for f in pool.map(made, texts)] == [
            "x" + "".join("₀₁₂₃₄₅₆₇₈₉"[int(d)] for d in str(n)) for n in range(40)
        ]


def test_one_engine_serves_all_formulas() -> None:
    made(r"\pi")
    (before,) = engine._engines  # noqa: SLF001 - whether it was started again shows nowhere else
    made(r"\pi^{17}")
    assert engine._engines == [before]  # noqa: SLF001


def test_words_of_an_author_are_no_code() -> None:
    assert made(r"\text{a\#panic()\%} \#\$\_").typst == '$"a#panic()%"\\#\\$\\_$'


def test_named_equations_get_numbers_and_references_say_them() -> None:
    texts = [
        r"\eqref{b}",
        r"u = v \label{a}",
        r"\begin{align} x &= y \\ z &= w \label{b} \tag{7} \end{align}",
    ]
    again = r"p \ref{a} \ref{c}"
    assert resolved([*texts, again, r"p \label{d}"]) == [
        r"\text{(7)}",
        r"u = v \tag{1}",
        r"\begin{align} x &= y \\ z &= w  \tag{7} \end{align}",
        r"p \text{1} \ref{c}",
        r"p \tag{2}",
    ]
    missing = typeset(r"\eqref{c}", display=False)
    assert isinstance(missing, Mistake)
    assert missing.message == r"\eqref names no equation of this problem"


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\begin{eqnarray} u &=& v \end{eqnarray}", "u, = , v"),
        (r"{n \atopwithdelims [ ] k}", "[n k]"),
        (r"\DeclareMathOperator{\sgn}{sgn} \sgn x", "sgnx"),
        (r"\root 3 \of x", "³√x"),
        (r"\text{\bfseries bold} x", "boldx"),
        (r"\SI{4,7}{\kilo\ohm}", "4.7kΩ"),
        (r"\qty{9.81}{m/s^2}", "9.81m/s²"),
        (r"\num{12345.6e-7}", "12345.6 × 10⁻⁷"),
        (r"\dv[2]{f}{t}", "d²f/dt²"),
        (r"\prescript{14}{6}{C}", "₆¹⁴C"),
        (r"\text{\l\L}", "łŁ"),
        (r"u \Coloneq v", "u ⩴ v"),
        (r"u \colonminus v", "u:−v"),
        (r"u \minuscolon v", "u−:v"),
        (r"u \coloncolonminus v", "u::−v"),
        (r"u \minuscoloncolon v", "u−::v"),
        (r"u\hbox to 2em{v}w", "uv w"),
    ],
)
def test_other_packages(tex: str, text: str) -> None:
    assert made(tex, display=True).text == text


def test_siunitx_has_the_papers_decimal_sign() -> None:
    formula = typeset(r"\qty{4.7}{\kilo\ohm}", display=False, notation=Notation(comma=True))
    assert isinstance(formula, Formula)
    assert formula.text == "4,7kΩ"
    unknown = typeset(r"\qty{5}{\furlong}", display=False)
    assert isinstance(unknown, Mistake)
    assert (unknown.message, unknown.at) == (r"\furlong is no unit that is known", 8)


@pytest.mark.parametrize(
    ("tex", "style"),
    [
        (r"\overline{AB}", "border-top:"),
        (r"\underline{U}", "border-bottom:"),
        (r"\cancel{6}", "clip-path:"),
        (r"\xcancel{6}", "clip-path:"),
        (r"\text{\sout{no}}", "clip-path:"),
        (r"\cancelto{0}{u}", "clip-path:"),
        (r"\fbox{yes}", "border:1px"),
        (r"\angl{n}", "border-width:"),
        (r"\phase{30^\circ}", "border-bottom:"),
        (r"\text{\textcircled{a}}", "border-radius:"),
    ],
)
def test_browsers_draw_lines_over_under_round_and_through_formulas(tex: str, style: str) -> None:
    html = made(tex).html
    assert style in html
    assert "menclose" not in html, "no part of MathML Core"


@pytest.mark.parametrize("base", ["A", "AB", "=", r"\le"])
def test_what_stands_over_something_stands_over_it_in_browsers_too(base: str) -> None:
    html = made(rf"\overset{{!}}{{{base}}}").html
    assert "<mover>" in html
    assert "<msup>" not in html
