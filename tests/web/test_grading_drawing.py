"""Drawing and comments at the grading desk as a browser asks for them."""

import html
import json

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.conftest import Site
from tests.web.test_grading import WORD, get, judge, part, post, send, text, words  # noqa: F401 - a fixture

from klausur.actions.answer_seen import answer_seen
from klausur.state.facts import Role

TICK = {"tool": "tick", "points": [[50, 60, 0.5]]}
ON_2 = {"booklet": 2, "sheet": "booklet", "number": 2, "page": 2, "drawing": json.dumps(TICK)}


def drawn(site: Site, role: Role = Role.CORRECTOR) -> list[dict[str, object]]:
    said = part(text(get(site, f"{WORD}2/", role)), "data-drawn")
    found: list[dict[str, object]] = json.loads(html.unescape(said))
    return found


def test_what_is_drawn_stands_on_the_answer_once(words: Site) -> None:  # noqa: F811
    assert drawn(words) == []
    for _ in range(2):
        assert text(send(words, f"{WORD}annotate/", ON_2 | {"act": "draw-a-tick"})) == "{}"
    (one,) = drawn(words)
    assert one == {
        "act": "draw-a-tick",
        "sheet": "booklet",
        "number": 2,
        "page": 2,
        "drawing": {"tool": "tick", "points": [[50.0, 60.0, 0.5]], "text": ""},
        "who": "corrector 3",
        "mine": True,
    }
    page = text(get(words, f"{WORD}2/"))
    assert page.count("<svg") == page.count("<img") == 2
    assert 'viewBox="0.00 0.00 210.00 297.00" data-sheet="booklet" data-number="2" data-page="2"' in page
    text(send(words, f"{WORD}annotate/", ON_2 | {"act": "of-an-examiner"}, Role.EXAMINER))
    assert [each["mine"] for each in drawn(words)] == [True, False]
    assert [each["mine"] for each in drawn(words, Role.EXAMINER)] == [True, True]
    assert post(words, f"{WORD}erase/", booklet=2, act="of-an-examiner").status_code == 409
    assert text(post(words, f"{WORD}erase/", booklet=2, act="draw-a-tick")) == "{}"
    assert [each["act"] for each in drawn(words)] == ["of-an-examiner"]


@pytest.mark.parametrize(
    "said",
    [
        {"drawing": ""},
        {"drawing": "{"},
        {"drawing": "[]"},
        {"drawing": "[" * 100_000},
        {"drawing": '{"tool":"tick","points":[[1e999,1,0.5]]}'},
        {"drawing": '{"tool":"tick","points":[[1,1]]}'},
        {"drawing": '{"tool":"tick","points":[["1",1,0.5]]}'},
        {"drawing": '{"tool":"stamp","points":[[1,1,0.5]]}'},
        {"drawing": '{"tool":"pen","points":[' + "[1,1,0.5]," * 20_000 + "[1,1,0.5]]}"},
        {"drawing": '{"tool":"text","points":[[1,1,0.5]],"text":"\\u0000"}'},
        {"drawing": '{"tool":"text","points":[[1,1,0.5]],"text":"\\ud800"}'},
        {"sheet": "napkin"},
        {"number": "two"},
        {"page": "-1"},
        {"act": "<script>"},
    ],
)
def test_what_is_no_drawing_is_refused(words: Site, said: dict[str, str]) -> None:  # noqa: F811
    sent = {"act": "an-honest-act"} | ON_2 | said
    assert send(words, f"{WORD}annotate/", sent).status_code == 400
    assert drawn(words) == []


def test_text_on_a_page_is_text(words: Site) -> None:  # noqa: F811
    evil = {"tool": "text", "points": [[1, 1, 0.5]], "text": "\"'><script>alert(1)</script>"}
    text(send(words, f"{WORD}annotate/", ON_2 | {"act": "evil-drawing", "drawing": json.dumps(evil)}))
    assert "<script>alert" not in text(get(words, f"{WORD}2/"))
    (one,) = drawn(words)
    assert one["drawing"] == evil | {"points": [[1.0, 1.0, 0.5]]}


def test_comments_are_offered_and_shown_with_their_formulas(words: Site) -> None:  # noqa: F811
    judge(words, 1, "first-act", comment=r"Sign of $x^2$ <b>")
    page = text(post(words, f"{WORD}comment/", typed="sign"))
    assert 'data-text="Sign of $x^2$ &lt;b&gt;"' in page
    assert "<msup>" in page
    assert "yours · × 1" in page
    assert "yours" not in text(post(words, f"{WORD}comment/", Role.EXAMINER, typed="sign"))
    assert 'role="option"' not in text(post(words, f"{WORD}comment/", typed="nothing like it"))
    judge(words, 1, "second-act", comment="Other")
    assert "<msup>" in text(get(words, f"{WORD}1/"))  # among the earlier judgements


def test_a_mistake_in_a_formula_is_told_and_stops_nothing(words: Site) -> None:  # noqa: F811
    page = text(post(words, f"{WORD}comment/", typed=r"by the exam's own $\half{y}$"))
    assert "<mfrac><mi>y</mi><mn>2</mn></mfrac>" in page
    assert "grading-mistake" not in page
    page = text(post(words, f"{WORD}comment/", typed=r"so $\foo$"))
    assert r"Character 5: \foo is no command that is known" in page
    assert judge(words, 1, "first-act", comment=r"so $\foo$").status_code == 200
    assert answer_seen(words.folder, 1, "word").judgements[0].judged.comment == r"so $\foo$"
    assert r"<code>$\foo$</code>" in text(get(words, f"{WORD}1/"))
    assert post(words, f"{WORD}comment/", typed="x" * 2001).status_code == 400
