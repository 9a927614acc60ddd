"""docs/reference/diagnostics.md: one section for each code of the table, with an example that causes it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from klausur.actions.check import check
from klausur.base.codes import CODES
from klausur.paper import labels
from klausur.roster import rooms, seats
from klausur.roster.candidates import read
from klausur.roster.made_up import made_up
from klausur.roster.model import SeatRule
from klausur.roster.rooms import Rooms

PAGE = (Path(__file__).parents[2] / "docs/reference/diagnostics.md").read_text(encoding="utf-8")
SECTION = re.compile(
    r"^### (?P<code>[a-z-]+)\n\n"
    r"\*(?P<severity>Error|Warning):\* (?P<meaning>[^\n]+)\.\n\n"
    r"(?P<explained>.+?)\n\n"
    r"```(?P<form>\w+)\n(?P<example>.*?)\n```\n\n"
    r"\*Mend it:\* (?P<mend>[^\n]+)\n",
    re.MULTILINE | re.DOTALL,
)
DRAWN = next(
    block
    for block in re.findall(r"^```markdown\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if "{{n}}" in block
)
"""The problem beside which the examples in Python lie."""
BANK = "\n".join(
    f"## {name} {{#{name} credits={worth} kind=single tags={tag}}}\n\nWhich?\n\n- [x] this\n- [ ] that\n"
    for name, worth, tag in (("lens", 1, "rays"), ("mirror", 2, "rays"), ("slit", 1, "waves"))
)
BANK = f"# Optics\n\n{BANK}"
"""From which the examples of draws draw."""
SECTIONS = [match.groupdict() for match in SECTION.finditer(PAGE)]


def test_page_and_table_are_equal() -> None:
    assert re.findall(r"^### (.*)$", PAGE, re.MULTILINE) == list(CODES)
    shown = [(s["code"], s["severity"].lower(), s["meaning"]) for s in SECTIONS]
    assert shown == [(code, entry.severity, entry.meaning) for code, entry in CODES.items()]


@pytest.mark.long
@pytest.mark.parametrize("section", SECTIONS, ids=[s["code"] for s in SECTIONS])
def test_the_example_causes_the_finding(
    section: dict[str, str],
    make: Callable[..., Path],
    whole_header: Callable[[str], str],
    tmp_path: Path,
) -> None:
    form, text = section["form"], section["example"] + "\n"
    if form == "python":
        heading = re.match(r"# Light .*\n", text)
        problem = DRAWN if heading is None else DRAWN.replace("# Light\n", heading[0])
        found = check(make({"problems/1-light.md": problem, "problems/1-light.py": text})).diagnostics
    elif form == "markdown":
        text = text if text.startswith("# ") else f"# Light\n\n{text}"
        accessible = section["code"] == "not-accessible"
        found = check(make({"problems/1-light.md": text}), accessible=accessible).diagnostics
    elif section["code"] == "labels-file":
        sheets = tmp_path / "labels.toml"
        sheets.write_text(text, encoding="utf-8")
        found = labels.read(sheets).diagnostics
    elif text.startswith("# rooms.toml"):
        path = tmp_path / "rooms.toml"
        path.write_text(text, encoding="utf-8")
        there = rooms.read(path)
        found = (
            there.diagnostics
            or seats.assign(made_up(10, 1), there, there.rule or SeatRule.SPREAD, 1).diagnostics
        )
    elif form == "toml":
        found = check(make({"exam.toml": whole_header(text), "banks/optics.md": BANK})).diagnostics
    elif form == "csv":
        roster = tmp_path / "candidates.csv"
        roster.write_text(text, encoding="utf-8")
        people = read(roster)
        found = people.diagnostics or seats.assign(people.candidates, Rooms(), SeatRule.FILE, 1).diagnostics
    else:  # what a terminal shows
        assert form == "text"
        assert re.match(rf"\S+: {section['severity'].lower()}\[{section['code']}\] \S.*\n    \S", text)
        return
    assert {d.code for d in found} == {section["code"]}, "\n".join(map(str, found))


def test_examples_that_are_only_shown_are_few() -> None:
    shown = {s["code"] for s in SECTIONS if s["form"] == "text"}
    assert shown == {
        "file-unreadable",
        "file-too-large",
        "figure-unreadable",
        "typeset-failed",
        "own-paper",
        "own-paper-room",
        "paper-unapproved",
        "scan-unreadable",
        "scan-left",
        "translation-differs",
        "question-seen",
        "claim-contradicted",
        "evidence-failed",
        "claim-unproven",
        "evidence-copy",
        "evidence-share",
        "printed-unproven",
        "not-trusted",
        "evidence-not-run",
        "right-place",
    }
