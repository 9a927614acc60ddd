"""``klausur site token``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.base.errors import NotFoundError, UsageError
from klausur.cli import options, terminal
from klausur.cli.site import At, started
from klausur.state.facts import Role

_HOME = Path("klausur-site")


def command(  # noqa: PLR0913 - its options
    name: Annotated[str, typer.Argument(metavar="NAME", help="An exam, as its address names it.")],
    *,
    home: At = _HOME,
    make: Annotated[
        str | None, typer.Option("--make", metavar="WHAT", help="Make a token for this purpose.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--for", metavar="MAIL", help="In whose name it acts.")
    ] = None,
    role: Annotated[Role, typer.Option("--as", help="The role that it acts as.")] = Role.CORRECTOR,
    days: Annotated[int, typer.Option("--days", metavar="N", help="How long it is good.")] = 90,
    revoke: Annotated[
        int | None, typer.Option("--revoke", metavar="N", help="End the token of this number.")
    ] = None,
    json: options.Json = False,
) -> None:
    """List the tokens by which programs act on an exam, make one, or end one.

    Example: klausur site token endterm --make autograder --for ada@example.org --as corrector
    """
    if (make is None) != (person is None) or (make is not None and revoke is not None):
        raise UsageError("a token is made for a purpose and a person", "give --make and --for, or --revoke")
    started(home)
    from klausur.site import invitations, tokens  # noqa: PLC0415 - Django is ready now
    from klausur.site.models import Exam, Person  # noqa: PLC0415 - the same

    exam = Exam.objects.filter(slug=name).first()
    if exam is None:
        raise NotFoundError(f"{home} has no exam {name!r}", "see 'klausur site'")
    if revoke is not None:
        tokens.revoke(exam, revoke, invitations.TERMINAL)
    if make is not None:
        who = Person.objects.filter(email=(person or "").lower()).first()
        if who is None:
            raise NotFoundError(f"nobody has the address {person}", "see 'klausur site'")
        secret = tokens.make(exam, who, role, make, days, invitations.TERMINAL)
        if not json:
            terminal.say(secret)
            return
    else:
        secret = ""
    found = [
        {
            "number": each.pk,
            "name": each.name,
            "person": each.person.name,
            "role": each.role,
            "until": each.until.isoformat(),
            "used": None if each.used is None else each.used.isoformat(),
        }
        for each in tokens.of(exam)
    ]
    if json:
        terminal.to_json({"secret": secret or None, "tokens": found})
        return
    for token in found:
        used = token["used"] or "never"
        terminal.say(
            f"{token['number']}: {token['name']}, {token['role']} for {token['person']}, "
            f"until {token['until']}, used {used}"
        )
    if not found:
        terminal.say("no program is let in")
