"""``klausur site``, ``klausur site add`` and ``klausur site invite``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur.base.errors import NotFoundError, UsageError
from klausur.cli import options, terminal
from klausur.state.facts import Role

if TYPE_CHECKING:
    from klausur.site.home import Home

At = Annotated[
    Path, typer.Option("--home", metavar="HOME", help="The site's home. (default: ./klausur-site)")
]
_HOME = Path("klausur-site")
_HERE = "http://127.0.0.1:8000"
"""Where a site is found that says nothing else, if it was served so."""


def command(
    home: Annotated[
        Path, typer.Argument(metavar="HOME", help="The site's home. (default: ./klausur-site)")
    ] = _HOME,
    *,
    json: options.Json = False,
) -> None:
    """Show the people and exams of a site, from the machine that it is on.

    Example: klausur site klausur-site
    """
    started(home)
    from klausur.site.models import Exam, Person  # noqa: PLC0415 - Django is ready now

    people = list(Person.objects.order_by("name"))
    exams = list(Exam.objects.order_by("archived", "title").prefetch_related("members__person"))
    if json:
        terminal.to_json(
            {
                "people": [
                    {
                        "name": p.name,
                        "email": p.email,
                        "administrator": p.administrator,
                        "may_log_in": p.is_active,
                    }
                    for p in people
                ],
                "exams": [
                    {
                        "name": e.slug,
                        "title": e.title,
                        "folder": e.folder,
                        "archived": e.archived,
                        "roles": [{"name": m.person.name, "role": m.role} for m in e.members.all()],
                    }
                    for e in exams
                ],
            }
        )
        return
    for person in people:
        terminal.say(f"{person.name} <{person.email}>{', administrator' if person.administrator else ''}")
    for exam in exams:
        who = ", ".join(f"{m.person.name} ({m.role})" for m in exam.members.all()) or "nobody yet"
        terminal.say(f"{exam.slug}: {exam.title} in {exam.folder}; {who}")
    if not people:
        terminal.say("nobody has an account yet: klausur serve, or klausur site invite")


def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The exam's folder.")],
    *,
    home: At = _HOME,
    title: Annotated[
        str, typer.Option("--title", metavar="TITLE", help="What it is called. (default: as it says)")
    ] = "",
    examiner: Annotated[str | None, typer.Option("--examiner", metavar="MAIL", help="Who examines.")] = None,
) -> None:
    """Take an exam folder into a site, where it lies: one under version control, say.

    Example: klausur site add endterm --home klausur-site --examiner ada@example.org
    """
    site = started(home)
    from klausur.site import exams, invitations  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Person  # noqa: PLC0415 - the same

    exam = exams.add(site, folder, title or exams.title_of(folder), invitations.TERMINAL)
    terminal.say(f"{exam.title} is at {site.address or _HERE}/exams/{exam.slug}/")
    if examiner is None:
        return
    person = Person.objects.filter(email=examiner.lower()).first()
    if person is not None:
        exams.give_role(exam, person, Role.EXAMINER, invitations.TERMINAL)
        return
    secret = invitations.invite(examiner, None, exam=exam, role=Role.EXAMINER)
    terminal.say(f"{examiner} gets in, once, by {site.address or _HERE}/invited/{secret}/")


def invite(
    mail: Annotated[str, typer.Argument(metavar="MAIL", help="Whose address.")],
    *,
    home: At = _HOME,
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="An exam, as its address names it.")
    ] = None,
    role: Annotated[Role | None, typer.Option("--as", help="The role in it.")] = None,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Make an administrator of the site.")
    ] = False,
) -> None:
    """Make a link by which somebody gets an account of a site, or a role in an exam.

    Example: klausur site invite ada@example.org --to endterm --as corrector
    """
    if (to is None) != (role is None):
        raise UsageError("a role is one in an exam", "give --to and --as, or neither")
    if role in {Role.ADMINISTRATOR, Role.CANDIDATE}:
        raise UsageError("roles in an exam are examiner, corrector and proctor", "or give --administrator")
    site = started(home)
    from klausur.site import invitations  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Exam  # noqa: PLC0415 - the same

    exam = None if to is None else Exam.objects.filter(slug=to).first()
    if to is not None and exam is None:
        raise NotFoundError(f"{home} has no exam {to!r}", "see 'klausur site'")
    secret = invitations.invite(mail, None, exam=exam, role=role, administrator=administrator)
    terminal.say(f"{mail} gets in, once, within two weeks, by {site.address or _HERE}/invited/{secret}/")


def started(root: Path) -> "Home":
    """Make Django ready for a site that is there.

    Raises:
        NotFoundError: there is none.
    """
    from klausur.site import home as homes  # noqa: PLC0415 - it is wanted now
    from klausur.web import start  # noqa: PLC0415 - it loads Django

    if not (root / homes.SETTINGS).is_file():
        raise NotFoundError(f"{root} is no home of a site", "name it, or make one: klausur serve")
    site = homes.read(root)
    start.start(site)
    start.bring_up_to_date()
    return site
