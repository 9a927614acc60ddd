from collections import Counter
from dataclasses import replace

import pytest

from klausur.exam.model import Exam
from klausur.paper.fields import MARKED, FieldKind
from klausur.paper.layout import BookletLayout, Layout
from klausur.read.model import Mark
from klausur.rehearse.candidates import Behaviour, Deed, Script, act
from klausur.rehearse.hands import CORRECTOR_INKS


@pytest.fixture
def scripts(exam: Exam, layout: Layout) -> list[Script]:
    pages = layout.booklets[0].pages
    many = replace(layout, booklets=tuple(BookletLayout(n, pages) for n in range(1, 301)))
    return [act(exam, many, n, 7) for n in range(1, 301)]


def deeds(scripts: list[Script], kind: FieldKind) -> list[Deed]:
    return [deed for script in scripts for deed in script.deeds if deed.field.kind is kind]


def test_every_box_has_its_deed(exam: Exam, layout: Layout) -> None:
    script = act(exam, layout, 1, 7)
    boxes = {(page, field.id) for page, field in layout.fields(1) if field.kind in MARKED}
    assert {(deed.page, deed.field.id) for deed in script.deeds} == boxes
    assert len(script.deeds) == len(boxes)


def test_a_booklet_does_not_depend_on_the_others(exam: Exam, layout: Layout) -> None:
    alone = replace(layout, booklets=layout.booklets[1:2])
    assert act(exam, alone, 2, 7) == act(exam, layout, 2, 7)
    assert act(exam, layout, 2, 7) != act(exam, layout, 2, 8)
    assert act(exam, layout, 1, 7).candidate != act(exam, layout, 2, 7).candidate


def test_candidates_know_something(scripts: list[Script]) -> None:
    crossed = Counter((d.field.choice in set("ace"), d.mark) for d in deeds(scripts, FieldKind.CHOICE_BOX))
    right = crossed[True, Mark.CROSSED] / sum(n for (good, _), n in crossed.items() if good)
    wrong = crossed[False, Mark.CROSSED] / sum(n for (good, _), n in crossed.items() if not good)
    assert right > 0.6
    assert 0.1 < wrong < 0.3


def test_all_kinds_of_marks_occur_as_often_as_people_make_them(scripts: list[Script]) -> None:
    marks = Counter(d.mark for d in deeds(scripts, FieldKind.CHOICE_BOX))
    marked = sum(marks.values()) - marks[Mark.EMPTY]
    assert 0.01 < marks[Mark.FILLED] / marked < 0.08
    assert 0.0005 < marks[Mark.OTHER] / marked < 0.01


def test_correctors_cross_one_box_of_nearly_every_question(scripts: list[Script]) -> None:
    crossed = Counter[tuple[int, str | None]]()
    for script in scripts:
        for deed in script.deeds:
            if deed.corrected:
                crossed[script.booklet, deed.field.question] += deed.mark is Mark.CROSSED
    counts = Counter(crossed.values())
    assert counts[1] / len(crossed) > 0.97
    assert counts[0] > 0
    assert counts[2] > 0
    assert set(counts) == {0, 1, 2}


def test_the_corrector_has_another_pen(scripts: list[Script]) -> None:
    for script in scripts[:30]:
        assert script.corrector.ink in CORRECTOR_INKS
        assert script.candidate.ink not in CORRECTOR_INKS


def test_behaviour_is_what_is_asked_for(exam: Exam, layout: Layout) -> None:
    script = act(exam, layout, 1, 7, Behaviour(unclear=1.0, skipped=0.0))
    assert {deed.mark for deed in script.deeds} == {Mark.OTHER, Mark.EMPTY}
    skipped = act(exam, layout, 1, 7, Behaviour(skipped=1.0, no_credit=1.0, strays=0.0))
    assert {deed.mark for deed in skipped.deeds} == {Mark.EMPTY}


def test_answers_are_written_where_there_is_space(scripts: list[Script]) -> None:
    essays = [essay for script in scripts for essay in script.essays]
    assert 0.5 * 3 * len(scripts) < len(essays) < 3 * len(scripts)
    assert all(e.field.kind is FieldKind.ANSWER_AREA and 0 < e.share <= 1 for e in essays)
