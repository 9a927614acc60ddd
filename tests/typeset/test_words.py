"""What the template says: values in its texts are never markup."""

from pathlib import Path

import pypdfium2 as pdfium
from tests.typeset.seen import text_of

from klausur.typeset import engine

_SAY = {
    "bold": {"takes": ["n"], "words": "at *most {n}* here"},
    "plain": {"takes": ["n", "of"], "words": "{n} of {of}"},
}
_EVIL = '*#panic("ran")* {of} ]'


def test_values_are_text_wherever_they_stand(tmp_path: Path) -> None:
    source = f"{engine.template('words')}\n#(say.bold)(data.evil)\n\n#(say.plain)(data.evil, 7)"
    made = engine.typeset(source, {"say": _SAY, "plurals": [], "evil": _EVIL}, root=tmp_path)
    assert isinstance(made, engine.Typeset), made
    assert text_of(pdfium.PdfDocument(made.pdf)[0]) == f"at most {_EVIL} here {_EVIL} of 7"
