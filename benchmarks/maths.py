"""Formulas: how many are set, how many refused, how long one takes; and what a TeX engine prints beside.

Three sets in `benchmarks/formulas/`: ``commands.tsv``, every command and environment in KaTeX's public table
of support, with siunitx, physics and mhchem, each in a formula of ours; ``subjects.tsv``, formulas of
twelve subjects; ``cases.tsv``, what authors have stumbled over. A formula counts as set if Typst typesets it.

``--peers`` sets the same by pandoc's Typst writer, ``--tex2typst DIR`` by that package of npm's. ``--pictures
DIR`` needs pdflatex with its packages: each formula is printed by both, and their ink compared cell by cell
after scaling to one size. Pairs below ``--bound`` are put side by side into DIR, for people to look at.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typst

import maths_pictures
from klausur.base import maths

HERE = Path(__file__).parent / "formulas"
SETS = ("commands", "subjects", "cases")
BOUND = 0.55


def formulas(name: str) -> list[tuple[str, str]]:
    """The name and the TeX of each formula of a set."""
    lines = (HERE / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line]
    return [(row[-2], row[-1]) for row in rows]


def typesets(markup: str) -> bool:
    """Whether Typst takes this."""
    try:
        typst.compile(markup.encode())
    except typst.TypstError:
        return False
    return True


def bad_ones(markups: list[str]) -> set[int]:
    """Which of these Typst refuses, by halving."""
    wrong: set[int] = set()
    spans = [range(len(markups))]
    while spans:
        span = spans.pop()
        if typesets("\n\n".join(markups[n] for n in span)):
            continue
        if len(span) == 1:
            wrong.add(span[0])
        else:
            half = len(span) // 2
            spans += [span[:half], span[half:]]
    return wrong


def ours(rows: list[tuple[str, str]]) -> tuple[list[maths.Formula | maths.Mistake], float]:
    """What becomes of each, and the milliseconds of processor time that each takes."""
    start = time.process_time()
    made = [maths.typeset(maths.resolved([tex])[0], display=True) for _, tex in rows]
    return made, (time.process_time() - start) / len(rows) * 1000


def by_pandoc(rows: list[tuple[str, str]]) -> int:
    """How many pandoc's Typst writer sets."""
    import pypandoc  # noqa: PLC0415 - a peer

    script = (
        "local job = pandoc.json.decode(io.read('a'), false) local out = {} "
        "for n, tex in ipairs(job) do out[n] = pandoc.write(pandoc.Pandoc({pandoc.Para("
        "{pandoc.Math('DisplayMath', tex)})}), 'typst') end io.write(pandoc.json.encode(out))"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [pypandoc.get_pandoc_path(), "lua", file.name],
            input=json.dumps([tex for _, tex in rows]).encode(), capture_output=True, check=True,
        )  # fmt: skip
    written = [text.strip() for text in json.loads(done.stdout)]
    good = [text for text in written if text.startswith("$")]
    return len(good) - len(bad_ones(good))


def by_tex2typst(rows: list[tuple[str, str]], package: Path) -> int:
    """How many tex2typst sets, run by node."""
    script = (
        f"import {{tex2typst}} from {json.dumps(str(package / 'dist/index.js'))};"
        "import fs from 'fs';"
        "const each = t => { try { return tex2typst(t) } catch { return null } };"
        "const out = JSON.parse(fs.readFileSync(0)).map(each);"
        "process.stdout.write(JSON.stringify(out));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],  # noqa: S607 - wherever node is
        input=json.dumps([tex for _, tex in rows]).encode(), capture_output=True, check=True,
    )  # fmt: skip
    good = [f"$ {text} $" for text in json.loads(done.stdout) if text is not None]
    return len(good) - len(bad_ones(good))


def main() -> int:
    """Print the figures of all sets; nonzero if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--tex2typst", type=Path, metavar="DIR")
    parser.add_argument("--pictures", type=Path, metavar="DIR")
    parser.add_argument("--bound", type=float, default=BOUND)
    given = parser.parse_args()
    start = time.process_time()
    maths.typeset("x", display=False)
    figures: dict[str, object] = {"engine_start_ms": round((time.process_time() - start) * 1000, 1)}
    missed = False
    for name in SETS:
        rows = formulas(name)
        made, each = ours(rows)
        sets = [
            (row, one.typst) for row, one in zip(rows, made, strict=True) if isinstance(one, maths.Formula)
        ]
        wrong = bad_ones([markup for _, markup in sets])
        refused = [row[0] for row, one in zip(rows, made, strict=True) if isinstance(one, maths.Mistake)]
        found: dict[str, object] = {
            "formulas": len(rows), "set": len(sets) - len(wrong), "refused": len(refused),
            "refused_percent": round(100 * len(refused) / len(rows), 2), "refused_names": refused,
            "typst_fails": [sets[n][0][1] for n in sorted(wrong)], "ms_each": round(each, 3),
        }  # fmt: skip
        missed |= bool(wrong) or len(refused) > (0.03 if name == "commands" else 0) * len(rows) + 0.5
        if given.peers:
            found["set_by_pandoc"] = by_pandoc(rows)
        if given.tex2typst:
            found["set_by_tex2typst"] = by_tex2typst(rows, given.tex2typst)
        if given.pictures:
            good = [one for n, one in enumerate(sets) if n not in wrong]
            found["pictures"] = maths_pictures.compare(good, given.pictures / name, given.bound)
        figures[name] = found
    print(json.dumps(figures, ensure_ascii=False, indent=None if given.json else 1))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
