"""A printing as plain values, for ``klausur print --json`` and for who asked for it in the browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klausur.actions.print_booklets import PrintDone
    from klausur.actions.print_request import PrintRequest


def plain(printed: "PrintDone", wanted: "PrintRequest") -> dict[str, object]:
    """What was printed, or would have been; files as paths."""
    plan = printed.plan
    run = None if plan is None else plan.run
    return {
        "printed": bool(printed.files),
        "printing": None if plan is None else plan.printing,
        "seen": "" if plan is None else plan.stamp,
        "edition": None if plan is None else plan.edition,
        "new_edition": plan is not None and plan.begins,
        "exam_number": printed.exam_number,
        "variants": printed.variants,
        "candidates": printed.candidates,
        "newcomers": [] if plan is None else [c.registration for c in plan.newcomers],
        "again": [] if plan is None else [{"lost": old, "booklet": new} for old, new in plan.again],
        "rooms": printed.rooms,
        "spare": wanted.spare,
        "extra": wanted.extras,
        "booklets": printed.booklets,
        "numbers": {
            "booklets": [] if run is None else [b.number for b in run.booklets],
            "stickers": [] if run is None else [s.number for s in run.stickers],
            "extras": [] if run is None else run.extras,
        },
        "pages": printed.pages,
        "added_pages": printed.added,
        "piles": printed.piles,
        "set_apart": printed.set_apart,
        "list": None if printed.roster is None else printed.roster.plain(),
        "before": [] if plan is None else plan.kept,
        "differences": [] if plan is None else [d.text for d in plan.paper],
        "key": [] if plan is None else [d.text for d in plan.key],
        "changed": [] if plan is None else plan.changed,
        "vanished": [] if plan is None else plan.vanished,
        "refused": "" if plan is None else plan.refused,
        "remedy": "" if plan is None else plan.remedy,
        "abandoned": [p.number for p in printed.abandoned],
        "folder": printed.folder,
        "files": printed.files,
        "diagnostics": [d.as_json() for d in printed.diagnostics],
        "despite": [d.as_json() for d in printed.passed],
        "claims": None if printed.proof is None else printed.proof.counts,
    }


def without_people(said: dict[str, object]) -> dict[str, object]:
    """The same for the records, without what names candidates or speaks of files outside of them."""
    left_out = {"newcomers", "again", "changed", "vanished", "diagnostics", "despite"}
    return {**said, **{name: [] for name in left_out}, "list": None}
