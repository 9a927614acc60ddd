"""Whether a picture is what its name says, found by really opening it. Not where it lies on paper."""

import io
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from PIL import Image, UnidentifiedImageError

from klausur.exam import svg_size

FORMS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".svg": "SVG", ".pdf": "PDF"}
"""The forms of picture that an exam may hold, by the ending of the file's name."""

MOST_BYTES = 20_000_000
"""More than this in one picture makes every booklet too heavy to print."""

MOST_PIXELS = 80_000_000
"""A sheet of A3 at 600 dots an inch has 70 million; decoded, this many take 320 MB."""

_NESTED = 3
"""Drawings inside of drawings, as data."""


def fault(file: Path) -> str | None:
    """What is wrong with a picture, in words for a diagnostic; None if it can be used."""
    try:
        state = file.stat()
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return _known_fault(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1000)
def _known_fault(file: Path, _changed: int, _size: int) -> str | None:
    form = FORMS.get(file.suffix.lower())
    if form is None:
        return f"its form is none of {', '.join(sorted(set(FORMS.values())))}"
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    if len(data) > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // 1_000_000} MB"
    if not data:
        return "the file is empty"
    return _fault(data, form, 0)


def _fault(data: bytes, form: str, depth: int) -> str | None:
    if form == "SVG":
        return _svg_fault(data, depth)
    return _pdf_fault(data) if form == "PDF" else _pixel_fault(data, form)


def _pixel_fault(data: bytes, form: str) -> str | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                return f"it has {image.width:,} × {image.height:,} pixels, more than {MOST_PIXELS:,}"
            image.load()
            found = image.format
    except UnidentifiedImageError:
        return f"it is no {form}"
    except Image.DecompressionBombError:
        return "it has more pixels than any printer"
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's words for broken files
        return f"it is damaged: {error}"
    return None if found == form else f"it is a {found}, not a {form} as its name says"


def _pdf_fault(data: bytes) -> str | None:
    import pikepdf  # noqa: PLC0415 - takes longer than all else that checks an exam without PDFs

    from klausur.exam import pdf_size  # noqa: PLC0415 - the same

    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            return pdf_size.fault(document) if len(document.pages) else "it has no page"
    except pikepdf.PasswordError:
        return "it is encrypted"
    except pikepdf.PdfError as error:
        return f"it is no PDF that can be read: {error}"


def fault_of_pages(file: Path) -> str | int:
    """What is wrong with a PDF of which all pages are shown, in words; else how many it has."""
    wrong = fault(file)
    if wrong is not None:
        return wrong
    import pikepdf  # noqa: PLC0415 - the same

    from klausur.exam import pdf_size  # noqa: PLC0415 - the same

    with pikepdf.open(file) as document:
        faults = ((n, pdf_size.fault(document, n)) for n in range(len(document.pages)))
        first = next(((n, one) for n, one in faults if one is not None), None)
        return len(document.pages) if first is None else f"of page {first[0] + 1}, {first[1]}"


def _svg_fault(data: bytes, depth: int) -> str | None:
    roots: list[str] = []
    entities: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: roots.append(name) if not roots else None
    parser.EntityDeclHandler = lambda name, *_: entities.append(name)
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes "this is all" by position only
    except expat.ExpatError as error:
        return f"it is no XML that can be read: {error}"
    if entities:
        return f"it declares the entity {entities[0]!r}, which no drawing needs"
    name = roots[0].rpartition(" ")[2]
    if name != "svg":
        return f"its root is <{name}>, not <svg>"
    return svg_size.fault(data) or _fault_inside(data, depth)


def _fault_inside(data: bytes, depth: int) -> str | None:
    """What is wrong with the pictures that an SVG holds as data."""
    for kind, inside in svg_size.pictures(data):
        form = _KINDS.get(kind)
        if depth == _NESTED:
            return f"it holds drawings inside of drawings, more than {_NESTED} deep"
        if form is None:
            return f"it holds a picture of the kind {kind!r}"
        if (found := _fault(inside, form, depth + 1)) is not None:
            return f"of a picture that it holds, {found}"
    return None


_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/svg+xml": "SVG"}
