"""Odd PDFs: a printed page, and on it ink that some kind of PDF object carries, whole or damaged.

The kinds are those that programs stumble over: annotations, forms, masks, layers, patterns, damaged streams.
Each tells what must become of its ink: it is seen, or a person is asked.
"""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from klausur.scan.model import Pixels
from lab import odd_annotations, odd_ink, odd_more_ink
from lab.odd_sheet import Carrier, Organ, Polyline, Sheet


@dataclass(frozen=True, slots=True)
class OddPdf:
    """One kind.

    Attributes:
        name: what carries the ink, and how it is damaged.
        sound: whether nothing is wrong with it, so that it should be read.
        visible: whether the ink is to be seen; if not, no viewer shows it.
        carry: puts the ink onto a page.
        harm: damages what carries it.
    """

    name: str
    sound: bool
    visible: bool
    carry: Carrier
    harm: Callable[[Sheet], None] | None = None

    def made(self, page: Pixels, size: tuple[float, float], strokes: Sequence[Polyline]) -> bytes:
        """The PDF of one page, (h, w) grey, of a size in points, with these strokes on it."""
        with pikepdf.new() as pdf:
            sheet = _printed(pdf, page, size, strokes)
            self.carry(sheet)
            if self.harm is not None:
                self.harm(sheet)
            out = io.BytesIO()
            pdf.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                deterministic_id=True,
            )
            return out.getvalue()


def _printed(pdf: pikepdf.Pdf, page: Pixels, size: tuple[float, float], strokes: Sequence[Polyline]) -> Sheet:
    """A page as a scanner saw it, nobody having written on it."""
    image = Stream(pdf, zlib.compress(page.tobytes()))
    for key, value in {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Height": page.shape[0],
        "Width": page.shape[1],
        "ColorSpace": Name.DeviceGray,
        "BitsPerComponent": 8,
        "Filter": Name.FlateDecode,
    }.items():
        image[f"/{key}"] = value
    blank = pdf.add_blank_page(page_size=size)
    blank.obj.Resources = Dictionary(XObject=Dictionary(Page=pdf.make_indirect(image)))
    blank.obj.Contents = Stream(pdf, b"q %.2f 0 0 %.2f 0 0 cm /Page Do Q" % size)
    return Sheet(pdf, blank, strokes, [])


def catalogue() -> tuple[OddPdf, ...]:
    """All kinds, more than two hundred."""
    return (*_whole(), *_damaged())


def _whole() -> Iterator[OddPdf]:
    for name, carry in (*odd_ink.CARRIERS.items(), *odd_annotations.shown()):
        yield OddPdf(name, sound=True, visible=True, carry=carry)
    for name, carry in odd_more_ink.SURE.items():
        yield OddPdf(name, sound=True, visible=True, carry=carry)
    for name, carry in odd_more_ink.UNSURE.items():
        yield OddPdf(name, sound=False, visible=True, carry=carry)
    for name, carry in odd_more_ink.UNSEEN.items():
        yield OddPdf(name, sound=False, visible=False, carry=carry)
    for name, carry in (*odd_ink.HIDDEN.items(), *odd_annotations.hidden()):
        yield OddPdf(name, sound=True, visible=False, carry=carry)
    for name, carry in odd_annotations.bare():
        yield OddPdf(name, sound=False, visible=True, carry=carry)


def _damaged() -> Iterator[OddPdf]:
    for name, carry in (*odd_ink.CARRIERS.items(), *odd_annotations.shown()):
        for how, harm in HARMS.items():
            if name in _UNHARMED or (name in odd_annotations.KINDS and how not in _ENOUGH):
                continue
            yield OddPdf(f"{name}, {how}", sound=False, visible=True, carry=carry, harm=_at(-1, harm))
            if name in _TWICE:
                yield OddPdf(
                    f"{name}, {how} first", sound=False, visible=True, carry=carry, harm=_at(0, harm)
                )


def _at(place: int, harm: Callable[[Organ], None]) -> Callable[[Sheet], None]:
    """Damage one of the organs of a sheet."""
    return lambda sheet: harm(sheet.organs[place])


_TWICE = frozenset(
    {"group", "deep-form", "glyph", "soft-state", "borrowing-form", "strips", "multiplied", "image-on-layer"}
    | {
        name
        for name in odd_ink.CARRIERS
        if name.endswith(("mask", "samples", "jpeg", "jpeg2000", "2000-ink"))
    }
)
"""Carriers that consist of several objects, of which the first is damaged, too."""

_UNHARMED = frozenset(
    {
        *("content", "inline", "turned-appearance", "one-of-two-states", "field-with-parent"),
        *("Ink-on-screen-alone", "Stamp-without-zoom", "FreeText-locked", "Ink-on-layer"),
    }
)
"""Carriers that are no object of their own, or like one that is harmed."""

_ENOUGH = frozenset({"cut", "overwritten"})
"""Ways to damage an appearance: it is the same form in each annotation."""

# ------------------------------------------------------------------------------------------------- damage


def _gone(organ: Organ) -> None:
    parent, key = organ
    if isinstance(parent, Array):
        parent[int(key)] = None
    else:
        del parent[key]


def _number(organ: Organ) -> None:
    parent, key = organ
    if isinstance(parent, Array):
        parent[int(key)] = 7
    else:
        parent[key] = 7


def _thing(organ: Organ) -> pikepdf.Object:
    parent, key = organ
    return parent[int(key)] if isinstance(parent, Array) else parent[key]


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Organ], None]:
    """Change the coded bytes of the ink's own stream; a dictionary loses an entry instead."""

    def harm(organ: Organ) -> None:
        thing = _thing(organ)
        if not isinstance(thing, Stream):
            _lose_entry(thing)
            return
        keys = {key: thing[key] for key in thing.keys() if key != "/Length"}  # noqa: SIM118 - a stream is no mapping
        thing.write(change(thing.read_raw_bytes()))
        for key, value in keys.items():
            thing[key] = value

    return harm


def _lose_entry(thing: pikepdf.Object) -> None:
    """Take out of a dictionary or array what matters most."""
    if isinstance(thing, Array):
        del thing[-1]
        return
    for key in ("/SMask", "/Function", "/Shading", "/BaseFont", "/CharProcs", "/Type", "/BM"):
        if key in thing:
            del thing[key]
            return


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _overwritten(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + b"\x55" * len(data[at : at + 24]) + data[at + 24 :]


def _swapped(data: bytes) -> bytes:
    at = len(data) // 3
    return data[:at] + bytes(255 - value for value in data[at : at + 8]) + data[at + 8 :]


def _misnamed(organ: Organ) -> None:
    thing = _thing(organ)
    if isinstance(thing, Stream):
        thing["/Filter"] = Name("/NoSuchDecode")
    else:
        _number(organ)


HARMS: Mapping[str, Callable[[Organ], None]] = {
    "gone": _gone,
    "a number": _number,
    "cut": _bytes(_cut),
    "overwritten": _bytes(_overwritten),
    "swapped": _bytes(_swapped),
    "misnamed": _misnamed,
}
"""What befalls the object that hangs where the ink hangs, by name."""
