"""One drawn page in every form that scanners and telephones write: each is placed as the page that it is."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pikepdf
import pillow_heif
import pypdfium2
import pytest
from PIL import Image

from klausur.read.page import process
from klausur.scan.decode import decode
from klausur.scan.intake import Scan, open_scan, picture
from klausur.scan.model import PageImage, SourceForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt
    from tests.scan.conftest import Look, Printer

    from klausur.scan.model import Pixels

POINTS = (595.28, 841.89)


@pytest.fixture(scope="session")
def fine(printer: Printer, look: type[Look]) -> Pixels:
    return printer.scanned(printer.printed(booklet=2, page=1), look(dpi=300, noise=0))[0]


@pytest.fixture(scope="session")
def coarse(printer: Printer, look: type[Look]) -> Pixels:
    return printer.scanned(printer.printed(booklet=2, page=1), look(dpi=150, noise=0))[0]


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def bilevel(pixels: npt.NDArray[Any]) -> Image.Image:
    return Image.fromarray(pixels > 140)


def coloured(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels).convert("RGB")


def images(folder: Path, data: bytes, name: str = "scan") -> list[PageImage]:
    (folder / name).write_bytes(data)
    scan = open_scan(folder / name)
    assert isinstance(scan, Scan), scan
    with scan:
        found = list(scan.pages())
    assert len(found) == scan.count
    return found


def placed(printer: Printer, image: PageImage) -> bool:
    (result,) = process(image, printer.layout, printer.key)
    return result.code is not None and result.code.booklet == 2


def _as_big(data: bytes) -> bytes:
    """A TIFF file of the order II once more, with 64 bits for every offset, after the old one's bytes."""
    (at,) = struct.unpack_from("<I", data, 4)
    out, link = bytearray(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0) + data), 8
    while at:
        (count,) = struct.unpack_from("<H", data, at)
        struct.pack_into("<Q", out, link, len(out))
        out += struct.pack("<Q", count)
        for tag, kind, number, value in struct.iter_unpack("<HHI4s", data[at + 2 : at + 2 + 12 * count]):
            size = number * {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 12: 8}[kind]
            long = (
                value.ljust(8, b"\0") if size <= 4 else struct.pack("<Q", 16 + struct.unpack("<I", value)[0])
            )
            form = 16 if tag == 273 and number == 1 else kind
            if form == 16:
                long = struct.pack("<Q", 16 + struct.unpack("<I", value)[0])
            elif tag == 273:  # offsets of pieces point into the old bytes, which moved by 16
                (where,) = struct.unpack("<I", value)
                moved = (16 + old for old in struct.unpack_from(f"<{number}I", data, where))
                struct.pack_into(f"<{number}I", out, 16 + where, *moved)
            elif 4 < size <= 8:
                (where,) = struct.unpack("<I", value)
                long = data[where : where + size].ljust(8, b"\0")
            out += struct.pack("<HHQ", tag, form, number) + long
        link = len(out)
        out += bytes(8)
        (at,) = struct.unpack_from("<I", data, at + 2 + 12 * count)
    return bytes(out)


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "group3", "group4", "jpeg"]
)
@pytest.mark.parametrize("big", [False, True])
def test_every_page_of_a_tiff(
    tmp_path: Path, printer: Printer, coarse: Pixels, compression: str, *, big: bool
) -> None:
    make: Callable[[Pixels], Image.Image] = Image.fromarray
    if compression.startswith("group"):
        make = bilevel
    elif compression == "jpeg":
        make = coloured
    pages = [make(coarse), make(np.rot90(coarse, 2).copy()), make(coarse)]
    data = saved(pages[0], "TIFF", compression=compression, save_all=True, append_images=pages[1:])
    found = images(tmp_path, _as_big(data) if big else data)
    assert len(found) == 3
    for image, page in zip(found, pages, strict=True):
        assert len(image.data) < 0.6 * len(data)
        pixels = decode(image)
        shown = np.asarray(page.convert("L" if pixels.ndim == 2 else "RGB")).astype(int)
        assert pixels.shape == shown.shape
        assert np.abs(pixels - shown).mean() < (3 if compression == "jpeg" else 1e-9)
    assert placed(printer, found[1])


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiffs_of_either_order_of_bytes_with_a_depth_of_sixteen_bits(
    tmp_path: Path, coarse: Pixels, order: str
) -> None:
    deep = (coarse.astype(np.uint16) << 8 | 7).astype(f"{order}u2").tobytes()
    height, width = coarse.shape
    entries = (
        *((256, 3, width), (257, 3, height), (258, 3, 16), (259, 3, 1), (262, 3, 1)),
        *((273, 4, 8), (274, 3, 6), (277, 3, 1), (278, 3, height), (279, 4, len(deep))),
    )
    directory = struct.pack(order + "H", len(entries))
    for tag, kind, value in entries:
        directory += struct.pack(order + "HHI" + {3: "H2x", 4: "I"}[kind], tag, kind, 1, value)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    data = magic + struct.pack(order + "I", 8 + len(deep)) + deep + directory + bytes(4)
    (image,) = images(tmp_path, data)
    assert np.array_equal(decode(image), coarse)  # and the orientation that it states is not obeyed


def test_a_tiff_in_tiles(tmp_path: Path, coarse: Pixels) -> None:
    height, width = (-(-n // 256) * 256 for n in coarse.shape)
    padded = np.full((height, width), 255, np.uint8)
    padded[: coarse.shape[0], : coarse.shape[1]] = coarse
    tiles = [
        padded[y : y + 256, x : x + 256].tobytes()
        for y in range(0, height, 256)
        for x in range(0, width, 256)
    ]
    count = len(tiles)
    offsets_at = 8 + 65536 * count
    entries = (
        *((256, 3, 1, coarse.shape[1]), (257, 3, 1, coarse.shape[0]), (258, 3, 1, 8), (259, 3, 1, 1)),
        *((262, 3, 1, 1), (277, 3, 1, 1), (322, 3, 1, 256), (323, 3, 1, 256)),
        *((324, 4, count, offsets_at), (325, 4, count, offsets_at + 4 * count)),
    )
    data = b"II*\0" + struct.pack("<I", offsets_at + 8 * count) + b"".join(tiles)
    data += struct.pack(f"<{count}I", *(8 + 65536 * n for n in range(count)))
    data += struct.pack(f"<{count}I", *(65536 for _ in range(count)))
    data += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries) + bytes(4)
    (image,) = images(tmp_path, data)
    assert np.array_equal(decode(image), coarse)


def test_a_fax_whose_lines_are_half_as_many_is_made_square(
    tmp_path: Path, printer: Printer, look: type[Look]
) -> None:
    page = printer.scanned(printer.printed(booklet=2, page=1), look(dpi=204, noise=0))[0]
    half = bilevel(cv2.resize(page, (page.shape[1], page.shape[0] // 2), interpolation=cv2.INTER_AREA))
    (image,) = images(tmp_path, saved(half, "TIFF", compression="group3", dpi=(204, 102)))
    height, width = decode(image).shape
    assert height / width == pytest.approx(297 / 210, rel=0.01)


def test_bilevel_at_1200_dpi_is_reduced_and_placed(tmp_path: Path, printer: Printer, fine: Pixels) -> None:
    huge = cv2.resize(fine, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    (image,) = images(tmp_path, saved(bilevel(huge), "TIFF", compression="group4"))
    assert decode(image).shape == fine.shape
    assert placed(printer, image)


@pytest.mark.parametrize("dpi", [100, 200, 600])
def test_other_resolutions_as_bilevel_png(
    tmp_path: Path, printer: Printer, look: type[Look], dpi: int
) -> None:
    page = printer.scanned(printer.printed(booklet=2, page=1), look(dpi=dpi, noise=0))[0]
    (image,) = images(tmp_path, saved(bilevel(page), "PNG"))
    assert placed(printer, image)


def _deep_alpha(pixels: Pixels) -> bytes:
    deep = np.dstack([pixels] * 3 + [np.full_like(pixels, 255)]).astype(np.uint16) * 257
    deep[pixels > 200] = (9, 9, 9, 0)  # the paper is not there at all
    ok, data = cv2.imencode(".png", deep)
    assert ok
    return data.tobytes()


def _cmyk_plain(pixels: Pixels) -> bytes:
    """Four colours as printers know them, without the marker by which Adobe's programs say: upside down."""
    plain = np.asarray(coloured(pixels).convert("CMYK"))
    data = saved(Image.fromarray(255 - plain, "CMYK"), "JPEG", quality=90)  # Pillow turns it once more
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4]) :]


def _heic(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(coloured(pixels)).save(out, quality=60)
    return out.getvalue()


FORMS: dict[str, Callable[[Pixels], bytes]] = {
    "jpeg 2000": lambda p: saved(Image.fromarray(p), "JPEG2000", quality_mode="rates", quality_layers=[20]),
    "bare jpeg 2000": lambda p: saved(coloured(p), "JPEG2000", no_jp2=True, quality_layers=[20]),
    "webp": lambda p: saved(Image.fromarray(p), "WEBP", quality=80),
    "png with 16 bits and opacity": _deep_alpha,
    "palette png with a clear colour": lambda p: saved(
        Image.fromarray(p).quantize(8),
        "PNG",
        transparency=int(np.asarray(Image.fromarray(p).quantize(8))[0, 0]),
    ),
    "progressive jpeg": lambda p: saved(Image.fromarray(p), "JPEG", progressive=True),
    "cmyk jpeg, inverted": lambda p: saved(coloured(p).convert("CMYK"), "JPEG", quality=90),
    "cmyk jpeg": _cmyk_plain,
    "heic": _heic,
}


@pytest.fixture(scope="session")
def written(coarse: Pixels) -> dict[str, bytes]:
    return {form: write(coarse) for form, write in FORMS.items()}


@pytest.mark.parametrize("form", FORMS)
def test_single_images(
    tmp_path: Path, printer: Printer, coarse: Pixels, written: dict[str, bytes], form: str
) -> None:
    (image,) = images(tmp_path, written[form])
    pixels = decode(image)
    assert pixels.shape[:2] == coarse.shape
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert np.percentile(grey, 90) > 200, "paper is light"
    assert np.percentile(grey, 0.5) < 90, "ink is dark"
    assert placed(printer, image)


@pytest.mark.parametrize("form", ["jpeg 2000", "webp", "cmyk jpeg"])
def test_fine_images_are_reduced(coarse: Pixels, form: str) -> None:
    fine = np.asarray(cv2.resize(coarse[:, :400], (800, 6200), interpolation=cv2.INTER_LINEAR), np.uint8)
    data = FORMS[form](fine)
    assert decode(PageImage("f", 0, SourceForm.IMAGE, data)).shape[:2] == (
        fine.shape[0] // 2,
        fine.shape[1] // 2,
    )


def test_a_photograph_with_its_orientation(tmp_path: Path, printer: Printer, coarse: Pixels) -> None:
    """Whether the hint is obeyed does not matter: the page is found either way up."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    pillow_heif.from_pillow(coloured(np.rot90(coarse).copy())).save(out, quality=60, exif=exif.tobytes())
    (image,) = images(tmp_path, out.getvalue(), "photo.jpg")
    assert placed(printer, image)


def paged(data: bytes, width: int, height: int, **keys: object) -> bytes:
    """A PDF of one page that is this coded image."""
    pdf = pikepdf.new()
    image = pikepdf.Stream(pdf, data)
    image.stream_dict = pikepdf.Dictionary(
        {
            "/Type": pikepdf.Name.XObject,
            "/Subtype": pikepdf.Name.Image,
            "/Width": width,
            "/Height": height,
            **{f"/{key}": value for key, value in keys.items()},
        }
    )
    page = pdf.add_blank_page(page_size=POINTS)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
    page.Contents = pikepdf.Stream(pdf, b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _fax(image: Image.Image, compression: str, *, ink: int = 0) -> bytes:
    """The coded data of a fax image, as libtiff makes it in one piece, black where the image is ``ink``."""
    marked = Image.fromarray(np.asarray(image.convert("L")) == 255 * ink)  # Pillow codes white as fax black
    data = saved(marked, "TIFF", compression=compression, strip_size=1 << 30)
    tags = Image.open(io.BytesIO(data)).getexif()
    return data[tags[273] : tags[273] + tags[279]]


@pytest.mark.parametrize(
    ("compression", "options", "ink"),
    [
        ("group4", {"K": -1}, 0),
        ("group4", {"K": -1, "BlackIs1": True}, 1),
        ("group4", {"K": -1, "BlackIs1": False, "EndOfBlock": True}, 0),
        ("group3", {"K": 0}, 0),
    ],
)
def test_a_pdf_of_a_fax_image_gives_it_without_loss(
    tmp_path: Path, printer: Printer, coarse: Pixels, compression: str, options: dict[str, object], ink: int
) -> None:
    image = bilevel(coarse)
    data = _fax(image, compression, ink=ink)
    given = {"/Columns": image.width, "/Rows": image.height, **{f"/{k}": v for k, v in options.items()}}
    pdf = paged(
        data,
        *image.size,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
        Filter=pikepdf.Name.CCITTFaxDecode,
        DecodeParms=pikepdf.Dictionary(given),
    )
    (found,) = images(tmp_path, pdf)
    assert found.form is SourceForm.IMAGE
    assert np.array_equal(decode(found), np.asarray(image.convert("L")))
    assert placed(printer, found)
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[0].render(scale=1).to_numpy()[:, :, 0]
    document.close()
    assert drawn.mean() > 200, "another program sees it as we do"


def _jbig2(image: Image.Image) -> bytes:
    """The segments of a page with one immediate generic region, coded as T.88 allows: by fax group 4."""

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data

    page = struct.pack(">IIIIBH", *image.size, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", *image.size, 0, 0, 0, 1) + _fax(image, "group4")
    return segment(0, 48, page) + segment(1, 38, region)


def test_a_pdf_of_a_jbig2_image(tmp_path: Path, printer: Printer, coarse: Pixels) -> None:
    image = bilevel(coarse)
    pdf = paged(
        _jbig2(image),
        *image.size,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
        Filter=pikepdf.Name.JBIG2Decode,
    )
    (found,) = images(tmp_path, pdf)
    assert placed(printer, found)


@pytest.mark.parametrize("stated", [True, False])
def test_a_pdf_of_a_jpeg_2000_gives_its_very_bytes(
    tmp_path: Path, printer: Printer, coarse: Pixels, *, stated: bool
) -> None:
    data = FORMS["jpeg 2000"](coarse)
    space = {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8} if stated else {}
    pdf = paged(data, coarse.shape[1], coarse.shape[0], Filter=pikepdf.Name.JPXDecode, **space)
    (found,) = images(tmp_path, pdf)
    assert (found.form, found.data) == (SourceForm.IMAGE, data)
    assert placed(printer, found)


@pytest.mark.parametrize("bits", [1, 8])
def test_a_pdf_of_plain_samples_is_rendered(
    tmp_path: Path, printer: Printer, coarse: Pixels, bits: int
) -> None:
    samples = coarse.tobytes() if bits == 8 else bilevel(coarse).tobytes()
    pdf = paged(
        zlib.compress(samples),
        coarse.shape[1],
        coarse.shape[0],
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=bits,
        Filter=pikepdf.Name.FlateDecode,
    )
    (found,) = images(tmp_path, pdf)
    assert found.form is SourceForm.PDF_PAGE
    assert placed(printer, found)


def test_a_page_takes_only_what_it_draws_out_of_what_all_pages_share(
    tmp_path: Path, printer: Printer, coarse: Pixels
) -> None:
    """Some programs list the images of all pages on every page."""
    pdf = pikepdf.new()
    shared = pikepdf.Dictionary()
    for number in range(20):
        noise = np.random.default_rng(number).integers(0, 256, 200_000, np.uint8).tobytes()
        image = pikepdf.Stream(pdf, coarse.tobytes() if number == 0 else noise)
        wide, high = (coarse.shape[1], coarse.shape[0]) if number == 0 else (500, 400)
        image.stream_dict = pikepdf.Dictionary(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": wide,
                "/Height": high,
                "/ColorSpace": pikepdf.Name.DeviceGray,
                "/BitsPerComponent": 8,
            }
        )
        shared[f"/Im{number}"] = pdf.make_indirect(image)
    resources = pdf.make_indirect(pikepdf.Dictionary(XObject=shared))
    for number in range(3):
        page = pdf.add_blank_page(page_size=POINTS)
        page.obj.Resources = resources
        page.Contents = pikepdf.Stream(pdf, b"q 595.28 0 0 841.89 0 0 cm /Im%d Do Q" % number)
    out = io.BytesIO()
    pdf.save(out)
    first, *others = images(tmp_path, out.getvalue())
    assert placed(printer, first)
    assert all(len(image.data) < 300_000 for image in others)


def test_a_picture_of_any_form_can_be_shown(coarse: Pixels, written: dict[str, bytes]) -> None:
    for form in ("heic", "jpeg 2000", "webp"):
        shown = picture(PageImage("f", 0, SourceForm.IMAGE, written[form]))
        with Image.open(io.BytesIO(shown)) as image:
            assert image.format == "JPEG"
            assert image.size == coarse.shape[::-1]
    plain = saved(Image.fromarray(coarse), "PNG")
    assert picture(PageImage("f", 0, SourceForm.IMAGE, plain)) == plain
    assert picture(PageImage("f", 0, SourceForm.PDF_PAGE, b"%PDF-1.4 nothing")) == b""


def test_a_telephone_s_picture_outlives_its_file(coarse: Pixels, written: dict[str, bytes]) -> None:
    pixels = decode(PageImage("f", 0, SourceForm.IMAGE, written["heic"]))
    kept = pixels.copy()
    others = [np.zeros_like(coarse) for _ in range(20)]  # would take memory that was given back
    assert np.array_equal(pixels, kept)
    assert np.percentile(pixels, 90) > 200 > len(others)
