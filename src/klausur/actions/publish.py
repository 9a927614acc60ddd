"""Publish: say what candidates see of their results and when they may object, sign the grades, publish them.

Nothing is copied: who looks sees what the records amount to then. So a judgement that is changed after an
objection changes what its candidate sees. What is signed is the grades as they are, by their digest: any that
changes later needs another signature.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from klausur.actions import results_so_far, up_to_date
from klausur.actions.roles import Verb, allow
from klausur.base.errors import MeanwhileError, RefusedError, UsageError
from klausur.report.results import Results, Summary
from klausur.state import publication as rules
from klausur.state.facts import Author
from klausur.state.publication import Hindrance, Publication, StoredSignature, Terms
from klausur.store import audit
from klausur.store import publication as stored
from klausur.store.folder import opened, writing


@dataclass(frozen=True, slots=True)
class Published:
    """What holds, and the grades that there are: their digest, how far they are, who has signed these."""

    publication: Publication
    grades: str
    summary: Summary
    signed: tuple[StoredSignature, ...]


def look(folder: Path) -> Published:
    """How far the publication is.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: an older Klausur printed, which did not keep the exam.
    """
    with opened(folder):
        graded, exam = results_so_far.whole(folder)
        grades = digest(graded.results)
        return Published(
            stored.now(printed=exam.four_eyes),
            grades,
            graded.summary,
            tuple(rules.signed(stored.signatures(), grades)),
        )


def set_terms(folder: Path, terms: Terms, author: Author) -> Publication:
    """Say how results are published from now on; at once, if they are published.

    Args:
        folder: the exam folder.
        terms: all of them.
        author: who says so; nothing is recorded if it is so already.

    Raises:
        NotFoundError: nothing was printed yet.
        UsageError: the terms cannot be.
        RefusedError: they do without four eyes, and who says so asked for these, or the exam itself does.
    """
    allow(author.actor, Verb.PUBLISH)
    lacks = rules.lacking(terms.shows) or rules.lacking(terms.shows | terms.on_site)
    if lacks is not None:
        raise UsageError(
            "rubric items and solutions stand beside what each question earned",
            f"show that too: {lacks}",
        )
    window = terms.objections
    if window is not None and window.begins is not None and window.begins >= window.ends:
        raise UsageError("objections end before they begin", "name a later end")
    with opened(folder) as records:
        printed = up_to_date.frame(records).exams.first.four_eyes
        return _set_terms(terms, author, printed=printed)


def _set_terms(terms: Terms, author: Author, *, printed: bool) -> Publication:
    with writing():
        now = stored.now(printed=printed)
        if terms == now.terms:
            return now
        if now.printed and not terms.four_eyes:
            raise RefusedError("the exam asks for a second person, as it was printed", "have one sign")
        if not rules.may_change(now, terms, author.who):
            raise RefusedError(
                "you asked for a second person, and cannot do without them alone",
                "have another examiner take it back",
            )
        stored.set_terms(terms, author)
        audit.append("set-publication", author.actor, {"terms": _plain(terms), "why": author.why})
        return stored.now(printed=printed)


def sign(folder: Path, grades: str, author: Author) -> Published:
    """Sign the grades as they are.

    Args:
        folder: the exam folder.
        grades: the digest of those that who signs has seen.
        author: who signs.

    Raises:
        NotFoundError: nothing was printed yet.
        MeanwhileError: the grades are others now.
    """
    allow(author.actor, Verb.SIGN_GRADES)
    with opened(folder):
        while True:
            followed = results_so_far.followed()
            seen = look(folder)
            if seen.grades != grades:
                raise MeanwhileError("the grades have changed since", "look at them again")
            with writing():
                if results_so_far.followed() != followed:
                    continue
                if author.who not in {each.who for each in seen.signed}:
                    stored.sign(grades, author)
                    audit.append("sign-grades", author.actor, {"grades": grades, "why": author.why})
            return look(folder)


def publish(folder: Path, author: Author) -> Published:
    """Publish results by the terms that hold.

    Raises:
        NotFoundError: nothing was printed yet.
        RefusedError: they are published already, would show nothing, or nobody else has signed the grades.
    """
    allow(author.actor, Verb.PUBLISH)
    with opened(folder):
        while True:
            followed = results_so_far.followed()
            seen = look(folder)
            with writing():
                if results_so_far.followed() != followed:
                    continue
                now, grades = stored.now(printed=seen.publication.printed), seen.grades
                hindrance = rules.hinders(now, stored.signatures(), grades, author.who)
                if hindrance is not None:
                    raise _refusal(hindrance)
                stored.publish(grades, author)
                audit.append("publish", author.actor, {"grades": grades, "why": author.why})
            return look(folder)


def revoke(folder: Path, author: Author) -> Publication:
    """Publish results no more: from now on no candidate sees anything.

    Raises:
        RefusedError: they are not published.
    """
    allow(author.actor, Verb.PUBLISH)
    with opened(folder), writing():
        if not stored.now().published:
            raise RefusedError("the results are not published", "nothing: no candidate sees them")
        stored.revoke(author)
        audit.append("revoke-publication", author.actor, {"why": author.why})
        return stored.now()


def digest(results: Results) -> str:
    """The SHA-256 of grades: of each row its candidate, booklet, credits, total, grade and how far it is."""
    rows = sorted(
        (
            row.registration,
            row.booklet or 0,
            ["" if credits is None else str(credits) for credits in row.questions],
            "" if row.total is None else str(row.total),
            row.grade,
            row.status.value,
        )
        for row in results.rows
    )
    return sha256(msgspec.json.encode([results.questions, rows])).hexdigest()


def _refusal(hindrance: Hindrance) -> RefusedError:
    match hindrance:
        case Hindrance.PUBLISHED_ALREADY:
            return RefusedError("the results are published already", "revoke them first")
        case Hindrance.NOTHING_SHOWN:
            return RefusedError("candidates would see nothing", "say what they see, first")
        case Hindrance.UNSIGNED:
            return RefusedError(
                "nobody else has signed the grades as they are now", "have a second examiner sign them"
            )


def _plain(terms: Terms) -> dict[str, object]:
    window = terms.objections
    return {
        "shows": sorted(part.value for part in terms.shows),
        "on_site": sorted(part.value for part in terms.on_site),
        "correctors": terms.correctors,
        "four_eyes": terms.four_eyes,
        "objections": None
        if window is None
        else {
            "begins": None if window.begins is None else window.begins.isoformat(),
            "ends": window.ends.isoformat(),
        },
    }
