"""``klausur judge``: the commands by which people say what answers earn, one a module.

They are named in `klausur.cli.commands`.
"""

from klausur.base.errors import UsageError

HOW = "see 'klausur judge --help' for examples"


def command() -> None:
    """Say what answers earn, by the rubric of their question.

    Example, how far it is: klausur judge list

    Example, the first and third item: klausur judge answer 12 4.1 --items 1,3

    Example, an item twice: klausur judge answer 12 4.1 --items 1,2x2

    Example, less than the items give: klausur judge answer 12 4.1 --items 1 --adjust -0.5 --reason "sign"

    Example, without a rubric: klausur judge answer 12 4.2 --credits 1.5

    Example, a third of it to somebody: klausur judge assign 4.1 "Konrad Korrektor" --share 1/3

    Example, a second correction: klausur judge rules 4.1 --second 100 --tolerance 0.5

    Example, take it back: klausur judge undo 57

    Example, a question to the examiner: klausur judge park 12 4.1 "Is this route accepted?"

    Example, the annotated script: klausur judge script 12

    Example, the examiner's word: klausur judge reply 3 "Yes, with full credits."
    """
    raise UsageError("nothing is said that can be judged", HOW)
