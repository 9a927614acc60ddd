"""Fonts that an exam brings along, in its folder ``fonts/``, for characters that the built-in ones lack."""

from pathlib import Path

FOLDER = "fonts"
ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})


def fonts_of(folder: Path) -> tuple[str, ...]:
    """The font files of an exam, by their path in it; none if there is no such folder."""
    try:
        found = sorted(file.name for file in (folder / FOLDER).iterdir() if file.is_file())
    except OSError:
        return ()
    return tuple(f"{FOLDER}/{name}" for name in found if Path(name).suffix.lower() in ENDINGS)
