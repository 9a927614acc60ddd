"""What was done in the rooms, as a tablet sends it: a list of acts, and what became of each."""

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from klausur.actions.keep_day import keep_day
from klausur.actions.roles import Verb
from klausur.base.errors import UsageError
from klausur.state.day import ActKind, DayAct
from klausur.web.access import Here, acts
from klausur.web.day.words import FAULTS

AT_ONCE = 200
"""Acts that one request may bring."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-zA-Z-]{8,36}$")]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class SentAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A DayAct as it comes."""

    act: Name
    kind: ActKind
    at: datetime
    device: Name
    room: Annotated[str, msgspec.Meta(max_length=200)] = ""
    candidate: Number | None = None
    number: Number | None = None
    value: Annotated[str, msgspec.Meta(max_length=100)] = ""
    minutes: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0
    text: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    seen: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0

    def done(self) -> DayAct:
        """In the type of the records."""
        return DayAct(**msgspec.structs.asdict(self))


_decode = msgspec.json.Decoder(Annotated[list[SentAct], msgspec.Meta(max_length=AT_ONCE)]).decode


@acts(Verb.KEEP_DAY)
def keep(request: HttpRequest, here: Here) -> JsonResponse:
    """Record acts; what became of each, and the time by which this site goes."""
    try:
        sent = [each.done() for each in _decode(request.body)]
    except msgspec.DecodeError as error:
        raise UsageError(_("This request cannot be understood."), _("Load the page again.")) from error
    if any(each.at.tzinfo is None for each in sent):
        raise UsageError(_("This request cannot be understood."), _("Load the page again."))
    kept = keep_day(here.folder, sent, here.author())
    return JsonResponse(
        {
            "now": timezone.now().timestamp() * 1000,
            "acts": [
                {
                    "act": each.act,
                    "id": each.id,
                    "refused": "" if each.refused is None else str(FAULTS[each.refused]),
                }
                for each in kept
            ],
        }
    )
