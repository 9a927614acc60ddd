"""The reference exam's key against its evidence, as it is and with mistakes planted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from klausur.evidence import Kind
from klausur.exam import reference, source
from klausur.exam.evidence import Outcome, Proof, kept_results
from klausur.exam.evidence.coverage import Reach, Sort
from klausur.exam.evidence.file import Limits
from klausur.exam.evidence.kept_results import LOCK
from klausur.exam.evidence.run import run as evidence_run
from lab import reach_page

if TYPE_CHECKING:
    from pathlib import Path

CHOICES, SHORT, AUTOENCODER, CNN = "1-multiple-choice", "2-short-questions", "3-autoencoder", "4-cnn"
OPTIMISATION, DERIVATIVES = "5-optimisation", "6-derivatives"

MISTAKES = [
    (CHOICES, "- [x] It has as many parameters", "- [ ] It has as many parameters", "parameters_stay"),
    (CHOICES, "- [ ] It has twice as many", "- [x] It has twice as many", "parameters_double"),
    (CHOICES, r"- [x] $\mathrm{Pool}(", r"- [ ] $\mathrm{Pool}(", "pooling_and_relu"),
    (CHOICES, r"- [ ] $\mathrm{ReLU}(\sigma", r"- [x] $\mathrm{ReLU}(\sigma", "relu_and_sigmoid"),
    (
        CHOICES,
        "- [x] SGD computes a gradient whose",
        "- [ ] SGD computes a gradient whose",
        "mean_over_all_batches",
    ),
    (CHOICES, "- [ ] SGD and GD compute", "- [x] SGD and GD compute", "every_batch_gives_the_same"),
    (SHORT, r"the share $\frac{k-1}{k}$", r"the share $\frac{1}{k}$", "share_of_the_data"),
    (SHORT, "so there are $k$ trainings", "so there are $k + 1$ trainings", "trainings"),
    (SHORT, "the work grows like $k - 1$", "the work grows like $k^2$", "work"),
    (SHORT, "two stay below $1$", "two stay below $2$", "bound_of_the_others"),
    (SHORT, r"\frac{1}{1 + e^{-x}}", r"\frac{1}{1 + e^x}", "slope"),
    (SHORT, r"is $1$ for every positive", r"is $2$ for every positive", "slope_of_relu_on_the_right"),
    (SHORT, "its loss is $0$, while", "its loss is $1$, while", "loss_with_a_cluster_for_each_point"),
    (SHORT, r"\approx 0.69$", r"\approx 0.96$", "largest_distance"),
    (SHORT, "with probability $(1 - q)(1 - p)$.", "with probability $1 - pq$.", "survival"),
    (SHORT, "= p + q - pq$.", "= p + q$.", "loss"),
    (AUTOENCODER, "between $0$ and $1$, is least", "between $0$ and $2$, is least", "largest_pixel"),
    (AUTOENCODER, "$k = 10$", "$k = 12$", "groups_that_are_asked_for"),
    (AUTOENCODER, r"v - 1 - \ln v", r"v + 1 - \ln v", "divergence_from_the_standard_normal"),
    (CNN, "= 3200$.", "= 3100$.", "inputs_of_the_linear_layer"),
    (CNN, "= 224$.", "= 216$.", "parameters_of_the_first_convolution"),
    (CNN, "= 112$.", "= 56$.", "parameters_of_the_normalisations"),
    (CNN, "= 4x + 4$.", "= 4x + 1$.", "parameters_of_the_linear_layer"),
    (CNN, r"80 \to 40 \to", r"80 \to 41 \to", "side_after_one_block"),
    (CNN, "such as 216 for", "such as 224 for", "weights_of_the_first_convolution"),
    (
        OPTIMISATION,
        r"to $\frac{1}{1 + \beta}$ of",
        r"to $\frac{1}{1 - \beta}$ of",
        "alternating_gradients_cancel",
    ),
    (OPTIMISATION, r"counts $\beta^k$", r"counts $k \beta$", "weight_of_old_gradients"),
    (OPTIMISATION, "between 5 and −5.", "between 5 and −4.", "where_it_jumps"),
    (OPTIMISATION, "modulus is below 1;", "modulus is below 2;", "largest_modulus"),
    (OPTIMISATION, r"leaves $\frac23$ of", r"leaves $\frac12$ of", "newton_on_a_convex_function"),
    (OPTIMISATION, "$x^* = 0$", "$x^* = 1$", "minimum"),
    (OPTIMISATION, r"$x$ by $1 - 2\eta$", r"$x$ by $1 - \eta$", "factor_of_a_step"),
    (OPTIMISATION, "has $n^2$ entries", "has $2n$ entries", "entries_of_the_hessian"),
    (OPTIMISATION, r"\frac{2 \cdot 5}{2} = 0$.", r"\frac{2 \cdot 5}{2} = 5$.", "newton"),
    (DERIVATIVES, r"= y \cdot (1 - y)$$", r"= y^2$$", "derivative_in_terms_of_the_output"),
    (
        DERIVATIVES,
        r"= \begin{pmatrix} 0 \\ -\tfrac14",
        r"= \begin{pmatrix} 0 \\ -\tfrac12",
        "derivative_by_the_weights",
    ),
    (DERIVATIVES, r"0 + \tfrac14 = \tfrac14", r"0 + \tfrac14 = \tfrac12", "derivative_by_the_bias"),
    (DERIVATIVES, "$u' = -e^{-x}$", "$u' = e^{-x}$", "slope_of_the_denominator"),
]


def proof_of(folder: Path) -> Proof:
    exam = source.parse(folder).exam
    assert exam is not None
    return evidence_run(exam, limits=Limits(jobs=1))


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    folder = tmp_path_factory.mktemp("true") / "exam"
    reference.write(folder)
    return proof_of(folder)


@pytest.mark.long
def test_nothing_is_contradicted_and_nothing_fails(proof: Proof) -> None:
    assert [str(d) for d in proof.diagnostics if d.code != "evidence-copy"] == []
    assert proof.count(Outcome.CONTRADICTED) == proof.count(Outcome.FAILED) == 0


@pytest.mark.long
def test_what_has_evidence_is_proved(proof: Proof) -> None:
    claims = [c for c in proof.claims if c.kind is not None]
    assert {c.outcome for c in claims} == {Outcome.PROVED}
    assert {c.kind for c in claims} == set(Kind)


@pytest.mark.long
def test_the_page_on_it_says_how_far_its_evidence_reaches(proof: Proof) -> None:
    page = reach_page.PAGE.read_text("utf-8")
    assert page.count(reach_page.BEGIN) == page.count(reach_page.END) == 1
    assert page == reach_page.written(page, proof), "python -m lab.reach_page"


@pytest.mark.long
def test_every_choice_is_proved_and_every_problem_has_evidence(proof: Proof) -> None:
    choices = [c for c in proof.claims if c.part == "choice"]
    assert len(choices) == 36
    assert {c.outcome for c in choices} == {Outcome.PROVED}
    assert len({c.evidence.file for c in proof.claims if c.evidence is not None}) == 7


@pytest.mark.long
def test_whatever_refutes_a_choice_was_seen_to_say_yes(proof: Proof) -> None:
    refuted = [c for c in proof.claims if c.part == "choice" and c.computed == "false"]
    assert len(refuted) == 18
    assert [c.function for c in refuted if not c.controlled] == []
    assert {s.reach for s in proof.stated if s.sort is Sort.CHOICE} == {Reach.SUPPORTED}


@pytest.mark.long
def test_experiments_are_kept_and_need_not_be_run(proof: Proof) -> None:
    heavy = [c for c in proof.claims if c.kind is Kind.EXPERIMENT]
    assert heavy
    assert all(c.kept for c in heavy), f"run the experiments again: {LOCK} is of another key or program"


@pytest.mark.experiments
def test_experiments_run_again_come_out_as_they_are_kept(tmp_path: Path) -> None:
    from klausur.learn.digits import mnist

    mnist.fetch()
    reference.write(tmp_path / "exam")
    before = kept_results.read(tmp_path / "exam" / LOCK).results
    exam = source.parse(tmp_path / "exam").exam
    assert exam is not None
    again = evidence_run(exam, limits=Limits(jobs=1, experiments=True))
    assert [str(d) for d in again.diagnostics if d.code != "evidence-copy"] == []
    assert {c.outcome for c in again.claims if c.kind is Kind.EXPERIMENT} == {Outcome.PROVED}
    after = kept_results.read(tmp_path / "exam" / LOCK).results
    assert {name: (r.digest, r.computed) for name, r in after.items()} == {
        name: (r.digest, r.computed) for name, r in before.items()
    }


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Proof]:
    """The exam with all mistakes in it, and what becomes of its claims."""
    folder = tmp_path_factory.mktemp("false") / "exam"
    reference.write(folder)
    for name, right, wrong, _ in MISTAKES:
        path = folder / "problems" / f"{name}.md"
        text = path.read_text("utf-8")
        assert text.count(right) == 1, (name, right)
        path.write_text(text.replace(right, wrong), "utf-8")
    return folder, proof_of(folder)


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "wrong", "function"), [(n, w, f) for n, _, w, f in MISTAKES])
def test_a_planted_mistake_is_found_where_it_stands(
    mistaken: tuple[Path, Proof], name: str, wrong: str, function: str
) -> None:
    folder, proof = mistaken
    key = (folder / "problems" / f"{name}.md").read_text("utf-8")
    line = key[: key.index(wrong)].count("\n") + 1
    program = (folder / "problems" / f"{name}.py").read_text("utf-8").splitlines()
    found = [
        c
        for c in proof.claims
        if (c.place.file, c.place.line) == (f"problems/{name}.md", line)
        and c.outcome is Outcome.CONTRADICTED
        and c.function == function
    ]
    assert found, f"{name}.md:{line} passes as right"
    (claim,) = found
    assert claim.evidence is not None
    first = claim.evidence.line - 1
    assert any(text.startswith(f"def {function}(") for text in program[first : first + 8])
    told = [
        d
        for d in proof.diagnostics
        if (d.place, d.code) == (claim.place, "claim-contradicted") and f"{function} (" in d.message
    ]
    assert len(told) == 1
    assert claim.computed in told[0].message


@pytest.mark.long
def test_there_are_twenty_mistakes_in_as_many_claims() -> None:
    assert len({(name, function, right) for name, right, _, function in MISTAKES}) >= 20
