"""What the words for open things mean, for people who see them for the first time. Codes stay beside them."""

from klausur.paper.answers import Doubt
from klausur.scan.result import Reason

UNPLACED = {
    Reason.NO_CODE: "without a page code that can be read",
    Reason.OTHER_EXAM: "of another exam",
    Reason.FORGED: "with a page code that this exam did not print",
    Reason.NO_SUCH_PAGE: "of a booklet or page that was never printed",
    Reason.QUESTION_PAPER: "of the question paper, which has no answers",
    Reason.OTHER_CANDIDATE: "of somebody else's booklet than of who handed it in",
    Reason.FIDUCIALS: "whose corners are covered or cut off",
    Reason.BLURRED: "too blurred to be read",
    Reason.RESOLUTION: "with too few pixels to be read: scan at 300 dpi",
    Reason.BLANK: "with nothing on it",
    Reason.DUPLICATE: "of a page that is there already, with the same marks: nobody need look",
    Reason.TWICE: "of a page that is there already, with other marks",
    Reason.UNREADABLE: "that cannot be decoded",
    Reason.FAILED: "on which Klausur itself failed",
}
"""What an image is that is no page yet."""

OPEN = {
    Doubt.PAGE_MISSING: "on a page that was not found",
    Doubt.MARK_UNCLEAR: "with a mark that the machine is not sure of",
    Doubt.DIGITS_UNCLEAR: "with digits that the machine is not sure of",
    Doubt.NO_CREDIT: "for which no credits are crossed or written",
    Doubt.SEVERAL_CREDITS: "for which several credits are crossed",
    Doubt.PAGE_TWICE: "on a page that is there twice, with different marks",
    Doubt.SETTLED_BEFORE: "settled before the image came that counts now",
    Doubt.JUDGED_BEFORE: "judged before the image came that counts now",
    Doubt.RUBRIC_CHANGED: "judged by an earlier rubric, and to be looked at again",
    Doubt.AWAITS_SECOND: "that a second person is to judge",
    Doubt.AWAITS_THIRD: "of which a third person is to decide between two judgements",
}
"""What a question is that waits for a person."""
