"""``klausur preview``."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.cli import options, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klausur.actions.preview import Previewed
    from klausur.actions.preview_watch import Round
    from klausur.base.diagnostics import Diagnostic

_SHORTLY = 5
"""Findings that are told while somebody writes; `klausur check` tells all."""


def command(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Make it again after each change of the source, until Ctrl-C.")
    ] = False,
    variant: Annotated[
        int, typer.Option("--variant", metavar="N", min=1, help="Which of the exam's variants to show.")
    ] = 1,
    large: Annotated[bool, typer.Option("--large", help="As it is set in large print.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. (default: preview/)")
    ] = None,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """See paper, blackened paper, sample solution and proof at once; nothing is printed or recorded.

    Example: klausur preview endterm --watch
    """
    place = options.trusted(options.folder(folder, exam), trust=trust)
    variant = actions.preview.in_setting(variant, large=large)
    if watch:
        try:
            actions.preview_watch.watch(
                place, lambda made: _tell_round(made, json=json), out=out, variant=variant
            )
        except KeyboardInterrupt:
            terminal.say()
        return
    made = actions.preview.preview(place, out=out, variant=variant)
    if json:
        terminal.to_json(_plain(made))
    else:
        terminal.show(made.diagnostics)
        for shown in made.shown:
            terminal.say(f"{shown.file}: {terminal.count(shown.pages, 'page')}")
        if made.shown:
            terminal.say(f"changed: {actions.preview.told(made.shown)}")
    if made.errors:
        raise typer.Exit(1)


def _tell_round(made: "Round", *, json: bool) -> None:
    if made.failed is not None:
        terminal.fail(made.failed)
    elif made.previewed is not None and json:
        terminal.to_json(_plain(made.previewed))
        sys.stdout.flush()  # another program may be waiting for the line
    elif made.previewed is not None:
        _shortly(made.previewed.diagnostics)
        kept = "the last preview stays"
        line = f"changed: {actions.preview.told(made.previewed.shown)}" if made.previewed.shown else kept
        terminal.say(f"{time.strftime('%H:%M:%S')}  {line}")


def _shortly(found: "Sequence[Diagnostic]") -> None:
    """The first findings, a line each."""
    for one in found[:_SHORTLY]:
        terminal.say(f"{one.place}: {one.severity}: {one.message}")
    if len(found) > _SHORTLY:
        terminal.say(f"and {len(found) - _SHORTLY} more: klausur check shows all")


def _plain(made: "Previewed") -> dict[str, object]:
    return {
        "papers": [{"file": s.file, "pages": s.pages, "changed": s.changed} for s in made.shown],
        "diagnostics": [d.as_json() for d in made.diagnostics],
    }
