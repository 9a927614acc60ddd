"""Publication: what all steps amount to, and that four eyes are two people's."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klausur.state.publication import (
    Hindrance,
    Part,
    Publication,
    Status,
    Step,
    StoredSignature,
    StoredStep,
    Terms,
    Window,
    hinders,
    holds,
    lacking,
    may_change,
    signed,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = st.sampled_from(["Ada", "Konrad", "Petra"])
TERMS = st.builds(
    Terms,
    shows=st.frozensets(st.sampled_from(Part)),
    correctors=st.booleans(),
    four_eyes=st.booleans(),
    objections=st.none() | st.just(Window(NOW)),
)


@st.composite
def steps(draw: st.DrawFn) -> tuple[StoredStep, ...]:
    """Steps as people take them, in an order that does not matter."""
    kinds = draw(st.lists(st.sampled_from(Step), max_size=8))
    made = [
        StoredStep(at, kind, draw(TERMS) if kind is Step.TERMS else None, "", draw(PEOPLE), NOW)
        for at, kind in enumerate(kinds)
    ]
    return tuple(draw(st.permutations(made)))


@given(steps())
def test_the_newest_of_each_kind_holds(taken: tuple[StoredStep, ...]) -> None:
    found = holds(taken)
    ordered = sorted(taken, key=lambda each: each.id)
    terms = [each.terms for each in ordered if each.step is Step.TERMS]
    others = [each for each in ordered if each.step is not Step.TERMS]
    assert found.terms == (terms[-1] if terms else Terms())
    assert found.status == (Status(others[-1].step) if others else Status.DRAFT)


@given(steps(), st.sampled_from(Part))
def test_nobody_sees_anything_that_is_not_published(taken: tuple[StoredStep, ...], part: Part) -> None:
    found = holds(taken)
    assert found.shows(part) == (found.status is Status.PUBLISHED and part in found.terms.shows)
    if found.status is not Status.PUBLISHED:
        assert not found.takes_objections(NOW - timedelta(hours=1))


SIGNATURES = st.lists(
    st.builds(
        StoredSignature,
        id=st.integers(1, 99),
        grades=st.sampled_from(["a", "b"]),
        who=PEOPLE,
        when=st.just(NOW),
    ),
    max_size=6,
)


@given(TERMS, SIGNATURES, PEOPLE)
def test_four_eyes_are_of_two_people_under_just_these_grades(
    terms: Terms, signatures: list[StoredSignature], who: str
) -> None:
    found = hinders(Publication(terms), signatures, "a", who)
    others = {each.who for each in signatures if each.grades == "a"} - {who}
    if not terms.shows:
        assert found is Hindrance.NOTHING_SHOWN
    else:
        assert (found is Hindrance.UNSIGNED) == (terms.four_eyes and not others)
    assert {each.who for each in signed(signatures, "a")} - {who} == others


@given(steps(), TERMS, PEOPLE)
def test_who_asked_for_four_eyes_cannot_do_without_them_alone(
    taken: tuple[StoredStep, ...], terms: Terms, who: str
) -> None:
    now = holds(taken)
    if now.terms.four_eyes and not terms.four_eyes:
        assert may_change(now, terms, who) == (who != now.asked)
        assert now.asked
    else:
        assert may_change(now, terms, who)


@given(steps(), TERMS, PEOPLE)
def test_what_the_exam_itself_asks_for_nobody_takes_back(
    taken: tuple[StoredStep, ...], terms: Terms, who: str
) -> None:
    now = holds(taken, printed=True)
    assert now.terms.four_eyes
    assert may_change(now, terms, who) == terms.four_eyes


def test_what_is_published_is_published_once() -> None:
    published = StoredStep(1, Step.PUBLISHED, None, "a", "Ada", NOW)
    assert hinders(holds((published,)), (), "a", "Ada") is Hindrance.PUBLISHED_ALREADY
    revoked = StoredStep(2, Step.REVOKED, None, "", "Ada", NOW)
    assert hinders(holds((published, revoked)), (), "a", "Ada") is None


def test_a_window_is_open_from_its_beginning_to_just_before_its_end() -> None:
    window = Window(NOW, NOW - timedelta(days=1))
    assert window.is_open(NOW - timedelta(days=1))
    assert not window.is_open(NOW - timedelta(days=1, seconds=1))
    assert not window.is_open(NOW)
    assert Window(NOW).is_open(datetime.min.replace(tzinfo=UTC))


def test_parts_beside_questions_need_them() -> None:
    assert lacking(frozenset({Part.ITEMS})) is Part.QUESTIONS
    assert lacking(frozenset({Part.SOLUTION, Part.TOTAL})) is Part.QUESTIONS
    assert lacking(frozenset({Part.SOLUTION, Part.QUESTIONS})) is None
    assert lacking(frozenset({Part.TOTAL, Part.SCRIPT, Part.STATISTICS})) is None
