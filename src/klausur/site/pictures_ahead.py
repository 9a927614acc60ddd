"""Pictures made before anybody looks: finding a page on its scan takes as long as reading it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from klausur.actions.page_pictures import Shows, cut
from klausur.actions.parallel import executor
from klausur.actions.progress import Progress, quiet
from klausur.site import jobs, kept_pictures
from klausur.site.jobs import Kind
from klausur.site.models import Exam, Job, Person
from klausur.state.facts import Role, StoredImage
from klausur.store import pages
from klausur.store.folder import opened


def make_ahead(
    exam: Exam,
    folder: Path,
    wanted: Callable[[], Sequence[StoredImage]],
    shows: Shows,
    processes: int | None,
    progress: Progress = quiet,
) -> int:
    """Make the pictures of images that nobody has made yet; how many that were.

    Args:
        exam: whose they are.
        folder: of the exam.
        wanted: looks up the images, while the folder is open.
        shows: what of them.
        processes: as `klausur.actions.parallel.executor` has it.
        progress: told how many of the images are done.
    """
    made = 0
    with opened(folder) as records:
        images = [image for image in wanted() if kept_pictures.look(exam, image, shows) is None]
        with executor(processes, len(images), hostile=True) as readers:
            for done, image in enumerate(images, start=1):
                pictures = cut(records, image, shows, readers)
                if pictures is not None:
                    kept_pictures.keep(exam, image, shows, pictures)
                    made += 1
                progress(done, len(images))
    return made


def ask_once(exam: Exam, folder: Path, by: Person, role: Role) -> None:
    """Have the pictures of all answers made that people judge, if nobody ever asked for any.

    A scan on the site asks for its own; what was scanned by the command line comes without.
    """
    if Job.objects.filter(exam=exam, kind=Kind.PICTURES).exists():
        return
    with opened(folder):
        scanned = pages.files_with_credit_boxes()
    for sha256 in scanned:
        jobs.ask(Kind.PICTURES, exam, by, role, sha256=sha256, start=0)
