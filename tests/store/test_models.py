from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from tests.cast import EXAMINER

from klausur.read.model import Mark, PageResult
from klausur.state.facts import Author, Papers
from klausur.store import models, pages
from klausur.store.folder import writing
from klausur.store.readings import settle

Result = Callable[..., PageResult]


@pytest.mark.usefixtures("run")
def test_the_migrations_make_the_tables_that_the_models_want() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.usefixtures("run")
def test_rows_are_never_changed_or_deleted(placed: Result) -> None:
    pages.append_file("ab" * 32, "scan.pdf", 2)
    pages.append(placed(0, 1, 1, a=Mark.CROSSED, b=Mark.EMPTY))
    settle(1, [("pick/choice/a", Mark.EMPTY)], Author(EXAMINER))
    for model in (
        models.Edition,
        models.Printing,
        models.Printed,
        models.Candidate,
        models.CandidateEntry,
        models.Booklet,
        models.ScannedFile,
        models.PageImage,
        models.Reading,
        models.Settlement,
    ):
        row = model.objects.first()
        assert row is not None, model
        for change in (row.save, row.delete, model.objects.all().delete):
            with pytest.raises(TypeError, match="appended"):
                change()
        with pytest.raises(TypeError, match="appended"):
            model.objects.update(software="9.9")


def test_every_row_names_the_version_that_wrote_it(run: Papers, placed: Result) -> None:
    pages.append_file("ab" * 32, "scan.pdf", 1)
    pages.append(placed(0, 1, 1, a=Mark.CROSSED))
    for model in (models.Printing, models.Booklet, models.ScannedFile, models.PageImage, models.Reading):
        assert set(model.objects.values_list("software", flat=True)) == {run.printings[0].software}
    assert models.Reading.objects.get().version == "1"


@pytest.mark.usefixtures("run")
def test_an_image_cannot_be_recorded_twice(placed: Result, lost: Result) -> None:
    pages.append_file("ab" * 32, "scan.pdf", 1)
    pages.append(placed(0, 1, 1))
    with pytest.raises(IntegrityError), writing():
        pages.append(lost(0))
    assert len(pages.images()) == 1


@pytest.mark.usefixtures("run")
def test_an_image_is_placed_or_unplaced_never_neither_or_both() -> None:
    pages.append_file("ab" * 32, "scan.pdf", 1)
    at = {
        "file": models.ScannedFile.objects.get(),
        "index": 0,
        "software": "1",
    }
    spot = {"sheet": "booklet", "number": 1, "page": 1}
    for wrong in ({}, {"reason": "blank", **spot}, spot, {**spot, "residual": 0.1, "sheet": ""}):
        with pytest.raises(IntegrityError), writing():
            models.PageImage(**at, **wrong).save()


@pytest.mark.usefixtures("run")
def test_a_reading_cannot_name_an_image_that_is_not_there() -> None:
    row = models.Reading(
        image_id=77, field="x", kind="choice-box", value="empty", confidence=1.0, flagged=False, software="1"
    )
    with pytest.raises(IntegrityError), writing():
        row.save()  # the foreign key is looked at when the transaction ends


@pytest.mark.usefixtures("run")
def test_rows_say_what_they_are(placed: Result, lost: Result) -> None:
    pages.append_file("ab" * 32, "scan.pdf", 2)
    pages.append(placed(0, 1, 1, a=Mark.CROSSED))
    pages.append(lost(1))
    assert [str(row) for row in models.PageImage.objects.order_by("pk")] == [
        "image 1: booklet 1, page 1",
        "image 2: no-code",
    ]
    assert str(models.Reading.objects.get()) == "pick/choice/a crossed (0.999)"
    assert str(models.Booklet.objects.first()) == "booklet 1"


@pytest.mark.usefixtures("run")
def test_one_image_counts_as_a_page(placed: Result) -> None:
    pages.append_file("ab" * 32, "scan.pdf", 2)
    pages.append(placed(0, 1, 1))
    with pytest.raises(IntegrityError), writing():
        pages.append(placed(1, 1, 1))
    assert [image.index for image in pages.images()] == [0]


@pytest.mark.usefixtures("run")
def test_a_candidate_owns_one_booklet() -> None:
    models.BookletState(number=1, value="", owner_id=1).save()
    with pytest.raises(IntegrityError), writing():
        models.BookletState(number=2, value="", owner_id=1).save()
    with pytest.raises(IntegrityError), writing():
        models.BookletState.objects.bulk_create(
            [models.BookletState(number=n, value="", said_id=1) for n in (3, 4)]
        )


@pytest.mark.usefixtures("run")
def test_a_registration_number_stands_once_on_the_list() -> None:
    other = models.Candidate(software="1")
    other.save()
    models.CandidateState(candidate_id=1, registration="1", standing="registered", value="").save()
    with pytest.raises(IntegrityError), writing():
        models.CandidateState(candidate=other, registration="1", standing="registered", value="").save()
