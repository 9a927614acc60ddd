"""What every command says of pages that Klausur adds of itself."""

from typing import TYPE_CHECKING

from klausur.cli import terminal

if TYPE_CHECKING:
    from klausur.typeset.added_pages import AddedPages


def say(found: "AddedPages", asked: int, *, on_sheet: bool) -> None:
    """Say which pages were added, and why; nothing if none was. ``asked``: for how many the exam asks.

    ``on_sheet``: they are of an answer sheet, which has none for further answers.
    """
    if found.more:
        terminal.say(
            f"Added {terminal.count(found.more, 'page')} for further answers: {asked} asked for, and the "
            f"last sheet has a back; extra_pages = {asked + found.more} says the same"
        )
    if found.blank:
        stays = "stays" if found.blank == 1 else "stay"
        more = f"; extra_pages = {asked + found.blank} makes room for further answers of it"
        terminal.say(
            f"{terminal.count(found.blank, 'page')} at the end {stays} blank, as sheets have a back"
            f"{'' if on_sheet else more}"
        )
