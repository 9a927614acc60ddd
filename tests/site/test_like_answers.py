"""Which answers look alike is put together by workers, out of what lies beside the pictures of answers."""

import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, ClassVar

import pytest
from django.conf import settings
from tests.site.test_job_kinds import done, keep
from tests.web.conftest import Site
from tests.web.short_answers import printed, written

from klausur.read.card_paths import ALIKE
from klausur.site import exams, files, like_answers, run_one
from klausur.site.files import FilesInFolder
from klausur.site.jobs import JobState, Kind
from klausur.site.like_answers import LikeAnswers
from klausur.site.models import Exam, Person
from klausur.state.facts import Role
from klausur.store import pages, printings
from klausur.store.folder import opened

TEXTS = ("128", "124", "128", "", "128", "31", "124", "128", "124", "128")


@pytest.fixture
def short(tmp_path: Path) -> Site:
    """A site with an exam of one short question, printed for ten people."""
    shutil.rmtree(settings.KLAUSUR_HOME.files / "pictures", ignore_errors=True)  # of other tests' exams
    folder = tmp_path / "short"
    printed(folder, len(TEXTS))
    exam = exams.add(settings.KLAUSUR_HOME, folder, "Short answers", "the tests")
    person = Person.objects.create_user("short@example.org", "Ada Kurz")
    exams.give_role(exam, person, Role.EXAMINER, "the tests")
    return Site(exam, folder, {Role.EXAMINER: person})


class Counted(FilesInFolder):
    """Files that note which of them were opened."""

    opened: ClassVar[list[str]] = []

    def open(self, key: str) -> BinaryIO:
        self.opened.append(key)
        return super().open(key)


def like(*groups: int) -> LikeAnswers:
    """Answers that look alike by these groups; in each stands a character."""
    numbers = tuple(range(1, len(groups) + 1))
    return LikeAnswers(numbers, numbers, (b"\0\0",) * len(groups), groups, 1, ALIKE.stem)


def test_what_looks_alike_is_read_once_until_it_is_put_together_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, exam = Counted(tmp_path), Exam(pk=7)
    monkeypatch.setattr(files, "here", lambda: here)
    monkeypatch.setattr(Counted, "opened", [])
    assert like_answers.look(exam, "word") is None
    for groups in ((1, 1, 0), (0, 1, 1)):
        like_answers.keep(exam, "word", like(*groups))
        del here.opened[:]
        with ThreadPoolExecutor(4) as threads:
            looks = list(threads.map(lambda _: like_answers.look(exam, "word"), range(40)))
        assert {None if known is None else known.groups for known in looks} == {groups}
        assert 1 <= len(here.opened) <= 4  # threads that ask at once read beside one another
        del here.opened[:]
        assert like_answers.look(exam, "word") is like_answers.look(exam, "word")
        assert not here.opened
    for n in range(like_answers.KEPT):
        like_answers.keep(exam, f"another {n}", like(0))
        like_answers.look(exam, f"another {n}")
    del here.opened[:]
    like_answers.look(exam, "word")
    assert len(here.opened) == 1, "no more is remembered than there is room for"
    assert files.here().delete(here.opened[0])
    assert like_answers.look(exam, "word") is None


@pytest.mark.long
def test_a_scan_tells_which_short_answers_look_alike(short: Site) -> None:
    with opened(short.folder):
        layout = printings.layout()
    scanned = written(short.folder, layout, TEXTS)
    assert like_answers.look(short.exam, "word") is None
    assert done(short, Kind.SCAN, file=keep("uploads/1/a.pdf", scanned.read_bytes())).state == JobState.DONE
    while (job := run_one()) is not None:
        assert (job.kind, job.state) == (Kind.PICTURES, JobState.DONE), job.fault
    known = like_answers.look(short.exam, "word")
    assert known is not None
    numbers = [booklet.number for booklet in layout.booklets]
    said = dict(zip(numbers, TEXTS, strict=True))
    assert set(known.booklets) == {number for number, text in said.items() if text}
    groups: dict[int, Counter[str]] = {}
    for booklet, group in zip(known.booklets, known.groups, strict=True):
        if group:
            groups.setdefault(group, Counter())[said[booklet]] += 1
    assert any(group["128"] >= 3 for group in groups.values())
    assert all(max(group.values()) > group.total() / 2 for group in groups.values())
    one = next(number for number in numbers if said[number] == "128")
    near = known.nearest(one, 3, frozenset(numbers) - {one})
    assert Counter(said[number] for number in near)["128"] >= 2
    with opened(short.folder):
        images = pages.by_number(frozenset(known.images))
    assert {image.spot.booklet for image in images.values() if image.spot} == set(known.booklets)
    assert any(key.startswith(f"pictures/{short.exam.pk}/like/") for key in files.here().keys("pictures"))
