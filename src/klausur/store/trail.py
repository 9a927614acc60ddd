"""Which events are about a booklet: those that wrote a row about it or its pages, or printed it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from klausur.paper.code import Sheet
from klausur.store import models
from klausur.store.row_seals import keys_of
from klausur.store.rows import portions


def about_booklet(number: int) -> frozenset[int]:
    """The numbers of the events that wrote a row about this booklet."""
    mine = rows_of_booklet(number)
    found = models.AuditEvent.objects.exclude(rows="").values_list("number", "rows")
    return frozenset(event for event, rows in found.iterator(chunk_size=100) if _touches(rows, mine))


def rows_of_booklet(number: int) -> Mapping[str, frozenset[int]]:
    """The keys of the rows that are about a booklet, by table. What a candidate's entry says is not."""
    sheet = Sheet.BOOKLET.value
    here = Q(sheet=sheet, number=number)
    placed = models.PageSettlement.objects.filter(here).values_list("image_id", flat=True)
    coded = Q(code_sheet=sheet, code_number=number)
    images = {
        *models.PageImage.objects.filter(here | coded).values_list("pk", flat=True),
        *placed,
    }
    rows = {
        "booklet": models.Booklet.objects.filter(number=number),
        "settlement": models.Settlement.objects.filter(here),
        "tiesettlement": models.TieSettlement.objects.filter(here),
        "pagewaiver": models.PageWaiver.objects.filter(number=number),
        "judgement": models.Judgement.objects.filter(booklet=number),
        "judgementtakenback": models.JudgementTakenBack.objects.filter(judgement__booklet=number),
        "newlook": models.NewLook.objects.filter(judgement__booklet=number),
        "parking": models.Parking.objects.filter(booklet=number),
        "parkingreply": models.ParkingReply.objects.filter(parking__booklet=number),
        "annotation": models.Annotation.objects.filter(booklet=number),
        "annotationtakenback": models.AnnotationTakenBack.objects.filter(annotation__booklet=number),
        "scriptplace": models.ScriptPlace.objects.filter(booklet=number),
        "objection": models.Objection.objects.filter(booklet=number),
        "objectionreply": models.ObjectionReply.objects.filter(objection__booklet=number),
    }
    found = {table: set(query.values_list("pk", flat=True)) for table, query in rows.items()}
    found["pageimage"] = images
    of: list[tuple[str, Any]] = [("pagesettlement", models.PageSettlement), ("reading", models.Reading)]
    for part in portions(images):
        for table, model in of:
            keys = model.objects.filter(image_id__in=part or ()).values_list("pk", flat=True)
            found.setdefault(table, set()).update(keys)
        looks = models.SecondLook.objects.filter(reading__image_id__in=part or ())
        found.setdefault("secondlook", set()).update(looks.values_list("pk", flat=True))
    return {table: frozenset(keys) for table, keys in found.items()}


def _touches(rows: str, mine: Mapping[str, Iterable[int]]) -> bool:
    """Whether an event's rows are some of these."""
    return any(
        not set(mine[table]).isdisjoint(keys_of(keys))
        for table, (keys, _) in json.loads(rows).items()
        if mine.get(table)
    )
