"""The files that a paper needs of an exam's folder: the pictures that its texts show."""

from collections.abc import Iterable
from pathlib import Path

from klausur.exam.content import Content
from klausur.exam.figures import fault
from klausur.exam.inside import inside
from klausur.exam.svg_links import linked


def shown_files(contents: Iterable[Content], folder: Path) -> tuple[str, ...]:
    """The figures of some texts, and what these show in turn, by their path in the exam's folder.

    A picture that is not there, lies elsewhere in truth, or is none is left out; checking the exam tells.
    """
    waiting = [figure.path for content in contents for figure in content.figures]
    found: dict[str, None] = {}
    while waiting:
        path = waiting.pop()
        if path in found or (file := inside(folder, path)) is None or fault(file):
            continue
        found[path] = None
        if file.suffix.lower() == ".svg":
            waiting.extend(linked(path, file.read_bytes()))
    return tuple(sorted(found))
