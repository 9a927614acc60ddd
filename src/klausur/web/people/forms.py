"""What people fill in about a candidate."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from klausur.actions.change_candidate import Correction
from klausur.actions.mark_candidates import PRESENCE
from klausur.actions.roles import Verb
from klausur.base.mail_address import LONGEST as LONGEST_ADDRESS
from klausur.base.stamps import stamp
from klausur.roster.candidates import MAX_CELL, MAX_NUMBER
from klausur.roster.model import MAX_MINUTES, Candidate
from klausur.state.enrolment import FIELDS
from klausur.state.facts import Enrolled, Standing
from klausur.web.access import Here
from klausur.web.tags import STANDINGS

CALLED = {
    "registration": _("Registration number"),
    "name": _("Name"),
    "room": _("Room"),
    "seat": _("Seat"),
    "extra_minutes": _("Extra minutes"),
    "note": _("Note"),
    "mail": _("Mail address"),
    "standing": _("Standing"),
}
"""What the fields of a list are called."""

_LONGEST_REASON = 400
_WALKED_IN = _("For the records: walked in, registered late …")


class CandidateForm(forms.Form):
    """What the list says of somebody, with the reason for it; ``seen`` is what it said when it was shown."""

    registration = forms.CharField(
        label=CALLED["registration"], max_length=MAX_NUMBER, widget=forms.TextInput(attrs={"class": "mono"})
    )
    name = forms.CharField(label=CALLED["name"], max_length=MAX_CELL)
    room = forms.CharField(label=CALLED["room"], max_length=MAX_CELL, required=False)
    seat = forms.CharField(label=CALLED["seat"], max_length=MAX_CELL, required=False)
    extra_minutes = forms.IntegerField(
        label=CALLED["extra_minutes"], min_value=0, max_value=MAX_MINUTES, required=False
    )
    note = forms.CharField(label=CALLED["note"], max_length=MAX_CELL, required=False)
    mail = forms.EmailField(label=CALLED["mail"], max_length=LONGEST_ADDRESS, required=False)
    why = forms.CharField(label=_("Reason"), max_length=_LONGEST_REASON, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django has it
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @classmethod
    def of(cls, enrolled: Enrolled) -> "CandidateForm":
        """The form as it stands before anybody changes it."""
        said: dict[str, Any] = {name: getattr(enrolled.candidate, name) for name in FIELDS}
        return cls(initial={**said, "extra_minutes": said["extra_minutes"] or None, "seen": stamp(enrolled)})

    @property
    def person(self) -> Candidate:
        """Who stands in it."""
        said = self.cleaned_data
        return Candidate(
            said["registration"],
            said["name"],
            said["room"],
            said["seat"],
            said["extra_minutes"] or 0,
            said["note"],
            said["mail"],
        )

    @property
    def correction(self) -> Correction:
        """What shall stand on the list."""
        person = self.person
        return Correction(
            person.registration,
            person.name,
            person.room,
            person.seat,
            person.extra_minutes,
            person.note,
            person.mail,
        )


class NewForm(CandidateForm):
    """Somebody who comes onto the list, with the spare booklet that they have."""

    field_order = ("registration", "name", "booklet", "room", "seat", "extra_minutes", "note", "mail", "why")

    booklet = forms.IntegerField(
        label=_("Spare booklet"),
        min_value=1,
        required=False,
        help_text=_("The number on the booklet that they wrote in, if it is known."),
        widget=forms.NumberInput(attrs={"list": "spare"}),
    )
    why = forms.CharField(label=_("Reason"), max_length=_LONGEST_REASON, help_text=_WALKED_IN)


class MarkForm(forms.Form):
    """Whether somebody takes the exam, and why not. Who saw the room alone says who was there."""

    standing = forms.ChoiceField(label=CALLED["standing"], widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Reason"),
        max_length=_LONGEST_REASON,
        help_text=_("Certificate, mail, who saw it …"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        here: Here,
        data: Any = None,  # noqa: ANN401 - as Django has it
        *,
        now: Enrolled | None = None,
        initial: dict[str, str] | None = None,
    ) -> None:
        said = {} if now is None else {"standing": now.standing.value, "seen": stamp(now)}
        super().__init__(data, initial={**said, **(initial or {})}, label_suffix="")
        every = here.may(Verb.MARK_CANDIDATE)
        choices = [(s.value, called) for s, called in STANDINGS.items() if every or s in PRESENCE]
        cast("forms.ChoiceField", self.fields["standing"]).choices = choices

    @property
    def to(self) -> Standing:
        """What somebody's standing shall be."""
        return Standing(self.cleaned_data["standing"])


class BringForm(forms.Form):
    """A newer list."""

    list = forms.FileField(label=_("A list of candidates"), allow_empty_file=True)
