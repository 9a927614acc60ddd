"""What pandoc and Typst make of the same input again, for the rooms above them.

Both are foreign programs whose answer depends on their input alone. The rooms `exam` and `typeset` test what
they are asked and what becomes of the answer; above them, hundreds of tests print the same small exam, to see
what is planned, recorded and put where. There, what was asked in this process before is not asked again.
"""

import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest

from klausur.base.guard import refuse_if_locked
from klausur.exam import figures, fonts
from klausur.exam.source import pandoc
from klausur.typeset import engine

_T = TypeVar("_T")

_SHOWN = frozenset({*figures.FORMS, *fonts.ENDINGS})

_known: dict[bytes, bytes] = {}


@contextmanager
def remembered() -> Iterator[None]:
    """Ask pandoc and Typst nothing that they have answered before."""
    run, typeset, without_glyph = pandoc._run, engine.typeset, engine.without_glyph  # noqa: SLF001 - the one round to pandoc

    def read_or_written(job: dict[str, Any]) -> Any:  # noqa: ANN401 - as pandoc's
        refuse_if_locked("running pandoc")
        return _once(lambda: run(job), "pandoc", job)

    def made(  # noqa: PLR0913 - as the engine's
        source: str,
        data: Mapping[str, object],
        *,
        root: Path,
        files: Sequence[str] = (),
        rows: Sequence[object] = (),
        ask: bool = False,
        day: date | None = None,
        keep: str = "",
        tagged: bool = False,
    ) -> engine.Typeset | engine.TypstFault:
        refuse_if_locked("typesetting")

        def make() -> engine.Typeset | engine.TypstFault:
            return typeset(
                source, data, root=root, files=files, rows=rows, ask=ask, day=day, keep=keep, tagged=tagged
            )

        return _once(make, "typeset", source, data, rows, ask, str(day), tagged, _pictures(root))

    def lacking(
        source: str, data: Mapping[str, object], *, root: Path, files: Sequence[str] = ()
    ) -> frozenset[str]:
        refuse_if_locked("typesetting")
        return _once(
            lambda: without_glyph(source, data, root=root, files=files),
            "glyphs",
            source,
            data,
            _pictures(root),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pandoc, "_run", read_or_written)
        patch.setattr(engine, "typeset", made)
        patch.setattr(engine, "without_glyph", lacking)
        yield


def _once(work: Callable[[], _T], *asked: object) -> _T:
    """The answer to a question; errors are asked for again. Each asker gets an answer of its own."""
    name = sha256(json.dumps(asked, ensure_ascii=False).encode("utf-8", "surrogatepass")).digest()
    if name not in _known:
        _known[name] = pickle.dumps(work())
    answer: _T = pickle.loads(_known[name])  # noqa: S301 - pickled two lines above
    return answer


def _pictures(root: Path) -> list[tuple[str, str]]:
    """All files in an exam's folder that its papers may show."""
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() in _SHOWN)
    return [(str(p.relative_to(root)), sha256(p.read_bytes()).hexdigest()) for p in files if p.is_file()]
