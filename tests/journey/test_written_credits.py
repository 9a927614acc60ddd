"""Credits that correctors write as a number: rehearsed, scanned, settled by what was written, graded."""

import json
from fractions import Fraction

import pytest

from klausur.paper.fields import NO_NUMBER, FieldKind
from klausur.rehearse.truth import read_fields
from klausur.roster import made_up

from . import kinds
from .conftest import Desk

pytestmark = pytest.mark.nightly

CANDIDATES = 8
EXAM = ("--exam", "written")
ASKED = """# Light

## Speed {#speed credits=2.5 step=0.5 space=30mm}

How fast is light?

::: solution
Very.
:::

::: rubric
- [+2.5] very
:::

## Law {#law credits=12 space=40mm}

What is Snell's law?

::: solution
About two angles.
:::

::: rubric
- [+12] all of it
:::
"""


def test_everybody_gets_what_the_corrector_wrote(desk: Desk) -> None:
    folder = desk.folder / "written"
    (folder / "problems").mkdir(parents=True)
    (folder / "exam.toml").write_text(f'credits = "number"\n{kinds.TOML}', encoding="utf-8")
    (folder / "problems/1-light.md").write_text(ASKED, encoding="utf-8")
    made_up.write(made_up.made_up(CANDIDATES, 3), folder / "candidates.csv")
    desk.run("print", "written")
    desk.run("rehearse", "written", "--seed", "3", "--jobs", "2")
    desk.run("scan", *EXAM, "--jobs", "2", str(folder / "rehearsal"))
    written = {
        (row.number, row.field.partition("/")[0]): row.value
        for row in read_fields(folder / "rehearsal/truth-fields.csv")
        if row.field.endswith("/credits")
    }
    assert len(written) >= 2 * (CANDIDATES - 2)  # who is absent gets no credits
    read = desk.ask("readings", "written", "--kind", str(FieldKind.CREDIT_NUMBER))
    plain = {(row["booklet"], row["question"]): row["value"] for row in read if not row["flagged"]}
    assert all(value == written[at] for at, value in plain.items())
    assert len(plain) > CANDIDATES
    for waits in desk.ask("settle", *EXAM, "--list")["questions"]:
        said = written[waits["booklet"], waits["question"]]
        credits_ = "0" if said == NO_NUMBER else said
        desk.run("settle", *EXAM, str(waits["booklet"]), waits["number"], "--credits", credits_)
    desk.run("grade", "written")
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    for row in results["rows"]:
        if (row["booklet"], "speed") not in written:
            assert (row["status"], row["questions"]) == ("missing", [None, None]), "who was not there"
            continue
        for question, credits_ in zip(("speed", "law"), row["questions"], strict=True):
            said = written[row["booklet"], question]
            assert Fraction(credits_) == (Fraction(0) if said == NO_NUMBER else Fraction(said))
