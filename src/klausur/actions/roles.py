"""As what somebody may do which verb, as a table. Every verb that writes looks here before it does anything.

Who acts as what in an exam is not decided here: on the command line everybody is an examiner.
"""

from dataclasses import dataclass
from enum import StrEnum

from klausur.base.errors import RefusedError
from klausur.state.facts import Actor, Role


class Verb(StrEnum):
    """What people do to an exam that was begun. The audit trail names most of them so too."""

    PRINT = "print"
    APPROVE_PAPER = "approve-paper"
    SOLUTION = "solution"
    DAY = "day"
    KEEP_DAY = "keep-day"
    REHEARSE = "rehearse"
    DEMO = "demo"
    SCAN = "scan"
    ADOPT_SCANS = "adopt-scans"
    REREAD = "reread"
    SETTLE = "settle"
    AUDIT_MARKS = "audit-marks"
    EXPORT_SETTLED = "export-settled"
    SETTLE_PAGE = "settle-page"
    SETTLE_BOOKLET = "settle-booklet"
    SETTLE_EXTRA = "settle-extra"
    SETTLE_SIGNATURE = "settle-signature"
    WAIVE_PAGE = "waive-page"
    NOTE_PLACE = "note-place"
    JUDGE = "judge"
    ANNOTATE = "annotate"
    PARK = "park"
    REPLY = "reply"
    OVERRULE = "overrule"
    """`JUDGE` and `ANNOTATE`: take back what somebody else judged or drew."""
    CHANGE_RUBRIC = "change-rubric"
    ASSIGN = "assign"
    SET_JUDGING = "set-judging"
    UPDATE_CANDIDATES = "update-candidates"
    ADD_CANDIDATE = "add-candidate"
    CHANGE_CANDIDATE = "change-candidate"
    MARK_CANDIDATE = "mark-candidate"
    MARK_PRESENCE = "mark-presence"
    """`MARK_CANDIDATE` from and to registered, absent or ill."""
    GRADE = "grade"
    FILL_GRADES = "fill-grades"
    SIGN_GRADES = "sign-grades"
    PUBLISH = "publish"
    MAKE_LINKS = "make-links"
    SEND_MAIL = "send-mail"
    SEND_GRADES = "send-grades"
    PLAN_REVIEW = "plan-review"
    KEEP_REVIEW = "keep-review"
    SIT_REVIEW = "sit-review"
    OBJECT = "object"
    FETCH_PAPER = "fetch-paper"
    HAND_IN = "hand-in"
    DECIDE_HAND_IN = "decide-hand-in"
    TAKE_HAND_INS = "take-hand-ins"
    SET_HOME_TIMES = "set-home-times"
    ANSWER_OBJECTION = "answer-objection"
    TAKE_OVER_KEY = "take-over-key"
    WRITE_BACK_KEY = "write-back-key"
    BRING_HOMEWORK = "bring-homework"
    VERIFY = "verify"
    SET_RETENTION = "set-retention"
    DELETE_DATA = "delete-data"
    TIDY = "tidy"
    ARCHIVE = "archive"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do a verb: what it ``does``, to be read after "may"; the ``roles``; and ``why`` these."""

    does: str
    roles: frozenset[Role]
    why: str


def _rule(does: str, why: str, *roles: Role) -> Rule:
    """An examiner may do everything; ``roles`` are those who may too."""
    return Rule(does, frozenset({Role.EXAMINER, *roles}), why)


_CORRECTOR, _PROCTOR, _ADMINISTRATOR = Role.CORRECTOR, Role.PROCTOR, Role.ADMINISTRATOR
_CANDIDATE = Role.CANDIDATE

RULES = {
    Verb.PRINT: _rule("print papers", "what is printed first fixes what is asked, and numbers are for ever"),
    Verb.APPROVE_PAPER: _rule("approve the paper", "what is printed is the examiner's word"),
    Verb.SOLUTION: _rule("make the sample solutions", "correctors correct by them", _CORRECTOR),
    Verb.DAY: _rule("make the papers for the day", "proctors hang them up and go by them", _PROCTOR),
    Verb.KEEP_DAY: _rule("keep the record of the exam day", "proctors are in the room", _PROCTOR),
    Verb.REHEARSE: _rule("rehearse the exam", "made-up scans tell the key beside them"),
    Verb.DEMO: _rule("make a demo", "it prints, scans and grades"),
    Verb.SCAN: _rule(
        "scan pages", "reading decides nothing, and a scan station needs somebody", _ADMINISTRATOR
    ),
    Verb.ADOPT_SCANS: _rule("adopt scans", "it says which page each image is, and of which booklet"),
    Verb.REREAD: _rule("have pages read again", "it mends what failed, and decides nothing", _ADMINISTRATOR),
    Verb.SETTLE: _rule("settle boxes and questions", "it is what correctors see on the paper", _CORRECTOR),
    Verb.AUDIT_MARKS: _rule(
        "look at marks a second time", "it is settling what the reader was sure of", _CORRECTOR
    ),
    Verb.EXPORT_SETTLED: _rule("export settled marks", "candidates' ink leaves the exam with them"),
    Verb.SETTLE_PAGE: _rule("settle which page an image is", "correctors compare the pages", _CORRECTOR),
    Verb.SETTLE_BOOKLET: _rule("settle whose a booklet is", "proctors saw who wrote in it", _PROCTOR),
    Verb.SETTLE_EXTRA: _rule("settle whose an extra sheet is", "proctors handed it out", _PROCTOR),
    Verb.SETTLE_SIGNATURE: _rule("settle who signed", "proctors had them sign", _PROCTOR),
    Verb.WAIVE_PAGE: _rule("have a booklet count without a page", "what was asked there earns nothing then"),
    Verb.NOTE_PLACE: _rule(
        "note where papers lie", "whoever has them in the hand puts them away", _CORRECTOR, _PROCTOR
    ),
    Verb.JUDGE: _rule("judge answers", "it is what correctors are for", _CORRECTOR),
    Verb.ANNOTATE: _rule("draw on answers", "it shows what a judgement is about", _CORRECTOR),
    Verb.PARK: _rule(
        "put answers aside with a question", "correctors meet what they cannot decide", _CORRECTOR
    ),
    Verb.REPLY: _rule("reply to what was put aside", "the examiner says how it is judged"),
    Verb.OVERRULE: _rule("take back what others judged", "a judgement is its corrector's word"),
    Verb.CHANGE_RUBRIC: _rule("change a rubric", "it says how all correctors judge"),
    Verb.ASSIGN: _rule("assign answers to correctors", "the examiner says who judges what"),
    Verb.SET_JUDGING: _rule(
        "say how a question is judged", "second correction and tolerance change what counts"
    ),
    Verb.UPDATE_CANDIDATES: _rule(
        "take over a list of candidates", "who may take the exam is not decided in the room"
    ),
    Verb.ADD_CANDIDATE: _rule("add a candidate", "who may take the exam is not decided in the room"),
    Verb.CHANGE_CANDIDATE: _rule(
        "correct the list of candidates", "a registration number says to whom a grade goes"
    ),
    Verb.MARK_CANDIDATE: _rule(
        "exclude or withdraw a candidate, or take that back", "it decides whether somebody gets a grade"
    ),
    Verb.MARK_PRESENCE: _rule("say who was absent or ill", "proctors saw who was there", _PROCTOR),
    Verb.GRADE: _rule("grade", "grades are the examiner's word"),
    Verb.FILL_GRADES: _rule("fill grades into a list", "grades are the examiner's word"),
    Verb.SIGN_GRADES: _rule("sign the grades", "grades are the examiner's word"),
    Verb.PUBLISH: _rule("publish results", "what candidates are told is the examiner's word"),
    Verb.MAKE_LINKS: _rule("give out links to results", "who has a link sees somebody's results"),
    Verb.SEND_MAIL: _rule("send mail to candidates", "a mail has a link to somebody's results in it"),
    Verb.SEND_GRADES: _rule("send grades to a course", "grades leave the exam with it"),
    Verb.PLAN_REVIEW: _rule("plan the review on site", "who may see what is the examiner's word"),
    Verb.KEEP_REVIEW: _rule("open and end the review at a table", "proctors watch over the tables", _PROCTOR),
    Verb.SIT_REVIEW: _rule("look at scripts on site", "each is a candidate's own", _CANDIDATE),
    Verb.OBJECT: _rule("object to results", "they are about candidates", _CANDIDATE),
    Verb.FETCH_PAPER: _rule("fetch papers of an exam at home", "each is a candidate's own", _CANDIDATE),
    Verb.HAND_IN: _rule("hand in answers from home", "they are a candidate's own", _CANDIDATE),
    Verb.DECIDE_HAND_IN: _rule("decide about late hand-ins", "it decides whether answers count"),
    Verb.TAKE_HAND_INS: _rule("take hand-ins into the exam", "what is taken counts from then on"),
    Verb.SET_HOME_TIMES: _rule("set the times of an exam at home", "they decide who is late"),
    Verb.ANSWER_OBJECTION: _rule("answer objections", "correctors know what they judged by", _CORRECTOR),
    Verb.TAKE_OVER_KEY: _rule("decide which key counts", "it changes grades"),
    Verb.BRING_HOMEWORK: _rule("bring credits from homework in", "it changes grades"),
    Verb.WRITE_BACK_KEY: _rule("write the key into the exam's source", "the source is the examiner's"),
    Verb.VERIFY: _rule(
        "verify and mend the records", "it decides nothing, and keeps records sound", _ADMINISTRATOR
    ),
    Verb.SET_RETENTION: _rule("say how long data are kept", "who examines answers for it"),
    Verb.DELETE_DATA: _rule("delete data whose time is over", "keeping is administration", _ADMINISTRATOR),
    Verb.TIDY: _rule("tidy the exam's folder", "keeping records is administration", _ADMINISTRATOR),
    Verb.ARCHIVE: _rule("archive the exam", "keeping records is administration", _ADMINISTRATOR),
    Verb.RESTORE: _rule("restore the exam", "keeping records is administration", _ADMINISTRATOR),
}
"""Who may do what. A candidate fetches their own papers, hands in, and objects to what they were told."""


def may(role: Role) -> tuple[Verb, ...]:
    """All that a role may do."""
    return tuple(verb for verb, rule in RULES.items() if role in rule.roles)


def allow(actor: Actor, verb: Verb) -> None:
    """Let who may do this go on.

    Raises:
        RefusedError: their role does not include it.
    """
    rule, role = RULES[verb], actor.role
    if role in rule.roles:
        return
    others = " or ".join(f"{_a(other)}" for other in Role if other in rule.roles)
    allowed = ", ".join(RULES[each].does for each in may(role)) or "do nothing to its records"
    raise RefusedError(
        f"{actor.name} is {_a(role)} of this exam, and may not {rule.does}: {rule.why}",
        f"ask {others}; {_a(role)} may {allowed}",
    )


def _a(role: Role) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
