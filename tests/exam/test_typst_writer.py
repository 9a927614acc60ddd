"""What Typst is given of an author's text: every word a string, every block what it was written as."""

import pytest

from klausur.exam.source import pandoc, tree, typst_writer


def written(text: str, *, in_choice: bool = False) -> str:
    (blocks,) = pandoc.read([text])
    assert not isinstance(blocks, pandoc.PandocError)
    return typst_writer.write(
        tree.unwrap(blocks), {pandoc.Maths("x", display=False): "$x$"}, in_choice=in_choice
    )


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a *b* **c** d", '#"a" #emph[#"b"] #strong[#"c"] #"d"'),
        ('say "yes"', '#"say" #smartquote(double: true)#"yes"#smartquote(double: true)'),
        (r"\#eval(1) \$ \\ \"", r'#"#eval(1) $ \\ \""'),
        ("at -5 and 3-4.", '#"at −5 and 3-4."'),
        ("so $x$,", '#"so" #[#set math.equation(alt: "x");#box[$x$]]#","'),
        ("the $x$-axis", '#"the" #[#set math.equation(alt: "x");#box[$x$]]#"\u2060-\u2060axis"'),
        ("the $x$th", '#"the" #[#set math.equation(alt: "x");#box[$x$]]#"\u2060th"'),
        ('`#a "b"`', r'#raw("#a \"b\"")'),
        ("one\ntwo  \nthree", '#"one two"#linebreak()#"three"'),
        ("第一\n第二 a\nb", '#"第一第二 a b"'),
        ("§ 5 and 5 % of 280 000", '#"§\u00a05 and 5\u00a0% of 280\u00a0000"'),
        (
            "also d. h. §§ 438 ff. BGB bei 298 K, am 5. März um 10 Uhr",
            '#"also d.\u00a0h. §§\u00a0438\u00a0ff. BGB bei 298\u00a0K, am 5.\u00a0März um 10\u00a0Uhr"',
        ),
        ("12 km/h, 3 kg and 4 apples", '#"12\u00a0km/h, 3\u00a0kg and 4 apples"'),
        (
            "E-Mail, t-Test, 3-4, Müller-Muster",
            '#"E\u2060-\u2060Mail, t\u2060-\u2060Test, 3-4, Müller-Muster"',
        ),
        ("Dr. Example by J. S. Bach", '#"Dr.\u00a0Example by J.\u00a0S. Bach"'),
        ("[a]{.blank} b", '#metadata((at: 1, words: [#"a"]))<blank> #"b"'),
        ("[1]{.blank digits=2} b", '#metadata((at: 1))<number-blank> #"b"'),
        ("---", "#line(length: 100%, stroke: 0.5pt)"),
        ("> a\n>\n> b", '#quote(block: true)[#"a"\n\n#"b"]'),
        ("- a\n    - b\n- c", '#list(tight: true, [#"a"\n#list(tight: true, [#"b"])], [#"c"])'),
        ("c) a\n\nd) b", '#enum(tight: false, start: 3, numbering: "a)", [#"a"], [#"b"])'),
        ("t\n: d", '#terms(terms.item([#"t"], [#"d"]))'),
        ("```python\na\n\tb\n```", r'#raw(block: true, lang: "python", "a\n\tb")'),
        ("``` {.c numbers=yes}\na\n```", '#raw(block: true, lang: "c", "a")<numbered>'),
        ("``` {.c numbers=no}\na\n```", '#raw(block: true, lang: "c", "a")<unnumbered>'),
        ("[a](https://b.org/c)", '#link("https://b.org/c")[#"a"]#" (b.org/\u200bc)"'),
        ("<https://b.org>", '#link("https://b.org")[#"https://b.org"]'),
    ],
)
def test_each_kind_of_text(text: str, markup: str) -> None:
    assert written(text) == markup


def test_a_table_to_be_filled_in_has_high_rows_and_takes_the_line() -> None:
    markup = written("| a | b |\n|---|--:|\n| 1 | |\n| 2 | 3 |")
    assert "columns: (auto, 1fr,), align: (start + horizon, right + horizon,)" in markup
    assert 'table.header([#strong[#"a"]], [#strong[#"b"]])' in markup
    assert "stroke" not in markup  # a frame round each cell
    high = "#metadata(8mm)<fill-in>"
    assert f'[{high}#"1"], [{high}], [#"2"], [#"3"]' in markup


def test_a_table_without_gaps_is_as_wide_as_its_words_and_an_empty_head_is_none() -> None:
    markup = written("| | |\n|---|---|\n| 1 | 2 |")
    sides, rule = "(start + horizon, start + horizon,)", "table.hline(stroke: 0.8pt)"
    ruled = f'stroke: none, {rule}, [#"1"], [#"2"], {rule}'
    assert markup == f"#align(center, table(columns: (auto, auto,), align: {sides}, {ruled}))"


def test_a_table_that_is_read_has_three_rules() -> None:
    markup = written("| a |\n|---|\n| 1 |")
    assert markup.count("table.hline(stroke: 0.8pt)") == 2
    assert 'table.header([#strong[#"a"]], table.hline(stroke: 0.4pt))' in markup


@pytest.mark.parametrize(("text", "language"), [("שלום 12?", "he"), ("- (1) سلام", "ar")])
def test_blocks_run_from_right_to_left_by_their_first_letter(text: str, language: str) -> None:
    assert written(text).startswith(f'#[#set text(dir: rtl, lang: "{language}")')
    assert "rtl" not in written("As in שלום.")


def test_a_lone_picture_stands_in_the_middle_but_at_the_box_of_a_choice() -> None:
    text = "![what it shows](a.svg){width=3cm height=2cm}"
    shown = 'image("/a.svg", width: 3cm, height: 2cm, fit: "contain", alt: "what it shows")'
    assert written(text) == f"#align(center, {shown})"
    assert written(text, in_choice=True) == f"#{shown}"


@pytest.mark.parametrize("sign", ["\n", "\u2028", "\u2029", "\x85", "\x0b", '"', "\\", "]", "#"])
def test_a_string_has_no_way_out(sign: str) -> None:
    literal = typst_writer.string(f"a{sign}b")
    assert literal.count('"') - literal.count('\\"') == 2
    assert len(literal.splitlines()) == 1
