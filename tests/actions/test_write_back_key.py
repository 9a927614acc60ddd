"""The source is brought in line with the records: only where the place is exactly known, and nothing else."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast import EXAMINER
from tests.exams import by_hand

from klausur.actions.compare_key import compare_key, read
from klausur.actions.grade import grade
from klausur.actions.take_over_key import take_over_key
from klausur.actions.write_back_key import write_back_key
from klausur.base.errors import RefusedError
from klausur.exam.differences import DifferenceKind, key_differences
from klausur.exam.differences.parts import OF_EXAM, OF_QUESTION, Item, strike
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.model import (
    BonusFor,
    Exam,
    Question,
    RoundAt,
    Rounding,
    RoundKind,
    Scheme,
    SchemeKind,
    Strike,
)
from klausur.exam.rubric import Rubric, RubricItem
from klausur.exam.whose_word import WhoseWord
from klausur.exam.write_back import in_order, written
from klausur.state.facts import Author
from klausur.store import exams
from klausur.store.folder import opened

from .test_key import CHOICES, TOML, WORDS, change

pytestmark = pytest.mark.above_records

K = DifferenceKind
WHO = Author(EXAMINER, "as decided")


def mended(exam: Exam, item: Item, value: Any) -> Exam:  # noqa: ANN401 - what the item holds
    """An exam in which one item has another value."""
    if item.kind is K.STRUCK and item.question is not None:
        return replace(exam, grading=strike(exam.grading, item.question, value))
    if item.question is None:
        made: Exam = OF_EXAM[item.kind].put(exam, value)
        return made

    def put(question: Question) -> Question:
        return OF_QUESTION[item.kind].put(question, value) if question.id == item.question else question

    problems = (replace(p, questions=tuple(map(put, p.questions))) for p in exam.problems)
    return replace(exam, problems=tuple(problems))


def decide(folder: Path, *mends: tuple[Item, Any]) -> None:
    """What the browser will do: decide about items, and leave the source as it was."""
    with opened(folder):
        counts, base = (
            found or exams.as_printed(1, folder)
            for found in (exams.key(1, folder), exams.taken_over(1, folder))
        )
        assert counts is not None
        assert base is not None
        made = list(counts.exams)
        for item, value in mends:
            made = [mended(exam, item, value) for exam in made]
        texts = freeze(Frozen(tuple(made), counts.files)), freeze(base)
        with by_hand():
            exams.decide(1, *texts, base.first.digest, ["mended"], WHO)


def question(folder: Path, id_: str) -> Question:
    with opened(folder):
        printed = exams.as_printed(1, folder)
    assert printed is not None
    return next(q for q in printed.first.questions if q.id == id_)


def grades(folder: Path, best: int) -> Any:  # noqa: ANN401 - a GradeKey
    with opened(folder):
        printed = exams.as_printed(1, folder)
    assert printed is not None
    key = printed.first.grades
    return replace(key, thresholds=(("1.0", Fraction(best)), *key.thresholds[1:]))


def one_step(folder: Path) -> Rubric:
    """The rubric of question word that gives half of it."""
    rubric = question(folder, "word").rubric
    assert rubric is not None
    (item,) = rubric.root.members
    assert isinstance(item, RubricItem)
    return replace(rubric, root=replace(rubric.root, members=(replace(item, credits=Fraction(1)),)))


MENDS: list[tuple[Item, Any, str, str, str]] = [
    (
        Item(K.RIGHT, "letters"),
        ("b", "c"),
        CHOICES,
        "- [x] The letter A.\n- [ ] The",
        "- [ ] The letter A.\n- [x] The",
    ),
    (Item(K.CREDITS, "numbers"), Fraction(3, 2), CHOICES, "#numbers credits=2", "#numbers credits=1.5"),
    (
        Item(K.ACCEPTED, "numbers"),
        (("a",), ()),
        CHOICES,
        "#numbers credits=2}",
        '#numbers credits=2 accept="a | none"}',
    ),
    (Item(K.BONUS, "numbers"), True, CHOICES, "#numbers credits=2}", "#numbers credits=2 bonus=yes}"),
    (
        Item(K.SCHEME, "numbers"),
        Scheme(SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1)),
        CHOICES,
        "#numbers credits=2}",
        "#numbers credits=2 scheme=right-minus-wrong floor=-1}",
    ),
    (
        Item(K.SCHEME, "numbers"),
        Scheme(SchemeKind.FORMULA, formula="max(0, (rt - wt) / r) * credits"),
        CHOICES,
        "#numbers credits=2}",
        '#numbers credits=2 scheme=formula formula="max(0, (rt - wt) / r) * credits"}',
    ),
    (Item(K.SOLUTION, "word"), None, WORDS, "::: solution\nAny word.\n:::\n", ""),
    (
        Item(K.STRUCK, "letters"),
        Strike.FULL,
        TOML,
        "{2}'\n",
        '{2}\'\n\n[grading]\nstruck = {letters = "full"}\n',
    ),
    (
        Item(K.BONUS_FOR),
        BonusFor.PASSED,
        TOML,
        "{2}'\n",
        '{2}\'\n\n[grading]\nbonus_for = "passed"\n',
    ),
    (Item(K.SCHEME), Scheme(SchemeKind.PER_CHOICE), TOML, '"all-or-nothing"', '"per-choice"'),
]


def test_what_was_accepted_by_its_box_is_not_said_twice(folder: Path) -> None:
    change(folder, CHOICES, ("- [ ] The letter B.", "- [~] The letter B."))
    take_over_key(folder, WHO)
    decide(folder, (Item(K.ACCEPTED, "letters"), (("c",),)))
    assert write_back_key(folder, WHO).written
    text = (folder / CHOICES).read_text("utf-8")
    assert '#letters credits=2 accept="c"}' in text.replace("accept=c", 'accept="c"')
    assert "[~]" not in text
    assert compare_key(folder).behind == ()


@pytest.mark.parametrize(
    ("item", "value", "name", "old", "new"), MENDS, ids=lambda v: str(v) if isinstance(v, Item) else ""
)
def test_an_item_is_written_where_it_belongs(
    folder: Path, item: Item, value: object, name: str, old: str, new: str
) -> None:
    decide(folder, (item, value))
    before = {path: path.read_bytes() for path in (folder / CHOICES, folder / WORDS, folder / TOML)}
    dry = write_back_key(folder, WHO, dry_run=True)
    assert {path: path.read_bytes() for path in before} == before
    assert (dry.written, dry.files, dry.by_hand) == (False, (name,), ())
    back = write_back_key(folder, WHO)
    assert back.written
    assert back.patch == dry.patch
    assert f"+++ b/{name}" in back.patch
    expected = dict(before)
    text = before[folder / name].decode()
    assert text.count(old) == 1
    expected[folder / name] = text.replace(old, new).encode()
    assert {path: path.read_bytes() for path in before} == expected
    found = compare_key(folder)
    assert (found.behind, found.merge.changed, found.new) == ((), (), False)
    assert not write_back_key(folder, WHO).files
    assert not take_over_key(folder, WHO).recorded


def test_credits_and_rubric_hang_together(folder: Path) -> None:
    decide(folder, (Item(K.CREDITS, "word"), Fraction(1)), (Item(K.RUBRIC, "word"), one_step(folder)))
    back = write_back_key(folder, WHO)
    assert (back.files, back.by_hand) == ((WORDS,), ())
    text = (folder / WORDS).read_text("utf-8")
    assert "#word credits=1 space" in text
    assert "- [+1] a word" in text


def test_what_would_be_an_error_is_left_to_the_author(folder: Path) -> None:
    change(folder, TOML, ("order =", "# the order\norder ="))
    (folder / TOML).write_text((folder / TOML).read_text("utf-8") + "\n[declared]\ncredits = 6\n", "utf-8")
    decide(folder, (Item(K.CREDITS, "numbers"), Fraction(3)), (Item(K.RIGHT, "letters"), ("b",)))
    back = write_back_key(folder, WHO)
    assert [d.kind for d in back.placed] == [K.RIGHT]
    ((late, why),) = back.by_hand
    assert (late.question, late.kind) == ("numbers", K.CREDITS)
    assert "errors" in why
    assert "credits=3" not in (folder / CHOICES).read_text("utf-8")
    assert [d.question for d in compare_key(folder).behind] == ["numbers"]


def test_a_text_that_was_kept_comes_back(folder: Path) -> None:
    change(
        folder,
        WORDS,
        ("Any word.", "Every *word*.\n\n```\n## no heading\n```"),
        ("[+2] a word", "[+2] a long word"),
    )
    take_over_key(folder, WHO)
    change(
        folder,
        WORDS,
        ("Every *word*.\n\n```\n## no heading\n```", "Mended wrongly."),
        ("a long word", "a short word"),
    )
    resolved = {"word/solution": WhoseWord.RECORDS, "word/rubric": WhoseWord.RECORDS}
    decide(folder, (Item(K.RIGHT, "letters"), ("b",)))
    with opened(folder):
        counts = exams.key(1, folder)
    assert counts is not None
    disk = read(folder, (1,))
    texts = freeze(counts), freeze(disk)
    with opened(folder), by_hand():
        exams.decide(1, *texts, disk.first.digest, list(resolved), WHO)
    back = write_back_key(folder, WHO)
    assert back.by_hand == ()
    assert "Every *word*.\n\n```\n## no heading\n```\n:::" in (folder / WORDS).read_text("utf-8")
    assert "[+2] a long word" in (folder / WORDS).read_text("utf-8")


def test_a_text_of_which_no_source_is_known_is_left_to_the_author(folder: Path) -> None:
    solution = question(folder, "word").solution
    assert solution is not None
    decide(folder, (Item(K.SOLUTION, "word"), replace(solution, typst="A new one.", text="A new one.")))
    back = write_back_key(folder, WHO)
    assert (back.written, back.files, back.placed) == (False, (), ())
    assert "Markdown" in back.by_hand[0][1]


def test_what_the_source_has_newer_stays(folder: Path) -> None:
    decide(folder, (Item(K.RIGHT, "letters"), ("b",)))
    change(folder, WORDS, ("Any word.", "Every word."))
    assert write_back_key(folder, WHO).files == (CHOICES,)
    found = compare_key(folder)
    assert [d.kind for d in found.merge.changed] == [K.SOLUTION]
    assert found.behind == ()
    assert grade(folder, actor=EXAMINER).source_changed
    taken = take_over_key(folder, WHO)
    assert [d.kind for d in taken.compared.merge.changed] == [K.SOLUTION]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_marks_and_umlauts_are_kept(folder: Path, ending: str) -> None:
    path = folder / CHOICES
    text = "\ufeff" + path.read_text("utf-8").replace("# Choices", "# Wähle")
    path.write_bytes(text.replace("\n", ending).encode())
    path.chmod(0o640)
    decide(folder, (Item(K.RIGHT, "letters"), ("b",)), (Item(K.CREDITS, "letters"), Fraction(3)))
    back = write_back_key(folder, WHO)
    assert back.written
    mended_ = text.replace("[x] The letter A", "[ ] The letter A").replace(
        "[x] The letter E", "[ ] The letter E"
    )
    mended_ = mended_.replace("[ ] The letter B", "[x] The letter B").replace(
        "#letters credits=2", "#letters credits=3"
    )
    assert path.read_bytes() == mended_.replace("\n", ending).encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.glob(".*")) == []


def test_a_file_that_somebody_writes_meanwhile_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(folder, (Item(K.RIGHT, "letters"), ("b",)))

    def meanwhile(source: Path, target: Path) -> None:  # noqa: ARG001 - as shutil has it
        source.write_text("# Other\n", "utf-8")

    monkeypatch.setattr("klausur.actions.write_back_key.shutil.copymode", meanwhile)
    with pytest.raises(RefusedError, match="changed meanwhile"):
        write_back_key(folder, WHO)
    assert (folder / CHOICES).read_text("utf-8") == "# Other\n"
    assert list((folder / "problems").glob(".*")) == []


def test_thresholds_and_rounding(folder: Path) -> None:
    decide(
        folder,
        (Item(K.GRADES), grades(folder, 85)),
        (Item(K.ROUNDING), Rounding(RoundKind.HALF_UP, Fraction(1, 2), RoundAt.QUESTION)),
        (Item(K.STRUCK, "numbers"), Strike.DROPPED),
        (Item(K.STRUCK, "letters"), Strike.FULL),
    )
    back = write_back_key(folder, WHO)
    assert back.by_hand == ()
    text = (folder / TOML).read_text("utf-8")
    assert '"1.0" = 85\n' in text
    assert 'round = "half-up to 0.5"' in text
    assert compare_key(folder).behind == ()


@settings(max_examples=15)
@given(
    st.sets(st.sampled_from("abc"), min_size=1),
    st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(2), Fraction(4)]),
    st.booleans(),
    st.dictionaries(st.sampled_from(["letters", "numbers"]), st.sampled_from(Strike)),
    st.integers(51, 99),
)
def test_whatever_is_written_reads_as_it_counts(
    recorded: Path,
    right: set[str],
    credits: Fraction,
    bonus: bool,  # noqa: FBT001 - drawn
    struck: dict[str, Strike],
    best: int,
) -> None:
    disk = read(recorded, (1,))
    mends = [
        (Item(K.RIGHT, "letters"), tuple(sorted(right))),
        (Item(K.CREDITS, "numbers"), credits),
        (Item(K.BONUS, "letters"), bonus),
        *((Item(K.STRUCK, id_), kind) for id_, kind in struck.items()),
        (Item(K.GRADES), grades(recorded, best)),
    ]
    (exam,) = disk.exams
    for item, value in mends:
        exam = mended(exam, item, value)
    counts = Frozen((exam,), disk.files)
    texts = {name: (recorded / name).read_text("utf-8") for name in (CHOICES, WORDS, TOML)}
    late = {Item(d.kind, d.question) for d in key_differences(disk, counts)}
    for item in in_order(late):
        texts = written(texts, item, counts, disk, ())
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(recorded.parent)
        place = recorded.parent / "written"
        (place / "problems").mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (place / name).write_text(text, "utf-8")
        assert key_differences(counts, read(place, (1,))) == ()


class Stopped(BaseException):
    """What ends this process as a kill would."""


def test_whoever_was_stopped_before_recording_does_so_with_the_next_try(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(folder, (Item(K.RIGHT, "letters"), ("b",)))
    left = folder / "problems/.1-choices.md.part"
    left.write_text("half of")

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr("klausur.actions.write_back_key._record", stop)
        with pytest.raises(Stopped):
            write_back_key(folder, WHO)
    assert not left.exists()
    assert grade(folder, actor=EXAMINER).source_changed
    assert write_back_key(folder, WHO, dry_run=True).files == ()
    assert grade(folder, actor=EXAMINER).source_changed
    back = write_back_key(folder, WHO)
    assert (back.written, back.files) == (False, ())
    assert not grade(folder, actor=EXAMINER).source_changed
    with opened(folder):
        decisions = exams.decisions()
    assert decisions[-1].what == ("the source is in line with the records",)
    assert not write_back_key(folder, WHO).written
    with opened(folder):
        assert exams.decisions() == decisions
