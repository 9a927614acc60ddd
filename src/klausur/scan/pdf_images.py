"""Images that a PDF page draws, held to their decoders: of what these complain, renderers say nothing.

Masks are images like others. JBIG2 has no decoder here but that of the renderers: its segments are counted,
and two renderers draw it. The image that is all of a page is `klausur.scan.pdf_image`'s.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pikepdf

from klausur.scan import jbig2, limits, pdf_colours
from klausur.scan.decoders import jpeg, pillow
from klausur.scan.pdf_image import fax_file, single
from klausur.scan.pdf_streams import GENERAL, PartError, filters, whole
from klausur.scan.pixels import DecodeError

_END_OF_LINE = "000000000001"


def look(image: pikepdf.Object, what: str) -> bool:
    """Whether an image is plain: no mask, and found whole by its own decoder.

    Raises:
        PartError: it, or a mask of it, is damaged.
    """
    try:
        width, height = int(image["/Width"]), int(image["/Height"])
    except (KeyError, TypeError, ValueError) as error:
        raise PartError(f"{what} is damaged: it has no size") from error
    if min(width, height) <= 0 or width * height > limits.here().pixels:
        raise PartError(f"{what} has {width} × {height} pixels")
    _check_colours(image, what)
    plain = _held(image, width, height, what) and not image.get("/ImageMask", False)
    for key in ("/SMask", "/Mask"):
        mask = image.get(key)
        if isinstance(mask, pikepdf.Stream):
            look(mask, f"the mask of {what}")
        elif mask is not None and not isinstance(mask, pikepdf.Array):
            raise PartError(f"the mask of {what} is not in the file")
        plain = plain and mask is None
    return plain and _is_usual(image)


def look_inline(pdf: pikepdf.Pdf, image: pikepdf.PdfInlineImage, what: str) -> None:
    """Look at an image that stands in content itself; it is never plain.

    Raises:
        PartError: it is damaged or has too few pixels, as far as that can be told.
    """
    stencil, colours = bool(image.image_mask), image.colorspace
    if not set(image.filters) <= GENERAL or not (stencil or colours):
        return
    values = 1 if stencil or not colours or image.indexed else pdf_colours.components(pikepdf.Name(colours))
    bits = 1 if stencil else int(image.bits_per_component)
    coded = image.unparse().partition(b"ID")[2][1:].rpartition(b"EI")[0]
    alone = pikepdf.Stream(pdf, coded)
    alone["/Filter"] = pikepdf.Array([pikepdf.Name(name) for name in image.filters])
    if values is not None and len(whole(alone, what)) < (image.width * values * bits + 7) // 8 * image.height:
        raise PartError(f"{what} is cut off: it has too few pixels")


def _is_usual(image: pikepdf.Object) -> bool:
    """Whether an image has colours and depth as scanners write them, which every renderer draws."""
    space = image.get("/ColorSpace")
    profiled = isinstance(space, pikepdf.Array) and len(space) > 1 and space[0] == "/ICCBased"
    known = profiled or (isinstance(space, pikepdf.Name) and str(space) in {"/DeviceGray", "/DeviceRGB"})
    return known and "/Decode" not in image and int(image.get("/BitsPerComponent", 1)) in {1, 8}


def _held(image: pikepdf.Object, width: int, height: int, what: str) -> bool:
    """Whether the image's own decoder finds it whole; False where none is here that could tell."""
    names = filters(image)
    if set(names) <= GENERAL:
        return _samples(image, width, height, what)
    if len(names) > 1:
        return False
    check = _CHECKS.get(names[0])
    if check is None:
        raise PartError(f"{what} is coded as {names[0][1:]}, which no program knows")
    try:
        return check(image)
    except DecodeError as error:
        raise PartError(f"{what}: {error}") from error


def _samples(image: pikepdf.Object, width: int, height: int, what: str) -> bool:
    """Whether there are as many samples as the image needs; False where its colours are of a rare kind."""
    data = whole(image, what)
    stencil = image.get("/ImageMask", False)
    components = 1 if stencil else pdf_colours.components(image.get("/ColorSpace"))
    bits = int(image.get("/BitsPerComponent", 1))
    if components is None:
        return False
    if len(data) < (width * components * bits + 7) // 8 * height:
        raise PartError(f"{what} is cut off: it has too few pixels")
    return True


def _check_colours(image: pikepdf.Object, what: str) -> None:
    """Raise PartError for colours that no program knows: it would draw nothing."""
    space = image.get("/ColorSpace")
    if space is not None:
        pdf_colours.space(space, what)
    elif not image.get("/ImageMask", False) and filters(image) != ["/JPXDecode"]:
        raise PartError(f"{what} is damaged: it has no colours")


def _jpeg(image: pikepdf.Object) -> bool:
    return jpeg.check(image.read_raw_bytes()) == (int(image["/Width"]), int(image["/Height"]))


def _jpeg2000(image: pikepdf.Object) -> bool:
    pillow.check(image.read_raw_bytes(), "JPEG2000")
    return False  # its colours, and what is clear in it, are each renderer's own affair


def _fax(image: pikepdf.Object) -> bool:
    options = single(image.get("/DecodeParms"))
    given = options if isinstance(options, pikepdf.Dictionary) else pikepdf.Dictionary()
    if given.get("/EndOfBlock", True) and not _ends(image.read_raw_bytes(), float(given.get("/K", 0))):
        raise DecodeError("the fax image is cut off: its end is missing")
    data = fax_file(image)
    if data is not None:
        pillow.check(data, "TIFF")
    return data is not None


def _ends(data: bytes, k: float) -> bool:
    """Whether fax-coded data ends as it must: group 4 with two ends of line, group 3 with six.

    So ITU-T T.4 and T.6 have it. libtiff takes what is cut off for white lines.
    """
    bits = "".join(f"{byte:08b}" for byte in data.rstrip(b"\0")[-4:]).rstrip("0")
    if k < 0:
        return bits.endswith(2 * _END_OF_LINE)
    return bits.endswith((_END_OF_LINE, _END_OF_LINE + "1"))


def _jbig2(image: pikepdf.Object) -> bool:
    options = single(image.get("/DecodeParms"))
    shared = options.get("/JBIG2Globals") if isinstance(options, pikepdf.Dictionary) else None
    found = jbig2.complaint(image.read_raw_bytes())
    if not found and isinstance(shared, pikepdf.Stream):
        found = jbig2.complaint(whole(shared, "what it shares with others"), picture=False)
    if found:
        raise DecodeError(f"the JBIG2 image is damaged: {found}")
    return False


_CHECKS: Mapping[str, Callable[[pikepdf.Object], bool]] = MappingProxyType(
    {
        "/DCTDecode": _jpeg,
        "/JPXDecode": _jpeg2000,
        "/CCITTFaxDecode": _fax,
        "/JBIG2Decode": _jbig2,
    }
)
"""What decodes each coding, raises DecodeError for damage, and says whether it could tell."""
