"""PDF pages of which a part is missing or damaged: the part is named, and nothing is read without it."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from klausur.scan import jbig2, second_look
from klausur.scan.decode import DecodeError, decode
from klausur.scan.intake import Scan, open_scan
from klausur.scan.model import PageImage, SourceForm
from klausur.scan.pdf_parts import Parts
from lab.odd_sheet import jbig2 as coded_jbig2

if TYPE_CHECKING:
    from pathlib import Path

    from klausur.scan.model import Pixels

PRINT = (9 * 2400 // 200) ** 2
"""Pixels of what is printed on a page that is annotated."""

PATH = b"0 0 0.4 RG 4 w 40 40 m 160 160 l S"


def page(pdf: pikepdf.Pdf, content: bytes, **resources: object) -> pikepdf.Page:
    made = pdf.add_blank_page(page_size=(200, 200))
    made.obj.Contents = Stream(pdf, content)
    made.obj.Resources = Dictionary({f"/{key}": value for key, value in resources.items()})
    return made


def form(pdf: pikepdf.Pdf, content: bytes = PATH, **keys: object) -> Stream:
    made = pdf.make_indirect(Stream(pdf, content))
    for key, value in {
        "Type": Name.XObject,
        "Subtype": Name.Form,
        "BBox": Array([0, 0, 200, 200]),
        **keys,
    }.items():
        made[f"/{key}"] = value
    return made


def cut_out(pdf: pikepdf.Pdf, folder: Path, index: int = 0) -> PageImage:
    """One page of a file, as it is taken out of it."""
    pdf.save(folder / "made.pdf")
    scan = open_scan(folder / "made.pdf")
    assert isinstance(scan, Scan), scan
    with scan:
        return list(scan.pages())[index]


def why(pdf: pikepdf.Pdf, folder: Path) -> str:
    with pytest.raises(DecodeError) as refused:
        decode(cut_out(pdf, folder))
    return str(refused.value)


def darkness(pixels: Pixels) -> int:
    """How many pixels are ink."""
    return int((pixels.min(axis=2) < 128).sum())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"q /Ink Do Q", "image Ink that the page draws is not in the file"),
        (b"/Ink gs " + PATH, "graphics state Ink is not in the file"),
        (b"BT /Ink 9 Tf (X) Tj ET", "font Ink is not in the file"),
        (b"/Ink sh", "shading Ink is not in the file"),
        (b"/Ink cs 1 scn 0 0 9 9 re f", "colour space Ink is not in the file"),
        (b"/Pattern cs /Ink scn 0 0 9 9 re f", "pattern Ink is not in the file"),
        (b"/OC /Ink BDC " + PATH + b" EMC", "layer Ink is not in the file"),
        (PATH + b" smudge", "'smudge' is no operator"),
        (PATH + b" 12 13 14", "cannot be read to its end"),
        (PATH + b" (X", "cannot be read to its end"),
        (PATH + b" BI /W 9 /H 9 /BPC 8 /CS /G ID " + bytes(40), "cannot be read to its end"),
        (b"q BI /W 9 /H 9 /BPC 8 /CS /G ID " + b"7" * 40 + b"\nEI Q", "too few pixels"),
        (b"q BI /W 99 /H 99 /IM true ID " + b"7" * 99 + b"\nEI Q", "too few pixels"),
        (PATH + b" BX EX smudge", "'smudge' is no operator"),
    ],
)
def test_what_content_names_and_is_not_there_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    pdf = pikepdf.new()
    page(pdf, content, XObject=Dictionary(), ExtGState=Dictionary())
    assert told in why(pdf, tmp_path)


def test_what_no_viewer_minds_is_read(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page(pdf, b"BX smudge EX q " + PATH + b" Q Q /OC /MC0 BMC EMC")
    assert darkness(decode(cut_out(pdf, tmp_path))) > 1000


def test_text_that_nobody_sees_lies_over_a_plain_image(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    samples = form(pdf, bytes(300 * 300), Subtype=Name.Image, Width=300, Height=300, BitsPerComponent=8)
    samples.ColorSpace = Name.DeviceGray
    shown = b"q 90 0 0 90 50 50 cm /Im0 Do Q BT /F0 9 Tf 3 Tr 60 60 Td (seen) Tj ET"
    page(pdf, shown, XObject=Dictionary(Im0=samples))
    data = cut_out(pdf, tmp_path).data
    with pikepdf.open(io.BytesIO(data)) as single:
        parts = Parts(single)
        parts.content([single.pages[0].obj.Contents], single.pages[0].obj.Resources, "the page's content")
        assert parts.plain
    pdf.pages[0].obj.Contents = Stream(pdf, shown.replace(b"3 Tr", b"0 Tr"))
    assert "font F0 is not in the file" in why(pdf, tmp_path)


def test_a_damaged_content_is_found_whatever_it_names(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page(pdf, b"/Ink Do (cut", XObject=Dictionary(Ink=form(pdf)))
    assert "cannot be read to its end" in why(pdf, tmp_path)


def test_a_form_that_contains_itself_comes_to_an_end(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    inner = form(pdf, PATH + b" /Ink Do")
    inner.Resources = Dictionary(XObject=Dictionary(Ink=inner))
    page(pdf, b"/Ink Do", XObject=Dictionary(Ink=inner))
    image = cut_out(pdf, tmp_path)
    assert darkness(decode(image)) > 1000


def _annotated(kind: str, **keys: object) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    made = page(pdf, b"0 0 0 rg 5 5 9 9 re f")
    laid = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([0, 0, 200, 200]), F=4)
    for key, value in keys.items():
        laid[f"/{key}"] = value
    made.obj.Annots = Array([pdf.make_indirect(laid)])
    return pdf


@pytest.mark.parametrize("kind", ["Line", "PolyLine", "Polygon", "Stamp", "Ink", "FreeText", "Caret"])
def test_an_annotation_without_an_appearance_is_named(tmp_path: Path, kind: str) -> None:
    assert f"appearance of an annotation ({kind}) is missing" in why(_annotated(kind), tmp_path)
    nowhere = _annotated(kind, Rect=Array([0, 0, 0, 0]))  # it says itself where it lies
    assert "is missing" in why(nowhere, tmp_path)


def test_what_shows_nothing_needs_no_appearance(tmp_path: Path) -> None:
    for pdf in (_annotated("Link"), _annotated("Popup"), _annotated("Ink", F=2), _annotated("Widget")):
        assert darkness(decode(cut_out(pdf, tmp_path))) == PRINT


def test_a_filled_field_is_drawn_by_its_appearance(tmp_path: Path) -> None:
    """PDFium alone leaves all form fields out."""
    pdf = _annotated("Widget", FT=Name.Tx, V=pikepdf.String("X"))
    bare = darkness(decode(cut_out(_annotated("Widget"), tmp_path)))
    pdf.pages[0].obj.Annots[0].AP = Dictionary(N=form(pdf))
    assert darkness(decode(cut_out(pdf, tmp_path))) > bare + 1000


def test_settings_of_the_document_hold_for_a_page_that_is_cut_out(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    layers = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("print", "ink")]
    for _ in range(2):
        page(
            pdf,
            b"/OC /Print BDC 0 0 0 rg 5 5 9 9 re f EMC /OC /Ink BDC " + PATH + b" EMC",
            Properties=Dictionary(Print=layers[0], Ink=layers[1]),
        )
    shown = darkness(decode(cut_out(pdf, tmp_path, 1)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array(layers), D=Dictionary(OFF=Array([layers[1]])))
    hidden = darkness(decode(cut_out(pdf, tmp_path, 1)))
    assert 0 < hidden < shown / 2


def test_a_field_is_drawn_anew_where_the_form_says_so(tmp_path: Path) -> None:
    pdf = _annotated("Widget", FT=Name.Tx, V=pikepdf.String("XXXXXXXX"), T=pikepdf.String("answer"))
    field = pdf.pages[0].obj.Annots[0]
    field.DA, field.Rect = pikepdf.String("/Helv 40 Tf 0 g"), Array([10, 80, 190, 140])
    field.AP = Dictionary(N=form(pdf, b"/Tx BMC q BT ET Q EMC 0 0 1 1 re f"))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    form_of_all = Dictionary(Fields=Array([field]), DR=Dictionary(Font=Dictionary(Helv=font)))
    pdf.Root.AcroForm = form_of_all
    before = darkness(decode(cut_out(pdf, tmp_path)))
    pdf.Root.AcroForm.NeedAppearances = True
    assert darkness(decode(cut_out(pdf, tmp_path))) > before + 1000


def test_an_image_on_a_layer_is_no_plain_image(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    out = io.BytesIO()
    Image.new("L", (200, 200), 90).save(out, "JPEG")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan"))
    image = form(
        pdf,
        out.getvalue(),
        Subtype=Name.Image,
        Width=200,
        Height=200,
        BitsPerComponent=8,
        OC=layer,
        ColorSpace=Name.DeviceGray,
        Filter=Name.DCTDecode,
    )
    page(pdf, b"q 200 0 0 200 0 0 cm /Im0 Do Q", XObject=Dictionary(Im0=image))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    found = cut_out(pdf, tmp_path)
    assert found.form is SourceForm.PDF_PAGE
    assert darkness(decode(found)) == 0


def test_deflated_data_must_have_its_end_and_its_checksum(tmp_path: Path) -> None:
    whole = zlib.compress((PATH + b"\n") * 50)
    for data, told in (
        (whole, ""),
        (whole[:-4], ""),  # no checksum: no viewer minds
        (whole[:-12], "cut off"),
        (whole[:-4] + bytes(4), "checksum"),
        (whole[:20] + b"\xff" * 9 + whole[29:], "damaged"),
    ):
        pdf = pikepdf.new()
        page(pdf, b"/Ink Do", XObject=Dictionary(Ink=form(pdf, data, Filter=Name.FlateDecode)))
        pdf.save(tmp_path / "made.pdf", compress_streams=False)
        image = cut_out(pikepdf.open(tmp_path / "made.pdf", allow_overwriting_input=True), tmp_path)
        if not told:
            assert darkness(decode(image)) > 1000
        else:
            with pytest.raises(DecodeError, match=told):
                decode(image)


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return number.to_bytes(4) + bytes((kind, 0, 1)) + len(data).to_bytes(4) + data


def test_jbig2_is_a_chain_of_whole_segments_of_which_one_draws() -> None:
    head, region = _segment(0, 48, bytes(19)), _segment(1, 38, bytes(40))
    assert jbig2.complaint(head + region) == ""
    assert jbig2.complaint(head) == "it draws nothing"
    assert jbig2.complaint(_segment(0, 0, bytes(9)), picture=False) == ""
    assert "cut off" in jbig2.complaint(head + region[:-1])
    assert "cut off" in jbig2.complaint(head + region[:7])
    assert "kind 11" in jbig2.complaint(head + _segment(1, 11, b""))
    refers = b"\0\0\0\2" + bytes((6, 2 << 5, 0, 1, 1)) + (3).to_bytes(4) + b"abc"
    assert jbig2.complaint(head + region + refers) == ""
    many = b"\0\0\0\2" + bytes((6,)) + (7 << 29 | 9).to_bytes(4) + bytes(2 + 9 + 1) + (3).to_bytes(4) + b"abc"
    assert jbig2.complaint(head + many) == ""


def test_two_pictures_agree_unless_ink_is_on_one_alone(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page(pdf, PATH)
    data = cut_out(pdf, tmp_path).data
    drawn = decode(PageImage("0" * 64, 0, SourceForm.PDF_PAGE, data))
    assert not second_look.differs(data, drawn, (200, 200))
    assert second_look.differs(data, np.full_like(drawn, 255), (200, 200)), "ink is lost"
    more = drawn.copy()
    more[100:300, 1500:1530] = 0
    assert second_look.differs(data, more, (200, 200)), "ink that the other does not show"
    with pytest.raises(DecodeError, match="second program"):
        second_look.differs(b"%PDF-1.7 nothing", drawn, (200, 200))


def test_a_two_level_page_of_thin_ink_is_drawn_alike_by_two_programs(tmp_path: Path) -> None:
    """Lines of 1 pixel at 300 dpi, and ink along the page's edge, as scanners of two levels leave them."""
    height, width = 3508, 2480
    dots = np.zeros((height, width), np.bool_)
    for phase in range(3):  # one of three is sampled where one pixel stands for three
        dots[700:900, 400 + 100 * phase + phase] = True
    dots[0, 300:1500] = True
    pdf = pikepdf.new()
    coded = {"Filter": Name.JBIG2Decode, "BitsPerComponent": 1, "ColorSpace": Name.DeviceGray}
    image = pdf.make_indirect(Stream(pdf, coded_jbig2(dots)))
    for key, value in {"Subtype": Name.Image, "Width": width, "Height": height, **coded}.items():
        image[f"/{key}"] = value
    sheet = pdf.add_blank_page(page_size=(595.2, 841.92))
    sheet.obj.Contents = Stream(pdf, b"q 595.2 0 0 841.92 0 0 cm /Page Do Q")
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Page=image))
    drawn = decode(PageImage("0" * 64, 0, SourceForm.PDF_PAGE, cut_out(pdf, tmp_path).data))
    assert (drawn[705:895, 390:650] < 128).any(axis=1).all()
