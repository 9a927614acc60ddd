"""``klausur merge``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur import actions


def command(
    one: Annotated[Path, typer.Argument(metavar="DIR", help="A copy of an exam's folder.")],
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another copy of it.")],
) -> None:
    """Say why two copies of one exam are not joined, and which of them to go on with.

    Example: klausur merge endterm laptop/endterm
    """
    actions.merge.merge(one, other)
