"""Export grades: the results as a new list in the form of a platform or an office."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from klausur.actions import grade, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import NotFoundError, RefusedError
from klausur.report.grade_list.new_list import NewList, new_list
from klausur.report.grade_list.request import ExportRequest
from klausur.state.facts import Actor
from klausur.store import audit
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class ExportedGrades:
    """The list, its file, and whether the exam's source is no longer the one whose key counts."""

    made: NewList
    output: Path
    source_changed: bool


def export_grades(folder: Path, request: ExportRequest, *, actor: Actor) -> ExportedGrades:
    """Write the results as a new list, by the key that counts.

    Args:
        folder: the exam folder.
        request: in which form, and where.
        actor: who exports.

    Raises:
        NotFoundError: nothing was printed yet, there is no such edition, or the file cannot be written.
        RefusedError: the file is there already.
        UsageError, KlausurError: as for `klausur.report.grade_list.new_list.new_list`.
    """
    allow(actor, Verb.FILL_GRADES)
    with opened(folder) as records:
        frame = up_to_date.look(records)
        graded = grade.computed(folder, frame, request.edition)
        title = frame.exams.first.title
        made = new_list(request.form, graded.results, title, request.columns, comma=request.comma)
        place = request.output or folder / f"grades-{request.form}{made.suffix}"
        if place.exists() and not request.overwrite:
            raise RefusedError(
                f"{place} is there already", "name another file with --output, or add --overwrite"
            )
        part = place.with_name(f"{place.name}.part")
        try:
            part.write_bytes(made.data)
        except OSError as error:
            raise NotFoundError(
                f"{place} cannot be written: {error.strerror}", "name a place with --output"
            ) from error
        with writing():
            audit.append("export-grades", actor, _detail(request, place, made))
        part.replace(place)
    return ExportedGrades(made, place, graded.source_changed)


def _detail(request: ExportRequest, place: Path, made: NewList) -> dict[str, object]:
    return {
        "form": str(request.form),
        "output": place.name,
        "output_digest": hashlib.sha256(made.data).hexdigest(),
        "people": made.people,
        "lacking": len(made.lacking),
    }
