import io

import pikepdf
import pytest
from PIL import Image

from klausur.base.plain_words import said


def raised(of: object) -> BaseException:
    try:
        pikepdf.open(io.BytesIO(b"%PDF-1.4")) if of is pikepdf else Image.open(io.BytesIO(b"no image"))
    except (pikepdf.PdfError, OSError) as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (raised(Image), "cannot identify image file"),
        (raised(pikepdf), "unable to find trailer dictionary while recovering damaged file"),
        (ValueError("stream <_io.BufferedReader name=3>: no pages"), "no pages"),
        (ValueError("bad tag b'EXIF' here"), "bad tag EXIF here"),
        (ValueError("first\nsecond"), "first"),
        (ValueError("< 3 > 2"), "< 3 > 2"),
        (ValueError(), "damaged"),
        (OSError("decoder error -2"), "its data cannot be unpacked"),
    ],
)
def test_what_is_said_is_words(error: BaseException, words: str) -> None:
    assert said(error) == words
