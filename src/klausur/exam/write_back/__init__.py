"""Writing a key back: the places of a source at which items of another state of the exam belong.

    lines     a text as lines that keep their ends      markdown  boxes, attributes, rubrics and blocks
    toml      a value of exam.toml                      items     one item: which of these, and with what

Nothing here is certain to be right: who uses it reads the source again and compares.
"""

from klausur.exam.write_back.items import in_order, written
from klausur.exam.write_back.lines import UnplacedError

__all__ = ["UnplacedError", "in_order", "written"]
