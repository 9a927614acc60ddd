"""The catalogue of defects: the bad ways in which pages reach a scanner, or a phone.

Each `Defect` names what happens to the paper, how it lies, what the scanner makes of it, in which form it
is saved, and which ends are right for its pages. Its images are made in `lab.shots`.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from klausur.base.geometry import Size
from klausur.rehearse import scanner_glass, scanner_tones
from klausur.rehearse.photo import Take
from klausur.rehearse.scanner_glass import Lie
from klausur.scan.model import Pixels, Reason
from lab import damage, highlighter, wet_paper
from lab.canvas import Paper
from lab.creases import Creases, crumpled
from lab.file_forms import Form

Damage = Callable[[Paper, np.random.Generator], Creases | None]
LieOf = Callable[[Size, np.random.Generator], Lie]
Tones = Callable[[Pixels, float, np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True)
class Right:
    """Which ends of a page are right: placed, or unplaced for one of these reasons.

    ``reasons`` are right even where ``placed`` is too: an honest refusal is no mistake.
    """

    placed: bool = True
    reasons: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True)
class Defect:
    """One way for a page to be bad.

    Attributes:
        name: as the benchmark's table has it.
        words: what happens, for people.
        damage: what befalls the paper.
        lie: how it lies on the glass.
        tones: what the scanner makes of it.
        dpi: resolution of the scan.
        colour: whether it is in colour.
        quality: JPEG quality.
        photo: how hard a photograph it is, if it is one.
        double: whether two pages are on one image.
        cut: whether the image is cut along the outermost print, as scanners do that leave out white paper.
        negative: whether the image is light on dark.
        backwards: whether the stack was fed from its end, upside down.
        form: what the images are saved as.
        right: which ends are right.
    """

    name: str
    words: str
    damage: Damage | None = None
    lie: LieOf = lambda _size, rng: scanner_glass.usual(rng)
    tones: Tones = scanner_tones.usual
    dpi: int = 300
    colour: bool = False
    quality: int = 85
    photo: Take | None = None
    double: bool = False
    cut: bool = False
    negative: bool = False
    backwards: bool = False
    form: Form = Form.PDF_JPEG
    right: Right = Right()


_CORNERS = ("tl", "tr", "br", "bl")
_NO_CODE = Right(placed=False, reasons=frozenset({Reason.NO_CODE}))
_MAYBE_NO_CODE = Right(reasons=frozenset({Reason.NO_CODE}))
_SOFT = Right(reasons=frozenset({Reason.BLURRED}))


def catalogue() -> tuple[Defect, ...]:
    """All defects, in the order of the table."""
    return tuple(
        itertools.chain(
            *(_resolutions(), _poses(), _paper(), _covered(), _wet(), _machine(), _photographs(), _forms()),
            _pdf_parts(),
        )
    )


def named(name: str) -> Defect:
    """The defect of that name.

    Raises:
        KeyError: there is none.
    """
    return {defect.name: defect for defect in catalogue()}[name]


def _resolutions() -> Iterator[Defect]:
    for dpi in (100, 150, 200, 300, 600, 1200):
        yield Defect(f"dpi-{dpi}", f"scanned at {dpi} dpi", dpi=dpi)


def _askew(degrees: float) -> LieOf:
    def lie(_size: Size, rng: np.random.Generator) -> Lie:
        skew = float(rng.choice([-1, 1]) * rng.uniform(0.9, 1.0) * degrees)
        return replace(scanner_glass.usual(rng), skew=skew, bed=2.6 * degrees + 3.0)

    return lie


def _scaled(across: float, down: float) -> LieOf:
    def lie(_size: Size, rng: np.random.Generator) -> Lie:
        usual = scanner_glass.usual(rng)
        return replace(usual, scale=(usual.scale[0] + across, usual.scale[1] + down), bed=8.0)

    return lie


def _shifted(_size: Size, rng: np.random.Generator) -> Lie:
    """So far that one edge with two fiducials leaves the glass, or that hardly anything does."""
    far, angle = rng.uniform(3.0, 6.0), rng.uniform(0, 2 * np.pi)
    return replace(scanner_glass.usual(rng), shift=(float(far * np.cos(angle)), float(far * np.sin(angle))))


def _straight(_size: Size, rng: np.random.Generator) -> Lie:
    return Lie(skew=float(rng.normal(0, 0.05)))


def _slipped(size: Size, rng: np.random.Generator) -> Lie:
    return replace(scanner_glass.usual(rng), moved=scanner_glass.slipped(size, rng))


def _turned(_size: Size, rng: np.random.Generator) -> Lie:
    return replace(scanner_glass.usual(rng), upside_down=True)


def _poses() -> Iterator[Defect]:
    for degrees in (5, 10, 15):
        yield Defect(f"skew-{degrees}", f"askew by {degrees}° on a larger glass", lie=_askew(degrees))
    for name, words, across, down in (
        ("scale-plus", "5 % too large", 0.05, 0.05),
        ("scale-minus", "5 % too small", -0.05, -0.05),
        ("stretched-across", "5 % too wide, its height right", 0.05, 0.0),
        ("stretched-down", "5 % too high, its width right", 0.0, 0.05),
    ):
        yield Defect(name, words, lie=_scaled(across, down))
    yield Defect("shifted", "shifted by 3 to 6 mm, partly off the image", lie=_shifted)
    yield Defect("slipped", "moved by about 1 mm on its way, in the middle of the page", lie=_slipped)
    yield Defect("upside-down", "upside down", lie=_turned)
    yield Defect("backwards", "the stack fed from its end, upside down", lie=_turned, backwards=True)
    yield Defect("cut-to-print", "the image cut along the outermost print", lie=_straight, cut=True)
    yield Defect("double-page", "two pages side by side on one image", double=True)


# ---------------------------------------------------------------------------------------------- paper


def _torn(corners: int) -> Damage:
    def harm(sheet: Paper, rng: np.random.Generator) -> None:
        for corner in rng.choice(_CORNERS, corners, replace=False):
            # A corner with the code loses its fiducial only: what else is gone is the next defect.
            far = 20.0 if corner == "tl" else 45.0
            damage.torn(sheet, str(corner), (float(rng.uniform(15, far)), float(rng.uniform(15, 45))), rng)
            _forget_code(sheet)

    return harm


def _dog_ear(sheet: Paper, rng: np.random.Generator) -> None:
    corner = str(rng.choice(_CORNERS))
    damage.dog_ear(sheet, corner, (float(rng.uniform(12, 38)), float(rng.uniform(12, 38))), rng)
    _forget_code(sheet)


def _forget_code(sheet: Paper) -> None:
    if sheet.hides(sheet.code):
        sheet.code_legible = False


def _staple(sheet: Paper, rng: np.random.Generator) -> None:
    damage.stapled(sheet, (float(rng.uniform(6, 13)), float(rng.uniform(6, 13))), rng)


def _holes(sheet: Paper, rng: np.random.Generator) -> None:
    y, x = sheet.size.h / 2 + rng.normal(0, 4.0), rng.uniform(8, 13)
    damage.punched_at(sheet, [(float(x), float(y - 40)), (float(x), float(y + 40))])


def _hole_in_fiducial(sheet: Paper, rng: np.random.Generator) -> None:
    box = sheet.fiducials[str(rng.choice(_CORNERS))]
    x, y = np.array(box.centre) + rng.normal(0, 1.2, 2)
    damage.punched_at(sheet, [(float(x), float(y))])
    _forget_code(sheet)


def _shows_through(sheet: Paper, rng: np.random.Generator) -> None:
    wet_paper.shows_through(sheet, float(rng.uniform(0.12, 0.3)))


def _paper() -> Iterator[Defect]:
    maybe = _MAYBE_NO_CODE
    yield Defect("torn-corner", "a corner torn off, its fiducial with it", _torn(1), right=maybe)
    yield Defect("torn-corners", "two corners torn off", _torn(2), right=maybe)
    yield Defect("dog-ear", "a corner folded over the page, or behind it", _dog_ear, right=maybe)
    yield Defect("staple", "a staple in the corner, with its shadow", _staple, right=maybe)
    yield Defect("holes", "punched for a binder", _holes)
    yield Defect("hole-in-fiducial", "a punch hole through a fiducial", _hole_in_fiducial)
    yield Defect("shows-through", "the other side shows through", _shows_through)
    yield Defect("crumpled", "crumpled and smoothed out", crumpled)


# -------------------------------------------------------------------------------------------- covered

_COVERS = (damage.label, damage.blot, damage.finger)


def _without(corners: tuple[str, ...]) -> Damage:
    def harm(sheet: Paper, rng: np.random.Generator) -> None:
        for corner in corners:
            box = sheet.fiducials[corner]
            cover = _COVERS[int(rng.integers(3))]
            # Beside the code, what covers the fiducial must not reach it.
            damage.finger(sheet, box.grown(-0.8), rng) if corner == "tl" else cover(sheet, box, rng)
        _forget_code(sheet)

    return harm


def _any_fiducial(sheet: Paper, rng: np.random.Generator) -> None:
    _without((str(rng.choice(_CORNERS)),))(sheet, rng)


def _without_code(cover: Callable[..., None]) -> Damage:
    def harm(sheet: Paper, rng: np.random.Generator) -> None:
        cover(sheet, sheet.code, rng)
        sheet.code_legible = False

    return harm


def _over_code(harm: Callable[..., None]) -> Damage:
    def over(sheet: Paper, rng: np.random.Generator) -> None:
        harm(sheet, sheet.code, rng)

    return over


def _staple_in_code(sheet: Paper, rng: np.random.Generator) -> None:
    x, y = np.array(sheet.code.centre) + rng.normal(0, 1.0, 2)
    damage.stapled(sheet, (float(x), float(y)), rng)


def _covered() -> Iterator[Defect]:
    yield Defect("one-fiducial", "one fiducial covered", _any_fiducial, right=_MAYBE_NO_CODE)
    for pair in itertools.combinations(_CORNERS, 2):
        name = "-".join(pair)
        yield Defect(
            f"without-{name}",
            f"the fiducials {pair[0]} and {pair[1]} covered",
            _without(pair),
            right=_MAYBE_NO_CODE,
        )
    yield Defect("code-labelled", "a label over the page code", _without_code(damage.label), right=_NO_CODE)
    yield Defect("code-blotted", "an ink blot over the page code", _without_code(damage.blot), right=_NO_CODE)
    yield Defect("code-struck", "a stroke or two through the page code", _over_code(damage.struck))
    yield Defect("code-stamped", "a stamp over the page code", _over_code(damage.stamped))
    yield Defect("code-stapled", "a staple through the page code", _staple_in_code, right=_MAYBE_NO_CODE)


def _coffee(sheet: Paper, rng: np.random.Generator) -> None:
    at = (float(rng.uniform(0.1, 0.9) * sheet.size.w), float(rng.uniform(0.05, 0.95) * sheet.size.h))
    wet_paper.coffee(sheet, at, rng)


def _highlighted(sheet: Paper, rng: np.random.Generator) -> None:
    """Broad strokes along the lines of a page, through its boxes or beside them."""
    scale, ink = sheet.scale, highlighter.INKS[int(rng.integers(len(highlighter.INKS)))]
    for _ in range(int(rng.integers(6, 14))):
        x = np.linspace(rng.uniform(12, 35), rng.uniform(80, 195), 12)
        y = rng.uniform(25, 275) + np.cumsum(rng.normal(0, 0.12, 12))
        path = np.column_stack((x, y)) * scale
        highlighter.stroke(sheet.pixels, path, float(rng.uniform(3.5, 5.5)) * scale, ink, rng)


def _wet() -> Iterator[Defect]:
    yield Defect("coffee", "a cup's ring and spilt coffee", _coffee)
    yield Defect(
        "highlighted", "highlighter over boxes and text, scanned in colour", _highlighted, colour=True
    )
    yield Defect("coffee-colour", "the same, scanned in colour", _coffee, colour=True, dpi=200)


# ------------------------------------------------------------------------------------------- machine


def _machine() -> Iterator[Defect]:
    yield Defect("streaks", "lines down the page from dirt on the glass", tones=scanner_tones.streaked)
    yield Defect("bilevel", "black and white, one threshold", tones=scanner_tones.bilevel, form=Form.PDF_G4)
    yield Defect(
        "bilevel-200",
        "black and white at 200 dpi, as a fax",
        tones=scanner_tones.bilevel,
        dpi=200,
        form=Form.TIFF_G4,
    )
    yield Defect(
        "bilevel-uneven",
        "black and white under uneven light",
        tones=scanner_tones.bilevel_uneven,
        form=Form.PDF_G4,
    )
    yield Defect(
        "border-erased", "the border of the image erased", lie=_straight, tones=scanner_tones.border_erased
    )
    yield Defect("inverted", "light on dark", negative=True)
    yield Defect("faint", "low contrast", tones=scanner_tones.faint)
    yield Defect("over-exposed", "too much light", tones=scanner_tones.overexposed)
    yield Defect("jpeg-20", "JPEG quality 20", quality=20)
    yield Defect(
        "blurred", "out of focus, or moved while it was seen", tones=scanner_tones.unsharp, right=_SOFT
    )


def _photographs() -> Iterator[Defect]:
    reasons = Right(reasons=frozenset({Reason.BLURRED}))
    easy = Take(tilt=8.0, bend=0.04, dark=0.2, defocus=0.9, roll=3.0)
    yield Defect("photo-easy", "photographed from above, flat, in good light", photo=easy, form=Form.JPEG)
    yield Defect(
        "photo",
        "photographed with a phone: tilted, bent, in shade",
        photo=Take(),
        form=Form.JPEG,
        right=reasons,
    )
    hard = Take(tilt=28.0, bend=0.3, dark=0.6, defocus=2.0, roll=15.0)
    yield Defect(
        "photo-hard", "the same, far tilted and strongly bent", photo=hard, form=Form.JPEG, right=reasons
    )
    covered = Right(reasons=frozenset({Reason.BLURRED, Reason.NO_CODE, Reason.FIDUCIALS}))
    yield Defect(
        "photo-covered",
        "photographed with a phone, a fiducial covered",
        _any_fiducial,
        photo=Take(),
        form=Form.JPEG,
        right=covered,
    )


def _forms() -> Iterator[Defect]:
    bilevel = scanner_tones.bilevel
    yield Defect("tiff-g4", "TIFF of many pages, CCITT G4", tones=bilevel, form=Form.TIFF_G4)
    yield Defect("tiff-lzw", "TIFF of many pages, LZW", form=Form.TIFF_LZW, dpi=200)
    yield Defect("pdf-jp2", "PDF of JPEG 2000 images", form=Form.PDF_JP2, dpi=200)
    yield Defect("png", "PNG images", form=Form.PNG, dpi=200)
    yield Defect("jpeg-cmyk", "JPEG images in CMYK", form=Form.JPEG_CMYK, dpi=200, colour=True)
    yield Defect(
        "heic", "HEIC photographs", form=Form.HEIC, photo=Take(tilt=8.0, bend=0.04, dark=0.2, defocus=0.9)
    )
    yield Defect("zip", "a ZIP of images", form=Form.ZIP, dpi=200)
    yield Defect("pdf-junk", "PDF with zeros behind its end", form=Form.PDF_JUNK, dpi=200)
    yield Defect("pdf-portfolio", "PDF portfolio of JPEG images", form=Form.PDF_PORTFOLIO, dpi=200)
    yield Defect(
        "jpeg-dnl", "JPEG images whose height stands behind their lines", form=Form.JPEG_DNL, dpi=200
    )
    yield Defect(
        "jpeg-too-high", "JPEG images that state far too great a height", form=Form.JPEG_HIGH, dpi=200
    )
    yield Defect("jpeg-no-end", "JPEG images without an end", form=Form.JPEG_NO_END, dpi=200)
    yield Defect("jpeg-of-many", "one JPEG file with image behind image", form=Form.JPEG_OF_MANY, dpi=200)
    yield Defect(
        "tiff-thumbnails", "TIFF with a thumbnail beside each page", form=Form.TIFF_THUMBNAILS, dpi=200
    )


def _pdf_parts() -> Iterator[Defect]:
    """PDF pages that are more than one image, and such of which a part is missing while print is whole."""
    for form, words in (
        (Form.PDF_STRIPS, "PDF pages in strips that are JPEGs"),
        (Form.PDF_LAYERS, "PDF pages in layers: paper as JPEG, ink as a mask"),
        (Form.PDF_LAYER_OFF, "PDF pages below a black layer that is off"),
    ):
        yield Defect(form.value, words, form=form, dpi=200)
    bilevel = scanner_tones.bilevel
    yield Defect("pdf-jbig2", "PDF of JBIG2 images", form=Form.PDF_JBIG2, tones=bilevel)
    lost = Right(placed=False, reasons=frozenset({Reason.UNREADABLE}))
    for form, words in (
        (Form.PDF_STRIP_CUT, "PDF pages in strips, one cut off"),
        (Form.PDF_LAYER_CUT, "PDF pages in layers, the ink's cut off"),
        (Form.PDF_LAYER_GONE, "PDF pages in layers, the ink's not in the file"),
        (Form.PDF_ANNOTATED, "a line on PDF pages as an annotation without an appearance"),
    ):
        yield Defect(form.value, words, form=form, dpi=200, right=lost)
