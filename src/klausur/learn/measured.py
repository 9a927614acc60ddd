"""What benchmarks measured, as the tables of docs/reference/readers.md: the page and the measurement agree.

`python -m klausur.learn measured FILE` prints the table of a file of ``docs/reference/measured``, which holds
what a benchmark wrote with ``--json``; a test holds them against the page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from klausur.base.errors import UsageError

Measured = Mapping[str, str | int | float]
"""A row of a benchmark: what was measured, by name."""

_READERS = {
    "shipped": "version {version}",
    "marks-1": "problem 4's network, version 1",
    "digits-1": "version 1",
    "ink ratio": "ink ratio",
    "gradients": "linear classifier on gradients",
    "AMC": "AMC 1.6.0",
    "AMC, told": "AMC 1.6.0, told what is filled",
}
"""Readers of marks and of digits as benchmarks name them, in words."""


def table(file: Path) -> str:
    """The table of what was measured, as Markdown; which one is told by the file's name.

    Raises:
        UsageError: the file cannot be read, or there is no such table.
    """
    try:
        rows = msgspec.json.decode(file.read_bytes(), type=list[dict[str, str | int | float]])
        return TABLES[file.stem](rows)
    except (OSError, msgspec.DecodeError, KeyError) as error:
        raise UsageError(
            f"{file} is no table of measurements: {error}", "a benchmark's --json makes it"
        ) from error


def _leaderboard(rows: Sequence[Measured]) -> str:
    """Readers in order, on all marks; then misread without a flag and flagged in each way of scanning."""
    every = [row for row in rows if row["way"] == "all"]
    whole = _table(
        ("reader", "misread without a flag", "flagged", "flagged of empty", "odd marks not flagged"),
        "lrrrr",
        (
            (
                _reader(row),
                f"{row['silent']:,}",
                _share(row["flagged"]),
                _share(row["empty"]),
                f"{row['odd']:,}",
            )
            for row in every
        ),
    )
    readers = [row["reader"] for row in every]
    by_place = {(row["reader"], row["way"]): row for row in rows}
    ways = dict.fromkeys(row["way"] for row in rows if row["way"] != "all")
    each = _table(
        ("scanned", *(_reader(row) for row in every)),
        "l" + "r" * len(every),
        ((str(way), *(_silent(by_place[reader, way]) for reader in readers)) for way in ways),
    )
    return f"{whole}\n{each}"


def _robust(rows: Sequence[Measured]) -> str:
    """Misread without a flag, and flagged, at five strengths of each way to spoil a scan."""
    lines = []
    for way, some in groupby(rows, key=lambda row: row["way"]):
        here = list(some)
        strengths = dict.fromkeys(f"{row['strength']:g}" for row in here)
        spoilt = f"{way}: {', '.join(strengths)}"
        for reader in dict.fromkeys(row["reader"] for row in here):
            mine = [row for row in here if row["reader"] == reader]
            lines.append((spoilt, _reader(mine[0]), *(_silent(row) for row in mine)))
            spoilt = ""
    return _table(("spoilt by", "reader", "1", "2", "3", "4", "5"), "llrrrrr", lines)


def _segment(rows: Sequence[Measured]) -> str:
    """Marks below highlighter and on photographs, read in each way."""
    heads = (
        "scanned", "read", "misread without a flag", "flagged", "empty boxes misread", "flagged of empty",
        "odd marks not flagged",
    )  # fmt: skip
    return _table(
        heads,
        "llrrrrr",
        (
            (
                str(row["scan"]),
                str(row["reader"]),
                f"{row['silent']} of {row['marks']:,}",
                _share(row["flagged"]),
                f"{row['silent_empty']} of {row['empty']:,}",
                _share(row["flagged_empty"]),
                f"{row['odd_silent']} of {row['odd']:,}",
            )
            for row in rows
        ),
    )


def _restore(rows: Sequence[Measured]) -> str:
    """PSNR of all colours, that of grey levels, and SSIM, of each method."""
    by_place = {(row["way"], row["method"]): row for row in rows}
    methods = dict.fromkeys(row["method"] for row in rows)
    return _table(
        ("how", *map(str, methods)),
        "l" + "r" * len(methods),
        (
            (str(way), *(_like(by_place[way, method]) for method in methods))
            for way in dict.fromkeys(row["way"] for row in rows)
        ),
    )


def _digits(rows: Sequence[Measured]) -> str:
    """Single digits in cells, of MNIST and of pen traces, at both bounds."""
    heads = (
        "digits of", "reader", "right", "flagged", "misread without a flag", "flagged as an answer",
        "misread as an answer", "calibration error",
    )  # fmt: skip
    return _table(
        heads,
        "llrrrrrr",
        (
            (
                _SETS[str(row["of"])].format(**row),
                _reader(row),
                f"{100 * float(row['right']):.2f} %",
                f"{100 * float(row['flagged']):.2f} %",
                f"{row['misread']} of {row['digits']:,}",
                f"{100 * float(row['asked']):.2f} %",
                f"{row['wrong']} of {row['digits']:,}",
                f"{row['error']:.4f}",
            )
            for row in rows
        ),
    )


def _eaten(rows: Sequence[Measured]) -> str:
    """Digits that black and white ate: by each cell's confidence alone, and as pages are read."""
    heads = (
        "threshold", "reader", "misread without a flag, cell by cell",
        "in numbers that nobody was asked about", "numbers asked about",
        "in such numbers, as pages are read", "numbers asked about, as pages are read",
    )  # fmt: skip
    return _table(
        heads,
        "llrrrrr",
        (
            (
                f"{row['strength']:g}",
                _reader(row),
                f"{row['silent']} of {row['digits']}",
                str(row["unsought"]),
                _share(row["sought"]),
                f"**{row['lost']}**",
                _share(row["asked"]),
            )
            for row in rows
        ),
    )


def _pens(rows: Sequence[Measured]) -> str:
    """How well a classifier tells each pen's digits from real ones, and how well they are read."""
    return _table(
        ("digits", "told from real ones", "read rightly"),
        "lrr",
        ((_PENS[str(row["pen"])], _share(row["told"]), _share(row["read"])) for row in rows),
    )


_PENS = {
    "real": "other real ones",
    "drawn": "made-up forms",
    "vae": "variational autoencoder",
    "gan": "generative adversarial network",
}

_SETS = {"mnist": "MNIST", "traces": "{people} writers of traces"}

TABLES: Mapping[str, Callable[[Sequence[Measured]], str]] = {
    "leaderboard": _leaderboard,
    "robust": _robust,
    "digits": _digits,
    "digits-robust": _robust,
    "digits-eaten": _eaten,
    "pens": _pens,
    "segment": _segment,
    "restore": _restore,
}
"""How the tables are made, by the names of the files."""


def _like(row: Measured) -> str:
    return f"{row['psnr']:.1f} / {row['grey']:.1f} / {row['ssim']:.3f}"


def _silent(row: Measured) -> str:
    return f"{row['silent']} / {100 * float(row['flagged']):.0f} %"


def _reader(row: Measured) -> str:
    return _READERS.get(str(row["reader"]), str(row["reader"])).format(version=row.get("version", ""))


def _share(value: str | float) -> str:
    return f"{100 * float(value):.1f} %"


def _table(heads: Sequence[str], sides: str, rows: Iterable[Sequence[str]]) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "".join(f"| {' | '.join(line)} |\n" for line in (heads, rule, *rows))
