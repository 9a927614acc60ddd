"""No attribute of pandoc's tree reaches a writer, whatever node has it."""

from hypothesis import given
from hypothesis import strategies as st

from klausur.exam.source import tree, writable


@st.composite
def _attributes(draw: st.DrawFn) -> list[object]:
    """Identifier, classes and key-value pairs, as pandoc writes them."""
    words = st.text(max_size=3)
    keys = draw(st.lists(st.text(min_size=1, max_size=3), max_size=2))
    return [draw(words), draw(st.lists(words, max_size=2)), [[key, draw(words)] for key in keys]]


_ARGUMENTS = st.recursive(
    st.one_of(_attributes(), st.integers(), st.text(max_size=3)), lambda inner: st.lists(inner, max_size=3)
)


@given(st.lists(_ARGUMENTS, max_size=4))
def test_attributes_go_wherever_a_node_has_them(arguments: list[object]) -> None:
    node = {"t": "Table", "c": arguments, "line": 3}
    bare = writable.without_attributes(node)
    assert not list(writable.key_values(bare))
    assert (bare["t"], bare["line"]) == ("Table", 3)
    assert len(bare["c"]) == len(arguments) or tree.is_attributes(arguments)


def test_code_keeps_the_name_of_its_language_alone() -> None:
    assert writable.language(["python", "numberLines"]) == ["python"]
    assert writable.language(["C++"]) == ["cpp"]
    assert writable.language(["x```#panic()"]) == []
    assert writable.language(['py"thon']) == []
    assert writable.language([]) == []
