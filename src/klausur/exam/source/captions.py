"""Captions of figures: their numbers within a problem, and what a text says that refers to one.

A caption stands in quotes behind the figure's file, ``![what it shows](loss.svg "Loss"){#loss}``, and
``[](#loss)`` refers to it. On paper the first number is that which the problem has there, in any variant.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from klausur.base import words
from klausur.exam.source import tree
from klausur.exam.source.pandoc import Ast

NUMBER = "number"
"""The attribute that holds a figure's number once it has one."""

FIGURE = "figure"
"""The class of a link that refers to a figure."""

_SIGN = "#"


def of(image: Ast) -> str:
    """A picture's caption; empty if it has none."""
    caption: str = image["c"][2][1]
    return caption.strip()


def name_of(link: Ast) -> str | None:
    """The figure that a link without words refers to; None of any other link."""
    _, inside, (target, _) = link["c"]
    return target[1:] if target.startswith(_SIGN) and not tree.plain(inside) else None


def word(language: str) -> str:
    """What figures are called, such as ``Abbildung``."""
    return next(row.words for row in words.rows(language) if row.name == FIGURE)


def numbers(texts: Iterable[Sequence[Ast]]) -> tuple[Mapping[int, int], Mapping[str, int]]:
    """The numbers of all figures with captions of a problem: by the node that shows one, and by its name."""
    by_node: dict[int, int] = {}
    by_name: dict[str, int] = {}
    for blocks in texts:
        for node in tree.walk(list(blocks)):
            if node["t"] == "Image" and of(node):
                by_node[id(node)] = len(by_node) + 1
                if name := node["c"][0][0]:
                    by_name.setdefault(name, by_node[id(node)])
    return by_node, by_name


def put(
    blocks: Sequence[Ast],
    by_node: Mapping[int, int],
    by_name: Mapping[str, int],
    called: str,
    refuse: Callable[[str, int], None],
) -> list[Ast]:
    """Blocks whose figures have their numbers, and whose links to figures their words.

    Args:
        blocks: of a piece.
        by_node: as `numbers` has them.
        by_name: the same.
        called: what figures are called.
        refuse: is told the name that a link refers to if no figure has it, and the line.
    """

    def changed(value: object) -> object:
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        if not isinstance(value, dict) or "t" not in value:
            return value
        if value["t"] == "Image" and id(value) in by_node:
            (_, classes, pairs), caption, target = value["c"]
            own = [["", classes, [*pairs, [NUMBER, str(by_node[id(value)])]]], caption, target]
            return {**value, "c": own}
        if value["t"] == "Link" and (name := name_of(value)) is not None:
            number = by_name.get(name)
            if number is None:
                refuse(name, value["line"])
                return {"t": "Str", "c": name, "line": value["line"]}
            inside = [{"t": "Str", "c": called, "line": value["line"]}]
            return {**value, "c": [["", [FIGURE], [[NUMBER, str(number)]]], inside, [_SIGN, ""]]}
        return {**value, "c": changed(value["c"])} if "c" in value else value

    found = changed(list(blocks))
    assert isinstance(found, list)  # noqa: S101 - a list in, a list out
    return found


def number_of(node: Ast) -> str:
    """The number of a figure, or of the one that a link refers to; empty if it has none."""
    own: list[list[str]] = node["c"][0][2]
    return next((value for key, value in own if key == NUMBER), "")


def for_reading(blocks: Sequence[Ast], problem: int, called: str) -> list[Ast]:
    """The same for browsers and plain text: captions as lines below figures, whole numbers in words.

    Args:
        blocks: with their numbers.
        problem: the number that the problem has in the source.
        called: what figures are called.
    """

    def said(node: Ast) -> Ast:
        return {"t": "Str", "c": f"{called}\u00a0{problem}.{number_of(node)}", "line": node["line"]}

    def changed(value: object) -> object:
        if isinstance(value, list):
            return [one for inner in value for one in several(inner)]
        if isinstance(value, dict) and "c" in value:
            return {**value, "c": changed(value["c"])}
        return value

    def several(value: object) -> list[object]:
        if not isinstance(value, dict) or "t" not in value:
            return [changed(value)]
        if value["t"] == "Link" and FIGURE in value["c"][0][1]:
            return [said(value)]
        image = tree.lone_picture(value) if value["t"] in {"Para", "Plain"} else None
        if image is not None and number_of(image):
            (name, classes, pairs), alt, (target, _) = image["c"]
            sizes = [pair for pair in pairs if pair[0] != NUMBER]
            bare = {**image, "c": [[name, classes, sizes], alt, [target, ""]]}
            below = [{**said(image), "c": f"{said(image)['c']}:"}, {"t": "Space", "line": image["line"]}]
            words_ = {"t": "Str", "c": of(image), "line": image["line"]}
            return [{**value, "c": [bare]}, {"t": "Para", "c": [*below, words_], "line": image["line"]}]
        return [changed(value)]

    found = changed(list(blocks))
    assert isinstance(found, list)  # noqa: S101 - a list in, a list out
    return found
