"""The desk for the exam day: acts as tablets send them, and what the pages show of a room."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pypdfium2 as pdfium
import pytest
from django.conf import settings
from tests import cast
from tests.web.by_hand import Answer
from tests.web.conftest import Site, printed_by_hand

from klausur.actions.exam_day import exam_day
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.day import CheckIn
from klausur.state.facts import Role

NAMES = count()
ROOM = "Hall 1"


@pytest.fixture
def desk(tmp_path: Path) -> Site:
    """Four people sit in a hall; nobody has come yet."""
    place = printed_by_hand(tmp_path / "exam", 4)
    made = Site(exams.add(settings.KLAUSUR_HOME, place, "A small exam", "the tests"), place)
    for role in (Role.EXAMINER, Role.PROCTOR):
        person = Person.objects.create_user(f"{role.value}@example.org", cast.CAST[role].name)
        exams.give_role(made.exam, person, role, "the tests")
        made.people[role] = person
    return made


def act(kind: str, minute: float = -5, **values: object) -> dict[str, object]:
    at = (datetime.now(UTC) + timedelta(minutes=minute)).isoformat()
    named = {"act": f"test-act-{next(NAMES)}", "kind": kind, "at": at, "device": "tablet-one"}
    return {**named, "room": ROOM, **values}


def send(site: Site, *acts: dict[str, object], body: str | None = None) -> Answer:
    told = json.dumps(acts) if body is None else body
    return site.as_(Role.PROCTOR).post(site.at("day/keep/"), told, "application/json")


def seen(site: Site, page: str, *, german: bool = False, rest: str = "", part: bool = False) -> str:
    client = site.as_(Role.PROCTOR)
    headers = {"accept-language": "de" if german else "en", **({"hx-request": "true"} if part else {})}
    answer = client.get(f"{site.at(f'day/{page}/')}?room={quote(ROOM)}{rest}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_a_tablet_sends_is_recorded_once_and_told_act_by_act(desk: Site) -> None:
    good = act("check-in", candidate=1, value="present")
    wrong = act("counted", number=99, value="in")
    for _ in range(2):
        answer = send(desk, good, wrong)
        assert answer.status_code == 200
        told = json.loads(answer.content)
        assert told["acts"] == [
            {"act": good["act"], "id": 1, "refused": ""},
            {"act": wrong["act"], "id": None, "refused": "There is no such booklet."},
        ]
    assert abs(told["now"] / 1000 - datetime.now(UTC).timestamp()) < 3600
    day = exam_day(desk.folder)
    assert (len(day.acts), day.acts[0].who) == (1, cast.PROCTOR.name)
    assert day.all.by[CheckIn.PRESENT] == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[1]",
        '[{"act": "test-act-x"}]',
        json.dumps([act("check-in", candidate=0, value="present")]),
        json.dumps([act("check-in", candidate=1, value="present", more=1)]),
        json.dumps([act("nonsense")]),
        json.dumps([{**act("began"), "at": "2026-02-17T09:00:00"}]),
        json.dumps([{**act("began"), "act": "a b'c\"d<e"}]),
        json.dumps([act("began") for _ in range(201)]),
        "[" * 10_000,
    ],
)
def test_what_no_tablet_sends_is_refused_whole(desk: Site, body: str) -> None:
    assert send(desk, body=body).status_code == 400
    assert exam_day(desk.folder).acts == ()


def test_a_room_shows_its_people_and_is_not_sent_again_where_nothing_is_new(desk: Site) -> None:
    send(
        desk, act("check-in", candidate=1, value="present"), act("incident", candidate=1, value="toilet-out")
    )
    page = seen(desk, "room")
    assert page.count('class="day-person"') == 4
    assert page.count('data-word="present"') == 1
    assert page.count('data-word="expected"') == 3
    assert page.count("data-out=") == 1
    stamp = exam_day(desk.folder).stamp
    client = desk.as_(Role.PROCTOR)
    address = f"{desk.at('day/room/')}?room={quote(ROOM)}&seen={stamp}"
    assert client.get(address, headers={"hx-request": "true"}).status_code == 204
    send(desk, act("check-in", candidate=2, value="absent"))
    part = client.get(address, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert 'data-word="absent"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "abwesend" in seen(desk, "room", german=True)
    assert client.get(f"{desk.at('day/room/')}?room=Nowhere").status_code == 404


def test_what_two_said_without_knowing_of_each_other_is_shown(desk: Site) -> None:
    send(desk, act("check-in", -9, candidate=1, value="absent", device="tablet-one"))
    send(desk, act("check-in", -4, candidate=1, value="present", device="tablet-two"))
    page = seen(desk, "room")
    assert 'class="conflict"' in page
    assert "absent" in page.partition('class="conflict"')[2][:200]
    assert "1 contradiction" in desk.as_(Role.PROCTOR).get(desk.at("day/")).content.decode()
    send(desk, act("check-in", -1, candidate=1, value="present", device="tablet-one", seen=2))
    assert 'class="conflict"' not in seen(desk, "room")


def test_what_happens_is_listed_and_struck_and_stands_in_the_protocol(desk: Site) -> None:
    phone = act("incident", candidate=2, value="cheating", text="a phone in the sleeve")
    alarm = act("incident", value="fire-alarm", minutes=12)
    send(desk, act("began", -60), phone, alarm, act("announced", text="Exercise 3: cm, not <mm>."))
    page = seen(desk, "book")
    assert "a phone in the sleeve" in page
    assert "+12 min" in page
    assert "Exercise 3: cm, not &lt;mm&gt;." in page
    send(desk, act("struck", value=alarm["act"]), act("closed", text="Petra Aufsicht"))
    page = seen(desk, "book")
    assert "+12 min" not in page
    assert "Closed by Petra Aufsicht" in page
    send(desk, act("check-in", candidate=3, value="present"))
    assert "1 entry came later" in seen(desk, "book")
    answer = desk.as_(Role.PROCTOR).get(f"{desk.at('day/protocol.pdf')}?room={quote(ROOM)}")
    assert answer.headers["Content-Type"] == "application/pdf"
    with pdfium.PdfDocument(answer.content) as pdf:
        text = "\n".join(each.get_textpage().get_text_bounded() for each in pdf)
    for said in (ROOM, "a phone in the sleeve", "attempt to cheat", "Petra Aufsicht", "closed: 1"):
        assert said in text, text


def test_booklets_that_are_out_and_those_that_do_not_fit_are_named(desk: Site) -> None:
    send(desk, *(act("check-in", candidate=n, value="present") for n in (1, 2)))
    send(desk, act("counted", number=1, value="in"), act("counted", number=3, value="in"))
    page = seen(desk, "count")
    assert 'data-number="2"' in page
    assert 'data-number="1"' not in page
    assert "handed out, not counted in" not in page  # it may still come
    send(desk, act("closed", text="Petra Aufsicht"))
    page = seen(desk, "count")
    assert "handed out, not counted in" in page
    assert f"at its seat: {ROOM}" in page
    assert "counted in, but nobody is said to have come for it" in page
    assert 'data-in="1 3"' in page


def test_the_clock_goes_by_the_room_and_shows_no_names(desk: Site) -> None:
    began = datetime.now(UTC) - timedelta(minutes=10)
    send(
        desk,
        act("began", -10),
        act("incident", value="lost-minutes", minutes=7),
        act("announced", text="Ten minutes are added.", room=""),
        act("incident", candidate=1, value="lost-minutes", minutes=4),
    )
    page = seen(desk, "clock")
    end = float(page.partition('data-end="')[2].partition('"')[0])
    assert abs(end / 1000 - (began + timedelta(minutes=30 + 7)).timestamp()) < 60
    assert "Ten minutes are added." in page
    assert "+4 min" in page
    names = [each.enrolled.candidate.name for each in exam_day(desk.folder).rooms[0].people]
    assert not any(name in page for name in names)


def test_who_is_in_the_wrong_room_is_told_where_they_sit(desk: Site) -> None:
    who = exam_day(desk.folder).rooms[0].people[2].enrolled.candidate
    answer = desk.as_(Role.PROCTOR).get(f"{desk.at('day/find/')}?q={who.registration}")
    assert json.loads(answer.content) == {"people": [f"{who.name} sits in {ROOM}, {who.seat}"]}


def test_the_worker_is_a_script_of_ours(desk: Site) -> None:
    answer = desk.as_(Role.PROCTOR).get(desk.at("day/worker.js"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert b"klausur-day-" in answer.content
