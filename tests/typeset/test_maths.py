r"""Every symbol that can be emitted is typeset by the Typst that is here, spaced as in TeX."""

import json
import re
from importlib import resources
from pathlib import Path

from klausur.base import maths
from klausur.base.maths import engine
from klausur.base.maths.symbols import CLASSES, classed, written
from klausur.typeset import engine as typst_engine

SOURCE = resources.files("klausur.base.maths").joinpath("temml/temml.min.js").read_text("utf-8")
NAMES = sorted({name.replace("\\\\", "\\") for name in re.findall(r'"(\\\\[A-Za-z]+)"', SOURCE)})
"""Every command that Temml names in its tables, among them all symbols."""


def symbols() -> set[tuple[str, str]]:
    """The kind of atom of each command that is a symbol, and its character."""
    found = set()
    for name in NAMES:
        read = engine.read(f"a {name} b", display=False)
        if isinstance(read, engine.Read) and len(read.tree) == 3 and read.tree[1].get("char"):
            node = read.tree[1]
            kind = node.get("family", "ord") if node["type"] in {"atom", "mathord", "textord"} else ""
            if kind and len(node["char"]) == 1:
                found.add((node["char"], kind))
    return found


def test_every_command_that_stands_alone_is_typeset(tmp_path: Path) -> None:
    made = [maths.typeset(name, display=False) for name in NAMES]
    formulas = [one.typst for one in made if isinstance(one, maths.Formula)]
    assert len(formulas) > 800
    done = typst_engine.typeset("\n\n".join(formulas), {}, root=tmp_path)
    assert isinstance(done, typst_engine.Typeset), done


def test_symbols_have_the_space_round_them_that_tex_gives(tmp_path: Path) -> None:
    told = sorted(symbols())
    assert len(told) > 500
    pairs = ",".join(
        f'($a {classed(char, kind)} b$,$a class("{CLASSES[kind]}",{written(char)}) b$)' for char, kind in told
    )
    source = (
        f"#let pairs=({pairs},)\n#context [#metadata(pairs.enumerate().filter(((n, (one, two))) => "
        "calc.abs(measure(one).width.pt() - measure(two).width.pt()) > 0.01).map(((n, _)) => n)) <wrong>]"
    )
    (tmp_path / "it.typ").write_text(source, "utf-8")
    import typst

    wrong = json.loads(typst.query(str(tmp_path / "it.typ"), "<wrong>", field="value", one=True))
    assert [told[n] for n in wrong] == []
