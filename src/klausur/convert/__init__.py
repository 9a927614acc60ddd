"""Questions from other systems into an exam folder, and an exam into theirs; what is lost is named.

    model      what was found in a file            bring      from files to a folder and its report
    formats    the table of formats                writer     what was found as Klausur writes it
    source     a file's bytes, text and XML        counting   counts that must agree
    package    files within a ZIP                  pictures   figures that texts name
    text       foreign texts as Markdown           formulas   formulas past pandoc
    tex        LaTeX's structure                   latex_words  LaTeX text without layout
    common     what several formats have           cloze      gaps in a text
    exports    the table of forms to write         leaving    texts with their TeX, what is to be said
    written    texts in LaTeX                     own_paper  an exam folder on a finished PDF
    own_pdf    what is seen on its pages          own_draft  what a team says of it
    own_fit    room for marks and boxes           own_proposal  a guess of what a team would say

A module for each format read (`gift`, `moodle`, `exam_class`, `amc_latex`, `amc_txt`, `amc_scoring`, `qti1`,
`qti2`, `rexams`, `word`) and to write (``to_…``). Structure is read here, piece by piece; pandoc sees
single texts alone. What a file holds by a simple count is in the exam, or refused by name and kept beside.
"""
