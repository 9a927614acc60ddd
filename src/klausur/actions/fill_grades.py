"""Fill grades: results written into the list that an examination office handed out, as a new file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import grade, up_to_date
from klausur.actions.office_file import bytes_of, named
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.report.grade_list.fill import FilledList, fill
from klausur.report.grade_list.request import FillRequest
from klausur.state.facts import Actor
from klausur.store import audit
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class FilledGrades:
    """What was filled, or would be, the file it goes to, and whether it was written.

    ``source_changed``: the exam's source is no longer the one whose key counts.
    """

    filled: FilledList
    output: Path
    written: bool
    source_changed: bool


def fill_grades(folder: Path, request: FillRequest, *, actor: Actor, dry_run: bool = False) -> FilledGrades:
    """Write the results into a list, by the key that counts.

    Args:
        folder: the exam folder.
        request: which list, and how.
        actor: who fills it.
        dry_run: write nothing.

    Raises:
        NotFoundError: nothing was printed yet, or there is no such edition or list.
        RefusedError: the new file is there already.
        KlausurError: the list cannot be read, or not be filled; the message says why.
    """
    allow(actor, Verb.FILL_GRADES)
    office, place = request.office, request.place
    data = bytes_of(office)
    if place.exists() and not request.overwrite and not dry_run:
        raise RefusedError(f"{place} is there already", "name another file with --output, or add --overwrite")
    with opened(folder) as records:
        frame = up_to_date.look(records)
        graded = grade.computed(folder, frame, request.edition)
        with named(office):
            filled = fill(data, graded.results, dict(frame.exams.first.candidate_columns), request)
        if not dry_run:
            part = place.with_name(f"{place.name}.part")
            _write(part, filled.data)
            with writing():
                audit.append("fill-grades", actor, _detail(request, data, filled))
            part.replace(place)
    return FilledGrades(filled, place, not dry_run, graded.source_changed)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NotFoundError(
            f"{path} cannot be written: {error.strerror}", "name a place with --output"
        ) from error


def _detail(request: FillRequest, data: bytes, filled: FilledList) -> dict[str, object]:
    return {
        "list": request.office.name,
        "list_digest": hashlib.sha256(data).hexdigest(),
        "output": request.place.name,
        "output_digest": hashlib.sha256(filled.data).hexdigest(),
        "cells": len(filled.cells),
        "unfilled": len(filled.unfilled),
        "lacking": len(filled.lacking),
    }
