"""Groups and contact sheets as a browser asks for them, and crosses on the paper that are confirmed."""

import json
import re
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest
from django.conf import settings
from tests.actions.conftest import layout, scan_by_hand, small  # noqa: F401 - fixtures
from tests.actions.test_judge_alike import page, with_spaces
from tests.web.by_hand import site_with
from tests.web.conftest import Site
from tests.web.test_grading import WORD, credits, get, part, post, send, text

from klausur.paper.fields import Inked
from klausur.paper.layout import Layout
from klausur.read.card_paths import ALIKE
from klausur.site import like_answers
from klausur.site.like_answers import LikeAnswers
from klausur.state.facts import Role, Spot
from klausur.store import judgements, pages
from klausur.store.folder import opened

BLANK, CROSSED, WRITTEN = (1, 2, 3), (4, 5), (6, 7)


@pytest.fixture
def alike(tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Site:  # noqa: F811
    """Three blank answers, two with a doubted cross at one credit, and two others."""
    rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)  # of other tests' exams
    whole = with_spaces(layout, 7)
    made = site_with(tmp_path / "alike", whole, 7)
    monkeypatch.setattr("tests.actions.conftest.FILE", "ef" * 32)
    scan_by_hand(
        made.folder,
        *(page(whole, n) for n in BLANK),
        *(page(whole, n, word=Inked.WRITTEN, doubted="word/credit/1") for n in CROSSED),
        *(page(whole, n, word=Inked.WRITTEN) for n in WRITTEN),
    )
    return made


def tiles(fragment: str) -> dict[int, dict[str, str]]:
    """What the page keeps of each answer shown."""
    found = {}
    for tile in re.findall(r'<li class="grading-tile"[^>]*>', fragment):
        said = {name: part(tile, f"data-{name}") for name in ("images", "looked", "rubric", "only", "worth")}
        found[int(part(tile, "data-booklet"))] = said
    return found


def members(fragment: str) -> str:
    return ",".join(
        f"{n}:{said['images'].replace(',', '+')}:{said['rubric']}" for n, said in tiles(fragment).items()
    )


def groups(site: Site) -> dict[str, str]:
    """All groups that are handed out, by what is said to be alike in them; everything else is let go."""
    found, held = {}, list[int]()
    while True:
        fragment = text(post(site, f"{WORD}next/", alone="", besides=",".join(map(str, held))))
        if 'data-booklet="' not in fragment:
            break
        here = list(tiles(fragment)) or [int(part(fragment, "data-booklet"))]
        held += here
        if 'data-many="group"' in fragment:
            found[part(fragment, "data-only")] = fragment
    post(site, f"{WORD}leave/", booklets=",".join(map(str, held)))
    return found


def test_groups_are_handed_out_and_judged_as_one(alike: Site) -> None:
    found = groups(alike)
    assert set(found) == {"", "1"}
    blank = found[""]
    assert set(tiles(blank)) == set(BLANK)
    assert "nothing is written" in blank
    assert f"/pictures/space/{BLANK[0]}/word/answer.jpg?i=" in blank
    said = {
        "members": members(blank),
        "looked": part(blank, "data-looked"),
        "items": "",
        "act": "group-act-1",
    }
    for _ in range(2):
        assert json.loads(text(send(alike, f"{WORD}judge-alike/", said))) == {"judgements": 3}
    assert [credits(alike, n) for n in BLANK] == [0, 0, 0]
    made = json.loads(text(post(alike, f"{WORD}undo/")))
    assert made["alike"] == list(BLANK)
    assert [credits(alike, n) for n in BLANK] == [None] * 3
    again = text(post(alike, f"{WORD}together/", booklets=",".join(map(str, BLANK))))
    assert set(tiles(again)) == set(BLANK)
    assert post(alike, f"{WORD}together/", booklets="").status_code == 400


def test_what_is_given_to_a_group_is_shown_again_when_it_was_taken_back(alike: Site) -> None:
    blank = groups(alike)[""]
    said = {"members": members(blank), "looked": 0, "items": "1:1", "comment": "kind", "act": "group-act-1"}
    send(alike, f"{WORD}judge-alike/", said)
    post(alike, f"{WORD}undo/")
    again = text(post(alike, f"{WORD}together/", booklets="1,2,3"))
    assert 'data-item="1" data-count="1" aria-pressed="true"' in again
    assert ">kind</textarea>" in again


def test_crosses_on_paper_are_confirmed_for_a_group_or_one(alike: Site) -> None:
    crossed = groups(alike)["1"]
    assert "crossed on the paper: 1" in crossed
    assert {said["only"] for said in tiles(crossed).values()} == {"1"}
    said = {"members": members(crossed), "looked": 0, "items": "", "crossed": 1, "act": "group-act-1"}
    assert json.loads(text(send(alike, f"{WORD}judge-alike/", said))) == {"judgements": 2}
    assert [credits(alike, n) for n in CROSSED] == [1, 1]
    post(alike, f"{WORD}undo/")
    one = text(get(alike, f"{WORD}{CROSSED[0]}/"))
    assert part(one, "data-only") == "1"
    assert '<output class="grading-credits">1</output>' in one
    assert "crossed on the paper: 1, not surely" in one
    seen = {"booklet": CROSSED[0], "images": part(one, "data-images"), "looked": part(one, "data-looked")}
    answer = send(alike, f"{WORD}judge/", seen | {"items": "", "crossed": 1, "act": "one-alone-1"})
    assert json.loads(text(answer))["credits"] == "1"
    assert (
        send(alike, f"{WORD}judge/", seen | {"items": "1:1", "crossed": 1, "act": "both-2"}).status_code
        == 400
    )
    judged = text(get(alike, f"{WORD}{CROSSED[0]}/"))
    assert part(judged, "data-only") == ""
    assert "as crossed on the paper" in judged


def test_the_second_of_two_is_told_what_others_judged_of_a_group(alike: Site) -> None:
    blank = groups(alike)[""]
    one = text(get(alike, f"{WORD}2/", Role.EXAMINER))
    seen = {"booklet": 2, "images": part(one, "data-images"), "looked": 0, "items": "1:1", "act": "meanwhile"}
    send(alike, f"{WORD}judge/", seen, Role.EXAMINER)
    said = {
        "members": members(blank),
        "looked": part(blank, "data-looked"),
        "items": "",
        "act": "group-act-1",
    }
    told = json.loads(text(send(alike, f"{WORD}judge-alike/", said)))
    assert told == {
        "judgements": 2,
        "booklet": 2,
        "meanwhile": "1 answer was judged by others meanwhile, and stays as it was.",
    }
    assert [credits(alike, n) for n in BLANK] == [0, 2, 0]


def test_a_contact_sheet_has_several_answers_that_are_judged_one_by_one(alike: Site) -> None:
    sheet = text(post(alike, f"{WORD}next/", sheet=1))
    found = tiles(sheet)
    assert part(sheet, "data-many") == "sheet"
    assert set(found) == {*BLANK, *CROSSED, *WRITTEN}  # the space is four times as wide as high: 12 fit
    for number, said in found.items():
        given = {"booklet": number, "items": "1:1", "act": f"tile-{number}-act", **said}
        assert json.loads(text(send(alike, f"{WORD}judge/", given)))["credits"] == "2"
    with opened(alike.folder):
        assert len(judgements.about()) == 7
    assert "Every answer that was found is judged." in text(post(alike, f"{WORD}next/", sheet=1))


def test_who_is_taken_out_of_a_group_comes_alone(alike: Site) -> None:
    given = text(post(alike, f"{WORD}next/", alone=",".join(map(str, (*BLANK[1:], *CROSSED)))))
    while 'data-booklet="' in given:
        assert "data-many" not in given
        post(
            alike,
            f"{WORD}judge/",
            booklet=part(given, "data-booklet"),
            looked=0,
            items="",
            act=f"act-{len(given)}",
        )
        break
    assert post(alike, f"{WORD}next/", alone="x").status_code == 400


@pytest.mark.parametrize(
    "said",
    [
        {"members": ""},
        {"members": "x"},
        {"members": "1:x"},
        {"members": ",".join(f"{n}:1" for n in range(1, 150))},
        {"act": "short"},
        {"looked": ""},
        {"items": "9:1"},
    ],
)
def test_what_cannot_be_understood_of_a_group_is_refused(alike: Site, said: dict[str, str]) -> None:
    plain = {"members": "1::,2::", "looked": "0", "items": "", "act": "an-honest-act"}
    assert send(alike, f"{WORD}judge-alike/", plain | said).status_code == 400
    assert credits(alike, 1) is None
    assert post(alike, f"{WORD}judge-alike/", Role.PROCTOR, **plain).status_code in {403, 404}


def told_alike(site: Site, *groups: tuple[int, ...]) -> None:
    """Keep that these booklets' answers look alike, group by group, as a worker would."""
    width = 4
    rng = np.random.default_rng(3)
    booklets, images, inks, numbers = [], [], [], []
    with opened(site.folder):
        for number, group in enumerate(groups, start=1):
            character = rng.normal(size=width) * 3
            for booklet in group:
                image = pages.occupant(Spot(booklet, 2))
                assert image is not None
                booklets.append(booklet)
                images.append(image.id)
                inks.append(np.array(character + rng.normal(0, 0.02, width), np.float16).tobytes())
                numbers.append(number)
    made = LikeAnswers(tuple(booklets), tuple(images), tuple(inks), tuple(numbers), width, ALIKE.stem)
    like_answers.keep(site.exam, "word", made)


def test_answers_that_look_alike_come_as_a_group(alike: Site) -> None:
    told_alike(alike, WRITTEN)
    for role, expected in ((Role.CORRECTOR, "looks alike"), (Role.EXAMINER, "")):
        fragment = text(post(alike, f"{WORD}next/", role, alone="", besides="1,2,3,4,5"))
        assert (expected in fragment) if expected else ("looks alike" not in fragment)
        if expected:
            assert set(tiles(fragment)) == set(WRITTEN)
            said = {"members": members(fragment), "looked": 0, "items": "1:1", "act": "group-act-2"}
            assert json.loads(text(send(alike, f"{WORD}judge-alike/", said))) == {"judgements": 2}
    assert [credits(alike, n) for n in WRITTEN] == [2, 2]


def test_beside_an_answer_stand_judged_ones_that_look_like_it(alike: Site) -> None:
    first, second = WRITTEN
    assert "grading-alike" not in text(get(alike, f"{WORD}{first}/"))
    told_alike(alike, WRITTEN, CROSSED)
    assert "grading-alike" not in text(get(alike, f"{WORD}{first}/")), "nothing is judged"
    seen = text(get(alike, f"{WORD}{second}/"))
    given = {"booklet": second, "images": part(seen, "data-images"), "looked": 0, "items": "1:1"}
    send(alike, f"{WORD}judge/", given | {"act": "judged-one"})
    shown = text(get(alike, f"{WORD}{first}/")).partition("grading-alike")[2]
    assert f"/pictures/space/{second}/word/answer.jpg?i=" in shown
    assert f"?booklet={second}" in shown
    assert "<strong>2</strong>" in shown
    assert f"/pictures/space/{CROSSED[0]}/" not in shown
    assert "grading-alike" not in text(get(alike, f"{WORD}{CROSSED[0]}/")), "unlike anything judged"
