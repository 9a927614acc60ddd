"""``paper.toml`` and ``paper.pdf``: the finished PDF that an exam is printed on, if it has one."""

import re
import tomllib
from pathlib import Path

import msgspec

from klausur.base.diagnostics import Diagnostic, Place
from klausur.exam import figures
from klausur.exam.inside import inside
from klausur.exam.own_paper import NAME, PDF, OwnPaper
from klausur.exam.source import files

_CODE = "own-paper"


def read(folder: Path, found: list[Diagnostic]) -> OwnPaper | None:
    """What the file says; None where there is none, or with a finding where it cannot be used."""
    if not (folder / NAME).exists():
        return None
    text = files.read_text(folder, NAME, found)
    if text is None:
        return None
    try:
        own = OwnPaper.of_toml(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        place = Place(NAME, int(at[1]) if at else 0)
        found.append(Diagnostic(_CODE, f"{NAME} is no valid TOML: {error}", place, "correct that line"))
        return None
    except (msgspec.ValidationError, ValueError) as error:
        hint = "see docs/guide/moving.md for what it holds, or let 'klausur adopt' write it anew"
        found.append(Diagnostic(_CODE, f"{NAME} cannot be used: {error}", Place(NAME), hint))
        return None
    wrong = _wrong(folder, own)
    if wrong:
        hint = "put the PDF there that was adopted, or adopt the new one: klausur adopt"
        found.append(Diagnostic(_CODE, wrong, Place(PDF), hint))
        return None
    return own


def _wrong(folder: Path, own: OwnPaper) -> str:
    """What is wrong with the PDF, in words; nothing if it can be used."""
    file = inside(folder, PDF)
    if file is None:
        return f"{PDF} is not in the folder"
    fault = figures.fault_of_pages(file)
    if isinstance(fault, str):
        return f"{PDF} cannot be used: {fault}"
    if fault != len(own.pages):
        return f"{PDF} has {fault} pages, {NAME} tells of {len(own.pages)}"
    return ""
