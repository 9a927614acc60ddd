"""A small file of pen traces, made up: crosses of many writers and some odd characters."""

import gzip
import json
from pathlib import Path

import numpy as np

WRITERS = 60


def written(path: Path, writers: int = WRITERS, each: int = 2, *, digits: bool = False) -> Path:
    """Write the file: of each writer so many crosses, a tick, a slash and an x that is one bar only.

    With ``digits`` a 1 with a long upstroke and a 7 with a bar, too.
    """
    rng = np.random.default_rng(4)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for writer in range(writers):
            lean = rng.normal(0.0, 0.1)
            for _ in range(each):
                file.write(line(writer, "X", crossing(rng, lean)))
            file.write(line(writer, "V", [[[0.0, 0.0], [0.4, 1.0], [0.9, 0.1]]]))
            file.write(line(writer, "/", [[[0.7, 0.0], [0.0, 1.0]]]))
            file.write(line(writer, "x", [[[0.0, 0.0], [1.0, 1.0]]]))
            if digits:
                file.write(line(writer, "1", [[[0.0, 0.5], [0.4, 0.0], [0.4, 1.0]]]))
                bar = [[0.1, 0.5], [0.6, 0.5]]
                file.write(line(writer, "7", [[[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]], bar]))
    return path


def crossing(rng: np.random.Generator, lean: float = 0.0) -> list[list[list[float]]]:
    """Two strokes that cross each other."""
    ends = np.array([[[0.0, 0.0], [0.9, 1.0]], [[0.9, 0.0], [0.0, 1.0]]]) + rng.normal(0.0, 0.04, (2, 2, 2))
    ends[..., 0] += lean * ends[..., 1]
    return [np.linspace(stroke[0], stroke[1], 12).round(4).tolist() for stroke in ends]


def line(writer: int, label: str, strokes: list[list[list[float]]]) -> str:
    """A line of the file."""
    return json.dumps({"site": "own", "writer": writer, "label": label, "strokes": strokes}) + "\n"
