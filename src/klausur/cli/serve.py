"""``klausur serve``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur.base.errors import UsageError
from klausur.cli import options, terminal
from klausur.state.facts import Role

if TYPE_CHECKING:
    from klausur.web.serve import Place


def command(  # noqa: PLR0913 - one parameter per option
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
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak HTTPS, by a certificate that is made for this machine.")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="What others call this machine: names, addresses."),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", metavar="FILE", help="Speak HTTPS by this certificate, with --key."),
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Its key.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help="Processes that do jobs beside it.")] = 1,
) -> None:
    """Open exams in the browser: a site with people and roles, or one exam folder on this machine.

    Example: klausur serve --exam endterm
    """
    from klausur.web import serve  # noqa: PLC0415 - it loads Django

    if (certificate is None) != (key is None):
        raise UsageError("a certificate needs its key", "give --certificate and --key")
    root = home or Path("klausur-site")
    place = serve.Place(host, port, certificate, key, tuple(name or ()))
    serve.refuse_if_taken(place)
    if tls and certificate is None:
        place = _own_certificate(place, None if exam is not None else root)
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

    serve.serve_home(root, place, asked, terminal.say, workers=workers)


def _own_certificate(place: "Place", home: Path | None) -> "Place":
    """Where to listen, with a certificate that is made in the home, or with the user's own files."""
    from klausur.exam import trust  # noqa: PLC0415 - with HTTPS alone
    from klausur.site import certificate  # noqa: PLC0415 - the same

    folder = (trust.kept_at().parent if home is None else home) / "tls"
    made = certificate.made(folder, [*certificate.usual_names(), *place.hosts])
    terminal.say(f"Devices trust this site once they trust {made.authority}: docs/guide/site.md says how.")
    return replace(place, certificate=made.certificate, key=made.key)
