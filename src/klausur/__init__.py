"""Klausur: paper exams as code, from Markdown source to grades."""

from importlib.metadata import version

__version__ = version("klausur")
