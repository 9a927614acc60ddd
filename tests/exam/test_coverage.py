"""How far evidence reaches: what is a statement of a key, and what binds it."""

from klausur.base.diagnostics import Place
from klausur.evidence import Part
from klausur.exam.evidence import Claim, Outcome, coverage
from klausur.exam.evidence.coverage import Reach, Sort, Stated, Unchecked
from klausur.exam.evidence.statements import SourceStretch, WrittenQuestion

SOLUTION = r"""Hence $x = 32 \cdot 10^2 = 3200$. The third convolution leaves 32 channels, so
e.g. `x = 7` is wrong. A kernel $k$ keeps the size!

- First $a = 1$
- then 4.5 of $b$
"""

RUBRIC = """- [+1] $x = 3200$
- [max 1] the way
  - [+0.5] a pooling
    halves it
  - [-1 each] a slip
- [0] nothing
"""

ASKED = WrittenQuestion(
    "size",
    Place("problems/1.md", 3),
    {
        Part.CHOICE: [SourceStretch(4, "- [x] It halves"), SourceStretch(5, "- [ ] It doubles")],
        Part.SOLUTION: [SourceStretch(10, SOLUTION)],
        Part.RUBRIC: [SourceStretch(20, RUBRIC)],
        Part.ANSWER: [SourceStretch(30, "3200 ± 5")],
        Part.TEXT: [SourceStretch(3, "How large is 7?")],
    },
)


def claim(part: Part, words: str, outcome: Outcome = Outcome.PROVED) -> Claim:
    return Claim("size", part, "", Place("problems/1.md", 1), outcome, function="f", words=words)


def of(found: tuple[Stated, ...], sort: Sort) -> list[tuple[int, str, Reach]]:
    return [(s.place.line, s.text, s.reach) for s in found if s.sort is sort]


def test_every_statement_is_found_at_its_line() -> None:
    found = coverage.stated({"size": ASKED}, [])
    assert {s.reach for s in found} == {Reach.UNBOUND}
    assert [text for _, text, _ in of(found, Sort.CHOICE)] == ["- [x] It halves", "- [ ] It doubles"]
    assert [(line, text) for line, text, _ in of(found, Sort.SENTENCE)] == [
        (10, r"Hence $x = 32 \cdot 10^2 = 3200$."),
        (10, "The third convolution leaves 32 channels, so e.g. `x = 7` is wrong."),
        (11, "A kernel $k$ keeps the size!"),
        (13, "- First $a = 1$"),
        (14, "- then 4.5 of $b$"),
    ]
    assert [text for _, text, _ in of(found, Sort.FORMULA)] == [r"$x = 32 \cdot 10^2 = 3200$", "$a = 1$"]
    assert [text for _, text, _ in of(found, Sort.NUMBER)] == ["32", "4.5"]
    assert [(line, text) for line, text, _ in of(found, Sort.ITEM)] == [
        (20, "- [+1] $x = 3200$"),
        (22, "- [+0.5] a pooling halves it"),
        (24, "- [-1 each] a slip"),
        (25, "- [0] nothing"),
    ]
    assert [text for _, text, _ in of(found, Sort.ANSWER)] == ["3200 ± 5"]


def test_a_value_is_proved_words_are_supported_and_neighbours_are_neither() -> None:
    claims = [
        claim(Part.SOLUTION, r"10^2 = @$"),
        claim(Part.SOLUTION, "A kernel $k$ keeps"),
        claim(Part.RUBRIC, "a pooling halves it"),
        claim(Part.CHOICE, "halves"),
        claim(Part.ANSWER, "@"),
        claim(Part.SOLUTION, "First $a", Outcome.CONTRADICTED),
    ]
    found = coverage.stated({"size": ASKED}, claims)
    assert [reach for _, _, reach in of(found, Sort.SENTENCE)] == [
        *(Reach.PROVED, Reach.UNBOUND, Reach.SUPPORTED, Reach.UNBOUND, Reach.UNBOUND)
    ]
    assert [reach for _, _, reach in of(found, Sort.FORMULA)] == [Reach.PROVED, Reach.UNBOUND]
    assert [reach for _, _, reach in of(found, Sort.ITEM)] == [
        *(Reach.UNBOUND, Reach.SUPPORTED, Reach.UNBOUND, Reach.UNBOUND)
    ]
    assert [reach for _, _, reach in of(found, Sort.CHOICE)] == [Reach.SUPPORTED, Reach.UNBOUND]
    assert [reach for _, _, reach in of(found, Sort.ANSWER)] == [Reach.PROVED]
    assert coverage.table(found)[Sort.ITEM] == {
        Reach.PROVED: 0,
        Reach.SUPPORTED: 1,
        Reach.UNBOUND: 3,
        Reach.NOT_CHECKABLE: 0,
    }
    assert coverage.share(found) == 6 / 16


def test_what_no_program_can_tell_is_left_out_of_the_share() -> None:
    beyond = [Unchecked("size", Part.RUBRIC, "a slip", "a matter of taste")]
    found = coverage.stated({"size": ASKED}, [claim(Part.RUBRIC, "a pooling halves it")], beyond)
    (one,) = (s for s in found if s.reach is Reach.NOT_CHECKABLE)
    assert (one.text, one.why) == ("- [-1 each] a slip", "a matter of taste")
    assert coverage.share(found) == 1 / 15
