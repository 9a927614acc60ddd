"""What people draw on pages with a mouse or a stylus: values in mm, and what it looks like as SVG."""

from pathlib import Path

from klausur.base.ink.drawing import Drawing, Tool
from klausur.base.ink.svg import svg

FREEHAND = Path(__file__).parent / "freehand"
"""The folder of perfect-freehand, which browsers load too."""

__all__ = ["FREEHAND", "Drawing", "Tool", "svg"]
