"""``klausur home`` and its group: an exam that is taken at home."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from klausur import actions
from klausur.cli import acting, options, reasons, terminal
from klausur.cli.shown import Shown
from klausur.state.hand_ins import HomePaper, LateVerdict

if TYPE_CHECKING:
    from klausur.actions.home_desk import HomeDesk, HomeRow
    from klausur.state.hand_ins import StoredHandIn

Number = Annotated[int, typer.Argument(metavar="N", help="The hand-in, by its number in 'klausur home'.")]
Time = Annotated[str | None, typer.Option(metavar="TIME", help="By this machine's clock: 2026-02-10T11:45.")]

_FORM = "%Y-%m-%d %H:%M"


def command(folder: options.Folder = None, *, exam: options.Exam = None, json: options.Json = False) -> None:
    """Show an exam at home: its times, who fetched papers and handed in, what is missing or late.

    Example: klausur home endterm
    """
    found = actions.home_desk.look(options.folder(folder, exam), now=datetime.now(UTC))
    if json:
        terminal.to_json(_plain(found))
        return
    times = found.times
    terminal.say(
        f"booklets from {_at(times.release)}, question paper from {_at(times.questions)}, hand in until "
        f"{_at(times.until)}, {terminal.count(int(times.grace.total_seconds() // 60), 'minute')} of grace"
    )
    terminal.table(
        (
            "registration",
            "name",
            "booklet",
            "extra",
            "fetched",
            "handed in",
            "counts",
            "missing",
            "in the exam",
        ),
        (
            (
                row.enrolled.candidate.registration,
                row.enrolled.candidate.name,
                str(row.booklet),
                str(row.enrolled.candidate.extra_minutes or ""),
                ", ".join(row.fetched),
                str(len(row.hand_ins) or ""),
                _counts(row),
                ", ".join(map(str, row.missing)),
                "yes" if row.taken else "",
            )
            for row in found.rows
        ),
        title="Candidates",
        spare=("extra", "fetched"),
    )
    for row in found.rows:
        for each in row.late:
            terminal.say(f"hand-in {each.id} of {row.enrolled.candidate.name} is late: {_late(each)}")
    if found.unseen:
        terminal.say(f"{terminal.count(found.unseen, 'hand-in')} not looked at yet: 'klausur home take'")


def times(  # noqa: PLR0913 - one parameter per option
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    release: Time = None,
    questions: Time = None,
    until: Time = None,
    grace: Annotated[int | None, typer.Option(metavar="MINUTES", help="How much later is in time.")] = None,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Have other times hold for an exam at home: booklets, question paper, hand in, grace.

    Example: klausur home times endterm --until 2026-02-10T12:15 --why "the site was down for half an hour"
    """
    done = actions.home_times.set_times(
        options.folder(folder, exam),
        acting.author(who, why),
        release=None if release is None else options.moment(release),
        questions=None if questions is None else options.moment(questions),
        until=None if until is None else options.moment(until),
        grace=None if grace is None else timedelta(minutes=grace),
    )
    if json:
        terminal.to_json(actions.home_times.plain(done))
    else:
        terminal.say(f"hand in until {_at(done.until)}; booklets from {_at(done.release)}")


def accept(
    number: Number,
    *,
    exam: options.Exam = None,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Have a late hand-in count as one in time; --why says the reason.

    Example: klausur home accept 12 --why "power cut, as the police say" --exam endterm
    """
    _decide(number, LateVerdict.ACCEPTED, exam, why, who, json=json)


def refuse(
    number: Number,
    *,
    exam: options.Exam = None,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Refuse a late hand-in; it is kept. --why says the reason.

    Example: klausur home refuse 12 --why "three hours late, without a reason" --exam endterm
    """
    _decide(number, LateVerdict.REFUSED, exam, why, who, json=json)


def undo(
    number: Number,
    *,
    exam: options.Exam = None,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Take back what was decided about a late hand-in.

    Example: klausur home undo 12 --exam endterm
    """
    _decide(number, LateVerdict.UNDONE, exam, why, who, json=json)


def take(
    folder: options.Folder = None,
    *,
    exam: options.Exam = None,
    jobs: options.Jobs = None,
    shown: options.Progress = Shown.AUTO,
    why: options.Why = "",
    who: options.Who = None,
    json: options.Json = False,
) -> None:
    """Scan what counts of all that candidates have handed in whose time is over.

    Example: klausur home take endterm
    """
    place = options.folder(folder, exam)
    with terminal.working("Scanning", "pages", shown=shown) as tell:
        done = actions.take_hand_ins.take(
            place, acting.author(who, why), now=datetime.now(UTC), jobs=jobs, progress=tell
        )
    scanned = done.scanned
    if json:
        terminal.to_json(
            {
                "hand_ins": done.hand_ins,
                "waits": done.waits,
                "placed": 0 if scanned is None else scanned.placed,
                "unplaced": {} if scanned is None else {why.value: n for why, n in scanned.unplaced},
                "diagnostics": [] if scanned is None else [d.as_json() for d in scanned.diagnostics],
            }
        )
        return
    terminal.say(f"{terminal.count(len(done.hand_ins), 'hand-in')} taken into the exam")
    if done.waits:
        terminal.say(f"{terminal.count(done.waits, 'candidate')} may still hand in: take again later")
    if scanned is not None:
        terminal.say(f"{terminal.count(scanned.placed, 'page')} placed")
        reasons.unplaced(scanned.unplaced)
        terminal.show(scanned.diagnostics)


def _decide(
    number: int, verdict: LateVerdict, exam: options.Exam, why: str, who: str | None, *, json: bool
) -> None:
    done = actions.home_desk.decide(options.folder(None, exam), number, verdict, acting.author(who, why))
    if json:
        terminal.to_json(
            {"hand_in": done.id, "verdict": None if done.verdict is None else done.verdict.value}
        )
    else:
        terminal.say(f"hand-in {done.id}: {_late(done)}")


def _late(hand_in: "StoredHandIn") -> str:
    decided = hand_in.decision
    if hand_in.verdict is None or decided is None:
        return f"of {_at(hand_in.when)}, to be decided"
    return f"of {_at(hand_in.when)}, {hand_in.verdict} by {decided.who}: {decided.why}"


def _counts(row: "HomeRow") -> str:
    counts = row.counting
    if counts is None:
        return "not looked at yet" if any(each.seen is None for each in row.hand_ins) else ""
    foreign = f", {terminal.count(row.foreign, 'page')} not theirs" if row.foreign else ""
    return f"version {counts.version}{'' if row.missing else ', complete'}{foreign}"


def _at(moment: datetime) -> str:
    return moment.astimezone().strftime(_FORM)


def _plain(found: "HomeDesk") -> object:
    return {
        "times": actions.home_times.plain(found.times),
        "printed": actions.home_times.plain(found.printed),
        "unseen": found.unseen,
        "candidates": [
            {
                "registration": row.enrolled.candidate.registration,
                "name": row.enrolled.candidate.name,
                "booklet": row.booklet,
                "extra_minutes": row.enrolled.candidate.extra_minutes,
                "fetched": {
                    paper.value: row.fetched[paper].isoformat() if paper in row.fetched else None
                    for paper in HomePaper
                },
                "hand_ins": [
                    {
                        "id": each.id,
                        "version": each.version,
                        "when": each.when.isoformat(),
                        "late": each in row.late,
                        "verdict": None if each.verdict is None else each.verdict.value,
                        "files": [file.sha256 for file in each.files],
                    }
                    for each in row.hand_ins
                ],
                "counts": None if row.counting is None else row.counting.version,
                "missing": row.missing,
                "foreign": row.foreign,
                "taken": row.taken,
            }
            for row in found.rows
        ],
    }
