"""The exam's source: a folder of Markdown and TOML, read into an Exam with every finding in one run.

    folder      the order of work                    files       bytes to text, or why not
    exam_toml   exam.toml, by these two:             parameters  a variant's values into the text
    keys        tables of TOML, with lines           pandoc      text to tree, tree to Typst and HTML
    grading     how crosses and totals are graded    tree        the tree without wrappers
    sections    a problem's file to its parts        maths       formulas, and what looks like one
    attributes  what stands in a heading's braces    pieces      parts that become Content
    rubric      rubric lists                         build       parts to the model
    expected    numbers that are right               writable    what of the tree may reach a writer
    boxed_table  tables of boxes

The format is described in docs/guide/exam-source.md.
"""

from klausur.exam.source.files import digest
from klausur.exam.source.folder import Parsed, list_terms, parse, parse_variants

__all__ = ["Parsed", "digest", "list_terms", "parse", "parse_variants"]
