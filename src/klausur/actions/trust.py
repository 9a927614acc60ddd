"""Trust: let the programs in an exam's folder run from now on, as they are."""

from dataclasses import dataclass
from pathlib import Path

from klausur.exam import trust as kept
from klausur.exam.evidence import confined


@dataclass(frozen=True, slots=True)
class TrustedFolder:
    """What may run now: the programs, by their path in the folder, and how they are confined here."""

    folder: Path
    programs: tuple[str, ...]
    confined: tuple[str, ...]
    kept_at: Path


def trust(folder: Path, *, always: bool = False) -> TrustedFolder:
    """Trust a folder as it is now, or ``always``, with all folders in it, whatever becomes of them.

    Raises:
        NotFoundError: there is no such folder.
        KlausurError: it holds links to elsewhere, or nothing can be kept.
    """
    return TrustedFolder(folder, kept.trust(folder, always=always), confined.told(), kept.kept_at())


def forget(folder: Path) -> TrustedFolder:
    """Trust a folder no longer.

    Raises:
        KlausurError: nothing can be kept.
    """
    kept.forget(folder)
    return TrustedFolder(folder, (), (), kept.kept_at())


def would_run(folder: Path) -> tuple[str, ...]:
    """The programs of a folder that run if asked; none if it is not trusted."""
    return kept.programs(folder) if kept.is_trusted(folder) else ()


def how_confined() -> tuple[str, ...]:
    """How programs are confined on this system, each in a few words."""
    return confined.told()
