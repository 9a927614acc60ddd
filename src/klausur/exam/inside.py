"""Whether a file of an exam lies in its folder in truth: a link, or a path with .., may lead anywhere."""

from pathlib import Path, PurePosixPath


def inside(folder: Path, name: str) -> Path | None:
    """The file that a path in an exam's folder leads to; None if it is no file, or lies outside of it.

    What begins with a dot, such as the folder of the records with their key, is outside, too.
    """
    try:
        root = folder.resolve()
        file = (root / name).resolve()
        if not file.is_file() or not file.is_relative_to(root) or is_hidden(file.relative_to(root)):
            return None
    except (OSError, ValueError, RuntimeError):  # a name too long, with a NUL, or a loop of links
        return None
    return file


def leads_out(folder: Path, name: str) -> bool:
    """Whether a path leads out of an exam's folder, or into what is hidden in it, there or not."""
    try:
        root = folder.resolve()
        file = (root / name).resolve()
        return not file.is_relative_to(root) or is_hidden(file.relative_to(root))
    except (OSError, ValueError, RuntimeError):
        return False


def is_hidden(path: Path | PurePosixPath) -> bool:
    """Whether a part of a relative path begins with a dot."""
    return any(part.startswith(".") and part not in {".", ".."} for part in path.parts)
