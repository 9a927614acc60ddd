"""The forms in which scanners, copiers and phones save images: a PDF or TIFF of many, or a file for each."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pikepdf
import simplejpeg
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from klausur.rehearse.binder import bind
from klausur.scan.model import Pixels
from lab import pdf_forms


class Form(StrEnum):
    """What images are saved as."""

    PDF_JPEG = "pdf-jpeg"
    """One PDF, each page one JPEG."""
    PDF_G4 = "pdf-g4"
    """One PDF, each page one image of 1 bit, CCITT G4."""
    PDF_JP2 = "pdf-jp2"
    """One PDF, each page one JPEG 2000."""
    PDF_JBIG2 = "pdf-jbig2"
    """One PDF, each page one image of 1 bit, JBIG2."""
    PDF_STRIPS = "pdf-strips"
    """One PDF, each page in strips that are JPEGs."""
    PDF_LAYERS = "pdf-layers"
    """One PDF, each page its paper as JPEG and its ink as a mask."""
    PDF_LAYER_OFF = "pdf-layer-off"
    """One PDF, each page one JPEG below a black layer that is off."""
    PDF_STRIP_CUT = "pdf-strip-cut"
    """Strips, of which one is cut off."""
    PDF_LAYER_CUT = "pdf-layer-cut"
    """Layers, the mask of which is cut off."""
    PDF_LAYER_GONE = "pdf-layer-gone"
    """Layers, the mask of which is not in the file."""
    PDF_ANNOTATED = "pdf-annotated"
    """One PDF, on each page an annotation without an appearance."""
    TIFF_G4 = "tiff-g4"
    """One TIFF of all pages, 1 bit, CCITT G4."""
    TIFF_LZW = "tiff-lzw"
    """One TIFF of all pages, grey or in colour, LZW."""
    JPEG = "jpeg"
    """A JPEG for each image."""
    JPEG_CMYK = "jpeg-cmyk"
    """A JPEG in four inks for each image."""
    PNG = "png"
    """A PNG for each image, with a channel of opacity."""
    HEIC = "heic"
    """A HEIC for each image, as phones write it."""
    ZIP = "zip"
    """One ZIP with a JPEG for each image."""
    PDF_JUNK = "pdf-junk"
    """One PDF, each page one JPEG, and zeros behind its end."""
    PDF_PORTFOLIO = "pdf-portfolio"
    """A PDF with a JPEG for each image inside, and a sheet that says so."""
    JPEG_DNL = "jpeg-dnl"
    """A JPEG for each image, its height behind its lines."""
    JPEG_HIGH = "jpeg-high"
    """A JPEG for each image, which states 65,500 lines."""
    JPEG_NO_END = "jpeg-no-end"
    """A JPEG for each image, without the two bytes of its end."""
    JPEG_OF_MANY = "jpeg-of-many"
    """One file, JPEG behind JPEG."""
    TIFF_THUMBNAILS = "tiff-thumbnails"
    """One TIFF of all pages, each followed by a thumbnail of it."""


_ROWS_PER_STRIP, _KIND_OF_IMAGE = 278, 254
"""TIFF's tags."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels to be saved, their resolution and the JPEG quality to save them with."""

    pixels: Pixels
    dpi: float
    quality: int


def save(pictures: Sequence[Picture], form: Form, stem: Path) -> tuple[Path, ...]:
    """Save images and return the files: one with all of them, or one for each, in their order.

    Args:
        pictures: black and white where the form has one bit.
        form: what to save them as.
        stem: folder and name of the files, without their ending.
    """
    if form in _TOGETHER:
        ending, together = _TOGETHER[form]
        path = stem.with_name(stem.name + ending)
        path.write_bytes(together(pictures))
        return (path,)
    ending, alone = _ALONE[form]
    files = []
    for number, picture in enumerate(pictures, start=1):
        files.append(stem.with_name(f"{stem.name}-{number:03d}{ending}"))
        files[-1].write_bytes(alone(picture))
    return tuple(files)


def jpeg(picture: Picture) -> bytes:
    """The bytes of a JPEG, grey or RGB."""
    grey = picture.pixels.ndim == 2
    data: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(picture.pixels[:, :, None] if grey else picture.pixels),
        quality=picture.quality,
        colorspace="GRAY" if grey else "RGB",
        colorsubsampling="Gray" if grey else "420",
    )
    return data


def _pdf_jpeg(pictures: Sequence[Picture]) -> bytes:
    return bind(map(jpeg, pictures), round(pictures[0].dpi))


def _pdf_g4(pictures: Sequence[Picture]) -> bytes:
    return _pdf(pictures, _g4_image)


def _pdf_jp2(pictures: Sequence[Picture]) -> bytes:
    return _pdf(pictures, _jp2_image)


def _pdf(pictures: Sequence[Picture], image: Callable[[pikepdf.Pdf, Picture], pikepdf.Stream]) -> bytes:
    with pikepdf.new() as pdf:
        for picture in pictures:
            height, width = picture.pixels.shape[:2]
            size = (width * 72 / picture.dpi, height * 72 / picture.dpi)
            page = pdf.add_blank_page(page_size=size)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image(pdf, picture)))
            page.Contents = pikepdf.Stream(pdf, b"q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q" % size)
        data = io.BytesIO()
        pdf.save(data, deterministic_id=True)
    return data.getvalue()


def _g4_image(pdf: pikepdf.Pdf, picture: Picture) -> pikepdf.Stream:
    height, width = picture.pixels.shape[:2]
    with Image.open(io.BytesIO(_tiff([picture], "group4", bits=1))) as tiff:
        strip = _strip(tiff)
    return pikepdf.Stream(
        pdf,
        strip,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
        Filter=pikepdf.Name.CCITTFaxDecode,
        DecodeParms=pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True),
    )


def _strip(tiff: Image.Image) -> bytes:
    """The compressed bytes of a TIFF that has one strip."""
    assert isinstance(tiff, TiffImageFile)  # noqa: S101 - written above
    assert tiff.fp is not None  # noqa: S101 - just opened
    (offset,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    tiff.fp.seek(offset)
    data: bytes = tiff.fp.read(length)
    return data


def _jp2_image(pdf: pikepdf.Pdf, picture: Picture) -> pikepdf.Stream:
    height, width = picture.pixels.shape[:2]
    data = io.BytesIO()
    Image.fromarray(picture.pixels).save(data, "JPEG2000", quality_mode="rates", quality_layers=[12])
    return pikepdf.Stream(
        pdf,
        data.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceGray if picture.pixels.ndim == 2 else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.JPXDecode,
    )


def _tiff(pictures: Sequence[Picture], compression: str, bits: int) -> bytes:
    """A TIFF of all pictures, one strip each."""
    frames = [Image.fromarray(picture.pixels) for picture in pictures]
    if bits == 1:
        frames = [frame.convert("1", dither=Image.Dither.NONE) for frame in frames]
    data = io.BytesIO()
    dpi = pictures[0].dpi
    frames[0].save(
        data,
        "TIFF",
        compression=compression,
        dpi=(dpi, dpi),
        save_all=True,
        append_images=frames[1:],
        tiffinfo={_ROWS_PER_STRIP: max(frame.height for frame in frames)},
    )
    return data.getvalue()


def _tiff_g4(pictures: Sequence[Picture]) -> bytes:
    return _tiff(pictures, "group4", bits=1)


def _tiff_lzw(pictures: Sequence[Picture]) -> bytes:
    return _tiff(pictures, "tiff_lzw", bits=8)


def _zip(pictures: Sequence[Picture]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for number, picture in enumerate(pictures, start=1):
            archive.writestr(zipfile.ZipInfo(f"page-{number:03d}.jpg"), jpeg(picture))
    return data.getvalue()


def _pdf_junk(pictures: Sequence[Picture]) -> bytes:
    return _pdf_jpeg(pictures) + bytes(4096)


def _pdf_portfolio(pictures: Sequence[Picture]) -> bytes:
    data = io.BytesIO()
    with pikepdf.new() as pdf:
        cover = pdf.add_blank_page(page_size=(595, 842))
        cover.Contents = pdf.make_stream(
            b"BT /F1 18 Tf 60 500 Td (Open this portfolio with another program) Tj ET"
        )
        for number, picture in enumerate(pictures, start=1):
            pdf.attachments[f"page-{number:03d}.jpg"] = jpeg(picture)
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection, View=pikepdf.Name.D)
        pdf.save(data, deterministic_id=True)
    return data.getvalue()


def _jpeg_dnl(picture: Picture) -> bytes:
    data = jpeg(picture)
    lines = picture.pixels.shape[0].to_bytes(2)
    told: bytes = _with_height(data, 0)[:-2] + b"\xff\xdc\x00\x04" + lines + data[-2:]
    return told


def _jpeg_high(picture: Picture) -> bytes:
    return _with_height(jpeg(picture), 65500)


def _jpeg_no_end(picture: Picture) -> bytes:
    return jpeg(picture)[:-2]


def _jpeg_of_many(pictures: Sequence[Picture]) -> bytes:
    data: bytes = b"".join(map(jpeg, pictures))
    return data


def _with_height(data: bytes, height: int) -> bytes:
    """A JPEG that states another height, in the segment that begins its frame."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2) + data[at + 2 :]


def _tiff_thumbnails(pictures: Sequence[Picture]) -> bytes:
    frames: list[Image.Image] = []
    for picture in pictures:
        page = Image.fromarray(picture.pixels)
        small = page.resize((page.width // 10, page.height // 10))
        small.encoderinfo = {"tiffinfo": {_KIND_OF_IMAGE: 1}}
        page.encoderinfo = {}
        frames += (page, small)
    data = io.BytesIO()
    frames[0].save(data, "TIFF", compression="tiff_lzw", save_all=True, append_images=frames[1:])
    return data.getvalue()


def _png(picture: Picture) -> bytes:
    data = io.BytesIO()
    image = Image.fromarray(picture.pixels)
    image.convert("LA" if picture.pixels.ndim == 2 else "RGBA").save(data, "PNG", compress_level=3)
    return data.getvalue()


def _jpeg_cmyk(picture: Picture) -> bytes:
    data = io.BytesIO()
    image = Image.fromarray(picture.pixels).convert("RGB").convert("CMYK")
    image.save(data, "JPEG", quality=picture.quality, dpi=(picture.dpi, picture.dpi))
    return data.getvalue()


def _heic(picture: Picture) -> bytes:
    import pillow_heif  # noqa: PLC0415 - writes what nobody but rehearsals writes: an extra, not for every user

    height, width = picture.pixels.shape[:2]
    colours = np.ascontiguousarray(Image.fromarray(picture.pixels).convert("RGB"))
    made = pillow_heif.from_bytes("RGB", (width, height), colours.tobytes())
    data = io.BytesIO()
    made.save(data, quality=picture.quality, chroma=420, enc_params={"preset": "ultrafast"})  # 2 s, not 20
    return data.getvalue()


def _composed(write: pdf_forms.Writer) -> Callable[[Sequence[Picture]], bytes]:
    def pdf(pictures: Sequence[Picture]) -> bytes:
        return pdf_forms.bound([(one.pixels, one.dpi, one.quality) for one in pictures], write)

    return pdf


DAMAGED = frozenset({Form.PDF_STRIP_CUT, Form.PDF_LAYER_CUT, Form.PDF_LAYER_GONE, Form.PDF_ANNOTATED})
"""Forms of which a part is missing, so that nobody can read them."""

_TOGETHER: dict[Form, tuple[str, Callable[[Sequence[Picture]], bytes]]] = {
    Form.PDF_JBIG2: (".pdf", _composed(pdf_forms.jbig2_page)),
    Form.PDF_STRIPS: (".pdf", _composed(pdf_forms.strips)),
    Form.PDF_LAYERS: (".pdf", _composed(pdf_forms.layers)),
    Form.PDF_LAYER_OFF: (".pdf", _composed(pdf_forms.layer_off)),
    Form.PDF_STRIP_CUT: (".pdf", _composed(pdf_forms.strip_cut)),
    Form.PDF_LAYER_CUT: (".pdf", _composed(pdf_forms.layer_cut)),
    Form.PDF_LAYER_GONE: (".pdf", _composed(pdf_forms.layer_gone)),
    Form.PDF_ANNOTATED: (".pdf", _composed(pdf_forms.annotated)),
    Form.PDF_JPEG: (".pdf", _pdf_jpeg),
    Form.PDF_G4: (".pdf", _pdf_g4),
    Form.PDF_JP2: (".pdf", _pdf_jp2),
    Form.TIFF_G4: (".tif", _tiff_g4),
    Form.TIFF_LZW: (".tif", _tiff_lzw),
    Form.ZIP: (".zip", _zip),
    Form.PDF_JUNK: (".pdf", _pdf_junk),
    Form.PDF_PORTFOLIO: (".pdf", _pdf_portfolio),
    Form.JPEG_OF_MANY: (".jpg", _jpeg_of_many),
    Form.TIFF_THUMBNAILS: (".tif", _tiff_thumbnails),
}
_ALONE: dict[Form, tuple[str, Callable[[Picture], bytes]]] = {
    Form.JPEG: (".jpg", jpeg),
    Form.JPEG_CMYK: (".jpg", _jpeg_cmyk),
    Form.JPEG_DNL: (".jpg", _jpeg_dnl),
    Form.JPEG_HIGH: (".jpg", _jpeg_high),
    Form.JPEG_NO_END: (".jpg", _jpeg_no_end),
    Form.PNG: (".png", _png),
    Form.HEIC: (".heic", _heic),
}
