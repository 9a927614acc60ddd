"""``klausur rubric``: the commands by which an examiner changes a rubric while others grade, one a module.

They are named in `klausur.cli.commands`.
"""

from klausur.base.errors import UsageError

HOW = "see 'klausur rubric --help' for examples"


def command() -> None:
    """Change the rubric of a question while others grade, with a look at what that does first.

    Example, its lines: klausur rubric show 4.1

    Example, an item is worth less: klausur rubric set 4.1 2 --credits 0.5 --dry-run

    Example, one more item: klausur rubric add 4.1 "the sign is right" --credits 0.5 --why "two ways"

    Example, an item in a group: klausur rubric add 4.1 "another way" --credits 1 --in 2

    Example, count anew what is judged, open what wants a look: klausur rubric remove 4.1 3 --apply --again

    Example, take the newest change back: klausur rubric undo 7
    """
    raise UsageError("nothing is said of a rubric", HOW)
