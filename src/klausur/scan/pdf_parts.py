"""What a PDF page draws, part by part: whether all of it is there, and whether one renderer will do.

Renderers leave out what they cannot draw, and say nothing: of a page whose ink is a part of its own, print
and frames then remain, and every cross is gone. So each part is looked up before the page is rendered: what
its content names, and the forms, patterns, fonts and masks that these name in turn. Annotations are looked
at in `klausur.scan.pdf_annotations`, images in `klausur.scan.pdf_images`. Pixels are made elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf

from klausur.scan import pdf_colours, pdf_images
from klausur.scan.pdf_streams import PartError, whole

_DEEPEST = 20
"""Forms within forms; renderers stop at about 30, and people never come near."""

_MOST = 2000
"""Parts of one page. A page of a scanner has fewer than a hundred."""

_END = b"n"
"""An operator that wants nothing before it: whatever is left over there shows that content was cut off."""

_PLAIN = frozenset({"q", "Q", "cm", "Do", "w", "J", "j", "M", "d", "ri", "i", "n"})
"""What a page does that is nothing but images."""

_TEXT = frozenset({"BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*"})
"""What says how text is shown, and shows none."""

_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_INVISIBLE = 3
"""How text is shown that is there to be searched and copied."""

_PAINTS = _SHOWS | frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "INLINE IMAGE"})

_KNOWN = (
    _PLAIN
    | _PAINTS
    | frozenset({"gs", "m", "l", "c", "v", "y", "h", "re", "W", "W*", "Tf", "d0", "d1", "BX", "EX"})
    | frozenset({"CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "K", "k"})
    | frozenset({"MP", "DP", "BMC", "BDC", "EMC"})
)

_NAMED = {"Do": "XObject", "gs": "ExtGState", "Tf": "Font", "sh": "Shading"}
"""Which kind of resource an operator names."""

_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})


@dataclass(slots=True)
class Parts:
    """The walk through the parts of one page.

    ``plain`` tells, in the end, whether the page is nothing but images that their own decoders found whole:
    then no second renderer need look at it.
    """

    pdf: pikepdf.Pdf
    plain: bool = True
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _count: int = 0

    def content(self, streams: Sequence[pikepdf.Object], resources: pikepdf.Object | None, what: str) -> bool:
        """Look at content and all that it names; whether it paints anything.

        Raises:
            PartError: something of it is missing or damaged.
        """
        return self._content(streams, resources, what, 0)

    def form(self, form: pikepdf.Object | None, resources: pikepdf.Object | None, what: str) -> bool:
        """Look at a form, an appearance or a pattern, as `content` does."""
        return self._form(form, resources, what, 0)

    def _content(
        self, streams: Sequence[pikepdf.Object], resources: pikepdf.Object | None, what: str, depth: int
    ) -> bool:
        if depth > _DEEPEST:
            raise PartError(f"{what} lies too deep in forms")
        data = b"\n".join(whole(stream, what) for stream in streams)
        found: set[tuple[str, str]] = set()
        paints = lenient = False
        for word, operands in self._steps(data, what):
            if word == "BX":
                lenient = True
            if word not in _PLAIN:
                self.plain = False
            if word not in _KNOWN and not lenient:
                raise PartError(f"{what} is damaged: {word[:20]!r} is no operator")
            paints = paints or word in _PAINTS
            if word == "INLINE IMAGE":
                continue
            named = _name(word, operands)
            if named is not None and named not in found:
                found.add(named)
                self._resource(*named, resources, depth + 1)
        return paints

    def _steps(self, data: bytes, what: str) -> Iterator[tuple[str, Sequence[pikepdf.Object]]]:
        """The operators of content that can be seen, one after the other, with what stands before each."""
        self.pdf.get_warnings()
        steps = pikepdf.parse_content_stream(pikepdf.Stream(self.pdf, data + b"\n" + _END))
        if steps[-1].operands or self.pdf.get_warnings():  # qpdf passes over what it cannot read
            raise PartError(f"{what} is damaged: it cannot be read to its end")
        return _seen((str(step.operator), list(step.operands)) for step in steps)

    def _resource(self, kind: str, name: str, resources: pikepdf.Object | None, depth: int) -> None:
        self._count += 1
        if self._count > _MOST:
            raise PartError(f"the page has more than {_MOST} parts")
        group = None if resources is None else resources.get(f"/{kind}")
        part = group.get(name) if isinstance(group, pikepdf.Dictionary) else None
        what = f"{_WORDS[kind]} {name[1:]}"
        if part is None:
            raise PartError(f"{what} is not in the file")
        if not self._is_new(part):
            return
        look: Mapping[str, Callable[[pikepdf.Object, pikepdf.Object | None, str, int], object]] = {
            "XObject": self._drawn,
            "ExtGState": self._state,
            "Font": self._font,
            "Pattern": self._pattern,
            "Shading": lambda part, _resources, what, _depth: pdf_colours.shading(part, what),
            "ColorSpace": lambda part, _resources, what, _depth: pdf_colours.space(part, what),
        }
        if kind in look:
            look[kind](part, resources, what, depth)

    def _is_new(self, part: pikepdf.Object) -> bool:
        """Whether this is the first time that a part is met; one that contains itself is met again."""
        if not part.is_indirect:
            return True
        new = part.objgen not in self._seen
        self._seen.add(part.objgen)
        return new

    def _drawn(self, part: pikepdf.Object, resources: pikepdf.Object | None, what: str, depth: int) -> None:
        if not isinstance(part, pikepdf.Stream):
            raise PartError(f"{what} is damaged: it is no stream")
        if "/OC" in part:
            self.plain = False
        if part.get("/Subtype") == "/Form":
            self.plain = False
            self._form(part, resources, what.replace("image", "form"), depth)
        elif part.get("/Subtype") == "/Image":
            if not pdf_images.look(part, what):
                self.plain = False
        else:
            raise PartError(f"{what} is damaged: it is neither an image nor a form")

    def _form(
        self, form: pikepdf.Object | None, resources: pikepdf.Object | None, what: str, depth: int
    ) -> bool:
        self.plain = False
        if not isinstance(form, pikepdf.Stream):
            raise PartError(f"{what} is not in the file")
        own = form.get("/Resources", resources)
        paints = self._content([form], own, what, depth)
        if paints and _is_flat(form.get("/BBox")):
            raise PartError(f"{what} is damaged: it has no extent")
        return paints

    def _pattern(self, part: pikepdf.Object, resources: pikepdf.Object | None, what: str, depth: int) -> None:
        if isinstance(part, pikepdf.Stream):
            self._form(part, resources, what, depth)
        else:
            pdf_colours.shading(part.get("/Shading"), what)

    def _state(self, state: pikepdf.Object, resources: pikepdf.Object | None, what: str, depth: int) -> None:
        mask = state.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary):
            self._form(mask.get("/G"), resources, f"the mask of {what}", depth)

    def _font(self, font: pikepdf.Object, resources: pikepdf.Object | None, what: str, depth: int) -> None:
        if font.get("/Subtype") == "/Type3":
            for glyph in _glyphs(font, what):
                self._content([glyph], font.get("/Resources", resources), what, depth)
            return
        heirs = font.get("/DescendantFonts")
        described = heirs[0] if isinstance(heirs, pikepdf.Array) and len(heirs) else font
        described = described.get("/FontDescriptor", pikepdf.Dictionary())
        programs = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in described]
        if not programs and font.get("/Subtype") == "/Type0":  # nobody knows which of its glyphs is which
            raise PartError(f"{what} has no characters in the file")
        for key in programs:
            whole(described[key], what)


def _glyphs(font: pikepdf.Object, what: str) -> list[pikepdf.Object]:
    """The drawings that a font consists of."""
    drawn = font.get("/CharProcs")
    if not isinstance(drawn, pikepdf.Dictionary):
        raise PartError(f"{what} has no characters")
    coded = font.get("/Encoding")
    listed = coded.get("/Differences", ()) if isinstance(coded, pikepdf.Dictionary) else ()
    for name in listed:
        if isinstance(name, pikepdf.Name) and name != "/.notdef" and str(name) not in drawn:
            raise PartError(f"{what} has no character {str(name)[1:]}")
    return list(drawn.values())


def _seen(
    steps: Iterator[tuple[str, Sequence[pikepdf.Object]]],
) -> Iterator[tuple[str, Sequence[pikepdf.Object]]]:
    """Content without the text that nobody sees: programs that recognise text lay it over the page's image.

    A font is named where text is shown in it, and not before.
    """
    mode, font = 0, None
    kept: list[tuple[int, Sequence[pikepdf.Object] | None]] = []
    for word, operands in steps:
        if word == "q":
            kept.append((mode, font))
        elif word == "Q" and kept:
            mode, font = kept.pop()
        elif word == "Tr" and len(operands):
            mode = int(operands[0])
        elif word == "Tf":
            font = operands
        if word in _TEXT or (word in _SHOWS and mode == _INVISIBLE):
            continue
        if word in _SHOWS and font is not None:
            yield "Tf", font
        yield word, operands


_WORDS = {
    "XObject": "the image",
    "ExtGState": "the graphics state",
    "Font": "the font",
    "Shading": "the shading",
    "Pattern": "the pattern",
    "ColorSpace": "the colour space",
    "Properties": "the layer",
}
"""What resources are called, for people."""


def _name(word: str, operands: Sequence[pikepdf.Object]) -> tuple[str, str] | None:
    """The kind and name of the resource that a step names, if it names one."""
    last = operands[-1] if len(operands) else None
    if word in _NAMED:
        at = operands[0] if len(operands) else None
        if not isinstance(at, pikepdf.Name):
            raise PartError(f"the page's content is damaged: {word} names nothing")
        return _NAMED[word], str(at)
    if word in {"cs", "CS"} and isinstance(last, pikepdf.Name) and str(last) not in _DEVICE:
        return "ColorSpace", str(last)
    if word in {"scn", "SCN"} and isinstance(last, pikepdf.Name):
        return "Pattern", str(last)
    if word == "BDC" and isinstance(last, pikepdf.Name) and operands[0] == "/OC":
        return "Properties", str(last)
    return None


def _is_flat(box: pikepdf.Object | None) -> bool:
    """Whether a rectangle is none, or has no area."""
    if not isinstance(box, pikepdf.Array) or len(box) != 4:
        return True
    left, low, right, high = (float(x) for x in box)
    return left == right or low == high
