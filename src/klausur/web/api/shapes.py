"""What is sent and answered as JSON. Credits are text, since they are exact: ``"1.5"``, ``"1/3"``."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Exam(Struct, frozen=True):
    """The exam that a token is for, as whom it acts, and what it may do."""

    name: str
    title: str
    person: str
    role: str
    verbs: tuple[str, ...]


class Booklet(Struct, frozen=True):
    """How far a booklet is, and whose it is if that is known and told."""

    number: int
    registration: str | None
    pages_found: int
    pages_missing: int
    questions_open: int


class Status(Struct, frozen=True):
    """What was scanned, and what waits for people."""

    images: int
    placed: int
    waiting: int
    questions_open: int
    booklets: tuple[Booklet, ...]


class Candidate(Struct, frozen=True):
    """Somebody on the list of candidates, and the booklet that is theirs."""

    registration: str
    name: str
    standing: str
    booklet: int | None


class Candidates(Struct, frozen=True):
    """The list of candidates."""

    candidates: tuple[Candidate, ...]


class Presence(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether somebody takes the exam; ``excluded`` and ``withdrawn`` are the examiner's word."""

    standing: Literal["registered", "absent", "ill", "excluded", "withdrawn"]
    why: str = ""


class Judging(Struct, frozen=True, forbid_unknown_fields=True):
    """What an answer is given: ``items`` of the rubric, each with how often.

    ``act`` names it, so that what is sent again counts once. ``looked`` is the newest judgement of the answer
    that its judge knows, 0 for none; without it, theirs is the last word.
    """

    booklet: Annotated[int, Meta(ge=1)]
    question: str
    act: Annotated[str, Meta(min_length=8, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
    items: dict[str, Annotated[int, Meta(ge=0, le=1000)]] = {}
    comment: Annotated[str, Meta(max_length=5000)] = ""
    looked: Annotated[int, Meta(ge=0)] | None = None


class Judgement(Struct, frozen=True):
    """A judgement that was recorded: its number, and the credits that it gives."""

    judgement: int
    credits: str


class Results(Struct, frozen=True, forbid_unknown_fields=True):
    """The results as they stand: docs/guide/grading.md says what each column holds."""

    exam: str
    of: Any
    questions: Any
    problems: Any
    struck: dict[str, str]
    bonus: list[str]
    key: dict[str, Any]
    summary: dict[str, Any]
    source_changed: bool
    extras_open: Any
    homework_of_nobody: Any
    records: dict[str, Any] | None
    rows: list[dict[str, Any]]


class NewUpload(Struct, frozen=True, forbid_unknown_fields=True):
    """A scanned file that is to come in pieces; ``fresh`` forgets what came of one of its name and size."""

    name: Annotated[str, Meta(min_length=1, max_length=400)]
    size: Annotated[int, Meta(ge=1)]
    fresh: bool = False


class Upload(Struct, frozen=True):
    """A file on its way: bytes that came, bytes of a piece, and the SHA-256 of each piece that came."""

    upload: str
    received: int
    piece: int
    pieces: tuple[Digest, ...]


class Received(Struct, frozen=True):
    """Bytes that are there; once all are, the ``job`` that reads them, or None if the exam knows the file."""

    received: int
    job: str | None = None


class Job(Struct, frozen=True):
    """A job: ``state`` is waiting, running, done or aside; ``fault`` says why it was set aside."""

    job: str
    kind: str
    state: str
    done: int
    total: int
    fault: str
    remedy: str


class Nothing(Struct, frozen=True):
    """It is done."""


class Refusal(Struct, frozen=True):
    """What was wrong, and what to do; ``received`` tells from which byte on a file is wanted."""

    what: str
    remedy: str
    received: int | None = None
