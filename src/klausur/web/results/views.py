"""The table as it stands, sorted and paged by the server, and files of it for who examines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.actions import results_so_far
from klausur.actions.grade import to_json
from klausur.actions.results_so_far import SoFar
from klausur.actions.roles import Verb
from klausur.base.credits import Credits
from klausur.base.errors import NotFoundError
from klausur.report.results import ResultRow, Status
from klausur.report.text import write_csv
from klausur.report.workbook import write_xlsx
from klausur.state.facts import Role
from klausur.web.access import Here, shows
from klausur.web.numbers import localized, show_credits

ROWS = 50

STATUS = {
    Status.FINAL: gettext_lazy("final"),
    Status.OPEN: gettext_lazy("open"),
    Status.MISSING: gettext_lazy("no booklet"),
    Status.UNGRADED: gettext_lazy("without a grade"),
}
"""How far somebody is."""

_ORDER = {Status.OPEN: 0, Status.MISSING: 1, Status.UNGRADED: 2, Status.FINAL: 3}

SORTS: Mapping[str, Callable[[ResultRow], Any]] = {
    "booklet": lambda row: row.booklet,
    "name": lambda row: row.name.casefold() or None,
    "registration": lambda row: row.registration or None,
    "total": lambda row: row.total,
    "status": lambda row: _ORDER[row.status],
}
"""By what the table may be sorted; rows without it come last."""

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""The forms of files."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a row is open, and where it is settled."""

    says: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table as it is shown."""

    of: ResultRow
    cells: SafeString
    total: str
    status: str
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading by which the table can be sorted."""

    called: str
    address: str
    now: str
    number: bool = False


@shows(Role.EXAMINER, Role.CORRECTOR)
def results(request: HttpRequest, here: Here) -> HttpResponse:
    """The table as it stands."""
    try:
        found = results_so_far.so_far(here.folder)
    except NotFoundError:
        return render(request, "results/results.html", {"found": None})
    named = here.shows_names
    sort = request.GET.get("by", "booklet")
    sort = sort if sort in SORTS and (named or sort not in {"name", "registration"}) else "booklet"
    down = request.GET.get("down") == "1"
    only = request.GET.get("only", "")
    rows = [row for row in found.results.rows if named or row.booklet is not None]
    rows = _sorted([row for row in rows if only in {"", row.status.value}], SORTS[sort], down=down)
    start = int(text) if (text := request.GET.get("from", "0")).isdigit() and len(text) < 8 else 0
    shown = rows[start : start + ROWS]
    asked = {"by": sort, "down": int(down), "only": only}
    page = {
        "found": found,
        "columns": found.results.asked,
        "rows": _rows(here, found, shown),
        "headings": _headings(sort, asked, named=named, down=down),
        "named": named,
        "only": only,
        "statuses": [(s.value, STATUS[s], _address(asked, only=s.value)) for s in Status],
        "everything": _address(asked, only=""),
        "before": _address(asked, start=max(0, start - ROWS)) if start else "",
        "after": _address(asked, start=start + ROWS) if start + ROWS < len(rows) else "",
        "first": start + 1,
        "last": start + len(shown),
        "many": len(rows),
        "most": max((many for _grade, many in found.summary.grades), default=0) or 1,
        "mean": "" if found.summary.mean is None else localized(f"{float(found.summary.mean):.1f}"),
        "exports": here.may(Verb.GRADE),
    }
    return render(request, "results/results.html", page)


@shows(Role.EXAMINER)
def export(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The table as a file, with what it says of how far it is; nothing is written into the exam's folder."""
    del request
    if form not in TYPES:
        raise Http404(form)
    graded, exam = results_so_far.whole(here.folder)
    if form == "json":
        content = to_json(graded)
    else:
        with TemporaryDirectory() as made:
            path = Path(made) / f"results.{form}"
            if form == "csv":
                write_csv(graded.results, path)
            else:
                write_xlsx(graded.results, path, exam.date)
            content = path.read_bytes()
    name = f"{here.exam.slug}-results.{form}"
    return HttpResponse(
        content, TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _sorted(rows: list[ResultRow], by: Callable[[ResultRow], Any], *, down: bool) -> list[ResultRow]:
    known = [row for row in rows if by(row) is not None]
    return [*sorted(known, key=by, reverse=down), *(row for row in rows if by(row) is None)]


def _rows(here: Here, found: SoFar, shown: list[ResultRow]) -> list[Row]:
    numbers = [row.booklet for row in shown if row.booklet is not None]
    credits = results_so_far.credits_of(here.folder, numbers, role=here.role) if numbers else {}
    unknown = format_html('<span class="faint" title="{}">·</span>', _("open"))
    rows = []
    for row in shown:
        mine = credits.get(row.booklet or 0, {})
        rows.append(
            Row(
                row,
                _cells((mine.get(question) for question in found.questions), unknown if row.booklet else ""),
                "" if row.total is None else show_credits(row.total),
                str(STATUS[row.status]),
                tuple(_why(here, found, row)),
            )
        )
    return rows


def _cells(credits: Iterable[Credits | None], unknown: str) -> SafeString:
    """The credits of a row as cells: a template takes half of the page's time for 2,000 of them."""
    texts = ((unknown if value is None else show_credits(value),) for value in credits)
    return format_html_join("", '<td class="number">{}</td>', texts)


def _why(here: Here, found: SoFar, row: ResultRow) -> list[Why]:
    """Why a booklet has no total yet, with the desk where that is settled, if who asks may go there."""
    number = row.booklet
    if number is None or row.status is Status.MISSING:
        return []
    why = []
    if row.of.candidate is None:
        may = here.may(Verb.SETTLE_BOOKLET)
        why.append(Why(_("nobody knows whose"), reverse("owners", args=[here.exam.slug]) if may else ""))
    if waits := found.open.get(number, 0):
        text = ngettext("%(n)d question is unclear", "%(n)d questions are unclear", waits) % {"n": waits}
        why.append(Why(text, reverse("readings", args=[here.exam.slug])))
    if pages := found.missing.get(number, ()):
        text = ngettext("page %(pages)s is missing", "pages %(pages)s are missing", len(pages))
        why.append(Why(text % {"pages": _ranges(pages)}, reverse("scans-missing", args=[here.exam.slug])))
    if pages := found.waived.get(number, ()):
        text = ngettext("counts without page %(pages)s", "counts without pages %(pages)s", len(pages))
        why.append(Why(text % {"pages": _ranges(pages)}, reverse("scans-missing", args=[here.exam.slug])))
    return why


def _ranges(pages: tuple[int, ...]) -> str:
    """Page numbers, those in a row as one: ``3, 5–9``."""
    parts: list[list[int]] = []
    for page in pages:
        if parts and parts[-1][-1] == page - 1:
            parts[-1].append(page)
        else:
            parts.append([page])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)


def _headings(sort: str, asked: Mapping[str, object], *, named: bool, down: bool) -> dict[str, Heading]:
    called = {
        "booklet": _("Booklet"),
        "name": _("Name"),
        "registration": _("Registration number"),
        "total": _("Total"),
        "status": _("Status"),
    }
    return {
        name: Heading(
            text,
            _address({**asked, "by": name, "down": int(name == sort and not down)}),
            "" if name != sort else "descending" if down else "ascending",
            number=name in {"booklet", "total"},
        )
        for name, text in called.items()
        if named or name not in {"name", "registration"}
    }


def _address(asked: Mapping[str, object], *, only: str | None = None, start: int = 0) -> str:
    given = {**asked, **({} if only is None else {"only": only}), "from": start}
    return "?" + urlencode({name: value for name, value in given.items() if value})
