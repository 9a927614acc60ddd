"""What examiners arranged about the judging: appended, and what all of it amounts to."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from klausur import __version__
from klausur.state.arrangements import Arrangements, Assigned, JudgingRules, StoredAssignment
from klausur.state.facts import Author
from klausur.store import models, state_json

_RULES, _ASSIGNED, _WITHDRAWN = "rules", "assigned", "withdrawn"


def all_() -> Arrangements:
    """What counts now."""
    rules: dict[str, JudgingRules] = {}
    assigned: dict[int, StoredAssignment] = {}
    rows = models.Arrangement.objects.order_by("pk")
    columns = ("pk", "kind", "question", "about", "value", "who", "when")
    for number, kind, question, about, value, who, when in rows.values_list(*columns):
        if kind == _RULES:
            rules[question] = state_json.value(value, JudgingRules)
        elif kind == _ASSIGNED:
            said = state_json.value(value, Assigned)
            assigned[number] = StoredAssignment(number, question, said, who, when)
        else:
            assigned.pop(about, None)
    return Arrangements(rules, tuple(assigned.values()))


def newest() -> int:
    """A number that grows with each arrangement; 0 before the first."""
    return models.Arrangement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def plain(value: JudgingRules | Assigned) -> dict[str, Any]:
    """What is arranged as plain JSON values."""
    found: dict[str, Any] = msgspec.json.decode(state_json.text(value))
    return found


def set_rules(question: str, rules: JudgingRules, author: Author) -> None:
    """Record how a question is judged from now on. For a transaction of `writing`."""
    _append(_RULES, question, author, value=state_json.text(rules))


def assign(question: str, assigned: Assigned, author: Author) -> StoredAssignment:
    """Record what somebody is to judge. For a transaction of `writing`."""
    row = _append(_ASSIGNED, question, author, value=state_json.text(assigned))
    return StoredAssignment(row.pk, question, assigned, row.who, row.when)


def withdraw(assignment: StoredAssignment, author: Author) -> None:
    """Record that an assignment counts no more. For a transaction of `writing`."""
    _append(_WITHDRAWN, assignment.question, author, about=assignment.id)


def _append(
    kind: str, question: str, author: Author, *, value: str = "", about: int | None = None
) -> models.Arrangement:
    row = models.Arrangement(
        kind=kind,
        question=question,
        about_id=about,
        value=value,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    )
    row.save()
    return row
