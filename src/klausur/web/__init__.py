"""The site in the browser: one folder a desk, with its views, addresses, pages and words.

A view reads State by a number of queries that does not grow with the exam, acts through `klausur.actions`,
and knows no rule itself. Who may see a page and do an act stands at its view (`klausur.web.access`).
"""
