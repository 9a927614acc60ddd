"""How like two pictures are: the peak's ratio to the noise, and the similarity of structure."""

import cv2
import numpy as np
import numpy.typing as npt

from klausur.scan.model import Pixels

_SIGMA, _SIDE = 1.5, 11
_SMALL = (0.01 * 255.0) ** 2, (0.03 * 255.0) ** 2


def psnr(one: Pixels, other: Pixels) -> float:
    """Peak signal to noise ratio of two pictures of one shape in dB; 99 where they are the same."""
    error = float(np.mean((one.astype(np.float32) - other.astype(np.float32)) ** 2))
    return 99.0 if error == 0.0 else float(10.0 * np.log10(255.0**2 / error))


def ssim(one: Pixels, other: Pixels) -> float:
    """The mean structural similarity of two grey pictures (Wang et al. 2004), 1 where they are the same."""
    x, y = one.astype(np.float32), other.astype(np.float32)
    mean_x, mean_y = _mean(x), _mean(y)
    spread_x, spread_y = _mean(x * x) - mean_x**2, _mean(y * y) - mean_y**2
    both = _mean(x * y) - mean_x * mean_y
    light = (2 * mean_x * mean_y + _SMALL[0]) / (mean_x**2 + mean_y**2 + _SMALL[0])
    rest = (2 * both + _SMALL[1]) / (spread_x + spread_y + _SMALL[1])
    return float((light * rest).mean())


def _mean(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (_SIDE, _SIDE), _SIGMA), np.float32)
