"""Exams that are begun: what is there, for when, and what of an old one stays behind."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.cast import EXAMINER

from klausur.actions.check import check
from klausur.actions.new import new, new_from
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.prove import prove
from klausur.base.errors import NotFoundError, RefusedError, UsageError
from klausur.exam import scaffold, trust
from klausur.exam.scaffold import StarterKind

TODAY = date(2026, 11, 29)


@pytest.mark.long
@pytest.mark.parametrize("language", scaffold.LANGUAGES)
@pytest.mark.parametrize("kind", StarterKind)
def test_each_starter_checks_and_proves(tmp_path: Path, kind: StarterKind, language: str) -> None:
    begun = new(tmp_path / "exam", kind=kind, language=language, today=TODAY)
    names = {path.relative_to(tmp_path / "exam").as_posix() for path in begun.files}
    assert {"exam.toml", "rooms.toml", "example-list.csv", "day.md"} < names
    assert trust.is_trusted(tmp_path / "exam")
    checked = check(tmp_path / "exam")
    assert checked.diagnostics == ()
    assert checked.exam is not None
    assert checked.exam.language == language
    assert checked.added.more == checked.added.blank == 0
    proof = prove(checked.exam, keep=False)
    assert proof.diagnostics == ()
    assert proof.counts["proved"] >= 2


def test_it_prints_for_the_list_to_try_with(tmp_path: Path) -> None:
    begun = new(tmp_path / "exam", today=TODAY)
    wanted = PrintRequest(list_of_candidates=begun.made_up, spare=1)
    would = print_booklets(tmp_path / "exam", actor=EXAMINER, wanted=wanted, dry_run=True)
    assert would.diagnostics == ()
    assert (would.candidates, would.booklets, would.rooms) == (12, 13, ("Hall 1",))


def test_it_is_dated_some_weeks_ahead(tmp_path: Path) -> None:
    begun = new(tmp_path / "exam", today=TODAY)
    assert TODAY + timedelta(weeks=6) <= begun.date < TODAY + timedelta(weeks=7)
    assert begun.date.strftime("%A") == "Tuesday"
    assert f"date = {begun.date}" in (tmp_path / "exam/exam.toml").read_text("utf-8")


def test_a_language_without_a_starter_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        new(tmp_path / "exam", language="eo", today=TODAY)
    assert "--language de" in caught.value.remedy
    assert not (tmp_path / "exam").exists()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    new(tmp_path / "old", today=TODAY)
    toml = tmp_path / "old/exam.toml"
    text = toml.read_text("utf-8").replace("minutes = 30", 'id = "first-26"\nminutes = 30')
    toml.write_text(text + '\n[grading.struck]\nspeed = "full"\n\n[rounding]\n', encoding="utf-8")
    toml.write_text(toml.read_text("utf-8").replace("\n[rounding]\n", ""), encoding="utf-8")
    (tmp_path / "old/.klausur").mkdir()
    (tmp_path / "old/.klausur/key").write_text("secret")
    (tmp_path / "old/print").mkdir()
    (tmp_path / "old/printed.toml").write_text("")
    return tmp_path / "old"


def test_what_belonged_to_the_old_day_stays_behind(old: Path, tmp_path: Path) -> None:
    later = TODAY + timedelta(days=200)
    begun = new_from(tmp_path / "next", old, today=later)
    there = {path.name for path in (tmp_path / "next").iterdir()}
    assert there == {"exam.toml", "rooms.toml", "problems"}
    text = (tmp_path / "next/exam.toml").read_text("utf-8")
    assert f"date = {begun.date}" in text
    assert begun.date > later
    for gone in ("first-26", "struck", "speed"):
        assert gone not in text
    assert "# a grade is reached from this share" in text
    assert (tmp_path / "next/problems/1-light.md").read_bytes() == (old / "problems/1-light.md").read_bytes()
    assert check(tmp_path / "next").diagnostics == ()


def test_a_resit_names_what_candidates_have_seen(old: Path, tmp_path: Path) -> None:
    begun = new_from(tmp_path / "resit", old, resit=True, today=TODAY)
    assert begun.seen == (
        "1.1 What light does",
        "1.2 Order of colours",
        "1.3 Colours of the sky",
        "1.4 Speed",
    )
    file = tmp_path / "resit/problems/1-light.md"
    text = file.read_text("utf-8").replace("one microsecond", "one nanosecond")
    file.write_text(text.replace("- [ ] blue\n- [ ] green\n", "- [ ] green\n- [ ] blue\n"), encoding="utf-8")
    found = check(tmp_path / "resit").diagnostics
    assert {d.code for d in found} == {"question-seen"}
    assert [d.message.split()[1] for d in found] == ["1.1", "1.2", "1.3"]
    seen = tmp_path / "resit/seen.toml"
    lines = [line for line in seen.read_text("utf-8").splitlines() if "sky" not in line]
    seen.write_text("\n".join(lines), encoding="utf-8")
    assert [d.message.split()[1] for d in check(tmp_path / "resit").diagnostics] == ["1.1", "1.2"]


def test_without_an_old_exam_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"exam\.toml"):
        new_from(tmp_path / "next", tmp_path / "nothing", today=TODAY)
    assert not (tmp_path / "next").exists()


def test_a_resit_of_what_cannot_be_read_is_refused(old: Path, tmp_path: Path) -> None:
    toml = old / "exam.toml"
    toml.write_text(toml.read_text("utf-8").replace("title =", "titel ="), encoding="utf-8")
    with pytest.raises(RefusedError) as caught:
        new_from(tmp_path / "next", old, resit=True, today=TODAY)
    assert "klausur check" in caught.value.remedy
