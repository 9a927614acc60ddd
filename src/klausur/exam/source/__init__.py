r"""The exam's source: a folder of Markdown and TOML, read into an Exam with every finding in one run.

    folder       the order of work                   files          bytes to text, or why not
    exam_toml    exam.toml, by these three:          parameters     a variant's values into the text
    keys         tables of TOML, with lines          pandoc         text to tree, tree to HTML and text
    grading      how crosses and totals are graded   typst_writer   tree to Typst
    macros       TeX of the author's own             tree           the tree without wrappers
    sections     a problem's file to its parts       maths          formulas, and what looks like one
    attributes   what stands in a heading's braces   pieces         parts that become Content
    rubric       rubric lists                        writable       what of the tree may reach a writer
    expected     numbers that are right              boxed_table    tables of boxes
    boxed_code   code behind a choice's box          printed_lines  line ends that are printed
    look_alikes  what only looks like markup         key_on_paper   what looks like a key
    build        parts to the model                  plain_words    words alone, without pandoc
    blanks       where somebody writes in a text     stray_tex      TeX outside of formulas
    number_blanks  numbers that are right in them    blank_spans    blanks in the tree
    translated_files  which file is a translation   decimal_commas  commas between digits
    captions     figures' captions and references    remarks        hints and notes
    own_paper_file  a finished PDF to print on      order          what is asked, in which order
    draw_tables  what is drawn from banks           bank           what of a bank's file is asked

The format is described in docs/guide/exam-source.md.
"""

from klausur.exam.source.files import digest
from klausur.exam.source.folder import Parsed, list_terms, parse, parse_variants

__all__ = ["Parsed", "digest", "list_terms", "parse", "parse_variants"]
