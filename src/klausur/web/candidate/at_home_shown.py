"""What a candidate's page of an exam at home shows, in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klausur.actions.hand_in import OwnHome
from klausur.roster.model import Candidate
from klausur.state.hand_ins import (
    HandedFile,
    HomePaper,
    LateVerdict,
    SeenPage,
    Sight,
    StoredHandIn,
    missing,
    sights,
)
from klausur.typeset.receipt import Receipt, ReceivedFile

SIGHTS = {
    Sight.FOUND: gettext_lazy("page %(page)s of your booklet"),
    Sight.AGAIN: gettext_lazy("page %(page)s once more; leave one of the two out"),
    Sight.OTHER_BOOKLET: gettext_lazy("not a page of your booklet: it does not count for you"),
    Sight.QUESTION_PAPER: gettext_lazy(
        "the question paper, which is refused: it has no answers. Leave it out"
    ),
    Sight.OTHER_EXAM: gettext_lazy("a page of another exam"),
    Sight.BLURRED: gettext_lazy("blurred: photograph this page again, in good light"),
    Sight.CUT_OFF: gettext_lazy("corners are not seen: photograph the whole page, flat, with all four"),
    Sight.NO_CODE: gettext_lazy(
        "no page of your booklet is seen: the square code at the top must be visible"
    ),
    Sight.BLANK: gettext_lazy("an empty page: leave it out"),
    Sight.UNREADABLE: gettext_lazy("this file cannot be opened: send it as JPEG, PNG, HEIC or PDF"),
}
"""What was seen."""

_TONES = {Sight.FOUND: "good", Sight.AGAIN: "warn", Sight.BLANK: "warn"}


@dataclass(frozen=True, slots=True)
class Moment:
    """What comes next, and when: ``until`` in milliseconds since 1970."""

    called: str
    when: datetime

    @property
    def until(self) -> int:
        """For the script that counts down."""
        return round(self.when.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper to fetch: its name, its address's, from when on, whether it is there, when it was fetched."""

    called: str
    address: str
    when: datetime
    there: bool
    fetched: datetime | None


@dataclass(frozen=True, slots=True)
class FileAgain:
    """A file of the last hand-in, which is in the next one, too, if it is ``chosen``."""

    of: HandedFile
    chosen: bool


@dataclass(frozen=True, slots=True)
class SightShown:
    """What is told of a page: in which file, what it is, whether that is good."""

    file: str
    says: str
    tone: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class HandInShown:
    """A hand-in: which pages of the booklet are there, what is wrong, what is decided where it is late."""

    of: StoredHandIn
    late: bool
    counts: bool
    accepted: bool
    refused: bool
    why: str
    pages: tuple[tuple[int, bool], ...]
    missing: tuple[int, ...]
    sights: tuple[SightShown, ...]
    wrong: int

    @property
    def seen(self) -> bool:
        """Whether the machine has looked at it."""
        return self.of.seen is not None


def next_moment(found: OwnHome, now: datetime) -> Moment | None:
    """What comes next for a candidate; None once nothing does."""
    times = found.times
    coming = (
        Moment(_("Your booklet is released in"), times.release),
        Moment(_("The question paper is released in"), times.questions),
        Moment(_("Time left to hand in"), times.ends(found.extra_minutes)),
        Moment(_("Grace to hand in"), times.latest(found.extra_minutes)),
    )
    return next((each for each in coming if now < each.when), None)


def papers(found: OwnHome, now: datetime) -> tuple[PaperShown, ...]:
    """What there is to fetch."""
    first = {each.paper: each.when for each in found.fetched if each.booklet == found.booklet}
    told = (
        (HomePaper.BOOKLET, _("Your booklet"), "review-home-booklet"),
        (HomePaper.QUESTIONS, _("The question paper"), "review-home-questions"),
    )
    return tuple(
        PaperShown(
            called,
            address,
            found.times.released(paper),
            found.booklet is not None and found.takes_part and found.times.is_released(paper, now),
            first.get(paper),
        )
        for paper, called, address in told
    )


def again(found: OwnHome, kept: Sequence[str] | None) -> tuple[FileAgain, ...]:
    """The files of the last hand-in. ``kept`` are those that are chosen on the page; None for all."""
    if not found.hand_ins:
        return ()
    files = found.hand_ins[-1].files
    return tuple(FileAgain(each, kept is None or each.sha256 in kept) for each in files)


def hand_ins(found: OwnHome) -> tuple[HandInShown, ...]:
    """All hand-ins, the newest first."""
    return tuple(_hand_in(found, each) for each in reversed(found.hand_ins))


def _hand_in(found: OwnHome, each: StoredHandIn) -> HandInShown:
    lacks = missing(each, found.pages)
    told = tuple(_sights(each))
    return HandInShown(
        each,
        found.is_late(each.when),
        found.counting is not None and found.counting.id == each.id,
        each.verdict is LateVerdict.ACCEPTED,
        each.verdict is LateVerdict.REFUSED,
        "" if each.decision is None or each.verdict is None else each.decision.why,
        tuple((page, page not in lacks) for page in range(1, found.pages + 1)),
        lacks,
        told,
        sum(one.tone == "bad" for one in told),
    )


def _sights(each: StoredHandIn) -> Iterator[SightShown]:
    names = {file.sha256: file.name for file in each.files}
    many = {file.sha256: sum(page.file == file.sha256 for page in each.seen or ()) > 1 for file in each.files}
    for page, sight in sights(each.seen or (), each.booklet):
        name = names[page.file]
        if many[page.file]:
            name = _("%(file)s, page %(n)s") % {"file": name, "n": page.index + 1}
        says = str(SIGHTS[sight]) % {"page": page.page}
        yield SightShown(name, says, _tone(page, sight), _more(page, sight))


def _tone(page: SeenPage, sight: Sight) -> str:
    return "warn" if sight is Sight.FOUND and page.poor else _TONES.get(sight, "bad")


def _more(page: SeenPage, sight: Sight) -> str:
    """What else is told of a page that was found."""
    if sight is not Sight.FOUND:
        return ""
    if page.poor:
        return _("hard to read: photograph it again, sharper and from above, if you can")
    return _("upside down, which does no harm") if page.upside_down else ""


def receipt(of: StoredHandIn, exam: str, who: Candidate, *, late: bool) -> Receipt:
    """What a candidate keeps of a hand-in: when it came, and what, each file with its SHA-256."""
    received = localtime(of.when).strftime("%Y-%m-%d %H:%M:%S %z")
    told = f" ({_('late')})" if late else ""
    facts = [
        (_("Exam"), exam),
        (_("Name"), who.name),
        (_("Registration number"), who.registration),
        (_("Booklet"), str(of.booklet)),
        (_("Hand-in"), str(of.version)),
        (_("Received"), received + told),
    ]
    files = [ReceivedFile(each.name, filesizeformat(each.size), each.sha256) for each in of.files]
    note = _("The time is that of the server. Whoever has these files can show by their digests what came.")
    return Receipt(_("Receipt"), facts, files, note)
