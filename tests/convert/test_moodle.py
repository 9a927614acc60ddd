"""Moodle's XML: types that are carried, types that are refused by name, pictures, hints."""

import base64
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from klausur.actions.import_exam import import_exam
from klausur.base.errors import KlausurError
from klausur.exam.model import QuestionKind, SchemeKind

from .conftest import Move


def question(kind: str, inside: str, grade: str = "2", name: str = "A name") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>{inside}'
        f"<defaultgrade>{grade}</defaultgrade></question>"
    )


def asked(words: str) -> str:
    return f'<questiontext format="html"><text><![CDATA[<p>{words}</p>]]></text></questiontext>'


def answer(fraction: str, words: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{words}]]></text>{more}</answer>'


def quiz(*questions: str) -> str:
    return '<?xml version="1.0"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>\n"


def test_choices_with_their_weights(move: Move) -> None:
    some = "".join(
        answer(f, w) for f, w in (("33.33333", "a"), ("33.33333", "b"), ("33.33333", "c"), ("-100", "d"))
    )
    one = answer("0", "no") + answer("100", "\\(x_1\\)", "<feedback><text>since it is</text></feedback>")
    moved = move(
        "q.xml",
        quiz(
            question("multichoice", asked("Some?") + "<single>false</single>" + some, "3"),
            question("multichoice", asked("One?") + "<single>true</single>" + one),
        ),
    )
    many, single = moved.questions
    assert many.scheme is not None
    assert many.scheme.kind is SchemeKind.WEIGHTS
    assert [c.weight for c in many.choices] == [1, 1, 1, -3]
    assert single.kind is QuestionKind.SINGLE
    assert single.credits == 2
    assert single.scheme is None
    assert single.solution is not None
    assert single.solution.text == "since it is"


def test_gaps_are_blanks_or_questions_of_their_own(move: Move) -> None:
    written = asked("The capital of France is {1:SHORTANSWER:=Paris~%50%Lyon}, of Italy {1:SA:=Rome}.")
    chosen = asked("Iron is a {2:MULTICHOICE:=metal~gas}; it melts at {1:NUMERICAL:=1538:5} degrees.")
    moved = move("q.xml", quiz(question("cloze", written), question("cloze", chosen, "3")))
    blanks, metal, melts = moved.questions
    assert blanks.kind is QuestionKind.BLANKS
    assert "[Paris]{.blank}" in moved.text()
    assert metal.kind is QuestionKind.SINGLE
    assert [q.credits for q in (metal, melts)] == [2, 1]
    assert melts.kind is QuestionKind.NUMBER
    assert melts.expected[0].within == 5
    assert metal.before is not None
    assert "(1) ………" in metal.before.text


def test_pictures_lie_in_the_folder_and_data_stays_the_same(move: Move, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    data = (tmp_path / "red.png").read_bytes()
    text = (
        '<questiontext format="html"><text><![CDATA[<p>See '
        '<img src="@@PLUGINFILE@@/red%20one.png" alt="red" width="100"></p>]]></text>'
        f'<file name="red one.png" encoding="base64">{base64.b64encode(data).decode()}</file></questiontext>'
    )
    moved = move("q.xml", quiz(question("essay", text)))
    assert (moved.done.folder / "figures/red-one.png").read_bytes() == data
    assert "![red](../figures/red-one.png){width=26mm}" in moved.text()


def test_what_paper_cannot_do_is_refused_by_name_and_kept(move: Move) -> None:
    hint = "<hint format='html'><text>think again</text></hint>"
    moved = move(
        "q.xml",
        quiz(question("ddmarker", asked("Drag it."), name="Map"), question("essay", asked("Write.") + hint)),
    )
    assert [q.kind for q in moved.questions] == [QuestionKind.TEXT]
    assert "refused: ddmarker 'Map'" in moved.told
    assert "Drag it." in moved.report
    assert "think again" in moved.report


def test_an_order_and_a_list_to_choose_from(move: Move) -> None:
    order = "".join(answer(str(n), w) for n, w in ((1, "wake"), (2, "eat"), (3, "sleep")))
    offered = "".join(
        f"<selectoption><text>{w}</text><group>{g}</group></selectoption>"
        for w, g in (("hot", 1), ("cold", 1), ("wet", 2))
    )
    moved = move(
        "q.xml",
        quiz(
            question("ordering", asked("In order?") + order),
            question("gapselect", asked("The sun is [[1]] and the sea is [[3]].") + offered),
        ),
    )
    table, sun, sea = moved.questions
    assert [row[0].content.text for row in table.rows] == ["eat", "sleep", "wake"]
    assert [[c.id for c in row if c.right] for row in table.rows] == [["a2"], ["b3"], ["c1"]]
    assert [c.content.text for c in sun.choices] == ["hot", "cold"]
    assert [c.content.text for c in sea.choices] == ["wet"]
    assert sun.credits == Fraction(1)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<quiz><question></quiz>", "no XML"),
        (b'<!DOCTYPE q [<!ENTITY a "aa"><!ENTITY b "">]><quiz><question>&b;</question></quiz>', "entities"),
        (b"", "empty"),
        (b"\x00\x01\x02 nothing", "no form that is known|no text"),
    ],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "q.xml").write_bytes(data)
    with pytest.raises(KlausurError, match=says):
        import_exam([tmp_path / "q.xml"], tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_a_description_that_no_question_follows_is_kept_with_its_figure(move: Move) -> None:
    drawn = asked('Read on: <svg width="2" height="2"><rect width="2" height="2"/></svg>')
    moved = move("q.xml", quiz(question("essay", asked("Write.")), question("description", drawn)))
    assert "refused: a description that no question follows" in moved.told
    assert "Read on:" in moved.report
