"""Data about one candidate, in one file for them: what the list, the machine and people have said of them.

Who examines hands out all of it, when a candidate asks for what is known of them. By their own link
candidates get what they are shown anyway: nothing that is not published, and no name of anybody else.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from klausur.actions import page_pictures, up_to_date
from klausur.actions.candidates import known
from klausur.actions.own_results import own_images
from klausur.actions.page_pictures import WHOLE, Shows
from klausur.base.errors import RefusedError, ToolError
from klausur.read.pool import processes
from klausur.state.facts import Enrolled, StoredImage
from klausur.state.publication import Part, Publication
from klausur.store import own_rows, results
from klausur.store.folder import opened

ALWAYS = frozenset(
    {
        *("candidateentry", "personallink", "linkrevoked", "objection", "objectionreply", "mail", "mailstep"),
        *("paperfetched", "handin", "handinseen", "handindecided", "reviewslot", "reviewstep"),
    }
)
PARTS: Mapping[Part, AbstractSet[str]] = {
    Part.QUESTIONS: frozenset({"reading", "settlement", "secondlook"}),
    Part.ITEMS: frozenset({"judgement", "judgementtakenback", "annotation", "annotationtakenback"}),
    Part.SCRIPT: frozenset({"booklet", "sticker", "pageimage", "pagesettlement"}),
}
"""Tables that a candidate gets by their link, by what is published."""

OF_OTHERS = frozenset({"who", "why", "told", "device", "software"})
"""Columns that name who examines and corrects, or say what they noted for themselves."""

_ABOUT = """\
Data about {name} ({registration}) in the records of this exam, as they were on {when}.

data.json      all of it, by table: a table is what was recorded in one kind of act
*.csv          the same, a file for each table
pages/         the scanned pages of their booklet

candidateentry  what the list of candidates said      reading         what the machine read in each field
judgement       what answers were given               settlement      what people decided about readings
annotation      what was drawn on answers             dayact          what was noted on the exam day
objection, objectionreply  objections and answers     mail, mailstep  mails, and what became of them
personallink    links to results (no secrets)         booklet, pageimage …  papers and their scanned pages
paperfetched, handin …  what was fetched and handed in from home
reviewslot, reviewstep  when and where they could look at their script on site
"""

Look = Callable[[StoredImage], bytes | None]
"""Gives the picture of a page as a JPEG file; None if it cannot be shown."""

Rows = Mapping[str, tuple[own_rows.Row, ...]]


def write(folder: Path, registration: str, out: Path) -> tuple[int, int]:
    """Write all that is known of a candidate into a ZIP.

    Args:
        folder: the exam folder.
        registration: whose.
        out: a new file, for the owner's eyes.

    Returns:
        how many rows, and how many pages.

    Raises:
        NotFoundError: nothing was printed yet, or nobody has this registration number.
        RefusedError: the file is there already.
        ToolError: it cannot be written.
    """
    if out.exists():
        raise RefusedError(f"{out} is there already", "name another file")
    with opened(folder) as records, processes(1) as workers:
        up_to_date.look(records)
        who = known(registration)
        booklet, rows = _rows(who)

        def look(image: StoredImage) -> bytes | None:
            made = page_pictures.cut(records, image, Shows.PAGE, workers)
            return None if made is None else made.files.get(WHOLE)

        try:
            out.touch(mode=0o600)
            with out.open("wb") as file:
                return _write(file, who, rows, () if booklet is None else tuple(own_images(booklet)), look)
        except OSError as error:
            raise ToolError(f"{out} cannot be written: {error.strerror}", "name another file") from error


def of_guest(folder: Path, who: Enrolled, publication: Publication, look: Look) -> bytes:
    """What a candidate who comes by their link may have of it, as a ZIP.

    Args:
        folder: the exam folder.
        who: they.
        publication: what is published.
        look: gives the picture of a page.

    Raises:
        NotFoundError: nothing was printed yet.
    """
    with opened(folder) as records:
        up_to_date.look(records)
        booklet, every = _rows(who)
        shown = ALWAYS.union(*(tables for part, tables in PARTS.items() if publication.shows(part)))
        rows = {
            table: tuple({name: v for name, v in row.items() if name not in OF_OTHERS} for row in some)
            for table, some in every.items()
            if table in shown
        }
        shows_pages = publication.shows(Part.SCRIPT)
        images = tuple(own_images(booklet)) if booklet is not None and shows_pages else ()
        out = io.BytesIO()
        _write(out, who, rows, images, look)
    return out.getvalue()


def _rows(who: Enrolled) -> tuple[int | None, Rows]:
    """The booklet that is theirs, and the rows about them."""
    booklet = results.booklet_of(who.id)
    return booklet, own_rows.about(who.id, () if booklet is None else (booklet,))


def _write(
    out: IO[bytes], who: Enrolled, rows: Rows, images: tuple[StoredImage, ...], look: Look
) -> tuple[int, int]:
    person, pages = who.candidate, 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        when = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        about = _ABOUT.format(name=person.name, registration=person.registration, when=when)
        packed.writestr("README.txt", about)
        packed.writestr("data.json", msgspec.json.format(msgspec.json.encode(rows, enc_hook=str), indent=1))
        for table, some in rows.items():
            packed.writestr(f"{table}.csv", _csv(some))
        for image in images:
            jpeg = look(image)
            if jpeg is not None and image.spot is not None:
                spot = image.spot
                packed.writestr(f"pages/{spot.sheet}-{spot.booklet:05}-page-{spot.page:02}.jpg", jpeg)
                pages += 1
    return sum(map(len, rows.values())), pages


def _csv(rows: tuple[own_rows.Row, ...]) -> str:
    out = io.StringIO()
    lines = csv.DictWriter(out, list(rows[0]))
    lines.writeheader()
    lines.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _harmless(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A text that no spreadsheet program takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@\t\r") else value
