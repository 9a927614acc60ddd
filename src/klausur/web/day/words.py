"""What the exam day's acts are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klausur.state.day import ActFault, CheckIn, Difference, Incident

CHECKED_IN: Mapping[CheckIn, Promise | str] = {
    CheckIn.EXPECTED: _("expected"),
    CheckIn.PRESENT: _("present"),
    CheckIn.LATE: _("late"),
    CheckIn.LEFT: _("has left"),
    CheckIn.ABSENT: _("absent"),
    CheckIn.ILL: _("ill"),
    CheckIn.OUT: _("does not take part"),
}
"""What is known of a candidate."""

INCIDENTS: Mapping[Incident, Promise | str] = {
    Incident.TOILET_OUT: _("out of the room"),
    Incident.TOILET_IN: _("back in the room"),
    Incident.QUESTION: _("question of a candidate"),
    Incident.CHEATING: _("attempt to cheat"),
    Incident.FIRE_ALARM: _("fire alarm"),
    Incident.LOST_MINUTES: _("lost minutes"),
    Incident.OTHER: _("something else"),
}
"""What happens in a room."""

DIFFERENCES: Mapping[Difference, Promise | str] = {
    Difference.NOT_COUNTED: _("handed out, not counted in"),
    Difference.NOBODY_CAME: _("counted in, but nobody is said to have come for it"),
    Difference.NOT_SCANNED: _("counted in, no page of it is scanned"),
    Difference.PAGES_MISSING: _("pages of it are not scanned"),
    Difference.SCANNED_UNCOUNTED: _("scanned, never counted in"),
}
"""What does not fit of a booklet."""

FAULTS: Mapping[ActFault, Promise | str] = {
    ActFault.VALUE: _("This is nothing that can be said here."),
    ActFault.NOBODY: _("Nobody is named."),
    ActFault.NO_NUMBER: _("No number is named."),
    ActFault.NO_TEXT: _("Nothing is written."),
    ActFault.NOT_SIGNED: _("Nobody signs."),
    ActFault.NO_SIGNATURE: _("This is no signature: it is too short, or not drawn in the field."),
    ActFault.NOT_ASKED: _("This exam asks for no signature on glass."),
    ActFault.NO_SEAT: _("No seat is named."),
    ActFault.NO_ACT: _("It is not said what was a mistake."),
    ActFault.NO_MINUTES: _("It is not said how many minutes were lost."),
    ActFault.LONG: _("The text is too long."),
    ActFault.CLOCK: _("The clock of this device is wrong by days."),
    ActFault.NO_CANDIDATE: _("There is no such candidate."),
    ActFault.NO_BOOKLET: _("There is no such booklet."),
    ActFault.NO_EXTRA: _("There is no such extra sheet."),
}
"""Why an act cannot be recorded."""
