"""The key in the browser: what counts, what another one would do, and who decided."""

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.conftest import Site
from tests.web.test_grading import get, part, send, text
from tests.web.test_rubric import field, words  # noqa: F401 - a fixture

from klausur.actions.mend_key import key_now
from klausur.exam.model import SchemeKind, Strike
from klausur.state.facts import Role

EXAMINER = Role.EXAMINER
LETTERS: dict[str, object] = {
    "question": "letters",
    "looked": "0",
    "choice-a": "wrong",
    "choice-b": "right",
    "choice-c": "wrong",
    "scheme": "",
    "strike": "",
}


@pytest.fixture
def site(words: Site) -> Site:  # noqa: F811
    return words


def right(site: Site, question: str = "letters") -> list[str]:
    asked = next(q for q in key_now(site.folder).exam.questions if q.id == question)
    return [choice.id for choice in asked.choices if choice.right]


def preview(site: Site, **said: object) -> str:
    return text(send(site, "key-preview/", LETTERS | said, EXAMINER))


def save(site: Site, said: Mapping[str, object]) -> int:
    return send(site, "key-save/", said, EXAMINER).status_code


def test_a_key_is_mended_after_a_look_and_taken_back(site: Site) -> None:
    page = text(get(site, "key/", EXAMINER))
    assert "<strong>a, c</strong>" in page
    assert "The key is as it was printed." in page
    page = text(get(site, "key/letters/", EXAMINER))
    assert "The letter B." in page
    assert re.search(r'name="choice-a" value="right"[^>]*checked', page)
    page = preview(site)
    assert "1.1 right choices" in page
    assert re.search(r"<strong>3</strong>\s+booklets concerned", page)
    assert "1.1: 0 → <strong>2</strong>" in page
    assert right(site) == ["a", "c"]
    said: dict[str, object] = {name: field(page, name) for name in LETTERS}
    assert save(site, said) == 400  # without a reason
    recorded = said | {"why": "B is a vowel here"}
    page = site.as_(EXAMINER).post(site.at("key-save/"), recorded, follow=True).content.decode()
    assert right(site) == ["b"]
    assert "This key counts from now on." in page
    assert "B is a vowel here" in page
    assert "mended" in page
    decision = field(page, "decision")
    assert send(site, "key-undo/", {"decision": decision}, EXAMINER).status_code == 302
    assert right(site) == ["a", "c"]


def test_other_answers_schemes_and_strikes(site: Site) -> None:
    start = {"choice-a": "right", "choice-b": "either", "choice-c": "right", "why": "so it is"}
    assert "also accepted" in preview(site, **start).replace("accepted as well", "also accepted")
    assert save(site, LETTERS | start | {"sets": "b c\n-"}) == 302
    question = next(q for q in key_now(site.folder).exam.questions if q.id == "letters")
    assert question.accepted == (("a", "b", "c"), ("b", "c"), ())
    page = text(get(site, "key/letters/", EXAMINER))
    assert "b, c\n-" in page
    looked = {"looked": key_now(site.folder).decided, "sets": "", "choice-b": "wrong"}
    more = {"scheme": "right-minus-wrong", "floor": "-1", "strike": "better"}
    assert save(site, LETTERS | start | looked | more) == 302
    now = key_now(site.folder)
    question = next(q for q in now.exam.questions if q.id == "letters")
    assert question.scheme is not None
    assert (question.scheme.kind, question.scheme.floor) == (SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1))
    assert now.exam.grading.strike("letters") is Strike.BETTER
    whole = {"scheme": "per-choice", "looked": now.decided, "why": "kinder"}
    assert "each choice its share" in text(send(site, "key-preview/", whole, EXAMINER))
    assert save(site, whole) == 302
    assert key_now(site.folder).exam.scheme.kind is SchemeKind.PER_CHOICE


def test_a_question_that_people_judge_is_struck(site: Site) -> None:
    page = text(get(site, "key/word/", EXAMINER))
    assert "choice-a" not in page
    assert save(site, {"question": "word", "looked": 0, "strike": "full", "why": "nobody can"}) == 302
    assert key_now(site.folder).exam.grading.strike("word") is Strike.FULL


def test_the_second_of_two_is_told_what_the_first_decided(site: Site) -> None:
    assert save(site, {"question": "word", "looked": 0, "strike": "full", "why": "nobody can"}) == 302
    answer = send(site, "key-save/", LETTERS | {"why": "B is a vowel here"}, EXAMINER)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "examiner 3 decided about the key meanwhile" in page
    assert "nobody can" in page
    assert re.search(r'name="choice-b" value="right"[^>]*checked', page)
    assert part(page, "x") == ""
    assert right(site) == ["a", "c"]
    assert save(site, LETTERS | {"looked": field(page, "looked"), "why": "B is a vowel here"}) == 302
    assert right(site) == ["b"]


WRONG: tuple[dict[str, object], ...] = (
    {"sets": "a z"},
    {"scheme": "magic"},
    {"scheme": "formula"},
    {"scheme": "formula", "formula": "1 +"},
    {"scheme": "kprim"},
    {"scheme": "right-minus-wrong", "floor": "low"},
    {"strike": "twice"},
    {"looked": "x"},
    {"choice-a": "right", "choice-b": "wrong", "choice-c": "right"},
)


def test_what_cannot_be_understood_is_refused(site: Site) -> None:
    for said in WRONG:
        assert send(site, "key-preview/", LETTERS | said, EXAMINER).status_code == 400, said
    assert right(site) == ["a", "c"]


def test_nobody_but_an_examiner_comes_to_the_key(site: Site) -> None:
    for path in ("key/", "key/letters/"):
        assert get(site, path).status_code == 403
    for path in ("key-preview/", "key-save/", "key-undo/"):
        assert send(site, path, LETTERS).status_code == 403
    assert get(site, "key/nothing/", EXAMINER).status_code == 404


def moved(site: Site, **thresholds: str) -> dict[str, object]:
    key = key_now(site.folder).exam.grades
    typed = {f"grade-{n}": str(float(at)) for n, (_name, at) in enumerate(key.thresholds)}
    return {"of": "grades", "looked": key_now(site.folder).decided} | typed | thresholds


def test_the_grade_key_is_moved_after_a_look_at_who_gets_another_grade(site: Site) -> None:
    key = key_now(site.folder).exam.grades
    page = text(get(site, "grade-key/", EXAMINER))
    assert page.count('role="slider"') == len(key.thresholds)
    lower = moved(site, **{f"grade-{n}": f"{20 - n},5" for n in range(len(key.thresholds))})
    page = text(send(site, "key-preview/", lower, EXAMINER))
    assert "<strong>1.0: 20.5\N{NO-BREAK SPACE}%" in page
    assert key_now(site.folder).exam.grades == key
    said = {name: field(page, name) for name in lower}
    assert "20,5" in text(send(site, "key-preview/", said | {"do": "edit"}, EXAMINER))
    assert save(site, said | {"why": "it was too hard"}) == 302
    now = key_now(site.folder)
    assert now.exam.grades.thresholds[0] == ("1.0", Fraction(41, 2))
    assert not now.exam.grades.linear
    page = text(get(site, "key/", EXAMINER))
    assert "it was too hard" in page
    assert send(site, "key-undo/", {"decision": field(page, "decision")}, EXAMINER).status_code == 302
    assert key_now(site.folder).exam.grades == key


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "begins at no number"), ("many", "begins at no number"), ("96", "begins no lower than 1.0")],
)
def test_a_grade_key_that_cannot_be_stands_in_the_form_with_what_is_wrong(
    site: Site, typed: str, told: str
) -> None:
    answer = send(site, "key-preview/", moved(site, **{"grade-1": typed}), EXAMINER)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert told in page
    assert f'name="grade-1" inputmode="decimal" size="5" value="{typed}"' in page
