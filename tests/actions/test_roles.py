"""The table of verbs and roles: walked on real calls, and held against every module that writes."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cast import CAST, EXAMINER, PROCTOR
from tests.exams import copy_exam

import klausur.actions
import klausur.cli
from klausur.actions import review_on_site
from klausur.actions.adopt_confirmed import confirm
from klausur.actions.annotate import annotate, erase
from klausur.actions.approve_paper import approve
from klausur.actions.archive import archive
from klausur.actions.arrange_judging import assign, hand_over, set_rules, withdraw
from klausur.actions.audit_marks import draw, look_again, through
from klausur.actions.bring_homework import bring_homework
from klausur.actions.change_candidate import Correction, add, change
from klausur.actions.change_rubric import change_rubric, undo_rubric
from klausur.actions.day import make_day_papers
from klausur.actions.delete_data import again as delete_again
from klausur.actions.delete_data import delete, finish
from klausur.actions.demo import demo
from klausur.actions.export_settled import export_settled
from klausur.actions.fill_grades import fill_grades
from klausur.actions.grade import grade
from klausur.actions.grades_sent import GradesSent, note
from klausur.actions.hand_in import hand_in
from klausur.actions.home_desk import decide
from klausur.actions.home_papers import fetch
from klausur.actions.home_times import set_times
from klausur.actions.judge import Ticked, judge, overrule
from klausur.actions.judge import take_back as take_back_judgement
from klausur.actions.judge_alike import Member, judge_alike
from klausur.actions.judging_queue import park, reply
from klausur.actions.keep_day import keep_day
from klausur.actions.log import EventFilter, log
from klausur.actions.mails import MailRequest, ask
from klausur.actions.mark_candidates import mark, unmark
from klausur.actions.mend_key import mend_key, undo_key
from klausur.actions.objections import answer, raise_objection
from klausur.actions.personal_links import listed
from klausur.actions.personal_links import make as make_links
from klausur.actions.personal_links import revoke as revoke_links
from klausur.actions.print_booklets import print_booklets
from klausur.actions.print_request import PrintRequest
from klausur.actions.publish import publish, revoke, set_terms, sign
from klausur.actions.rehearse import rehearse
from klausur.actions.reread import reread
from klausur.actions.restore import restore
from klausur.actions.retention import set_terms as set_retention
from klausur.actions.returned_mails import take_in
from klausur.actions.roles import RULES, Verb, allow, may
from klausur.actions.scan import scan
from klausur.actions.script_places import note as note_place
from klausur.actions.send_mails import send
from klausur.actions.settle import Marked, settle
from klausur.actions.settle_page import accept, settle_page
from klausur.actions.settle_tie import settle_booklet, settle_extra, settle_signature
from klausur.actions.solution import solution
from klausur.actions.take_back import take_back
from klausur.actions.take_hand_ins import take
from klausur.actions.take_over_key import take_over_key
from klausur.actions.tidy import tidy
from klausur.actions.update_candidates import update_candidates
from klausur.actions.verify import verify
from klausur.actions.waive_pages import waive_pages
from klausur.actions.watch import watch
from klausur.actions.write_back_key import write_back_key
from klausur.base.errors import KlausurError, RefusedError
from klausur.base.geometry import Box
from klausur.base.ink import Drawing, Tool
from klausur.paper.code import Sheet
from klausur.paper.fields import Field, FieldKind, Mark, Signed
from klausur.paper.layout import Layout, PageLayout, SheetLayout, with_sheets
from klausur.paper.run import Booklet, PrintRun
from klausur.report.grade_list.request import FillRequest
from klausur.roster.model import Candidate
from klausur.scan.model import Reason
from klausur.state.arrangements import Assigned, JudgingRules
from klausur.state.day import ActKind, DayAct
from klausur.state.facts import Actor, Author, Bond, Enrolled, Role, Spot, Standing, Verdict
from klausur.state.hand_ins import HomePaper, LateVerdict
from klausur.state.mails import MailKind
from klausur.state.objections import About, Said
from klausur.state.publication import Part, Terms
from klausur.state.retention import Data, RetentionTerms
from klausur.state.review_slots import SlotGrid
from klausur.store import audit, pages
from klausur.store.folder import opened, writing

from .conftest import EXAM_NUMBER, nowhere, print_by_hand, result, scan_by_hand, write_exam
from .printed import files

SIGNATURE = "candidate/0371/signature"
_SOON = datetime.now(UTC) + timedelta(days=1)
GRID = SlotGrid(_SOON, _SOON + timedelta(hours=4), timedelta(hours=1), timedelta(0), ("Table 1",))
ANNOUNCED = DayAct("an-act", ActKind.ANNOUNCED, datetime.now(UTC), text="Cover your booklets.")
TICK = Drawing(Tool.TICK, ((50, 60, 0.5),))


def by(actor: Actor) -> Author:
    return Author(actor, "so it is")


def office(folder: Path) -> FillRequest:
    path = folder.with_name(f"{folder.name}-office.csv")
    path.write_text("Matrikelnummer,Note\n0371,\n", "utf-8")
    return FillRequest(path, overwrite=True)


nowhere_to: Any = None
"""A post that nobody asks, since no mail waits."""

Call = Callable[[Path, Actor], object]
CALLS: tuple[tuple[Verb, Call, str], ...] = (
    (
        Verb.PRINT,
        lambda at, who: print_booklets(at, actor=who, wanted=PrintRequest(spare=1), dry_run=True),
        "",
    ),
    (Verb.APPROVE_PAPER, lambda at, who: approve(at, "a" * 64, "b" * 64, by(who)), ""),
    (Verb.SOLUTION, lambda at, who: solution(at, actor=who, out=at / "problems"), "holds other things"),
    (Verb.DAY, lambda at, who: make_day_papers(at, actor=who, rooms=at / "nowhere.toml"), ""),
    (Verb.KEEP_DAY, lambda at, who: keep_day(at, [ANNOUNCED], by(who)), ""),
    (Verb.REHEARSE, lambda at, who: rehearse(at, actor=who), "is not there"),
    (Verb.DEMO, lambda at, who: demo(at, actor=who, booklets=0), "make no demo"),
    (Verb.SCAN, lambda at, who: scan(at, (), actor=who, jobs=0), ""),
    (Verb.SCAN, lambda at, who: watch(at, at / "no", actor=who, tell=print), "no folder"),
    (Verb.ADOPT_SCANS, lambda at, who: confirm(at, at, at / "no.csv", None, by(who)), "cannot be read"),
    (Verb.REREAD, lambda at, who: reread(at, actor=who, jobs=0), ""),
    (Verb.SETTLE, lambda at, who: settle(at, 1, "numbers/choice/a", Marked(Mark.EMPTY), by(who)), ""),
    (Verb.AUDIT_MARKS, lambda at, who: draw(at, 3, by(who), seed=1), ""),
    (Verb.AUDIT_MARKS, lambda at, who: look_again(at, {1: "empty"}, by(who)), "not among those"),
    (Verb.AUDIT_MARKS, lambda at, who: through(at, "a", by(who)), "other marks are drawn"),
    (Verb.EXPORT_SETTLED, lambda at, who: export_settled(at, at / "problems", by(who)), "holds other things"),
    (Verb.SETTLE_PAGE, lambda at, who: settle_page(at, 1, Verdict.IGNORED, by(who)), ""),
    (Verb.SETTLE_PAGE, lambda at, who: accept(at, 2, by(who)), "no page is proposed"),
    (Verb.SETTLE_BOOKLET, lambda at, who: settle_booklet(at, 3, Bond.NOBODY, by(who)), ""),
    (Verb.SETTLE_EXTRA, lambda at, who: settle_extra(at, 1, Bond.TIED, by(who), booklet=1), ""),
    (Verb.SETTLE_SIGNATURE, lambda at, who: settle_signature(at, "0371", Signed.YES, by(who)), ""),
    (Verb.WAIVE_PAGE, lambda at, who: waive_pages(at, [(1, 2)], by(who)), ""),
    (Verb.NOTE_PLACE, lambda at, who: note_place(at, [1], "Box 1", by(who)), ""),
    (Verb.JUDGE, lambda at, who: judge(at, 1, "word", Ticked({"1": 1}), by(who), act="a"), "was found"),
    (
        Verb.JUDGE,
        lambda at, who: judge_alike(
            at, "word", {1: Member(frozenset())}, Ticked(), by(who), act="a", looked=0
        ),
        "was found",
    ),
    (Verb.JUDGE, lambda at, who: take_back_judgement(at, "word", by(who)), "no judgement of yours"),
    (Verb.OVERRULE, lambda at, who: overrule(at, 1, by(who)), "no judgement 1"),
    (
        Verb.ANNOTATE,
        lambda at, who: annotate(at, 1, "word", Spot(1, 2), TICK, by(who), act="a-tick"),
        "",
    ),
    (Verb.ANNOTATE, lambda at, who: erase(at, "nothing", by(who)), "is not there"),
    (Verb.PARK, lambda at, who: park(at, 1, "word", "Is that a word?", by(who), act="a"), ""),
    (Verb.REPLY, lambda at, who: reply(at, 1, "It is.", by(who)), "nothing was put aside"),
    (Verb.CHANGE_RUBRIC, lambda at, who: change_rubric(at, "word", (), by(who)), "without an item"),
    (Verb.CHANGE_RUBRIC, lambda at, who: undo_rubric(at, 1, by(who)), "no change 1"),
    (Verb.ASSIGN, lambda at, who: assign(at, "word", Assigned("Ada"), by(who)), ""),
    (Verb.ASSIGN, lambda at, who: withdraw(at, 1, by(who)), "nothing is assigned"),
    (Verb.ASSIGN, lambda at, who: hand_over(at, 1, "Ada", by(who)), "nothing is assigned"),
    (Verb.SET_JUDGING, lambda at, who: set_rules(at, "word", JudgingRules(only_named=True), by(who)), ""),
    (Verb.UPDATE_CANDIDATES, lambda at, who: update_candidates(at, at / "new.csv", by(who)), ""),
    (Verb.ADD_CANDIDATE, lambda at, who: add(at, Candidate("0379", "Zoë Neu"), by(who), booklet=3), ""),
    (Verb.CHANGE_CANDIDATE, lambda at, who: change(at, "0371", Correction(seat="B2"), by(who)), ""),
    (Verb.MARK_CANDIDATE, lambda at, who: mark(at, "0371", Standing.EXCLUDED, by(who)), ""),
    (Verb.MARK_CANDIDATE, lambda at, who: mark(at, "0373", Standing.REGISTERED, by(who)), ""),
    (Verb.MARK_PRESENCE, lambda at, who: mark(at, "0371", Standing.ABSENT, by(who)), ""),
    (Verb.MARK_CANDIDATE, lambda at, who: unmark(at, _marked(at, 0), by(who)), ""),
    (Verb.MARK_PRESENCE, lambda at, who: unmark(at, _marked(at, 1), by(who)), ""),
    (Verb.TAKE_OVER_KEY, lambda at, who: take_over_key(at, by(who)), ""),
    (Verb.TAKE_OVER_KEY, lambda at, who: mend_key(at, (), by(who)), "nothing of the key is changed"),
    (Verb.TAKE_OVER_KEY, lambda at, who: undo_key(at, 99, by(who)), "no decision 99"),
    (Verb.WRITE_BACK_KEY, lambda at, who: write_back_key(at, by(who)), ""),
    (Verb.GRADE, lambda at, who: grade(at, actor=who), ""),
    (Verb.FILL_GRADES, lambda at, who: fill_grades(at, office(at), actor=who), ""),
    (Verb.BRING_HOMEWORK, lambda at, who: bring_homework(at, office(at).office, "Note", by(who)), ""),
    (Verb.SIGN_GRADES, lambda at, who: sign(at, "other grades", by(who)), "have changed since"),
    (Verb.PUBLISH, lambda at, who: set_terms(at, Terms(frozenset({Part.SCRIPT})), by(who)), ""),
    (Verb.PUBLISH, lambda at, who: publish(at, by(who)), ""),
    (Verb.PUBLISH, lambda at, who: revoke(at, by(who)), "are not published"),
    (Verb.MAKE_LINKS, lambda at, who: make_links(at, _soon(), by(who)), ""),
    (
        Verb.MAKE_LINKS,
        lambda at, who: revoke_links(at, by(who), registrations=["9"]),
        "no registration number",
    ),
    (
        Verb.SEND_MAIL,
        lambda at, who: ask(at, MailRequest(MailKind.RESULTS), by(who)),
        "results are not published",
    ),
    (Verb.SEND_MAIL, lambda at, who: send(at, nowhere_to, by(who)), ""),
    (Verb.SEND_MAIL, lambda at, who: take_in(at, (b"hello",), by(who)), ""),
    (Verb.SEND_GRADES, lambda at, who: note(at, GradesSent("Moodle", "Signals", 1, 0), by(who)), ""),
    (
        Verb.OBJECT,
        lambda at, who: raise_objection(at, _ada(at), Said(About.OTHER, "", "Hm."), by(who), act="a"),
        "no results are published",
    ),
    (
        Verb.FETCH_PAPER,
        lambda at, who: fetch(at, _ada(at), HomePaper.BOOKLET, by(who), now=datetime.now(UTC)),
        "not taken at home",
    ),
    (
        Verb.HAND_IN,
        lambda at, who: hand_in(at, _ada(at), (), by(who), act="a", now=datetime.now(UTC)),
        "not taken at home",
    ),
    (Verb.DECIDE_HAND_IN, lambda at, who: decide(at, 1, LateVerdict.ACCEPTED, by(who)), "not taken at home"),
    (
        Verb.TAKE_HAND_INS,
        lambda at, who: take(at, by(who), now=datetime.now(UTC), jobs=0),
        "not taken at home",
    ),
    (Verb.SET_HOME_TIMES, lambda at, who: set_times(at, by(who), until=_soon()), "not taken at home"),
    (Verb.PLAN_REVIEW, lambda at, who: review_on_site.plan(at, GRID, by(who)), ""),
    (Verb.PLAN_REVIEW, lambda at, who: review_on_site.cancel(at, 1, by(who)), "no such slot"),
    (Verb.KEEP_REVIEW, lambda at, who: review_on_site.open_slot(at, 1, by(who)), "no such slot"),
    (Verb.KEEP_REVIEW, lambda at, who: review_on_site.end(at, 1, by(who)), "no such slot"),
    (Verb.SIT_REVIEW, lambda at, who: review_on_site.sit(at, 1, "", by(who)), "no such slot"),
    (Verb.SIT_REVIEW, lambda at, who: review_on_site.leave(at, 1, by(who)), "no such slot"),
    (Verb.ANSWER_OBJECTION, lambda at, who: answer(at, 1, "So it is.", by(who)), "no objection 1"),
    (Verb.VERIFY, lambda at, who: verify(at, actor=who), ""),
    (Verb.SET_RETENTION, lambda at, who: set_retention(at, RetentionTerms(12, 60), by(who)), ""),
    (Verb.DELETE_DATA, lambda at, who: delete(at, [Data.SCANS], by(who)), ""),
    (Verb.DELETE_DATA, lambda at, who: finish(at, by(who)), ""),
    (Verb.DELETE_DATA, lambda at, who: delete_again(at, (), by(who)), ""),
    (Verb.TIDY, lambda at, who: tidy(at, actor=who), ""),
    (Verb.ARCHIVE, lambda at, who: archive(at, at.with_name(f"{at.name}.zip"), actor=who), ""),
    (Verb.RESTORE, lambda at, who: restore(at / "no.zip", None, actor=who), "no file"),
)
"""Every verb that there is, a call of it, and how the call ends if it is allowed, where that is an error."""


def _marked(place: Path, nth: int) -> int:
    """The event that excluded Eva, or the one that said Ida was ill."""
    return log(place, EventFilter(("mark-candidate",))).events[nth].number


def _soon() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def _ada(place: Path) -> Enrolled:
    return next(who for who, _ in listed(place) if who.candidate.registration == "0371")


@pytest.fixture(scope="session")
def example(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada and Jürgen, Eva who is excluded, Ida who is ill, a spare booklet, extra sheet, list, two images."""
    place = tmp_path_factory.mktemp("roles") / "exam"
    write_exam(place)
    people = Candidate("0371", "Ada Example"), Candidate("0372", "Jürgen Muster")
    box = Box(20, 20, 28, 9)
    extra = PageLayout(1, (Field("extra/booklet", FieldKind.DIGIT_ROW, box, cells=4),))
    signed = PageLayout(1, (Field(SIGNATURE, FieldKind.SIGNATURE, box),))
    sheets = SheetLayout(Sheet.ATTENDANCE, 1, (0,)), SheetLayout(Sheet.EXTRA, 1, (1,))
    booklets = Booklet(1, people[0]), Booklet(2, people[1]), Booklet(3)
    run = PrintRun(EXAM_NUMBER, booklets, extras=(1,))
    print_by_hand(place, run, with_sheets(layout, (signed, extra), sheets))
    scan_by_hand(place, result(layout, 0, 1, 1), nowhere(1, Reason.NO_CODE))
    add(place, Candidate("0373", "Eva Beispiel"), by(EXAMINER))
    mark(place, "0373", Standing.EXCLUDED, by(EXAMINER))
    add(place, Candidate("0374", "Ida Muster"), by(EXAMINER))
    mark(place, "0374", Standing.ILL, by(EXAMINER))
    source = place / "problems/1-choices.md"
    source.write_text(source.read_text(encoding="utf-8").replace("- [ ] The letter B", "- [x] The letter B"))
    (place / "new.csv").write_text("Registration number,Name\n0371,Ada Exemplar\n", encoding="utf-8")
    return place


@pytest.fixture
def exam(example: Path, tmp_path: Path) -> Path:
    copy_exam(example, tmp_path / "exam")
    return tmp_path / "exam"


def events(place: Path) -> list[tuple[str, str]]:
    with opened(place):
        return [(event.who, event.detail) for event in audit.events()]


@pytest.mark.above_records
def test_every_role_is_somebody_s_and_every_verb_has_a_row() -> None:
    assert set(CAST) == set(Role)
    assert set(RULES) == set(Verb) == {verb for verb, _, _ in CALLS}
    assert all(Role.EXAMINER in rule.roles and rule.why for rule in RULES.values())
    assert may(Role.CANDIDATE) == (
        Verb.SIT_REVIEW,
        Verb.OBJECT,
        Verb.FETCH_PAPER,
        Verb.HAND_IN,
    )
    assert Verb.GRADE not in may(Role.ADMINISTRATOR)


@pytest.mark.above_records
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("role", Role)
def test_the_check_is_the_table(verb: Verb, role: Role) -> None:
    refused = role not in RULES[verb].roles
    with pytest.raises(RefusedError, match="may not") if refused else nullcontext() as said:
        allow(CAST[role], verb)
    if said is not None:
        asked = said.value.remedy.partition(";")[0]
        assert {other for other in Role if f" {other.value}" in asked} == RULES[verb].roles


@pytest.mark.parametrize(("verb", "call", "ends"), CALLS)
def test_each_call_goes_through_for_whom_the_table_names_and_writes_nothing_for_others(
    exam: Path, verb: Verb, call: Call, ends: str
) -> None:
    may_not = [actor for role, actor in CAST.items() if role not in RULES[verb].roles]
    before, said = files(exam), events(exam)
    for actor in may_not:
        with pytest.raises(RefusedError, match=f"{actor.name} is an? {actor.role} .* may not ") as refused:
            call(exam, actor)
        assert all(RULES[can].does in refused.value.remedy for can in may(actor.role))
    assert files(exam) == before
    assert events(exam) == said
    for role in RULES[verb].roles:
        place = copy_exam(exam, exam.with_name(role.value))
        with pytest.raises(KlausurError, match=ends) if ends else nullcontext():
            call(place, CAST[role])
        new = events(place)[len(said) :]
        assert all(who == CAST[role].name and f'"role": "{role}"' in detail for who, detail in new)
        # A dry run, nothing to read, and what leaves the records as they are.
        silent = {
            Verb.PRINT,
            Verb.DAY,
            Verb.SCAN,
            Verb.REREAD,
            Verb.VERIFY,
            Verb.TIDY,
            Verb.ARCHIVE,
            Verb.WRITE_BACK_KEY,
            Verb.SEND_MAIL,
            Verb.DELETE_DATA,
        }
        assert verb is Verb.DELETE_DATA or bool(new) != bool(ends or verb in silent)


def test_a_proctor_says_who_was_there_and_takes_back_no_more_than_that(exam: Path) -> None:
    mark(exam, "0372", Standing.ABSENT, by(PROCTOR))
    mark(exam, "0372", Standing.REGISTERED, by(PROCTOR))
    for registration, standing in (("0372", Standing.WITHDRAWN), ("0373", Standing.ILL)):
        with pytest.raises(RefusedError, match="exclude or withdraw"):
            mark(exam, registration, standing, by(PROCTOR))


WRITES = {"writing", "write_text", "write_bytes", "mkdir", "rmtree", "unlink", "save", "write"}
PARTS = {
    "up_to_date": "derived rows alone, made again for who looks",
    "deletions_noted": "a step of deleting data",
    "know_again": "what was printed, kept by nobody's decision while the source is the same byte for byte",
    "day_papers": "files of print and solution",
    "kept_scans": "copies that scan and reread keep",
    "print_before": "a step of print",
    "print_folder": "a step of print",
    "print_job": "a step of print and of solution",
    "print_mark": "a step of print",
    "print_readme": "a step of print",
    "record": "a step of scan and reread",
}
"""Modules that write on behalf of a verb, which has asked."""
BESIDE = {
    "adopt": "there is no exam yet in which anybody could have a role",
    "adopt_scans": "a list and pictures for who looks, wherever they want them",
    "annotated_script": "a PDF for who looks, wherever they want it",
    "contact_sheet": "pictures for who looks, wherever they want them",
    "export_exam": "another form of the source, for who writes it",
    "mark_sheet": "pictures for who looks, wherever they want them",
    "own_data": "a file for who asks what is known of them, wherever they want it",
    "new": "there is no exam yet in which anybody could have a role",
    "preview": "pictures of what the source says, for who writes it: no paper is given out",
    "prove": "keeps what an exam's evidence found, as a cache",
    "scan_placements": "a list for who looks, wherever they want it",
    "side_by_side": "a picture for who looks, wherever they want it",
    "statistics": "a report and rows for who looks, wherever they want them",
    "trial": "a sheet that belongs to no exam",
}
"""Modules that write nothing of an exam's records or papers."""


ASKS_THE_EVENT = {"take_back": "who may take an event back is who may do what it did: looked up first"}
"""Modules that ask, before they write, about verbs that they have to look up; with a test of their own."""


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(Path(package).rglob("*.py")):
        yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> set[str]:
    """The names of all that is called in a function, methods too."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else ast.unparse(call) for call in calls}


def writers(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The public functions of a module that write, themselves or by others of the module."""
    functions = {
        each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)
    }
    writing = {name for name, each in functions.items() if called(each) & WRITES}
    while more := {n for n, each in functions.items() if called(each) & writing} - writing:
        writing |= more
    top = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    return {
        name: each
        for name, each in functions.items()
        if name in writing & top and not name.startswith("_") and isinstance(each, ast.FunctionDef)
    }


def asks(function: ast.FunctionDef) -> set[str]:
    """The verbs that a function asks about before it does anything else."""
    for step in function.body[1:]:
        said = re.fullmatch(r"allow\((?:author\.)?actor, (.+)\)", ast.unparse(step))
        return set() if said is None else {said[1]}
    return set()


@pytest.mark.above_records
def test_every_function_that_writes_asks_first() -> None:
    found = {
        f"{module}.{name}": asks(function)
        for module, tree in modules(*klausur.actions.__path__)
        for name, function in writers(tree).items()
        if module not in PARTS.keys() | BESIDE.keys() | ASKS_THE_EVENT.keys()
    }
    assert [name for name, asked in found.items() if not asked] == []
    named = {verb for asked in found.values() for verb in asked}
    assert named == {
        *(f"Verb.{verb.name}" for verb, _, _ in CALLS if not verb.name.startswith("MARK_")),
        "_marking(standing)",
        "Verb.MARK_PRESENCE",  # to take it back, which asks for more once it knows what that is
    }


@pytest.mark.above_records
def test_what_writes_for_a_verb_is_called_by_nobody_else() -> None:
    inside = {
        name
        for module, tree in modules(*klausur.actions.__path__)
        if module in PARTS
        for name in writers(tree)
    }
    assert inside
    for module, tree in modules(*klausur.cli.__path__):
        imported = {
            name.name
            for each in ast.walk(tree)
            if isinstance(each, ast.ImportFrom) and str(each.module).rpartition(".")[2] in PARTS
            for name in each.names
        }
        assert not imported & inside, module


def test_a_mere_name_has_no_role_in_the_records(exam: Path) -> None:
    assert replace(EXAMINER, role=Role.PROCTOR) != EXAMINER
    before = len(events(exam))
    with opened(exam), writing():
        audit.append("upgrade", "klausur", {"from": 3})
    assert events(exam)[before:] == [("klausur", '{"from": 3}')]


@pytest.mark.usefixtures("scanned")
def test_only_who_may_do_an_act_may_take_it_back(folder: Path) -> None:
    with opened(folder):
        waits = pages.images(waiting=True)[0]
    settle_page(folder, waits.id, Verdict.IGNORED, Author(CAST[Role.EXAMINER]))
    with opened(folder):
        number = audit.head().number  # type: ignore[union-attr]
    for role in (Role.PROCTOR, Role.CANDIDATE, Role.ADMINISTRATOR):
        with pytest.raises(RefusedError, match="may not"):
            take_back(folder, number, Author(CAST[role]))
    with opened(folder):
        assert audit.head().number == number  # type: ignore[union-attr]
    take_back(folder, number, Author(CAST[Role.CORRECTOR]))
