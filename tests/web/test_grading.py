"""The grading desk as a browser asks it: answers one by one, judgements once, nothing of one in another."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import layout, result, scan_by_hand, small  # noqa: F401 - fixtures
from tests.web.by_hand import Answer, site_with
from tests.web.conftest import Site

from klausur.paper.layout import Layout
from klausur.site.jobs import Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.state.judgements import order
from klausur.store import judgements, looks
from klausur.store.connections import connection
from klausur.store.folder import opened

WORD = "grading/word/"


@pytest.fixture
def words(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    """An exam with three booklets in which a word waits to be judged."""
    made = site_with(tmp_path / "words", layout, 3)
    monkeypatch.setattr("tests.actions.conftest.FILE", "ef" * 32)
    scan_by_hand(made.folder, *(result(layout, n, n, 2) for n in range(1, 4)))
    return made


def post(site: Site, path: str, role: Role = Role.CORRECTOR, **said: object) -> Answer:
    return send(site, path, said, role)


def send(site: Site, path: str, said: Mapping[str, object], role: Role = Role.CORRECTOR) -> Answer:
    return site.as_(role).post(site.at(path), {name: str(value) for name, value in said.items()})


def get(site: Site, path: str, role: Role = Role.CORRECTOR) -> Answer:
    return site.as_(role).get(site.at(path))


def text(answer: Answer) -> str:
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def part(page: str, name: str) -> str:
    return page.partition(f' {name}="')[2].partition('"')[0]


def judge(site: Site, booklet: int, act: str, role: Role = Role.CORRECTOR, **said: object) -> Answer:
    page = text(get(site, f"{WORD}{booklet}/", role))
    seen = {"booklet": booklet, "images": part(page, "data-images"), "looked": part(page, "data-looked")}
    return send(site, f"{WORD}judge/", seen | {"act": act, "items": "1:1"} | said, role)


def credits(site: Site, booklet: int) -> object:
    with opened(site.folder):
        return next(a.credits for a in looks.answers(booklet=booklet) if a.question == "word")


def test_the_list_says_how_far_each_question_is(words: Site) -> None:
    page = text(get(words, "grading/"))
    assert "2.1 A word" in page
    assert "<strong>3</strong>" in page
    judge(words, 1, "first-act")
    page = text(get(words, "grading/"))
    assert "<strong>2</strong>" in page
    assert "corrector 3 1" in page


def test_answers_come_one_by_one_until_none_is_left(words: Site) -> None:
    first, second, third = order("word", range(1, 4))
    page = text(post(words, f"{WORD}next/"))
    assert int(part(page, "data-booklet")) == first
    assert (part(page, "data-there"), part(page, "data-open"), part(page, "data-parked")) == ("3", "3", "0")
    assert "a word" in page
    assert "Any word." in page
    assert f"/pictures/question/{first}/word.jpg?i=" in page
    other = text(post(words, f"{WORD}next/", Role.EXAMINER))
    assert int(part(other, "data-booklet")) == second
    ahead = text(post(words, f"{WORD}next/", after=first, besides=first))
    assert int(part(ahead, "data-booklet")) == third
    left = text(post(words, f"{WORD}next/", after=third, besides=f"{first},{third}"))
    assert "1 answer is left, and somebody looks at it." in left
    post(words, f"{WORD}leave/", Role.EXAMINER, booklets=second)
    again = text(post(words, f"{WORD}next/", after=third, besides=f"{first},{third}"))
    assert int(part(again, "data-booklet")) == second
    for number in (first, second, third):
        judge(words, number, f"act-of-{number}")
    assert "Every answer that was found is judged." in text(post(words, f"{WORD}next/"))


def test_the_pages_beside_an_answer_are_there_to_be_looked_at(words: Site) -> None:
    page = text(get(words, f"{WORD}2/", Role.EXAMINER))
    assert "before: page 1" in page
    assert "after: page" not in page
    assert page.count('class="grading-drawn"') == 2, "nothing is drawn on what is beside the answer"
    assert "before: page 1" not in text(get(words, f"{WORD}2/")), "a name stands on the cover"


def test_what_is_sent_again_counts_once(words: Site) -> None:
    answers = [judge(words, 2, "the-same-act") for _ in range(2)]
    assert [json.loads(text(a)) for a in answers] == [{"judgement": 1, "credits": "2"}] * 2
    with opened(words.folder):
        assert len(judgements.about()) == 1
    assert credits(words, 2) == 2


def test_the_second_of_two_is_told_what_the_first_gave(words: Site) -> None:
    seen = text(get(words, f"{WORD}2/"))
    judge(words, 2, "of-one-person", Role.EXAMINER)
    said = {
        "booklet": 2,
        "images": part(seen, "data-images"),
        "looked": part(seen, "data-looked"),
        "items": "",
    }
    told = json.loads(text(send(words, f"{WORD}judge/", said | {"act": "of-another"})))
    assert told == {"meanwhile": "examiner 3 gave 2 to booklet 2 meanwhile.", "booklet": 2}
    assert credits(words, 2) == 2
    assert "examiner 3 gave 2." in text(get(words, f"{WORD}2/"))


def test_the_last_judgement_is_taken_back_and_shown_as_it_was(words: Site) -> None:
    judge(words, 2, "first-act", comment="well done")
    made = json.loads(text(post(words, f"{WORD}undo/")))
    assert made == {"booklet": 2, "judgement": 1, "alike": []}
    assert credits(words, 2) is None
    page = text(get(words, f"{WORD}2/?as=1"))
    assert 'data-count="1" aria-pressed="true"' in page
    assert "well done" in page
    assert "taken back" in page
    assert 'data-count="0"' in text(get(words, f"{WORD}2/"))
    assert post(words, f"{WORD}undo/").status_code == 404


def test_the_worth_of_ticks_is_told_and_nothing_recorded(words: Site) -> None:
    assert json.loads(text(get(words, f"{WORD}2/worth/?items=1:1"))) == {"credits": "2"}
    assert json.loads(text(get(words, f"{WORD}2/worth/?items=1:1&adjustment=-0,5&reason=x"))) == {
        "credits": "1.5"
    }
    assert get(words, f"{WORD}2/worth/?items=9:1").status_code == 400
    assert get(words, f"{WORD}2/worth/?items=1:1&adjustment=x").status_code == 400
    assert credits(words, 2) is None


def test_what_is_put_aside_is_replied_to(words: Site) -> None:
    assert post(words, f"{WORD}park/", booklet=2, text="Is that one?", act="put-aside").status_code == 200
    page = text(get(words, "grading/"))
    assert "Is that one?" in page
    assert "<strong>2</strong>" in page  # it is open no more, and not known either
    assert '<span class="tag warn">1</span>' in page
    assert '<progress max="100" value="0"' in page
    assert post(words, "grading-reply/", parking=1, text="It is.").status_code == 403
    assert post(words, "grading-reply/", Role.EXAMINER, parking=1, text="It is.").status_code == 302
    page = text(get(words, f"{WORD}2/"))
    assert "Is that one?" in page
    assert "<strong>It is.</strong>" in page


def test_a_person_s_text_is_shown_as_text(words: Site) -> None:
    evil = "<script>alert(1)</script>"
    post(words, f"{WORD}park/", booklet=2, text=evil, act="put-aside")
    judge(words, 1, "first-act", comment=evil)
    for page in (text(get(words, "grading/")), text(get(words, f"{WORD}1/"))):
        assert evil not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "said",
    [
        {"act": "short"},
        {"act": "x" * 40},
        {"act": "<script>!"},
        {"booklet": "two"},
        {"booklet": "9" * 30},
        {"looked": ""},
        {"images": "a"},
        {"items": "1:x"},
        {"items": "1:-1"},
        {"adjustment": "much"},
    ],
)
def test_what_cannot_be_understood_is_refused(words: Site, said: dict[str, str]) -> None:
    page = text(get(words, f"{WORD}2/"))
    seen = {"images": part(page, "data-images"), "looked": "0", "booklet": "2", "act": "an-honest-act"}
    assert send(words, f"{WORD}judge/", seen | {"items": "1:1"} | said).status_code == 400
    assert credits(words, 2) is None


def test_a_question_that_nobody_judges_has_no_desk(words: Site) -> None:
    assert get(words, "grading/letters/").status_code == 404
    assert get(words, "grading/nothing/").status_code == 404
    assert get(words, f"{WORD}99/").status_code == 404


def test_pictures_of_what_came_without_the_site_are_asked_for_once(
    tmp_path: Path,
    layout: Layout,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = site_with(tmp_path / "words", layout, 3)  # in a file without answers that people judge
    counts, files = [], []
    for booklet in (1, 2, 3):
        files.append(f"{booklet}f" * 32)
        monkeypatch.setattr("tests.actions.conftest.FILE", files[-1])
        scan_by_hand(site.folder, result(layout, 0, booklet, 2))
        Job.objects.all().delete()
        with opened(site.folder), CaptureQueriesContext(connection()) as queries:
            get(site, WORD)
        counts.append(len(queries))
        asked = [job.asked for job in Job.objects.filter(kind=Kind.PICTURES).order_by("made")]
        assert asked == [{"sha256": file, "start": 0} for file in files]
        get(site, WORD)
        assert Job.objects.count() == len(files)
    assert len(set(counts[1:])) == 1, "it does not matter how many files there are"
