"""``klausur serve``."""

from pathlib import Path
from typing import Annotated

import typer

from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.state.facts import Role


def command(
    home: Annotated[
        Path | None,
        typer.Argument(
            metavar="HOME", help="The site's home; made if it is not there. (default: ./klausur-site)"
        ),
    ] = None,
    *,
    exam: Annotated[
        Path | None,
        typer.Option(
            "--exam", metavar="DIR", help="Serve this one exam folder to this machine, without any set-up."
        ),
    ] = None,
    role: Annotated[
        list[Role] | None,
        typer.Option("--role", help="With --exam: a link for each of these roles. (default: examiner)"),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; 0.0.0.0 is everywhere.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="And at which port.")] = 8000,
    administrator: Annotated[
        str | None,
        typer.Option(
            "--administrator", metavar="MAIL", help="Who is invited first. (default: it is asked for)"
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes that do jobs beside it.")] = 1,
) -> None:
    """Open exams in the browser: a site with people and roles, or one exam folder on this machine.

    Example: klausur serve --exam endterm
    """
    from klausur.web import serve  # noqa: PLC0415 - it loads Django

    place = serve.Place(host, port)
    if exam is not None:
        if home is not None:
            raise UsageError("HOME and --exam are given", "give one of them")
        if Role.CANDIDATE in (role or ()) or Role.ADMINISTRATOR in (role or ()):
            raise UsageError("an exam is served to examiner, corrector and proctor", "--role corrector")
        serve.serve_exam(exam, place, terminal.say, tuple(role or (Role.EXAMINER,)))
        return

    def asked() -> str:
        return administrator or str(
            typer.prompt("Mail address of the administrator", default=f"{options.user()}@localhost")
        )

    serve.serve_home(home or Path("klausur-site"), place, asked, terminal.say, workers=workers)
