"""Credits as a number: the setting, what cannot be written so, and that it is part of the printed paper."""

from pathlib import Path

import pytest
from tests.exam.conftest import Made, header

from klausur.exam.differences import DifferenceKind, differences
from klausur.exam.frozen import Frozen, gather
from klausur.exam.model import CreditForm
from klausur.exam.source import parse, parse_variants

ASKED = "# Light\n\n## Ray {{#ray {}}}\n\nWhy?\n\n::: solution\nSo.\n:::\n\n::: rubric\n- [+{}] so\n:::\n"
NUMBER = 'credits = "number"\n'


def made(make: Made, attributes: str, worth: str, toml: str = NUMBER) -> Path:
    files: dict[str, str | bytes] = {
        "exam.toml": toml + header(),
        "problems/1-light.md": ASKED.format(attributes, worth),
    }
    return make(files, bare=True)


@pytest.mark.parametrize(
    ("attributes", "worth", "said"),
    [
        ("credits=10 step=0.1", "10", ""),
        ("credits=99", "99", ""),
        ("credits=2 step=1/3", "2", "steps of 1/3 cannot be written as a number"),
        ("credits=100", "100", "100 credits are more than a box for a number holds: 99"),
    ],
)
def test_what_can_be_written_needs_no_boxes(make: Made, attributes: str, worth: str, said: str) -> None:
    parsed = parse(made(make, attributes, worth))
    assert [(d.code, d.message) for d in parsed.diagnostics] == ([("credits-step", said)] if said else [])
    assert parsed.exam is None or parsed.exam.credit_form is CreditForm.NUMBER


def test_another_form_is_another_paper(make: Made) -> None:
    def state(toml: str) -> Frozen:
        place = made(make, "credits=2", "2", toml)
        exam = parse_variants(place, [1])[0].exam
        assert exam is not None
        return gather([exam], place)

    (found,) = differences(state(""), state(NUMBER))
    assert (found.kind, found.what) == (DifferenceKind.MARKING, "how credits are given")
    assert found.paper
