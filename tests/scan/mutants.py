"""Scanned files spoilt by chance, the same ones for the same seed: what test_fuzz.py reads.

Each file starts as one of a few good ones and is changed in one to four ways that damage in a device, a bad
copy or a bad will leave behind. The seed of a file is its number.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
import pillow_heif
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from klausur.scan.model import Pixels

POINTS = (595.28, 841.89)
NUMBERS = (0, 1, 2, 3, 7, 8, 255, 256, 1000, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A spoilt file: what it was and what it is."""

    seed: int
    form: str
    data: bytes


def originals(page: Pixels) -> dict[str, bytes]:
    """Good files that show this page, by what they are."""
    image = Image.fromarray(page)
    two = Image.fromarray(page > 140)
    jpeg = _saved(image, "JPEG", quality=70)
    return {
        "jpeg": jpeg,
        "progressive jpeg": _saved(image, "JPEG", quality=60, progressive=True),
        "cmyk jpeg": _saved(image.convert("CMYK"), "JPEG"),
        "png": _saved(image.quantize(16), "PNG"),
        "deep png": cv2.imencode(".png", np.asarray(image).astype(np.uint16) * 257)[1].tobytes(),
        "tiff lzw": _saved(image, "TIFF", compression="tiff_lzw"),
        "tiff jpeg": _saved(image.convert("RGB"), "TIFF", compression="jpeg"),
        "tiff fax": _saved(two, "TIFF", compression="group4", save_all=True, append_images=[two, two]),
        "tiff g3": _saved(two, "TIFF", compression="group3"),
        "jpeg 2000": _saved(image, "JPEG2000", quality_layers=[20]),
        "webp": _saved(image, "WEBP", quality=50),
        "heic": _heic(image),
        "pdf": _pdf([jpeg, jpeg], "DCTDecode", image.size),
        "packed pdf": _pdf([jpeg, jpeg], "DCTDecode", image.size, packed=True),
        "jpx pdf": _pdf([_saved(image, "JPEG2000", quality_layers=[20])], "JPXDecode", image.size),
        "drawn pdf": _drawn(),
        "zip": _zip(
            {"a.jpg": jpeg, "b.png": _saved(image, "PNG"), "c.pdf": _pdf([jpeg], "DCTDecode", image.size)}
        ),
    }


def mutant(goods: dict[str, bytes], seed: int) -> Mutant:
    """The file of this number."""
    rng = np.random.default_rng((2024, seed))
    form = list(goods)[seed % len(goods)]
    data = bytearray(goods[form])
    others = list(goods.values())
    for _ in range(int(rng.integers(1, 5))):
        if len(data) < 16:
            break
        _CHANGES[int(rng.integers(len(_CHANGES)))](data, rng, others)
    return Mutant(seed, form, bytes(data))


def _flip(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    for _n in range(int(rng.integers(1, 30))):
        data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))


def _flip_near_start(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    for _n in range(int(rng.integers(1, 6))):
        data[int(rng.integers(min(len(data), 700)))] = int(rng.integers(256))


def _flip_near_end(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    for _n in range(int(rng.integers(1, 6))):
        data[-1 - int(rng.integers(min(len(data), 700)))] = int(rng.integers(256))


def _cut(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    del data[int(rng.integers(1, len(data))) :]


def _cut_but_for_the_end(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    """A piece is missing in the middle."""
    start = int(rng.integers(len(data)))
    del data[start : start + int(rng.integers(1, 1 + len(data) // 2))]


def _blank(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    """A block that the disk has lost."""
    start = int(rng.integers(len(data)))
    length = min(int(rng.integers(1, 4096)), len(data) - start)
    data[start : start + length] = bytes(length)


def _repeat(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    start = int(rng.integers(len(data)))
    piece = data[start : start + int(rng.integers(1, 4096))]
    at = int(rng.integers(len(data)))
    data[at:at] = piece * int(rng.integers(1, 4))


def _splice(data: bytearray, rng: np.random.Generator, others: list[bytes]) -> None:
    """A piece of another file."""
    other = others[int(rng.integers(len(others)))]
    start, at = int(rng.integers(len(other))), int(rng.integers(len(data)))
    length = int(rng.integers(1, 8192))
    data[at : at + length] = other[start : start + length]


def _number(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    """A number that somebody counts, allocates or seeks by."""
    size = int(rng.choice((1, 2, 4)))
    at = int(rng.integers(max(1, min(len(data) - size, 3000 if rng.random() < 0.7 else len(data) - size))))
    value = NUMBERS[int(rng.integers(len(NUMBERS)))] & (256**size - 1)
    data[at : at + size] = value.to_bytes(size, "big" if rng.random() < 0.5 else "little")


def _digits(data: bytearray, rng: np.random.Generator, _: list[bytes]) -> None:
    """A number in words of PDF."""
    places = [n for n in range(len(data)) if 48 <= data[n] <= 57 and (n < 3000 or n > len(data) - 3000)]
    for _n in range(min(len(places), int(rng.integers(1, 8)))):
        data[places[int(rng.integers(len(places)))]] = int(rng.integers(48, 58))


_CHANGES: tuple[Callable[[bytearray, np.random.Generator, list[bytes]], None], ...] = (
    *(_flip, _flip_near_start, _flip_near_end, _cut, _cut_but_for_the_end),
    *(_blank, _repeat, _splice, _number, _number, _digits),
)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _heic(image: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image.convert("RGB")).save(out, quality=50)
    return out.getvalue()


def _pdf(images: list[bytes], coding: str, size: tuple[int, int], *, packed: bool = False) -> bytes:
    pdf = pikepdf.new()
    for data in images:
        image = pikepdf.Stream(pdf, data)
        image.stream_dict = pikepdf.Dictionary(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": size[0],
                "/Height": size[1],
                "/ColorSpace": pikepdf.Name.DeviceGray,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name(f"/{coding}"),
            }
        )
        page = pdf.add_blank_page(page_size=POINTS)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
        page.Contents = pikepdf.Stream(pdf, b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q")
    return _written(pdf, packed=packed)


def _drawn() -> bytes:
    """A page of lines, text and a shading, as no scanner writes it."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=POINTS)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    lines = b"\n".join(b"%d %d m %d %d l S" % (n, 9 * n, 500 - n, 7 * n) for n in range(80))
    page.Contents = pikepdf.Stream(pdf, b"BT /F1 24 Tf 72 700 Td (no scan) Tj ET\n0.5 w\n" + lines)
    return _written(pdf, packed=False)


def _written(pdf: pikepdf.Pdf, *, packed: bool) -> bytes:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=mode, compress_streams=packed, static_id=True)
    return out.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()
