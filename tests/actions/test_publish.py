"""Results are published to candidates by the terms that an examiner sets, and by two people where asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from tests.actions.conftest import (  # noqa: F401 - two are fixtures
    EXAM_NUMBER,
    layout,
    print_by_hand,
    small,
    write_exam,
)
from tests.cast import EXAMINER

from klausur.actions import personal_links, publish
from klausur.actions.judge import Ticked, judge
from klausur.actions.log import EventFilter, log
from klausur.actions.own_results import own_page, own_results
from klausur.actions.personal_links import Guest
from klausur.actions.verify import verify
from klausur.base.errors import MeanwhileError, NotFoundError, RefusedError, UsageError
from klausur.paper.layout import Layout
from klausur.paper.run import Booklet, PrintRun
from klausur.roster.model import Candidate
from klausur.state.facts import Actor, Author, Enrolled, Role, Spot
from klausur.state.publication import Part, Status, Terms, Window
from klausur.store import models
from klausur.store.folder import opened

ADA = Author(EXAMINER)
BERTA = Author(Actor("Berta Zweite", Role.EXAMINER))
ALL = Terms(frozenset(Part))
LATER = datetime.now(UTC) + timedelta(days=30)


def people(folder: Path) -> dict[str, Enrolled]:
    return {who.candidate.registration: who for who, _ in personal_links.listed(folder)}


def come(folder: Path, secret: str, after: timedelta = timedelta(0)) -> Guest | None:
    return personal_links.find(folder, secret, datetime.now(UTC) + after)


def judged(folder: Path, items: dict[str, int], who: Author = ADA, act: str = "an-act-1") -> None:
    judge(folder, 1, "word", Ticked(items, comment="so $x$"), who, act=act)


@pytest.mark.usefixtures("scanned")
def test_results_are_published_revoked_and_published_again(folder: Path) -> None:
    assert publish.look(folder).publication.status is Status.DRAFT
    assert publish.publish(folder, ADA).publication.published
    with pytest.raises(RefusedError, match="published already"):
        publish.publish(folder, ADA)
    assert publish.revoke(folder, ADA).status is Status.REVOKED
    with pytest.raises(RefusedError, match="are not published"):
        publish.revoke(folder, ADA)
    assert publish.publish(folder, ADA).publication.published
    verbs = [event.verb for event in log(folder, EventFilter()).events]
    assert verbs[-3:] == ["publish", "revoke-publication", "publish"]
    assert verify(folder, actor=EXAMINER).holds


@pytest.mark.usefixtures("scanned")
def test_four_eyes_sign_just_the_grades_that_are_published(folder: Path) -> None:
    publish.set_terms(folder, replace(ALL, four_eyes=True), ADA)
    seen = publish.look(folder).grades
    publish.sign(folder, seen, ADA)
    with pytest.raises(RefusedError, match="nobody else has signed"):
        publish.publish(folder, ADA)
    publish.sign(folder, seen, BERTA)
    judged(folder, {"1": 0})  # Ada's grade is another one now
    with pytest.raises(RefusedError, match="nobody else has signed"):
        publish.publish(folder, ADA)
    with pytest.raises(MeanwhileError, match="have changed"):
        publish.sign(folder, seen, BERTA)
    with pytest.raises(RefusedError, match="cannot do without them alone"):
        publish.set_terms(folder, ALL, ADA)
    found = publish.sign(folder, publish.look(folder).grades, BERTA)
    assert [each.who for each in found.signed] == ["Berta Zweite"]
    assert publish.publish(folder, ADA).publication.published
    assert publish.set_terms(folder, ALL, BERTA).terms == ALL


def test_an_exam_that_was_printed_so_asks_for_four_eyes_itself(tmp_path: Path, layout: Layout) -> None:  # noqa: F811
    folder = tmp_path / "exam"
    write_exam(folder)
    with (folder / "exam.toml").open("a", encoding="utf-8") as toml:
        toml.write("\n[publication]\nfour_eyes = true\n")
    print_by_hand(
        folder,
        PrintRun(EXAM_NUMBER, (Booklet(1, Candidate("0371", "Ada Example")), Booklet(2), Booklet(3))),
        layout,
    )
    with pytest.raises(RefusedError, match="as it was printed"):
        publish.set_terms(folder, ALL, BERTA)
    with pytest.raises(RefusedError, match="nobody else has signed"):
        publish.publish(folder, ADA)
    publish.sign(folder, publish.look(folder).grades, BERTA)
    assert publish.publish(folder, ADA).publication.published


def test_terms_that_cannot_be_are_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="stand beside"):
        publish.set_terms(folder, Terms(frozenset({Part.ITEMS})), ADA)
    with pytest.raises(UsageError, match="end before they begin"):
        publish.set_terms(folder, replace(ALL, objections=Window(LATER, LATER)), ADA)
    publish.set_terms(folder, Terms(frozenset()), ADA)
    with pytest.raises(RefusedError, match="would see nothing"):
        publish.publish(folder, ADA)
    window = Window(LATER, LATER - timedelta(days=1))
    assert publish.set_terms(folder, replace(ALL, objections=window), ADA).terms.objections == window


def test_a_link_lets_its_candidate_in_until_it_is_old_revoked_or_replaced(folder: Path) -> None:
    made = personal_links.make(folder, LATER, ADA)
    assert [each.candidate.candidate.registration for each in made] == ["0371", "0372"]
    guest = come(folder, made[0].secret)
    assert guest is not None
    assert guest.candidate.candidate.name == "Ada Example"
    assert come(folder, made[0].secret, timedelta(days=31)) is None
    assert come(folder, made[0].secret[:-1]) is None
    (newer,) = personal_links.make(folder, LATER, ADA, registrations=["0371"])
    assert come(folder, made[0].secret) is None
    assert come(folder, newer.secret) == guest
    assert personal_links.revoke(folder, ADA, registrations=["0371"]) == 1
    assert come(folder, newer.secret) is None
    assert come(folder, made[1].secret) is not None
    assert personal_links.revoke(folder, ADA) == 1
    assert personal_links.revoke(folder, ADA) == 0
    with opened(folder):
        kept = repr(list(models.PersonalLink.objects.values_list())) + repr(
            list(models.AuditEvent.objects.values_list())
        )
    assert not any(each.secret in kept for each in (*made, newer))


def test_links_are_for_people_on_the_list_and_for_some_time(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="9999"):
        personal_links.make(folder, LATER, ADA, registrations=["9999"])
    for until in (datetime.now(UTC), datetime.now(UTC) + timedelta(days=500)):
        with pytest.raises(UsageError, match="for a time from now on"):
            personal_links.make(folder, until, ADA)


@pytest.mark.usefixtures("scanned")
def test_a_candidate_is_shown_their_own_results(folder: Path) -> None:
    judged(folder, {"1": 1})
    found = own_results(folder, people(folder)["0371"], replace(ALL, correctors=True))
    assert (found.booklet, found.total, found.of, found.grade) == (1, Fraction(6), Fraction(6), "1.0")
    letters, numbers, word = found.questions
    assert [(c.letter, c.crossed, c.right) for c in letters.choices] == [
        ("A", True, True),
        ("B", False, False),
        ("C", True, True),
    ]
    assert numbers.credits == word.credits == Fraction(2)
    assert word.judged is not None
    assert [(item.text, item.credits) for item in word.judged.items] == [("a word", Fraction(2))]
    assert word.judged.comment == "so $x$"
    assert word.by == ("Ada Example",)
    assert word.solution is not None
    assert word.pages == (Spot(1, 2),)
    assert found.pages == (Spot(1, 1), Spot(1, 2))
    assert found.statistics is None  # of so few, they would tell of Jürgen


@pytest.mark.usefixtures("scanned")
def test_what_is_open_has_no_credits_and_no_total(folder: Path) -> None:
    found = own_results(folder, people(folder)["0372"], ALL)
    assert (found.final, found.total, found.grade) == (False, None, "")
    assert {each.number: each.credits for each in found.questions} == {"1.1": 0, "1.2": None, "2.1": None}


@pytest.mark.parametrize("part", Part)
@pytest.mark.usefixtures("scanned")
def test_what_is_not_published_does_not_leave(folder: Path, part: Part) -> None:
    judged(folder, {"1": 1})
    shows = frozenset(Part) - {part} - ({Part.ITEMS, Part.SOLUTION} if part is Part.QUESTIONS else set())
    found = own_results(folder, people(folder)["0371"], Terms(shows))
    assert all(each.by == () for each in found.questions)
    match part:
        case Part.TOTAL:
            assert (found.total, found.of, found.grade) == (None, None, "")
        case Part.QUESTIONS:
            assert found.questions == ()
        case Part.ITEMS:
            assert all(each.judged is None for each in found.questions)
        case Part.SCRIPT:
            assert found.pages == ()
            assert all(each.pages == () for each in found.questions)
        case Part.SOLUTION:
            assert all(each.solution is None and each.expected == () for each in found.questions)
            assert all(c.right is None and c.content is None for q in found.questions for c in q.choices)
        case Part.STATISTICS:
            assert found.statistics is None


@pytest.mark.usefixtures("scanned")
def test_nobody_gets_a_page_of_somebody_else(folder: Path) -> None:
    ada = people(folder)["0371"]
    assert own_page(folder, ada, Spot(1, 2)).image.spot == Spot(1, 2)
    for spot in (Spot(2, 1), Spot(2, 2), Spot(3, 1), Spot(1, 3)):
        with pytest.raises(NotFoundError, match="no such page of yours"):
            own_page(folder, ada, spot)
