"""Questions from other systems into an exam folder: what is in their files, and what becomes of it.

    model      what was found in a file            bring      from files to a folder and its report
    formats    the table of formats                writer     what was found as Klausur writes it
    source     a file's bytes, text and XML        counting   three counts that must agree
    text       foreign texts as Markdown           formulas   formulas past pandoc
    pictures   figures that texts name             latex_words  LaTeX text without layout
    common     what several formats have           cloze      gaps in a text

and a module for each format. Structure is read here, piece by piece; pandoc sees single texts alone. Nothing
is left out unseen: what the file holds by a simple count is in the exam, or refused by name and kept beside.
"""
