"""Mails to candidates leave once, whoever is killed meanwhile, and what comes back is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.report.test_letters import FAILED, HEADERS, report

from klausur.actions import change_candidate, mails, objections, personal_links, publish, returned_mails
from klausur.actions.change_candidate import Correction
from klausur.actions.mails import MailRequest, ask, listed, plan
from klausur.actions.send_mails import MailRefusedError, Outgoing, send
from klausur.actions.verify import verify
from klausur.base.errors import RefusedError, ToolError, UsageError
from klausur.report.letters.returned import ACT
from klausur.state.facts import Actor, Author, Role
from klausur.state.mails import MailKind, MailStatus
from klausur.state.objections import About, Said
from klausur.state.publication import Part, Terms, Window
from klausur.store import models
from klausur.store.folder import opened

ADA = Author(EXAMINER)
RESULTS = MailRequest(MailKind.RESULTS)
WHEN = datetime.now(UTC) + timedelta(days=9)


class Killed(BaseException):
    """Nothing is done after this."""


class Post:
    """A post that keeps what it is given, and does to each address what is said."""

    def __init__(self) -> None:
        self.site = "Klausur"
        self.zone: tzinfo = UTC
        self.left: list[Outgoing] = []
        self.does: dict[str, BaseException] = {}

    def link(self, secret: str) -> str:
        return f"https://k/{secret}/"

    @contextmanager
    def connected(self) -> Iterator[Callable[[Outgoing], None]]:
        yield self.take

    def take(self, mail: Outgoing) -> None:
        if not isinstance(self.does.get(mail.to), MailRefusedError):
            self.left.append(mail)
        if mail.to in self.does:
            raise self.does[mail.to]

    @property
    def to(self) -> list[str]:
        return [mail.to for mail in self.left]


@pytest.fixture
def told(folder: Path, scanned: None) -> Path:
    """Ada and Jürgen have addresses, and results are published."""
    del scanned
    for registration, address in (("0371", "ada@example.org"), ("0372", "bo@example.org")):
        change_candidate.change(folder, registration, Correction(mail=address), ADA)
    publish.set_terms(folder, Terms(frozenset(Part), objections=Window(WHEN)), ADA)
    publish.publish(folder, ADA)
    return folder


def statuses(folder: Path) -> dict[str, MailStatus]:
    return {each.mail.address: each.mail.status for each in listed(folder)}


def test_each_gets_a_link_of_their_own_and_nobody_gets_it_twice(told: Path) -> None:
    before = personal_links.make(told, WHEN, ADA)
    planned = plan(told, RESULTS, site="Klausur", zone=UTC)
    assert planned.example is not None
    assert "https://…" in planned.example.text
    assert len(planned.recipients.to) == 2
    assert statuses(told) == {}  # a look records nothing
    post = Post()
    for _ in range(2):
        ask(told, RESULTS, ADA)
        send(told, post, ADA)
    assert post.to == ["ada@example.org", "bo@example.org"]
    now = datetime.now(UTC)
    for mail, old in zip(post.left, before, strict=True):
        (line,) = (line for line in mail.letter.text.splitlines() if line.startswith("https://"))
        guest = personal_links.find(told, line.split("/")[-2], now)
        assert guest is not None
        assert guest.candidate.candidate.mail == mail.to
        assert guest.candidate.candidate.name in mail.letter.text
        assert "Objections are taken until" in mail.letter.text
        assert personal_links.find(told, old.secret, now) is None  # the newer link took its place
        with opened(told):
            kept = repr([list(model.objects.values_list()) for model in (models.Mail, models.MailStep)])
        assert line.split("/")[-2] not in kept
    assert set(statuses(told).values()) == {MailStatus.SENT}
    assert verify(told, actor=EXAMINER).holds


def test_who_is_killed_after_a_mail_left_leaves_it_unclear_and_it_leaves_no_second_time(told: Path) -> None:
    ask(told, RESULTS, ADA)
    post = Post()
    post.does["ada@example.org"] = Killed()
    with pytest.raises(Killed):
        send(told, post, ADA)
    assert statuses(told) == {"ada@example.org": MailStatus.UNCLEAR, "bo@example.org": MailStatus.WAITING}
    post.does.clear()
    for _ in range(2):
        ask(told, RESULTS, ADA)
        send(told, post, ADA)
    assert post.to == ["ada@example.org", "bo@example.org"]
    again = MailRequest(MailKind.RESULTS, registrations=("0371",), again="one-act")
    for _ in range(2):  # a person may have it sent once more; a form that is sent twice does so once
        ask(told, again, ADA)
        send(told, post, ADA)
    assert post.to == ["ada@example.org", "bo@example.org", "ada@example.org"]
    assert verify(told, actor=EXAMINER).holds


def test_two_who_send_at_once_send_each_once(told: Path) -> None:
    ask(told, RESULTS, ADA)
    post, other = Post(), Post()
    take = post.take

    def slow(mail: Outgoing) -> None:
        send(told, other, ADA)
        take(mail)

    post.take = slow  # type: ignore[method-assign]
    send(told, post, ADA)
    assert sorted(post.to + other.to) == ["ada@example.org", "bo@example.org"]


def test_what_the_server_refuses_is_told_and_the_others_leave(told: Path) -> None:
    ask(told, RESULTS, ADA)
    post = Post()
    post.does["ada@example.org"] = MailRefusedError("550 no such user")
    assert send(told, post, ADA).refused == 1
    (bad,) = (each.mail for each in listed(told) if each.mail.status is MailStatus.REFUSED)
    assert (bad.address, bad.detail) == ("ada@example.org", "550 no such user")
    assert post.to == ["bo@example.org"]


def test_a_lost_server_leaves_the_rest_waiting(told: Path) -> None:
    ask(told, RESULTS, ADA)
    post = Post()
    post.does["ada@example.org"] = ToolError("the mail server is gone")
    with pytest.raises(ToolError):
        send(told, post, ADA)
    assert statuses(told)["bo@example.org"] is MailStatus.WAITING
    publish.revoke(told, ADA)
    with pytest.raises(RefusedError, match="not published"):
        send(told, post, ADA)
    assert post.to == ["ada@example.org"]


def test_what_comes_back_is_told(told: Path) -> None:
    ask(told, RESULTS, ADA)
    post = Post()
    send(told, post, ADA)
    ada, bo = post.left
    of_ada = HEADERS.replace(HEADERS.split(f"{ACT}: ")[1].split()[0], ada.act)
    of_nobody = report(FAILED.replace("Ada@Example", "eve@example"))
    by_address = report(FAILED.replace("Ada@Example", "bo@example"))
    done = returned_mails.take_in(told, [report(FAILED, of_ada), by_address, of_nobody, b"hello"], ADA)
    assert {each.act for each in done.mails} == {ada.act, bo.act}
    assert (done.unknown, done.not_understood) == (("eve@example.org",), 1)
    assert set(statuses(told).values()) == {MailStatus.BOUNCED}
    assert returned_mails.take_in(told, [report(FAILED, of_ada)], ADA).mails == ()  # brought twice
    assert verify(told, actor=EXAMINER).holds


def test_messages_come_out_of_files_folders_and_mboxes(tmp_path: Path) -> None:
    one = report(FAILED)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.eml").write_bytes(one)
    box = tmp_path / "box"
    box.write_bytes(b"From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n" + one + b"\nFrom x Thu Jan  1\n" + one)
    assert len(list(returned_mails.messages(tmp_path))) == 3


def test_an_answer_is_told_to_whoever_objected(told: Path) -> None:
    (ada, _), *_others = personal_links.listed(told)
    said = Said(About.PAGE_MISSING, "", "Page 3 is not there.")
    by_ada = Author(Actor("0371", Role.CANDIDATE))
    number = objections.raise_objection(told, ada, said, by_ada, act="a").id
    assert mails.untold(told) == 0
    objections.answer(told, number, "There is none.", ADA)
    assert mails.untold(told) == 1
    ask(told, MailRequest(MailKind.ANSWERED, "de"), ADA)
    post = Post()
    send(told, post, ADA)
    assert post.to == ["ada@example.org"]
    assert "beantwortet" in post.left[0].letter.subject
    assert mails.untold(told) == 0


def test_what_cannot_be_asked_for(told: Path) -> None:
    with pytest.raises(UsageError, match="no mails in 'fr'"):
        ask(told, MailRequest(MailKind.RESULTS, "fr"), ADA)
    with pytest.raises(UsageError, match="good for a time"):
        ask(told, MailRequest(MailKind.RESULTS, until=datetime.now(UTC)), ADA)
    with pytest.raises(UsageError, match="nobody is named"):
        ask(told, MailRequest(MailKind.RESULTS, again="a"), ADA)
    publish.revoke(told, ADA)
    with pytest.raises(RefusedError, match="not published"):
        ask(told, RESULTS, ADA)
