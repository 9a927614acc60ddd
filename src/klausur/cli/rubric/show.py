"""``klausur rubric show``."""

from klausur import actions
from klausur.cli import options, terminal
from klausur.cli.rubric import options as own
from klausur.exam.rubric_lines import worth


def command(
    question: own.Question,
    *,
    edition: own.Edition = None,
    exam: options.Exam = None,
    json: options.Json = False,
) -> None:
    """Show the lines of a rubric as it is in force, and who has changed it.

    Example: klausur rubric show 4.1
    """
    now = actions.change_rubric.rubric_now(options.folder(None, exam), question, edition=edition)
    if json:
        terminal.to_json(
            {
                "edition": now.edition,
                "question": now.question.id,
                "rubric": now.stamp,
                "lines": now.lines,
                "changes": [
                    {
                        "id": v.id,
                        "who": v.who,
                        "when": v.when,
                        "what": v.what,
                        "why": v.why,
                        "undoes": v.undoes,
                    }
                    for v in now.versions
                ],
            }
        )
        return
    terminal.say(f"{now.question.number} {now.question.title}", style="bold")
    terminal.table(("item", "gives", "text"), ((x.id, worth(x), "  " * x.depth + x.text) for x in now.lines))
    if now.versions:
        terminal.table(
            ("change", "when", "who", "what", "why"),
            ((str(v.id), f"{v.when:%Y-%m-%d %H:%M}", v.who, "; ".join(v.what), v.why) for v in now.versions),
            title="Changes: klausur rubric undo N takes the newest back",
            titled=True,
        )
