"""Lines that tell why things are open."""

from collections.abc import Iterable

from klausur.cli import terminal
from klausur.paper.answers import Doubt
from klausur.report.reasons import OPEN, UNPLACED
from klausur.scan.result import Reason


def questions(waiting: int, lost: int) -> str:
    """How many questions wait, alike in every command: ``29 questions (5 on pages that were not found)``."""
    beside = f" ({lost} on pages that were not found)" if lost else ""
    return f"{terminal.count(waiting, 'question')}{beside}"


def unplaced(found: Iterable[tuple[Reason, int]]) -> None:
    """A line for each reason why images are no pages yet."""
    for reason, count in found:
        terminal.say(f"  {terminal.count(count, 'image')} {UNPLACED[reason]} ({reason})")


def open_(found: Iterable[tuple[Doubt, int]]) -> None:
    """A line for each reason why questions wait."""
    for doubt, count in found:
        terminal.say(f"  {terminal.count(count, 'question')} {OPEN[doubt]} ({doubt})")
