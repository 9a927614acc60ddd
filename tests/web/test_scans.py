"""The scans desk: each act and how it is taken back, what two people at once see, who may do what."""

import re
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests import cast
from tests.actions.conftest import print_by_hand, write_exam
from tests.exams import by_hand, copy_exam
from tests.web.conftest import Site
from tests.web.scans_site import InThisProcess, look, make_messy, waits

from klausur.actions import kept_scans, reread, settle_page
from klausur.actions.readings import readings
from klausur.actions.scan import scan
from klausur.actions.scan_look import ScanLook, past
from klausur.actions.status import status
from klausur.actions.verify import verify
from klausur.base.geometry import Box, Size
from klausur.paper.code import PageCode
from klausur.paper.fields import Field, FieldKind
from klausur.paper.layout import BookletLayout, Layout, PageLayout
from klausur.paper.run import Booklet, PrintRun
from klausur.read.model import Mark, PageResult
from klausur.scan import transform
from klausur.scan.model import Placed, Quality, Reason, Unplaced
from klausur.scan.place import place_as
from klausur.site import exams, jobs
from klausur.site.jobs import JobState, Kind
from klausur.site.models import Exam, Job
from klausur.state.facts import Author, Role, Spot, Verdict
from klausur.store import derive, pages, printings
from klausur.store.connections import connection
from klausur.store.derive import EVERYTHING
from klausur.store.folder import opened
from klausur.store.frame import Frame
from klausur.web.scans import acts, seen


@pytest.fixture(scope="session")
def messy(sat: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that waits. Copy it before use."""
    return make_messy(sat, tmp_path_factory.mktemp("messy") / "exam")


@pytest.fixture
def desk(site: Site, messy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with that exam; pages are read in this process."""
    folder = copy_exam(messy, tmp_path / "messy")
    site.exam.folder = str(folder)
    site.exam.save()
    site.folder = folder
    monkeypatch.setattr(acts, "workers", InThisProcess)
    monkeypatch.setattr(settle_page, "processes", lambda _: InThisProcess())
    monkeypatch.setattr(reread, "executor", lambda *_, **__: nullcontext())
    return site


def token(site: Site, reason: Reason) -> str:
    """What the form of an image holds."""
    found = look(site.folder)
    *_, each = [w for w in found.waiting if w.image.unplaced and w.image.unplaced.reason is reason]
    return seen.written(each.image, each.counting)


def act(site: Site, client: Client, to: str, **said: object) -> str:
    """Do something, and go where that leads; the page."""
    answer = client.post(site.at(to), said, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def undo(site: Site, client: Client, page: str) -> str:
    """Press the button that takes back what was done last."""
    (form,) = re.findall(r'<form class="last".*?</form>', page, re.DOTALL)
    (to,) = re.findall(r'action="/exams/[^/]+/([^"]+)"', form)
    return act(site, client, to, event=re.findall(r'name="event" value="(\d+)"', form))


def known(found: ScanLook) -> object:
    """What a look says, but for where pictures lie."""
    waiting = [(w.image.id, w.image.waiting, w.proposed, w.counting, w.differs) for w in found.waiting]
    return waiting, found.missing, found.extras, found.aside


def test_the_first_image_holds_and_it_is_undone(desk: Site) -> None:
    client, before = desk.as_(Role.CORRECTOR), look(desk.folder)
    page = act(desk, client, "scans/settle/", image=token(desk, Reason.TWICE), do="aside", kind="twice")
    assert (look(desk.folder).twice, look(desk.folder).aside) == ((), 1)
    assert "second.pdf, image 1: set aside" in page
    assert "No page is there twice" in page
    page = undo(desk, client, page)
    assert known(look(desk.folder)) == known(before)
    assert '<form class="last"' not in page


def test_the_second_image_holds_and_it_is_undone(desk: Site) -> None:
    client, before = desk.as_(Role.EXAMINER), status(desk.folder).booklets
    image = waits(desk.folder, Reason.TWICE).id
    page = act(desk, client, "scans/settle/", image=token(desk, Reason.TWICE), do="accept", kind="twice")
    with opened(desk.folder):
        now = pages.current(image)
    assert now is not None
    assert now.spot == Spot(1, 2)
    assert not look(desk.folder).twice
    undo(desk, client, page)
    assert status(desk.folder).booklets == before
    assert waits(desk.folder, Reason.TWICE).id == image


def test_an_image_is_moved_to_another_booklet_and_back(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    with opened(desk.folder):
        two = pages.occupant(Spot(2, 2))
    assert two is not None
    page = client.get(desk.at("scans/booklets/2/")).content.decode()
    assert "page 2" in page.lower()
    act(desk, client, "scans/settle/", image=seen.written(two, None), do="aside", back="2")
    assert [each.missing for each in look(desk.folder).missing if each.booklet == 2] == [(2,)]
    page = act(
        desk, client, "scans/settle/", image=token(desk, Reason.TWICE), do="place", booklet="2", page="2"
    )
    assert not [each for each in look(desk.folder).missing if each.booklet == 2]
    undo(desk, client, page)
    assert [each.missing for each in look(desk.folder).missing if each.booklet == 2] == [(2,)]
    history = client.get(desk.at("scans/history/")).content.decode()
    assert "second.pdf, image 1: Booklet 2, page 2" in history
    newest = past(desk.folder, 5).entries
    aside = next(e for e in newest if e.counts and e.detail["verdict"] == "ignored")
    act(desk, client, "scans/undo/", event=[aside.event.number], back="history")
    assert not [each for each in look(desk.folder).missing if each.booklet == 2]


def test_many_are_set_aside_at_once_and_come_back_at_once(desk: Site) -> None:
    client, before = desk.as_(Role.EXAMINER), look(desk.folder)
    chosen = [token(desk, reason) for reason in (Reason.NO_CODE, Reason.BLANK, Reason.FAILED)]
    page = act(desk, client, "scans/settle/", image=chosen, do="aside", kind="unplaced")
    assert "3 images: set aside" in page
    assert "<strong>odd.pdf" not in page
    listed = client.get(desk.at("scans/images/aside/")).content.decode()
    assert listed.count("odd.pdf, image") >= 3
    undo(desk, client, page)
    assert known(look(desk.folder)) == known(before)


def test_what_was_set_aside_waits_again(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    blank = waits(desk.folder, Reason.BLANK)
    act(desk, client, "scans/settle/", image=token(desk, Reason.BLANK), do="aside", kind="unplaced")
    with opened(desk.folder):
        now = pages.current(blank.id)
    assert now is not None
    act(desk, client, "scans/settle/", image=seen.written(now, None), do="machine", kind="aside")
    assert waits(desk.folder, Reason.BLANK).id == blank.id


def test_whoever_decides_second_sees_both_and_chooses(desk: Site) -> None:
    ada, konrad = desk.as_(Role.EXAMINER), desk.as_(Role.CORRECTOR)
    saw, image = token(desk, Reason.TWICE), waits(desk.folder, Reason.TWICE).id
    act(desk, konrad, "scans/settle/", image=saw, do="aside", kind="twice")
    page = act(desk, ada, "scans/settle/", image=saw, do="accept", kind="twice")
    assert "Somebody has decided meanwhile" in page
    assert f"{cast.CORRECTOR.name} set it aside" in page
    assert "You wanted: <strong>Booklet 1, page 2</strong>" in page
    assert page.count("<img") == 2
    assert look(desk.folder).aside == 1, "nothing was changed"
    (again,) = re.findall(r'name="image" value="([^"]+)"', page)
    act(desk, ada, "scans/settle/", image=again, do="accept", kind="twice")
    with opened(desk.folder):
        now = pages.current(image)
    assert now is not None
    assert now.verdict is Verdict.PLACED
    many = act(desk, ada, "scans/settle/", image=[saw, token(desk, Reason.BLANK)], do="aside")
    assert f"Image {image}: somebody has decided meanwhile." in many
    assert "odd.pdf, image 2: set aside" in many


def test_a_copy_is_somebody_elses_and_it_is_undone(desk: Site) -> None:
    client, before = desk.as_(Role.EXAMINER), status(desk.folder).booklets
    with opened(desk.folder):
        for number in (1, 2, 3, 4):  # booklet 4 was not handed in
            other = pages.occupant(Spot(4, number))
            if other is not None:
                act(desk, client, "scans/settle/", image=seen.written(other, None), do="aside")
    whose = before[3].booklet.candidate
    assert whose is not None
    said = {"image": token(desk, Reason.TWICE), "booklet": "1", "registration": whose.registration}
    page = act(desk, client, "scans/copy/", kind="twice", **said)
    assert "A copy of booklet 1 counts as booklet 4" in page
    assert status(desk.folder).booklets[3].found == (2,)
    undo(desk, client, page)
    assert status(desk.folder).booklets[3].found == ()
    assert waits(desk.folder, Reason.TWICE)


def test_an_extra_sheet_is_given_to_a_booklet_and_it_is_undone(desk: Site) -> None:
    client = desk.as_(Role.PROCTOR)
    page = client.get(desk.at("scans/extras/")).content.decode()
    assert "its number cannot be read for certain" in page
    page = act(desk, client, "scans/extras/settle/", extra="1", booklet="3", do="tie")
    assert "Extra sheet 1 belongs to booklet 3" in page
    events = len(past(desk.folder, 99).entries)
    act(desk, client, "scans/extras/settle/", extra="1", booklet="3", do="tie")
    assert len(past(desk.folder, 99).entries) == events, "a form that is sent once more says nothing more"
    page = act(desk, client, "scans/extras/settle/", extra="1", do="nobody")
    assert [each.nobody for each in look(desk.folder).extras] == [True]
    page = undo(desk, client, page)
    assert [each.booklet for each in look(desk.folder).extras] == [3]
    wrong = client.post(desk.at("scans/extras/settle/"), {"extra": "1", "booklet": "99", "do": "tie"})
    assert wrong.status_code == 404
    assert "there is no booklet 99" in wrong.content.decode()


def test_images_are_read_again(desk: Site) -> None:
    client = desk.as_(Role.ADMINISTRATOR)
    image = waits(desk.folder, Reason.DUPLICATE).id
    page = act(desk, client, "scans/reread/", image=token(desk, Reason.DUPLICATE), kind="duplicates")
    assert "1 page was read again" in page
    assert waits(desk.folder, Reason.DUPLICATE).id != image


def test_a_job_that_was_set_aside_is_tried_again(desk: Site) -> None:
    def made(exam: Exam) -> Job:
        person = desk.people[Role.EXAMINER]
        job = jobs.ask(Kind.SCAN, exam, person, Role.EXAMINER, file="a/b.pdf", name="b.pdf")
        Job.objects.filter(pk=job.pk).update(state=JobState.ASIDE, ended=job.made, fault="the disk was full")
        return job

    job, client = made(desk.exam), desk.as_(Role.EXAMINER)
    assert "the disk was full" in client.get(desk.at("scans/")).content.decode()
    page = act(desk, client, f"scans/jobs/{job.pk}/again/")
    assert "waits for its turn" in page
    assert "every 2s" in page, "what is on its way is looked at again"
    write_exam(desk.folder.parent / "second")
    foreign = exams.add(settings.KLAUSUR_HOME, desk.folder.parent / "second", "Another", "the tests")
    assert client.post(desk.at(f"scans/jobs/{made(foreign).pk}/again/")).status_code == 404
    assert client.post(desk.at(f"scans/jobs/{uuid4()}/again/")).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"do": "aside"},
        {"do": "aside", "image": "x"},
        {"do": "aside", "image": "1:nonsense::"},
        {"do": "aside", "image": "1:placed:booklet.1:"},
        {"do": "burn", "image": "1:::"},
        {"do": "place", "image": "1:::", "booklet": "-1", "page": "1"},
        {"do": "place", "image": "1:::", "booklet": "1", "page": "1" * 20},
        {"do": "place", "image": "1:::", "booklet": "1", "page": "1", "sheet": "../x"},
        {"do": "place", "image": ["1:::", "2:::"], "booklet": "1", "page": "1"},
    ],
    ids=str,
)
def test_forms_that_say_nothing_sensible_are_refused(desk: Site, said: dict[str, object]) -> None:
    client, before = desk.as_(Role.EXAMINER), known(look(desk.folder))
    assert client.post(desk.at("scans/settle/"), said).status_code == 400
    assert known(look(desk.folder)) == before


def test_what_is_not_there_is_told(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    for where in ("scans/images/else/", "scans/image/99999/", "scans/booklets/99/"):
        assert client.get(desk.at(where)).status_code == 404
    assert client.post(desk.at("scans/settle/"), {"image": "99999:::", "do": "aside"}).status_code == 404
    for event in ("99999", "1"):
        assert client.post(desk.at("scans/undo/"), {"event": event}).status_code in {404, 409}
    assert client.post(desk.at("scans/undo/"), {"event": "x"}).status_code == 400


def test_who_does_what_here(desk: Site) -> None:
    parts = ("scans/", "scans/images/twice/", "scans/extras/", "scans/history/", "scans/missing/")
    may = {
        Role.EXAMINER: (200, 200, 200, 200, 200),
        Role.CORRECTOR: (200, 200, 200, 200, 200),
        Role.PROCTOR: (200, 403, 200, 200, 200),
        Role.ADMINISTRATOR: (200, 200, 200, 403, 200),
        None: (404,) * 5,
    }
    for role, statuses in may.items():
        client = desk.as_(role)
        assert tuple(client.get(desk.at(part)).status_code for part in parts) == statuses, role
    files = desk.as_(Role.CORRECTOR).get(desk.at("scans/")).content.decode()
    assert 'id="drop"' not in files
    twice = desk.as_(Role.ADMINISTRATOR).get(desk.at("scans/images/twice/")).content.decode()
    assert "The left one holds" not in twice
    assert "Read it again" in twice
    whose = status(desk.folder).booklets[0].booklet.candidate
    assert whose is not None
    for role, sees in ((Role.EXAMINER, True), (Role.CORRECTOR, False)):
        page = desk.as_(role).get(desk.at("scans/booklets/1/")).content.decode()
        assert (whose.registration in page) is sees


def test_of_each_file_it_is_said_how_many_of_its_images_are_in_their_places(desk: Site) -> None:
    page = desk.as_(Role.EXAMINER).get(desk.at("scans/")).content.decode()
    said = list(map(int, re.findall(r"<td>(\d+) in their places", page)))
    found = status(desk.folder)
    assert sum(said) == sum(len(booklet.found) for booklet in found.booklets) + len(look(desk.folder).extras)
    assert len(said) == page.count('<td class="number">') > 1
    again = sum(map(int, re.findall(r"(\d+) there already", page)))
    assert again == len(look(desk.folder).duplicates) > 0


def test_two_images_of_a_page_stand_side_by_side_with_what_differs(desk: Site) -> None:
    page = desk.as_(Role.EXAMINER).get(desk.at("scans/images/twice/")).content.decode()
    (shown,) = re.findall(r'<div class="shown two">.*?<div class="decide">', page, re.DOTALL)
    scanned = re.sub(r'<figure class="cleaned" hidden>.*?</figure>', "", shown, flags=re.DOTALL)
    assert scanned.count("<img") == 2
    marked = len(re.findall("<rect ", shown))
    (differs,) = re.findall(r'<table class="differs">.*?</table>', page, re.DOTALL)
    assert marked == 2 * differs.count('<tr><th scope="row">') > 0
    assert "crossed" in differs


def test_the_desk_in_german(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    client.cookies["language"] = "de"
    page = client.get(desk.at("scans/images/unplaced/")).content.decode()
    for words in (
        "Einzuordnen",
        "ohne Seitencode, der sich lesen lässt",
        "Es ist keine Seite",
        "Zusatzblätter",
    ):
        assert words in page
    page = act(desk, client, "scans/settle/", image=token(desk, Reason.BLANK), do="aside", kind="unplaced")
    assert "odd.pdf, Bild 2: zurückgelegt" in page
    assert "Zurücknehmen" in page


def test_an_exam_that_was_not_printed_has_nothing_to_scan(site: Site, tmp_path: Path) -> None:
    write_exam(tmp_path / "new")
    site.exam.folder = str(tmp_path / "new")
    site.exam.save()
    client = site.as_(Role.EXAMINER)
    assert "Nothing was printed yet" in client.get(site.at("scans/")).content.decode()
    assert client.get(site.at("scans/images/unplaced/")).status_code == 200
    assert client.get(site.at("scans/missing/")).status_code == 200


def _with_booklets(place: Path, count: int) -> Path:
    """An exam of which so many booklets lack their second page, and whose cover is there twice."""
    write_exam(place)
    fields = [
        Field(f"{q}/choice/{c}", FieldKind.CHOICE_BOX, Box(20, 40.0 + 10 * n, 4, 4), q, choice=c)
        for n, (q, c) in enumerate([("letters", "a"), ("letters", "b"), ("letters", "c"), ("numbers", "a")])
    ]
    booklets = tuple(BookletLayout(n + 1, (0, 1)) for n in range(count))
    sheets = (PageLayout(1, tuple(fields)), PageLayout(2, ()))
    layout = Layout(7, "small", "", "a4", Size(210.0, 297.0), sheets, booklets)
    print_by_hand(place, PrintRun(7, tuple(Booklet(n + 1) for n in range(count))), layout)
    quality = Quality(0.01, 300.0, 180.0, 0.9, 4)
    with opened(place), by_hand():
        pages.append_file("ab" * 32, "scan.pdf", 2 * count)
        for n in range(count):
            pages.append(PageResult("ab" * 32, 2 * n, PageCode(7, n + 1, 1), quality, None, ()))
            pages.append(PageResult("ab" * 32, 2 * n + 1, None, None, _why(n), ()))
        derive.refresh(Frame(place), EVERYTHING)
    return place


def _why(n: int) -> Unplaced:
    """Why an image waits: by turns."""
    twice = Unplaced(Reason.TWICE, code=PageCode(7, n + 1, 1))
    return twice if n % 2 else Unplaced(Reason.NO_CODE, resembles=2)


@pytest.mark.parametrize(
    "part",
    ["", "files/", "images/unplaced/", "images/twice/", "missing/", "extras/", "history/", "booklets/1/"],
)
def test_a_page_asks_as_often_for_many_booklets_as_for_few(site: Site, tmp_path: Path, part: str) -> None:
    asked = []
    for count in (3, 30):
        folder = _with_booklets(tmp_path / str(count), count)
        site.exam.folder = str(folder)
        site.exam.save()
        client = site.as_(Role.EXAMINER)
        client.get(site.at(f"scans/{part}"))  # what is kept in memory is made
        with opened(folder), CaptureQueriesContext(connection()) as queries:
            assert client.get(site.at(f"scans/{part}")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 45


def _lost(site: Site, *spots: Spot) -> None:
    """The images of these pages are said to be none."""
    for spot in spots:
        with opened(site.folder):
            image = pages.occupant(spot)
        assert image is not None
        settle_page.settle_page(site.folder, image.id, Verdict.IGNORED, Author(cast.EXAMINER))


def test_a_booklet_counts_without_a_lost_page_and_it_is_undone(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    _lost(desk, Spot(2, 2))
    page = client.get(desk.at("scans/booklets/2/")).content.decode()
    assert "It is lost for good" in page
    page = act(desk, client, "scans/missing/waive/", missing="2:2", why="torn in two", do="waive", back="2")
    assert "Booklet 2 counts without page 2" in page
    assert f"{cast.EXAMINER.name}: torn in two" in page
    (each,) = look(desk.folder).waived
    assert (each.booklet, each.page, each.why) == (2, 2, "torn in two")
    listed = client.get(desk.at("scans/missing/")).content.decode()
    assert "These booklets count without these pages." in listed
    results = client.get(desk.at("results/")).content.decode()
    assert "counts without page 2" in results
    undo(desk, client, page)
    assert [each.missing for each in look(desk.folder).missing if each.booklet == 2] == [(2,)]


def test_many_lost_pages_are_done_without_at_once_and_missed_again(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    before = look(desk.folder).missing
    _lost(desk, Spot(2, 2), Spot(3, 1))
    page = client.get(desk.at("scans/missing/")).content.decode()
    offered = re.findall(r'name="missing" value="([^"]+)"', page)
    assert {"2:2", "3:1"} <= set(offered)
    page = act(desk, client, "scans/missing/waive/", missing=["2:2", "3:1"], why="burnt", do="waive")
    assert "2 pages are done without: 2:2, 3:1" in page
    assert look(desk.folder).missing == before
    act(desk, client, "scans/missing/waive/", missing="3:1", do="miss", back="missing")
    assert [(each.booklet, each.page) for each in look(desk.folder).waived] == [(2, 2)]
    history = client.get(desk.at("scans/history/")).content.decode()
    assert "Booklet 3, page 1 is missed again" in history
    (newest,) = past(desk.folder, 1).entries
    act(desk, client, "scans/missing/undo/", event=[newest.event.number], back="history")
    assert len(look(desk.folder).waived) == 2


def test_a_page_that_turned_up_is_told_of_and_the_decision_ends(desk: Site) -> None:
    client = desk.as_(Role.EXAMINER)
    with opened(desk.folder):
        image = pages.occupant(Spot(2, 2))
    assert image is not None
    _lost(desk, Spot(2, 2))
    act(desk, client, "scans/missing/waive/", missing="2:2", why="torn", do="waive")
    settle_page.settle_page(desk.folder, image.id, Verdict.UNDONE, Author(cast.EXAMINER))
    page = client.get(desk.at("scans/missing/")).content.decode()
    assert "Found after all" in page
    page = act(desk, client, "scans/missing/waive/", missing="2:2", do="miss", back="missing")
    assert "Found after all" not in page


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"missing": "2:2", "do": "waive"}, "no reason is given"),
        ({"missing": "2:1", "do": "waive", "why": "torn"}, "booklet 2, page 1 is there"),
        ({"missing": "2:x", "do": "waive", "why": "torn"}, "this form cannot be understood"),
        ({"missing": ["2:2"] * 201, "do": "waive", "why": "torn"}, "at most 200 pages"),
        ({"do": "waive", "why": "torn"}, "no page is chosen"),
        ({"missing": "2:2", "why": "torn"}, "nothing is said that can be settled"),
    ],
)
def test_what_cannot_be_done_without_is_refused_with_a_word(
    desk: Site, said: dict[str, object], says: str
) -> None:
    _lost(desk, Spot(2, 2))
    answer = desk.as_(Role.EXAMINER).post(desk.at("scans/missing/waive/"), said)
    assert answer.status_code in {400, 409}
    assert says in answer.content.decode()
    assert look(desk.folder).waived == ()


def test_who_may_not_do_without_a_page_sees_no_button(desk: Site) -> None:
    _lost(desk, Spot(2, 2))
    for role in (Role.CORRECTOR, Role.PROCTOR):
        page = desk.as_(role).get(desk.at("scans/missing/")).content.decode()
        assert "page 2" in page
        assert "Count without" not in page
        said = {"missing": "2:2", "do": "waive", "why": "torn"}
        assert desk.as_(role).post(desk.at("scans/missing/waive/"), said).status_code == 403


def upside_down(site: Site, booklet: int, page: int, target: Path) -> Path:
    """A page as it was scanned, with white paper over its code and fiducials, the other way up."""
    with opened(site.folder) as records:
        image = pages.occupant(Spot(booklet, page))
        assert image is not None
        found = kept_scans.image(records, image)
        layout = printings.layout()
    assert found is not None
    code = PageCode(layout.exam_number, booklet, page)
    placed, laid = place_as(found, layout, code), layout.at(code)
    assert isinstance(placed, Placed)
    assert laid is not None
    pixels = np.ascontiguousarray(placed.pixels)
    for field in laid.fields:
        if field.kind in {FieldKind.FIDUCIAL, FieldKind.PAGE_CODE}:
            corners = transform.apply(placed.to_pixels, np.array(field.box.grown(2).corners))
            cv2.fillConvexPoly(pixels, np.round(corners).astype(np.int32), (255, 255, 255))
    Image.fromarray(np.rot90(pixels, 2)).save(target, dpi=(300, 300))
    return target


def test_who_places_an_image_says_which_way_up_it_is_and_it_is_undone(desk: Site, tmp_path: Path) -> None:
    client = desk.as_(Role.EXAMINER)
    scan(desk.folder, [upside_down(desk, 2, 2, tmp_path / "turned.png")], actor=cast.EXAMINER, jobs=0)
    with opened(desk.folder):
        two = pages.occupant(Spot(2, 2))
    assert two is not None
    read = {r.reading.field: r.reading.value for r in readings(desk.folder, booklet=2) if r.spot.page == 2}
    act(desk, client, "scans/settle/", image=seen.written(two, None), do="aside", back="2")
    waiting = next(w.image for w in look(desk.folder).waiting if w.image.name == "turned.png")
    said = {
        "image": seen.written(waiting, None),
        "do": "place",
        "booklet": "2",
        "page": "2",
        "kind": "unplaced",
    }
    form = client.get(desk.at(f"scans/image/{waiting.id}/?kind=unplaced")).content.decode()
    assert '<select name="turned">' in form
    by_itself = client.post(desk.at("scans/settle/"), said)
    assert by_itself.status_code == 409, "its few frames do not tell which way up it is"
    assert client.post(desk.at("scans/settle/"), said | {"turned": "0"}).status_code == 409
    assert client.post(desk.at("scans/settle/"), said | {"turned": "45"}).status_code == 400
    page = act(desk, client, "scans/settle/", **said, turned="180")
    with opened(desk.folder):
        now = pages.occupant(Spot(2, 2))
    assert now is not None
    assert (now.name, now.turned) == ("turned.png", 180)
    rows = [r for r in readings(desk.folder, booklet=2) if r.spot.page == 2]
    assert {r.reading.field for r in rows} == set(read)
    assert all(r.reading.flagged for r in rows), "a person decides all that is on it"
    boxes = [r.reading for r in rows if isinstance(r.reading.value, Mark)]
    assert boxes
    assert {b.field: b.value for b in boxes} == {b.field: read[b.field] for b in boxes}
    history = client.get(desk.at("scans/history/")).content.decode()
    assert "turned.png, image 1: Booklet 2, page 2 (turned upside down)" in history
    assert verify(desk.folder, actor=cast.EXAMINER).holds
    undo(desk, client, page)
    assert next(w.image for w in look(desk.folder).waiting if w.image.name == "turned.png").turned is None
    assert verify(desk.folder, actor=cast.EXAMINER).holds
