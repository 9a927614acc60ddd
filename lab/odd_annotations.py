"""Ink that lies on a PDF page as annotations and form fields, with and without what they look like."""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, String

from lab.odd_sheet import Carrier, Sheet, path

KINDS = (
    *(
        "Ink",
        "Line",
        "PolyLine",
        "Polygon",
        "Square",
        "Circle",
        "FreeText",
        "Stamp",
        "Highlight",
        "Underline",
    ),
    *("StrikeOut", "Squiggly", "Caret", "Text", "FileAttachment", "Redact", "Watermark", "Screen", "Widget"),
)
"""Kinds of annotations that people's programs write ink into."""

_HIDDEN, _NO_VIEW, _PRINT, _NO_ZOOM, _LOCKED = 2, 32, 4, 8, 128


def shown() -> Iterator[tuple[str, Carrier]]:
    """Annotations with their appearances, which every viewer shows, by name."""
    for kind in KINDS:
        yield kind, _annotation(kind)
    yield "Ink-on-screen-alone", _annotation("Ink", flags=0)
    yield "Stamp-without-zoom", _annotation("Stamp", flags=_PRINT | _NO_ZOOM)
    yield "FreeText-locked", _annotation("FreeText", flags=_PRINT | _LOCKED)
    yield "Ink-on-layer", _on_layer
    yield "turned-appearance", _turned
    yield "one-of-two-states", _button("Yes")
    yield "field-with-parent", _field


def hidden() -> Iterator[tuple[str, Carrier]]:
    """Annotations that no viewer shows, by name."""
    yield "Ink-hidden", _annotation("Ink", flags=_HIDDEN)
    yield "Stamp-not-for-viewing", _annotation("Stamp", flags=_NO_VIEW)
    yield "button-off", _button("Off")
    yield "Popup", _bare("Popup")


def bare() -> Iterator[tuple[str, Carrier]]:
    """Annotations without appearances, or with ones that are empty: viewers differ about them."""
    for kind in KINDS:
        yield f"{kind}-bare", _bare(kind)
        yield f"{kind}-empty", _annotation(kind, empty=True)
    yield "no-state-said", _button(None)
    yield "state-not-there", _button("Other")
    yield "no-such-annotation", _gone


def _lay(sheet: Sheet, annotation: Dictionary) -> None:
    """Lay an annotation on the page."""
    laid = sheet.pdf.make_indirect(annotation)
    sheet.page.obj.Annots = sheet.pdf.make_indirect(Array([laid]))
    if annotation.Subtype == "/Widget":
        sheet.pdf.Root.AcroForm = Dictionary(Fields=Array([laid]), DA=String("/Helv 0 Tf"))


def _dictionary(sheet: Sheet, kind: str, flags: int = _PRINT) -> Dictionary:
    """An annotation as large as the page, with all that its kind wants."""
    made = Dictionary(
        Type=Name.Annot,
        Subtype=Name(f"/{kind}"),
        Rect=Array([0, 0, *sheet.size]),
        F=flags,
        C=Array([0.1, 0.1, 0.4]),
        BS=Dictionary(W=1.2),
    )
    first = [value for point in sheet.strokes[0] for value in point]
    if kind == "Ink":
        made.InkList = Array([Array([value for point in s for value in point]) for s in sheet.strokes])
    elif kind == "Line":
        made.L = Array([*first[:2], *first[-2:]])
    elif kind in {"PolyLine", "Polygon"}:
        made.Vertices = Array(first)
    elif kind in {"Highlight", "Underline", "StrikeOut", "Squiggly"}:
        made.QuadPoints = Array([*first[:4], *first[:4]])
    elif kind == "FreeText":
        made.DA, made.Contents = String("/Helv 12 Tf"), String("X")
    elif kind == "Widget":
        made.FT, made.T, made.V = Name.Tx, String("answer"), String("X")
    return made


def _annotation(kind: str, *, flags: int = _PRINT, empty: bool = False) -> Carrier:
    def carry(sheet: Sheet) -> None:
        annotation = _dictionary(sheet, kind, flags)
        annotation.AP = Dictionary(N=sheet.form(b"" if empty else path(sheet.strokes)))
        sheet.organs.append((annotation.AP, "/N"))
        _lay(sheet, annotation)

    return carry


def _on_layer(sheet: Sheet) -> None:
    """Ink that lies on a layer as an annotation, whose appearance knows nothing of it."""
    _annotation("Ink")(sheet)
    layer = sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name="ink"))
    sheet.pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())
    sheet.page.obj.Annots[0].OC = layer


def _bare(kind: str) -> Carrier:
    def carry(sheet: Sheet) -> None:
        _lay(sheet, _dictionary(sheet, kind))

    return carry


def _turned(sheet: Sheet) -> None:
    """An appearance that lies on its side until its matrix turns it."""
    width, height = sheet.size
    turned = [[(y, width - x) for x, y in stroke] for stroke in sheet.strokes]
    form = sheet.form(path(turned), Matrix=Array([0, 1, -1, 0, 0, 0]))
    form.BBox = Array([0, 0, height, width])
    annotation = _dictionary(sheet, "Stamp")
    annotation.AP = Dictionary(N=form)
    _lay(sheet, annotation)


def _button(state: str | None) -> Carrier:
    """A box to tick, whose ink is one of its states."""

    def carry(sheet: Sheet) -> None:
        annotation = _dictionary(sheet, "Widget")
        annotation.FT, annotation.V = Name.Btn, Name("/Off" if state == "Off" else "/Yes")
        annotation.AP = Dictionary(N=Dictionary(Yes=sheet.form(path(sheet.strokes)), Off=sheet.form(b"")))
        if state is not None:
            annotation.AS = Name(f"/{state}")
        _lay(sheet, annotation)

    return carry


def _field(sheet: Sheet) -> None:
    """A field whose value stands above it, in a form with settings for all."""
    annotation = _dictionary(sheet, "Widget")
    del annotation.FT, annotation.V
    annotation.AP = Dictionary(N=sheet.form(path(sheet.strokes)))
    above = sheet.pdf.make_indirect(Dictionary(FT=Name.Tx, V=String("X"), T=String("all")))
    annotation.Parent = above
    _lay(sheet, annotation)
    above.Kids = Array([sheet.page.obj.Annots[0]])
    sheet.pdf.Root.AcroForm.Fields = Array([above])


def _gone(sheet: Sheet) -> None:
    """A list with an annotation that is not in the file."""
    sheet.page.obj.Annots = Array([None])
