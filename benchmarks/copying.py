"""How often hints of copying are false, and how often somebody who copies is found, on made-up exams.

    python benchmarks/copying.py [--exams 100] [--people 60 200] [--questions 30] [--seed 1]
                                 [--json] [--write-docs]

People have an ability in each of two fields, which go together only in part, so that answers depend on more
than what the estimate knows of; a question of five choices with one or two right ones is answered choice by
choice, each wrong choice with an attraction of its own. Nothing of it is what `klausur.report.copying`
supposes. Whoever copies takes a share of a neighbour's answers; nobody is chosen by how able they are.
``--write-docs`` puts the table into docs/reference/statistics.md.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from klausur.report.copying import Sitter, hints
from klausur.report.item_analysis import Table

DOCS = Path(__file__).parents[1] / "docs/reference/statistics.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
CHOICES = 5
IN_A_ROW = 12


@dataclass(frozen=True, slots=True)
class Row:
    """Exams of so many people with so large a share of one's answers copied: in how many somebody was told.

    ``right`` counts exams in which the two who worked together were told, ``wrong`` those in which others
    were.
    """

    people: int
    copied: float
    exams: int
    right: int
    wrong: int


def main() -> None:
    """Run the measurement and print its figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--exams", type=int, default=100)
    options.add_argument("--people", type=int, nargs="*", default=[60, 200])
    options.add_argument("--questions", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    options.add_argument("--write-docs", action="store_true")
    given = options.parse_args()
    rows = [
        measure(people, copied, given.exams, given.questions, given.seed)
        for people in given.people
        for copied in (0.0, 0.4, 0.6, 0.8)
    ]
    if given.write_docs:
        write(rows, given.questions)
    if given.json:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        print(table(rows))


def measure(people: int, copied: float, exams: int, questions: int, seed: int) -> Row:
    """Exams of one kind."""
    right = wrong = 0
    for n in range(exams):
        draw = np.random.default_rng((seed, people, int(100 * copied), n))
        answers, key = exam(draw, people, questions)
        copier = int(draw.integers(people))
        source = copier + 1 if copier % IN_A_ROW == 0 or copier + 1 == people else copier - 1
        source = min(source, people - 1) if source != copier else copier - 1
        taken = draw.random(questions) < copied
        answers[copier, taken] = answers[source, taken]
        found = hints(sitters(answers), credits(answers, key), np.ones(questions))
        told = {frozenset(pair.booklets) for pair in found.pairs if pair.told}
        together = frozenset((copier + 1, source + 1))
        right += copied > 0 and together in told
        wrong += bool(told - {together} if copied else told)
    return Row(people, copied, exams, right, wrong)


def exam(
    draw: np.random.Generator, people: int, questions: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """What everybody crossed, (people, questions, choices), and the key, (questions, choices)."""
    common = draw.normal(size=people)
    fields = [0.6 * common + 0.8 * draw.normal(size=people) for _ in range(2)]
    key = np.zeros((questions, CHOICES), np.bool_)
    for q in range(questions):
        key[q, draw.permutation(CHOICES)[: draw.integers(1, 3)]] = True
    hard = draw.normal(size=(questions, CHOICES))
    crossed = np.zeros((people, questions, CHOICES), np.bool_)
    for q in range(questions):
        able = fields[q % 2][:, None]
        knows = draw.random((people, CHOICES)) < 1 / (1 + np.exp(hard[q] - 1.2 * able - 0.8))
        guesses = draw.random((people, CHOICES)) < 0.3
        crossed[:, q] = np.where(knows, key[q], guesses)
    return crossed, key


def credits(
    answers: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    key: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Table:
    """A credit for a question, less a half for each choice that is wrong, and nothing below 0."""
    return np.asarray(np.maximum(0.0, 1 - 0.5 * (answers != key).sum(axis=2)), np.float64)


def sitters(answers: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[Sitter]:
    """Everybody in one room, in rows."""
    return [
        Sitter(
            n + 1,
            "room",
            f"{n // IN_A_ROW + 1}-{n % IN_A_ROW + 1}",
            tuple("".join("abcde"[c] for c in np.nonzero(one)[0]) for one in row),
        )
        for n, row in enumerate(answers)
    ]


def table(rows: list[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| people | copied | exams | found | others told |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        found = "–" if row.copied == 0 else f"{row.right / row.exams:.0%}"
        share = "nothing" if row.copied == 0 else f"{row.copied:.0%}"
        lines.append(f"| {row.people} | {share} | {row.exams} | {found} | {row.wrong} |")
    return "\n".join(lines)


def write(rows: list[Row], questions: int) -> None:
    """Put the table into the documentation."""
    before, rest = DOCS.read_text("utf-8").split(BEGIN)
    _old, after = rest.split(END)
    said = f"{BEGIN}\nExams of {questions} questions (`benchmarks/copying.py`):\n\n{table(rows)}\n{END}"
    DOCS.write_text(before + said + after, encoding="utf-8")


if __name__ == "__main__":
    main()
