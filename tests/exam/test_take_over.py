"""The key of a printed exam follows its source, and never at the cost of what was mended elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exam.made_exams import frozens, mended
from tests.exam.plain_exam import PLAIN

from klausur.base.diagnostics import Place
from klausur.base.errors import UsageError
from klausur.exam.content import Content, Figure
from klausur.exam.differences import DifferenceKind, key_differences
from klausur.exam.differences.parts import Item, items, named
from klausur.exam.frozen import Frozen
from klausur.exam.model import Choice, GradeKey, Grading, Problem, Question, QuestionKind, Space, Strike
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.exam.take_over import behind, take_over
from klausur.exam.whose_word import WhoseWord

K = DifferenceKind
AT = Place("problems/1.md", 3)
ALL = settings(max_examples=25)


def text(words: str, *figures: str) -> Content:
    shown = words + "".join(f'#image("/{path}")' for path in figures)
    return Content(shown, "", words, AT, tuple(Figure(path, AT) for path in figures))


def rubric(*worths: int) -> Rubric:
    members = tuple(
        RubricItem(str(n), Fraction(worth), text(f"step {n}")) for n, worth in enumerate(worths, start=1)
    )
    return Rubric(RubricGroup("all", members))


SPEED = Question(
    id="speed",
    number="1.1",
    kind=QuestionKind.TEXT,
    title="Speed",
    content=text("How fast?"),
    credits=Fraction(2),
    place=AT,
    space=Space(40),
    solution=text("Very."),
    rubric=rubric(1, 1),
)
SOUND = Question(
    id="sound",
    number="1.2",
    kind=QuestionKind.CHOICE,
    title="Sound",
    content=text("Which?"),
    credits=Fraction(1),
    place=AT,
    choices=(Choice("a", text("one"), right=True), Choice("b", text("two"), right=False)),
    solution=text("It is heard."),
)


def exam(
    *changes: Callable[[Question], Question], files: dict[str, bytes] | None = None, **head: object
) -> Frozen:
    """The exam in two variants with its questions changed."""
    questions = [SPEED, SOUND]
    for change in changes:
        questions = [change(question) for question in questions]
    problem = Problem("1", 1, "Waves", None, tuple(questions), AT)
    grades = GradeKey((("1.0", Fraction(90)),), "5.0", percent=True)
    made = replace(PLAIN, **{"problems": (problem,), "grades": grades, **head})  # type: ignore[arg-type]  # its fields
    return Frozen((made, replace(made, variant=2)), files or {})


def put(id_: str, **fields: object) -> Callable[[Question], Question]:
    return lambda question: replace(question, **fields) if question.id == id_ else question  # type: ignore[arg-type]  # its fields


def right(*letters: str) -> Callable[[Question], Question]:
    choices = tuple(replace(c, right=c.id in letters) for c in SOUND.choices)
    return put("sound", choices=choices)


PRINTED = exam()


def test_source_is_taken_over_item_by_item() -> None:
    struck = Grading(struck=(("sound", Strike.FULL),))
    key = GradeKey((("1.0", Fraction(2)),), "5.0")
    disk = exam(right("b"), put("speed", credits=Fraction(1), rubric=rubric(1)), grading=struck, grades=key)
    merge = take_over(printed=PRINTED, base=PRINTED, counts=PRINTED, disk=disk)
    assert merge.clear
    assert merge.exam == disk
    assert [d.text for d in merge.changed] == [
        "the credits of question speed: 2 → 1",
        "the rubric of question speed: “[+1] step 1; [+1] step 2” → “[+1] step 1”",
        "the right choices of question sound: a → b",
        "whether question sound is struck: not struck → struck, full",
        "the grade key: 1.0 from 90%, else 5.0 → 1.0 from 2, else 5.0",
    ]
    assert merge.changed[2].letters == ("a", "b")
    assert merge.changed[0].variants == (1, 2)


def test_what_was_mended_elsewhere_is_not_reverted() -> None:
    counts = exam(right("b"))
    disk = exam(put("speed", solution=text("Not so fast.")))
    merge = take_over(printed=PRINTED, base=PRINTED, counts=counts, disk=disk)
    assert merge.clear
    assert merge.exam == exam(right("b"), put("speed", solution=text("Not so fast.")))
    late = behind(base=PRINTED, counts=counts, disk=disk)
    assert [d.text for d in late] == ["the right choices of question sound: a → b"]
    assert late[0].place == AT
    again = take_over(printed=PRINTED, base=disk, counts=merge.exam, disk=disk)
    assert (again.exam, again.changed) == (merge.exam, ())


def test_source_that_was_brought_in_line_is_fine() -> None:
    counts = disk = exam(right("b"))
    merge = take_over(printed=PRINTED, base=PRINTED, counts=counts, disk=disk)
    assert merge.clear
    assert (merge.exam, merge.changed) == (counts, ())
    assert behind(base=PRINTED, counts=counts, disk=disk) == ()


def test_both_changed_is_a_conflict_until_somebody_decides() -> None:
    counts, disk = exam(right("b")), exam(right("a", "b"), put("sound", credits=Fraction(3)))
    merge = take_over(printed=PRINTED, base=PRINTED, counts=counts, disk=disk)
    assert not merge.clear
    assert merge.exam == exam(right("b"), put("sound", credits=Fraction(3)))
    (conflict,) = merge.conflicts
    assert str(conflict.item) == "sound/right"
    assert conflict.variants == (1, 2)
    assert conflict.text == (
        "the right choices of question sound was a; the records have b, the source has a, b"
    )
    for side, expected in ((WhoseWord.SOURCE, right("a", "b")), (WhoseWord.RECORDS, right("b"))):
        resolved = take_over(
            printed=PRINTED, base=PRINTED, counts=counts, disk=disk, resolve={conflict.item: side}
        )
        assert resolved.clear
        assert resolved.exam == exam(expected, put("sound", credits=Fraction(3)))
    with pytest.raises(UsageError, match="speed/rubric is not in conflict"):
        take_over(
            printed=PRINTED,
            base=PRINTED,
            counts=counts,
            disk=disk,
            resolve={Item(K.RUBRIC, "speed"): WhoseWord.SOURCE},
        )


@pytest.mark.parametrize(
    ("change", "kind", "held"),
    [
        (put("speed", credits=Fraction(3)), K.CREDIT_BOXES, True),
        (put("sound", choices=(*SOUND.choices, Choice("c", text("new"), right=True))), K.CHOICE_ADDED, True),
        (
            put(
                "sound",
                choices=(*SOUND.choices, Choice("c", text("new"), right=False)),
                accepted=(("c",),),
            ),
            K.CHOICE_ADDED,
            True,
        ),
        (
            put(
                "sound", choices=(Choice("a", text("two"), right=False), Choice("b", text("one"), right=True))
            ),
            K.CHOICE_EXCHANGED,
            True,
        ),
        (
            put("sound", choices=(SOUND.choices[0], Choice("b", text("not two"), right=True))),
            K.CHOICE_REWORDED,
            True,
        ),
        (put("speed", id="pace"), K.QUESTION_REMOVED, True),
        (put("speed", content=text("How slow?"), credits=Fraction(1)), K.WORDING, False),
    ],
)
def test_another_paper_is_refused(change: Callable[[Question], Question], kind: K, *, held: bool) -> None:
    merge = take_over(printed=PRINTED, base=PRINTED, counts=PRINTED, disk=exam(change))
    assert not merge.clear
    assert kind in {d.kind for d in merge.refusals}
    assert all(d.paper for d in merge.refusals)
    assert (merge.exam == PRINTED) is held


def test_boxes_are_judged_as_printed() -> None:
    fewer = exam(put("speed", credits=Fraction(1), rubric=rubric(1)))
    merge = take_over(printed=PRINTED, base=fewer, counts=fewer, disk=PRINTED)
    assert merge.clear
    assert merge.exam == PRINTED


def test_halves_that_do_not_fit_are_diagnosed() -> None:
    counts = exam(put("speed", rubric=rubric(2)))
    disk = exam(put("speed", credits=Fraction(1)))
    merge = take_over(printed=PRINTED, base=PRINTED, counts=counts, disk=disk)
    assert [d.code for d in merge.diagnostics] == ["rubric-over"]
    assert not merge.clear


def test_pictures_come_along() -> None:
    printed = exam(put("sound", content=text("Which?", "a.svg")), files={"a.svg": b"A"})
    new = text("Like this:", "b.svg")
    change = put("sound", content=text("Which?", "a.svg"), solution=new)
    disk = exam(change, files={"a.svg": b"A", "b.svg": b'<svg><image href="c.png"/></svg>', "c.png": b"C"})
    merge = take_over(printed=printed, base=printed, counts=printed, disk=disk)
    assert merge.clear
    assert merge.exam == disk
    redrawn = replace(disk, files={**disk.files, "c.png": b"other"})
    second = take_over(printed=printed, base=disk, counts=merge.exam, disk=redrawn)
    assert [d.kind for d in second.changed] == [K.SOLUTION]
    assert second.exam == redrawn


def test_pictures_do_not_take_one_anothers_place() -> None:
    counts = exam(put("speed", solution=text("See", "b.svg")), files={"b.svg": b"mended"})
    disk = exam(put("sound", solution=text("See", "b.svg")), files={"b.svg": b"drawn"})
    merge = take_over(printed=PRINTED, base=PRINTED, counts=counts, disk=disk)
    assert [(d.kind, d.place.file) for d in merge.refusals] == [(K.FIGURE, "b.svg")]
    assert merge.exam.files == {"b.svg": b"mended"}


def test_another_release_is_no_change_of_the_source() -> None:
    def told(words: str, source: str) -> Frozen:
        made = exam(put("speed", solution=text(words)))
        exams = (
            replace(e, problems=tuple(replace(p, source=source) for p in e.problems)) for e in made.exams
        )
        return Frozen(tuple(exams), {})

    base, disk = told("Very.", "# Waves"), told("set otherwise", "# Waves")
    mended_ = told("mended", "# Waves")
    assert take_over(printed=base, base=base, counts=mended_, disk=disk).exam == mended_
    changed = told("set otherwise", "# Waves, mended")
    assert take_over(printed=base, base=base, counts=mended_, disk=changed).conflicts


def test_items_are_named() -> None:
    for item in items(PRINTED.first):
        assert named(str(item), PRINTED.first) == item
    with pytest.raises(UsageError, match="sound/rigth") as raised:
        named("sound/rigth", PRINTED.first)
    assert "sound/right" in raised.value.remedy


def test_every_variant_is_compared() -> None:
    one, two = exam(right("b")).exams[0], PRINTED.exams[1]
    merge = take_over(printed=PRINTED, base=PRINTED, counts=PRINTED, disk=Frozen((one, two), {}))
    assert [(d.kind, d.variants) for d in merge.changed] == [(K.RIGHT, (1,))]
    assert merge.exam == Frozen((one, two), {})
    with pytest.raises(LookupError, match="variant 2"):
        take_over(printed=Frozen((one,), {}), base=PRINTED, counts=PRINTED, disk=Frozen((one,), {}))


@st.composite
def three(draw: st.DrawFn) -> tuple[Frozen, Frozen, Frozen]:
    """A printed exam, what counts, and the disk: the same paper with keys that may differ."""
    printed = draw(frozens())
    return printed, draw(mended(printed)), draw(mended(printed))


def same_key(one: Frozen, other: Frozen) -> bool:
    return key_differences(one, other) == ()


@pytest.mark.long
@ALL
@given(three())
def test_no_change_on_disk_changes_nothing(states: tuple[Frozen, Frozen, Frozen]) -> None:
    printed, counts, _ = states
    merge = take_over(printed=printed, base=printed, counts=counts, disk=printed)
    assert (merge.exam, merge.changed, merge.conflicts, merge.refusals) == (counts, (), (), ())


@pytest.mark.long
@ALL
@given(three())
def test_unmended_records_follow_the_source(states: tuple[Frozen, Frozen, Frozen]) -> None:
    printed, counts, disk = states
    merge = take_over(printed=printed, base=counts, counts=counts, disk=disk)
    assert same_key(merge.exam, disk)
    assert merge.conflicts == ()
    assert merge.changed == key_differences(counts, disk)


@pytest.mark.long
@ALL
@given(three())
def test_twice_is_once(states: tuple[Frozen, Frozen, Frozen]) -> None:
    printed, counts, disk = states
    once = take_over(printed=printed, base=printed, counts=counts, disk=disk)
    for base in (printed, disk):
        twice = take_over(printed=printed, base=base, counts=once.exam, disk=disk)
        assert twice.changed == ()
        assert twice.exam == once.exam


@pytest.mark.long
@ALL
@given(three())
def test_every_item_is_one_of_the_two(states: tuple[Frozen, Frozen, Frozen]) -> None:
    printed, counts, disk = states
    merge = take_over(printed=printed, base=printed, counts=counts, disk=disk)
    assert merge.refusals == ()
    mended_, written = (
        {(d.kind, d.question) for d in key_differences(printed, state)} for state in (counts, disk)
    )
    apart = {(d.kind, d.question) for d in key_differences(counts, disk)}
    assert {(c.item.kind, c.item.question) for c in merge.conflicts} == mended_ & written & apart
    assert {(d.kind, d.question) for d in merge.changed} == (written - mended_) & apart
    late = {(d.kind, d.question) for d in behind(base=printed, counts=counts, disk=disk)}
    assert late == mended_ - written
    for side, state in ((WhoseWord.SOURCE, disk), (WhoseWord.RECORDS, counts)):
        resolved = take_over(
            printed=printed,
            base=printed,
            counts=counts,
            disk=disk,
            resolve={conflict.item: side for conflict in merge.conflicts},
        )
        assert resolved.conflicts == ()
        left = {(d.kind, d.question) for d in key_differences(resolved.exam, state)}
        assert not left & mended_ & written
