"""The one table of what programs may ask: addresses, who may, what is sent and answered.

Views, addresses and the OpenAPI document come from it. Who may do a verb stands in `klausur.actions.roles`.
"""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from klausur.actions.roles import RULES, Verb
from klausur.state.facts import Role
from klausur.web.access import EVERYBODY
from klausur.web.api import shapes

BELOW = "/api/exams/{exam}/"
"""Before each path."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a program may ask.

    Attributes:
        name: of its function in `acts`, and in the document.
        method: of HTTP.
        path: below `BELOW`; parts in braces are the function's arguments, by Django's converter.
        says: what it does.
        answer: what is answered.
        verb: what is done, or None where something is only shown.
        shown: to whom it is shown; what is done is done by those whom `RULES` names.
        sent: the JSON that is sent, or None.
        query: what stands behind the question mark, and headers, with what each means.
        binary: whether bytes are sent.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    says: str
    answer: type[Struct]
    verb: Verb | None = None
    shown: frozenset[Role] = EVERYBODY
    sent: type[Struct] | None = None
    query: tuple[tuple[str, Literal["query", "header"], str], ...] = ()
    binary: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Who may ask."""
        return self.shown if self.verb is None else RULES[self.verb].roles


_LEADS = frozenset({Role.EXAMINER})
_ROOM = frozenset({Role.EXAMINER, Role.PROCTOR})

OPERATIONS = (
    Operation("exam", "GET", "", "The exam, as whom the token acts, and what it may do.", shapes.Exam),
    Operation(
        "status", "GET", "status/", "What was scanned, and what waits for people.", shapes.Status,
        shown=frozenset({Role.EXAMINER, Role.CORRECTOR, Role.PROCTOR}),
    ),
    Operation(
        "candidates", "GET", "candidates/", "The list of candidates.", shapes.Candidates, shown=_ROOM
    ),
    Operation(
        "mark_candidate", "POST", "candidates/{str:registration}/standing/",
        "Say whether somebody takes the exam.", shapes.Candidate,
        verb=Verb.MARK_PRESENCE, sent=shapes.Presence,
    ),
    Operation(
        "results", "GET", "results/",
        "The results as they stand, as `klausur grade` writes them into results.json.", shapes.Results,
        shown=_LEADS,
    ),
    Operation(
        "judge", "POST", "judgements/", "Judge an answer by its rubric.", shapes.Judgement,
        verb=Verb.JUDGE, sent=shapes.Judging,
    ),
    Operation(
        "begin_upload", "POST", "uploads/",
        "Begin to send a scanned file, or go on with one that this person began.", shapes.Upload,
        verb=Verb.SCAN, sent=shapes.NewUpload,
    ),
    Operation(
        "send_piece", "POST", "uploads/{uuid:upload}/",
        "Send the next piece of a file. Once all are there, a job reads it.", shapes.Received,
        verb=Verb.SCAN, binary=True,
        query=(
            ("offset", "query", "from which byte on the piece is"),
            ("X-Digest", "header", "the SHA-256 of the piece, in hexadecimal"),
        ),
    ),
    Operation(
        "leave_upload", "POST", "uploads/{uuid:upload}/leave/",
        "Forget a file that is not all there.", shapes.Nothing, verb=Verb.SCAN,
    ),
    Operation("job", "GET", "jobs/{uuid:job}/", "How far a job is.", shapes.Job),
)  # fmt: skip
