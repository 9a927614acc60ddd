"""``klausur judge rules``."""

from dataclasses import replace
from typing import Annotated

import typer

from klausur import actions
from klausur.base.credits import parse_credits
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.cli.judge import HOW
from klausur.state.arrangements import Counts, JudgingRules, Repeats, SecondCorrection


def command(  # noqa: PLR0913 - one parameter per option
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id or number.")],
    *,
    second: Annotated[
        int | None,
        typer.Option("--second", metavar="N", help="Judge N of a hundred answers a second time; 0 for none."),
    ] = None,
    grades: Annotated[
        str | None,
        typer.Option("--grades", metavar="GRADES", help="Only those in booklets with these grades: 4.0,5.0."),
    ] = None,
    blind: Annotated[
        bool | None, typer.Option("--blind/--open", help="Whether the second sees what the first gave.")
    ] = None,
    tolerance: Annotated[
        str | None,
        typer.Option("--tolerance", metavar="N", help="By so many credits the two may differ; then a third."),
    ] = None,
    counts: Annotated[
        Counts | None,
        typer.Option("--counts", metavar="WHICH", help="What counts within it: first, mean, second."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="What a sample is drawn by; drawn if left out.")
    ] = None,
    repeat: Annotated[
        str | None,
        typer.Option("--repeat", metavar="N/M", help="Each N-th is their own of M ago; none for none."),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option("--seeds", metavar="BOOKLETS", help="Give these booklets to all, blind; none for none."),
    ] = None,
    only_named: Annotated[
        bool | None,
        typer.Option("--only-named/--anybody", help="Whether only those who are assigned it may judge."),
    ] = None,
    why: options.Why = "",
    who: options.Who = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Say how a question is judged: by a second person too, own answers again; or show it.

    Example: klausur judge rules 4.1

    Example, all that fail: klausur judge rules 4.1 --second 100 --grades 5.0 --tolerance 0.5

    Example, for drift: klausur judge rules 4.1 --repeat 20/30 --seeds 3,17,40
    """
    place = options.folder(None, exam)
    before = actions.arrange_judging.rules_of(place, question)
    found = replace(
        before,
        second=_second(before.second, second, grades, tolerance, blind=blind, counts=counts, seed=seed),
        repeats=before.repeats if repeat is None else _repeats(repeat),
        seeds=before.seeds if seeds is None else _booklets(seeds),
        only_named=before.only_named if only_named is None else only_named,
    )
    if found != before:
        found = actions.arrange_judging.set_rules(place, question, found, acting.author(who, why))
    if json:
        terminal.to_json(found)
        return
    for line in _lines(found):
        terminal.say(line)


def _second(
    before: SecondCorrection | None,
    percent: int | None,
    grades: str | None,
    tolerance: str | None,
    *,
    blind: bool | None,
    counts: Counts | None,
    seed: int | None,
) -> SecondCorrection | None:
    if percent == 0:
        return None
    if before is None and percent is None:
        if any(each is not None for each in (grades, tolerance, blind, counts, seed)):
            raise UsageError("there is no second correction", "say of how many of a hundred: --second 100")
        return None
    found = before or SecondCorrection()
    try:
        credits = found.tolerance if tolerance is None else parse_credits(tolerance)
    except ValueError as error:
        raise UsageError(str(error), HOW) from None
    return SecondCorrection(
        found.blind if blind is None else blind,
        found.percent if percent is None else percent,
        found.seed if seed is None else seed,
        found.grades if grades is None else tuple(_parts(grades)),
        credits,
        counts or found.counts,
    )


def _repeats(text: str) -> Repeats | None:
    if text == "none":
        return None
    every, _slash, after = text.partition("/")
    if not (every.isdecimal() and after.isdecimal()):
        raise UsageError(f"{text!r} does not say how often", "write 20/30: each 20th, of 30 answers ago")
    return Repeats(int(every), int(after))


def _booklets(text: str) -> tuple[int, ...]:
    if not all(part.isdecimal() for part in _parts(text)):
        raise UsageError(f"{text!r} are no booklets", "write 3,17,40")
    return tuple(sorted({int(part) for part in _parts(text)}))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip() and part.strip() != "none"]


def _lines(rules: JudgingRules) -> list[str]:
    second = rules.second
    found = []
    if second is None:
        found.append("judged once")
    else:
        of = f"{second.percent} % of the answers" + (
            f", drawn by {second.seed}" if second.percent < 100 else ""
        )
        of += f", in booklets with {', '.join(second.grades)}" if second.grades else ""
        found.append(f"{'blind' if second.blind else 'open'} second correction of {of}")
        within = f"within {terminal.credits_said(second.tolerance)} counts: {second.counts}"
        found.append(f"{within}; beyond that a third decides")
    if rules.repeats is not None:
        found.append(f"each {rules.repeats.every}. answer is an own one of {rules.repeats.after} answers ago")
    if rules.seeds:
        found.append(f"everybody is given booklets {', '.join(map(str, rules.seeds))}")
    found.append(
        "only those named may judge" if rules.only_named else "what nobody is assigned anybody may judge"
    )
    return found
