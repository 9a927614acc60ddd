"""What a source becomes: kinds, attributes, rubrics, texts in all their forms."""

import pickle
from collections.abc import Callable
from datetime import date, time
from fractions import Fraction
from pathlib import Path

import pytest

from klausur.base.diagnostics import Place
from klausur.exam.model import Exam, Question, QuestionKind, Ruling, Scheme, SchemeKind, Space
from klausur.exam.rubric import RubricGroup, RubricItem, best
from klausur.exam.source import parse

Made = Callable[..., Path]

TOML = """\
title = "Optik für alle"
module = "PH-1"
kind = "retake"
id = "optics-26"
date = "2026-02-10"
start = 09:30:00
end = "11:00"
examiner = "Prof. Dr. Ada Example"
language = "de"
paper = "letter"
extra_pages = 3
instructions = ["Write **clearly**, $x$.", "No aids."]
order = ["2-choices", "problems/1-light.md"]

[choice]
scheme = "right-minus-wrong"
floor = -0.5

[grades]
unit = "credits"
fail = "6"

[grades.thresholds]
"1" = 4.25
"5" = 2

[declared]
credits = 5.5
problems = 2
pages = 4
"""
LIGHT = """\
# Light {credits=3.5}

![A lens](../figures/lens.svg){width=30mm}

::: shared
Light is "fast".
:::

## Ray {#ray credits=2.5 step=0.5 space=4cm ruling=grid}

What is a ray?

```python
print("$x$")
```

::: solution
$$\\frac{1}{2}$$
:::

::: rubric
- [+1] one
- [max 1.5] more
    - [+1 each] of these
    - [either] or
        - [0.5] this
        - [all]
            - [+.5] that
- [-0.25 each] slips
- [note] Be kind.
:::

::: shared
Now to speed.
:::

## Speed {#speed credits=1 kind=short}

How fast?

::: solution
Very.
:::

::: rubric
- [+1] very
:::
"""
CHOICES = """\
# Choices

## First {#first credits=1}

Which?

- [x] **one**

- [ ] two
- [X] three

## Second {#second credits=1 scheme=partial}

Which?

* [ ] none of these
"""


@pytest.fixture
def exam(make: Made) -> Exam:
    light = LIGHT.replace("[+.5] that", "[+0.5] that")
    from_windows = "\ufeff" + CHOICES.replace("\n", "\r\n")
    files = {"exam.toml": TOML, "problems/1-light.md": light, "problems/2-choices.md": from_windows}
    folder = make(files)
    parsed = parse(folder)
    assert [str(d) for d in parsed.diagnostics if d.code != "rubric-step"] == []
    assert parsed.exam is not None
    return parsed.exam


@pytest.fixture
def ray(exam: Exam) -> Question:
    return exam.problems[1].questions[0]


def test_cover(exam: Exam) -> None:
    assert (exam.title, exam.module, exam.kind, exam.examiner) == (
        "Optik für alle",
        "PH-1",
        "retake",
        "Prof. Dr. Ada Example",
    )
    assert (exam.date, exam.start, exam.minutes) == (date(2026, 2, 10), time(9, 30), 90)
    assert (exam.slug, exam.language, exam.paper, exam.extra_pages) == ("optics-26", "de", "letter", 3)
    assert exam.declared_pages == 4
    assert exam.scheme == Scheme(SchemeKind.RIGHT_MINUS_WRONG, Fraction(-1, 2))
    assert exam.grades.thresholds == (("1", Fraction(17, 4)), ("5", Fraction(2)))
    assert (exam.grades.fail, exam.grades.percent) == ("6", False)


def test_instructions_are_markdown(exam: Exam) -> None:
    maths = '#[#set math.equation(alt: "x");#box[$x$]]'
    assert exam.instructions[0].typst == f'#"Write" #strong[#"clearly"]#"," {maths}#"."'
    assert exam.instructions[1].place == Place("exam.toml", 12)


def test_defaults(make: Made) -> None:
    exam = parse(make()).exam
    assert exam is not None
    assert (exam.slug, exam.language, exam.paper, exam.extra_pages) == ("optics", "en", "a4", 2)
    assert exam.scheme == Scheme(SchemeKind.ALL_OR_NOTHING)
    assert exam.grades.percent
    assert exam.grades.fail == "5.0"
    assert exam.problems[0].questions[0].space == Space(40.0, Ruling.BLANK)


def test_order_and_numbers(exam: Exam) -> None:
    assert [(p.number, p.id) for p in exam.problems] == [(1, "2-choices"), (2, "1-light")]
    assert [p.title for p in exam.problems] == ["Choices", "Light"]
    assert [(q.number, q.id) for q in exam.questions] == [
        ("1.1", "first"),
        ("1.2", "second"),
        ("2.1", "ray"),
        ("2.2", "speed"),
    ]
    assert exam.credits == Fraction(11, 2)


def test_files_are_taken_by_their_number_if_no_order_is_given(make: Made) -> None:
    names = ["10-ten", "2-two", "b", "a"]
    folder = make({f"problems/{name}.md": f"# {name}\n" for name in names})
    exam = parse(folder).exam
    assert exam is not None
    assert [p.id for p in exam.problems] == ["1-light", "2-two", "10-ten", "a", "b"]


def test_choices(exam: Exam) -> None:
    first, second = exam.problems[0].questions
    assert first.kind is QuestionKind.CHOICE
    assert [(c.id, c.content.text, c.right) for c in first.choices] == [
        ("a", "one", True),
        ("b", "two", False),
        ("c", "three", True),
    ]
    assert first.choices[0].content.typst == '#strong[#"one"]'
    assert first.scheme is None
    assert second.scheme == Scheme(SchemeKind.PARTIAL)
    assert [c.right for c in second.choices] == [False]
    assert first.credit_values == ()


def test_text_and_short_questions(exam: Exam, ray: Question) -> None:
    speed = exam.problems[1].questions[1]
    assert (ray.kind, ray.space) == (QuestionKind.TEXT, Space(40.0, Ruling.GRID))
    assert ray.credits == Fraction(5, 2)
    assert ray.credit_values == tuple(Fraction(n, 2) for n in range(6))
    assert (speed.kind, speed.space) == (QuestionKind.SHORT, Space(10.0))
    assert speed.before is not None
    assert speed.before.text == "Now to speed."
    assert ray.before is None
    assert ray.place == Place("problems/1-light.md", 9)


def test_rubric_tree(ray: Question) -> None:
    assert ray.rubric is not None
    one, more, slips = ray.rubric.root.members
    assert isinstance(one, RubricItem)
    assert isinstance(more, RubricGroup)
    assert isinstance(slips, RubricItem)
    assert (one.id, one.credits, one.content.text) == ("1", Fraction(1), "one")
    assert (more.id, more.cap, more.either) == ("2", Fraction(3, 2), False)
    assert more.content is not None
    assert more.content.text == "more"
    assert (slips.id, slips.credits, slips.each) == ("3", Fraction(-1, 4), True)
    each, way = more.members
    assert isinstance(each, RubricItem)
    assert isinstance(way, RubricGroup)
    assert each.each
    assert way.either
    assert [item.id for item in ray.rubric.root.items] == ["1", "2.1", "2.2.1", "2.2.2.1", "3"]
    assert [note.text for note in ray.rubric.notes] == ["Be kind."]
    assert best(ray.rubric.root) == ray.credits


def test_content_in_all_forms(exam: Exam, ray: Question) -> None:
    text = exam.problems[1].content
    assert text is not None
    assert '#align(center, image("/figures/lens.svg", width: 30mm, alt: "A lens"))' in text.typst
    assert 'src="figures/lens.svg"' in text.html
    assert text.text.endswith("Light is „fast“.")
    assert "Light is „fast“." in text.html
    assert [f.path for f in text.figures] == ["figures/lens.svg"]
    assert text.figures[0].place == Place("problems/1-light.md", 3)
    assert ray.solution is not None
    assert "$ frac(1,2) $" in ray.solution.typst
    assert "<math" in ray.solution.html
    assert '#raw(block: true, lang: "python", "print(\\"$x$\\")")' in ray.content.typst
    assert "id=" not in ray.content.html


def test_it_pickles(exam: Exam) -> None:
    assert pickle.loads(pickle.dumps(exam)) == exam  # noqa: S301 - our own bytes


def test_the_digest_follows_every_file_that_is_used(make: Made) -> None:
    def digest(files: dict[str, str]) -> str:
        exam = parse(make(files)).exam
        assert exam is not None
        return exam.digest

    used = "# F\n\n![](figures/lens.svg)\n"
    plain = digest({"problems/2-figure.md": used})
    assert digest({"notes.txt": "not part of it"}) == plain
    assert digest({"figures/lens.svg": "<svg/>"}) != plain
    assert digest({"problems/2-figure.md": used + "\nMore.\n"}) != plain


def test_numbers_of_problems_and_questions_follow_broken_ones(make: Made) -> None:
    broken = "# A\n\n## No credits {#x}\n\nWhat?\n\n## B {#b credits=1}\n\n- [x] c\n"
    parsed = parse(make({"problems/1-light.md": broken}))
    assert parsed.exam is not None
    assert [(q.number, q.credits) for q in parsed.exam.questions] == [
        ("1.1", Fraction(0)),
        ("1.2", Fraction(1)),
    ]


def test_without_a_title_there_is_no_exam_but_all_findings(make: Made) -> None:
    parsed = parse(make({"exam.toml": "minutes = 1", "problems/1-light.md": "# A\n"}))
    assert parsed.exam is None
    assert {d.place.file for d in parsed.diagnostics} == {"exam.toml", "problems/1-light.md"}


def test_findings_come_by_file_and_line(make: Made) -> None:
    bad = "# B\n\n## C {#c}\n\n### D\n\n## E {#e}\n"
    parsed = parse(make({"problems/0-b.md": bad, "problems/1-light.md": bad, "exam.toml": "x = 1"}))
    places = [(d.place.file, d.place.line) for d in parsed.diagnostics]
    assert places == sorted(places)
    assert len(set(places)) > 6
