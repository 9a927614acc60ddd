"""Texts in two languages: what a translation has in common with the exam's own, and both on one paper."""

from pathlib import Path

import pytest

from klausur.exam import source
from klausur.exam.model import Exam
from klausur.exam.setting import Setting, numbered
from klausur.typeset.markup import Pieces, asked

from .conftest import PROBLEM, Made, header

TOML = 'title = "Optics"\n[translations.de]\ntitle = "Optik"\nkind = "Klausur"'
OWN = (
    PROBLEM
    + """
## Colours {#colours credits=2 kind=single}

Which is longest?

- [ ] blue
- [x] red
"""
)
OTHER = """\
# Licht

## Tempo {#speed credits=1}

Wie schnell?

## Farben {#colours credits=2 kind=single}

Welche ist am längsten?

- [ ] blau
- [x] rot
"""
GERMAN, BOTH = (numbered(1, Setting(language=n)) for n in (1, 2))


@pytest.fixture
def folder(make: Made) -> Path:
    return make({"exam.toml": header(TOML), "problems/1-light.md": OWN, "problems/1-light.de.md": OTHER})


def read(folder: Path, variant: int) -> Exam:
    (parsed,) = source.parse_variants(folder, (variant,))
    assert parsed.exam is not None
    assert parsed.diagnostics == ()
    return parsed.exam


def test_each_language_asks_the_same_in_its_own_words(folder: Path) -> None:
    own, german = read(folder, 1), read(folder, GERMAN)
    assert own.languages == ("en", "de", "en+de")
    assert (own.language, german.language, german.title, german.kind) == ("en", "de", "Optik", "Klausur")
    assert [q.title for q in german.questions] == ["Tempo", "Farben"]
    assert [(q.id, q.number, q.credits, q.keys) for q in german.questions] == [
        (q.id, q.number, q.credits, q.keys) for q in own.questions
    ]
    assert [p.id for p in german.problems] == [p.id for p in own.problems] == ["1-light"]


def test_solution_and_rubric_may_be_told_in_one_language(folder: Path) -> None:
    own, german = (next(read(folder, n).questions) for n in (1, GERMAN))
    assert own.rubric is not None
    assert (german.rubric, german.solution) == (own.rubric, own.solution)


def test_both_languages_stand_on_one_paper(folder: Path) -> None:
    both = read(folder, BOTH)
    assert both.title == "Optics / Optik"
    speed, colours = both.questions
    assert speed.title == "Speed / Tempo"
    assert speed.content.text.split("\n") == ["How fast is it?", "Wie schnell?"]
    assert [c.content.text for c in colours.choices] == ["blue\nblau", "red\nrot"]
    assert colours.choices[1].right


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("- [x] rot", "- [ ] rot", 12, "choice b is [ ] here and [x] there"),
        ("credits=2", "credits=3", 7, "credits is 3 here and 2 there"),
        ("kind=single", "", 7, "kind is choice here and single there"),
        ("\n- [x] rot", "", 7, "the number of choices is 1 here and 2 there"),
        ("#speed", "#tempo", 1, "question speed is lacking here"),
        ("#speed", "#tempo", 3, "question tempo is not there"),
    ],
)
def test_what_differs_is_told_where_it_stands(folder: Path, old: str, new: str, line: int, what: str) -> None:
    path = folder / "problems/1-light.de.md"
    path.write_text(OTHER.replace(old, new), encoding="utf-8")
    found = [d for d in _diagnostics(folder) if d[0] == "translation-differs"]
    assert ("problems/1-light.de.md", line) in [at for _, at, _ in found]
    assert any(message.endswith(f": {what}") for _, _, message in found), found


def test_a_lacking_translation_and_one_that_nobody_asks_for(folder: Path) -> None:
    (folder / "problems/1-light.de.md").rename(folder / "problems/1-light.fr.md")
    assert {(code, at[0]) for code, at, _ in _diagnostics(folder)} == {
        ("translation-missing", "problems/1-light.md"),
        ("problem-unused", "problems/1-light.fr.md"),
    }


def test_languages_that_changed_since_are_told(folder: Path) -> None:
    (folder / "exam.toml").write_text(header(), encoding="utf-8")
    (folder / "problems/1-light.de.md").unlink()
    (parsed,) = source.parse_variants(folder, (GERMAN,))
    assert parsed.exam is None
    assert [d.code for d in parsed.diagnostics] == ["translation-missing"]


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ('[translations.en]\ntitle = "A"', "attribute-value"),
        ("[translations]\nde = 3", "attribute-value"),
        ("[translations]\ntogether = 1", "attribute-value"),
        ("[translations]\nbeside = 1", "attribute-value"),
        ('[translations.de]\ndate = "x"', "attribute-unknown"),
        ('[translations.xx]\ntitle = "A"', "attribute-unknown"),
    ],
)
def test_a_wrong_table_is_refused(folder: Path, toml: str, code: str) -> None:
    (folder / "exam.toml").write_text(header(f'title = "Optics"\n{toml}'), encoding="utf-8")
    assert code in [found for found, _, _ in _diagnostics(folder)]


def _diagnostics(folder: Path) -> list[tuple[str, tuple[str, int], str]]:
    parsed = source.parse(folder)
    return [(d.code, (d.place.file, d.place.line), d.message) for d in parsed.diagnostics]


BLANKS = """\
# Water

## Limits {#limits credits=1}

It boils at [100]{.blank digits=3}, freezes at [0]{.blank digits=3}.
"""


@pytest.mark.parametrize(
    ("translated", "what"),
    [
        ("Es kocht bei [100]{.blank digits=3}, friert bei [0]{.blank digits=3}.", None),
        (
            "Es friert bei [0]{.blank digits=3}, kocht bei [100]{.blank digits=3}.",
            "the row of blanks is 0 in 3",
        ),
        (
            "Es kocht bei [100]{.blank digits=4}, friert bei [0]{.blank digits=3}.",
            "the row of blanks is 100 in 4",
        ),
    ],
)
def test_blanks_for_numbers_stand_in_one_order(make: Made, translated: str, what: str | None) -> None:
    other = f"# Wasser\n\n## Grenzen {{#limits credits=1}}\n\n{translated}\n"
    folder = make({"exam.toml": header(TOML), "problems/1-light.md": BLANKS, "problems/1-light.de.md": other})
    (parsed,) = source.parse_variants(folder, (BOTH,))
    assert parsed.exam is not None
    told = [d.message for d in parsed.diagnostics]
    assert len(told) == (what is not None)
    assert all(what is not None and what in message for message in told)
    (question,) = parsed.exam.questions
    # what is written is written into the blanks of the first text alone
    assert (
        question.content.typst.count("<number-blank>") == question.content.typst.count("<blank-above>") == 2
    )


def test_texts_stand_side_by_side_where_that_is_asked_for_and_short_choices_on_one_line(make: Made) -> None:
    texts = {"problems/1-light.md": OWN, "problems/1-light.de.md": OTHER}
    below = read(make({"exam.toml": header(TOML), **texts}), BOTH)
    beside = read(
        make({"exam.toml": header(TOML.replace("\n", "\n[translations]\nbeside = true\n", 1)), **texts}), BOTH
    )
    asked, same = ({q.id: q for q in exam.questions} for exam in (beside, below))
    told = asked["speed"].content.typst
    assert told.startswith("#grid(columns: (1fr,) * 2")
    assert "How fast" in told
    assert told.index("How fast") < told.index("Wie schnell")
    assert "#grid" not in same["speed"].content.typst
    assert asked["colours"].choices == same["colours"].choices
    assert asked["speed"].content.text == same["speed"].content.text


def test_credits_beside_questions_are_told_in_each_language_as_it_writes_numbers(make: Made) -> None:
    halves = OWN.replace("credits=1}", "credits=1.5 step=0.5}").replace("[+1]", "[+1.5]")
    other = OTHER.replace("credits=1}", "credits=1.5 step=0.5}")
    folder = make({"exam.toml": header(TOML), "problems/1-light.md": halves, "problems/1-light.de.md": other})
    for variant, told in ((1, "1.5 credits"), (GERMAN, "1,5 Punkte"), (BOTH, "1.5 credits / 1,5 Punkte")):
        (problem,) = asked(read(folder, variant), Pieces())["problems"]
        assert problem["questions"][0]["credits"] == told
