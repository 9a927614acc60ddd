"""Figures of the judging: how many, how fast and how high each corrector judges, and how far from others."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import up_to_date
from klausur.base.credits import Credits
from klausur.state.figures import CorrectorFigures, Difference, differences, figures
from klausur.store import judgements, results
from klausur.store.folder import opened


@dataclass(frozen=True, slots=True)
class JudgingFigures:
    """The figures of all correctors, and where two judgements of one answer differ, the farthest apart first.

    ``numbers`` are the questions' numbers in the source's order, ``titles`` their titles and ``most`` what
    they are worth, by their ids.
    """

    figures: tuple[CorrectorFigures, ...]
    differences: tuple[Difference, ...]
    numbers: Mapping[str, str]
    titles: Mapping[str, str]
    most: Mapping[str, Credits]


def judging_figures(folder: Path, question: str | None = None) -> JudgingFigures:
    """The figures of an exam's judging.

    Args:
        folder: the exam folder.
        question: of this question's alone, by its id; of all if None.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        frame = up_to_date.look(records)
        given = judgements.given(question)
        seeds = {seed for rules in frame.arrangements.rules.values() for seed in rules.seeds}
        worth = {
            (booklet, name): credits
            for booklet, earned in (results.credits_of(seeds) if seeds else {}).items()
            for name, credits in earned.items()
            if credits is not None
        }
        asked = [q for q in frame.exams_with_texts.first.questions if q.kind.corrected]
        places = {q.id: at for at, q in enumerate(asked)}
        return JudgingFigures(
            tuple(sorted(figures(given, worth), key=lambda f: (places.get(f.question, 0), f.who))),
            differences(given, worth),
            {q.id: q.number for q in asked},
            {q.id: q.title for q in asked},
            {q.id: q.credits for q in asked},
        )
