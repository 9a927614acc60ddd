"""One text of a paper, printed and on disk: whether it is the same, and the Difference if not."""

import re
from dataclasses import dataclass

from klausur.base.diagnostics import Place
from klausur.exam.content import Content
from klausur.exam.differences import words
from klausur.exam.differences.appearance import NOTHING, Appearance, Looks
from klausur.exam.differences.model import Difference, DifferenceKind


@dataclass(frozen=True, slots=True)
class Texts:
    """The looks of what was printed and of what is on disk.

    ``same_source``: both were read from the same Markdown, so that only their pictures can differ.
    """

    printed: Looks
    disk: Looks
    same_source: bool = False

    def looks(self, old: Content | None, new: Content | None) -> tuple[Appearance, Appearance]:
        """The two looks of a text."""
        before, after = self.printed.of(old), self.disk.of(new)
        if self.same_source and len(before.pictures) == len(after.pictures):
            after = Appearance(_with(before.typst, before.pictures, after.pictures), after.pictures)
        return before, after

    def difference(
        self, kind: DifferenceKind, question: str | None, what: str, old: Content | None, new: Content | None
    ) -> Difference | None:
        """The Difference of a text, of this kind or `FIGURE`; None if it is the same."""
        before, after = self.looks(old, new)
        if before == after:
            return None
        place = new.place if new is not None else old.place if old is not None else Place("")
        pictures = self._pictures(old, new, before, after)
        if pictures:
            what = f"{', '.join(pictures)} in {what}"
            return Difference(DifferenceKind.FIGURE, question, what, "", "another picture", place)
        return Difference(kind, question, what, *words.of_contents(old, new), place)

    def _pictures(
        self, old: Content | None, new: Content | None, before: Appearance, after: Appearance
    ) -> tuple[str, ...]:
        """The pictures with other bytes, if nothing else differs."""
        if old is None or new is None or before.pictures == after.pictures or NOTHING in {before, after}:
            return ()
        if _with(before.typst, before.pictures, after.pictures) != after.typst:
            return ()
        pairs = zip(new.figures, before.pictures, after.pictures, strict=True)
        return tuple(dict.fromkeys(figure.path for figure, was, is_ in pairs if was != is_))


def _with(typst: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Markup in which these pictures' digests stand for those."""
    if old == new or len(old) != len(new):
        return typst
    table = dict(zip(old, new, strict=True))
    return re.sub("|".join(table), lambda match: table[match[0]], typst)
