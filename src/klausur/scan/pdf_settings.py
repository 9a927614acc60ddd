"""What a PDF says for all its pages, kept where one is cut out: which layers are on, how forms are drawn.

Without the first, layers that are off would be drawn, and those that only a rule turns on might not be.
"""

import pikepdf

_FORM_KEYS = ("/DR", "/DA", "/Q", "/NeedAppearances", "/SigFlags")
"""What form fields share. The fields themselves are the page's own; forms of XFA no renderer here draws."""

_DEEPEST = 50  # levels of form fields


def keep(pdf: pikepdf.Pdf, single: pikepdf.Pdf) -> None:
    """Give the PDF of one page, which was cut out of another, what that one says for all its pages."""
    layers = pdf.Root.get("/OCProperties")
    if isinstance(layers, pikepdf.Dictionary):
        if not layers.is_indirect:  # only such can be copied, with the page's own layers as the same objects
            pdf.Root.OCProperties = layers = pdf.make_indirect(layers)
        single.Root.OCProperties = single.copy_foreign(layers)
    forms = pdf.Root.get("/AcroForm")
    if isinstance(forms, pikepdf.Dictionary) and (fields := _fields(single)):
        shared = pikepdf.Dictionary({key: forms[key] for key in _FORM_KEYS if key in forms})
        single.Root.AcroForm = single.copy_foreign(pdf.make_indirect(shared))
        single.Root.AcroForm.Fields = pikepdf.Array(fields)


def _fields(single: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The form fields of the page: the topmost of each of its widgets."""
    annotations = single.pages[0].obj.get("/Annots")
    found: dict[tuple[int, int], pikepdf.Object] = {}
    for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
        if isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == "/Widget":
            top = _topmost(annotation)
            if top.is_indirect:
                found[top.objgen] = top
    return list(found.values())


def _topmost(field: pikepdf.Object) -> pikepdf.Object:
    for _ in range(_DEEPEST):
        above = field.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            break
        field = above
    return field
