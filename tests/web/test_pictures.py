"""Pictures of pages: what they show, to whom, how long a browser keeps them, and that none is made twice."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import settings
from PIL import Image
from tests.web.conftest import Site

from klausur.actions import page_pictures
from klausur.paper.code import Sheet
from klausur.paper.fields import FieldKind
from klausur.site.models import Exam
from klausur.state.facts import Role, Spot, StoredImage
from klausur.store import pages, printings
from klausur.store.folder import opened
from klausur.web.pictures import addresses, making


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pictures are made here: starting a process takes longer than all of these tests."""
    monkeypatch.setattr(making, "workers", lambda: None)
    yield
    rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)


def image_of(site: Site, spot: Spot) -> StoredImage:
    with opened(site.folder):
        found = pages.occupant(spot)
    assert found is not None
    return found


def box_of(site: Site) -> tuple[StoredImage, int, str]:
    """A box that was read: its image, booklet and id."""
    with opened(site.folder):
        layout = printings.layout()
        there = pages.spots(Sheet.BOOKLET)
    number = min(spot.booklet for spot in there if spot.page > 1)
    page, field = next((p, f) for p, f in layout.fields(number) if f.kind is FieldKind.CHOICE_BOX)
    return image_of(site, Spot(number, page)), number, field.id


def seen(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "JPEG"
    return picture


def test_a_box_its_question_and_its_page_are_seen(site: Site) -> None:
    image, booklet, field = box_of(site)
    client, slug = site.as_(Role.CORRECTOR), site.exam.slug
    box = client.get(addresses.of_field(slug, image, booklet, field))
    assert box.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert seen(box.content).width == pytest.approx(14 * 300 / 25.4, rel=0.02)
    question = seen(client.get(addresses.of_question(slug, image, booklet, field.partition("/")[0])).content)
    assert question.width > question.height
    assert image.spot is not None
    page = seen(client.get(addresses.of_page(slug, image, image.spot)).content)
    assert page.height / page.width == pytest.approx(297 / 210, rel=0.01)
    assert seen(client.get(addresses.of_image(slug, image)).content).size == page.size


def test_a_page_is_seen_cleaned_only_where_that_is_asked_for(site: Site) -> None:
    image, *_ = box_of(site)
    client, slug = site.as_(Role.EXAMINER), site.exam.slug
    plain = seen(client.get(addresses.of_image(slug, image)).content)
    cleaned = seen(client.get(addresses.cleaned(slug, image)).content)
    assert (plain.mode, cleaned.mode) == ("L", "RGB")
    assert cleaned.size == plain.size
    page = client.get(site.at(f"scans/image/{image.id}/")).content.decode()
    assert '<figure class="cleaned" hidden>' in page
    assert addresses.cleaned(slug, image).replace("&", "&amp;") in page
    assert page.index(addresses.of_image(slug, image).replace("&", "&amp;")) < page.index("cleaned/")


def test_without_its_version_a_picture_is_asked_for_again(site: Site) -> None:
    image, booklet, field = box_of(site)
    client = site.as_(Role.EXAMINER)
    kept = client.get(addresses.of_field(site.exam.slug, image, booklet, field))
    bare = client.get(site.at(f"pictures/field/{booklet}/{field}.jpg"))
    old = client.get(site.at(f"pictures/field/{booklet}/{field}.jpg?i={image.id}&v=older"))
    assert bare.content == old.content == kept.content
    assert {bare.headers["Cache-Control"], old.headers["Cache-Control"]} == {"private, no-cache"}


def test_the_second_look_decodes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    image, booklet, field = box_of(site)
    other = f"{field[:-1]}{'b' if field[-1] != 'b' else 'a'}"
    client = site.as_(Role.EXAMINER)
    assert client.get(addresses.of_field(site.exam.slug, image, booklet, field)).status_code == 200
    monkeypatch.setattr(page_pictures, "cut", None)
    for each in (field, other):  # all boxes of a page were cut out together
        assert client.get(addresses.of_field(site.exam.slug, image, booklet, each)).status_code == 200


@pytest.mark.parametrize(
    ("role", "named", "cover", "box"),
    [
        (Role.EXAMINER, False, 200, 200),
        (Role.CORRECTOR, False, 404, 200),
        (Role.CORRECTOR, True, 200, 200),
        (Role.PROCTOR, False, 200, 404),
    ],
)
def test_who_sees_covers_and_who_answers(
    site: Site, role: Role, *, named: bool, cover: int, box: int
) -> None:
    image, booklet, field = box_of(site)
    Exam.objects.filter(pk=site.exam.pk).update(names_for_correctors=named)
    client, slug, front = site.as_(role), site.exam.slug, Spot(booklet, 1)
    first = image_of(site, front)
    assert client.get(addresses.of_field(slug, image, booklet, field)).status_code == box
    assert image.spot is not None
    assert client.get(addresses.of_page(slug, image, image.spot)).status_code == box
    for address in (
        addresses.of_page(slug, first, front),
        addresses.of_image(slug, first),
        addresses.cleaned(slug, first),
        addresses.of_field(slug, first, booklet, "cover/registration"),
        addresses.of_field(slug, first, booklet, "cover/sticker"),
    ):
        assert client.get(address).status_code == cover, address


def test_what_is_not_there_is_said_to_be_nowhere(site: Site) -> None:
    image, booklet, _ = box_of(site)
    client = site.as_(Role.EXAMINER)
    for rest in (
        f"pictures/field/{booklet}/no/such/box.jpg",
        "pictures/field/999/letters/choice/a.jpg",
        f"pictures/field/{booklet + 1}/letters/choice/z.jpg?i={image.id}",
        "pictures/page/nonsense/1/1.jpg",
        "pictures/page/booklet/1/200.jpg",
        f"pictures/question/{booklet}/nothing.jpg?i=x",
    ):
        assert client.get(site.at(rest)).status_code == 404, rest


def test_an_image_whose_copy_is_lost_is_said_to_be(site: Site) -> None:
    image, booklet, field = box_of(site)
    (site.folder / ".klausur" / "scans" / image.file).unlink()
    answer = site.as_(Role.EXAMINER).get(addresses.of_field(site.exam.slug, image, booklet, field))
    assert answer.status_code == 404
    assert "lost or damaged" in answer.content.decode()


ENDS = """
import multiprocessing, sys
from pathlib import Path
from klausur.site import home
from klausur.web import start

home.make(Path(sys.argv[1]))
start.start(home.read(Path(sys.argv[1])))
from klausur.web.pictures import making

def serve():
    assert making.workers().submit(abs, -1).result() == 1

if __name__ == "__main__":
    server = multiprocessing.get_context("fork").Process(target=serve)
    server.start()
    server.join(60)
    if server.is_alive():
        server.kill()
    server.join()
    print(server.exitcode)
"""


@pytest.mark.long
def test_a_server_process_that_made_pictures_ends_by_itself(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text(ENDS)
    command = [sys.executable, str(script), str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("0\n", 0), done.stderr


def test_processes_are_started_once_however_many_pictures_are_asked_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A contact sheet asks for twelve pictures in one moment."""
    monkeypatch.undo()
    started = []

    def slowly(count: int) -> ThreadPoolExecutor:
        started.append(count)
        time.sleep(0.05)
        return ThreadPoolExecutor(count)

    monkeypatch.setattr(making, "processes", slowly)
    making._workers.cache_clear()  # noqa: SLF001 - as in a server that has just begun
    try:
        with ThreadPoolExecutor(12) as browsers:
            found = {id(each) for each in browsers.map(lambda _: making.workers(), range(12))}
        assert len(found) == len(started) == 1
    finally:
        making._workers.cache_clear()  # noqa: SLF001
