r"""What is written ``\$x^2\$`` is no formula, wherever it was taken in between."""

from datetime import date
from pathlib import Path

import pytest

from klausur.actions.import_exam import import_exam
from klausur.convert import exports, formulas
from klausur.convert.model import Markup
from klausur.exam import scaffold, source

FILES = {"moodle": "moodle.xml", "gift": "questions.gift", "qti": "qti.zip", "canvas": "canvas.zip"}

HEAD = """title = "Prices"
date = 2026-01-05
start = "10:00"
minutes = 30
examiner = "A"
"""

PROBLEM = r"""# Prices

## What does it say? {#says credits=1 kind=single}

On the sheet stands \$x^2\$ beside \$y_1\$, in code `$a_1 = $b_2`, and of $z^2$ a picture.

- [x] it costs \$5
- [ ] it costs \$a_1\$ or $b_1$
"""


@pytest.mark.parametrize("form", FILES)
def test_literal_dollars_come_back_as_dollars(form: str, tmp_path: Path) -> None:
    there = tmp_path / "there"
    scaffold.put(
        there,
        {
            "exam.toml": HEAD.encode(),
            "problems/1-prices.md": PROBLEM.encode(),
        },
    )
    exam = source.parse(there).exam
    assert exam is not None
    (asked,) = exam.questions
    assert "$x^2$" in asked.content.text
    for name, data in exports.of(form).write(exam).files.items():
        (tmp_path / "away" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "away" / name).write_bytes(data)
    done = import_exam([tmp_path / "away" / FILES[form]], tmp_path / "here", today=date(2026, 1, 5))
    assert done.lost == ()
    back = source.parse(tmp_path / "here").exam
    assert back is not None
    (again,) = back.questions
    assert " ".join(again.content.text.split()) == " ".join(asked.content.text.split())
    assert again.content.html.count("<math") == asked.content.html.count("<math") == 1
    assert [c.content.text for c in again.choices] == [c.content.text for c in asked.choices]


def test_a_foreign_text_says_what_is_no_formula() -> None:
    html = '<p>It is <span class="tex2jax_ignore">$x^2$</span>, <code>$a_1 $b_1</code>, and $x^2$.</p>'
    words, found = formulas.taken_out(html, Markup.HTML)
    assert [each.tex for each in found] == ["x^2"]
    plain = words.replace('<span class="tex2jax_ignore">', "").replace("</span>", "")
    assert plain == f"<p>It is &#36;x^2&#36;, <code>$a_1 $b_1</code>, and {formulas.word(1)}.</p>"
