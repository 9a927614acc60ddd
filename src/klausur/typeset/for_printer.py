"""What a PDF asks of whoever prints it: its own size, so that boxes lie where the Layout has them."""

import io

import pikepdf
from pikepdf import Dictionary, Name


def ask_printer(document: pikepdf.Pdf, *, both: bool) -> None:
    """Let a document ask for its own size, and for one or both sides of the paper; its title is shown."""
    asked = document.Root.get("/ViewerPreferences", Dictionary())
    asked.Duplex = Name.DuplexFlipLongEdge if both else Name.Simplex
    asked.PrintScaling = Name("/None")
    asked.DisplayDocTitle = True
    document.Root.ViewerPreferences = asked


def for_printer(pdf: bytes, *, both: bool) -> bytes:
    """The same PDF, asking so."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        ask_printer(document, both=both)
        done = io.BytesIO()
        document.save(done, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return done.getvalue()
