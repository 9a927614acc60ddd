"""A trial from the printed sheet to its findings: each fault of the devices is told, and no other."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from klausur.actions.trial import TrialRead, read_scans
from klausur.actions.trial_boxes import Outcome
from klausur.actions.trial_findings import Level, TrialFinding, together
from klausur.base.geometry import PAPERS
from klausur.paper.fields import Mark
from klausur.rehearse import scanner_tones
from klausur.rehearse.scanner_glass import Lie
from klausur.scan.model import Pixels
from klausur.typeset import trial_sheet
from lab.file_forms import Form
from lab.trial_scans import TrialScan, saved, scanned

pytestmark = pytest.mark.above_records

SEED = 2
BARE = TrialScan(dpi=200.0, hands=0)
"""The quickest sheet to draw and to read."""


class Desk:
    """Prints, scans and reads trial sheets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheets = {paper: trial_sheet.sheet(paper) for paper in PAPERS}

    def scan(
        self, how: TrialScan, name: str = "scan", *, paper: str = "a4", of: int = 1, side: int = 1
    ) -> Path:
        pdf = self.folder / f"{paper}-{of}.pdf"
        if not pdf.is_file():
            pdf.write_bytes(trial_sheet.printed(paper, "en", of))
        return saved([scanned(pdf, self.sheets[paper], how, SEED, side - 1)], how, self.folder / name)

    def read(self, how: TrialScan, *, paper: str = "a4") -> TrialRead:
        return read_scans([self.scan(how, paper=paper)], jobs=0)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("trial"))


def changes(read: TrialRead) -> Mapping[str, str]:
    """What is to be changed, with what was found."""
    assert all(finding.remedy for finding in read.findings if finding.level is not Level.GOOD)
    return {f.about: f.found for f in read.findings if f.level is Level.CHANGE}


USUAL = Lie(skew=-0.7, shift=(1.2, -0.9), scale=(1.004, 0.997))
CLEAN = {
    "a4": (TrialScan(lie=USUAL), "a4"),
    "letter in colour": (TrialScan(lie=USUAL, dpi=200.0, colour=True), "letter"),
    "turned": (TrialScan(lie=USUAL, dpi=200.0, turned=1, form=Form.TIFF_LZW), "a4"),
    "on glass": (TrialScan(lie=replace(USUAL, bed=12.0), dpi=200.0, turned=2), "letter"),
}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_scan_gives_no_complaint(desk: Desk, name: str) -> None:
    how, paper = CLEAN[name]
    read = desk.read(how, paper=paper)
    assert not changes(read)
    assert read.good
    assert [(side.paper, side.side, side.of) for side in read.sides] == [(paper, 1, 1)]
    assert all(box.outcome is Outcome.MEANT for box in read.boxes if box.row != "digits")
    assert len(read.boxes) == 70
    assert read.pages_a_second > 0
    assert {f.about: f.found for f in read.findings}["scale"] == "100.4 % across, 99.7 % down"


def test_a_sheet_from_right_to_left_is_read_as_it_was_printed(desk: Desk) -> None:
    pdf, how = desk.folder / "arabic.pdf", TrialScan(lie=USUAL, dpi=200.0)
    pdf.write_bytes(trial_sheet.printed("a4", "ar", 1))
    sheet = trial_sheet.sheet("a4", mirrored=True)
    read = read_scans([saved([scanned(pdf, sheet, how, SEED)], how, desk.folder / "arabic")], jobs=0)
    assert read.good
    assert all(box.outcome is Outcome.MEANT for box in read.boxes if box.row != "digits")
    assert len(read.boxes) == 70


def unsharp(image: Pixels, per_mm: float, _rng: np.random.Generator) -> Pixels:
    return scanner_tones.blurred(image, per_mm, 0.25)


def all_blurred(image: Pixels, per_mm: float, _rng: np.random.Generator) -> Pixels:
    return scanner_tones.blurred(image, per_mm, 0.6)


def smeared(image: Pixels, per_mm: float, _rng: np.random.Generator) -> Pixels:
    """A line on the sheet itself, down a third of the page and over one blank band."""
    image[: len(image) // 3, round(80 * per_mm) : round(80.3 * per_mm)] = 60
    return image


def two_level(image: Pixels, per_mm: float, _rng: np.random.Generator) -> Pixels:
    return np.where(scanner_tones.blurred(image, per_mm, 0.04) > 160, 255, 0).astype(np.uint8)


def no_black(image: Pixels, _per_mm: float, _rng: np.random.Generator) -> Pixels:
    return scanner_tones.levels(image, 150, 230)


FAULTS = {
    "fit to page": (replace(BARE, lie=Lie(scale=(0.97, 0.97))), {"scale": "97.0 % across, 97.0 % down"}),
    "stretched": (replace(BARE, lie=Lie(scale=(1.0, 1.03))), {"scale": "100.0 % across, 103.0 % down"}),
    "printer's rim": (
        replace(BARE, rim=(("bottom", 6.0), ("left", 4.0))),
        {"margins": "seen: left from 5 mm on, bottom from 7 mm on"},
    ),
    "cropped": (replace(BARE, cropped=(("right", 5.6),)), {"margins": "seen: right from 7 mm on"}),
    "cropped and turned": (
        replace(BARE, cropped=(("bottom", 5.6),), turned=1),
        {"margins": "seen: bottom from 7 mm on"},
    ),
    "100 dpi": (replace(BARE, dpi=100.0), {"resolution": "100 dpi"}),
    "black and white": (
        replace(BARE, dpi=300.0, tones=two_level, form=Form.PDF_G4),
        {"tones": "black and white only"},
    ),
    "black and white, finely": (
        replace(BARE, dpi=515.0, tones=two_level, form=Form.TIFF_G4),
        {"tones": "black and white only"},
    ),
    "black and white as JPEG": (replace(BARE, dpi=300.0, tones=two_level), {"tones": "black and white only"}),
    "pale": (replace(BARE, tones=no_black), {"contrast": "80 of 255 grey levels from print to paper"}),
    "dirt on the glass": (
        replace(BARE, streaks=((80.0, 0.2, 90),)),
        {"streaks": "a dark line from top to bottom, 80 mm from the left edge"},
    ),
    "dirt on the glass, turned": (
        replace(BARE, streaks=((80.0, 0.2, 90),), turned=1, lie=USUAL),
        {"streaks": "a dark line from top to bottom, 79 mm from the left edge"},
    ),
    "a blind sensor": (
        replace(BARE, streaks=((140.0, 0.2, 255),)),
        {"streaks": "a light line from top to bottom, 140 mm from the left edge"},
    ),
    "a line across": (
        replace(BARE, rows=((120.0, 0.2, 90),)),
        {"streaks": "a dark line from left to right, 120 mm below the upper edge"},
    ),
    "askew": (replace(BARE, lie=Lie(skew=3.0)), {"skew": "3.0° clockwise"}),
    "askew the other way": (replace(BARE, lie=Lie(skew=-3.0)), {"skew": "3.0° anticlockwise"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_and_no_other(desk: Desk, name: str) -> None:
    how, expected = FAULTS[name]
    read = desk.read(how)
    assert changes(read) == expected
    assert not read.good


def test_what_is_out_of_focus_is_told(desk: Desk) -> None:
    assert set(changes(desk.read(replace(BARE, tones=unsharp)))) == {"sharpness"}


def test_on_a_scan_without_any_sharp_edge_nothing_else_is_made_up(desk: Desk) -> None:
    assert set(changes(desk.read(replace(BARE, tones=all_blurred)))) == {"pages", "sharpness"}


def test_a_line_on_the_sheet_is_no_streak_of_the_scanner(desk: Desk) -> None:
    assert not changes(desk.read(replace(BARE, tones=smeared)))


def test_a_corner_that_is_cut_off_is_told(desk: Desk) -> None:
    found = changes(desk.read(replace(BARE, cropped=(("left", 14.0),))))
    assert found["corners"] == "2 of 4 black squares are seen"
    assert found["margins"] == "seen: left not within 9 mm"


def test_a_side_whose_code_is_cut_off_is_told_and_why(desk: Desk) -> None:
    read = desk.read(replace(BARE, cropped=(("top", 10.0),)))
    assert [(side.side, bool(side.problem)) for side in read.sides] == [(0, True)]
    assert set(changes(read)) == {"pages", "margins"}
    assert changes(read)["margins"] == "seen: top not within 9 mm"


def test_a_letter_sheet_that_cannot_be_placed_is_not_taken_for_one_of_another_paper(desk: Desk) -> None:
    how = replace(BARE, cropped=(("right", 110.0), ("bottom", 110.0)))
    (side,) = desk.read(how, paper="letter").sides
    assert side.problem.startswith("fewer than two fiducials")


def test_each_box_that_is_not_as_meant_is_named_and_an_empty_line_is_left_out(desk: Desk) -> None:
    wrong = (
        ("cross-1/choice/b", Mark.EMPTY),
        ("empty-1/choice/c", Mark.CROSSED),
        ("pencil-1/choice/a", Mark.OTHER),
    )
    read = desk.read(TrialScan(dpi=200.0, hands=1, wrong=wrong))
    assert {box.hand for box in read.boxes} == {1}
    assert [
        (box.row, box.place, box.outcome)
        for box in read.boxes
        if box.outcome is not Outcome.MEANT and box.row != "digits"
    ] == [
        ("cross", 2, Outcome.MISREAD),
        ("empty", 3, Outcome.MISREAD),
        ("pencil", 1, Outcome.ASKED),
    ]
    assert changes(read) == {"boxes": "31 read as meant, 1 asked about, 2 misread"}


def test_a_file_that_says_no_size_or_a_made_up_one_does_not_tell_the_scale(
    desk: Desk, tmp_path: Path
) -> None:
    pdf = desk.folder / "a4-1.pdf"
    image = Image.fromarray(scanned(pdf, desk.sheets["a4"], BARE, SEED))
    image.save(tmp_path / "none.jpg")
    image.save(tmp_path / "wrong.jpg", dpi=(72, 72))
    for name, found in (("none", "does not say"), ("wrong", "583 × 825 mm, which no printer makes")):
        read = read_scans([tmp_path / f"{name}.jpg"], jobs=0)
        (scale,) = [f for f in read.findings if f.about == "scale"]
        assert (scale.level, found in scale.found, "198 mm" in scale.remedy) == (Level.NOTE, True, True)
        assert read.good


def test_sides_that_are_missing_and_pages_that_are_none_are_told(desk: Desk, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (1240, 1754), 255).save(blank)
    files = [desk.scan(BARE, f"side-{side}", of=3, side=side) for side in (3, 1)]
    read = read_scans([*files, blank], jobs=0)
    assert [(side.side, side.of, side.problem) for side in read.sides] == [
        (3, 3, ""),
        (1, 3, ""),
        (0, 0, "there is next to no ink on it"),
    ]
    assert changes(read) == {
        "pages": "2 of 3 are sides of a trial sheet; another: there is next to no ink on it; "
        "of 3 sides that were printed these are missing: 2"
    }


def test_a_page_of_an_exam_is_no_trial_sheet(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(trial_sheet, "EXAM", 7)
        pdf = desk.folder / "exam.pdf"
        pdf.write_bytes(trial_sheet.printed("a4", "en", 1))
    scan = saved([scanned(pdf, desk.sheets["a4"], BARE, SEED)], BARE, desk.folder / "exam-scan")
    read = read_scans([scan], jobs=0)
    assert [side.problem for side in read.sides] == ["this is a page of an exam, and no trial sheet"]
    assert set(changes(read)) == {"pages"}


def test_the_guide_explains_each_finding_and_no_other(desk: Desk) -> None:
    page = (Path(__file__).parents[2] / "docs/guide/trial.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z]+)` \|", page, flags=re.MULTILINE)
    assert told == [found.about for found in desk.read(TrialScan(dpi=200.0, hands=1)).findings]


def test_findings_of_many_sides_are_told_by_the_worst_of_them() -> None:
    streak = [
        TrialFinding("streaks", Level.CHANGE, f"a line at {n} mm", "clean the glass", sides=(n,))
        for n in range(1, 6)
    ]
    good = TrialFinding("streaks", Level.GOOD, "none", sides=(6,))
    note = TrialFinding("resolution", Level.NOTE, "200 dpi", "300 dpi are better", sides=(2,))
    assert together([good, streak[0], note, *streak[1:]]) == (
        TrialFinding(
            "streaks",
            Level.CHANGE,
            "a line at 1 mm; a line at 2 mm; a line at 3 mm; and 2 more",
            "clean the glass",
            (1, 2, 3, 4, 5),
        ),
        note,
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_text("no PDF")
    read = read_scans([tmp_path / "scan.pdf"], jobs=0)
    assert [found.code for found in read.diagnostics] == ["scan-unreadable"]
    assert (read.sides, read.findings, read.good) == ((), (), False)
