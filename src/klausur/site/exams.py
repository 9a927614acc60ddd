"""The exams of a site: a folder is taken in, and people get their roles in it."""

import re
import tomllib
import unicodedata
from pathlib import Path

from django.db import transaction

from klausur.base.errors import NotFoundError, RefusedError
from klausur.site import audit
from klausur.site.candidate_logins import LoginRule
from klausur.site.home import Home
from klausur.site.models import Exam, Member, Person
from klausur.state.facts import Role


def add(home: Home, folder: Path, title: str, by: Person | str, *, slug: str = "") -> Exam:
    """Take an exam folder in; one below the home's ``exams`` is remembered by its name there.

    Raises:
        NotFoundError: there is no such folder, or it holds no exam.
        RefusedError: it is here already.
    """
    place = folder.resolve()
    if not (place / "exam.toml").is_file():
        raise NotFoundError(f"{folder} is no exam folder: it has no exam.toml", "name the folder of an exam")
    inside = place.is_relative_to(home.exams.resolve())
    named = place.relative_to(home.exams.resolve()).as_posix() if inside else str(place)
    with transaction.atomic():
        if Exam.objects.filter(folder=named).exists():
            raise RefusedError(f"{folder} is on this site already", "look among its exams")
        exam = Exam.objects.create(
            slug=_free(slug or slug_of(title or place.name)), title=title, folder=named
        )
        audit.append("add-exam", by, exam=exam.slug, folder=named)
    return exam


def give_role(exam: Exam, person: Person, role: Role, by: Person | str) -> None:
    """Make somebody something in an exam, instead of what they were there."""
    with transaction.atomic():
        Member.objects.update_or_create(exam=exam, person=person, defaults={"role": role.value})
        audit.append("give-role", by, to=person.name, exam=exam.slug, role=role.value)


def take_role(exam: Exam, person: Person, by: Person | str) -> None:
    """Make somebody nothing in an exam; what they decided stays."""
    with transaction.atomic():
        gone, _ = Member.objects.filter(exam=exam, person=person).delete()
        if gone:
            audit.append("take-role", by, of=person.name, exam=exam.slug)


def set_archived(exam: Exam, by: Person | str, *, over: bool) -> None:
    """Put an exam at the end of all lists, or bring it back; nothing of it changes."""
    with transaction.atomic():
        if Exam.objects.filter(pk=exam.pk).exclude(archived=over).update(archived=over):
            audit.append("archive-exam" if over else "bring-back-exam", by, exam=exam.slug)


def show_names(exam: Exam, by: Person, *, shown: bool) -> None:
    """Whether correctors see whose booklets they correct."""
    with transaction.atomic():
        changed = Exam.objects.filter(pk=exam.pk).exclude(names_for_correctors=shown)
        if changed.update(names_for_correctors=shown):
            audit.append("show-names" if shown else "hide-names", by, exam=exam.slug)


def let_in(exam: Exam, by: Person, rule: LoginRule) -> None:
    """By what accounts are known as candidates' from now on."""
    with transaction.atomic():
        if Exam.objects.filter(pk=exam.pk).exclude(login_by=rule.value).update(login_by=rule.value):
            audit.append("let-in-candidates", by, exam=exam.slug, by=rule.value)


def title_of(folder: Path) -> str:
    """What the exam's own settings call it."""
    try:
        return str(tomllib.loads((folder / "exam.toml").read_text("utf-8")).get("title") or folder.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return folder.name


def slug_of(text: str) -> str:
    """Letters, digits and hyphens of a title, for addresses."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "exam"


def _free(wanted: str) -> str:
    taken = set(Exam.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    names = [wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
