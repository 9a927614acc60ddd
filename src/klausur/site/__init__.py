"""A server with many exams and people: who may do what where, what is to be done, and where files lie.

It has a database of its own beside those of the exams, Django's ``default``. Whoever imports a module with
models calls `klausur.web.start.start` first, which says where the site's home is.
"""
