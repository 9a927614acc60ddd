"""An exam that is shown again and again: which pages changed, and that nothing is recorded."""

from pathlib import Path

import pytest

from klausur.actions.pace import Pace
from klausur.actions.preview import preview, session, told
from klausur.actions.preview_watch import Round, watch
from klausur.base.errors import KlausurError
from klausur.typeset.papers import Form

NAMES = {"exam.pdf", "blackened.pdf", "solution.pdf", "proof.pdf"}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def pages(made: object) -> dict[str, tuple[int, ...]]:
    return {shown.file.stem: shown.changed for shown in made.shown}  # type: ignore[attr-defined]


@pytest.fixture
def before(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_four_files_are_made_and_nothing_else(folder: Path, before: set[str]) -> None:
    made = preview(folder)
    assert not made.errors
    assert {path.name for path in (folder / "preview").iterdir()} == NAMES
    assert {path.name for path in folder.iterdir()} == before | {"preview"}
    assert {shown.pages for shown in made.shown} == {made.shown[0].pages}


def test_only_the_pages_that_changed_are_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen"
    first = preview(folder, out=out)
    assert told(first.shown).count("all") == 4
    assert told(preview(folder, out=out).shown) == "nothing that is seen"
    words = folder / "problems/2-words.md"
    change(words, "::: solution\n", "::: solution\nAnd one more thing.\n\n")
    made = preview(folder, out=out)
    assert {name for name, numbers in pages(made).items() if numbers} == {"solution"}
    assert len(pages(made)["solution"]) == 1


@pytest.mark.long
def test_what_is_made_again_is_what_is_made_afresh(folder: Path, tmp_path: Path) -> None:
    changes = [
        ("problems/1-choices.md", "- [ ]", "- [ ] another one\n- [ ]"),
        ("problems/2-words.md", "::: solution\n", "::: solution\nThat is why: $x^2$.\n\n"),
        ("exam.toml", "A small exam", "A smaller exam"),
        ("problems/1-choices.md", "- [ ] another one\n", ""),
    ]
    with session(folder, out=tmp_path / "again") as shown:
        shown.make()
        for file, old, new in changes:
            change(folder / file, old, new)
            again = shown.make()
            afresh = preview(folder, out=tmp_path / "afresh")
            assert again.diagnostics == afresh.diagnostics
            for name in NAMES - {"proof.pdf"}:  # its overlays are named anew each time
                assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "afresh" / name).read_bytes()


def test_a_mistake_leaves_the_last_preview(folder: Path) -> None:
    preview(folder)
    kept = (folder / "preview/exam.pdf").read_bytes()
    change(folder / "exam.toml", "minutes = 30", "minutes = ")
    made = preview(folder)
    assert made.errors
    assert made.shown == ()
    assert (folder / "preview/exam.pdf").read_bytes() == kept


def test_a_problem_s_mistake_is_told_beside_the_papers(folder: Path) -> None:
    change(folder / "problems/2-words.md", "credits=", "credits=1 credit=")
    made = preview(folder)
    assert made.errors
    assert {shown.file.stem for shown in made.shown} == {*map(str, Form), "proof"}


def test_where_nothing_can_be_written_a_way_out_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("words")
    with pytest.raises(KlausurError) as caught:
        preview(folder, out=tmp_path / "taken")
    assert "--out" in caught.value.remedy


def test_watching_goes_on_through_mistakes(folder: Path) -> None:
    toml = folder / "exam.toml"
    steps = iter(
        [("minutes = 30", "minutes = "), ("minutes = ", "minutes = 40"), ("A small exam", "An exam")]
    )
    seen: list[Round] = []
    waits = iter(range(1000))

    def wait(_seconds: float) -> None:
        if next(waits) % 3 == 2:  # somebody writes now and then; two looks are alike before one is not
            change(toml, *next(steps, ("An exam", "An exam indeed")))

    watch(folder, seen.append, pace=Pace(0, 0, wait), rounds=3)
    made = [round_.previewed for round_ in seen]
    assert [bool(one.shown) for one in made if one is not None] == [True, False, True]
    assert all(round_.failed is None for round_ in seen)
    assert made[2] is not None
    assert pages(made[2])["exam"] == (1,)
