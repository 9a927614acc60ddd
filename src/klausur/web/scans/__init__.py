"""Scans: files are brought in, pages come to their places, and what is missing, twice or loose is seen to.

`uploads` takes files, `views` shows, `acts` does what people decide by the verbs of `klausur.actions`.
"""
