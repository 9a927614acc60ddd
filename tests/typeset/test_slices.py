"""Rows typeset in slices make the pages and facts that they make at once."""

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from klausur.typeset import engine, slices

SOURCE = """#set document(title: "Rows")
#set page(width: 60mm, height: 40mm, margin: 5mm)
#let rows = json(bytes(sys.inputs.rows))
#for (at, row) in rows.enumerate() {
  if at > 0 and row.page > rows.at(at - 1).page { pagebreak() }
  [Row #row.number ]
  context [#metadata((number: row.number, page: here().page()))<fact>]
}"""
GROUPS = [[{"number": 10 * page + n, "page": page} for n in range(page % 3 + 1)] for page in range(7)]


def typeset(folder: Path, source: str = SOURCE) -> engine.Typeset | engine.TypstFault:
    return slices.typeset(source, {}, GROUPS, root=folder, ask=True)


def texts(pdf: bytes) -> list[str]:
    with pdfium.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.mark.parametrize("most", [1, 60, 100, 300])
def test_slices_are_one_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    whole = typeset(tmp_path)
    calls: list[int] = []
    known = engine.typeset

    def counted(*given: object, rows: list[object], **more: object) -> engine.Typeset | engine.TypstFault:
        calls.append(len(rows))
        return known(*given, rows=rows, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "typeset", counted)
    monkeypatch.setattr(slices, "_SLICE", most)
    sliced = typeset(tmp_path)
    assert isinstance(whole, engine.Typeset)
    assert isinstance(sliced, engine.Typeset)
    assert len(calls) > 1
    assert sum(calls) == sum(len(group) for group in GROUPS)
    assert texts(sliced.pdf) == texts(whole.pdf)
    assert len(texts(whole.pdf)) == len(GROUPS)
    assert sliced.facts == whole.facts
    assert sliced.facts[-1]["page"] == len(GROUPS)
    with pdfium.PdfDocument(sliced.pdf) as document:
        assert document.get_metadata_value("Title") == "Rows"


def test_equal_slices_make_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_SLICE", 1)
    assert typeset(tmp_path) == typeset(tmp_path)


def test_the_fault_of_any_slice_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_SLICE", 1)
    found = typeset(tmp_path, SOURCE + '\n#if rows.first().page == 5 { panic("the fifth page") }')
    assert isinstance(found, engine.TypstFault)
    assert "the fifth page" in found.message


def test_no_rows_are_typeset_too(tmp_path: Path) -> None:
    made = slices.typeset("nothing", {}, [], root=tmp_path)
    assert isinstance(made, engine.Typeset)
    assert texts(made.pdf) == ["nothing"]
