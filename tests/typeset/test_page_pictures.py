"""Which pages of a PDF have changed, to the eye."""

from pathlib import Path

from klausur.typeset import engine
from klausur.typeset.page_pictures import changed, digests


def pdf(folder: Path, *pages: str) -> bytes:
    made = engine.typeset("\n#pagebreak()\n".join(pages), {}, root=folder)
    assert isinstance(made, engine.Typeset)
    return made.pdf


def test_a_page_has_changed_when_a_sign_of_it_has(tmp_path: Path) -> None:
    before = digests(pdf(tmp_path, "one, two", "three", "four"))
    now = digests(pdf(tmp_path, "one. two", "three", "*four*", "five"))
    assert len(set(now)) == 4
    assert changed(before, now) == (1, 3, 4)
    assert changed(now, now) == ()
    assert changed(now, before) == (1, 3)


def test_what_is_no_pdf_has_no_pages() -> None:
    assert digests(b"") == digests(b"words") == ()
