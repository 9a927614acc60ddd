"""What differs from the printed exam is found, named by question and choice, and told in two classes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exam import varied
from tests.exam.conftest import PROBLEM, SVG, Made, header
from tests.exam.made_exams import frozens, mended

from klausur.exam.differences import KEY, Difference, DifferenceKind, differences
from klausur.exam.frozen import Frozen, gather
from klausur.exam.source import parse_variants

K = DifferenceKind

WAVES = """\
# Waves

All of this is in a vacuum.

## Speed {#speed credits=2 space=40mm}

How fast
is `c`?

::: solution
Very.
:::

::: rubric
- [+1] very
- [+1] fast
:::

::: shared
Now to sound.
:::

## Sound {#sound credits=1}

Which of these is right?

- [x] slow
- [ ] fast
- [ ] ![](../figures/one.svg)
- [ ] ![](../figures/two.svg)

## Light {#light credits=1 kind=short}

Which colour has ![](../figures/lens.svg)?

::: solution
Any.
:::

::: rubric
- [+1] any
:::
"""
ONE, TWO = SVG.replace("80", "60"), SVG.replace("80", "70")
BASE: dict[str, str | bytes] = {
    "exam.toml": header('instructions = ["No tools."]'),
    "problems/1-light.md": PROBLEM.replace("{#speed", "{#first"),
    "problems/2-waves.md": WAVES,
    "figures/one.svg": ONE,
    "figures/two.svg": TWO,
    "figures/copy.svg": ONE,
    "figures/lens.svg": SVG,
}
Change = Callable[[str], str]


def parsed(folder: Path, *numbers: int) -> Frozen:
    return gather([p.exam for p in parse_variants(folder, numbers or (1,)) if p.exam is not None], folder)


def told(found: tuple[Difference, ...]) -> list[tuple[DifferenceKind, str | None, str]]:
    return [(d.kind, d.question, "".join(d.letters)) for d in found]


def swap(one: str, other: str) -> Change:
    return lambda text: text.replace(one, "\0").replace(other, one).replace("\0", other)


def put(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


NEW = "## New {#new credits=1}\n\nWhat?\n\n- [x] this\n- [ ] that\n\n"
SOUND = WAVES[WAVES.index("## Sound") : WAVES.index("## Light")]

PAPER: list[tuple[Change, list[tuple[DifferenceKind, str | None, str]]]] = [
    (put("## Light", NEW + "## Light"), [(K.QUESTION_ADDED, "new", "")]),
    (put(SOUND, ""), [(K.QUESTION_REMOVED, "sound", ""), (K.SHARED_TEXT, "light", "")]),
    (put("{#light", "{#colour"), [(K.QUESTION_REMOVED, "light", ""), (K.QUESTION_ADDED, "colour", "")]),
    (put("How fast", "How slow"), [(K.WORDING, "speed", "")]),
    (put("How fast\nis", "How fast\n\nis"), [(K.WORDING, "speed", "")]),
    (put("## Speed", "## Velocity"), [(K.WORDING, "speed", "")]),
    (put("in a vacuum", "in air"), [(K.PROBLEM_TEXT, None, "")]),
    (put("# Waves\n", "# Wave\n"), [(K.PROBLEM_TEXT, None, "")]),
    (put("Now to sound", "Now to noise"), [(K.SHARED_TEXT, "sound", "")]),
    (put("- [ ] fast\n", "- [ ] fast\n- [ ] faster\n"), [(K.CHOICE_ADDED, "sound", "c")]),
    (put("- [ ] fast\n", ""), [(K.CHOICE_REMOVED, "sound", "b")]),
    (put("- [ ] fast\n", "- [ ] slower\n"), [(K.CHOICE_REWORDED, "sound", "b")]),
    (
        swap("- [x] slow", "- [ ] fast"),
        [(K.CHOICE_EXCHANGED, "sound", "b"), (K.CHOICE_EXCHANGED, "sound", "a")],
    ),
    (
        put("- [x] slow\n- [ ] fast\n", "- [ ] new\n- [ ] fast\n- [x] slow\n"),
        [
            (K.CHOICE_EXCHANGED, "sound", "c"),
            (K.CHOICE_EXCHANGED, "sound", "b"),
            (K.CHOICE_ADDED, "sound", "a"),
        ],
    ),
    (
        swap("one.svg", "two.svg"),
        [(K.CHOICE_EXCHANGED, "sound", "d"), (K.CHOICE_EXCHANGED, "sound", "c")],
    ),
    (put("lens.svg", "one.svg"), [(K.FIGURE, "light", "")]),
    (put("kind=short", "kind=text"), [(K.QUESTION_KIND, "light", "")]),
    (put("credits=2", "credits=3"), [(K.CREDIT_BOXES, "speed", "")]),
    (put("credits=2", "credits=1.5"), [(K.CREDIT_BOXES, "speed", "")]),
    (put("credits=2", "credits=2 step=1/2"), [(K.CREDIT_BOXES, "speed", "")]),
    (put("space=40mm", "space=45mm"), [(K.SPACE, "speed", "")]),
    (put("space=40mm", "space=40mm ruling=grid"), [(K.SPACE, "speed", "")]),
    (put("{#sound", "{#sound columns=2"), [(K.COLUMNS, "sound", "")]),
    (
        lambda text: text.replace(SOUND, "") + "\n" + SOUND,
        [(K.ORDER, None, ""), (K.SHARED_TEXT, "sound", ""), (K.SHARED_TEXT, "light", "")],
    ),
]


KEYS: list[tuple[Change, tuple[DifferenceKind, str | None, str]]] = [
    (put("- [ ] fast", "- [x] fast"), (K.RIGHT, "sound", "b")),
    (put("{#sound credits=1", "{#sound credits=3"), (K.CREDITS, "sound", "")),
    (put("- [+1] fast", "- [+1] quick"), (K.RUBRIC, "speed", "")),
    (put("Very.", "Quite."), (K.SOLUTION, "speed", "")),
    (put("{#sound", "{#sound scheme=per-choice"), (K.SCHEME, "sound", "")),
    (put("{#sound", '{#sound accept="b"'), (K.ACCEPTED, "sound", "")),
    (put("{#light", "{#light bonus=yes"), (K.BONUS, "light", "")),
]
FEWER = WAVES.replace("credits=2", "credits=1").replace("- [+1] fast\n", "")
ALIKE: list[Change] = [
    put("How fast\nis", "How fast is"),
    put("# Waves\n", "<!-- to do -->\n# Waves\n"),
    put("in a vacuum.", "in a vacuum.\n"),
    put("one.svg", "copy.svg"),
]
IDS = swap("#sound", "#light")
Read = Callable[[str], Frozen]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Any of the texts in this file as the exam's second problem; all are read at once, which is faster."""
    folder = tmp_path_factory.mktemp("optics")
    changes = [*(change for change, _ in PAPER), *(change for change, _ in KEYS), *ALIKE, IDS]
    texts = list(dict.fromkeys([WAVES, FEWER, *(change(WAVES) for change in changes)]))
    assert len(texts) == len(changes) + 2
    numbered = {f"problems/{n}-waves.md": text for n, text in enumerate(texts, start=10)}
    for name, content in {**BASE, **numbered}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    whole = parsed(folder)
    light, _, *waves = whole.first.problems

    def one(text: str) -> Frozen:
        problems = (light, replace(waves[texts.index(text)], number=2))
        return Frozen((replace(whole.first, problems=problems),), whole.files)

    return one


@pytest.fixture(scope="module")
def printed(read: Read) -> Frozen:
    return read(WAVES)


@pytest.mark.parametrize(("change", "expected"), PAPER)
def test_paper_differences_are_named(
    read: Read, printed: Frozen, change: Change, expected: list[tuple[DifferenceKind, str | None, str]]
) -> None:
    found = differences(printed, read(change(WAVES)))
    assert sorted(told(found), key=str) == sorted(expected, key=str)
    for difference in found:
        assert difference.paper
        assert difference.place.file == "exam.toml" or difference.place.line
        assert difference.text.startswith(difference.what)
        assert difference.variants == (1,)


@pytest.mark.parametrize(("change", "expected"), KEYS)
def test_key_differences_are_named(
    read: Read, printed: Frozen, change: Change, expected: tuple[DifferenceKind, str | None, str]
) -> None:
    found = differences(printed, read(change(WAVES)))
    assert told(found) == [expected]
    assert not found[0].paper
    assert found[0].place.line > 1
    assert found[0].old != found[0].new


def test_fewer_credits_fit_the_printed_boxes(read: Read, printed: Frozen) -> None:
    found = differences(printed, read(FEWER))
    assert told(found) == [(K.CREDITS, "speed", ""), (K.RUBRIC, "speed", "")]
    assert (found[0].old, found[0].new) == ("2", "1")


COVER = """
title = "Optic"
date = 2026-02-11
minutes = 61
examiner = "E."
paper = "letter"
language = "de"
registration_digits = 0
extra_pages = 1
order = ["2-waves", "1-light"]
instructions = ["No pens."]

[variants]
count = 2
"""
GRADED = """
instructions = ["No tools."]

[choice]
scheme = "per-choice"

[grading]
round = "up to 1"
struck = ["sound"]

[grades]
unit = "percent"
fail = "5.0"
thresholds = {"1.0" = 90, "4.0" = 50}
"""
NOTHING = 'instructions = ["No tools."]\nid = "other"\n[declared]\npages = 9\n[variants]\nseed = 3'
SHUFFLED = 'instructions = ["No tools."]\n[variants]\nseed = 3\nshuffle = ["choices"]'


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (
            COVER,
            [
                "the title: Optics → Optic",
                "the date: 2026-02-10 → 2026-02-11",
                "the minutes: 60 → 61",
                "the examiner: none → E.",
                "the paper's size: a4 → letter",
                "the language: en → de",
                "the boxes for a registration number: 8 → 0",
                "the extra pages: 2 → 1",
                "the variants: 1 → 2",
                "the working instructions: “No tools.” → “No pens.”",
                "the order of questions: “first; speed, sound, light” → “speed, sound, light; first”",
            ],
        ),
        (
            GRADED,
            [
                "whether question sound is struck: not struck → struck, dropped",
                "the exam's scheme: all-or-nothing → per-choice",
                "the grade key: 1.0 from 95%, 1.3 from 90%",
                "the rounding: none → up to 1",
            ],
        ),
        (NOTHING, []),
        (
            SHUFFLED,
            [
                "the variants: 1, seed 0 → 1, choices shuffled, seed 3",
                "the order of choices of question sound: a, b, c, d",
            ],
        ),
    ],
)
def test_what_exam_toml_says(make: Made, toml: str, expected: list[str]) -> None:
    printed = parsed(make(BASE))
    found = differences(printed, parsed(make({**BASE, "exam.toml": header(toml)})))
    assert len(found) == len(expected)
    for difference, start in zip(found, expected, strict=True):
        assert difference.text.startswith(start)
        assert difference.place.file in {"exam.toml", "problems/2-waves.md"}
        assert difference.paper is (toml is not GRADED)


def test_ids_of_two_questions_exchanged(read: Read, printed: Frozen) -> None:
    found = [d for d in differences(printed, read(IDS(WAVES))) if d.kind is not K.ORDER]
    assert told(tuple(found)) == [(K.QUESTION_EXCHANGED, "sound", ""), (K.QUESTION_EXCHANGED, "light", "")]
    assert "printed as question light" in found[0].text


def test_pictures_are_compared_by_their_bytes(printed: Frozen) -> None:
    def disk(**files: str) -> Frozen:
        pictures = {f"figures/{name}.svg": text.encode() for name, text in files.items()}
        return replace(printed, files={**printed.files, **pictures})

    assert told(differences(printed, disk(one=TWO, two=ONE))) == [
        (K.CHOICE_EXCHANGED, "sound", "d"),
        (K.CHOICE_EXCHANGED, "sound", "c"),
    ]
    other = SVG.replace("80", "50")
    found = differences(printed, disk(one=other, lens=other))
    assert told(found) == [(K.FIGURE, "sound", "c"), (K.FIGURE, "light", "")]
    assert "figures/lens.svg" in found[1].text


def test_pictures_inside_drawings_are_compared(printed: Frozen) -> None:
    files = {**printed.files, "figures/lens.svg": b'<svg><image href="dot.png"/></svg>'}
    before, after = (replace(printed, files={**files, "figures/dot.png": dot}) for dot in (b"1", b"2"))
    assert told(differences(before, after)) == [(K.FIGURE, "light", "")]
    assert differences(before, before) == ()


def test_font_is_part_of_the_paper(printed: Frozen) -> None:
    other = replace(printed, files={**printed.files, "fonts/own.ttf": b"font"})
    assert [d.text for d in differences(printed, other)] == ["the font fonts/own.ttf: printed without it"]
    assert [d.text for d in differences(other, printed)] == ["the font fonts/own.ttf: printed with it → gone"]


@pytest.mark.parametrize("change", ALIKE)
def test_what_paper_does_not_show_is_no_difference(read: Read, printed: Frozen, change: Change) -> None:
    assert differences(printed, read(change(WAVES))) == ()


def test_another_release_may_typeset_the_same_source_otherwise(printed: Frozen) -> None:
    light, waves = printed.first.problems
    speed, *others = waves.questions
    content = replace(speed.content, typst="set in another way")
    question = replace(speed, content=content, solution=content)

    def disk(source: str) -> Frozen:
        problem = replace(waves, questions=(question, *others), source=source)
        return replace(printed, exams=(replace(printed.first, problems=(light, problem)),))

    assert differences(printed, disk(waves.source)) == ()
    assert [d.kind for d in differences(printed, disk(waves.source + " "))] == [K.WORDING, K.SOLUTION]


def test_variants_are_named(tmp_path: Path) -> None:
    printed = parsed(varied.write(tmp_path), 1, 2, 3)
    other = varied.BALLS_PY.replace("rng.integers(3, 9)", "rng.integers(3, 9) + 1")
    words = varied.WORDS.replace("seven", "eight")
    found = differences(printed, parsed(varied.write(tmp_path, balls_py=other, words=words), 1, 2, 3))
    drawn = [d for d in found if d.kind is K.PARAMETERS]
    assert sorted(n for d in drawn for n in d.variants) == [1, 2, 3]
    assert {d.question for d in found if d.kind is K.WORDING} == {"mean"}
    assert [(d.question, d.letters, d.variants) for d in found if d.kind is K.CHOICE_REWORDED] == [
        ("colours", ("b",), (1, 2, 3))
    ]


def test_every_variant_must_be_at_hand(tmp_path: Path) -> None:
    folder = varied.write(tmp_path)
    with pytest.raises(LookupError, match="variant 2"):
        differences(parsed(folder, 1, 2), parsed(folder, 1, 3))


@settings(max_examples=40)
@given(st.data())
def test_an_exam_does_not_differ_from_itself_and_a_mended_key_is_no_other_paper(data: st.DataObject) -> None:
    frozen = data.draw(frozens())
    assert differences(frozen, frozen) == ()
    found = differences(frozen, data.draw(mended(frozen)))
    assert all(d.kind in KEY for d in found)
