"""One PDF with a booklet per candidate: pages are typeset once, shared by all, and stamped per booklet."""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pikepdf
from pikepdf import Array, Dictionary, Name

from klausur.base import quotes
from klausur.base.diagnostics import errors
from klausur.base.errors import KlausurError, ToolError
from klausur.base.geometry import PAPERS, Size
from klausur.exam.model import Exam
from klausur.exam.setting import Setting, setting_of
from klausur.paper.code import MAX_PAGE, PageCode
from klausur.paper.fields import FieldKind
from klausur.paper.layout import BookletLayout, Layout
from klausur.paper.run import Booklet, PrintRun
from klausur.typeset import engine, slices, stamps, wording
from klausur.typeset.extra import BOOKLET_CELLS
from klausur.typeset.for_printer import ask_printer
from klausur.typeset.markup import STYLE, head, own_time
from klausur.typeset.papers import Base, Form, Slot, compile_base

COVER = "cover/"
_COVER_NAME = "/Candidate"
_NO_PAGES: Mapping[Setting, int] = MappingProxyType({})


def compile_booklets(  # noqa: PLR0913 - one call from printing, with one argument for each thing needed
    exam: Exam,
    run: PrintRun,
    key: bytes,
    out: Path,
    *,
    others: Sequence[Exam] = (),
    form: Form = Form.EXAM,
    pages: Mapping[Setting, int] = _NO_PAGES,
    progress: Callable[[int, int], None] | None = None,
) -> Layout:
    """Write one PDF with all booklets of a print run, one after the other.

    Args:
        exam: what is printed, in its first variant.
        run: the booklets and their candidates.
        key: 32 bytes that the page codes' tags are made with.
        out: the PDF to write.
        others: further variants; those that the print run has must be among them.
        form: exam or blackened paper; sample solutions are no booklets, but may be stamped too.
        pages: each booklet has at least as many, by its setting, as those of an earlier printing have.
        progress: told (done, total) in booklets.

    Raises:
        KlausurError: the exam has errors that only typesetting finds, or too many pages for a page code.
    """
    bases = _bases((exam, *others), run, form, pages)
    size = PAPERS[exam.paper]
    with ExitStack() as opened:
        first, *more = [opened.enter_context(pikepdf.open(io.BytesIO(b.paper.pdf))) for b in bases.values()]
        covers: dict[int, pikepdf.Page] = {}
        for booklets, pdf in _covers((exam, *others), run, bases):
            covers |= zip(booklets, opened.enter_context(pikepdf.open(io.BytesIO(pdf))).pages, strict=True)
        for other in more:
            first.pages.extend(other.pages)
        _stamp_all(first, covers, bases, run, _Ink(key, size, progress or _quiet))
        _entitle(first, exam, run)
        first.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
        )
    places = {
        page: n
        for n, page in enumerate(dict.fromkeys(p for base in bases.values() for p in base.paper.pages))
    }
    of = {variant: tuple(places[page] for page in base.paper.pages) for variant, base in bases.items()}
    return Layout(
        exam_number=run.exam_number,
        exam=exam.slug,
        source_digest=exam.digest,
        paper=exam.paper,
        size=size,
        pages=tuple(places),
        booklets=tuple(
            BookletLayout(b.number, of[variant], variant)
            for b in run.booklets
            for variant in (run.variants.of(b.number),)
        ),
    )


def _entitle(pdf: pikepdf.Pdf, exam: Exam, run: PrintRun) -> None:
    """Call the PDF by the exam and the booklets in it."""
    if run.booklets:
        called = wording.booklets(run.booklets[0].number, run.booklets[-1].number, exam.language)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["dc:title"] = f"{quotes.typographic(exam.title, exam.language)} – {called}"


def _bases(exams: Sequence[Exam], run: PrintRun, form: Form, least: Mapping[Setting, int]) -> dict[int, Base]:
    """What the booklets of each variant are stamped on, by number; all of one setting have as many pages."""
    stickers = bool(run.stickers)
    wanted = {run.variants.of(booklet.number) for booklet in run.booklets}
    found = {
        e.variant: compile_base(e, form, booklets=True, stickers=stickers)
        for e in exams
        if e.variant in wanted
    }
    if wanted - set(found):
        raise ValueError(f"variants {sorted(wanted - set(found))} are printed, but not at hand")
    pages = dict(least)
    for variant, base in found.items():
        how = setting_of(variant)
        pages[how] = max(pages.get(how, 0), len(base.paper.pages))
    for exam in exams:
        if exam.variant in found and len(found[exam.variant].paper.pages) < pages[exam.setting]:
            found[exam.variant] = compile_base(
                exam, form, booklets=True, pages=pages[exam.setting], stickers=stickers
            )
    for base in found.values():
        _refuse_bad(base)
    return {variant: found[variant] for variant in sorted(found)}


@dataclass(frozen=True, slots=True)
class _Ink:
    """What every stamp needs."""

    key: bytes
    size: Size
    progress: Callable[[int, int], None]


def _quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


def _refuse_bad(base: Base) -> None:
    found = errors(base.paper.diagnostics)
    if found:
        raise KlausurError(
            "the exam cannot be printed:\n" + "\n".join(map(str, found)), "run 'klausur check'"
        )
    if len(base.paper.pages) > MAX_PAGE:
        raise KlausurError(
            f"the exam has {len(base.paper.pages)} pages", f"a page code counts no further than {MAX_PAGE}"
        )


def _covers(
    exams: Sequence[Exam], run: PrintRun, bases: Mapping[int, Base]
) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """The numbers of each setting's booklets, and a PDF with a transparent page for each of their covers."""
    alike: dict[Setting, list[Booklet]] = {}
    for booklet in run.booklets:
        alike.setdefault(setting_of(run.variants.of(booklet.number)), []).append(booklet)
    for booklets in alike.values():
        variant = run.variants.of(booklets[0].number)
        exam = next(exam for exam in exams if exam.variant == variant)
        yield tuple(b.number for b in booklets), _cover_lines(exam, booklets, bases[variant].slots)


def _cover_lines(exam: Exam, booklets: Sequence[Booklet], slots: Sequence[Slot]) -> bytes:
    """One transparent page per booklet that says whose it is; the roster as rows."""
    made = slices.typeset(
        engine.template(*STYLE, "digits", "roster"),
        {
            **head(exam),
            "form": "cover",
            "slots": [
                {"name": s.name.removeprefix(COVER), "x": s.box.x, "y": s.box.y, "w": s.box.w, "h": s.box.h}
                for s in slots
                if s.name.startswith(COVER)
            ],
            "digits": exam.registration_digits,
        },
        ([_row(exam, booklet)] for booklet in booklets),
        root=exam.folder,
        day=exam.date,
    )
    if isinstance(made, engine.TypstFault):
        raise ToolError(f"Typst refuses the covers: {made.message}", "see that the roster holds plain text")
    return made.pdf


def _row(exam: Exam, booklet: Booklet) -> dict[str, str]:
    """What a cover says; a number that does not go into the boxes for its digits stands beside them.

    The booklet's number has the zeros with which it fills the boxes of an extra sheet.
    """
    person, cells = booklet.candidate, exam.registration_digits
    number = person.registration if person else ""
    boxed = not cells or (number.isascii() and number.isdigit() and len(number) <= cells)
    return {
        "name": person.name if person else "",
        "registration": number if boxed else "",
        "registration-note": "" if boxed else number,
        "room": person.room if person else "",
        "seat": person.seat if person else "",
        "booklet": f"{booklet.number:0{BOOKLET_CELLS}}",
        "signature": "",
        "own-time": own_time(exam, person.extra_minutes) if person else "",
    }


def _stamp_all(
    shared: pikepdf.Pdf,
    covers: Mapping[int, pikepdf.Page],
    bases: Mapping[int, Base],
    run: PrintRun,
    ink: _Ink,
) -> None:
    """Replace the pages of the shared PDF, those of all variants, by the pages of all booklets."""
    plates = _plates(shared, bases)
    before = shared.make_stream(b"q\n")
    node = shared.Root.Pages
    kids = []
    for done, booklet in enumerate(run.booklets, start=1):
        for number, plate in enumerate(plates[run.variants.of(booklet.number)], start=1):
            code = PageCode(run.exam_number, booklet.number, number)
            drawn = b"Q\n" + stamps.stamp(code, ink.key, plate.places, ink.size)
            used = plate.resources
            if number == 1:
                drawn += f"q {_COVER_NAME} Do Q\n".encode()
                used = _with_cover(shared, used, covers[booklet.number])
            kids.append(
                shared.make_indirect(
                    Dictionary(
                        Type=Name.Page,
                        Parent=node,
                        MediaBox=plate.page.MediaBox,
                        Resources=used,
                        Contents=Array([before, *plate.content, _packed(shared, drawn)]),
                    )
                )
            )
        ink.progress(done, len(run.booklets))
    node.Kids = Array(kids)
    node.Count = len(kids)
    ask_printer(shared, both=True)


@dataclass(frozen=True, slots=True)
class _Plate:
    """A page of a variant as all of its booklets share it, and where their codes go."""

    page: pikepdf.Object
    content: Sequence[pikepdf.Object]
    resources: pikepdf.Object
    places: stamps.Places


def _plates(shared: pikepdf.Pdf, bases: Mapping[int, Base]) -> dict[int, list[_Plate]]:
    """The pages of each variant, which follow one another in the shared PDF."""
    marks = stamps.glyphs(shared)
    pages = iter([page.obj for page in shared.pages])
    found: dict[int, list[_Plate]] = {}
    for variant, base in bases.items():
        places = _places(base)
        found[variant] = [
            _Plate(page, _streams(page), _with_glyphs(shared, page, marks), places[number])
            for number, page in zip(range(1, len(base.paper.pages) + 1), pages, strict=False)
        ]
    return found


def _packed(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Stream:
    return pikepdf.Stream(pdf, zlib.compress(content, 6), Filter=Name.FlateDecode)


def _streams(page: pikepdf.Object) -> list[pikepdf.Object]:
    return list(page.Contents) if isinstance(page.Contents, Array) else [page.Contents]


def _with_glyphs(
    pdf: pikepdf.Pdf, page: pikepdf.Object, marks: Mapping[str, pikepdf.Object]
) -> pikepdf.Object:
    """The page's resources, its own and the characters of the readable code."""
    own = _copy(page.get("/Resources"))
    drawn = _copy(own.get("/XObject"))
    for character, glyph in marks.items():
        drawn[stamps.name_of(character)] = glyph
    own.XObject = drawn
    return pdf.make_indirect(own)


def _with_cover(pdf: pikepdf.Pdf, resources: pikepdf.Object, cover: pikepdf.Page) -> pikepdf.Object:
    own = _copy(resources)
    own.XObject = _copy(resources.XObject)
    own.XObject[_COVER_NAME] = pdf.copy_foreign(cover.as_form_xobject())
    return pdf.make_indirect(own)


def _copy(of: pikepdf.Object | None) -> pikepdf.Dictionary:
    """A dictionary of its own with the same values."""
    return Dictionary({} if of is None else dict(of.items()))


def _places(base: Base) -> dict[int, stamps.Places]:
    """Where the codes go, by page number, from what Typst reported."""
    symbols = {
        page.number: field.box
        for page in base.paper.pages
        for field in page.fields
        if field.kind is FieldKind.PAGE_CODE
    }
    texts = {slot.page: slot.box for slot in base.slots if slot.name.startswith("page/")}
    return {number: stamps.Places(symbols[number], texts[number]) for number in symbols}
