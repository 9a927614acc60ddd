"""Words of the template language that all pages may use."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from klausur.base.diagnostics import Place
from klausur.base.maths import Notation, running_text
from klausur.base.stamps import stamp
from klausur.site.jobs import Kind
from klausur.state.facts import Role, Standing
from klausur.state.owners import Source
from klausur.web import core_words, maths, statics
from klausur.web.numbers import show_credits, show_grade

register = template.Library()

ROLES = {
    Role.EXAMINER: _("examiner"),
    Role.CORRECTOR: _("corrector"),
    Role.PROCTOR: _("proctor"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.CANDIDATE: _("candidate"),
}
"""What roles are called."""

STANDINGS = {
    Standing.REGISTERED: _("registered"),
    Standing.ABSENT: _("absent"),
    Standing.ILL: _("ill"),
    Standing.EXCLUDED: _("excluded"),
    Standing.WITHDRAWN: _("withdrawn"),
}
"""Whether somebody takes the exam."""

SOURCES = {
    Source.PRINT: _("print"),
    Source.STICKER: _("sticker"),
    Source.DIGITS: _("the number on the cover"),
    Source.PERSON: _("somebody's word"),
}
"""What says whose a booklet is."""


KINDS = {
    Kind.SCAN: _("reading scans"),
    Kind.PRINT: _("printing"),
    Kind.PREVIEW: _("looking at what would be printed"),
    Kind.CHECK: _("checking the source"),
    Kind.DAY: _("papers for the day"),
    Kind.GRADE: _("grading"),
    Kind.ARCHIVE: _("archiving"),
    Kind.PICTURES: _("making pictures ahead"),
    Kind.SCRIPTS: _("writing annotated scripts"),
    Kind.HAND_INS: _("looking at hand-ins"),
    Kind.TAKE: _("taking hand-ins into the exam"),
    Kind.MAIL: _("sending mail to candidates"),
    Kind.DELETE: _("deleting data"),
}
"""What jobs do."""


@register.simple_tag
def asset(name: str) -> str:
    """The address of a script, style or font of ours."""
    return f"{static(name)}?{statics.version(name)}"


@register.filter(name="stamp")
def stamp_of(value: object) -> str:
    """A few letters that tell whether it is still the same: what who decides about it has seen."""
    return stamp(value)


@register.filter
def shown_credits(value: Fraction) -> str:
    """Credits as people write them: 0, 0.5, 1; in German 0,5."""
    return show_credits(value)


@register.filter
def shown_grade(grade: str) -> str:
    """A grade; one that is a number as the page writes numbers."""
    return show_grade(grade)


@register.filter(name="said")
def said_by_core(text: str) -> str:
    """What happened, as a room below the site told it, in the reader's language."""
    return core_words.said(text)


@register.filter(name="remedy")
def remedy_of_core(text: str) -> str:
    """What to do next, in the words of the desks."""
    return core_words.remedy(text)


@register.filter
def job_kind(value: str) -> str:
    """What a job does."""
    return str(KINDS[Kind(value)])


@register.filter
def standing_name(value: str) -> str:
    """What somebody's standing is called."""
    return str(STANDINGS[Standing(value)])


@register.filter
def source_name(value: str) -> str:
    """What says whose a booklet is."""
    return str(SOURCES[Source(value)])


@register.filter
def shown_place(place: Place) -> str:
    """Where a finding lies, without the folders of this machine: ``list.xlsx, sheet A:12``."""
    file, mark, sheet = place.file.partition(", sheet ")
    return str(replace(place, file=(Path(file).name if Path(file).is_absolute() else file) + mark + sheet))


@register.filter
def with_maths(html: str) -> SafeString:
    """An author's text with formulas, made of HTML out of the exam's source."""
    return maths.shown(html)


@register.filter
def comment_with_maths(text: str, notation: Notation) -> SafeString:
    """What a corrector wrote, with its formulas as its exam writes them; what cannot be typeset stays."""
    return maths.shown(running_text.html(text, notation))


@register.filter
def when(moment: datetime | None) -> str:
    """A moment, short and not to be mistaken: 30 Nov 2026, 14:05; in German 30.11.2026, 14:05."""
    form = pgettext("how moments are written", "j M Y, H:i")
    return "" if moment is None else date_format(localtime(moment), form)


@register.filter
def weekday(moment: datetime) -> str:
    """The day of a moment: Monday, 30 Nov 2026; in German Montag, 30.11.2026."""
    return date_format(localtime(moment), pgettext("how days are written", "l, j M Y"))


@register.simple_tag
def role_name(role: str) -> str:
    """What a role is called."""
    return str(ROLES[Role(role)])


@register.filter
def minutes_of(seconds: int) -> int:
    """Seconds in whole minutes, at least one."""
    return max(1, round(seconds / 60))
