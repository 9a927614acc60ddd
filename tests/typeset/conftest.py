"""A small exam built by hand, with every kind of question that the template knows."""

import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.base.diagnostics import Place
from klausur.exam.content import Content, Figure
from klausur.exam.model import (
    Choice,
    Exam,
    GradeKey,
    Problem,
    Question,
    QuestionKind,
    Ruling,
    Scheme,
    Space,
)
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.typeset.papers import Form, Paper, compile_paper


def text(typst: str, line: int = 1, file: str = "problems/1-first.md") -> Content:
    """A Content whose HTML and text do not matter here, with the figures that its markup shows."""
    figures = tuple(Figure(name, Place(file, line)) for name in re.findall(r'image\("/([^"]+)"', typst))
    return Content(typst, "", typst, Place(file, line), figures)


def png(width: int, height: int) -> bytes:
    """A plain orange picture with its author's name in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xf0\x90\x20" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"tEXt", b"Author\0zebrafinch"), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def rubric() -> Rubric:
    """Items of every kind: positive, zero, negative, each, capped and alternative."""
    item = RubricItem
    return Rubric(
        RubricGroup(
            "all",
            (
                item("1", Fraction(1), text("the matrix is $4 times x$", 31)),
                RubricGroup(
                    "2",
                    (
                        item("2.1", Fraction(1, 2), text("four biases", 33), each=True),
                        item("2.2", Fraction(-1, 2), text("three biases", 33), full=Fraction(1)),
                        item("2.2", Fraction(1), text("says that both are trained", 34)),
                    ),
                    cap=Fraction(1),
                    content=text("the biases", 32),
                ),
                RubricGroup(
                    "3",
                    (
                        item("3.1", Fraction(0), text("only the shape", 36)),
                        item("3.2", Fraction(-1), text("the number of classes is wrong", 37)),
                    ),
                    either=True,
                ),
            ),
        ),
        notes=(text("the product need not be worked out", 38),),
    )


def choice_question(number: str, choices: int = 4, title: str = "Augmentations of digits") -> Question:
    """A multiple-choice question whose odd choices are right."""
    return Question(
        id=f"choice-{number.replace('.', '-')}",
        number=number,
        kind=QuestionKind.CHOICE,
        title=title,
        content=text("Which of these keep the *meaning* of a handwritten digit, given $x in [0, 9]$?", 10),
        credits=Fraction(2),
        place=Place("problems/1-first.md", 9),
        choices=tuple(
            Choice("abcdefgh"[n], text(CHOICES[n % len(CHOICES)], 12 + n), right=n % 2 == 0)
            for n in range(choices)
        ),
    )


CHOICES = (
    "Adding a little Gaußian noise to the pixels",
    (
        "Turning the picture upside down, so that every stroke of the digit points the other way and the "
        "network has to learn what a six is when it looks like a nine"
    ),
    '$op("ReLU")(op("Pool")(x)) equiv op("Pool")(op("ReLU")(x))$',
    "Raising the contrast by $(x - mu) / sigma$",
)


def text_question(
    number: str,
    credits_: Fraction = Fraction(2),
    step: Fraction = Fraction(1),
    height: float = 40.0,
    ruling: Ruling = Ruling.BLANK,
) -> Question:
    """A free-text question with solution and rubric."""
    return Question(
        id=f"text-{number.replace('.', '-')}",
        number=number,
        kind=QuestionKind.TEXT,
        title="Size of the last layer",
        content=text(
            "How many trainable parameters does the last layer have? Büßer, Öl und Ähre are umlauts.\n\n"
            "$ sigma(x) = 1 / (1 + e^(-x)) $\n\n- first the weights\n- then the biases",
            20,
        ),
        credits=credits_,
        place=Place("problems/1-first.md", 19),
        space=Space(height, ruling),
        step=step,
        solution=text("The layer has $4 x + 4 = 4 (x + 1)$ parameters, of which four are quokkabiases.", 26),
        rubric=rubric(),
    )


def short_question(number: str) -> Question:
    """A question with a short box."""
    return Question(
        id=f"short-{number.replace('.', '-')}",
        number=number,
        kind=QuestionKind.SHORT,
        title="A minimum",
        content=text("Where does $x^2$ have its minimum?", 50),
        credits=Fraction(1),
        place=Place("problems/1-first.md", 49),
        space=Space(10.0),
        solution=text("At $x = 0$.", 53),
        before=text(
            "The next question is about this picture.\n\n"
            '#align(center, image("/figures/one.png", width: 40mm, alt: "an orange wallaby"))',
            44,
        ),
    )


def make_exam(folder: Path, problems: tuple[Problem, ...], **changes: object) -> Exam:
    """An exam of these problems."""
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "one.png").write_bytes(png(80, 40))
    plain: dict[str, object] = {
        "folder": folder,
        "slug": "made-up",
        "title": "An Exam about Networks",
        "module": "XY0001",
        "kind": "endterm",
        "date": date(2031, 2, 7),
        "start": time(9, 30),
        "minutes": 90,
        "examiner": "Prof. Ada Example",
        "instructions": (text("No tools but a pen are allowed.", 1, "exam.toml"),),
        "paper": "a4",
        "language": "en",
        "scheme": Scheme(),
        "grades": GradeKey((("1.0", Fraction(90)),), "5.0", percent=True),
        "problems": problems,
        "extra_pages": 1,
        "digest": "0" * 64,
    }
    return Exam(**{**plain, **changes})  # type: ignore[arg-type]  # one table of arguments, changed by tests


def first_problem() -> Problem:
    """A problem with every kind of question."""
    return Problem(
        id="first",
        number=1,
        title="Marsupial networks",
        content=text("A network sorts pictures of wombats.\n\nIt has the layers $f compose g$.", 3),
        questions=(
            choice_question("1.1"),
            choice_question("1.2", title=""),
            text_question("1.3"),
            text_question("1.4", Fraction(3), Fraction(1, 2), 50.0, Ruling.LINED),
            short_question("1.5"),
            text_question("1.6", Fraction(4), Fraction(1, 2), 60.0, Ruling.GRID),
        ),
        place=Place("problems/1-first.md", 1),
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exam's folder; nothing is written to it but one figure."""
    return tmp_path_factory.mktemp("exam")


@pytest.fixture(scope="session")
def exam(folder: Path) -> Exam:
    """The exam that most tests typeset."""
    return make_exam(folder, (first_problem(),))


@pytest.fixture(scope="session")
def typst() -> Callable[..., Content]:
    """Makes Content of Typst markup; see `text`."""
    return text


@pytest.fixture(scope="session")
def of_questions(folder: Path) -> Callable[..., Exam]:
    """Makes an exam of one problem with these questions and changes."""

    def make(*questions: Question, **changes: object) -> Exam:
        return make_exam(folder, (replace(first_problem(), questions=questions),), **changes)

    return make


@pytest.fixture(scope="session")
def papers(exam: Exam) -> Mapping[Form, Paper]:
    """The exam's three papers."""
    return {form: compile_paper(exam, form) for form in Form}
