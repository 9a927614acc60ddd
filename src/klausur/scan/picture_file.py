"""Several pictures as one TIFF file, which is taken apart as any scanned file is. Each pixel is kept."""

import io
from collections.abc import Sequence

from PIL import Image


def picture_file(pictures: Sequence[bytes], dpi: int) -> bytes:
    """The file. The same pictures give the same bytes.

    Args:
        pictures: PNG files, grey or RGB, at least one.
        dpi: of them all.
    """
    first, *rest = (Image.open(io.BytesIO(picture)) for picture in pictures)
    out = io.BytesIO()
    first.save(
        out, "TIFF", save_all=True, append_images=rest, compression="tiff_adobe_deflate", dpi=(dpi, dpi)
    )
    return out.getvalue()
