"""Moments as a browser's fields have them: by the clock of the site, without an offset."""

from datetime import UTC, datetime, time

from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _

from klausur.base.errors import UsageError


def moment(text: str) -> datetime | None:
    """A moment in UTC; None if the field is empty.

    Raises:
        UsageError: it is none.
    """
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=get_current_timezone()).astimezone(UTC)
    except ValueError as error:
        raise UsageError(_("%(text)s is no time.") % {"text": text}, _("Load the page again.")) from error


def end_of_day(text: str) -> datetime:
    """The end of a day, in UTC.

    Raises:
        UsageError: it is none.
    """
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise UsageError(_("%(text)s is no day.") % {"text": text}, _("Load the page again.")) from error
    return datetime.combine(day, time(23, 59), get_current_timezone()).astimezone(UTC)


def field(moment: datetime | None) -> str:
    """What stands in a field for a moment; nothing for none."""
    return "" if moment is None else localtime(moment).strftime("%Y-%m-%dT%H:%M")
