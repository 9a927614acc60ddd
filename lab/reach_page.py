"""How far the reference exam's evidence reaches, as its page in the documentation says it.

    python -m lab.reach_page     writes it there

What stands between the page's two marks is made from the claims, and from what `klausur check --mutate` kept
in the lock file; a test holds the page against them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from klausur.exam import reference, source
from klausur.exam.evidence import Claim, Proof, coverage
from klausur.exam.evidence.coverage import Reach, Sort, Stated
from klausur.exam.evidence.run import run

PAGE = Path(__file__).parents[1] / "docs/reference/reference-exam.md"
BEGIN, END = "<!-- how far it reaches: python -m lab.reach_page -->\n", "<!-- end -->\n"

_NAMES = {
    Sort.CHOICE: "choices",
    Sort.SENTENCE: "sentences of solutions",
    Sort.FORMULA: "formulas in them",
    Sort.NUMBER: "numbers in them",
    Sort.ITEM: "lines of rubrics",
    Sort.ANSWER: "right numbers",
}
_HEADS = ("statements", "all", *(str(reach).replace("beyond", "not checkable") for reach in Reach), "bound")


def block(proof: Proof) -> str:
    """What the page says between its marks."""
    rows = [_HEADS, ("---", *["--:"] * (len(_HEADS) - 1))]
    rows.extend(
        _row(_NAMES[sort], [one for one in proof.stated if one.sort is sort])
        for sort in coverage.table(proof.stated)
    )
    rows.append(_row("all", proof.stated))
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{table}\n{''.join(_noticed(proof.claims))}"


def written(page: str, proof: Proof) -> str:
    """The page with that between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{block(proof)}{END}{rest.partition(END)[2]}"


def _row(name: str, found: Sequence[Stated]) -> tuple[str, ...]:
    """How many statements are reached how far, and to what share of the checkable ones programs are bound."""
    counts = [sum(one.reach is reach for one in found) for reach in Reach]
    shares = [f"{count} ({count / len(found):.0%})".replace("%", " %") for count in counts]
    return name, str(len(found)), *shares, f"{coverage.share(found):.0%}".replace("%", " %")


def _noticed(claims: Sequence[Claim]) -> Iterator[str]:
    """What was noticed of planted mistakes, of claims whose question and program have not changed since."""
    tied = [claim for claim in claims if claim.function]
    rated = [claim for claim in tied if claim.rate is not None]
    yield f"Planted mistakes: {len(rated)} of {len(tied)} claims are as they were when these were planted.\n"
    for name, typed in (("held against what is typed", True), ("that says yes to words", False)):
        rates = [c.rate for c in rated if c.rate and (c.typed not in {"true", "false"}) is typed]
        faults = sum(rate.faults for rate in rates)
        left = faults - sum(rate.noticed for rate in rates)
        if faults:
            share = f"{left / faults:.0%}".replace("%", " %")
            yield f"Of {faults} faults in a program {name}, {left} are not noticed ({share}).\n"


def main() -> None:
    """Write the page."""
    with TemporaryDirectory() as place:
        reference.write(Path(place) / "exam")
        exam = source.parse(Path(place) / "exam").exam
        if exam is None:
            raise SystemExit("the reference exam cannot be built")
        proof = run(exam)
    PAGE.write_text(written(PAGE.read_text("utf-8"), proof), "utf-8")


if __name__ == "__main__":
    main()
