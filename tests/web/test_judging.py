"""Who judges what and how, as browsers ask it: forms, what is theirs, and what a blind second never gets."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import Answer
from tests.web.conftest import Site
from tests.web.test_grading import WORD, credits, get, judge, part, post, text, words  # noqa: F401

from klausur.site import exams
from klausur.site.home import Mail
from klausur.site.models import Person
from klausur.state.arrangements import JudgingRules, Part, Stretch
from klausur.state.facts import Role
from klausur.state.judgements import Round, order
from klausur.store import arrangements, judgements
from klausur.store.folder import opened
from klausur.web.judging import reminding

PLAN = "grading-plan/word/"
COMMENT = "kept to myself"


def other(site: Site, number: int) -> Client:
    """One more corrector, in a browser."""
    name = f"Kim {number}"
    person = Person.objects.create_user(f"kim-{number}@example.org", name)
    exams.give_role(site.exam, person, Role.CORRECTOR, "the tests")
    client = Client(raise_request_exception=True)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def rules(site: Site, **said: object) -> Answer:
    given = {"percent": "100", "blind": "yes", "tolerance": "0,5", "counts": "mean"}
    return site.as_(Role.EXAMINER).post(site.at(f"{PLAN}rules/"), given | said)


def of(site: Site) -> tuple[JudgingRules, list[tuple[str, object, Round, date | None]]]:
    with opened(site.folder):
        found = arrangements.all_()
    return found.of("word"), [
        (a.to, a.share, a.round, a.due) for a in (each.assigned for each in found.assigned("word"))
    ]


def in_browser(client: Client, site: Site, path: str, **said: object) -> str:
    answer = client.post(site.at(path), said) if said else client.get(site.at(path))
    return text(answer)


def judged(client: Client, site: Site, page: str, act: str, **said: object) -> dict[str, object]:
    seen = {name: part(page, f"data-{name}") for name in ("booklet", "images", "looked", "handed")}
    told = in_browser(client, site, f"{WORD}judge/", **(seen | {"items": "1:1", "act": act} | said))
    found: dict[str, object] = json.loads(told)
    return found


def test_a_question_is_shared_evenly_among_those_who_are_chosen(words: Site) -> None:  # noqa: F811
    other(words, 1)
    page = text(get(words, PLAN, Role.EXAMINER))
    assert 'value="Kim 1"' in page
    assert 'value="proctor 3"' not in page
    due = date(2026, 3, 1)
    said = {"to": ["Kim 1", "corrector 3"], "due": due.isoformat(), "note": "<b>thanks</b>"}
    made = words.as_(Role.EXAMINER).post(words.at(f"{PLAN}assign/"), said)
    assert made.status_code == 302
    assert of(words)[1] == [
        ("Kim 1", Part(1, 2), Round.FIRST, due),
        ("corrector 3", Part(2, 2), Round.FIRST, due),
    ]
    page = text(get(words, "grading-plan/", Role.EXAMINER))
    assert "part 2 of 2" in page
    assert "&lt;b&gt;thanks" in page
    assert "2 of 2 left" in page
    again = words.as_(Role.EXAMINER).post(words.at(f"{PLAN}assign/"), said)
    assert again.status_code in {400, 409, 422}
    assert len(of(words)[1]) == 2
    post(words, "grading-withdraw/", Role.EXAMINER, assignment=1, to="proctor 3")
    assert len(of(words)[1]) == 2, "a proctor judges nothing"
    post(words, "grading-withdraw/", Role.EXAMINER, assignment=1, to="examiner 3")
    assert ("examiner 3", Part(1, 2), Round.FIRST, due) in of(words)[1]
    post(words, "grading-withdraw/", Role.EXAMINER, assignment=4)
    post(words, f"{PLAN}assign/", Role.EXAMINER, to="corrector 3", first=1, last=2, round="second")
    assert of(words)[1] == [
        ("corrector 3", Part(2, 2), Round.FIRST, due),
        ("corrector 3", Stretch(1, 2), Round.SECOND, None),
    ]


def test_each_sees_what_is_theirs_and_what_is_due(words: Site) -> None:  # noqa: F811
    late = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011 - as the page has it
    post(words, f"{PLAN}assign/", Role.EXAMINER, to="corrector 3", due=late)
    for path in ("grading/", ""):
        for role in (Role.CORRECTOR, Role.EXAMINER):
            page = text(get(words, path, role))
            assert "overdue" in page
            assert "corrector 3, 3 left" in page
    kim = other(words, 1)
    assert "overdue" not in in_browser(kim, words, "grading/")
    assert "3 are assigned to others." in in_browser(kim, words, f"{WORD}next/", after="")
    assert "overdue" not in text(get(words, "", Role.PROCTOR))
    exams.take_role(words.exam, words.people[Role.CORRECTOR], "the tests")
    assert "not in the team" in text(get(words, "grading-plan/", Role.EXAMINER))
    for number in (1, 2, 3):
        judge(words, number, f"act-of-{number}", Role.EXAMINER)
    assert "overdue" not in text(get(words, "grading/", Role.EXAMINER))


def test_rules_are_what_the_form_says(words: Site) -> None:  # noqa: F811
    assert rules(words, percent="40", grades=["5.0", "4.0"], every="20", after="30").status_code == 302
    found = of(words)[0]
    assert found.second is not None
    assert (found.second.percent, found.second.grades, found.second.blind) == (40, ("5.0", "4.0"), True)
    assert found.second.seed
    assert found.repeats is not None
    page = text(get(words, PLAN, Role.EXAMINER))
    assert re.search(r'value="5.0" checked', page)
    assert f"Drawn by {found.second.seed}." in page
    assert 'name="tolerance" inputmode="decimal" value="0.5"' in page
    judge(words, 1, "act-of-one")
    assert rules(words, percent="0", seeds="1", only_named="yes", every="").status_code == 302
    assert of(words)[0] == JudgingRules(None, None, (1,), only_named=True)
    assert "answers for all: 1" in text(get(words, "grading-plan/", Role.EXAMINER))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("assign/", {}),
        ("assign/", {"to": "proctor 3"}),
        ("assign/", {"to": "corrector 3", "first": "x"}),
        ("assign/", {"to": "corrector 3", "first": "3", "last": "1"}),
        ("assign/", {"to": "corrector 3", "due": "soon"}),
        ("rules/", {"percent": "101"}),
        ("rules/", {"percent": "9" * 40}),
        ("rules/", {"percent": "100", "tolerance": "much"}),
        ("rules/", {"percent": "100", "tolerance": "-1"}),
        ("rules/", {"percent": "100", "grades": "9.9"}),
        ("rules/", {"every": "1"}),
        ("rules/", {"seeds": "1 x"}),
        ("rules/", {"seeds": "1"}),
    ],
)
def test_what_cannot_be_is_refused(words: Site, path: str, said: dict[str, str]) -> None:  # noqa: F811
    assert post(words, f"{PLAN}{path}", Role.EXAMINER, **said).status_code in {400, 404, 422}
    assert of(words) == (JudgingRules(), [])
    assert words.as_(Role.CORRECTOR).post(words.at(f"{PLAN}{path}"), said).status_code == 403
    assert post(words, f"grading-plan/nothing/{path}", Role.EXAMINER, to="corrector 3").status_code == 404


def test_a_blind_second_gets_no_word_of_the_first_in_any_answer(words: Site) -> None:  # noqa: F811
    first = order("word", range(1, 4))[0]
    rules(words)
    judge(words, first, "of-the-first", comment=COMMENT)
    kim, lou = other(words, 1), other(words, 2)
    page = in_browser(kim, words, f"{WORD}next/", after="")
    assert part(page, "data-booklet") == str(first)
    direct = in_browser(kim, words, f"{WORD}{first}/?as=1")
    examiner = text(get(words, f"{WORD}{first}/", Role.EXAMINER))
    for said in (page, direct, examiner):
        assert COMMENT not in said
        assert "corrector 3" not in said
        assert part(said, "data-looked") == "0"
        assert 'data-count="1"' not in said
    assert COMMENT not in in_browser(kim, words, "results/")
    assert COMMENT not in in_browser(kim, words, f"{WORD}comment/", typed="kept")
    told = judged(kim, words, page, "of-the-second", items="")
    assert told == {"judgement": 2, "credits": "0"}
    mine = text(get(words, f"{WORD}{first}/"))
    assert COMMENT in mine
    assert "Kim 1" not in mine
    third = in_browser(lou, words, f"{WORD}next/", after="")
    assert part(third, "data-booklet") == str(first)
    assert "corrector 3 gave 2." in third
    assert "Kim 1 gave 0." in third
    assert COMMENT in third
    judged(lou, words, third, "of-the-third", items="", adjustment="1", reason="half")
    assert credits(words, first) == 1


def test_an_examiner_decides_where_two_differ(words: Site) -> None:  # noqa: F811
    rules(words)
    judge(words, 2, "of-the-first")
    kim = other(words, 1)
    judged(kim, words, in_browser(kim, words, f"{WORD}2/"), "of-the-second", items="")
    plan = text(get(words, PLAN, Role.EXAMINER))
    link = re.search(r"\?booklet=2&amp;handed=([0-9a-f]{16})", plan)
    assert link is not None
    card = text(get(words, f"{WORD}2/?handed={link[1]}", Role.EXAMINER))
    assert "corrector 3 gave 2." in card
    told = judged(words.as_(Role.EXAMINER), words, card, "the-last-word", items="1:1")
    assert told["credits"] == "2"
    assert credits(words, 2) == 2
    with opened(words.folder):
        assert judgements.about(frozenset({2}))[-1].round is Round.FINAL
    assert kim.get(words.at(f"{WORD}2/?handed={link[1]}")).status_code == 400  # the token is an examiner's


def test_figures_are_told_and_drawn(words: Site) -> None:  # noqa: F811
    assert "Nobody has judged anything yet." in text(get(words, "grading-figures/", Role.EXAMINER))
    rules(words)
    judge(words, 2, "of-the-first")
    kim = other(words, 1)
    judged(kim, words, in_browser(kim, words, f"{WORD}2/"), "of-the-second", items="")
    page = text(get(words, "grading-figures/", Role.EXAMINER))
    assert "+2.00 (1)" in page
    assert "−2.00 (1)" in page
    assert page.count('<circle class="mean"') == 2
    german = words.as_(Role.EXAMINER).get(words.at("grading-figures/"), headers={"accept-language": "de"})
    assert "+2,00 (1)" in german.content.decode()
    assert not re.search(r'c[xy]="[0-9]+,', german.content.decode())
    assert get(words, "grading-figures/").status_code == 403


def test_a_repeat_looks_like_any_other_answer(words: Site) -> None:  # noqa: F811
    rules(words, percent="0", every="2", after="0")
    one = order("word", range(1, 4))[0]
    first = text(post(words, f"{WORD}next/"))
    client = words.as_(Role.CORRECTOR)
    judged(client, words, first, "the-first-act", comment=COMMENT)
    again = text(post(words, f"{WORD}next/", after=one))
    assert part(again, "data-booklet") == str(one)
    assert (part(again, "data-looked"), COMMENT in again, "gave" in again) == ("0", False, False)
    before = re.sub(r'(data-handed|data-there|data-open|data-booklet)="\w+"', "", again)
    assert re.sub(r'(data-handed|data-there|data-open|data-booklet)="\w+"', "", first) == before
    judged(client, words, again, "the-second-act", items="")
    assert credits(words, one) == 2
    undone = json.loads(text(post(words, f"{WORD}undo/")))
    assert (undone["booklet"], undone["judgement"]) == (one, 2)
    shown = text(get(words, f"{WORD}{one}/?as=2"))
    assert COMMENT not in shown
    assert part(shown, "data-handed") == part(again, "data-handed")
    assert credits(words, one) == 2


def test_a_mail_reminds_once_when_it_is_near_and_once_when_it_is_over(
    words: Site,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = date.today()  # noqa: DTZ011 - as the page has it
    said = {"note": "Öl & Wasser"}
    for due in (today, today - timedelta(days=2), today + timedelta(days=9)):
        post(words, f"{PLAN}assign/", Role.EXAMINER, to="corrector 3", due=due.isoformat(), **said)
    assert reminding.remind() == 0, "this site sends no mail"
    mail = Mail("smtp.example.org", "klausur@example.org")
    monkeypatch.setattr(
        settings, "KLAUSUR_HOME", replace(settings.KLAUSUR_HOME, mail=mail, address="https://k")
    )
    outbox: list[tuple[str, str, list[str]]] = []

    def send(subject: str, text: str, sender: None, to: list[str]) -> int:
        assert sender is None
        if not outbox:
            outbox.append(("", "", []))
            raise OSError("no server there")
        outbox.append((subject, text, to))
        return 1

    monkeypatch.setattr(reminding, "send_mail", send)
    assert reminding.remind() == 1
    assert reminding.remind() == 1, "what could not be sent is tried again"
    assert reminding.remind() == 0
    _, (subject, body, to), second = outbox
    assert (subject, to) == ("An exam for 3: question 2.1", ["corrector-3@example.org"])
    assert "Of question 2.1, A word, 3 answers are still to be judged by you." in body
    assert "Öl & Wasser" in body
    assert body.endswith(f"https://k/exams/{words.exam.slug}/grading/word/")
    assert second[1] != body
    for number in (1, 2, 3):
        judge(words, number, f"act-of-{number}")
    assert reminding.remind() == 0
