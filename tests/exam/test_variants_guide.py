"""docs/guide/variants.md: its example is a whole exam that is sound in many variants."""

import re
from pathlib import Path

import numpy as np
import pytest

from klausur.exam.evidence import Outcome
from klausur.exam.evidence.run import run as evidence_run
from klausur.exam.model import Exam, Shuffled, Variants
from klausur.exam.source import parse
from klausur.exam.survey import survey
from klausur.exam.variants import entropy

GUIDE = (Path(__file__).parents[2] / "docs/guide/variants.md").read_text(encoding="utf-8")
HEADER = 'title = "Balls"\ndate = 2026-02-10\nstart = "10:00"\nminutes = 60\n\n'


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("guide")
    (folder / "problems").mkdir()
    files = {"exam.toml": "toml", "problems/1-balls.md": "markdown", "problems/1-balls.py": "python"}
    for name, form in files.items():
        text, *others = re.findall(rf"^```{form}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
        assert all(other.startswith("[draw.") for other in others), "the example is one exam"
        (folder / name).write_text((HEADER if form == "toml" else "") + text, encoding="utf-8")
    parsed = parse(folder)
    assert parsed.diagnostics == ()
    assert parsed.exam is not None
    return parsed.exam


def test_the_example_says_what_is_told_of_it(exam: Exam) -> None:
    assert exam.variants == Variants(4, 2026, (Shuffled.QUESTIONS, Shuffled.CHOICES))
    question = next(q for q in exam.questions if q.id == "share")
    values = dict(exam.problems[0].values)
    red = next(c for c in question.choices if "likely red" in c.content.text)
    assert red.right == (int(values["red"]) > int(values["blue"]))
    assert values["p"] in next(c for c in question.choices if c.id == "a").content.text


def test_its_evidence_proves_it(exam: Exam) -> None:
    claims = [claim for claim in evidence_run(exam).claims if claim.function]
    assert [claim.outcome for claim in claims] == [Outcome.PROVED] * 3


@pytest.mark.long
def test_many_variants_of_it_are_sound(exam: Exam) -> None:
    seen = survey(exam, range(1, 301))
    assert (seen.clean, seen.rates) == (300, ())


def test_the_rate_that_it_shows_is_true() -> None:
    """Choices are equal where both colours are: as often as the generator says so."""
    rngs = (np.random.default_rng(entropy(2026, n, "1-balls")) for n in range(1, 2001))
    equal = [n for n, rng in enumerate(rngs, start=1) if len(set(rng.integers(2, 20, size=2))) == 1]
    assert f"{len(equal)} of 2000\t{len(equal) / 2000:.2%}\t{equal[0]}\n" in GUIDE
