"""What rooms below the site say is said in German, and in words of the desks."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override
from tests.web import core_messages
from tests.web.conftest import Site

from klausur.site import jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Job
from klausur.state.facts import Role
from klausur.web import core_words, words

HERE = Path(core_words.__file__).parent
PUT_TOGETHER = frozenset(
    {
        "the platform answers {1}",
        "tell whoever examines, or the administrator of the site",
        "as another user, {1}",
        "programs run as {1} here, and there is no such user",
        "programs run as {1} here, which a server that does not run as root cannot become",
        "programs run as {1} here, who may do everything",
        "best={1}, but the problem has {2} question",
        "{1} has no seat",
        "{1} has no room",
        "{1} sits at {2}, which is blocked",
        "{1} sits at {2}, which {3} does not have",
        "by exam.toml the {1} stands under {2}, but no column has this heading",
        "by exam.toml the {1} stands under {2}, but {3} columns have this heading",
        "booklet {1} is no spare one: it was printed for {2} {3}",
        "booklet {1} is no spare one: it was settled to be that of {2} {3}",
        "{1} took back what was settled meanwhile",
        "{1} settled it as {2} meanwhile",
        "after the shared block",
        "after the solution or rubric",
        "after the choices",
        "item {1} added: {2}",
        "item {1} removed: {2}",
        "item {1}: moved",
        "item {1}: {2}",
        "group {1} added: {2}",
        "group {1} removed: {2}",
        "group {1}: moved",
        "group {1}: {2}",
        "change {1} was taken back",
        "the right choices of question {1}: {2}",
        "what else is accepted of question {1}: {2}",
        "the scheme of question {1}: {2}",
        "whether question {1} is struck: {2}",
        "the exam's scheme: {1}",
        "the credits of question {1}: {2}",
        "the rubric of question {1}: {2}",
        "the solution of question {1}: {2}",
        "the grade key: {1}",
        "the exam's source, what was printed without names, its key and rubrics",
        "the audit trail, which says who did what and when, and names registration numbers",
        (
            "archives and copies that were made before: what is restored from an archive where this is noted "
            "is deleted there again"
        ),
        "the list of candidates, what was read, decided and judged, and all results",
    }
)
"""Texts, and values in them, whose parts stand in the code in several places."""


DETAILS = frozenset(
    {
        "the page code is covered or damaged",
        "a page code lies where none was printed",
        "the code names this exam, but was not made with its key",
        "the code is that of another exam",
        "there is a Data Matrix, but it is no page code",
        "it is a page of a paper that is not to be scanned",
        "it is {1}, and was handed in by {2}",
        "this print run has no page {1} of booklet {2}",
        "the page code is too blurred to read (sharpness {1})",
        "all on the page is too blurred to read (sharpness {1})",
        "fewer than two fiducials are seen",
        "the fiducials lie where this page has none",
        "the fiducials seen do not tell how the page lies: it is bent, or was photographed at an angle",
        "{1} of {2} printed frames are not seen where this page has them: curled, blurred, or another page",
        "three fiducials do not tell well enough how a page lies that is bent and photographed",
        "the page is curled, and none of its {1} printed frames can be seen to tell how",
        "two fiducials alone do not tell how a page lies that is bent, or photographed at an angle",
        "the image has {1} dpi: {2}",
        "{1}; what is left of it is {2}",
        "{1}; the printed boxes are those of page {2}",
        "not tried: {1} pages of its file ended the processes that read them",
        "the process that read this page died, twice: {1}",
        "took more than {1} s of processor time",
        "the JPEG is truncated: its end is missing",
        "the file is no {1}, whatever its name says",
        "scan to PDF, or convert it to PDF",
        "scan again, or copy the file again",
        "unpack it, and scan the files inside",
        "save the files inside by themselves, and scan those",
        "scan again; or save it to a new PDF with another program, and count its pages",
        "it was found by its printed frames alone, without fiducials",
        "{1} dpi are fewer than {2}",
        "contrast {1} is below {2}",
        "sharpness {1} is below {2}",
        "boxes lie {1} mm from where they are read, more than {2}",
    }
)
"""What scans lack, in words that stand where it is measured."""

MATHS = frozenset(
    {
        "{1} is no command that is known",
        "there is no environment {1}",
        "something is missing, such as what stands behind ^ or _",
        "{1} stands behind no operator",
        "an array has no column {1}",
        "{1} has no meaning on paper",
        "{1} stands in no array",
        "{1} stands where it cannot",
        "{1} is missing at the end",
        "{1} is missing before {2}",
        "a second {1} on the same letter",
        "the macros expand without end",
        "{1} takes a line of its own",
        "{1} behind {2} is no bracket",
        "{1} stands before nothing",
        "{1} lacks what belongs to it",
        "two {1} in one line",
        "see that it is spelt right, or define it in exam.toml under [maths.macros]",
        "see that every brace is closed, and every \\left, \\begin and & has its like",
        "those of amsmath are known, such as aligned or cases",
        "write it between the rows of an array",
        "put braces round what belongs together",
        "write it between $$ and $$",
        "a macro must not name itself",
        "write what belongs to it in braces",
        "write it in braces",
        "write it as in 3pt, 1em or red",
        "{1} stands beside solid rules",
        "draw all rules alike, solid or dashed",
        "{1} is no unit that is known",
        "write the length in em, ex, pt, mm or cm",
        "{1} has no character",
        "write it otherwise",
        "put lines that belong together into \\begin{aligned} … \\end{aligned}",
        "{1} ends no line outside of an environment",
        "{1} names no equation of this problem",
        "{1} is no font that is known",
        "write \\mathrm, \\mathbf, \\mathsf or \\mathtt",
        "{1} cannot be set",
        "write \\boxed, \\cancel or \\overline",
        "{1} is no accent that can be set",
        "write \\overline, \\widehat or \\overrightarrow",
        "{1} is no arrow that can be set",
        "write \\xrightarrow or \\xleftrightarrow",
        "{1} is no colour that is known",
        "name one as in red or #0055aa",
    }
)
"""What is wrong with formulas, in words that stand behind what it is about."""

FRAMES = frozenset(
    {
        "{1} and {2}",
        "{1} has {2}",
        "{1} too blurred to read (sharpness {2})",
        "{1} {2} meanwhile",
        "{1} sits at {2}, which {3}",
        "by exam.toml the {1} stands under {2}, but {3} this heading",
        "booklet {1} is no spare one: it {2} {3} {4}",
    }
)
"""What such texts are put together in: with German of their own they would be said by halves."""


def _catalogue(name: str) -> dict[str, str]:
    with (HERE / f"{name}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def _spoken() -> list[str]:
    rooms = (*core_messages.FINDINGS, *core_messages.ACTIONS, *core_messages.SCANS)
    texts = (text for room in rooms for text in core_messages.templates(room))
    return list(dict.fromkeys((*texts, *core_messages.of_formulas())))


def test_everything_has_its_german() -> None:
    every = {m.id if isinstance(m.id, str) else m.id[0] for m in words.catalog("de") if m.id}
    missing = sorted({text for text in _spoken() if text not in every} - FRAMES)
    assert missing == [], "say it in German, in core_words/de.po"


def test_no_german_is_there_for_what_is_said_no_more() -> None:
    said = set(_spoken()) | set(core_messages.templates("web"))
    texts = {text for text in _catalogue("de") if " " in text}  # words may be values
    assert sorted(texts - said - PUT_TOGETHER - DETAILS - MATHS) == []
    assert sorted(set(_catalogue("desk")) - said) == []


def test_no_page_offers_a_command() -> None:
    for name in ("de", "desk"):
        for text, instead in _catalogue(name).items():
            assert not core_words.is_command(instead), text


def test_what_a_desk_offers_instead_of_a_command_is_there_in_german_too() -> None:
    assert set(_catalogue("desk")) <= set(_catalogue("de"))


@pytest.mark.parametrize("name", ["de", "desk"])
def test_values_of_a_template_stand_in_what_is_said_instead(name: str) -> None:
    for text, instead in _catalogue(name).items():
        numbers = {f"{{{n}}}" for n in range(1, 10)}
        assert {n for n in numbers if n in instead} <= {n for n in numbers if n in text}, text


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("booklet 12 has no page 3", "das Heft 12 hat keine Seite 3"),
        ("there is no booklet 7", "ein Heft 7 gibt es nicht"),
        ("image 4, a {2} b.pdf image 1, counts as booklet 1, page 2 now", "das Bild 4, a {2} b.pdf image 1"),
        ("the figure figures/a.svg is not in the exam's folder", "die Abbildung figures/a.svg liegt nicht"),
        (
            "the list of candidates cannot be opened: x and y",
            "die Liste der Prüflinge lässt sich nicht öffnen: x and y",
        ),
        ("037 sits at A1, which Hall 1 does not have", "037 sitzt auf A1, den es in Hall 1 nicht gibt"),
        (
            "the process that read this page died, twice: took more than 60 s of processor time",
            "der Prozess, der diese Seite las, ist zweimal gestorben: brauchte mehr als 60 s Rechenzeit",
        ),
        (
            r"a formula cannot be typeset: \foo is no command that is known",
            r"eine Formel lässt sich nicht setzen: \foo ist",
        ),
        ("nobody has ever said this", "nobody has ever said this"),
        ("", ""),
    ],
)
def test_a_text_with_values_is_known_again(text: str, german: str) -> None:
    with override("de"):
        assert core_words.said(text).startswith(german)
    with override("en"):
        assert core_words.said(text) == text


def test_a_way_out_that_is_a_command_is_said_in_words_of_the_desk_or_not_at_all() -> None:
    command = "if this image is the better one, first say: klausur settle page 57 --ignore"
    with override("en"):
        assert core_words.remedy(command) == "if this image is the better one, first set image 57 aside"
        assert core_words.remedy("type klausur tidy --all") == ""
        assert core_words.remedy("put klausur tidy --all back there") == "", "nor within a text of ours"
        assert core_words.remedy("take that back first") == "take that back first"
    with override("de"):
        assert core_words.remedy(command) == "ist dieses Bild das bessere, legen Sie zuerst Bild 57 zurück"
        assert core_words.remedy("type klausur tidy --all") == ""
        assert core_words.remedy("take that back first") == "nehmen Sie zuerst das zurück"


def test_an_author_reads_findings_in_german(site: Site) -> None:
    source = site.folder / "problems/2-words.md"
    source.write_text(source.read_text("utf-8").replace("::: rubric\n- [+2] a word\n:::\n", ""), "utf-8")
    job = jobs.ask(Kind.CHECK, site.exam, site.people[Role.EXAMINER], Role.EXAMINER)
    finding = {
        "code": "rubric-missing",
        "severity": "warning",
        "message": "the question has no rubric",
        "place": {"file": "problems/2-words.md", "line": 3, "column": 0},
        "hint": "add a ::: rubric block, such as - [+1] what earns a credit",
    }
    result = {"diagnostics": [finding], "proof": None, "exam": None, "programs": [], "trusted": True}
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, result=result, ended=job.made)
    client = site.as_(Role.EXAMINER)
    client.cookies["language"] = "de"
    page = client.get(site.at("author/")).content.decode()
    assert "die Frage hat kein Bewertungsschema" in page
    assert "fügen Sie einen Block ::: rubric hinzu" in page


def test_a_refusal_is_told_in_german(site: Site) -> None:
    client = site.as_(Role.EXAMINER)
    client.cookies["language"] = "de"
    answer = client.post(site.at("owners/settle/"), {"booklet": 99, "looked": 0, "nobody": "1"})
    assert "ein Heft 99 gibt es nicht" in answer.content.decode()
    assert "sehen Sie im Überblick nach" in answer.content.decode()
