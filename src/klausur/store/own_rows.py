"""All rows that are about one candidate, by table, as plain values: for who asks what is known of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from klausur.store import models
from klausur.store.rows import portions
from klausur.store.trail import rows_of_booklet
from klausur.store.verify import tables

SECRETS = frozenset({"digest"})
"""Columns that are no data about anybody: digests of secrets."""

Row = dict[str, Any]


def about(candidate: int, booklets: Iterable[int]) -> Mapping[str, tuple[Row, ...]]:
    """The rows about a candidate, in the order in which they were written; tables without any are left out.

    Args:
        candidate: their number in the records.
        booklets: those that are theirs, or were printed for them.
    """
    keys = _of_candidate(candidate)
    for number in booklets:
        for table, some in rows_of_booklet(number).items():
            keys.setdefault(table, set()).update(some)
    return {
        name: rows for name, model in _models().items() if (rows := tuple(_rows(model, keys.get(name, ()))))
    }


def _models() -> dict[str, type[Any]]:
    return {model._meta.model_name: model for model in tables()}  # noqa: SLF001 - Django documents it


def _of_candidate(candidate: int) -> dict[str, set[int]]:
    mine = Q(candidate=candidate)
    found = {
        "candidateentry": models.CandidateEntry.objects.filter(mine),
        "sticker": models.Sticker.objects.filter(mine),
        "booklet": models.Booklet.objects.filter(mine),
        "tiesettlement": models.TieSettlement.objects.filter(mine),
        "dayact": models.DayAct.objects.filter(mine),
        "personallink": models.PersonalLink.objects.filter(mine),
        "linkrevoked": models.LinkRevoked.objects.filter(link__candidate=candidate),
        "objection": models.Objection.objects.filter(mine),
        "objectionreply": models.ObjectionReply.objects.filter(objection__candidate=candidate),
        "paperfetched": models.PaperFetched.objects.filter(mine),
        "handin": models.HandIn.objects.filter(mine),
        "handinseen": models.HandInSeen.objects.filter(hand_in__candidate=candidate),
        "handindecided": models.HandInDecided.objects.filter(hand_in__candidate=candidate),
        "reviewslot": models.ReviewSlot.objects.filter(mine),
        "reviewstep": models.ReviewStep.objects.filter(slot__candidate=candidate),
        "mail": models.Mail.objects.filter(mine),
        "mailstep": models.MailStep.objects.filter(mail__candidate=candidate),
    }
    return {table: set(rows.values_list("pk", flat=True)) for table, rows in found.items()}


def _rows(model: type[Any], keys: Iterable[int]) -> Iterable[Row]:
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in SECRETS]  # noqa: SLF001 - the same
    for part in portions(set(keys)):
        yield from model.objects.filter(pk__in=part or ()).order_by("pk").values(*columns)
