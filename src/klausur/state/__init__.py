"""What records amount to: pure rules over what was printed, seen and decided.

Values in, values out, no query. Whose a booklet is, what a question was answered with, what is open and why.
`klausur.store` keeps what comes out beside the records; nothing here knows of a database.
"""

RULES = 7
"""The version of all rules here together. State that was made by another one is made anew."""
