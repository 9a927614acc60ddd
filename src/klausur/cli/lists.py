"""What is said of a list of candidates each time one is read: which columns were used, and which were not."""

from typing import TYPE_CHECKING

from klausur.cli import terminal

if TYPE_CHECKING:
    from klausur.roster.candidates import Roster


def show_columns(roster: "Roster | None") -> None:
    """Tell the columns of a list that was read; nothing if none was, or if its headings were not found."""
    if roster is None or not roster.columns:
        return
    used = ", ".join(f"{use.heading} ({use.column})" for use in roster.columns if use.column is not None)
    unused = ", ".join(use.heading for use in roster.columns if use.column is None)
    system = f", a list of {roster.system}" if roster.system else ""
    terminal.say(f"{roster.file}{system}: columns used: {used or 'none'}; not used: {unused or 'none'}")
