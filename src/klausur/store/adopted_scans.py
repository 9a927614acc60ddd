"""Scanned files without codes that were taken in: which they were, and what was made of them.

Said by the events; a picture that was made is kept and recorded as any scanned file is.
"""

from collections.abc import Mapping
from typing import Any

from klausur.store import models

VERB = "adopt-scans"


def originals() -> Mapping[str, str]:
    """The files as people scanned them, which are kept beside: names by SHA-256."""
    return {sha256: name for detail in _details() for sha256, name in detail.get("originals", {}).items()}


def pages() -> Mapping[tuple[int, int], tuple[str, int]]:
    """By booklet and page of the paper, the image that was taken in: its file's SHA-256, its place there."""
    return {
        (booklet, page): (sha256, image)
        for detail in _details()
        for booklet, page, sha256, image in detail.get("pages", ())
    }


def _details() -> list[dict[str, Any]]:
    return list(
        models.AuditEvent.objects.filter(verb=VERB).order_by("number").values_list("detail", flat=True)
    )
