"""``klausur settle list``."""

from klausur.cli import options, waiting


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show what waits for a person: questions, images, booklets and extra sheets.

    Example: klausur settle list endterm
    """
    waiting.show(options.folder(folder, exam), json=json)
