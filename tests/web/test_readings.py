"""The readings desk: what is unclear comes up, is settled and taken back, and nobody overwrites anybody."""

from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import CROSSED, UNCLEAR, Answer, site_with
from tests.web.conftest import Site

from klausur.paper.fields import ANSWERING
from klausur.paper.layout import Layout
from klausur.state.facts import Role
from klausur.store import boxes, looks, readings
from klausur.store.connections import connection
from klausur.store.folder import opened
from klausur.web.readings import views


@pytest.fixture
def three(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811 - the fixture
    """An exam with three booklets, in each of which a box is unclear."""
    return site_with(tmp_path / "three", layout, 3)


def settle(client: Client, site: Site, booklet: int = 1, looked: int = 0, **said: str) -> Answer:
    given = {"booklet": booklet, "target": UNCLEAR, "looked": looked, **said}
    return client.post(site.at("readings/settle/"), given)


def open_at(site: Site, booklet: int) -> set[str]:
    with opened(site.folder):
        return {a.question for a in looks.answers(booklet=booklet) if a.open}


def said(site: Site, booklet: int = 1, field: str = UNCLEAR) -> list[tuple[str | None, str]]:
    with opened(site.folder):
        return [(s.value, s.who) for s in readings.history(booklet, field)]


def text(answer: Answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_unclear_comes_with_its_keys(three: Site) -> None:
    page = text(three.as_(Role.CORRECTOR).get(three.at("readings/")))
    assert page.count('class="box card') == 3
    assert "The reader cannot tell what it is." in page
    assert "<kbd>x</kbd> crossed" in page
    assert "<kbd>e</kbd> empty" in page
    assert f"/pictures/field/1/{UNCLEAR}.jpg?i=" in page


def test_the_least_sure_comes_first(site: Site) -> None:
    with opened(site.folder):
        found = boxes.unclear()
        open_ = {(a.booklet, f) for a in looks.answers(waiting=True) if a.open for f in a.answer.fields}
    assert [u.confidence for u in found] == sorted(u.confidence for u in found)
    assert {(u.booklet, u.field) for u in found} <= open_
    assert found


def test_a_key_settles_a_box_and_another_takes_it_back(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    assert "numbers" in open_at(three, 1)
    answer = text(settle(client, three, mark="crossed"))
    assert "data-said" in answer
    assert "crossed" in answer
    assert "numbers" not in open_at(three, 1)
    assert 'class="box card' in (page := text(client.get(three.at("readings/"))))
    assert page.count('class="box card') == 2
    looked = int(answer.partition('data-looked="')[2].partition('"')[0])
    back = text(settle(client, three, looked=looked, undo="1"))
    assert "data-said" not in back
    assert "<kbd>x</kbd> crossed" in back
    assert "numbers" in open_at(three, 1)
    assert said(three) == [("crossed", "corrector 3"), (None, "corrector 3")]


def test_the_second_of_two_people_sees_what_the_first_said_and_chooses(three: Site) -> None:
    first, second = three.as_(Role.CORRECTOR), three.as_(Role.EXAMINER)
    settle(first, three, mark="crossed")
    answer = text(settle(second, three, mark="empty"))
    assert "corrector 3 was faster" in answer
    assert "data-said" not in answer
    assert said(three) == [("crossed", "corrector 3")]
    looked = int(answer.partition('data-looked="')[2].partition('"')[0])
    settle(second, three, looked=looked, mark="empty")
    assert said(three) == [("crossed", "corrector 3"), ("empty", "examiner 3")]


def test_who_says_the_same_is_in_nobodys_way(three: Site) -> None:
    settle(three.as_(Role.CORRECTOR), three, mark="crossed")
    assert "data-said" in text(settle(three.as_(Role.EXAMINER), three, mark="crossed"))


def test_who_gets_no_answer_and_asks_once_more_is_recorded_once(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    answer = text(settle(client, three, mark="crossed"))
    assert text(settle(client, three, mark="crossed")) == answer
    assert said(three) == [("crossed", "corrector 3")]
    looked = int(answer.partition('data-looked="')[2].partition('"')[0])
    for _ in range(2):
        assert "data-said" not in text(settle(client, three, looked=looked, undo="1"))
    assert said(three) == [("crossed", "corrector 3"), (None, "corrector 3")]
    assert settle(client, three, looked=looked + 1, undo="1").status_code == 404, "nothing is settled"
    for _ in range(2):
        settle(client, three, looked=looked + 1, mark="crossed")
    assert len(said(three)) == 3, "what was taken back may be said again"
    late = text(settle(client, three, looked=looked + 1, mark="empty"))
    assert "was faster" in late, "an older page of the same person's"


def test_the_credits_of_a_question_are_written(three: Site) -> None:
    client = three.as_(Role.EXAMINER)
    with opened(three.folder):
        assert not boxes.unclear(whole=True)  # their page was not scanned
    answer = client.post(
        three.at("readings/settle/"), {"booklet": 1, "target": "word", "looked": 0, "typed": "1,5x"}
    )
    assert answer.status_code == 400


def test_what_nobody_may_say_is_refused_in_words(three: Site) -> None:
    client = three.as_(Role.EXAMINER)
    assert settle(client, three, mark="perhaps").status_code == 400
    assert settle(client, three, booklet=77, mark="crossed").status_code == 404
    assert settle(client, three, undo="1").status_code == 404
    assert client.post(three.at("readings/settle/"), {"booklet": "x", "target": UNCLEAR}).status_code == 400


def test_many_are_accepted_and_what_others_settled_stays(three: Site) -> None:
    first, client = three.as_(Role.CORRECTOR), three.as_(Role.EXAMINER)
    settle(first, three, booklet=2, mark="filled")
    many = [f"{booklet}|{UNCLEAR}|0|empty" for booklet in (1, 2, 3)]
    page = text(client.post(three.at("readings/accept/"), {"box": many}, follow=True))
    assert "2 boxes are settled." in page
    assert "1 box was settled otherwise by somebody else" in page
    assert "Nothing is unclear." in page
    assert said(three, 2) == [("filled", "corrector 3")]
    assert client.post(three.at("readings/accept/"), {"box": "1|2"}).status_code == 400


def test_the_gallery_shows_what_was_read_as_one_thing(three: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = three.as_(Role.CORRECTOR)
    page = text(client.get(three.at("readings/gallery/?as=crossed")))
    assert page.count('class="box tile') == 3
    assert f"/{CROSSED}.jpg" in page
    assert UNCLEAR not in page
    assert UNCLEAR in text(client.get(three.at("readings/gallery/?as=other")))
    assert "No box was read so." in text(
        client.get(three.at("readings/gallery/?as=crossed&question=numbers"))
    )
    monkeypatch.setattr(views, "TILES", 2)
    assert "from=2" in text(client.get(three.at("readings/gallery/?as=crossed")))
    rest = text(client.get(three.at("readings/gallery/?as=crossed&from=2"), headers={"hx-request": "true"}))
    assert rest.count('class="box tile') == 1
    assert "<html" not in rest


def test_every_kind_of_field_that_answers_can_be_looked_through() -> None:
    assert frozenset().union(*(kinds for kinds, _ in views.GALLERIES.values())) == ANSWERING


def test_a_misread_box_is_settled_from_the_gallery(three: Site) -> None:
    given = {"booklet": 3, "target": CROSSED, "looked": 0, "mark": "filled"}
    assert "filled" in text(three.as_(Role.EXAMINER).post(three.at("readings/settle/"), given))
    assert "is-filled" in text(three.as_(Role.EXAMINER).get(three.at("readings/gallery/?as=crossed")))


def test_the_desk_speaks_german(three: Site) -> None:
    client = three.as_(Role.CORRECTOR)
    client.cookies["language"] = "de"
    for rest, words in (("readings/", "Der Leser kann nicht sagen"), ("readings/gallery/", "Galerie")):
        page = text(client.get(three.at(rest)))
        assert words in page
        assert "The reader" not in page


def test_the_card_of_the_reader_is_told(three: Site) -> None:
    page = text(three.as_(Role.CORRECTOR).get(three.at("readings/")))
    assert "without saying so" in page
    assert "drawn by a program" not in page, "it was judged by people's crosses"


@pytest.mark.parametrize("rest", ["readings/", "readings/?of=credits", "readings/gallery/", "owners/"])
def test_a_page_asks_as_much_of_thirty_booklets_as_of_three(
    tmp_path: Path,
    layout: Layout,  # noqa: F811 - the fixture
    rest: str,
) -> None:
    def asked(many: int) -> int:
        site = site_with(tmp_path / str(many), layout, many, named=False)
        client = site.as_(Role.EXAMINER)
        with opened(site.folder), CaptureQueriesContext(connection()) as queries:
            assert client.get(site.at(rest)).status_code == 200
        return len(queries)

    assert asked(3) == asked(30)
