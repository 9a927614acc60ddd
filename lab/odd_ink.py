"""Ways in which a PDF carries ink that was written onto a page: content, forms, patterns, masks, layers.

Each draws the same strokes by another kind of object, as programs that write on PDFs and scanners that split
a page into layers do: content stands in `lab.odd_drawings`, images in `lab.odd_images`, layers here.
Annotations are in `lab.odd_annotations`; how an object is damaged, in `lab.odd_pdf`.
"""

from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name

from lab.odd_drawings import DRAWINGS
from lab.odd_images import IMAGES
from lab.odd_sheet import RGB, Carrier, Sheet, all_ink, masked, path, soft_mask


def _layered(sheet: Sheet, *, on: bool, base: str = "ON") -> pikepdf.Object:
    layer = sheet.pdf.make_indirect(Dictionary(Type=Name.OCG, Name="ink"))
    state = Dictionary(BaseState=Name(f"/{base}"))
    if on != (base == "ON"):
        state["/ON" if on else "/OFF"] = Array([layer])
    sheet.pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=state)
    return layer


def _on_layer(*, on: bool, base: str = "ON") -> Carrier:
    def carry(sheet: Sheet) -> None:
        name = sheet.resource("/Properties", _layered(sheet, on=on, base=base))
        sheet.draw(b"/OC " + name + b" BDC q " + path(sheet.strokes) + b" Q EMC")

    return carry


def _image_on_layer(*, on: bool) -> Carrier:
    def carry(sheet: Sheet) -> None:
        ink = all_ink(sheet)
        image = sheet.image(ink.tobytes(), ink.shape, OC=_layered(sheet, on=on), **RGB)
        masked(sheet, image, "/SMask", soft_mask(sheet))

    return carry


def _on_membership(*, on: bool) -> Carrier:
    def carry(sheet: Sheet) -> None:
        layer = _layered(sheet, on=on)
        member = sheet.pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=Array([layer]), P=Name.AllOn))
        name = sheet.resource("/Properties", member)
        sheet.draw(b"/OC " + name + b" BDC q " + path(sheet.strokes) + b" Q EMC")

    return carry


CARRIERS: Mapping[str, Carrier] = {
    **DRAWINGS,
    **IMAGES,
    "layer": _on_layer(on=True),
    "layer-of-few": _on_layer(on=True, base="OFF"),
    "image-on-layer": _image_on_layer(on=True),
    "membership": _on_membership(on=True),
}
"""Ways to carry ink that every viewer shows, by name."""

HIDDEN: Mapping[str, Carrier] = {
    "layer-off": _on_layer(on=False),
    "layer-of-none": _on_layer(on=False, base="OFF"),
    "image-on-layer-off": _image_on_layer(on=False),
    "membership-off": _on_membership(on=False),
}
"""The same, on layers that are off, so that no viewer shows it."""
