"""A kept exam gives the papers of its source, without its source."""

from pathlib import Path

import pytest
from tests.exam import varied

from klausur.exam import reference
from klausur.exam.frozen import freeze, gather, materialise, thaw
from klausur.exam.source import parse_variants
from klausur.exam.variants import as_printed
from klausur.typeset.papers import Form, compile_paper

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">{}</svg>'


@pytest.mark.long
@pytest.mark.parametrize("which", ["reference", "varied"])
def test_papers_are_the_same(tmp_path: Path, which: str) -> None:
    folder, empty = tmp_path / "exam", tmp_path / "empty"
    empty.mkdir()
    if which == "reference":
        reference.write(folder)
    else:
        words = varied.WORDS.replace("Name a word.", "Name it.\n\n![](../figures/outer.svg)")
        varied.write(folder, words=words)
        (folder / "figures").mkdir()
        inner = SVG.format('<circle cx="9" cy="9" r="9"/>')
        outer = SVG.format('<image href="inner.svg" width="80" height="40"/>')
        (folder / "figures/inner.svg").write_text(inner, encoding="utf-8")
        (folder / "figures/outer.svg").write_text(outer, encoding="utf-8")
    exam = parse_variants(folder, (2,))[0].exam
    assert exam is not None
    text = freeze(gather([exam], folder))
    papers = [compile_paper(as_printed(exam), form) for form in (Form.EXAM, Form.SOLUTION)]
    folder.rename(tmp_path / "gone")
    kept = as_printed(materialise(thaw(text, folder), empty).first)
    for paper in papers:
        again = compile_paper(kept, paper.form)
        assert again.pages == paper.pages
        assert again.pdf == paper.pdf
        assert again.diagnostics == paper.diagnostics
