"""A print run as all that was printed so far."""

from datetime import UTC, datetime

from klausur.paper.run import PrintRun
from klausur.state.facts import Edition, Enrolled, Numbers, Papers, Printing

NOW = datetime(2026, 2, 17, 12, tzinfo=UTC)


def papers(run: PrintRun) -> Papers:
    """The papers of a folder in which this run was printed and nothing else."""
    people = dict.fromkeys((*run.candidates,))
    printing = Printing(
        1,
        1,
        Numbers(1, len(run.booklets)),
        Numbers(1, len(run.stickers)),
        Numbers(1, len(run.extras)),
        Numbers(1, 1),
        run.variants,
        "Ada Example",
        NOW,
        "1",
        NOW,
    )
    return Papers(
        (Edition(1, run.exam_number, "small", "a4", "5" * 64, "", "Ada Example", NOW, None, frozen=True),),
        (printing,),
        run.booklets,
        run.stickers,
        tuple(Enrolled(n, person) for n, person in enumerate(people, start=1)),
    )
