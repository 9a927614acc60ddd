"""What a paper is apart from its problems: cover, instructions, measures, fonts, how variants are drawn."""

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from klausur.base import regions
from klausur.base.diagnostics import Place
from klausur.exam import own_paper
from klausur.exam.differences import words
from klausur.exam.differences.appearance import Looks
from klausur.exam.differences.model import Difference, DifferenceKind
from klausur.exam.fonts import FOLDER
from klausur.exam.frozen.model import Frozen
from klausur.exam.header import NAME
from klausur.exam.model import CreditForm, Exam

_TOML = Place(NAME)


def settings(old: Exam, new: Exam) -> Iterator[Difference]:
    """Differences in single settings."""
    for kind, what, before, after in (
        (DifferenceKind.COVER, "the title", old.title, new.title),
        (DifferenceKind.COVER, "the module", old.module, new.module),
        (DifferenceKind.COVER, "the kind of exam", old.kind, new.kind),
        (DifferenceKind.COVER, "the date", f"{old.date}", f"{new.date}"),
        (DifferenceKind.COVER, "the start", f"{old.start:%H:%M}", f"{new.start:%H:%M}"),
        (DifferenceKind.COVER, "the minutes", f"{old.minutes}", f"{new.minutes}"),
        (DifferenceKind.COVER, "the release", _moment(old), _moment(new)),
        (DifferenceKind.COVER, "the examiner", old.examiner, new.examiner),
        (DifferenceKind.PAPER_SIZE, "the paper's size", old.paper, new.paper),
        (DifferenceKind.LANGUAGE, "the language", old.language, new.language),
        (DifferenceKind.OWN_PAPER, "the places on its own paper", _own(old), _own(new)),
        (DifferenceKind.COVER, "the region", _region(old), _region(new)),
        (
            DifferenceKind.REGISTRATION,
            "the boxes for a registration number",
            f"{old.registration_digits}",
            f"{new.registration_digits}",
        ),
        (DifferenceKind.MARKING, "the marking rule", str(old.marking), str(new.marking)),
        (DifferenceKind.MARKING, "how credits are given", _credits(old), _credits(new)),
        (DifferenceKind.MARKING, "where answers are marked", _answers(old), _answers(new)),
        (DifferenceKind.EXTRA_PAGES, "the extra pages", f"{old.extra_pages}", f"{new.extra_pages}"),
        (DifferenceKind.LANGUAGE, "the papers by language", _papers(old), _papers(new)),
        (DifferenceKind.VARIANTS, "the variants", _drawing(old, new), _drawing(new, old)),
    ):
        if before != after:
            yield Difference(kind, None, what, before or "none", after or "none", _TOML)


def _own(exam: Exam) -> str:
    """Own paper as a word that changes with each place on it."""
    if exam.own_paper is None:
        return ""
    return f"as in {own_paper.NAME} {sha256(msgspec.json.encode(exam.own_paper)).hexdigest()[:8]}"


def _moment(exam: Exam) -> str:
    return "" if exam.release is None else f"{exam.release:%Y-%m-%d %H:%M}"


def _region(exam: Exam) -> str:
    return exam.region or regions.usual(exam.language, exam.paper)


def _answers(exam: Exam) -> str:
    return "on an answer sheet" if exam.on_sheet else "in the booklet"


def _credits(exam: Exam) -> str:
    return "as a number" if exam.credit_form is CreditForm.NUMBER else "in boxes to be crossed"


def _papers(exam: Exam) -> str:
    """The languages of an exam with translations; the one that all get who want no other stands first."""
    return ", ".join(dict.fromkeys((*exam.languages[exam.usual_language :], *exam.languages)))


def _drawing(exam: Exam, other: Exam) -> str:
    """How variants are drawn; with a seed only if anything follows from it in one of the two exams."""
    seeded = any(e.variants.shuffle or any(p.values for p in e.problems) for e in (exam, other))
    count = "one for each booklet" if exam.variants.count is None else str(exam.variants.count)
    shuffled = f", {', '.join(exam.variants.shuffle)} shuffled" if exam.variants.shuffle else ""
    return f"{count}{shuffled}{f', seed {exam.variants.seed}' if seeded else ''}"


def instructions(printed: Looks, disk: Looks, old: Exam, new: Exam) -> Iterator[Difference]:
    """The Difference in the working instructions, if there is one."""
    if [printed.of(c) for c in old.instructions] != [disk.of(c) for c in new.instructions]:
        texts = (" ".join(c.text for c in exam.instructions) for exam in (old, new))
        place = next((c.place for c in new.instructions), _TOML)
        told = words.parted(*texts)
        yield Difference(DifferenceKind.INSTRUCTIONS, None, "the working instructions", *told, place)


def own_pdf(printed: Frozen, disk: Frozen) -> Iterator[Difference]:
    """The PDF that the exam is printed on, if it came, went or has other bytes."""
    before, after = (state.files.get(own_paper.PDF) for state in (printed, disk))
    if before != after:
        old, new = ("none" if data is None else sha256(data).hexdigest()[:8] for data in (before, after))
        what = "the PDF that it is printed on"
        yield Difference(DifferenceKind.OWN_PAPER, None, what, old, new, Place(own_paper.PDF))


def fonts(printed: Frozen, disk: Frozen) -> Iterator[Difference]:
    """Fonts that came, went or have other bytes."""
    before, after = (
        {path: data for path, data in state.files.items() if path.startswith(f"{FOLDER}/")}
        for state in (printed, disk)
    )
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            told = ("printed with it", "gone") if path not in after else ("", "another font")
            told = ("", "printed without it") if path not in before else told
            yield Difference(DifferenceKind.FONTS, None, f"the font {path}", *told, Place(path))
