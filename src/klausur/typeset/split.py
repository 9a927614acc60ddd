"""A PDF divided into several: the booklets of each room in a file of their own. And several in one."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pikepdf

from klausur.typeset.for_printer import ask_printer


def split(pdf: Path, piles: Mapping[Path, Iterable[int]]) -> None:
    """Write parts of a PDF, each with these pages (from 0). What pages share, they share in every part."""
    with pikepdf.open(pdf) as whole:
        for out, pages in piles.items():
            _write(whole, pages, out)


def parts(pdf: Path, each: Iterable[Iterable[int]]) -> Iterator[bytes]:
    """Parts of a PDF, each with these pages (from 0), one after the other."""
    with pikepdf.open(pdf) as whole:
        for pages in each:
            out = io.BytesIO()
            _write(whole, pages, out)
            yield out.getvalue()


def _write(whole: pikepdf.Pdf, pages: Iterable[int], out: Path | io.BytesIO) -> None:
    with pikepdf.new() as part:
        for number in pages:
            part.pages.append(whole.pages[number])
        part.Root.ViewerPreferences = part.copy_foreign(whole.make_indirect(whole.Root.ViewerPreferences))
        part.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
        )


def join(pdfs: Iterable[bytes], out: Path) -> None:
    """Write several PDFs as one, one after the other."""
    with pikepdf.new() as whole, ExitStack() as opened:
        for pdf in pdfs:
            whole.pages.extend(opened.enter_context(pikepdf.open(io.BytesIO(pdf))).pages)
        ask_printer(whole, both=True)
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
