"""Files of others that name a file of this machine: nothing reads it for them."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import openpyxl
import pytest
from tests.roster.test_tables import HEADER, ods, row, sheet, shown

from klausur.actions.import_exam import import_exam
from klausur.base.errors import KlausurError
from klausur.report.grade_list import workbook_list
from klausur.roster.delimited import TableError
from klausur.roster.tables import table

KEPT = "what nobody outside may read"


@pytest.fixture
def named(tmp_path: Path) -> str:
    """The head of a document that names a file of this machine as ``&e;``."""
    (tmp_path / "secret.txt").write_text(KEPT)
    return f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'


def with_entity(head: str) -> bytes:
    """A workbook in whose first cell the entity stands."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Matrikelnummer", "Name"])
    book.active.append(["0371", "MARK"])
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w") as changed:
        for name in parts.namelist():
            text = parts.read(name)
            if b"MARK" in text:
                text = head.encode() + text.replace(b"MARK", b"&e;")
            changed.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("form", ["ods", "xlsx", "html"])
def test_a_list_brings_no_file_of_this_machine(named: str, form: str) -> None:
    made = {
        "ods": ods(sheet("L", HEADER, row(shown("0371"), shown("&e;"), shown("H"))), head=named),
        "xlsx": with_entity(named),
        "html": f"{named}<html><table><tr><td>Name<tr><td>&e;</table></html>".encode(),
    }[form]
    try:
        found = str(table(made).rows)
    except TableError as error:
        found = str(error)
    assert KEPT not in found


def test_a_workbook_of_grades_brings_none_either(named: str) -> None:
    found: list[str] = []
    with suppress(TableError, ParseError, ExpatError):
        found += map(repr, workbook_list.readings(with_entity(named)))
    assert KEPT not in str(found)


MOODLE = '<quiz><question type="essay"><questiontext><text>&e;</text></questiontext></question></quiz>'
QTI = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" title="&e;">
<itemBody><p>&e;</p></itemBody></assessmentItem>"""


@pytest.mark.parametrize("text", [MOODLE, QTI], ids=["moodle", "qti"])
def test_an_import_brings_none(tmp_path: Path, named: str, text: str) -> None:
    (tmp_path / "q.xml").write_text(f'<?xml version="1.0"?>{named}{text}')
    with pytest.raises(KlausurError, match="entities") as said:
        import_exam([tmp_path / "q.xml"], tmp_path / "here")
    assert KEPT not in str(said.value)
    assert not (tmp_path / "here").exists()
