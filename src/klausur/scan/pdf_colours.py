"""The colours that a PDF page draws with: whether what defines a colour space or a shading is all there.

Without it, renderers paint nothing, and say nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType

import pikepdf

from klausur.scan.pdf_streams import PartError, whole

_COMPONENTS: Mapping[str, int] = MappingProxyType(
    {
        "/DeviceGray": 1,
        "/G": 1,
        "/CalGray": 1,
        "/Indexed": 1,
        "/I": 1,
        "/Separation": 1,
        "/DeviceRGB": 3,
        "/RGB": 3,
        "/CalRGB": 3,
        "/Lab": 3,
        "/DeviceCMYK": 4,
        "/CMYK": 4,
    }
)
"""Values of a pixel, by colour space."""

_OTHER = frozenset({"/ICCBased", "/DeviceN", "/Pattern"})
"""Colour spaces whose number of values stands in them."""

_LENGTH: Mapping[str, int] = MappingProxyType(
    {"/Indexed": 4, "/I": 4, "/Separation": 4, "/DeviceN": 4, "/ICCBased": 2}
)
"""How many entries the definition of a colour space has at least."""

_SHADINGS_BY_FUNCTION = frozenset({1, 2, 3})
_MESHES = frozenset({4, 5, 6, 7})
_DEEPEST = 8


def components(defined: pikepdf.Object | None) -> int | None:
    """How many values a pixel has; None where that cannot be told."""
    if isinstance(defined, pikepdf.Array) and len(defined) > 1:
        if defined[0] == "/ICCBased":
            return int(defined[1].get("/N", 0)) or None
        if defined[0] == "/DeviceN":
            return len(defined[1])
        defined = defined[0]
    return _COMPONENTS.get(str(defined))


def space(defined: pikepdf.Object, what: str, depth: int = 0) -> None:
    """Look at a colour space.

    Raises:
        PartError: it is not known, or something of it is missing or damaged.
    """
    entries = list(defined) if isinstance(defined, pikepdf.Array) else [defined]
    kind = str(entries[0]) if entries and isinstance(entries[0], pikepdf.Name) else ""
    if (kind not in _COMPONENTS and kind not in _OTHER) or depth > _DEEPEST:
        raise PartError(f"{what} has colours that no program knows")
    if isinstance(defined, pikepdf.Array) and len(entries) < _LENGTH.get(kind, 1):
        raise PartError(f"{what} is damaged: its colours are not all said")
    if isinstance(defined, pikepdf.Array) and kind == "/ICCBased":
        whole(entries[1], f"the colours of {what}")
    elif kind in {"/Separation", "/DeviceN"}:
        space(entries[2], what, depth + 1)
        function(entries[3], what)
    elif kind in {"/Indexed", "/I"}:
        space(entries[1], what, depth + 1)
        if isinstance(entries[3], pikepdf.Stream):
            whole(entries[3], f"the colours of {what}")


def shading(defined: pikepdf.Object | None, what: str) -> None:
    """Look at a shading, as `space` does at a colour space."""
    if not isinstance(defined, (pikepdf.Dictionary, pikepdf.Stream)):
        raise PartError(f"the shading of {what} is not in the file")
    kind = int(defined.get("/ShadingType", 0))
    if kind not in _SHADINGS_BY_FUNCTION | _MESHES or "/ColorSpace" not in defined:
        raise PartError(f"{what} is damaged: what it shades is not said")
    space(defined["/ColorSpace"], what)
    if kind in _MESHES:
        whole(defined, what)
    elif "/Function" not in defined:
        raise PartError(f"{what} is damaged: how it shades is not said")
    if "/Function" in defined:
        functions = defined["/Function"]
        for one in functions if isinstance(functions, pikepdf.Array) else (functions,):
            function(one, what)


def function(defined: pikepdf.Object, what: str, depth: int = 0) -> None:
    """Look at a function, as `space` does at a colour space."""
    if not isinstance(defined, (pikepdf.Dictionary, pikepdf.Stream)) or depth > _DEEPEST:
        raise PartError(f"{what} is damaged: a function of it is none")
    kind = int(defined.get("/FunctionType", -1))
    if kind in {0, 4}:
        whole(defined, f"a function of {what}")
    elif kind == 3:
        for one in defined.get("/Functions", ()):
            function(one, what, depth + 1)
    elif kind != 2:
        raise PartError(f"{what} is damaged: a function of it is of no kind")
