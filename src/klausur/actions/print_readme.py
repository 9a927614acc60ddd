"""``print/README.txt``: which folder holds what, in plain words. Written anew at each printing."""

from collections.abc import Iterator
from pathlib import Path

from klausur.actions.print_folder import FOLDER, place_of
from klausur.base.errors import NotFoundError
from klausur.state.facts import Numbers, Papers, Printing

README = "README.txt"


def write(folder: Path, papers: Papers) -> Path:
    """Write it into the exam folder's ``print/``, if it does not say so already."""
    path = folder / FOLDER / README
    text = "\n".join(_lines(folder, papers)) + "\n"
    if path.is_file() and path.read_bytes() == text.encode():
        return path
    part = path.with_name(f".{README}.part")
    part.write_bytes(text.encode())
    part.replace(path)
    return path


def _lines(folder: Path, papers: Papers) -> Iterator[str]:
    title = f"The printed papers of {papers.exam}"
    yield from (title, "=" * len(title), "")
    yield f"Exam number {papers.exam_number}, the same on all papers here."
    yield ""
    yield "Each printing has a folder of its own. All of them together are the exam's papers: what was"
    yield "printed later adds to what was printed before, and nothing printed earlier became invalid."
    yield "Only 'klausur print' writes here; hand out and scan papers of all folders alike."
    for printing in papers.printings:
        yield ""
        yield from _printing(folder, papers, printing)
    if len({p.edition for p in papers.finished}) > 1:
        yield from ("", "", "Editions", "--------")
        yield "The exam was changed between printings. Papers of all editions are read, each as printed."
        for edition in papers.editions:
            made = [p for p in papers.finished if p.edition == edition.number]
            count = sum(p.booklets.count for p in made)
            why = f": {edition.why}" if edition.why else ""
            yield f"Edition {edition.number}, {_many(count, 'booklet')}{why}"


def _printing(folder: Path, papers: Papers, printing: Printing) -> Iterator[str]:
    who = f"by {printing.who}, {printing.made.astimezone():%Y-%m-%d %H:%M}"
    if printing.done is None:
        head = f"Printing {printing.number}, {who}: not finished"
        yield from (head, "-" * len(head))
        yield "It was stopped half-way. Papers with these numbers do not exist, and none will:"
        yield from (f"  {line}" for line in counted(printing))
        return
    try:
        name = place_of(folder, printing).name
    except NotFoundError:
        name = "its folder is gone"
    if name == FOLDER:
        name = "the files beside this one"
    head = f"{name}: printing {printing.number}, edition {printing.edition}"
    yield from (head, "-" * len(head))
    yield f"Printed {who}."
    names = {b.number for b in papers.booklets if b.candidate is not None}
    named = sum(n in names for n in printing.booklets)
    yield from (f"  {line}" for line in counted(printing, named))
    if printing.files:
        yield f"  files: {', '.join(name for name, _ in printing.files)}"


def counted(printing: Printing, named: int | None = None) -> Iterator[str]:
    """The numbers of a printing, a line for each kind of paper; ``named`` booklets have a name on them."""
    for what, numbers in (
        ("booklets", printing.booklets),
        ("stickers", printing.stickers),
        ("attendance lists", printing.lists),
        ("extra sheets", printing.extras),
    ):
        if numbers.count:
            with_name = f", {named} of them with a name" if named is not None and what == "booklets" else ""
            yield f"{what if numbers.count > 1 else what[:-1]} {span(numbers)}{with_name}"


def span(numbers: Numbers) -> str:
    """Consecutive numbers for people: ``7``, ``3 to 9``."""
    last = numbers.first + numbers.count - 1
    return f"{numbers.first} to {last}" if numbers.count > 1 else f"{numbers.first}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
