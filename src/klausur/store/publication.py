"""The steps of the publication and the signatures under grades: appended, and what all of it amounts to."""

from datetime import UTC, datetime

from klausur import __version__
from klausur.state.facts import Author
from klausur.state.publication import Publication, Step, StoredSignature, StoredStep, Terms, holds
from klausur.store import models, state_json


def steps() -> tuple[StoredStep, ...]:
    """All steps, the oldest first."""
    rows = models.PublicationStep.objects.order_by("pk")
    columns = ("pk", "step", "value", "grades", "who", "when", "why")
    return tuple(
        StoredStep(pk, Step(step), state_json.value(value, Terms) if value else None, grades, who, when, why)
        for pk, step, value, grades, who, when, why in rows.values_list(*columns)
    )


def now(*, printed: bool = False) -> Publication:
    """What holds now; ``printed``: the exam asks for four eyes itself."""
    return holds(steps(), printed=printed)


def set_terms(terms: Terms, author: Author) -> None:
    """Record how results are published from now on. For a transaction of `writing`."""
    _append(Step.TERMS, author, value=state_json.text(terms))


def publish(grades: str, author: Author) -> None:
    """Record that results are published, with the digest of the grades. For a transaction of `writing`."""
    _append(Step.PUBLISHED, author, grades=grades)


def revoke(author: Author) -> None:
    """Record that they are published no more. For a transaction of `writing`."""
    _append(Step.REVOKED, author)


def signatures() -> tuple[StoredSignature, ...]:
    """All signatures under grades, the oldest first."""
    rows = models.GradesSigned.objects.order_by("pk").values_list("pk", "grades", "who", "when")
    return tuple(StoredSignature(*row) for row in rows)


def sign(grades: str, author: Author) -> None:
    """Record that somebody signs these grades. For a transaction of `writing`."""
    models.GradesSigned(grades=grades, who=author.who, when=datetime.now(UTC), software=__version__).save()


def _append(step: Step, author: Author, *, value: str = "", grades: str = "") -> None:
    models.PublicationStep(
        step=step.value,
        value=value,
        grades=grades,
        who=author.who,
        when=datetime.now(UTC),
        why=author.why,
        software=__version__,
    ).save()
