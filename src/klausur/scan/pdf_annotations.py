"""What is laid on a PDF page as annotations and form fields: whether each has the appearance that it needs.

An annotation is drawn by its appearance. Where that is missing, each viewer draws what it thinks right, and
renderers draw some kinds and leave out others. So a page with such a one goes to a person, who sees it in a
viewer. Appearances become a part of the page's content, since renderers leave some out even then: PDFium the
form fields, hayro everything.
"""

import pikepdf

from klausur.scan.pdf_parts import Parts
from klausur.scan.pdf_streams import PartError

_HIDDEN = 0x02 | 0x20
"""Flags: hidden, not for viewing."""

_BARE = frozenset({"/Link", "/Popup", "/PrinterMark", "/TrapNet"})
"""Kinds that show nothing of their own."""

_DEEPEST = 50  # levels of form fields


def look(page: pikepdf.Object, parts: Parts) -> None:
    """Look at all that is laid on a page.

    Raises:
        PartError: one of them cannot be drawn as it should be.
    """
    annotations = page.get("/Annots")
    if annotations is None:
        return
    if not isinstance(annotations, pikepdf.Array):
        raise PartError("the page's annotations are damaged: they are no list")
    for annotation in annotations:
        parts.plain = False
        if not isinstance(annotation, pikepdf.Dictionary):
            raise PartError("an annotation is not in the file")
        if not _is_hidden(annotation):
            _look(annotation, page.get("/Resources"), parts)


def flatten(pdf: pikepdf.Pdf) -> bool:
    """Make what is laid on the page a part of its content; whether there is anything.

    The appearances must have been looked at.
    """
    annotations = pdf.pages[0].obj.get("/Annots")
    if annotations is None or not len(annotations):
        return False
    for annotation in annotations:
        layer = annotation.get("/OC")
        if layer is not None:
            _put_on_layer(annotation, layer)
    if "/AcroForm" in pdf.Root and pdf.Root.AcroForm.get("/NeedAppearances", False):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")
    return True


def _put_on_layer(annotation: pikepdf.Object, layer: pikepdf.Object) -> None:
    """Say of an annotation's appearances themselves on which layer they lie."""
    looks = annotation.get("/AP")
    normal = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
    states = list(normal.values()) if isinstance(normal, pikepdf.Dictionary) else [normal]
    for form in states:
        if isinstance(form, pikepdf.Stream):
            if "/OC" in form:
                raise PartError("an annotation lies on two layers at once")
            form["/OC"] = layer


def _is_hidden(annotation: pikepdf.Object) -> bool:
    box = annotation.get("/Rect")
    nowhere = (  # as fields for signatures that nobody is to see; other kinds say elsewhere where they lie
        annotation.get("/Subtype") == "/Widget"
        and isinstance(box, pikepdf.Array)
        and len(box) == 4
        and box[0] == box[2]
        and box[1] == box[3]
    )
    return bool(int(annotation.get("/F", 0)) & _HIDDEN) or nowhere


def _look(annotation: pikepdf.Object, resources: pikepdf.Object | None, parts: Parts) -> None:
    kind = str(annotation.get("/Subtype", "/of no kind"))[1:]
    what = f"the appearance of an annotation ({kind})"
    looks = annotation.get("/AP")
    normal = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
    if normal is None:
        if not _shows_nothing(annotation, kind):
            raise PartError(f"{what} is missing")
        return
    if isinstance(normal, pikepdf.Stream):
        chosen: pikepdf.Object | None = normal
    elif isinstance(normal, pikepdf.Dictionary):
        state = annotation.get("/AS")
        if state is None:
            raise PartError(f"{what} is one of several, and which one is not said")
        if state == "/Off" and state not in normal:
            return
        chosen = normal.get(str(state))
        what = f"{what} in the state {str(state)[1:]}"
    else:
        raise PartError(f"{what} is damaged: it is no stream")
    paints = parts.form(chosen, resources, what)
    is_off = chosen is not normal and annotation.get("/AS") == "/Off"
    if not paints and not is_off and not _shows_nothing(annotation, kind):
        raise PartError(f"{what} is empty")


def _shows_nothing(annotation: pikepdf.Object, kind: str) -> bool:
    """Whether viewers, too, show nothing of an annotation without an appearance."""
    if kind != "Widget":
        return f"/{kind}" in _BARE
    field = _inherited(annotation, "/FT")
    value = _inherited(annotation, "/V")
    if field == "/Btn":
        return annotation.get("/AS", "/Off") == "/Off" and (value is None or value == "/Off")
    return value is None or (isinstance(value, pikepdf.String) and not str(value).strip())


def _inherited(field: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """What a form field, or the nearest one above it, says under a key."""
    for _ in range(_DEEPEST):
        if key in field:
            return field[key]
        above = field.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            break
        field = above
    return None
