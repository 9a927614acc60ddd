"""Paper out of an Exam, by Typst: exam paper, blackened paper, sample solution and booklets."""
