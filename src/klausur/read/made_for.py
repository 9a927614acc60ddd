"""Whether a page is one that the readers were made for. If it is not, a person decides all that is on it.

The bounds stand on the mark reader's card; what a page is like is measured by `klausur.scan`.
"""

from dataclasses import replace

from klausur.paper.layout import PageLayout
from klausur.read import fields, marks
from klausur.read.card import Covers
from klausur.read.model import Reading
from klausur.scan.model import Placed, Quality


def read(placed: Placed, page: PageLayout, *, exam: int, key: bytes) -> tuple[Reading, ...]:
    """As `klausur.read.fields.read`; all Readings are flagged if the page is not covered."""
    readings = fields.read(placed, page, exam=exam, key=key)
    if not why_not(placed.quality):
        return readings
    return tuple(replace(reading, flagged=True) for reading in readings)


def why_not(quality: Quality, covers: Covers | None = None) -> str:
    """Why a page's readings are not believed, in words; empty if they are.

    Args:
        quality: of the page.
        covers: the bounds; those of the shipped mark reader unless given.
    """
    bound = covers or marks.shipped().card.covers
    away = quality.local or quality.residual  # frames tell more than fiducials, where there are any
    lacks = [
        (quality.fiducials == 0, "it was found by its printed frames alone, without fiducials"),
        (quality.dpi < bound.dpi, f"{quality.dpi:.0f} dpi are fewer than {bound.dpi:.0f}"),
        (quality.contrast < bound.contrast, f"contrast {quality.contrast:.0f} is below {bound.contrast:.0f}"),
        (
            quality.sharpness < bound.sharpness,
            f"sharpness {quality.sharpness:.2f} is below {bound.sharpness}",
        ),
        (away > bound.away, f"boxes lie {away:.2f} mm from where they are read, more than {bound.away}"),
    ]
    return "; ".join(words for lacking, words in lacks if lacking)
