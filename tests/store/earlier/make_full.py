"""A database with what every verb writes, by the Klausur of some day, for `tests/store/test_earlier.py`.

    KLAUSUR_FULL=tests/store/earlier/0028-full.sql.gz pytest -n0 tests/store/earlier/make_full.py

In a checkout of an earlier day, with this file put into it, it writes what that one wrote: each call of
`tests/actions/test_roles.py` is made once, and what follows from it, as far as there was such a thing then.
"""

import gzip
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.actions.conftest import layout, result, scan_by_hand, small
from tests.actions.test_roles import CALLS, TICK, by, exam, example
from tests.cast import EXAMINER, PROCTOR

from klausur.actions import personal_links
from klausur.actions.verify import verify
from klausur.paper.layout import Layout
from klausur.state.facts import Actor, Author, Role, Spot
from klausur.store.folder import Records

__all__ = ["exam", "example", "layout", "small"]

APART = {"archive", "delete-data", "demo", "print", "rehearse", "restore", "scan", "solution", "tidy"}
"""What writes no row, and what takes rows away."""

ADA, PETRA, SELF = map(Author, (EXAMINER, PROCTOR, Actor("0372", Role.CANDIDATE)))
SOON = datetime.now(UTC) + timedelta(days=30)


def test_make(exam: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.actions.conftest.FILE", "ab" * 32)
    scan_by_hand(exam, *(result(layout, n - 1, 2, n) for n in (1, 2)))
    for verb, call, _ in CALLS:
        if verb.value not in APART:
            attempt(partial(call, exam, EXAMINER))
    for step in (judged, published, told, reviewed):
        attempt(partial(step, exam))
    attempt(lambda: deleted(exam))
    keep(exam, Path(os.environ["KLAUSUR_FULL"]))


def test_make_home(tmp_path: Path) -> None:
    """The same of an exam at home, where there was such a thing: in the file beside, called ``home``."""
    attempt(
        lambda: keep(at_home(tmp_path / "exam"), Path(os.environ["KLAUSUR_FULL"].replace("full", "home")))
    )


def keep(folder: Path, file: Path) -> None:
    """Write the rows down, once they were verified."""
    assert verify(folder, actor=EXAMINER).holds
    with closing(sqlite3.connect(Records(folder).database)) as link:
        names = [name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if name.startswith("store_")]
        empty = [name for name in tables if not link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]]  # noqa: S608 - names of ours
        text = "\n".join(link.iterdump()) + "\n"
    print(f"{len(tables) - len(empty)} tables have rows; empty: {', '.join(empty)}")  # noqa: T201
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def attempt(what: Callable[[], object]) -> None:
    """Do what may not have been there on that day."""
    try:
        what()
    except Exception as error:  # noqa: BLE001 - the same
        print(f"not done: {type(error).__name__}: {error}")  # noqa: T201


def judged(folder: Path) -> None:
    from klausur.actions.annotate import annotate, erase
    from klausur.actions.judge import Ticked, judge, take_back

    of_ada = Author(Actor("Ada", Role.EXAMINER))  # to whom the question is assigned
    attempt(lambda: judge(folder, 2, "word", Ticked({"1": 1}), of_ada, act="a-1"))
    attempt(lambda: take_back(folder, "word", of_ada))
    attempt(lambda: judge(folder, 2, "word", Ticked(), of_ada, act="a-2"))
    attempt(lambda: annotate(folder, 2, "word", Spot(2, 2), TICK, of_ada, act="b-tick"))
    attempt(lambda: erase(folder, "b-tick", of_ada))


def published(folder: Path) -> None:
    from klausur.actions import objections, publish
    from klausur.state.objections import About, Said
    from klausur.state.publication import Part, Terms, Window

    attempt(lambda: publish.revoke(folder, ADA))
    attempt(lambda: publish.set_terms(folder, Terms(frozenset(Part), objections=Window(SOON)), ADA))
    attempt(lambda: publish.publish(folder, ADA))
    attempt(lambda: personal_links.make(folder, SOON, ADA))
    attempt(lambda: personal_links.revoke(folder, ADA, registrations=["0371"]))
    who = next(each for each, _ in personal_links.listed(folder) if each.candidate.registration == "0372")
    said = Said(About.OTHER, "", "Hm.")
    attempt(lambda: objections.raise_objection(folder, who, said, SELF, act="o-1"))
    attempt(lambda: objections.answer(folder, 1, "So it is.", ADA))


def told(folder: Path) -> None:
    from tests.actions.test_mails import Post

    from klausur.actions.change_candidate import Correction, change
    from klausur.actions.mails import MailRequest, ask
    from klausur.actions.send_mails import send
    from klausur.state.mails import MailKind

    change(folder, "0372", Correction(mail="ada@example.org"), by(EXAMINER))
    ask(folder, MailRequest(MailKind.RESULTS), ADA)
    send(folder, Post(), ADA)


def reviewed(folder: Path) -> None:
    from klausur.actions import review_on_site

    first, *others = (each.of.id for each in review_on_site.listed(folder))
    attempt(lambda: review_on_site.open_slot(folder, first, PETRA))
    for other in others:
        attempt(partial(review_on_site.cancel, folder, other, ADA))


def deleted(folder: Path) -> None:
    from klausur.actions.delete_data import delete
    from klausur.state.retention import Data

    delete(folder, [Data.SCANS], by(EXAMINER))


def at_home(folder: Path) -> Path:
    from tests.home_exam import enrolled, hold, paper, png, print_at_home, sheets, they

    from klausur.actions import hand_in, home_desk, home_papers, see_hand_ins, take_hand_ins
    from klausur.actions.hand_in import SentFile
    from klausur.state.hand_ins import HomePaper, LateVerdict

    print_at_home(folder)
    hold(folder, release=-90, questions=-60, until=30)
    now = datetime.now(UTC)
    for n, who in enumerate(enrolled(folder)[:2]):
        home_papers.fetch(folder, who, HomePaper.BOOKLET, they(who), now=now)
        image = folder.parent / f"{n}.png"
        image.write_bytes(png(sheets(paper(folder, who))[0]))
        sent = [SentFile(image, "IMG_1.png")]
        late = now + timedelta(minutes=45 + 30 * n)
        hand_in.hand_in(folder, who, sent, they(who), act=f"sent-{n}", now=late, again=())
    see_hand_ins.see(folder, actor=EXAMINER, jobs=0)
    for number, verdict in ((1, LateVerdict.ACCEPTED), (2, LateVerdict.REFUSED)):
        attempt(partial(home_desk.decide, folder, number, verdict, by(EXAMINER)))
    attempt(lambda: take_hand_ins.take(folder, ADA, now=now + timedelta(days=1), jobs=0))
    return folder
