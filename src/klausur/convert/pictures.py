"""Pictures that foreign texts name: found, taken into ``figures/``, or refused by name."""

import base64
import binascii
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from PIL import Image

from klausur.convert.text import Picture
from klausur.exam.source.attributes import slug

_KNOWN = (".png", ".jpg", ".jpeg", ".svg", ".pdf")
_TURNED = (".gif", ".bmp", ".webp", ".tif", ".tiff")
_MOST = 50_000_000
"""Bytes of one picture."""
_MOST_PIXELS = 60_000_000

_DATA = re.compile(r"data:image/([\w.+-]+);base64,(.*)", re.DOTALL)


@dataclass(slots=True)
class Pictures:
    """The pictures of one import: ``inside`` are those that the file holds, ``folder`` is where it lies.

    ``files`` are those that were taken, by their name in ``figures/``, or in a folder ``below`` that.
    """

    folder: Path
    inside: Mapping[str, bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    below: str = ""

    def take(self, picture: Picture) -> tuple[str, str]:
        """Take a picture: its name in ``figures/``, and why it is not there, if it is not."""
        data, why = self._bytes(picture.src)
        suffix = PurePosixPath(
            urlsplit(picture.src).path if "://" in picture.src else picture.src
        ).suffix.lower()
        if match := _DATA.match(picture.src):
            suffix = "." + match[1].split("+", 1)[0].lower()
        elif data is not None and suffix not in (*_KNOWN, *_TURNED):
            suffix = _by_content(data)
        stem = "picture" if match else slug(PurePosixPath(unquote(picture.src)).stem)[:40] or "picture"
        if data is None:
            return f"{stem}{suffix if suffix in _KNOWN else '.png'}", why
        if suffix in _TURNED:
            turned = _as_png(data)
            if turned is None:
                return f"{stem}.png", "it cannot be read as a picture"
            data, suffix = turned, ".png"
        if suffix not in _KNOWN:
            return f"{stem}.png", f"its form {suffix or 'without a name'} is not PNG, JPEG, SVG or PDF"
        return self._named(stem, suffix, data), ""

    def _named(self, stem: str, suffix: str, data: bytes) -> str:
        at, name = 1, f"{stem}{suffix}"
        while self.files.get(name, data) != data:
            at += 1
            name = f"{stem}-{at}{suffix}"
        self.files[name] = data
        return name

    def _bytes(self, src: str) -> tuple[bytes | None, str]:
        if match := _DATA.match(src):
            try:
                return base64.b64decode(re.sub(r"\s", "", unquote(match[2])), validate=True), ""
            except binascii.Error:
                return None, "its base64 is broken"
        if re.match(r"[a-z][a-z0-9+.-]*://|//", src, re.IGNORECASE):
            return None, "it lies on the web, from where nothing is fetched"
        wanted = unquote(src.split("?", 1)[0])
        for name in (wanted, wanted.removeprefix("./"), PurePosixPath(wanted).name):
            if name in self.inside:
                return self.inside[name], ""
        return self._on_disk(wanted)

    def _on_disk(self, wanted: str) -> tuple[bytes | None, str]:
        """A picture beside the file or below it; TeX leaves its ending out."""
        endings = (
            ("",) if PurePosixPath(wanted).suffix.lower() in (*_KNOWN, *_TURNED) else ("", *_KNOWN, ".eps")
        )
        root = self.folder.resolve()
        for ending in endings:
            path = (root / (wanted + ending)).resolve()
            if not path.is_relative_to(root):
                return None, "it lies outside of the file's folder"
            try:
                if path.is_file():
                    if path.stat().st_size > _MOST:
                        return None, "it is larger than 50 MB"
                    return path.read_bytes(), ""
            except (OSError, ValueError):
                return None, "it cannot be read"
        return None, "there is no such file"


def _by_content(data: bytes) -> str:
    for start, suffix in ((b"\x89PNG", ".png"), (b"\xff\xd8", ".jpg"), (b"%PDF", ".pdf"), (b"GIF8", ".gif")):
        if data.startswith(start):
            return suffix
    return ".svg" if b"<svg" in data[:1000] else ""


def _as_png(data: bytes) -> bytes | None:
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.convert("RGB").save(out, "PNG")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()
