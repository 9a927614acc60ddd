"""Questions out of banks: what each variant asks, and that all are worth the same."""

from fractions import Fraction
from pathlib import Path

from tests.exam import banked

from klausur.exam.every_question import with_every_question
from klausur.exam.evidence.run import run
from klausur.exam.model import Exam, Strike
from klausur.exam.source import bank, digest, parse_variants
from klausur.exam.trust import trust
from klausur.score.total import reachable, worth


def exams(folder: Path, *numbers: int) -> list[Exam]:
    """Variants without findings."""
    found = parse_variants(folder, numbers)
    assert not [str(d) for one in found for d in one.diagnostics]
    return [one.exam for one in found if one.exam is not None]


def asked(exam: Exam) -> list[list[str]]:
    return [[question.id for question in problem.questions] for problem in exam.problems]


def test_each_variant_asks_others_and_all_are_worth_the_same(tmp_path: Path) -> None:
    found = exams(banked.write(tmp_path), *range(1, 13))
    assert [p.id for p in found[0].problems] == ["waves", "1-first", "rays"]
    assert [p.title for p in found[0].problems] == ["Optics", "First", "Rays"]
    waves = [tuple(asked(exam)[0]) for exam in found]
    assert {len(each) for each in waves} == {3}
    assert len(set(waves)) > 5
    assert set().union(*waves) == {"slit", "film", "grating", "fringe", "ripple", "why"}
    assert {exam.credits for exam in found} == {found[0].credits}
    assert len({tuple(asked(exam)[2]) for exam in found}) == 1
    assert "lens" in asked(found[0])[2]


def test_another_question_in_the_bank_changes_a_draw_in_no_more_than_itself(tmp_path: Path) -> None:
    before = exams(banked.write(tmp_path / "a"), *range(1, 9))
    more = banked.BANK.replace("## Why", banked.choice("haze", 2, "waves") + "\n## Why")
    after = exams(banked.write(tmp_path / "b", bank=more), *range(1, 9))
    changed = 0
    for old, new in zip(before, after, strict=True):
        gone = set(asked(old)[0]) - set(asked(new)[0])
        come = set(asked(new)[0]) - set(asked(old)[0])
        assert (len(gone), come) in [(0, set()), (1, {"haze"})]
        changed += len(gone)
    assert 0 < changed < len(before)


def test_what_stands_below_one_text_is_drawn_together(tmp_path: Path) -> None:
    draws = '\n[draw.waves]\nbank = "optics"\nids = ["wide"]\n[draw.rays]\nbank = "optics"\nids = ["lens"]\n'
    (found,) = exams(banked.write(tmp_path, draws=draws), 1)
    assert asked(found)[0] == ["long", "wide"]
    assert found.problems[0].content is not None
    assert found.problems[0].content.text.strip() == "A pipe is open at both ends."
    line = banked.BANK[: banked.BANK.index("## Wide")].count("\n") + 1
    assert found.problems[0].questions[1].place.line == line


def test_all_questions_of_the_variants_are_one_exam_of_the_same_worth(tmp_path: Path) -> None:
    found = exams(banked.write(tmp_path), 1, 2, 3)
    whole = with_every_question(found)
    ids = {q.id for exam in found for q in exam.questions}
    assert {q.id for q in whole.questions} == ids
    assert [q.number for q in whole.problems[0].questions] == [f"1.{n}" for n in range(1, len(ids) - 2)]
    assert worth(whole) == reachable(whole) == found[0].credits == Fraction(6 + 1 + 2)
    assert with_every_question(found[:1]) == found[0]


def test_a_bank_may_be_struck_in_part(tmp_path: Path) -> None:
    every = exams(banked.write(tmp_path, more='\n[grading]\nstruck = {film = "full"}\n'), *range(1, 7))
    with_film = [exam.grading.strike("film") for exam in every if "film" in asked(exam)[0]]
    assert set(with_film) == {Strike.FULL}
    assert 0 < len(with_film) < len(every)
    assert not any(exam.grading.struck for exam in every if "film" not in asked(exam)[0])


def test_banks_are_part_of_the_source(tmp_path: Path) -> None:
    folder = banked.write(tmp_path)
    before = digest(folder)
    banked.write(tmp_path, bank=banked.BANK.replace("neither", "none"))
    assert digest(folder) != before


def test_code_and_blocks_do_not_hide_where_a_question_begins() -> None:
    text = "# A\n\n## One {#one tags='x, y'}\n\n```\n## no question\n::: shared\n```\n\n"
    text += "::: solution\n## nor this\n:::\n"
    text += "\n::: shared\nText\n:::\n\n## Two {#two}\n"
    one, two = bank.units(text)
    assert (one.ids, sorted(one.tags), one.lines) == (("one",), ["x", "y"], (3, 13))
    assert (two.ids, two.lines[0]) == (("two",), 14)
    assert bank.asking(text, (one, two), (two,)).split("\n")[13] == "::: shared"


def test_claims_about_what_is_not_drawn_are_left_alone(tmp_path: Path) -> None:
    draws = '\n[draw.waves]\nbank = "optics"\nids = ["slit"]\n[draw.rays]\nbank = "optics"\nids = ["lens"]\n'
    folder = banked.write(tmp_path, draws=draws)
    (folder / "banks/optics.py").write_text(
        "from klausur.evidence import exact\n\n\n"
        '@exact("slit", choice="this")\ndef slit():\n    return True\n\n\n'
        '@exact("film", choice="this")\ndef film():\n    return False\n',
        encoding="utf-8",
    )
    trust(folder)
    (exam,) = exams(folder, 1)
    proof = run(exam)
    assert not proof.diagnostics
    assert {claim.question for claim in proof.claims if claim.function} == {"slit"}
