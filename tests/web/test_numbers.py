"""Numbers of the site: with a decimal comma where the page is German; what is typed may have either sign."""

from fractions import Fraction

from django.utils import translation
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.conftest import Site
from tests.web.test_grading import words  # noqa: F401 - a fixture

from klausur.actions.answer_seen import answer_seen
from klausur.state.facts import Role
from klausur.web import core_words, numbers

HALF, MINUS, ODD = Fraction(1, 2), Fraction(-5, 4), Fraction(37, 3)
WORD = "grading/word/"


def test_credits_have_the_decimal_sign_of_the_page() -> None:
    with translation.override("de"):
        assert numbers.show_credits(HALF) == "0,5"
        assert numbers.show_credits(MINUS) == "-1,25"
        assert numbers.signed_credits(MINUS) == "−1,25"
        assert numbers.mixed_credits(ODD) == "12 1/3"
        assert numbers.several_credits([HALF, Fraction(2)]) == "0,5; 2"
        assert [numbers.show_grade(name) for name in ("1.3", "A", "5", "v1.2")] == ["1,3", "A", "5", "v1.2"]
    with translation.override("en"):
        assert numbers.show_credits(HALF) == "0.5"
        assert numbers.several_credits([HALF, Fraction(2)]) == "0.5, 2"
        assert numbers.show_grade("1.3") == "1.3"


def test_what_the_core_says_of_credits_has_it_too_and_what_it_says_of_questions_has_not() -> None:
    with translation.override("de"):
        said = core_words.said("0.5 are no credits for question 2.1")
    assert "0,5" in said
    assert "2.1" in said


def test_the_grading_desk_is_written_and_read_with_a_comma(words: Site) -> None:  # noqa: F811 - the fixture
    client = words.as_(Role.CORRECTOR)
    client.cookies["language"] = "de"
    given = {"booklet": 1, "looked": 0, "images": "", "items": "1:1", "adjustment": "-0,5", "reason": "knapp"}
    images = ",".join(str(image.id) for image in answer_seen(words.folder, 1, "word").pages)
    made = client.post(words.at(f"{WORD}judge/"), {**given, "images": images, "act": "first-act"})
    assert made.json()["credits"] == "1,5"
    page = client.get(words.at(f"{WORD}1/")).content.decode()
    assert ">1,5</output>" in page
    assert 'name="adjustment" inputmode="decimal" size="5" value="-0,5"' in page
    worth = client.get(words.at(f"{WORD}1/worth/"), {"items": "1:1", "adjustment": "-0.5", "reason": "x"})
    assert worth.json()["credits"] == "1,5"
    client.cookies["language"] = "en"
    assert ">1.5</output>" in client.get(words.at(f"{WORD}1/")).content.decode()
