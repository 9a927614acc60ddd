"""HEIC, as telephones photograph, decoded by libheif."""

import numpy as np
import pi_heif

from klausur.scan.model import Pixels
from klausur.scan.pixels import DecodeError, allowed, damage, on_white


def decode(data: bytes, _: str | None) -> Pixels:
    """The picture, (h, w) or (h, w, 3), turned as the telephone says."""
    with damage():
        found = pi_heif.open_heif(data, convert_hdr_to_8bit=True)
        if len(found) > 1:
            raise DecodeError(f"the HEIC file has {len(found)} pictures in it: save each as a file")
        allowed(*found.size)
        pixels = np.array(found)  # a copy: the view's memory goes with the opened file
        return on_white(pixels) if pixels.ndim == 3 and pixels.shape[2] == 4 else pixels
