"""mkdocs.yml, by which `make docs` writes docs/ as a site, names every page and no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def pages(nav: Any) -> Iterator[str]:  # noqa: ANN401 - as YAML has it
    """The pages that a tree of navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from pages(each)


def test_every_page_has_its_place_and_each_place_its_page() -> None:
    said = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    named = list(pages(said["nav"]))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(named) == sorted(there)
    assert said["strict"], "broken links end it"
    assert said["theme"]["font"] is False, "nothing is loaded from elsewhere"
