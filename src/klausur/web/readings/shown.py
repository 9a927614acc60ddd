"""What the readings desk shows of a box: pictures of it, what the reader makes of it, what may be pressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klausur.paper.answers import Doubt
from klausur.paper.fields import NO_NUMBER, FieldKind, Mark
from klausur.state.facts import StoredImage, StoredSettlement
from klausur.store.boxes import SeenBox, Unclear
from klausur.web.pictures import addresses

MARKS: Mapping[str, tuple[str, Promise | str]] = {
    Mark.CROSSED: ("x", gettext_lazy("crossed")),
    Mark.FILLED: ("f", gettext_lazy("filled")),
    Mark.EMPTY: ("e", gettext_lazy("empty")),
    Mark.OTHER: ("", gettext_lazy("unclear")),
    NO_NUMBER: ("n", gettext_lazy("no number")),
}
"""What a box may hold, the key for it, and what it is called."""

DOUBTS: Mapping[Doubt, Promise | str] = {
    Doubt.PAGE_MISSING: gettext_lazy("Its page was not found."),
    Doubt.MARK_UNCLEAR: gettext_lazy("The reader is not sure of the mark."),
    Doubt.DIGITS_UNCLEAR: gettext_lazy("The reader is not sure of the digits."),
    Doubt.NO_CREDIT: gettext_lazy("No credits are crossed or written."),
    Doubt.SEVERAL_CREDITS: gettext_lazy("Several credits are crossed."),
    Doubt.PAGE_TWICE: gettext_lazy("Its page is there twice, with different marks: the scans desk has both."),
    Doubt.SETTLED_BEFORE: gettext_lazy("It was settled beside another scan, and this one says otherwise."),
    Doubt.JUDGED_BEFORE: gettext_lazy("It was judged beside another scan than the one that counts now."),
    Doubt.RUBRIC_CHANGED: gettext_lazy("The rubric has changed: the grading desk hands it out again."),
    Doubt.AWAITS_SECOND: gettext_lazy("A second person is to judge it."),
    Doubt.AWAITS_THIRD: gettext_lazy("Two judged it differently, and a third person is to decide."),
}
"""Why something waits."""


_READERS = frozenset({Doubt.MARK_UNCLEAR, Doubt.DIGITS_UNCLEAR})
"""Doubts of the reader, of whose guess more is said anyway."""


@dataclass(frozen=True, slots=True)
class Press:
    """Something to press: its key, what it says, and what is sent by it."""

    key: str
    says: str
    name: str
    value: str
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Says:
    """What is said of a box, and what may be pressed; the part of a card that changes when it is settled."""

    booklet: int
    target: str
    looked: int
    guess: str = ""
    presses: tuple[Press, ...] = ()
    typed: bool = False
    said: str = ""
    who: str = ""
    conflict: str = ""

    @property
    def accepted(self) -> str:
        """What accepting the guess sends, for many at once; empty where there is none or all is said."""
        guess = next((p for p in self.presses if p.guess), None)
        return (
            "" if guess is None or self.said else f"{self.booklet}|{self.target}|{self.looked}|{guess.value}"
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """Another box of the same question: its picture, what it is called and holds."""

    picture: str
    called: str
    holds: str
    state: str


@dataclass(frozen=True, slots=True)
class Card:
    """A box, or a question, that a person looks at."""

    title: str
    called: str
    why: tuple[str, ...]
    picture: str
    page: str
    says: Says
    beside: tuple[Beside, ...] = ()
    wide: bool = False
    state: str = ""
    named: str = ""


def card(
    slug: str, unclear: Unclear, boxes: Sequence[SeenBox], images: Mapping[int, StoredImage]
) -> Card | None:
    """The card of what is unclear, among all boxes of its question; None if it was not read at all."""
    if not boxes:
        return None
    own = next((box for box in boxes if box.reading.field == unclear.field), None)
    first = own or boxes[0]
    image = images[first.image]
    whole = own is None
    why = [str(DOUBTS[doubt]) for doubt in unclear.doubts if own is None or doubt not in _READERS]
    if image.uncovered:
        why.append(_("Its page is unlike those that the reader was made for, so people decide."))
    return Card(
        title=_("Booklet %(booklet)s, question %(question)s")
        % {"booklet": unclear.booklet, "question": unclear.shown},
        called="" if own is None else called(own.reading.field),
        why=tuple(why),
        picture=addresses.of_question(slug, image, unclear.booklet, unclear.question)
        if whole
        else addresses.of_field(slug, image, unclear.booklet, first.reading.field),
        page=addresses.of_page(slug, image, image.spot) if image.spot is not None else "",
        says=says_of_question(unclear.booklet, unclear.question, boxes) if own is None else says_of(own),
        beside=tuple(_beside(slug, box, images[box.image]) for box in boxes if box is not own),
        wide=whole or (own is not None and FieldKind(own.reading.kind).row.typed is not None),
    )


def tile(slug: str, box: SeenBox, image: StoredImage) -> Card:
    """A box in a gallery: there are many, so it says no more than what people said of it."""
    said = box.said
    return Card(
        title=str(box.booklet),
        called=called(box.reading.field),
        why=(),
        picture=addresses.of_field(slug, image, box.booklet, box.reading.field),
        page=addresses.of_page(slug, image, image.spot) if image.spot is not None else "",
        says=Says(
            box.booklet,
            box.reading.field,
            0 if said is None else said.id,
            said="" if said is None or said.value is None else held(said.value),
        ),
        wide=box.reading.kind.row.typed is not None,
        state=str(box.holds or Mark.OTHER),
        named=_("Booklet %(booklet)s, %(box)s") % {"booklet": box.booklet, "box": box.reading.field},
    )


def says_of(box: SeenBox, conflict: str = "") -> Says:
    """What is said of a box."""
    read, said = box.reading, box.said
    sayable = read.kind.sayable(read.value)
    presses = tuple(
        Press(MARKS[value][0], str(MARKS[value][1]), "mark", value, guess=sayable and value == read.value)
        for value in _pressed(read.kind)
    )
    if sayable and not any(p.guess for p in presses):
        presses = (Press("", str(read.value), "mark", str(read.value), guess=True), *presses)
    return Says(
        booklet=box.booklet,
        target=read.field,
        looked=0 if said is None else said.id,
        guess=_guess(box, sayable=sayable),
        presses=presses,
        typed=read.kind.row.typed is not None,
        said="" if said is None or said.value is None else held(said.value),
        who="" if said is None else said.who,
        conflict=conflict,
    )


def says_of_question(booklet: int, question: str, boxes: Sequence[SeenBox], conflict: str = "") -> Says:
    """What is said of a question whose credits a person gives."""
    said = [box.said for box in boxes if box.said is not None]
    now = next((box for box in boxes if box.said is not None and box.said.value in _gives(box)), None)
    boxed = [box for box in boxes if box.reading.kind is not FieldKind.CREDIT_NUMBER]
    return Says(
        booklet=booklet,
        target=question,
        looked=max((one.id for one in said), default=0),
        guess=_("Press how many credits there are.") if boxed else _("Write how many credits there are."),
        presses=tuple(
            Press("", called(box.reading.field), "credits", box.reading.field.rpartition("/")[2])
            for box in boxed
        ),
        typed=True,
        said="" if now is None else _credited(now),
        who="" if now is None or now.said is None else now.said.who,
        conflict=conflict,
    )


def _gives(box: SeenBox) -> tuple[str, ...]:
    """What a person said of a box if it gives credits by that: crossed, or a number."""
    if box.reading.kind is not FieldKind.CREDIT_NUMBER:
        return (Mark.CROSSED,)
    said = "" if box.said is None else box.said.value or ""
    return () if said in {"", NO_NUMBER} else (said,)


def _credited(box: SeenBox) -> str:
    """The credits that a person gave by this box, in words."""
    if box.reading.kind is not FieldKind.CREDIT_NUMBER or box.said is None or box.said.value is None:
        return called(box.reading.field)
    return called(f"/credit/{box.said.value}")


def conflict(last: StoredSettlement, wanted: str) -> str:
    """What to say to the second of two people."""
    what = _("took it back") if last.value is None else _("said: %(what)s") % {"what": held(last.value)}
    return _("%(who)s was faster and %(did)s. You wanted: %(wanted)s. Press once more what shall hold.") % {
        "who": last.who,
        "did": what,
        "wanted": held(wanted),
    }


def held(value: str) -> str:
    """What something that a box holds is called."""
    return str(MARKS[value][1]) if value in MARKS else value


def called(field: str) -> str:
    """What a box is called beside its question."""
    kind, _slash, rest = field.partition("/")[2].partition("/")
    if kind == "choice":
        return _("choice %(letter)s") % {"letter": rest}
    if kind == "credit":
        return ngettext("%(credits)s credit", "%(credits)s credits", 1 if rest == "1" else 2) % {
            "credits": rest
        }
    if kind == "credits":
        return _("its credits")
    return _("number %(which)s") % {"which": rest} if rest else _("its number")


def _pressed(kind: FieldKind) -> tuple[str, ...]:
    """In the order of the keys: what is most often meant comes first."""
    order = list(MARKS)
    return tuple(sorted(kind.row.settled_as, key=order.index))


def _guess(box: SeenBox, *, sayable: bool) -> str:
    sure = {"what": held(str(box.reading.value)), "sure": f"{box.reading.confidence * 100:.0f}"}
    if not sayable:
        return _("The reader cannot tell what it is.")
    return _("The reader takes it for %(what)s, and is %(sure)s %% sure.") % sure


def _beside(slug: str, box: SeenBox, image: StoredImage) -> Beside:
    holds = box.holds
    return Beside(
        addresses.of_field(slug, image, box.booklet, box.reading.field),
        called(box.reading.field),
        _("unclear") if holds is None else held(holds),
        str(holds or Mark.OTHER),
    )
