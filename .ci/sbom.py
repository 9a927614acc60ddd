"""What `make sbom` wrote, held against constraints.txt and completed: programs and scripts that no index has.

    python .ci/sbom.py build/klausur.cdx.json build/sbom/bin/python

The generator sees packages. What Klausur carries of others itself is added here, and the programs in other
packages' wheels whose licences are not those of the package; what else such wheels carry stands in their own
folders of licences. A package in another version than constraints.txt has is a mistake, or without a licence.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

LICENCES = {
    "protobuf": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause OR Apache-2.0",
    "pyrage": "MIT",
    "quickjs-ng": "MIT",
}
"""Of packages that name theirs in a file or in other words; read there."""

VENDORED = {
    "src/klausur/base/maths/temml": ("temml", "MIT AND Apache-2.0"),
    "src/klausur/base/ink/freehand": ("perfect-freehand", "MIT"),
    "src/klausur/web/day/zxing": ("zxing-wasm", "MIT AND Apache-2.0"),
}
"""Folders with scripts of others: their name at npm, their licence."""

INSIDE = {
    "pypandoc-binary": ("pandoc", "GPL-2.0-or-later", "import pypandoc as p; print(p.get_pandoc_version())"),
    "pypdfium2": ("PDFium", "BSD-3-Clause", "import pypdfium2 as p; print(p.PDFIUM_INFO)"),
    "pi-heif": ("libheif", "LGPL-3.0-only", "import pi_heif as p; print(p.libheif_info()['libheif'])"),
}
"""Programs in packages' wheels: their name, their licence, and how they say their version."""


def completed(bom: dict[str, Any], python: str) -> dict[str, Any]:
    """A bill of materials with all of it.

    Args:
        bom: as the generator has written it.
        python: the interpreter of the environment that it is about.

    Raises:
        ValueError: a package has another version than constraints.txt, or no licence.
    """
    pinned = dict(_pinned())
    parts = [part for part in bom["components"] if called(part["name"]) != "klausur"]
    for part in parts:
        name, version = called(part["name"]), part["version"]
        if pinned.get(name) != version:
            raise ValueError(f"{name} {version} is there, and constraints.txt has {pinned.get(name)}")
        if not part.get("licenses"):
            if name not in LICENCES:
                raise ValueError(f"{name} names no licence: look, and write it into {Path(__file__).name}")
            part["licenses"] = _licence(LICENCES[name])
        if name in INSIDE:
            program, licence, asks = INSIDE[name]
            asked = subprocess.run([python, "-c", asks], check=True, capture_output=True, text=True)
            part["components"] = [_part(program, asked.stdout.strip(), licence)]
    return {**bom, "components": [*parts, *_vendored()]}


def called(name: str) -> str:
    """A package's name as indices compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned() -> Iterator[tuple[str, str]]:
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        name, _, version = line.partition("==")
        if version:
            yield called(name), version


def _vendored() -> Iterator[dict[str, Any]]:
    for folder, (name, licence) in VENDORED.items():
        said = (ROOT / folder / "README.md").read_text("utf-8")
        (version, *_) = re.findall(rf"npm `{name}`[^|]*\| ([\d.]+) \|", said)
        yield {**_part(name, version, licence), "purl": f"pkg:npm/{name}@{version}"}
    said = (ROOT / "src/klausur/web/maths/README.md").read_text("utf-8")
    (version, *_) = re.findall(r"^\| `klausur-maths.woff` \|[^|]*\| ([\d.]+) \|", said, re.MULTILINE)
    yield _part("New Computer Modern Math, a changed copy", version, "LPPL-1.3c")


def _part(name: str, version: str, licence: str) -> dict[str, Any]:
    ref = f"{called(name.replace(' ', '-').replace(',', ''))}=={version}"
    return {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        "version": version,
        "licenses": _licence(licence),
    }


def _licence(expression: str) -> list[dict[str, str]]:
    return [{"expression": expression, "acknowledgement": "declared"}]


def main() -> None:
    """Complete the file."""
    file, python = sys.argv[1:]
    made = completed(json.loads(Path(file).read_text("utf-8")), python)
    Path(file).write_text(json.dumps(made, indent=2, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"{file}: {len(made['components'])} packages and parts\n")


if __name__ == "__main__":
    main()
