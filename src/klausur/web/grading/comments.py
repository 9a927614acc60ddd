"""A comment as it is typed: those already given that it may become, and what its formulas look like."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from klausur.actions.roles import Verb
from klausur.actions.used_comments import used_comments
from klausur.base.errors import UsageError
from klausur.base.maths import running_text
from klausur.web.access import Here, acts

LONGEST = 2000
"""Characters of a comment."""


@acts(Verb.JUDGE)
def comment(request: HttpRequest, here: Here, question: str) -> HttpResponse:
    """What is offered for what is typed, and how that looks."""
    typed = request.POST.get("typed", "")
    if len(typed) > LONGEST:
        raise UsageError(_("This comment is too long."), _("Write less."))
    found = used_comments(here.folder, question, here.actor.name, typed)
    page = {
        "found": found.offered,
        "notation": found.notation,
        "typed": typed,
        "mistakes": running_text.mistakes(typed, found.notation),
    }
    return render(request, "grading/comment.html", page)
