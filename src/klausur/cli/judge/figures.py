"""``klausur judge figures``."""

import csv
import sys
from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import Credits, show_credits
from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.cli.judge import HOW
from klausur.state.figures import Apart, CorrectorFigures

COLUMNS = (
    *("question", "who", "judged", "seconds", "mean", "spread", "drift", "drift_p"),
    *("doubles", "doubles_mean", "doubles_distance"),
    *("repeats", "repeats_mean", "repeats_distance"),
    *("seeds", "seeds_mean", "seeds_distance"),
)


def command(
    folder: options.Folder = None,
    *,
    question: Annotated[
        str | None, typer.Option("--question", metavar="ID", help="Of this question alone, by its id.")
    ] = None,
    table: Annotated[bool, typer.Option("--csv", help="As CSV, with decimal points.")] = False,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Show how many, how fast and how high each corrector judges, and how far from others.

    Example: klausur judge figures endterm

    Example, for a spreadsheet: klausur judge figures --csv > figures.csv
    """
    if table and json:
        raise UsageError("--csv and --json are two forms of the same", HOW)
    found = actions.judging_figures.judging_figures(options.folder(folder, exam), question)
    if json:
        terminal.to_json(found)
        return
    if table:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(_values(each) for each in found.figures)
        return
    terminal.table(
        ("question", "who", "judged", "seconds", "mean", "spread", "drift", "doubles", "repeats", "seeds"),
        (
            (
                found.numbers.get(each.question, each.question),
                each.who,
                str(each.judged),
                "" if each.pace is None else f"{each.pace:.0f}",
                _mean(each.mean),
                "" if each.spread is None else f"{each.spread:.2f}",
                "" if each.drift is None else f"{each.drift.by:+.2f}{'*' if each.drift.told else ''}",
                *map(_apart, (each.doubles, each.repeats, each.seeds)),
            )
            for each in found.figures
        ),
    )
    if any(each.drift is not None and each.drift.told for each in found.figures):
        terminal.say("* from their first judgement to their last, more than chance brings along (p < 0.01)")
    terminal.table(
        ("question", "booklet", "what", "who", "gave", "against", "gave"),
        (
            (
                found.numbers.get(each.question, each.question),
                str(each.booklet),
                each.round.value,
                each.who,
                show_credits(each.credits),
                each.against or "what counts",
                show_credits(each.other),
            )
            for each in found.differences
        ),
        title="Where two differ",
    )


def _values(each: CorrectorFigures) -> list[object]:
    found: list[object] = [each.question, each.who, each.judged]
    found += ["" if each.pace is None else f"{each.pace:g}", _number(each.mean)]
    found.append("" if each.spread is None else f"{each.spread:.4f}")
    found += ["", ""] if each.drift is None else [f"{each.drift.by:.4f}", f"{each.drift.p:.4g}"]
    for apart in (each.doubles, each.repeats, each.seeds):
        found += [apart.count, *([_number(apart.mean), _number(apart.distance)] if apart.count else ["", ""])]
    return found


def _number(credits: Credits | None) -> str:
    return "" if credits is None else f"{float(credits):.4f}"


def _mean(credits: Credits | None) -> str:
    return "" if credits is None else f"{float(credits):.2f}"


def _apart(apart: Apart) -> str:
    return f"{float(apart.mean):+.2f} ({apart.count})" if apart.count else ""
