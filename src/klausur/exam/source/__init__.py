"""The exam's source: a folder of Markdown and TOML, read into an Exam with every finding in one run.

    files     bytes to text, or why not          exam_toml exam.toml
    pandoc    text to tree, tree to Typst/HTML   places   lines of TOML keys
    tree      the tree without wrappers          sections problem file to its parts
    pieces    parts that become Content          rubric   rubric lists
    build     parts to the model                 folder   the order of work
    parameters  a variant's values into the text

The format is described in docs/guide/exam-source.md.
"""

from klausur.exam.source.files import digest
from klausur.exam.source.folder import Parsed, parse, parse_variants

__all__ = ["Parsed", "digest", "parse", "parse_variants"]
