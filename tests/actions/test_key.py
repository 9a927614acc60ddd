"""The key lives on by decision: what the source may change after printing, and what it may not."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import by_hand

from klausur.actions.compare_key import compare_key
from klausur.actions.grade import grade
from klausur.actions.take_over_key import TakenOver, take_over_key
from klausur.base.errors import KlausurError, NotFoundError, RefusedError, UsageError
from klausur.exam.differences import DifferenceKind
from klausur.exam.differences.parts import OF_QUESTION, Item
from klausur.exam.frozen import Frozen, freeze
from klausur.exam.model import Question
from klausur.exam.source import files
from klausur.exam.whose_word import WhoseWord
from klausur.paper.layout import Layout
from klausur.report.columns import records
from klausur.report.results import Results
from klausur.state.facts import Author
from klausur.store import audit, derive, exams, frame
from klausur.store.connections import connection
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame

from .conftest import Record, result

K = DifferenceKind
WHO = Author(EXAMINER, "the key was wrong")
CHOICES, WORDS, TOML = "problems/1-choices.md", "problems/2-words.md", "exam.toml"


@pytest.fixture
def desk(folder: Path, scanned: None) -> Path:  # noqa: ARG001 - what lies in the records
    return folder


def change(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def results(folder: Path) -> Results:
    return grade(folder, actor=EXAMINER).results


def differing(folder: Path) -> list[str]:
    with opened(folder):
        return list(derive.verify(Frame(folder)))


def mend(folder: Path, item: Item, value: object) -> None:
    """What the browser will do: decide about one item, and leave the source as it was."""
    with opened(folder):
        counts = exams.key(1, folder) or exams.as_printed(1, folder)
        base = exams.taken_over(1, folder) or exams.as_printed(1, folder)
        assert counts is not None
        assert base is not None
        digest = base.first.digest

        def put(question: Question) -> Question:
            return OF_QUESTION[item.kind].put(question, value) if question.id == item.question else question

        made = tuple(
            replace(
                exam,
                problems=tuple(
                    replace(p, questions=tuple(put(q) for q in p.questions)) for p in exam.problems
                ),
            )
            for exam in counts.exams
        )
        kept, was = freeze(Frozen(made, counts.files)), freeze(base)
        with by_hand():
            exams.decide(1, kept, was, digest, ["mended"], WHO)
            derive.refresh(Frame(folder), EVERYTHING)


ADDED = ("- [x] The letter E.\n", "- [x] The letter E.\n- [x] The letter I.\n")
EXCHANGED = (
    "- [x] The letter A.\n- [ ] The letter B.\n",
    "- [x] The letter B.\n- [ ] The letter A.\n",
)
TURNED = ("Which of these are vowels?", "Which of these are no vowels?")


@pytest.mark.parametrize(
    ("name", "pairs", "kind", "question"),
    [
        (CHOICES, [ADDED], K.CHOICE_ADDED, "letters"),
        (CHOICES, [EXCHANGED], K.CHOICE_EXCHANGED, "letters"),
        (CHOICES, [("- [x] The letter E.\n", "")], K.CHOICE_REMOVED, "letters"),
        (CHOICES, [("The letter B.", "The letter I.")], K.CHOICE_REWORDED, "letters"),
        (CHOICES, [TURNED], K.WORDING, "letters"),
        (
            CHOICES,
            [("#letters", "#somewhere"), ("#numbers", "#letters"), ("#somewhere", "#numbers")],
            K.QUESTION_EXCHANGED,
            "letters",
        ),
        (CHOICES, [("#numbers", "#digits")], K.QUESTION_REMOVED, "numbers"),
        (WORDS, [("credits=2", "credits=4"), ("[+2]", "[+4]")], K.CREDIT_BOXES, "word"),
    ],
)
def test_another_paper_is_refused_and_named(
    desk: Path, name: str, pairs: list[tuple[str, str]], kind: K, question: str
) -> None:
    before = results(desk)
    change(desk, name, *pairs)
    found = compare_key(desk)
    assert not found.merge.clear
    assert (kind, question) in {(d.kind, d.question) for d in found.merge.refusals}
    with pytest.raises(RefusedError, match="something else than was printed") as raised:
        take_over_key(desk, WHO)
    assert f"{question}" in str(raised.value)
    assert f"{name}:" in str(raised.value)
    assert raised.value.remedy
    assert results(desk) == before
    with opened(desk):
        assert exams.decisions() == ()


def test_a_deleted_question_is_to_be_struck_instead(desk: Path) -> None:
    text = (desk / CHOICES).read_text("utf-8")
    (desk / CHOICES).write_text(text[: text.index("## Numbers")], encoding="utf-8")
    with pytest.raises(RefusedError, match="numbers") as raised:
        take_over_key(desk, WHO)
    assert "struck under [grading]" in raised.value.remedy


def test_a_mended_key_changes_what_was_foretold(desk: Path) -> None:
    before = results(desk)
    change(desk, CHOICES, ("- [x] The letter A.", "- [ ] The letter A."))
    dry = take_over_key(desk, WHO, dry_run=True)
    assert results(desk) == before
    assert not dry.recorded
    taken = take_over_key(desk, WHO)
    assert taken.recorded
    assert [d.text for d in taken.compared.merge.changed] == [
        "the right choices of question letters: a, c → c"
    ]
    assert taken.effects == dry.effects
    (ada,) = taken.effects
    assert (ada.booklet, ada.registration, ada.name) == (1, "0371", "Ada Example")
    assert [(m.question, m.old, m.new) for m in ada.questions] == [("1.1", Fraction(2), Fraction(0))]
    assert ada.total == (Fraction(6), Fraction(4))
    assert ada.grade[0] == "1.0"
    foretold(before, taken, results(desk))
    assert differing(desk) == []
    with opened(desk):
        (decision,) = exams.decisions()
        event = audit.events()[-2]
    assert (decision.who, decision.why, decision.what) == (
        EXAMINER.name,
        WHO.why,
        ("the right choices of question letters: a, c → c",),
    )
    assert event.verb == "take-over-key"
    assert not grade(desk, actor=EXAMINER).source_changed
    assert not compare_key(desk).new
    assert not take_over_key(desk, WHO).recorded


def foretold(before: Results, taken: TakenOver, after: Results) -> None:
    """Nothing else has changed than was said, and all of that has."""
    said = {(e.booklet, e.registration): e for e in taken.effects}
    told, tells = records(before), records(after)
    for old, new, was, is_ in zip(before.rows, after.rows, told, tells, strict=True):
        effect = said.pop((old.booklet, old.registration), None)
        if effect is None:
            assert was == is_
            continue
        assert (effect.total, effect.grade) == ((old.total, new.total), (old.grade, new.grade))
        moved = {m.question: m.new for m in effect.questions}
        assert [moved.get(n, c) for n, c in zip(before.questions, old.questions, strict=True)] == list(
            new.questions
        )
    assert not said


@pytest.mark.parametrize(
    ("name", "pairs", "kind"),
    [
        (TOML, [("[grades]\n", '[grading]\nstruck = {letters = "full"}\n\n[grades]\n')], K.STRUCK),
        (TOML, [("[grades]\n", '[grading]\nround = "down to 1"\n\n[grades]\n')], K.ROUNDING),
        (TOML, [('"1.0" = 90', '"1.0" = 100')], K.GRADES),
        (TOML, [('"all-or-nothing"', '"per-choice"')], K.SCHEME),
        (CHOICES, [("#numbers credits=2", "#numbers credits=3")], K.CREDITS),
        (CHOICES, [("#numbers credits=2", "#numbers credits=2 scheme=per-choice")], K.SCHEME),
        (CHOICES, [("#numbers credits=2", "#numbers credits=2 bonus=yes")], K.BONUS),
        (WORDS, [("Any word.", "Every word.")], K.SOLUTION),
        (WORDS, [("[+2] a word", "[+1] a word\n- [+1] spelt well")], K.RUBRIC),
    ],
)
def test_each_part_of_the_key_is_taken_over(
    desk: Path, name: str, pairs: list[tuple[str, str]], kind: K
) -> None:
    before = results(desk)
    change(desk, name, *pairs)
    taken = take_over_key(desk, WHO)
    assert [d.kind for d in taken.compared.merge.changed] == [kind]
    foretold(before, taken, results(desk))
    assert differing(desk) == []


def test_a_source_that_is_again_as_printed_is_no_longer_what_counts(desk: Path) -> None:
    change(desk, CHOICES, ("- [x] The letter A.", "- [ ] The letter A."))
    take_over_key(desk, WHO)
    change(desk, CHOICES, ("- [ ] The letter A.", "- [x] The letter A."))
    assert grade(desk, actor=EXAMINER).source_changed
    found = compare_key(desk)
    assert [d.text for d in found.merge.changed] == ["the right choices of question letters: c → a, c"]
    assert take_over_key(desk, WHO).recorded
    assert not grade(desk, actor=EXAMINER).source_changed


def test_what_was_mended_elsewhere_is_never_reverted(desk: Path) -> None:
    mend(desk, Item(K.RIGHT, "letters"), ("b",))
    assert [d.text for d in compare_key(desk).behind] == ["the right choices of question letters: a, c → b"]
    change(desk, WORDS, ("Any word.", "Every word."))
    taken = take_over_key(desk, WHO)
    assert [d.kind for d in taken.compared.merge.changed] == [K.SOLUTION]
    for _ in range(2):
        with opened(desk):
            counts = exams.key(1, desk)
        assert counts is not None
        assert [c.id for c in next(iter(counts.first.questions)).choices if c.right] == ["b"]
        take_over_key(desk, WHO)
    assert [d.question for d in compare_key(desk).behind] == ["letters"]


@pytest.mark.parametrize(("side", "right"), [(WhoseWord.SOURCE, ["a"]), (WhoseWord.RECORDS, ["b"])])
def test_both_changed_is_a_conflict(desk: Path, side: WhoseWord, right: list[str]) -> None:
    mend(desk, Item(K.RIGHT, "letters"), ("b",))
    change(desk, CHOICES, ("- [x] The letter E.", "- [ ] The letter E."))
    with pytest.raises(
        RefusedError, match="letters/right: the right choices of question letters was a, c"
    ) as e:
        take_over_key(desk, WHO)
    assert "--resolve letters/right=source" in e.value.remedy
    with pytest.raises(UsageError, match="not in conflict"):
        take_over_key(desk, WHO, resolve={"word/rubric": WhoseWord.SOURCE})
    taken = take_over_key(desk, WHO, resolve={"letters/right": side})
    assert taken.recorded
    with opened(desk):
        counts = exams.key(1, desk)
    assert counts is not None
    assert [c.id for c in next(iter(counts.first.questions)).choices if c.right] == right
    assert compare_key(desk).merge.conflicts == ()
    assert not grade(desk, actor=EXAMINER).source_changed


def test_a_mended_misprint_is_taken_when_somebody_says_so(desk: Path) -> None:
    change(desk, CHOICES, ("Which of these are vowels?", "Which of these letters are vowels?"))
    with pytest.raises(RefusedError, match="these letters are vowels") as raised:
        take_over_key(desk, WHO)
    assert "--same-meaning" in raised.value.remedy
    taken = take_over_key(desk, WHO, same_meaning=True)
    assert taken.recorded
    with opened(desk):
        (decision,) = exams.decisions()
        counts = exams.key(1, desk)
    assert decision.what[0].startswith("said to mean the same: the wording of question letters")
    assert counts is not None
    assert next(iter(counts.first.questions)).content.text == "Which of these are vowels?"
    change(desk, CHOICES, ("- [x] The letter E.", "- [ ] The letter E."))
    assert take_over_key(desk, WHO).recorded
    change(desk, CHOICES, ("Which of these letters are vowels?", "Which of these letters are none?"))
    with pytest.raises(RefusedError, match="letters"):
        take_over_key(desk, WHO)


def test_how_the_paper_looks_is_no_matter(desk: Path) -> None:
    change(desk, TOML, ('title = "A small exam"', 'title = "A fine exam"'))
    change(desk, CHOICES, ("- [x] The letter E.", "- [ ] The letter E."))
    taken = take_over_key(desk, WHO)
    assert [d.kind for d in taken.compared.merge.beside] == [K.COVER]
    assert [d.kind for d in taken.compared.merge.changed] == [K.RIGHT]


@pytest.mark.parametrize("why", ["", " "])
def test_a_take_over_wants_a_reason(desk: Path, why: str) -> None:
    with pytest.raises(UsageError, match="without a reason"):
        take_over_key(desk, Author(EXAMINER, why))


def test_an_edition_that_is_not_there(desk: Path) -> None:
    with pytest.raises(NotFoundError, match="no edition 2"):
        compare_key(desk, edition=2)


def test_errors_in_the_source_are_told(desk: Path) -> None:
    change(desk, TOML, ("title =", "titel ="))
    with pytest.raises(KlausurError, match="titel"):
        compare_key(desk)


def test_who_was_overtaken_is_told_so(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(desk, CHOICES, ("- [x] The letter A.", "- [ ] The letter A."))
    real = freeze
    once: list[int] = []

    def overtaken(frozen: Frozen) -> object:
        if not once:
            once.append(1)
            with opened(desk):
                counts = exams.as_printed(1, desk)
                assert counts is not None
                text = freeze(counts)
                with by_hand():
                    exams.decide(1, text, text, "other", ["x"], WHO)
        return real(frozen)

    monkeypatch.setattr("klausur.actions.take_over_key.freeze", overtaken)
    with pytest.raises(RefusedError, match="meanwhile"):
        take_over_key(desk, WHO)
    with opened(desk):
        assert len(exams.decisions()) == 1


@pytest.fixture
def older(desk: Path) -> Path:
    """Records of an older Klausur, which did not keep the exam."""
    with opened(desk), connection().cursor() as cursor:
        cursor.execute("UPDATE store_printed SET frozen = ''")
        cursor.execute("DELETE FROM store_mark")
    frame._exams.cache_clear()  # noqa: SLF001 - rows that were written change nowhere else
    return desk


def test_an_older_klausur_s_exam_is_known_again_while_its_source_is_the_same(older: Path) -> None:
    assert not compare_key(older).kept
    grade(older, actor=EXAMINER)
    assert [row.total for row in results(older).rows] == [Fraction(6), None]
    assert compare_key(older).kept
    with opened(older):
        (said,) = exams.decisions()
        assert (said.who, said.what) == ("klausur", ("the source is still the one that was printed",))
    assert differing(older) == []


def test_its_source_is_known_by_the_digest_that_it_had_then_too(older: Path) -> None:
    (older / "problems" / "1-choices.py").write_text("print(1)\n")
    (older / "figures").mkdir(exist_ok=True)
    (older / "figures" / "nobody-shows-this.svg").write_text("<svg/>")
    then = files.older_digest(older, ())
    assert then != files.digest(older)
    with opened(older), connection().cursor() as cursor:
        cursor.execute("UPDATE store_edition SET source_digest = %s", [then])
    grade(older, actor=EXAMINER)
    assert compare_key(older).kept


def test_an_older_klausur_s_exam_is_taken_from_its_source(older: Path) -> None:
    change(older, CHOICES, ("# Choices\n", "# Choice\n"))
    with pytest.raises(RefusedError, match="not kept"):
        grade(older, actor=EXAMINER)
    change(older, CHOICES, ("# Choice\n", "# Choices\n"))
    assert not compare_key(older).kept
    assert not take_over_key(older, WHO, dry_run=True).recorded
    assert take_over_key(older, WHO).recorded
    assert [row.total for row in results(older).rows] == [Fraction(6), None]
    assert differing(older) == []
    change(older, CHOICES, ("- [x] The letter A.", "- [ ] The letter A."))
    assert take_over_key(older, WHO).recorded
    change(older, WORDS, ("credits=2", "credits=1"), ("[+2]", "[+1]"))
    assert take_over_key(older, WHO).recorded
    change(older, WORDS, ("credits=1", "credits=2"), ("[+1]", "[+2]"))
    assert take_over_key(older, WHO).recorded


@pytest.mark.parametrize(
    ("name", "pairs", "told"),
    [
        (CHOICES, [ADDED], "choice d of question letters was not printed"),
        (CHOICES, [("- [x] The letter E.\n", "")], "choice c of question letters was printed, and is gone"),
        (CHOICES, [("#numbers", "#digits")], "question numbers was printed"),
        (WORDS, [("credits=2", "credits=4"), ("[+2]", "[+4]")], "word was printed with other boxes"),
    ],
)
def test_what_does_not_fit_an_older_klausur_s_papers_is_refused(
    older: Path, name: str, pairs: list[tuple[str, str]], told: str
) -> None:
    change(older, name, *pairs)
    for look in (compare_key, lambda folder: take_over_key(folder, WHO, same_meaning=True)):
        with pytest.raises(RefusedError, match=told):
            look(older)


def test_a_changed_source_of_an_older_klausur_is_taken_when_somebody_says_so(older: Path) -> None:
    change(older, CHOICES, TURNED)
    with pytest.raises(RefusedError, match="the source has changed since") as raised:
        take_over_key(older, WHO)
    assert "--same-meaning" in raised.value.remedy
    assert take_over_key(older, WHO, same_meaning=True).recorded


def test_scans_that_come_later_are_read_by_the_key_that_counts(
    folder: Path, record: Record, layout: Layout
) -> None:
    change(folder, CHOICES, ("- [x] The letter A.", "- [ ] The letter A."))
    assert take_over_key(folder, WHO).effects == ()
    record(
        result(layout, 0, 1, 1, crossed="letters/choice/c numbers/choice/b"),
        result(layout, 1, 1, 2, crossed="word/credit/2"),
    )
    assert results(folder).rows[0].total == Fraction(6)
