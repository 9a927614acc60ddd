"""What a trial found of printer and scanner, of each side and then of all: pure rules, each with its bound.

The bounds are those that scanning and reading hold pages to, wherever they have one. What was measured comes
from `klausur.read.trial_side`; what became of the marks, from `klausur.actions.trial_boxes`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from klausur.base.geometry import PAPERS, Size
from klausur.paper.trial import EDGES, TICKS
from klausur.read.card import Covers
from klausur.read.trial_side import TrialLook
from klausur.scan.pixels import ENOUGH
from klausur.scan.quality import BLURRED
from klausur.scan.result import Quality
from klausur.scan.seen_bars import Bar
from klausur.scan.streaks import Streak
from klausur.typeset.page_frame import FIDUCIAL_INSET, PRINTABLE

_MM_PER_INCH = 25.4

ALL_FIDUCIALS = 4

SCALE = 0.015
"""Part by which print may be larger or smaller than it should. Between what passes for ordinary in rehearsals
(1 %, and a fifth of it between the two directions), and what the least 'fit to page' does: 1.9 % where a
printer leaves 2 mm white on A4."""

PLAUSIBLE = 0.15
"""From here on no printer made the difference, but a file that says a resolution that nobody measured. Letter
printed to fit A4, or the other way round, makes 6 %."""

ROOM = 1.0
"""mm by which a sheet may be shifted in a feeder (as in light rehearsals) when skew is judged."""

CRISP = 300
"""dpi to ask for: what readers need is less, and no scanner has a setting between."""


_TOLD = 3
"""Different findings about one thing that are told."""


class Level(StrEnum):
    """What is to be done about a finding."""

    GOOD = "good"
    NOTE = "note"
    """Worth knowing; nothing need be changed."""
    CHANGE = "change"


_ORDER = (Level.GOOD, Level.NOTE, Level.CHANGE)


@dataclass(frozen=True, slots=True)
class TrialFinding:
    """What was found of one thing: ``about`` what, what was ``found``, and the ``remedy`` in plain words.

    ``sides`` are the numbers of the sides that it holds for, as `TrialRead.sides` counts them, from 1.
    """

    about: str
    level: Level
    found: str
    remedy: str = ""
    sides: tuple[int, ...] = ()


def together(findings: Sequence[TrialFinding]) -> tuple[TrialFinding, ...]:
    """The findings of several sides, one for each thing: the worst, with all sides where it is as bad."""
    by_thing: dict[str, list[TrialFinding]] = {}
    for finding in findings:
        by_thing.setdefault(finding.about, []).append(finding)
    return tuple(_worst(same) for same in by_thing.values())


def _worst(same: Sequence[TrialFinding]) -> TrialFinding:
    level = max((finding.level for finding in same), key=_ORDER.index)
    worst = [finding for finding in same if finding.level is level]
    first, sides = worst[0], tuple(side for finding in worst for side in finding.sides)
    if level is Level.GOOD:
        return TrialFinding(first.about, level, first.found, sides=sides)
    found = list(dict.fromkeys(finding.found for finding in worst))
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    remedy = " ".join(dict.fromkeys(finding.remedy for finding in worst))
    return TrialFinding(first.about, level, "; ".join(found[:_TOLD]) + more, remedy, sides)


def of_side(look: TrialLook, covers: Covers, side: int) -> tuple[TrialFinding, ...]:
    """What is found on one side.

    Args:
        look: what was measured there.
        covers: what pages the readers were made for.
        side: its number, for the findings.
    """
    size, quality = PAPERS[look.paper], look.quality
    rules: tuple[Callable[[], tuple[str, Level, str, str]], ...] = (
        lambda: _scale(look, size),
        lambda: _margins(look.bars, quality),
        lambda: _corners(quality),
        lambda: _resolution(quality, covers, size),
        lambda: _tones(look),
        lambda: _contrast(quality, covers),
        lambda: _sharpness(quality, covers),
        lambda: _skew(look.pose.skew, size),
        lambda: _flatness(quality, covers),
        lambda: _streaks(look.streaks),
    )
    return tuple(TrialFinding(*rule(), sides=(side,)) for rule in rules)


_Told = tuple[str, Level, str, str]


def _scale(look: TrialLook, size: Size) -> _Told:
    about, (across, down) = "scale", (look.pose.across, look.pose.down)
    wide, high = (round(length - 2 * FIDUCIAL_INSET) for length in (size.w, size.h))
    measure = (
        f"measure the print: at 100 % the outer edges of the black corner squares are {wide} mm apart from "
        f"left to right, and {high} mm from top to bottom"
    )
    if across is None or down is None:
        return about, Level.NOTE, "the file does not say how large the sheet is", measure
    if max(abs(across - 1), abs(down - 1)) > PLAUSIBLE:
        said = (
            f"by the file the sheet is {across * size.w:.0f} × {down * size.h:.0f} mm, which no printer makes"
        )
        return about, Level.NOTE, said, measure
    found = f"{100 * across:.1f} % across, {100 * down:.1f} % down"
    if max(abs(across - 1), abs(down - 1)) <= SCALE:
        return about, Level.GOOD, found, ""
    if abs(across - down) > SCALE:
        return about, Level.CHANGE, found, f"scan again on the glass: a feeder may stretch; then {measure}"
    remedy = "print at 100 % ('actual size'), not 'fit to page', and set the paper to the size that it has"
    return about, Level.CHANGE, found, remedy


def _margins(bars: Sequence[tuple[str, int, Bar]], quality: Quality) -> _Told:
    about = "margins"
    if quality.sharpness < BLURRED:
        return about, Level.NOTE, "nobody can tell on so blurred a scan", "make the scan sharp first"
    became = {(edge, mm): bar for edge, mm, bar in bars}
    seen = {edge: min((mm for mm in TICKS if became[edge, mm] is Bar.SEEN), default=None) for edge in EDGES}
    told = [
        f"{edge} from {mm} mm on" if mm is not None else f"{edge} not within {max(TICKS)} mm"
        for edge, mm in seen.items()
        if mm != min(TICKS)
    ]
    found = f"seen: {', '.join(told)}" if told else f"all is seen from {min(TICKS)} mm on"
    lost = [edge for edge, mm in seen.items() if mm is None or mm > PRINTABLE]
    if not lost:
        return about, Level.GOOD, found, ""
    cut = [edge for edge in lost if any(became[edge, mm] is Bar.OFF_IMAGE for mm in TICKS)]
    white = [edge for edge in lost if edge not in cut]
    remedies = []
    if cut:
        remedies.append(
            f"the scan ends inside the sheet ({', '.join(cut)}): set the scanner to the whole size of the "
            "paper, and turn off automatic cropping"
        )
    if white:
        remedies.append(
            f"the printer leaves more than {PRINTABLE:.0f} mm white ({', '.join(white)}): print at 100 % on "
            "paper of the right size, with the least margins that the driver offers, or with another printer"
        )
    return about, Level.CHANGE, found, "; ".join(remedies)


def _corners(quality: Quality) -> _Told:
    found = f"{quality.fiducials} of {ALL_FIDUCIALS} black squares are seen"
    if quality.fiducials == ALL_FIDUCIALS:
        return "corners", Level.GOOD, found, ""
    return (
        *("corners", Level.CHANGE, found),
        "see that all four are printed whole and come onto the scan; nothing may cover them",
    )


def _resolution(quality: Quality, covers: Covers, size: Size) -> _Told:
    found = f"{quality.dpi:.0f} dpi"
    if quality.dpi < covers.dpi:
        remedy = f"scan at {CRISP} dpi: below {covers.dpi:.0f} a person is asked about every box"
        return "resolution", Level.CHANGE, found, remedy
    if quality.dpi < ENOUGH * _MM_PER_INCH / max(size.w, size.h):
        return (
            "resolution",
            Level.NOTE,
            found,
            f"it is enough; with {CRISP} dpi people are asked about fewer boxes",
        )
    return "resolution", Level.GOOD, found, ""


def _tones(look: TrialLook) -> _Told:
    if not look.two_level:
        return "tones", Level.GOOD, "grey tones", ""
    remedy = "scan in grey or colour, not in black and white: faint pens and pencils leave nothing"
    return "tones", Level.CHANGE, "black and white only", remedy


def _contrast(quality: Quality, covers: Covers) -> _Told:
    found = f"{quality.contrast:.0f} of 255 grey levels from print to paper"
    if quality.contrast >= covers.contrast:
        return "contrast", Level.GOOD, found, ""
    remedy = "print darker, and scan with the usual brightness and contrast, without 'save toner'"
    return "contrast", Level.CHANGE, found, remedy


def _sharpness(quality: Quality, covers: Covers) -> _Told:
    found = f"{quality.sharpness:.2f}, at least {covers.sharpness:.2f} is needed"
    if quality.sharpness >= covers.sharpness:
        return "sharpness", Level.GOOD, found, ""
    if quality.dpi < covers.dpi:
        return "sharpness", Level.NOTE, found, "so low a resolution cannot be sharp: mend that first"
    remedy = "clean the glass, lay the sheet flat, and turn off what smooths or compresses strongly"
    return "sharpness", Level.CHANGE, found, remedy


def _skew(skew: float, size: Size) -> _Told:
    found = f"{abs(skew):.1f}° " + ("clockwise" if skew > 0 else "anticlockwise")
    most = math.degrees(math.asin((FIDUCIAL_INSET - ROOM) / (max(size.w, size.h) / 2 - FIDUCIAL_INSET)))
    if abs(skew) <= most:
        return "skew", Level.GOOD, found, ""
    remedy = f"set the feeder's guides close to the paper: above {most:.0f}° corners are cut off"
    return "skew", Level.CHANGE, found, remedy


def _flatness(quality: Quality, covers: Covers) -> _Told:
    away = quality.local or quality.residual
    found = f"boxes lie {away:.2f} mm off their places"
    if away <= covers.away:
        return "flatness", Level.GOOD, found, ""
    remedy = "flatten the paper and clean the feeder's rollers: something moves the sheet while it is scanned"
    return "flatness", Level.CHANGE, found, remedy


def _streaks(streaks: Iterable[Streak]) -> _Told:
    told = [_streak(one) for one in streaks]
    if not told:
        return "streaks", Level.GOOD, "none", ""
    remedy = "clean the glass, and the narrow strip of glass beside it over which the feeder draws the paper"
    return "streaks", Level.CHANGE, "; ".join(told), remedy


def _streak(streak: Streak) -> str:
    tone = "dark" if streak.dark else "light"
    if streak.across:
        return f"a {tone} line from left to right, {streak.at:.0f} mm below the upper edge"
    return f"a {tone} line from top to bottom, {streak.at:.0f} mm from the left edge"
