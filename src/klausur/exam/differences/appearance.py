"""What a text looks like on paper, as a value to compare: with its pictures' bytes, without its place."""

import hashlib
import re
from typing import NamedTuple

from klausur.exam.content import Content
from klausur.exam.frozen.model import Frozen
from klausur.exam.rubric import Rubric, RubricGroup, RubricItem
from klausur.exam.svg_links import with_linked

_BREAK = re.compile(r"[ \t]*\n[ \t]*(?=[^\W\d_])")
"""A line's end before a letter: Typst shows a blank there. Before a sign a list or heading may begin."""


_HELD = str.maketrans({"\u00a0": " ", "\u2060": None})
"""What keeps lines from breaking: the same text had less of it once, and looks the same."""


class Appearance(NamedTuple):
    """A text as Typst takes it, with digests for the names of pictures, and these digests in their order."""

    typst: str
    pictures: tuple[str, ...]


NOTHING = Appearance("", ())
"""The look of a text that is not there."""


class Looks:
    """The looks of one Frozen's texts, each computed once."""

    def __init__(self, frozen: Frozen) -> None:
        self._files = frozen.files
        self._digests: dict[str, str] = {}
        # Contents are kept beside their looks: an id is only unique among objects that live.
        self._known: dict[int, tuple[Content, Appearance]] = {}
        self._rubrics: dict[int, tuple[Rubric, object]] = {}

    def of(self, content: Content | None) -> Appearance:
        """The look of a text."""
        if content is None:
            return NOTHING
        known = self._known.get(id(content))
        if known is None:
            known = self._known[id(content)] = (content, self._look(content))
        return known[1]

    def rubric(self, rubric: Rubric | None) -> object:
        """What a rubric says and gives; equal for equal rubrics, whatever their lines are called."""
        if rubric is None:
            return None
        known = self._rubrics.get(id(rubric))
        if known is None:
            look = self._member(rubric.root), tuple(self.of(note) for note in rubric.notes)
            known = self._rubrics[id(rubric)] = (rubric, look)
        return known[1]

    def pictures(self, *contents: Content | None) -> tuple[str, ...]:
        """The digests of all pictures in texts."""
        return tuple(digest for content in contents for digest in self.of(content).pictures)

    def digest(self, path: str) -> str:
        """The SHA-256 of a picture and of what it shows of other files; of nothing if it is not at hand."""
        if path not in self._digests:
            total = hashlib.sha256()
            for name in with_linked(path, self._files):
                total.update(hashlib.sha256(self._files[name]).digest())
            self._digests[path] = total.hexdigest()
        return self._digests[path]

    def _look(self, content: Content) -> Appearance:
        seen = content.seen.translate(_HELD)
        typst = seen if "`" in seen else _BREAK.sub(" ", seen)
        for path in {figure.path for figure in content.figures}:
            typst = typst.replace(f'"/{path}"', f'"{self.digest(path)}"')
        return Appearance(typst.strip(), tuple(self.digest(figure.path) for figure in content.figures))

    def _member(self, member: RubricItem | RubricGroup) -> object:
        if isinstance(member, RubricItem):
            return member.credits, member.each, member.full, self.of(member.content)
        members = tuple(self._member(m) for m in member.members)
        heading = None if member.content is None else self.of(member.content)
        return member.cap, member.either, heading, members


def contents(rubric: Rubric | None) -> tuple[Content, ...]:
    """The texts of a rubric."""
    return () if rubric is None else (*_below(rubric.root), *rubric.notes)


def _below(group: RubricGroup) -> tuple[Content, ...]:
    own = () if group.content is None else (group.content,)
    below = (_below(m) if isinstance(m, RubricGroup) else (m.content,) for m in group.members)
    return (*own, *(content for some in below for content in some))
