"""Klausur: paper exams as code, from Markdown source to grades."""

from importlib import import_module

__version__: str
"""Looked up when it is asked for: what looks it up takes as long to load as the list of commands."""


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("klausur")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
