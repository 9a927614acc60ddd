"""What is shown of who judges what: shares in words, and how correctors judge as small pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions.judging_figures import JudgingFigures
from klausur.actions.judging_work import Portion
from klausur.base.credits import Credits
from klausur.state.arrangements import Counts, JudgingRules, Part
from klausur.state.figures import Apart, CorrectorFigures, Difference
from klausur.state.judgements import Round
from klausur.web.numbers import localized, show_credits

ROUNDS: dict[Round, str | Promise] = {
    Round.FIRST: gettext_lazy("first correction"),
    Round.SECOND: gettext_lazy("second correction"),
    Round.THIRD: gettext_lazy("third correction"),
    Round.FINAL: gettext_lazy("final word"),
    Round.REPEAT: gettext_lazy("own answer again"),
    Round.SEED: gettext_lazy("answer for all"),
}
"""What the rounds are called."""

COUNTS: dict[Counts, str | Promise] = {
    Counts.FIRST: gettext_lazy("the first's credits"),
    Counts.MEAN: gettext_lazy("the mean of both"),
    Counts.SECOND: gettext_lazy("the second's credits"),
}
"""What may count within the tolerance."""

WIDTH, LEFT, ROW = 460, 130, 24
"""Of a plot: its width, where credits begin, and the height of a corrector's row."""


@dataclass(frozen=True, slots=True)
class PortionLine:
    """A portion with its share and round in words; ``gone``: whose it is has left the team."""

    portion: Portion
    share: str
    round: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A corrector in a plot: where the row lies, from where to where their credits spread, and their mean."""

    who: str
    text: str
    y: str
    low: str
    high: str
    mean: str
    told: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The credits that correctors gave on one question, as coordinates; ``ticks``: where, and what."""

    number: str
    title: str
    height: int
    width: int
    left: int
    right: int
    rows: tuple[PlotRow, ...]
    ticks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A corrector's figures on a question, in words."""

    of: CorrectorFigures
    number: str
    pace: str
    mean: str
    spread: str
    drift: str
    drifted: bool
    apart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """Two judgements that differ, in words; ``decide`` is the token of the final word."""

    of: Difference
    number: str
    what: str | Promise


def portion_line(each: Portion, team: frozenset[str] | None = None) -> PortionLine:
    """A portion in words.

    Args:
        each: it.
        team: who may judge in this exam, if that is known.
    """
    share, said = each.assignment.assigned.share, each.assignment.assigned
    if isinstance(share, Part):
        text = _("all") if share.of == 1 else _("part %(n)s of %(of)s") % {"n": share.number, "of": share.of}
    elif share.last >= 10**6:
        text = _("from answer %(first)s on") % {"first": share.first}
    else:
        text = _("answers %(first)s to %(last)s") % {"first": share.first, "last": share.last}
    round_ = "" if said.round is Round.FIRST else str(ROUNDS[said.round])
    return PortionLine(each, text, round_, team is not None and said.to not in team)


def rules_in_words(rules: JudgingRules) -> list[str]:
    """How a question is judged, where that is not as usual."""
    found = []
    second = rules.second
    if second is not None:
        kind = _("blind second correction") if second.blind else _("open second correction")
        if second.percent < 100:
            kind += ", " + _("%(n)s %% of the answers") % {"n": second.percent}
        if second.grades:
            kind += ", " + _("of grades %(grades)s") % {"grades": ", ".join(second.grades)}
        found.append(kind)
    if rules.repeats is not None:
        found.append(_("each %(n)s. answer is an own one again") % {"n": rules.repeats.every})
    if rules.seeds:
        found.append(_("answers for all: %(booklets)s") % {"booklets": ", ".join(map(str, rules.seeds))})
    if rules.only_named:
        found.append(_("only those named"))
    return found


def figure_lines(found: JudgingFigures) -> list[FigureLine]:
    """The figures in words."""
    return [
        FigureLine(
            each,
            found.numbers.get(each.question, each.question),
            "" if each.pace is None else _seconds(each.pace),
            "" if each.mean is None else _decimal(float(each.mean)),
            "" if each.spread is None else _decimal(each.spread),
            "" if each.drift is None else _signed(each.drift.by),
            each.drift is not None and each.drift.told,
            tuple(_apart(apart) for apart in (each.doubles, each.repeats, each.seeds)),
        )
        for each in found.figures
    ]


def difference_lines(found: JudgingFigures) -> list[DifferenceLine]:
    """The differences in words."""
    return [
        DifferenceLine(each, found.numbers.get(each.question, each.question), ROUNDS[each.round])
        for each in found.differences
    ]


def plots(found: JudgingFigures) -> list[Plot]:
    """A plot for each question: a row for each corrector, the mean as a dot and the spread as a line."""
    by_question: dict[str, list[CorrectorFigures]] = {}
    for each in found.figures:
        if each.mean is not None:
            by_question.setdefault(each.question, []).append(each)
    return [
        _plot(found.numbers.get(name, name), found.titles.get(name, ""), found.most.get(name), rows)
        for name, rows in by_question.items()
    ]


def _plot(number: str, title: str, most: Credits | None, rows: Iterable[CorrectorFigures]) -> Plot:
    right, worth = WIDTH - 20, most or Credits(1)
    full = float(worth)

    def x(credits: float) -> str:
        return f"{LEFT + (right - LEFT) * min(max(credits / full, 0), 1):.1f}"

    made = []
    for at, each in enumerate(rows):
        mean, spread = float(each.mean or 0), each.spread or 0.0
        told = _("%(who)s: mean %(mean)s, spread %(spread)s, %(n)s answers") % {
            "who": each.who,
            "mean": _decimal(mean),
            "spread": _decimal(spread),
            "n": each.judged,
        }
        short = each.who if len(each.who) <= 17 else f"{each.who[:16]}…"
        y = f"{ROW * at + ROW / 2:.1f}"
        made.append(PlotRow(each.who, short, y, x(mean - spread), x(mean + spread), x(mean), told))
    return Plot(
        number,
        title,
        ROW * len(made) + 20,
        WIDTH,
        LEFT,
        right,
        tuple(made),
        (
            (x(0), "0"),
            (x(full / 2), show_credits((most or Credits(1)) / 2)),
            (x(full), show_credits(most or Credits(1))),
        ),
    )


def _seconds(pace: float) -> str:
    return f"{round(pace)} s"


def _decimal(value: float) -> str:
    return localized(f"{value:.2f}")


def _apart(apart: Apart) -> str:
    if not apart.count:
        return ""
    return f"{_signed(float(apart.mean))} ({apart.count})"


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{_decimal(abs(value))}"
