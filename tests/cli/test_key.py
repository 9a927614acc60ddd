"""``klausur key``, as people call it: text, JSON, exit codes."""

import json
from pathlib import Path

import pytest
from tests.cast import EXAMINER
from tests.exams import by_hand

from klausur.base.geometry import Box, Size
from klausur.exam.frozen import freeze, gather
from klausur.exam.model import Exam
from klausur.exam.source import parse_variants
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import Mark, PageResult, Reading
from klausur.roster.model import Candidate
from klausur.scan.model import Quality
from klausur.state.facts import Author
from klausur.store import derive, exams, pages, printings
from klausur.store.derive import EVERYTHING
from klausur.store.folder import key, opened
from klausur.store.frame import Frame

from .conftest import Call

TOML = """\
title = "A small exam"
date = 2026-02-17
start = "10:00"
minutes = 30

[grades]
fail = "5.0"

[grades.thresholds]
"1.0" = 90
"4.0" = 50
"""
LETTERS = """\
# Choices

## Letters {#letters credits=2}

Which of these are vowels?

- [x] The letter A.
- [ ] The letter B.

## Numbers {#numbers credits=2}

Which of these are prime?

- [ ] The number 1.
- [x] The number 2.
"""
NAME = "problems/1-choices.md"


def write(folder: Path) -> Exam:
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(TOML, "utf-8")
    (folder / NAME).write_text(LETTERS, "utf-8")
    exam = parse_variants(folder, [1])[0].exam
    assert exam is not None
    return exam


@pytest.fixture
def sat(tmp_path: Path) -> Path:
    """Ada has crossed A and 2 in booklet 1, and all of it is right."""
    place = tmp_path / "exam"
    exam = write(place)
    fields = tuple(
        Field(f"{q.id}/choice/{c.id}", FieldKind.CHOICE_BOX, Box(20, 40, 4, 4), q.id, choice=c.id)
        for q in exam.questions
        for c in q.choices
    )
    layout = Layout(
        exam_number=7,
        exam=exam.slug,
        source_digest=exam.digest,
        paper="a4",
        size=Size(210.0, 297.0),
        pages=(PageLayout(1, fields),),
        booklets=(BookletLayout(1, (0,)), BookletLayout(2, (0,))),
    )
    frozen = freeze(gather([exam], place))
    readings = tuple(
        Reading(
            f.id,
            f.kind,
            f.question,
            Mark.CROSSED if f.id in {"letters/choice/a", "numbers/choice/b"} else Mark.EMPTY,
            0.999,
            flagged=False,
            reader="hand",
            version="1",
        )
        for f in fields
    )
    run = PrintRun(7, (Booklet(1, Candidate("0371", "Ada Example")), Booklet(2)))
    with opened(place, create=True) as records:
        key(records, create=True)
        with by_hand():
            printings.alone(run, layout, "Ada Example", frozen=frozen)
            pages.append_file("cd" * 32, "scan.pdf", 1)
            quality = Quality(0.01, 300.0, 180.0, 0.9, 4)
            pages.append(PageResult("cd" * 32, 0, PageCode(7, 1, 1), quality, None, readings))
            derive.refresh(Frame(place), EVERYTHING)
    return place


def change(folder: Path, old: str, new: str, name: str = NAME) -> None:
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), "utf-8")


@pytest.mark.long
def test_a_mended_key_from_the_look_to_the_grade(klausur: Call, sat: Path) -> None:
    said = klausur("key", sat)
    assert (said.code, said.out) == (0, "Edition 1\nThe source has the key that counts.\n")
    assert klausur("key", sat, "--json").json["new"] is False
    change(sat, "- [x] The letter A.\n- [ ] The letter B.", "- [ ] The letter A.\n- [x] The letter B.")
    told = klausur("grade", sat)
    assert told.code == 0
    assert "klausur key --take-over --why TEXT" in told.out
    said = klausur("key", sat)
    line = f"  {NAME}:3: the right choices of question letters: a → b"
    assert said.out.splitlines() == ["Edition 1", "New in the source (--take-over):", line]
    dry = klausur("key", sat, "--take-over", "--why", "A is none", "--dry-run")
    assert dry.out.splitlines()[2:] == [
        line,
        "Who loses",
        "booklet\tregistration\tname\tquestion\tcredits\ttotal\tgrade",
        "1\t0371\tAda Example\t1.1\t2 → 0\t4 → 2\t1.0 → 4.0",
        "1 booklet concerned: 0 gain, 1 lose; 1 changes its grade",
        "Dry run: nothing was recorded",
    ]
    assert json.loads((sat / "results.json").read_text("utf-8"))["rows"][0]["grade"] == "1.0"
    done = klausur("key", sat, "--take-over", "--why", "A is none", "--who", "Ada Corrector", "--json").json
    assert (done["recorded"], done["clear"], [d["kind"] for d in done["changed"]]) == (True, True, ["right"])
    (effect,) = done["effects"]
    assert effect["questions"] == [{"question": "1.1", "old": "2", "new": "0"}]
    assert (effect["total"], effect["grade"]) == ({"old": "4", "new": "2"}, {"old": "1.0", "new": "4.0"})
    again = klausur("grade", sat)
    assert "--take-over" not in again.out
    assert json.loads((sat / "results.json").read_text("utf-8"))["rows"][0]["grade"] == "4.0"
    assert "There is nothing to take over" in klausur("key", sat, "--take-over", "--why", "x").out
    back = klausur("key", sat, "--undo", "--dry-run").out
    assert "1\t0371\tAda Example\t1.1\t0 → 2\t2 → 4\t4.0 → 1.0" in back.splitlines()
    assert "Dry run: nothing was recorded" in back
    assert klausur("key", sat, "--undo", "--write-back").code == 2
    assert klausur("key", sat, "--undo", "--json").json["recorded"] is True
    klausur("grade", sat)
    assert json.loads((sat / "results.json").read_text("utf-8"))["rows"][0]["grade"] == "1.0"
    assert line in klausur("key", sat).out.splitlines()  # what the source has is new again


def test_the_previews_of_grades_keep_their_titles_in_a_pipe(klausur: Call, sat: Path) -> None:
    said = klausur("grade", sat, "--try", "pass=45 best=90", "--try", "glide=22").out.splitlines()
    assert [said[n - 1] for n, line in enumerate(said) if line.startswith("grade\t")] == [
        "present",
        "pass=45 best=90",
        "glide=22",
    ]


def test_striking_and_accepting_are_looked_at_without_a_reason(klausur: Call, sat: Path) -> None:
    """Ada has crossed A and 2: both are right."""
    grading = '[grading]\nstruck = {letters = "%s"}\n'
    toml = (sat / "exam.toml").read_text("utf-8")
    (sat / "exam.toml").write_text(toml + grading % "dropped", "utf-8")
    dry = klausur("key", sat, "--take-over", "--dry-run")
    assert dry.out.splitlines()[-5:] == [
        "Who neither gains nor loses",
        "booklet\tregistration\tname\tquestion\tcredits\ttotal\tgrade",
        "1\t0371\tAda Example\t1.1\t2 → struck\t4 of 4 → 2 of 2\t1.0",
        "1 booklet concerned: 0 gain, 0 lose; 0 change their grade",
        "Dry run: nothing was recorded",
    ]
    (sat / "exam.toml").write_text(toml + grading % "better", "utf-8")
    assert "No credits and no grade change." in klausur("key", sat, "--take-over", "--dry-run").out
    (sat / "exam.toml").write_text(toml, "utf-8")
    change(sat, "{#letters credits=2}", '{#letters credits=2 accept="b"}')
    change(sat, "- [x] The letter A.\n- [ ] The letter B.", "- [ ] The letter A.\n- [x] The letter B.")
    (lost,) = klausur("key", sat, "--take-over", "--dry-run", "--json").json["effects"]
    assert (lost["way"], lost["of"]) == ("loses", {"old": "4", "new": "4"})
    change(sat, 'accept="b"', 'accept="a"')
    dry = klausur("key", sat, "--take-over", "--dry-run")
    assert f"{NAME}:3: what else is accepted of question letters: nothing → a" in dry.out
    assert "No credits and no grade change." in dry.out
    change(sat, ' accept="a"', "")
    change(sat, "- [ ] The letter A.", "- [~] The letter A.")
    dry = klausur("key", sat, "--take-over", "--dry-run")
    assert f"{NAME}:3: what else is accepted of question letters: nothing → a, b" in dry.out
    assert klausur("key", sat, "--take-over").code == 2


def test_refusals_have_their_codes_and_ways_out(klausur: Call, sat: Path) -> None:
    assert klausur("key", sat, "--take-over").code == 2
    assert klausur("key", sat, "--take-over", "--write-back", "--why", "x").code == 2
    assert klausur("key", sat, "--write-back", "--same-meaning").code == 2
    assert klausur("key", sat, "--resolve", "letters/right").code == 2
    assert klausur("key", sat, "--resolve", "letters/left=source").code == 2
    assert klausur("key", sat, "--edition", 3).code == 3
    change(sat, "vowels", "consonants")
    said = klausur("key", sat)
    assert said.code == 0
    assert "Asks something else than was printed (refused):" in said.out
    assert f"{NAME}:5: the wording of question letters" in said.out
    refused = klausur("key", sat, "--take-over", "--why", "x")
    assert refused.code == 4
    assert "the wording of question letters" in refused.err
    assert "--same-meaning" in refused.err
    assert klausur("key", sat, "--take-over", "--why", "a slip", "--same-meaning").code == 0
    change(sat, "title =", "titel =", "exam.toml")
    assert klausur("key", sat).code == 1


def test_nothing_is_taken_back_where_nothing_was_decided(klausur: Call, sat: Path) -> None:
    said = klausur("key", sat, "--undo")
    assert said.code == 3
    assert "nobody has decided" in said.err


def test_nothing_printed_is_said(klausur: Call, tmp_path: Path) -> None:
    write(tmp_path / "exam")
    assert klausur("key", tmp_path / "exam").code == 3


def test_the_source_is_brought_in_line(klausur: Call, sat: Path) -> None:
    assert "not behind" in klausur("key", sat, "--write-back").out
    old, new = "- [x] The letter A.\n- [ ] The letter B.", "- [ ] The letter A.\n- [x] The letter B."
    change(sat, old, new)
    decided = parse_variants(sat, [1])[0].exam
    change(sat, new, old)
    assert decided is not None
    with opened(sat):
        printed = exams.as_printed(1, sat)
        assert printed is not None
        texts = freeze(gather([decided], sat)), freeze(printed)
        with by_hand():
            exams.decide(1, *texts, printed.first.digest, ["mended"], Author(EXAMINER, "elsewhere"))
    assert "The source is behind (--write-back):" in klausur("key", sat).out
    dry = klausur("key", sat, "--write-back", "--dry-run")
    patch = ["--- a/" + NAME, "+++ b/" + NAME, "-- [x] The letter A.", "+- [x] The letter B."]
    assert [line for line in dry.out.splitlines() if line in patch] == patch
    assert dry.out.splitlines()[-3:] == [
        "Would be written back:",
        f"  {NAME}:3: the right choices of question letters: a → b",
        "Nothing was written",
    ]
    assert (sat / NAME).read_text("utf-8") == LETTERS
    back = klausur("key", sat, "--write-back", "--json").json
    assert (back["written"], back["files"], back["by_hand"]) == (True, [NAME], [])
    assert (sat / NAME).read_text("utf-8") == LETTERS.replace(old, new)
    assert klausur("key", sat).out == "Edition 1\nThe source has the key that counts.\n"


@pytest.mark.nightly
def test_a_key_that_was_wrong_from_the_scans_to_the_solutions(klausur: Call, scanned: Path) -> None:
    assert klausur("grade", scanned).code == 0
    before = json.loads((scanned / "results.json").read_text("utf-8"))
    toml = (scanned / "exam.toml").read_text("utf-8")
    number, name = before["questions"][0], klausur("key", scanned, "--json").json
    assert name["new"] is False
    with opened(scanned):
        kept = exams.as_printed(1, scanned)
    assert kept is not None
    question = next(iter(kept.first.questions))
    assert question.number == number
    (scanned / "exam.toml").write_text(f'{toml}\n[grading]\nstruck = {{{question.id} = "full"}}\n', "utf-8")
    dry = klausur("key", scanned, "--take-over", "--why", "could not be answered", "--dry-run", "--json").json
    done = klausur("key", scanned, "--take-over", "--why", "could not be answered", "--json").json
    assert done["effects"] == dry["effects"]
    assert klausur("grade", scanned).code == 0
    after = json.loads((scanned / "results.json").read_text("utf-8"))
    assert after["struck"] == {number: "full"}
    effects = {e["booklet"]: e for e in done["effects"]}
    for old, new in zip(before["rows"], after["rows"], strict=True):
        effect = effects.get(old["booklet"])
        assert (effect is None) == (old == new)
        if effect is not None:
            assert (effect["total"]["old"], effect["total"]["new"]) == (old["total"], new["total"])
            assert (effect["grade"]["old"], effect["grade"]["new"]) == (old["grade"], new["grade"])
    assert klausur("solution", scanned).code == 0
