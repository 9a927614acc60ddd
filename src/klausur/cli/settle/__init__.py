"""``klausur settle``: the commands by which people decide what the machine could not, one a module.

They are named in `klausur.cli.commands`; their short forms are rows of `klausur.cli.settle.short`.
"""

from klausur.base.errors import UsageError

HOW = "see 'klausur settle --help' for examples"


def command() -> None:
    """Decide what the machine could not: a box, a page, whose a booklet is.

    Example, what waits: klausur settle list

    Example, one box: klausur settle box 12 last-layer/choice/b crossed --why "circled"

    Example, a question's choices: klausur settle question 12 1.3 --chosen a,c

    Example, a question's credits: klausur settle question 12 4.1 --credits 1.5

    Example, an image: klausur settle page 57 --is 12:3

    Example, an image as it is proposed: klausur settle page 57 --accept

    Example, a page that is lost for good: klausur settle missing 12:3 --why "the feeder tore it"

    Example, whose a booklet is: klausur settle owner 12 --candidate 03712345

    Example, an extra sheet: klausur settle extra 4 --booklet 12

    Example, a signature: klausur settle signature 03712345 --signed

    Example, take it back: klausur settle question 12 4.1 --undo

    Example, in short: klausur settle 12 1.3 --chosen a,c
    """
    raise UsageError("nothing is said that can be settled", HOW)
