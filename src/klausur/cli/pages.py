"""``klausur pages``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal


def command(
    image: Annotated[
        int,
        typer.Option("--side-by-side", metavar="N", help="The image that waits, by its number."),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The PNG to write.")],
    *,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Show two images of one page side by side, for the person who decides.

    Example: klausur pages --side-by-side 57 both.png
    """
    drawn = actions.side_by_side.side_by_side(options.folder(None, exam), image, out)
    if json:
        terminal.to_json(drawn)
        return
    terminal.say(f"{drawn.picture}: {drawn.spot}, on the left image {drawn.left.id}, which counts now")
    terminal.say(f"Image {image} counts instead: klausur settle page {image} --accept")
    terminal.say(f"It stays as it is: klausur settle page {image} --ignore")
