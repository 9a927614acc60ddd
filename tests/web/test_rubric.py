"""A rubric in use as a browser asks for it: a preview, two who change it at once, ticks that are kept."""

import html
import json
import re
from pathlib import Path

import pytest
from tests.actions.conftest import layout, result, scan_by_hand, small  # noqa: F401 - fixtures
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.test_grading import WORD, credits, get, judge, part, post, send, text

from klausur.actions.change_rubric import rubric_now
from klausur.paper.layout import Layout
from klausur.state.facts import Role

RUBRIC = "rubric/word/"
EXAMINER = Role.EXAMINER
ONE: dict[str, object] = {"id": "1", "depth": 0, "credits": "2", "text": "a word"}
NEW: dict[str, object] = {"id": "", "depth": 0, "credits": "0,5", "text": "long, $x^2$"}


@pytest.fixture
def words(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    """An exam with three booklets in which a word waits to be judged."""
    made = site_with(tmp_path / "words", layout, 3)
    monkeypatch.setattr("tests.actions.conftest.FILE", "ef" * 32)
    scan_by_hand(made.folder, *(result(layout, n, n, 2) for n in range(1, 4)))
    return made


def lines(*rows: dict[str, object]) -> str:
    return json.dumps(rows)


def looked(site: Site) -> str:
    return rubric_now(site.folder, "word").stamp


def in_force(site: Site) -> list[str]:
    return [line.text for line in rubric_now(site.folder, "word").lines]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def test_a_change_is_shown_with_what_it_does_and_then_recorded(words: Site) -> None:
    judge(words, 1, "first-act")
    judge(words, 2, "second-act", items="")
    page = text(get(words, RUBRIC, EXAMINER))
    assert 'value="a word"' in page
    asked = {"looked": looked(words), "lines": lines(ONE | {"credits": "1,5"}, NEW)}
    page = text(send(words, f"{RUBRIC}preview/", asked, EXAMINER))
    assert in_force(words) == ["a word"]
    assert re.search(r"<strong>1</strong>\s+would get less", page)
    assert re.search(r"<strong>2</strong>\s+want a new look", page)
    assert "There is an item that was not there yet." in page
    assert "<math>" in page
    saved = {name: field(page, name) for name in ("looked", "lines", "edition")}
    said = saved | {"judged": "apply", "again": "yes", "why": "too strict"}
    answer = words.as_(EXAMINER).post(words.at(f"{RUBRIC}save/"), said, follow=True)
    page = answer.content.decode()
    assert "The rubric is changed. 1 answer has other credits. 2 answers are open again." in page
    assert "too strict" in page
    assert in_force(words) == ["a word", "long, $x^2$"]
    page = text(get(words, f"{WORD}1/"))
    assert "Look again: the rubric has changed." in page
    assert "corrector 3 gave 1.5." in page
    assert 'data-count="1"' in page
    version = field(text(get(words, RUBRIC, EXAMINER)), "version")
    assert post(words, f"{RUBRIC}undo/", EXAMINER, version=version).status_code == 302
    assert in_force(words) == ["a word"]
    assert credits(words, 1) == 2


def test_lines_are_gone_on_with_and_what_is_wrong_is_said_beside_them(words: Site) -> None:
    asked = {"looked": looked(words), "lines": lines(ONE, NEW | {"text": "$\\frac{1$"})}
    answer = send(words, f"{RUBRIC}preview/", asked, EXAMINER)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "cannot be typeset" in page
    assert 'value="$\\frac{1$"' in page
    again = text(send(words, f"{RUBRIC}preview/", asked | {"do": "edit"}, EXAMINER))
    assert 'value="$\\frac{1$"' in again
    for wrong in ("", "[", "[" * 5000, '[{"id": 1}]', '[{"other": ""}]', lines(ONE | {"text": " "})):
        assert send(words, f"{RUBRIC}save/", {"lines": wrong, "looked": ""}, EXAMINER).status_code == 400
    assert in_force(words) == ["a word"]


def test_a_deduction_is_set_shown_and_counted(words: Site) -> None:
    taken = NEW | {"text": "no vowel", "credits": "-0.5", "full": "2"}
    asked = {"looked": looked(words), "lines": lines(ONE, taken | {"full": "3"})}
    refused = send(words, f"{RUBRIC}preview/", asked, EXAMINER)
    assert refused.status_code == 400
    assert "is from more than the 2 that its group gives" in refused.content.decode()
    asked["lines"] = lines(ONE, taken)
    page = text(send(words, f"{RUBRIC}preview/", asked, EXAMINER))
    assert "−0.5 from 2" in page
    saved = {name: field(page, name) for name in ("looked", "lines", "edition")}
    send(words, f"{RUBRIC}save/", saved | {"judged": "keep"}, EXAMINER)
    assert in_force(words) == ["a word", "no vowel"]
    desk = text(get(words, f"{WORD}1/"))
    assert '<span class="grading-from">from 2</span>' in desk
    assert 'value="2"' in text(get(words, RUBRIC, EXAMINER))


def test_the_second_of_two_sees_both_side_by_side_and_chooses(words: Site) -> None:
    begun = looked(words)
    first = {"looked": begun, "lines": lines(ONE | {"credits": "1"})}
    second = {"looked": begun, "lines": lines(ONE | {"text": "one word"}, NEW)}
    assert send(words, f"{RUBRIC}save/", first, EXAMINER).status_code == 302
    answer = send(words, f"{RUBRIC}save/", second, EXAMINER)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "examiner 3 changed this rubric while you did." in page
    forms = re.findall(r'name="lines" value="([^"]*)"', page)
    both, mine = (json.loads(html.unescape(form)) for form in forms)
    assert [(row["credits"], row["text"]) for row in both] == [("1", "one word"), ("0.5", "long, $x^2$")]
    assert [(row["credits"], row["text"]) for row in mine] == [("2", "one word"), ("0.5", "long, $x^2$")]
    assert in_force(words) == ["a word"]
    chosen = {"looked": field(page, "looked"), "lines": json.dumps(both)}
    assert send(words, f"{RUBRIC}save/", chosen, EXAMINER).status_code == 302
    assert in_force(words) == ["one word", "long, $x^2$"]


def test_who_has_the_older_rubric_open_keeps_their_ticks_and_sees_what_is_new(words: Site) -> None:
    page = text(get(words, f"{WORD}2/"))
    seen = {"booklet": 2, "images": part(page, "data-images"), "looked": "0", "items": "1:1"}
    seen |= {"rubric": part(page, "data-rubric"), "comment": "well"}
    send(words, f"{RUBRIC}save/", {"looked": looked(words), "lines": lines(ONE | {"credits": "1"})}, EXAMINER)
    told = json.loads(text(send(words, f"{WORD}judge/", seen | {"act": "an-older-one"})))
    assert told == {
        "changed": "The rubric was changed while booklet 2 was judged: look at it again.",
        "booklet": 2,
    }
    assert credits(words, 2) is None
    for odd in ("9" * 40, "1.2.3", "x", "٣.٣", f"0.{'9' * 15}"):
        assert get(words, f"{WORD}2/worth/?items=1:1&rubric={odd}").status_code == 200
    asked = f"items=1:1&rubric={seen['rubric']}"
    assert json.loads(text(get(words, f"{WORD}2/worth/?{asked}"))) == {"changed": True}
    page = text(get(words, f"{WORD}2/?{asked}&comment=well"))
    assert "The rubric has changed since you ticked this:" in page
    assert 'data-count="1"' in page
    assert "well</textarea>" in page
    assert '<output class="grading-credits">1</output>' in page
    seen["rubric"] = part(page, "data-rubric")
    made = json.loads(text(send(words, f"{WORD}judge/", seen | {"act": "a-newer-one"})))
    assert made["credits"] == "1"


def test_correctors_see_a_rubric_and_do_not_change_it(words: Site) -> None:
    page = text(get(words, RUBRIC))
    assert "a word" in page
    assert "rubric-line" not in page
    asked = {"looked": looked(words), "lines": lines(NEW)}
    for act in ("preview", "save", "undo"):
        assert send(words, f"{RUBRIC}{act}/", asked).status_code == 403
    assert get(words, "rubric/nothing/").status_code == 404
    assert get(words, "rubric/letters/").status_code == 400
