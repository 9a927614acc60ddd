"""PNG, decoded by OpenCV once all of its chunks are known to be whole."""

import zlib

import cv2
import numpy as np

from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError, allowed, on_white


def decode(data: bytes, _: str | None) -> Pixels:
    """The image, (h, w) or (h, w, 3)."""
    if len(data) < 33:
        raise DecodeError("the PNG is truncated")
    allowed(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    _check_chunks(data)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise DecodeError("the PNG is damaged") from error
    if pixels is None:
        raise DecodeError("the PNG is damaged")
    if pixels.dtype == np.uint16:
        pixels = pixels // 256
    levels = np.asarray(pixels, np.uint8)
    if levels.ndim == 2:
        return levels
    if levels.shape[2] == 4:
        levels = on_white(levels)
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_BGR2RGB), np.uint8)


def _check_chunks(data: bytes) -> None:
    """Refuse a PNG with a damaged chunk: OpenCV decodes what it can, and gives a page with a hole."""
    at, kind = 8, b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        body = memoryview(data)[at + 4 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(body) != int.from_bytes(check):
            raise DecodeError("the PNG is damaged")
        at += 12 + length
