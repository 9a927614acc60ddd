"""A PDF divided into several: the booklets of each room in a file of their own."""

from collections.abc import Mapping
from pathlib import Path

import pikepdf


def split(pdf: Path, parts: Mapping[Path, range]) -> None:
    """Write parts of a PDF, each with these pages (from 0). What pages share, they share in every part."""
    with pikepdf.open(pdf) as whole:
        for out, pages in parts.items():
            with pikepdf.new() as part:
                for number in pages:
                    part.pages.append(whole.pages[number])
                part.Root.ViewerPreferences = part.copy_foreign(
                    whole.make_indirect(whole.Root.ViewerPreferences)
                )
                part.save(
                    out,
                    deterministic_id=True,
                    object_stream_mode=pikepdf.ObjectStreamMode.generate,
                    stream_decode_level=pikepdf.StreamDecodeLevel.none,
                    compress_streams=False,
                )
