"""How much an SVG asks a renderer to do: a few lines of it can name each other until no memory is left."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

DEEPEST = 100
"""Elements inside of one another; drawing programs nest some ten."""

LARGEST = 20_000.0
"""Units of a drawing's sides, and of the area that a filter works on: filters are drawn as pixels."""

_TIMES = 10.0
"""A filter's area may be so many times the size of what it is applied to."""

MOST_DRAWN = 200_000
"""Elements once all copies are made of what others name. A map of a country has 50,000."""


@dataclass(slots=True)
class _Element:
    """An element: what lies inside of it, and the ids of others that are drawn in its place or colour."""

    inside: list["_Element"] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def fault(data: bytes) -> str | None:
    """What is too much of an SVG, in words for a diagnostic; None if it can be drawn. It is well-formed."""
    if _is_vast(data):
        return f"it is more than {LARGEST:,.0f} units wide or high, or a filter of it is"
    top = _Element()
    by_id: dict[str, _Element] = {}
    if not _read(data, top, by_id):
        return f"its elements lie more than {DEEPEST} deep in one another"
    known: dict[int, int] = {}
    if _drawn(top, by_id, known, []) > MOST_DRAWN:
        return f"it draws more than {MOST_DRAWN:,} elements, counting copies"
    return None


def pictures(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The pictures written into an SVG itself: their kind, such as ``image/png``, and their bytes."""
    found: list[str] = []

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        found.extend(
            v for k, v in attributes.items() if k.endswith("href") and v.lstrip().startswith("data:")
        )

    _parse(data, start)
    for text in found:
        head, _, body = text.strip().removeprefix("data:").partition(",")
        kind, *options = (part.strip().lower() for part in head.split(";"))
        try:
            written = unquote_to_bytes(body)
            yield kind, base64.b64decode(written) if "base64" in options else written
        except binascii.Error:
            continue


def _is_vast(data: bytes) -> bool:
    """Whether the drawing, or what one of its filters works on, is larger than any page."""
    found: list[bool] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        sides = [_number(attributes.get(side, "")) for side in ("x", "y", "width", "height")]
        if kind == "filter":
            own = attributes.get("filterUnits") != "userSpaceOnUse"
            parts = (_number(value) / (100 if value.endswith("%") else 1) for value in attributes.values())
            found.append(max(sides) > LARGEST or (own and max(parts, default=0.0) > _TIMES))
        elif kind == "svg":
            found.append(max(sides) > LARGEST)

    _parse(data, start)
    return any(found)


def _number(text: str) -> float:
    """The number that a length begins with, without its sign; 0 if it is none."""
    match = re.match(r"\s*[-+]?(\d{1,30}(?:\.\d*)?(?:e[+-]?\d{1,2})?)", text, re.ASCII)
    return float(match[1]) if match else 0.0


def _read(data: bytes, top: _Element, by_id: dict[str, _Element]) -> bool:
    """Read the tree below ``top``; False if it is too deep."""
    open_ = [top]
    deepest = 0
    styles: list[str] = []
    styled: list[_Element] = []

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        nonlocal deepest
        element = _Element()
        if "class" in attributes:
            styled.append(element)
        for key, value in attributes.items():
            if key == "id":
                by_id.setdefault(value, element)
            element.names.extend(_named(key, value))
        open_[-1].inside.append(element)
        open_.append(element)
        deepest = max(deepest, len(open_))

    def end(_name: str) -> None:
        open_.pop()

    _parse(data, start, end, styles.append)
    by_style = tuple(_named("style", "".join(styles)))
    for element in styled:  # whatever a style sheet says, it says of some class
        element.names.extend(by_style)
    return deepest <= DEEPEST


def _named(key: str, value: str) -> Iterator[str]:
    """The ids that an attribute names: ``href="#a"``, ``fill="url(#a)"``, and so in a style."""
    if key.endswith("href") and value.strip().startswith("#"):
        yield value.strip()[1:]
    for part in value.split("url(")[1:]:
        name = part.partition(")")[0].strip(" '\"")
        if name.startswith("#"):
            yield name[1:]


def _drawn(element: _Element, by_id: Mapping[str, _Element], known: dict[int, int], above: list[int]) -> int:
    """The elements that come of one, at most one more than may be; what names itself is drawn by nobody."""
    if id(element) in known:
        return known[id(element)]
    if id(element) in above or len(above) > 2 * DEEPEST:
        return MOST_DRAWN + 1 if len(above) > 2 * DEEPEST else 0
    above.append(id(element))
    total = 1
    for other in (*element.inside, *(by_id[name] for name in element.names if name in by_id)):
        total = min(total + _drawn(other, by_id, known, above), MOST_DRAWN + 1)
    above.pop()
    known[id(element)] = total
    return total


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
    words: Callable[[str], None] = lambda _: None,
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.Parse(data, True)  # noqa: FBT003 - expat takes "this is all" by position only
