"""What ails a training run, on runs of tasks that chose none of the bounds."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from klausur.learn.diagnose import NEXT, Ailment, Curves, diagnose, measures
from klausur.learn.trials import Task, trial


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("verdict", list(Ailment))
@pytest.mark.parametrize(("task", "seed"), [(Task.RINGS, 10), (Task.STRIPES, 11)])
def test_runs_that_are_ill_on_purpose_are_diagnosed(task: Task, seed: int, verdict: Ailment) -> None:
    found = diagnose(trial(task, verdict, seed))
    assert found.verdict is verdict, found.because
    assert found.next_steps == NEXT[verdict]
    assert found.next_steps


FALLING = tuple(1.1 * 0.7**n for n in range(20))
RISING = tuple(1 - 0.6 * 0.7**n for n in range(20))
CURVES = Curves(FALLING, FALLING, RISING, RISING, classes=3)


def test_use_is_judged_only_where_it_is_known() -> None:
    assert diagnose(CURVES).verdict is Ailment.HEALTHY
    assert diagnose(replace(CURVES, deployed=0.95)).verdict is Ailment.HEALTHY
    assert diagnose(replace(CURVES, deployed=0.6)).verdict is Ailment.DOMAIN_GAP


def test_a_loss_that_is_no_number_is_a_rate_too_high() -> None:
    broken = replace(CURVES, train_loss=(*FALLING[:10], *[float("nan")] * 10))
    assert diagnose(broken).verdict is Ailment.RATE_TOO_HIGH


def test_curves_too_short_or_uneven_are_refused() -> None:
    with pytest.raises(ValueError, match="four epochs"):
        measures(Curves((1, 1), (1, 1), (0, 0), (0, 0), classes=2))
    with pytest.raises(ValueError, match="same length"):
        measures(replace(CURVES, validation_loss=FALLING[:-1]))


def test_losses_are_measured_in_units_of_guessing() -> None:
    """The same accuracies with losses scaled to more classes make the same verdict."""
    wide = [value * 3.0 for value in FALLING]
    assert (
        diagnose(replace(CURVES, train_loss=wide, validation_loss=wide, classes=27)).verdict
        is Ailment.HEALTHY
    )


def test_the_page_names_every_verdict_with_all_that_is_to_be_done() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/diagnosis.md").read_text("utf-8")
    for verdict, steps in NEXT.items():
        assert f"| {verdict} |" in page
        assert f"| {'; '.join(steps)} |" in page
