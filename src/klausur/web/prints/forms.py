"""What shall be printed, as people choose it."""

import re
from collections.abc import Mapping
from math import ceil
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from klausur.actions.print_request import PASSABLE
from klausur.paper.labels import KNOWN
from klausur.roster.model import SeatRule

_MOST = 5000
_LEAST_SPARE = 5
_SHARE = 0.05

_SEATS = {
    SeatRule.SPREAD: _("spread over the rooms"),
    SeatRule.ALPHABETICAL: _("by name"),
    SeatRule.RANDOM: _("at random"),
    SeatRule.FILE: _("as the list says"),
}
_DESPITE = {
    "claim-contradicted": _("the evidence contradicts the key"),
    "evidence-failed": _("the evidence itself fails"),
    "printed-unproven": _("statements have changed since their evidence was accepted or run"),
    "paper-unapproved": _("nobody else has approved the paper"),
}


class PrintForm(forms.Form):
    """The options of a printing. What each candidate wants, large print say, stands on the list."""

    spare = forms.IntegerField(
        label=_("Spare booklets"),
        min_value=0,
        max_value=_MOST,
        required=False,
        help_text=_("Without a name: for walk-ins, and for what is torn or spoilt."),
    )
    extras = forms.IntegerField(
        label=_("Extra sheets"),
        min_value=0,
        max_value=_MOST,
        required=False,
        help_text=_("To hand out to whoever needs more paper."),
    )
    stickers = forms.ChoiceField(
        label=_("Names"),
        required=False,
        choices=[("", _("on the booklets")), *((name, sheet.name) for name, sheet in KNOWN.items())],
        help_text=_("Printed on the booklets, or on stickers that are stuck on unnamed ones."),
    )
    skip = forms.IntegerField(
        label=_("Labels used up"),
        min_value=0,
        max_value=200,
        required=False,
        help_text=_("Of the first sheet of stickers."),
    )
    seats = forms.ChoiceField(
        label=_("Seats"),
        required=False,
        choices=[("", _("as rooms.toml or the list says")), *((r.value, w) for r, w in _SEATS.items())],
    )
    again = forms.CharField(
        label=_("Lost booklets"),
        required=False,
        max_length=400,
        help_text=_("Their numbers, such as 3, 17: their candidates get another one."),
    )
    by_room = forms.BooleanField(
        label=_("The booklets of each room also in a file of their own"), required=False
    )
    by_variant = forms.BooleanField(
        label=_("The booklets of each variant also in a file of their own"), required=False
    )
    proof = forms.BooleanField(label=_("Also a proof: the fields drawn over the pages"), required=False)
    blackened = forms.BooleanField(
        label=_("Blackened booklets: what is asked is covered, and stands on the question paper alone"),
        required=False,
    )
    edition = forms.ChoiceField(
        label=_("If the exam has changed since it was printed"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("print nothing, and say what differs")),
            ("as-printed", _("add to what was printed, as it was")),
            ("new", _("begin a new edition")),
            ("new-for-all", _("begin a new edition, with booklets for everybody")),
        ],
    )
    despite = forms.MultipleChoiceField(
        label=_("Print all the same if"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, _DESPITE[code]) for code in PASSABLE],
    )
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=400,
        help_text=_("For a new edition, or to print all the same; it stands in the records."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        printed: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.label_suffix = ""
        for name in ("again", "edition") if not printed else ():
            del self.fields[name]

    def clean_again(self) -> list[int]:
        """The numbers of lost booklets."""
        parts = [part for part in re.split(r"[\s,;]+", self.cleaned_data["again"]) if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 8 for part in parts):
            raise forms.ValidationError(_("Write numbers of booklets, such as 3, 17."))
        return [int(part) for part in parts]

    def clean(self) -> dict[str, Any]:
        """What contradicts itself, or wants a reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        reasoned = bool(said.get("despite")) or said.get("edition", "").startswith("new")
        if reasoned and not said.get("why", "").strip():
            self.add_error("why", _("Say why: it stands in the records."))
        if said.get("skip") and not said.get("stickers"):
            self.add_error("skip", _("No stickers are wanted."))
        return said

    @property
    def asked(self) -> dict[str, Any]:
        """What a job is asked for."""
        said = self.cleaned_data
        edition = said.get("edition", "")
        reasoned = bool(said["despite"]) or edition.startswith("new")
        return {
            "spare": said["spare"] or 0,
            "extras": said["extras"] or 0,
            "stickers": said["stickers"] or None,
            "skip": said["skip"] or 0,
            "seats": said["seats"] or None,
            "by_room": said["by_room"],
            "by_variant": said["by_variant"],
            "proof": said["proof"],
            "blackened": said["blackened"],
            "again": said.get("again", []),
            "despite": said["despite"],
            "as_printed": edition == "as-printed",
            "new_edition": edition.startswith("new"),
            "for_all": edition == "new-for-all",
            "why": said["why"].strip() if reasoned else "",
        }


def suggested(people: int, *, printed: bool) -> dict[str, Any]:
    """Numbers to begin with: at the first printing a twentieth more booklets, at least five, and sheets."""
    if printed:
        return {"spare": 0, "extras": 0}
    more = max(_LEAST_SPARE, ceil(people * _SHARE))
    return {"spare": more, "extras": 2 * more}


def told(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The form as somebody filled it in to ask for a job."""
    edition = "as-printed" if asked.get("as_printed") else "new" if asked.get("new_edition") else ""
    if edition == "new" and asked.get("for_all"):
        edition = "new-for-all"
    return {**asked, "edition": edition, "again": ", ".join(map(str, asked.get("again", ())))}
