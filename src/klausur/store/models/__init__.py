"""The rows of an exam folder's database. What they mean in core types stands in `klausur.store.translate`.

Rows are appended. What the machine saw (PageImage, Reading) and what a person decided (PageSettlement,
Settlement, SecondLook, TieSettlement, PageWaiver, Judgement, DayAct) stay apart: a newer decision supersedes
an older one, and nothing is changed or deleted. ``software`` is the version of Klausur that wrote the row.
The values of enumerations are written out by their core types; they are no ``choices`` here, so that a new
reason or kind of field needs no migration.

A page is named as its code names it: ``sheet`` (the kind of paper), ``number`` among its kind, ``page``. A
number says which printing made the paper, because none is used twice.

The rows of ``state`` are what all the others amount to, rewritten in the transaction of each event for what
it touches, and made again from nothing by `klausur.store.derive`. They hold no record of their own.
"""

from klausur.store.models.appended import (
    ACT,
    DIGEST,
    JOB,
    Append,
    Appended,
)
from klausur.store.models.day import (
    DayAct,
    HandIn,
    HandInDecided,
    HandInSeen,
    HomeTimesSet,
    PaperFetched,
    ScriptPlace,
)
from klausur.store.models.judged import (
    Annotation,
    AnnotationTakenBack,
    Arrangement,
    Hold,
    Judgement,
    JudgementTakenBack,
    NewLook,
    Parking,
    ParkingReply,
    RubricVersion,
)
from klausur.store.models.printed import (
    Booklet,
    Candidate,
    CandidateEntry,
    Edition,
    KeyDecision,
    PaperApproved,
    Printed,
    Printing,
    Sticker,
)
from klausur.store.models.published import (
    Deletion,
    GradesSigned,
    LinkRevoked,
    Mail,
    MailStep,
    Objection,
    ObjectionReply,
    PersonalLink,
    PublicationStep,
    RetentionSet,
    ReviewSlot,
    ReviewStep,
)
from klausur.store.models.scanned import (
    MarkSample,
    PageImage,
    PageSettlement,
    PageWaiver,
    Reading,
    ScannedFile,
    SecondLook,
    Settlement,
    TieSettlement,
)
from klausur.store.models.state import (
    AnswerState,
    BookletState,
    CandidateState,
    ExtraState,
    ImageState,
    LegibleState,
    Mark,
    State,
)
from klausur.store.models.trail import (
    AuditEvent,
    JobAttempt,
    JobEffect,
)

__all__ = [
    "ACT",
    "DIGEST",
    "JOB",
    "Annotation",
    "AnnotationTakenBack",
    "AnswerState",
    "Append",
    "Appended",
    "Arrangement",
    "AuditEvent",
    "Booklet",
    "BookletState",
    "Candidate",
    "CandidateEntry",
    "CandidateState",
    "DayAct",
    "Deletion",
    "Edition",
    "ExtraState",
    "GradesSigned",
    "HandIn",
    "HandInDecided",
    "HandInSeen",
    "Hold",
    "HomeTimesSet",
    "ImageState",
    "JobAttempt",
    "JobEffect",
    "Judgement",
    "JudgementTakenBack",
    "KeyDecision",
    "LegibleState",
    "LinkRevoked",
    "Mail",
    "MailStep",
    "Mark",
    "MarkSample",
    "NewLook",
    "Objection",
    "ObjectionReply",
    "PageImage",
    "PageSettlement",
    "PageWaiver",
    "PaperApproved",
    "PaperFetched",
    "Parking",
    "ParkingReply",
    "PersonalLink",
    "Printed",
    "Printing",
    "PublicationStep",
    "Reading",
    "RetentionSet",
    "ReviewSlot",
    "ReviewStep",
    "RubricVersion",
    "ScannedFile",
    "ScriptPlace",
    "SecondLook",
    "Settlement",
    "State",
    "Sticker",
    "TieSettlement",
]
