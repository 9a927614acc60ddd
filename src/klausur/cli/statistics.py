"""``klausur statistics``."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal

if TYPE_CHECKING:
    from klausur.actions.statistics import Statistics
    from klausur.report.copying import Alike, Copying
    from klausur.report.item_analysis import Analysis, Difference, Item


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    choices: Annotated[
        bool, typer.Option("--choices", help="Show which third of the people crossed which choice.")
    ] = False,
    copying: Annotated[
        bool,
        typer.Option("--copying", help="Show which neighbours' answers are alike more than chance has it."),
    ] = False,
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            metavar="FILE",
            help="Write every answer as a row for R or pandas: CSV, or JSON Lines by the ending .jsonl.",
        ),
    ] = None,
    named: Annotated[
        bool,
        typer.Option("--named", help="Name people in these rows; else they have pseudonyms."),
    ] = False,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="FILE", help="Write a report that a committee can read."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Show how hard each question is, how well it tells people apart, and how reliable the exam is.

    Over the booklets whose results are final.

    Example: klausur statistics endterm --choices
    """
    place = options.folder(folder, exam)
    found = actions.statistics.statistics(place)
    alike = actions.statistics.copying(place) if copying else None
    written = None if rows is None else actions.statistics.write_rows(place, rows, named=named)
    if pdf is not None:
        actions.statistics.write_report(place, pdf)
    if json:
        terminal.to_json(
            _finite(
                {
                    **actions.statistics.plain(found),
                    **({} if alike is None else {"copying": asdict(alike)}),
                    **({} if written is None else {"rows": written}),
                }
            )
        )
        return
    _say(found, alike, choices=choices)
    if written is not None:
        terminal.say(f"{terminal.count(written, 'row')} in {rows}")
    if pdf is not None:
        terminal.say(f"a report is in {pdf}")


def _say(found: "Statistics", alike: "Copying | None", *, choices: bool) -> None:
    _whole(found.analysis)
    if found.analysis.people:
        _questions(found.analysis)
        if choices:
            _choices(found.analysis)
        _differences(found.analysis)
    if alike is not None:
        _copying(alike)
    if any(item.people is not None for item in found.analysis.items):
        terminal.say("in brackets: how many were asked, where each variant drew others")
    if found.struck:
        terminal.say(f"left out, since they are struck: {', '.join(found.struck)}")
    if found.incomplete:
        terminal.say(
            f"left out: {terminal.count(found.incomplete, 'booklet')} without one of these questions"
        )
    if found.open:
        terminal.say(f"{terminal.count(found.open, 'booklet is', 'booklets are')} not final and not counted")


def _whole(found: "Analysis") -> None:
    if found.mean is None or found.median is None:
        terminal.say("no booklet is final yet")
        return
    terminal.say(
        f"{terminal.count(found.people, 'booklet')}, {found.of:g} credits: mean {found.mean:.2f}, "
        f"median {found.median:.2f}, {found.lowest:g} to {found.highest:g}, "
        f"standard deviation {_number(found.spread)}"
    )
    if found.alpha is not None:
        terminal.say(
            f"Cronbach's alpha {found.alpha:.2f}; "
            f"standard error of measurement {_number(found.error)} credits"
        )


def _questions(found: "Analysis") -> None:
    terminal.table(
        ("question", "of", "mean", "sd", "facility", "r", "alpha without", "low", "middle", "high"),
        (_question(item) for item in found.items),
        title="Questions",
        titled=True,
        spare=("alpha without", "middle"),
    )


def _question(item: "Item") -> tuple[str, ...]:
    return (
        item.number if item.people is None else f"{item.number} ({item.people})",
        f"{item.credits:g}",
        f"{item.mean:.2f}",
        _number(item.spread),
        _share(item.facility),
        _number(item.discrimination),
        _number(item.alpha_without),
        *map(_share, item.by_part),
    )


def _choices(found: "Analysis") -> None:
    rows = [
        (
            item.number,
            f"{'[x]' if choice.right else '[ ]'} {choice.letter}",
            _share(choice.chosen),
            *map(_share, choice.by_part),
            _number(choice.discrimination),
        )
        for item in found.items
        for choice in item.choices
    ]
    if rows:
        headings = ("question", "choice", "crossed", "low", "middle", "high", "r")
        terminal.table(headings, rows, title="Choices", titled=True)


def _differences(found: "Analysis") -> None:
    told = [one for one in found.differences if one.size != "A"]
    if told:
        terminal.table(
            ("question", "group", "people", "by", "p", "class"),
            map(_difference, told),
            title="Groups that do otherwise than people who are alike in all else",
            titled=True,
        )
    elif found.differences:
        groups = ", ".join(dict.fromkeys(one.by for one in found.differences))
        terminal.say(f"no group by {groups} does otherwise than people who are alike in all else")


def _copying(found: "Copying") -> None:
    told = [pair for pair in found.pairs if pair.told]
    compared = f"{terminal.count(found.neighbours, 'pair')} " + (
        "of neighbours" if found.seated else "of people, since no seats are known"
    )
    if not found.neighbours:
        terminal.say("too few people or questions to tell whose answers are alike")
    elif not told:
        terminal.say(f"of {compared} none has answers that are alike more than chance has it")
    else:
        terminal.table(
            ("booklets", "room", "seats", "same", "expected", "same and wrong", "p", "as alike apart"),
            map(_alike, told),
            title=f"Alike more than chance has it, of {compared}: a hint, no proof",
            titled=True,
            spare=("room", "same and wrong"),
        )


def _alike(pair: "Alike") -> tuple[str, ...]:
    return (
        "{} and {}".format(*pair.booklets),
        pair.room,
        "{} and {}".format(*pair.seats),
        f"{pair.same} of {pair.of}",
        f"{pair.expected:.1f}",
        str(pair.wrong),
        f"{pair.p:.2g}",
        "" if pair.apart is None else f"{pair.apart:.2%}",
    )


def _difference(one: "Difference") -> tuple[str, ...]:
    return (
        one.number,
        f"{one.by} {one.group}",
        str(one.many),
        f"{one.by_sd:+.2f} sd",
        f"{one.p:.3f}",
        one.size,
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.0%}"


def _finite(value: object) -> object:
    """The same without numbers that JSON has not."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value
