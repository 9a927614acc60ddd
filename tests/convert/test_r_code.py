"""R code of exercises: run once and kept where R is at hand and can be kept apart, else refused by name."""

import os
import shutil
from pathlib import Path

import pytest

from klausur.base.errors import KlausurError
from klausur.convert import apart_worker, r_code
from klausur.exam.evidence import confined
from klausur.exam.model import QuestionKind

from .conftest import Move

CAN = shutil.which("Rscript") is not None and {"network", "files"} <= confined.done_here()
with_r = pytest.mark.skipif(not CAN, reason="there is no R here, or nothing to keep it apart with")
TIMES = """```{r data, echo=FALSE, results="hide"}
a <- sample(2:9, 1)
product <- a * 3
```

Question
========
How much is `r a` times 3?

Solution
========

```{r, echo=FALSE, results="asis"}
cat("It is", product, "\\n")
```

Meta-information
================
exname: Times
extype: num
exsolution: `r product`
expoints: 2
"""


@with_r
def test_what_r_draws_stays(move: Move) -> None:
    moved = move("times.Rmd", TIMES)
    (question,) = moved.questions
    assert question.kind is QuestionKind.NUMBER
    (number,) = question.expected
    assert question.content.text == f"How much is {number.value / 3} times 3?"
    assert question.solution is not None
    assert question.solution.text == f"It is {number.value}"
    assert "changed: R code" in moved.told
    assert r_code.run(TIMES) == r_code.run(TIMES)


@with_r
@pytest.mark.parametrize(
    ("code", "why"),
    [
        ('library("notthere")', "no package called"),
        ("plot(1)", "a picture that R draws"),
        ("a <-", "R says"),
        ("while (TRUE) {}", "processor time"),
        ('download.file("http://192.0.2.1/x", "x")', "R says"),
    ],
)
def test_what_cannot_run_says_why(code: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r_code, "_SECONDS", 2.0)
    ran, said = r_code.run(f"```{{r}}\n{code}\n```\n{TIMES}")
    assert not ran
    assert why in said


@with_r
def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("not for an exam", encoding="utf-8")
    ran, said = r_code.run(f'```{{r}}\nfile.symlink("{other}", "out.Rmd"); quit(status = 0)\n```\n{TIMES}')
    assert (ran, said) == ("", "R says: it ended without a word")


@pytest.mark.skipif("files" not in confined.done_here(), reason="nothing here keeps files apart")
def test_a_program_sees_no_home_and_writes_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, folder, other = (tmp_path / name for name in ("home", "folder", "other"))
    for place in (home, folder, other):
        place.mkdir()
    (home / "letter.txt").write_text("not for an exam", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    words = f"cat {home}/letter.txt > seen; echo here > made; echo there > {other}/made"
    apart_worker.run(folder, ["sh", "-c", words], 5.0)
    assert apart_worker.made(folder, "made") == b"here\n"
    assert apart_worker.made(folder, "seen") == b""
    assert not [*other.iterdir()]


def test_what_a_program_leaves_is_a_file_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "made").write_bytes(b"made")
    (tmp_path / "link").symlink_to(tmp_path / "made")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert apart_worker.made(tmp_path, "made") == b"made"
    for name in ("link", "folder", "pipe", "nothing"):
        assert apart_worker.made(tmp_path, name) is None


def test_without_r_it_is_refused(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(KlausurError, match="R is not here; run it with R/exams"):
        move("times.Rmd", TIMES)
