"""Arguments and options of the commands that change a rubric."""

from typing import Annotated

import typer

Question = Annotated[str, typer.Argument(metavar="QUESTION", help="The question's id or number.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="The line, as 'klausur rubric show' names it.")]
Edition = Annotated[
    int | None,
    typer.Option("--edition", metavar="N", help="Of which edition. (default: the newest that has it)"),
]
Apply = Annotated[
    bool,
    typer.Option("--apply", help="Count what is judged anew, as your judgements; else it stays as it is."),
]
Again = Annotated[
    bool, typer.Option("--again", help="Put answers that want a new look back among the open ones.")
]
Before = Annotated[str, typer.Option("--before", metavar="ITEM", help="Put it before this line.")]
After = Annotated[str, typer.Option("--after", metavar="ITEM", help="Put it behind this line.")]
Into = Annotated[str, typer.Option("--in", metavar="GROUP", help="Put it into this group, as its last.")]
Credits = Annotated[
    str | None, typer.Option("--credits", metavar="N", help="What the item gives: 1, 0.5, 0 or -1.")
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="N", help="It is a deduction from these credits; none if it is no more."),
]
Cap = Annotated[
    str | None, typer.Option("--cap", metavar="N", help="The most that the group gives; none for no bound.")
]
