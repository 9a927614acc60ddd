# ruff: noqa: E501 - rules and broken words read best in one line
"""What is exported keeps the rules of who reads it, and a file that breaks one of them is found out."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from klausur.convert import exports
from klausur.exam import scaffold, source
from klausur.exam.model import Exam

from . import canvas_rules, moodle_rules, qti_rules

REFERENCE = Path(__file__).parents[2] / "exams/deep-learning"
HEAD = """title = "2026 & <odd>"
date = 2026-01-05
start = "10:00"
minutes = 30
examiner = "A"
choice.scheme = "partial"
"""
ODD = """# 1st problem

Text ahead, with a list:

1. one
2. two

   > a quotation of `code`

| a | b |
|---|--:|
| 1 | $x$ |

```python
for i in range(3): print(i)
```

![a picture](<../figures/a b.svg>){width=40%}

## One {#one credits=2 kind=single}

Which *of* **these**? H~2~O and x^2^, ~~out~~, [link](https://example.org).

- [x] first

  with two paragraphs
- [ ] second, $a < b$

::: solution
It is `first`.

- since
  - so
:::

## Many {#many credits=3}

Which?

- [x] first
- [x] second
- [ ] third

## None {#none credits=1 scheme=all-or-nothing}

Which?

- [ ] first
- [ ] second

## Number {#num credits=1 kind=number digits=2 decimals=1}

How much?

::: answer
3.5 ± 0.1
:::

## Text {#text credits=4}

Why?

::: rubric
- [2] one
- [2] two
:::

## Blank {#blank credits=2 kind=blanks}

The [sun]{.blank} and the [sea]{.blank}.

## Table {#table credits=2}

What holds?

| what | yes | no |
|---|---|---|
| *this* | [x] | [ ] |
| that | [ ] | [x] |
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>'
READERS = {"qti": qti_rules.broken, "canvas": canvas_rules.broken}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("rules") / "2026-odd"
    files = {"exam.toml": HEAD.encode(), "problems/1-odd.md": ODD.encode(), "figures/a b.svg": SVG}
    scaffold.put(folder, files)
    exam = source.parse(folder).exam
    assert exam is not None
    return exam


def package(exam: Exam, form: str) -> dict[str, bytes]:
    """The files in a package that was exported."""
    with zipfile.ZipFile(io.BytesIO(exports.of(form).write(exam).files[f"{form}.zip"])) as there:
        return {name: there.read(name) for name in there.namelist()}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("folder", ["", REFERENCE])
def test_packages_keep_the_rules(odd: Exam, form: str, folder: str | Path) -> None:
    exam = source.parse(Path(folder)).exam if folder else odd
    assert exam is not None
    files = package(exam, form)
    assert READERS[form](files) == []
    assert len(files) > 2


@pytest.mark.parametrize("folder", ["", REFERENCE])
def test_files_of_moodle_keep_the_rules(odd: Exam, folder: str | Path) -> None:
    exam = source.parse(Path(folder)).exam if folder else odd
    assert exam is not None
    assert moodle_rules.broken(exports.of("moodle").write(exam).files["moodle.xml"]) == []


def test_what_an_item_cannot_say_is_named(odd: Exam) -> None:
    said = exports.of("qti").write(odd).said
    assert [where for where, what in said if "no choice is right" in what] == ["1.3 None"]


def spoilt(files: Mapping[str, bytes], path: str, old: str, new: str) -> dict[str, bytes]:
    """The files with other words in one of them, once."""
    words = files[path].decode()
    assert old in words, words
    return {**files, path: words.replace(old, new, 1).encode()}


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("items/one.xml", ' adaptive="false"', "", "assessmentItem without its adaptive"),
        ("items/one.xml", ' title="One"', "", "assessmentItem without its title"),
        ("items/one.xml", 'identifier="one"', 'identifier="1 one"', "assessmentItem identifier='1 one'"),
        ("items/one.xml", 'cardinality="single"', 'cardinality="one"', "responseDeclaration cardinality='one'"),
        ("items/one.xml", "<value>ca</value>", "", "correctResponse without value"),
        ("items/one.xml", "<value>ca</value>", "<value>cz</value>", "no choice cz"),
        ("items/one.xml", "<value>ca</value>", "<value>ca</value><value>cb</value>", "2 values for a single answer"),
        ("items/one.xml", 'identifier="cb"', 'identifier="ca"', "identifier ca twice"),
        ("items/one.xml", 'maxChoices="1"', 'maxChoices="0"', "a single answer to many choices"),
        ("items/one.xml", ' shuffle="true"', "", "choiceInteraction without its shuffle"),
        ("items/one.xml", 'responseIdentifier="RESPONSE"', 'responseIdentifier="R"', "no responseDeclaration R"),
        ("items/one.xml", "match_correct", "match_all", "no template match_all"),
        ("items/one.xml", "match_correct", "map_response", "map_response without what it compares"),
        ("items/one.xml", 'outcomeIdentifier="SOLUTION"', 'outcomeIdentifier="S"', "no outcomeDeclaration S"),
        ("items/one.xml", ' showHide="show"', "", "modalFeedback without its showHide"),
        ("items/one.xml", ' view="candidate"', "", "rubricBlock without its view"),
        ("items/one.xml", 'view="candidate"', 'view="all"', "rubricBlock view='all'"),
        ("items/one.xml", ' alt="a picture"', "", "img without its alt"),
        ("items/one.xml", "<img ", '<img style="x" ', "img with style"),
        ("items/one.xml", "<li><p>one</p></li>", "one", "words in ol"),
        ("items/one.xml", "<li><p>one</p></li>", "<p>one</p>", "p in ol"),
        ("items/one.xml", "<itemBody>", "<itemBody>words", "words in itemBody"),
        ("items/one.xml", "<itemBody>", "<itemBody><em>x</em>", "em in itemBody"),
        ("items/one.xml", "</itemBody>", "</itemBody><outcomeDeclaration/>", "the order in assessmentItem"),
        ("items/many.xml", 'mapKey="ca"', 'mapKey="cz"', "no choice cz"),
        ("items/many.xml", 'mappedValue="-3"', 'mappedValue="none"', "mapEntry mappedValue='none'"),
        ("items/many.xml", ' defaultValue="0"', "", "mapping without its defaultValue"),
        ("items/num.xml", "<value>3.5</value>", "<value>about 3</value>", "'about 3' is no number"),
        ("items/table.xml", "<value>ra h0</value>", "<value>ra h9</value>", "no choice ra h9"),
        ("items/table.xml", ' matchMax="2"', "", "simpleAssociableChoice without its matchMax"),
        ("test.xml", "items/one.xml", "items/two.xml", "no file items/two.xml"),
        ("test.xml", 'identifier="i-many"', 'identifier="i-one"', "identifier i-one twice"),
        ("test.xml", ' visible="true"', "", "assessmentSection without its visible"),
        ("test.xml", ' navigationMode="nonlinear"', "", "testPart without its navigationMode"),
        ("imsmanifest.xml", '<file href="items/one.xml"/>', "", "items/one.xml is not named"),
        ("imsmanifest.xml", '<file href="items/figures/a b.svg"/>', "", "items/figures/a b.svg is not named"),
        ("imsmanifest.xml", 'identifier="r1"', 'identifier="r0"', "identifier r0 twice"),
        ("imsmanifest.xml", 'identifierref="r1"', 'identifierref="r99"', "no resource r99"),
        ("imsmanifest.xml", '<dependency identifierref="r1"/>', "", "the test does not depend on its items"),
        ("imsmanifest.xml", "<organizations/>", "", "its parts"),
    ],
)  # fmt: skip
def test_a_broken_package_of_qti_is_refused(odd: Exam, path: str, old: str, new: str, said: str) -> None:
    files = package(odd, "qti")
    found = qti_rules.broken(spoilt(files, path, old, new))
    assert any(said in words for words in found), found


QUIZ, META = "e-2026-odd/e-2026-odd.xml", "e-2026-odd/assessment_meta.xml"


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (QUIZ, 'ident="many"', 'ident="one"', "ident one twice"),
        (QUIZ, "multiple_choice_question", "some_question", "question_type some_question"),
        (QUIZ, "<fieldentry>2</fieldentry>", "<fieldentry>two</fieldentry>", "points_possible two"),
        (QUIZ, 'respident="response1"', 'respident="response9"', "no response response9"),
        (QUIZ, '<varequal respident="response1">ca<', '<varequal respident="response1">cz<', "no choice cz"),
        (QUIZ, ">100</setvar>", ">50</setvar>", "nothing gives all credits"),
        (QUIZ, ">100</setvar>", ">1000</setvar>", "a score that is none"),
        (QUIZ, ">50</setvar>", ">10</setvar>", "pairs that do not add up"),
        (QUIZ, ' texttype="text/html"', "", "mattext without its texttype"),
        (QUIZ, "<respcondition", "<outcomes/><respcondition", "outcomes without decvar"),
        (QUIZ, "<conditionvar><other/></conditionvar>", "", "respcondition without conditionvar"),
        (QUIZ, "$IMS-CC-FILEBASE$/figures/a", "$IMS-CC-FILEBASE$/figures/b", "no file figures/b b.svg"),
        (QUIZ, "$IMS-CC-FILEBASE$/", "", "a picture that is in no folder of Canvas"),
        (META, 'identifier="e-2026-odd"', 'identifier="other"', "is about another quiz"),
        ("imsmanifest.xml", 'identifierref="meta"', 'identifierref="none"', "no resource none"),
    ],
)  # fmt: skip
def test_a_broken_package_of_canvas_is_refused(odd: Exam, path: str, old: str, new: str, said: str) -> None:
    files = package(odd, "canvas")
    found = canvas_rules.broken(spoilt(files, path, old, new))
    assert any(said in words for words in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('fraction="50"', 'fraction="51"', "fraction '51'"),
        ('fraction="50"', 'fraction="25"', "shares that give 75 at best"),
        ("<single>true", "<single>maybe", "single 'maybe'"),
        ("<defaultgrade>2.0000000", "<defaultgrade>two", "defaultgrade 'two'"),
        ("<defaultgrade>2.0000000", "<defaultgrade>0.0", "defaultgrade '0.0'"),
        ("<text>One</text>", "<text> </text>", "no name"),
        ('type="multichoice"', 'type="choices"', "no type 'choices'"),
        ("@@PLUGINFILE@@/a b.svg", "@@PLUGINFILE@@/c.svg", "no file c.svg"),
        ("@@PLUGINFILE@@/a b.svg", "figures/a.svg", "the file a b.svg in no text"),
        ("@@PLUGINFILE@@/a b.svg", "figures/a.svg", "a picture that is in no file"),
        ('encoding="base64"', 'encoding="none"', "is empty or no base64"),
        ('<questiontext format="html">', '<questiontext format="rtf">', "questiontext in the form 'rtf'"),
        ("<tolerance>0.1", "<tolerance>some", "tolerance 'some' is no number"),
        ("<responseformat>editor", "<responseformat>paper", "responseformat 'paper'"),
        ("<responsefieldlines>5</responsefieldlines>", "", "no responsefieldlines"),
        ("<text>yes</text>", "<text></text>", "a pair without its answer"),
        ("{1:SHORTANSWER:=sun}", "{1:SHORTANSWER:=sun", "a text without gaps"),
        ("$course$", "course", "a category without its path"),
    ],
)  # fmt: skip
def test_a_broken_file_of_moodle_is_refused(odd: Exam, old: str, new: str, said: str) -> None:
    data = exports.of("moodle").write(odd).files["moodle.xml"]
    found = moodle_rules.broken(spoilt({"m": data}, "m", old, new)["m"])
    assert any(said in words for words in found), found
