"""How an exam differs from what was printed of it, question by question, in two classes.

    model            a difference and its kinds         question_states  several states side by side
    appearance       what a text looks like on paper    texts            one text, printed and on disk
    words            old and new for people             choices          which choice became which
    head             cover, instructions, measures      one_question     as far as it is printed
    paper            what would be another paper        parts            what may change, part by part
    key              what a decision may take over      whole_exam       both
    by_variant       equal ones put together

Paper differences make another edition: what was crossed or written answers what was printed. Key differences
concern what an answer earns, and count once somebody has decided so (`klausur.exam.take_over`).
"""

from klausur.exam.differences.key import key_differences
from klausur.exam.differences.model import KEY, Difference, DifferenceKind
from klausur.exam.differences.paper import paper_differences
from klausur.exam.differences.whole_exam import differences

__all__ = ["KEY", "Difference", "DifferenceKind", "differences", "key_differences", "paper_differences"]
