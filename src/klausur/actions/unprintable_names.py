"""Names on the list of candidates that no font can show. What reads lists is loaded with this."""

from collections.abc import Iterator
from pathlib import Path

from klausur.base.diagnostics import Diagnostic
from klausur.exam import source
from klausur.roster import candidates
from klausur.roster.candidates import ListTerms
from klausur.typeset import missing_glyphs


def find(path: Path, folder: Path) -> Iterator[Diagnostic]:
    """A finding for each such name on a list of candidates for the exam in a folder."""
    roster = candidates.read(path, ListTerms(*source.list_terms(folder)))
    yield from missing_glyphs.in_names(roster.candidates, roster.file, folder)
