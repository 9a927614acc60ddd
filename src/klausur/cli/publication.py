"""``klausur publication``."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klausur import actions
from klausur.base.errors import UsageError
from klausur.cli import acting, options, terminal
from klausur.state.publication import Part, Window

if TYPE_CHECKING:
    from klausur.actions.publish import Published


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    shows: Annotated[
        str | None,
        typer.Option("--shows", metavar="PARTS", help=f"What candidates see, of {', '.join(Part)}; or all."),
    ] = None,
    on_site: Annotated[
        str | None,
        typer.Option("--on-site", metavar="PARTS", help="What they see beside that at a table; or none."),
    ] = None,
    correctors: Annotated[
        bool | None, typer.Option("--correctors/--no-correctors", help="Whether they see who judged.")
    ] = None,
    objections: Annotated[
        str | None,
        typer.Option(
            "--objections-until",
            metavar="TIME",
            help="Take objections until then: 2026-03-12T14:00; or none.",
        ),
    ] = None,
    four_eyes: Annotated[
        bool | None,
        typer.Option("--four-eyes/--no-four-eyes", help="Whether somebody else must sign the grades first."),
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Sign the grades as they are now.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish results from now on.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Publish them no more.")] = False,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Say what candidates see of their results on a site, sign the grades, and publish them.

    Example: klausur publication endterm --shows total,questions,items --objections-until 2026-03-12T14:00

    Example, a second examiner signs: klausur publication endterm --sign --who "Berta Zweite"

    Example: klausur publication endterm --publish
    """
    if sign + publish + revoke > 1:
        raise UsageError("one of --sign, --publish and --revoke is done at a time", "leave the others out")
    place, author = options.folder(folder, exam), acting.author(who, why)
    said: dict[str, Any] = {
        **({} if shows is None else {"shows": _parts(shows)}),
        **({} if on_site is None else {"on_site": frozenset() if on_site == "none" else _parts(on_site)}),
        **({} if correctors is None else {"correctors": correctors}),
        **({} if objections is None else {"objections": _window(objections)}),
        **({} if four_eyes is None else {"four_eyes": four_eyes}),
    }
    verbs = actions.publish
    if said:
        verbs.set_terms(place, replace(verbs.look(place).publication.terms, **said), author)
    if sign:
        verbs.sign(place, verbs.look(place).grades, author)
    if publish:
        verbs.publish(place, author)
    if revoke:
        verbs.revoke(place, author)
    found = verbs.look(place)
    if json:
        terminal.to_json(_plain(found))
    else:
        _show(found)


def _parts(text: str) -> frozenset[Part]:
    if text == "all":
        return frozenset(Part)
    try:
        return frozenset(Part(name.strip()) for name in text.split(","))
    except ValueError as error:
        raise UsageError(f"{text!r} names no parts of results", f"name some of {', '.join(Part)}") from error


def _window(text: str) -> Window | None:
    return None if text == "none" else Window(options.moment(text))


def _show(found: "Published") -> None:
    now, terms = found.publication, found.publication.terms
    step = "" if now.step is None else f", by {now.step.who} on {now.step.when.astimezone():%Y-%m-%d %H:%M}"
    terminal.say(f"{now.status}{step}")
    terminal.say(f"candidates see: {', '.join(part for part in Part if part in terms.shows) or 'nothing'}")
    if terms.on_site:
        there = ", ".join(part for part in Part if part in terms.on_site)
        terminal.say(f"at a table on site, beside that: {there}")
    window = terms.objections
    until = (
        "no objections are taken" if window is None else f"until {window.ends.astimezone():%Y-%m-%d %H:%M}"
    )
    terminal.say(until if window is None else f"objections are taken {until}")
    if terms.four_eyes:
        names = ", ".join(each.who for each in found.signed) or "nobody"
        terminal.say(f"somebody else must sign the grades first; signed as they are now by {names}")


def _plain(found: "Published") -> object:
    now, terms = found.publication, found.publication.terms
    return {
        "status": now.status.value,
        "who": None if now.step is None else now.step.who,
        "when": None if now.step is None else now.step.when.isoformat(),
        "shows": sorted(terms.shows),
        "on_site": sorted(terms.on_site),
        "correctors": terms.correctors,
        "objections": None if terms.objections is None else terms.objections.ends.isoformat(),
        "four_eyes": terms.four_eyes,
        "grades": found.grades,
        "signed": [each.who for each in found.signed],
        "final": found.summary.final,
        "open": found.summary.open,
    }
