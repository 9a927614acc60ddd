"""The people desk: who sees and does what, newer lists with their findings, and two who decide at once."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from tests.actions.conftest import write_exam
from tests.web.conftest import Site, printed_by_hand

from klausur.actions import candidates
from klausur.roster.delimited import MAX_BYTES
from klausur.site import exams
from klausur.state.facts import Enrolled, Role, Standing
from klausur.store.connections import connection
from klausur.store.folder import opened


def _page(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def _enrolled(site: Site) -> list[Enrolled]:
    return [each.enrolled for each in candidates.listing(site.folder).people]


def _seen(site: Site, number: int) -> str:
    page = _page(site.as_(Role.EXAMINER).get(site.at(f"people/{number}/")))
    return page.partition('name="seen" value="')[2].partition('"')[0]


def _form(person: Enrolled, **other: object) -> dict[str, object]:
    who = person.candidate
    return {
        "registration": who.registration,
        "name": who.name,
        "room": who.room,
        "seat": who.seat,
        "extra_minutes": who.extra_minutes,
        "note": who.note,
        "why": "a typing mistake",
        **other,
    }


def _list(*rows: str, name: str = "newer.csv", head: str = "Registration number,Name,Room,Seat") -> object:
    return SimpleUploadedFile(name, "\n".join([head, *rows]).encode())


@pytest.fixture
def fresh(site: Site, tmp_path: Path) -> Site:
    """An exam of which nothing is printed, and that has no list yet."""
    folder = tmp_path / "fresh"
    write_exam(folder)
    exam = exams.add(settings.KLAUSUR_HOME, folder, "A fresh exam", "the tests")
    exams.give_role(exam, site.people[Role.EXAMINER], Role.EXAMINER, "the tests")
    return Site(exam, folder, site.people)


def test_proctors_see_the_list_and_correctors_never_see_names(site: Site) -> None:
    name = _enrolled(site)[0].candidate.name
    assert name in _page(site.as_(Role.PROCTOR).get(site.at("people/"))).replace("&#x27;", "'")
    answer = site.as_(Role.CORRECTOR).get(site.at("people/"))
    assert (answer.status_code, name in _page(answer)) == (403, False)
    assert "people/" not in _page(site.as_(Role.CORRECTOR).get(site.at()))


def test_the_list_is_searched_by_name_number_seat_and_booklet(site: Site) -> None:
    first, *others = _enrolled(site)
    browser = site.as_(Role.EXAMINER)
    for wanted in (first.candidate.registration, first.candidate.name.upper(), first.candidate.seat, "1"):
        rows = _page(browser.get(site.at("people/"), {"q": wanted}, headers={"HX-Request": "true"}))
        assert first.candidate.registration in rows, wanted
        assert "<html" not in rows
    assert others[0].candidate.registration not in rows
    assert "Nobody on the list fits." in _page(browser.get(site.at("people/"), {"q": "nobody of this name"}))


def test_a_candidate_is_corrected_and_the_correction_taken_back(site: Site) -> None:
    person = _enrolled(site)[0]
    browser, at = site.as_(Role.EXAMINER), site.at(f"people/{person.id}/")
    done = browser.post(f"{at}change/", _form(person, name="Jana Jetzt", extra_minutes="25"))
    assert done.headers["Location"] == at
    now = _enrolled(site)[0].candidate
    assert (now.name, now.extra_minutes) == ("Jana Jetzt", 25)
    page = _page(browser.get(at))
    assert "Take back" in page
    assert "a typing mistake" in page
    hidden = page.partition("people-change")[0].rpartition("<tbody>")[2]
    assert f'name="name" value="{person.candidate.name}"' in hidden.replace("&#x27;", "'")
    browser.post(f"{at}change/", _form(person, seen=_seen(site, person.id)))
    assert _enrolled(site)[0].candidate == person.candidate


def test_whoever_decides_second_sees_both_and_chooses(site: Site) -> None:
    person = _enrolled(site)[0]
    at, seen = site.at(f"people/{person.id}/change/"), _seen(site, person.id)
    browser = site.as_(Role.EXAMINER)
    browser.post(at, _form(person, room="Hall 9", seen=seen))
    second = browser.post(at, _form(person, room="Hall 7", seen=seen))
    assert second.status_code == 409
    assert "Hall 9" in _page(second)
    assert 'value="Hall 7"' in _page(second)
    assert _enrolled(site)[0].candidate.room == "Hall 9"
    browser.post(at, _form(person, room="Hall 7", seen=_seen(site, person.id)))
    assert _enrolled(site)[0].candidate.room == "Hall 7"


def test_what_is_no_candidate_is_told_beside_the_form_and_changes_nothing(site: Site) -> None:
    person, other, *_ = _enrolled(site)
    at = site.at(f"people/{person.id}/change/")
    for wrong in (
        {"registration": other.candidate.registration},
        {"registration": "no number"},
        {"name": ""},
        {"name": "a\u202eb"},
        {"extra_minutes": "-1"},
        {},
    ):
        answer = site.as_(Role.EXAMINER).post(at, _form(person, **wrong))
        assert answer.status_code == 400, wrong
        assert "errorlist" in _page(answer), wrong
        assert "klausur candidates" not in _page(answer)
    assert _enrolled(site)[0] == person


def test_proctors_say_who_was_absent_and_no_more(site: Site) -> None:
    person = _enrolled(site)[0]
    at = site.at(f"people/{person.id}/mark/")
    proctor = site.as_(Role.PROCTOR)
    said = {"why": "the chair was empty", "seen": _seen(site, person.id)}
    proctor.post(at, {"standing": "absent", **said})
    assert _enrolled(site)[0].standing is Standing.ABSENT
    for more in ("excluded", "withdrawn"):
        assert proctor.post(at, {"standing": more, "why": "so"}).status_code == 400
        assert more not in _page(proctor.get(site.at(f"people/{person.id}/")))
    assert site.as_(Role.EXAMINER).post(at, {"standing": "excluded", **said}).status_code == 409
    site.as_(Role.EXAMINER).post(at, {"standing": "excluded", "why": "cheated"})
    assert proctor.post(at, {"standing": "registered", "why": "no"}).status_code == 409
    assert _enrolled(site)[0].standing is Standing.EXCLUDED
    site.as_(Role.EXAMINER).post(at, {"standing": "registered", "why": "taken back"})
    assert _enrolled(site)[0].standing is Standing.REGISTERED


def test_a_walk_in_comes_onto_the_list_and_a_second_one_of_the_number_does_not(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    who = {
        "registration": "09999999",
        "name": "Wanda Walkin",
        "why": "walked in",
        "seat": "A1",
        "room": "Hall 1",
    }
    assert browser.post(site.at("people/add/"), {**who, "booklet": "1"}).status_code == 400
    assert browser.post(site.at("people/add/"), who).status_code == 302
    assert browser.post(site.at("people/add/"), who).status_code == 400
    assert [e.candidate.name for e in _enrolled(site)].count("Wanda Walkin") == 1
    assert browser.get("/people/").status_code == 404


def test_a_newer_list_is_looked_at_first_and_then_taken_over(site: Site) -> None:
    first, second, *_ = (e.candidate for e in _enrolled(site))
    rows = f"{first.registration},{first.name},Hall 5,Z9", "08888888,Nora Neu,,"
    browser = site.as_(Role.EXAMINER)
    brought = browser.post(site.at("people/list/"), {"list": _list(*rows)})
    at = brought.headers["Location"]
    page = _page(browser.get(at))
    for told in ("Nora Neu", "Hall 5", second.registration, "Registration number", "newer.csv"):
        assert told in page
    assert len(_enrolled(site)) == 4
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    browser.post(f"{at}take-over/", {"seen": seen})
    assert [e.candidate.name for e in _enrolled(site)][-1] == "Nora Neu"
    assert _enrolled(site)[0].candidate.room == "Hall 5"
    assert "nothing to take over" in _page(browser.get(at)) or second.registration in _page(browser.get(at))


def test_what_would_change_is_looked_at_again_if_somebody_was_quicker(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    everybody = [f"{e.candidate.registration},{e.candidate.name}" for e in _enrolled(site)]
    file = _list(*everybody, "08888888,Nora Neu", head="Matrikel,Name")
    at = browser.post(site.at("people/list/"), {"list": file}).headers["Location"]
    seen = _page(browser.get(at)).partition('name="seen" value="')[2].partition('"')[0]
    person = _enrolled(site)[0]
    browser.post(site.at(f"people/{person.id}/change/"), _form(person, name="Jana Jetzt"))
    again = browser.post(f"{at}take-over/", {"seen": seen}, follow=True)
    assert "changed the list of candidates meanwhile" in _page(again)
    assert "Jana Jetzt" in _page(again)
    assert len(_enrolled(site)) == 4


def test_a_list_with_errors_shows_all_of_them_and_is_not_taken_over(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    rows = "08888888,Nora Neu,,", "08888888,Nils Neu,,", ",Nobody,,", "x,Y <script>alert(1)</script>,,"
    at = browser.post(site.at("people/list/"), {"list": _list(*rows)}).headers["Location"]
    page = _page(browser.get(at))
    assert page.count('<li class="error">') == 3
    assert "<script>alert" not in page
    assert str(settings.KLAUSUR_HOME.root.parent) not in page
    assert "newer.csv:3" in page
    browser.post(f"{at}take-over/", {"seen": ""})
    assert len(_enrolled(site)) == 4


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("../../etc/passwd.csv", b"\x00\xff" * 400),
        ("<img src=x>.xlsx", b"PK\x03\x04 no archive"),
        ("a" * 300 + ".csv", b"%PDF-1.7 no list"),
        ("con\u202evsc.csv", b""),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ],
    ids=["path", "markup", "long", "turned", "damaged"],
)
def test_whatever_is_brought_is_told_what_it_is(site: Site, name: str, data: bytes) -> None:
    browser = site.as_(Role.EXAMINER)
    brought = browser.post(site.at("people/list/"), {"list": SimpleUploadedFile(name, data)})
    page = _page(browser.get(brought.headers["Location"]))
    assert '<li class="error">' in page
    assert "<img src=x>" not in page
    assert {path.parent for path in settings.KLAUSUR_HOME.root.rglob("*passwd*")} <= {
        path.parent for path in settings.KLAUSUR_HOME.files.rglob("*passwd*")
    }
    assert len(_enrolled(site)) == 4


def test_a_file_that_is_no_list_by_its_size_or_is_none_is_refused(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    large = SimpleUploadedFile("large.csv", b"x" * (MAX_BYTES + 1))
    assert browser.post(site.at("people/list/"), {"list": large}).status_code == 413
    assert browser.post(site.at("people/list/"), {}).status_code == 400
    assert browser.get(site.at(f"people/list/{uuid4()}/")).status_code == 404


def test_a_list_that_was_brought_is_none_of_another_exam(site: Site, fresh: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    at = browser.post(site.at("people/list/"), {"list": _list("08888888,Nora Neu,,")}).headers["Location"]
    assert browser.get(at).status_code == 200
    assert browser.get(at.replace(site.exam.slug, fresh.exam.slug)).status_code == 404


def test_before_printing_the_list_is_a_file_that_a_newer_one_replaces(fresh: Site) -> None:
    browser = fresh.as_(Role.EXAMINER)
    assert "There is no list of candidates yet." in _page(browser.get(fresh.at("people/")))
    first = browser.post(fresh.at("people/list/"), {"list": _list("01234567,Anna Alt,Hall 1,A1")})
    seen = _page(browser.get(first.headers["Location"])).partition('name="seen" value="')[2].partition('"')[0]
    browser.post(f"{first.headers['Location']}take-over/", {"seen": seen})
    page = _page(browser.get(fresh.at("people/")))
    assert "Anna Alt" in page
    assert "Nothing is printed yet" in page
    web_page = b"<html><table><tr><th>Matrikel<th>Name<tr><td>07654321<td>Nora Neu</table>"
    second = browser.post(fresh.at("people/list/"), {"list": SimpleUploadedFile("export.xls", web_page)})
    page = _page(browser.get(second.headers["Location"]))
    assert "Nora Neu" in page
    assert "Anna Alt" in page
    browser.post(f"{second.headers['Location']}take-over/")
    assert sorted(path.name for path in fresh.folder.glob("candidates*")) == [
        "candidates-before.csv",
        "candidates.xls",
    ]
    browser.post(fresh.at("people/list/back/"))
    assert "Anna Alt" in _page(browser.get(fresh.at("people/")))
    assert browser.get(fresh.at("people/new/")).status_code == 404


def test_the_desk_is_in_german_for_who_chose_it(site: Site) -> None:
    browser = site.as_(Role.EXAMINER)
    browser.cookies["language"] = "de"
    page = _page(browser.get(site.at("people/")))
    assert "Personen" in page
    assert "angemeldet" in page
    page = _page(browser.get(site.at(f"people/{_enrolled(site)[0].id}/")))
    assert "Matrikelnummer" in page
    assert "Festhalten" in page


def test_the_list_costs_as_many_queries_for_three_as_for_thirty(site: Site, tmp_path: Path) -> None:
    counted = []
    for count in (3, 30):
        place = printed_by_hand(tmp_path / str(count), count)
        exam = exams.add(settings.KLAUSUR_HOME, place, f"Exam of {count}", "the tests")
        exams.give_role(exam, site.people[Role.EXAMINER], Role.EXAMINER, "the tests")
        browser = site.as_(Role.EXAMINER)
        with opened(place), CaptureQueriesContext(connection()) as asked:
            for rest in ("", "1/", "new/"):
                assert browser.get(f"/exams/{exam.slug}/people/{rest}").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def _stamps(site: Site) -> list[str]:
    page = _page(site.as_(Role.PROCTOR).get(site.at("people/")))
    return [part.partition('"')[0] for part in page.split('name="who" form="marking" value="')[1:]]


def test_many_are_marked_absent_at_once_and_it_is_taken_back(site: Site) -> None:
    before, browser = _enrolled(site), site.as_(Role.PROCTOR)
    chosen = _stamps(site)[:3]
    said = {"who": chosen, "standing": "absent", "why": "not in the room"}
    page = _page(browser.post(site.at("people/mark/"), said, follow=True))
    assert "3 people: absent" in page
    assert [each.standing for each in _enrolled(site)] == [Standing.ABSENT] * 3 + [Standing.REGISTERED]
    event = page.partition('name="event" value="')[2].partition('"')[0]
    page = _page(browser.post(site.at("people/mark/back/"), {"event": event}, follow=True))
    assert "Taken back." in page
    assert _enrolled(site) == before
    assert 'name="event"' not in page


def test_many_are_not_marked_over_what_somebody_said_meanwhile(site: Site) -> None:
    chosen = _stamps(site)[:2]
    first = _enrolled(site)[0]
    site.as_(Role.EXAMINER).post(
        site.at(f"people/{first.id}/mark/"), {"standing": "ill", "why": "a certificate"}
    )
    said = {"who": chosen, "standing": "absent", "why": "not in the room"}
    answer = site.as_(Role.PROCTOR).post(site.at("people/mark/"), said)
    assert answer.status_code == 409
    assert [each.standing for each in _enrolled(site)][:2] == [Standing.ILL, Standing.REGISTERED]


def test_what_says_nothing_of_many_is_refused(site: Site) -> None:
    chosen, browser = _stamps(site)[:2], site.as_(Role.PROCTOR)
    for said in (
        {"standing": "absent", "why": "not there"},
        {"who": chosen, "standing": "absent"},
        {"who": chosen, "standing": "excluded", "why": "a proctor may not say so"},
        {"who": chosen * 300, "standing": "absent", "why": "too many"},
    ):
        assert browser.post(site.at("people/mark/"), said).status_code == 400
    assert browser.post(site.at("people/mark/back/"), {"event": "x"}).status_code == 400
    assert {each.standing for each in _enrolled(site)} == {Standing.REGISTERED}
