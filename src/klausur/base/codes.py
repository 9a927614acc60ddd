"""The one table of diagnostic codes. docs/reference/diagnostics.md explains each; a test holds them equal."""

from typing import NamedTuple


class Code(NamedTuple):
    """What a diagnostic code stands for."""

    severity: str
    meaning: str


CODES: dict[str, Code] = {
    # exam source: files and form
    "file-missing": Code("error", "a file that the exam needs is not there"),
    "file-unreadable": Code("error", "a file or folder cannot be read, is no text, or is not UTF-8"),
    "file-too-large": Code("error", "a source file is larger than any exam's text"),
    "toml-syntax": Code("error", "exam.toml or rooms.toml is no valid TOML"),
    "attribute-unknown": Code("error", "a key or attribute that Klausur does not know"),
    "attribute-missing": Code("error", "a key or attribute that must be given"),
    "attribute-value": Code("error", "a key or attribute whose value cannot be used"),
    "markup-unexpected": Code("error", "a block that has no meaning where it stands"),
    "markup-unread": Code("error", "words that were meant as structure would be printed with their signs"),
    "key-printed": Code("error", "what looks like a key would be printed on the paper"),
    "box-unread": Code("warning", "what looks like a box is printed as text"),
    # exam source: sense
    "id-duplicate": Code("error", "two questions, or two problems, share an id"),
    "credits-missing": Code("error", "a question says not how many credits it gives"),
    "credits-step": Code("error", "a question's credits are no multiple of its step, or too many of them"),
    "choices-missing": Code("error", "a multiple-choice question has no choices"),
    "single-right": Code("error", "a question of kind=single has not exactly one right choice"),
    "single-scheme": Code("error", "a scheme for several crosses on a question with one right choice"),
    "weights-credits": Code("error", "choices with credits of their own give not the question's credits"),
    "best-credits": Code("error", "of a problem some questions count, and they are not alike"),
    "draw-unknown": Code("error", "a draw names a bank, a question or a tag that is not there"),
    "draw-too-few": Code("error", "a bank has fewer questions that fit than a draw asks for"),
    "draw-unequal": Code("error", "questions that variants draw would be worth unlike much"),
    "draw-overlap": Code("error", "two draws may ask the same question"),
    "table-heads": Code("error", "a column of boxes in a table has no head"),
    "table-row": Code("error", "in a row of a table of boxes nothing is right"),
    "table-scheme": Code("error", "a scheme that is not about what it stands on, rows or single choices"),
    "answer-syntax": Code("error", "a line of ::: answer, or a blank for a number, that is no number"),
    "answer-missing": Code("error", "a question for a number does not say which one is right"),
    "answer-credits": Code("error", "the best number gives not the question's credits"),
    "answer-boxes": Code("error", "a right number cannot be written into its boxes"),
    "text-missing": Code("error", "a question or choice says nothing"),
    "questions-missing": Code("error", "a problem has no question"),
    "problem-unused": Code("warning", "a problem file is not in the exam's order"),
    "solution-missing": Code("warning", "a question has no solution"),
    "rubric-missing": Code("warning", "a question that people grade has no rubric"),
    "rubric-syntax": Code("error", "a rubric line that cannot be read"),
    "rubric-short": Code("error", "the rubric's best path gives less than the question's credits"),
    "rubric-over": Code("error", "the rubric's best path gives more than the question's credits"),
    "rubric-deduction": Code("error", "a deduction from full credits makes no sense where it stands"),
    "rubric-step": Code("warning", "a rubric item is finer than the question's credit boxes"),
    "time-order": Code("error", "the exam ends before it starts, or its times contradict one another"),
    "total-differs": Code("error", "a declared total differs from the computed one"),
    "question-seen": Code("warning", "a resit asks a question that candidates have seen"),
    "formula-syntax": Code("error", "a formula for multiple choice cannot be read"),
    "formula-undefined": Code("error", "a formula for multiple choice divides by zero"),
    "formula-credits": Code("error", "a formula's best answer gives not the question's credits"),
    "grades-order": Code("error", "the grade key's thresholds are not in order"),
    "figure-missing": Code("error", "a figure is not in the exam's folder"),
    "outside-folder": Code("error", "a link or path that leads out of the exam's folder"),
    "figure-unreadable": Code("error", "a figure cannot be read or has an unknown form"),
    # evidence
    "not-trusted": Code("error", "a program of the exam would have to run, and is not trusted"),
    "evidence-not-run": Code("warning", "evidence was not run, since its programs are not trusted"),
    "claim-contradicted": Code("error", "evidence computes something else than the key says"),
    "evidence-failed": Code("error", "evidence does not run, or no longer finds its statement"),
    "evidence-copy": Code("warning", "a program repeats a number that its question types"),
    "evidence-share": Code("error", "programs are bound to fewer statements than exam.toml asks for"),
    "claim-unproven": Code("warning", "a statement, or its program, is not what was accepted or run"),
    "printed-unproven": Code("error", "the same, of an exam that is to be printed"),
    "paper-unapproved": Code("error", "nobody else than who prints has approved the paper"),
    # variants
    "parameters-failed": Code("error", "a problem's parameters cannot be drawn"),
    "parameter-unknown": Code("error", "a text asks for a parameter that is not drawn"),
    "parameter-value": Code("error", "a parameter's value does not fit the place where it stands"),
    "parameter-place": Code("error", "a parameter stands where all variants must be the same"),
    "choices-equal": Code("error", "two choices of a question say the same"),
    "right-place": Code("warning", "the right choice has the same place in all variants"),
    "variants-equal": Code("warning", "two variants are the same paper"),
    # typesetting
    "answers-on-sheet": Code("error", "something cannot be answered on an answer sheet"),
    "comma-unclear": Code("warning", "a comma between digits is set as that of a list"),
    "maths-unset": Code("error", "a formula cannot be typeset"),
    "typeset-failed": Code("error", "a part of the exam cannot be typeset"),
    "off-page": Code("error", "a box or figure runs off its page"),
    "box-crowded": Code("error", "something is printed too close to a box that is read"),
    "own-paper": Code("error", "the exam's own paper does not go with what is asked"),
    "own-paper-room": Code("error", "print of the exam's own paper is where Klausur needs white"),
    "code-wrapped": Code("warning", "a line of code is longer than the paper has room for"),
    "page-half-empty": Code("warning", "a page is less than half full, since what follows did not fit"),
    "glyph-missing": Code("warning", "no font can show a character of the exam"),
    "solution-overflow": Code("warning", "a solution is longer than the answer space, even in small print"),
    "not-accessible": Code("error", "a screen reader could not read a paper"),
    "translation-missing": Code("error", "a text in another language is lacking"),
    "translation-differs": Code("error", "a translation does not ask the same"),
    # roster
    "roster-syntax": Code("error", "the list of candidates cannot be read"),
    "roster-column": Code("error", "the list of candidates lacks a column"),
    "roster-number": Code("error", "a registration number is missing or malformed"),
    "roster-duplicate": Code("error", "two candidates share a registration number"),
    "roster-minutes": Code("error", "a candidate's extra time cannot be read"),
    "roster-paper": Code("error", "which paper a candidate wants cannot be read"),
    "roster-unclear": Code("error", "a column looks as if it mattered, and its heading is not known"),
    "roster-status": Code("error", "a candidate's status is not known"),
    "roster-mail": Code("warning", "what stands as a candidate's mail address is none"),
    "roster-left-out": Code("warning", "rows of the list of candidates are left out"),
    "roster-zeros": Code(
        "warning", "registration numbers seem to have lost their zeros, or have another length"
    ),
    # rooms and seats
    "room-duplicate": Code("error", "two rooms share a name"),
    "room-empty": Code("error", "a room has no seat to give"),
    "seats-short": Code("error", "there are fewer seats than candidates"),
    "seat-taken": Code("error", "two candidates have the same seat"),
    "seat-unknown": Code("error", "a candidate's seat is not in the rooms"),
    # label sheets
    "labels-file": Code("error", "a description of label sheets cannot be read or cannot be printed"),
    # scanning
    "scan-unreadable": Code("error", "a scanned file is empty, truncated, encrypted or of an unknown form"),
    "scan-left": Code(
        "warning",
        "a file beside scans, of a file manager or a rehearsal",
    ),
}
