"""The site that is looked at: exams in every state, and an account for everybody who comes to it.

What an exam holds is written here, in the process of the tests. The accounts are written by a process of
their own (``python -m tests.web.looks_site HOME SAID``), since Django is configured for one home alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING
from urllib.request import HTTPCookieProcessor, build_opener

if TYPE_CHECKING:
    from collections.abc import Mapping

    from klausur.site.models import Exam, Person
    from klausur.state.facts import Author

PASSWORD = "seven green apples"  # noqa: S105 - of made-up people
PEOPLE = {
    "administrator": "Alex Rechenzentrum",
    "examiner": "Prof. Dr. Ada Example",
    "corrector": "Konrad Korrektor",
    "other": "Kim Korrektor",
    "proctor": "Petra Aufsicht",
    "candidate": "Paula Prüfling",
    "stranger": "Stefan Fremd",
    "guarded": "Greta Zweifach",
}
"""Who comes, by what they are. The other is a corrector, too; the stranger has no exam; the guarded one logs
in with a second factor."""

LAUNCH, BROWSER = "6d1f0000-0000-4000-8000-000000000001", "the browser of the looks"
"""Somebody has come from a course, and in which browser."""

ALONE = "alone"
"""Whoever was let in where one exam is served alone, by the link that the terminal showed."""

BOOKLETS = 11
"""Of the whole exam. The eleventh made-up candidate has the longest name."""

ROOT = Path(__file__).parents[2]
LOGIN = """
[[login]]
kind = "oidc"
id = "campus"
name = "Campus login"
server = "https://login.example.org"
client = "klausur"
secret_file = "secret-of-campus"
logout = "https://login.example.org/logout"
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """The site, and one exam that is served alone.

    Attributes:
        address: of the site.
        exams: their addresses' last part, by what they are called here.
        invitation: a link to take up.
        password: a link by which somebody chooses another one.
        alone: the address where the one exam is served.
        used: the link that let in there.
        session: of who was let in.
        guest: a candidate's link, without its last stroke.
        at_home: that of one who takes an exam at home and has handed in.
        before: that of one who has done nothing yet.
        mine: the pages of who is logged in as a candidate, without the last stroke.
        table: the browser of a table on site, the same.
    """

    address: str
    exams: dict[str, str]
    invitation: str
    password: str
    alone: str
    used: str
    session: str
    guest: str
    at_home: str
    before: str
    mine: str
    table: str

    def at(self, rest: str) -> str:
        """An address, with ``{whole}`` and the like in it for that of an exam."""
        known = {name: f"{self.address}/exams/{slug}" for name, slug in self.exams.items()}
        known |= {
            "invitation": self.invitation,
            "password": self.password,
            "guest": self.guest,
            "at_home": self.at_home,
            "before": self.before,
            "mine": self.mine,
            "table": self.table,
            "alone": self.alone,
            "used": self.used,
        }
        found = rest.format(**known)
        return self.address + found if found.startswith("/") else found


def mail(who: str) -> str:
    """Somebody's mail address."""
    return f"{who}@example.org"


@contextmanager
def looked_at(place: Path) -> Iterator[Looked]:
    """The site, served. The exams lie in the place (`looks_exams.write_exams`)."""
    from tests.web.browser import served  # the process that writes the accounts knows no browser

    home = place / "home"
    said = {name.name: str(name) for name in sorted((place / "exams").iterdir())}
    environment = {k: v for k, v in os.environ.items() if k not in {"KLAUSUR_HOME", "KLAUSUR_TEST_SITE"}}
    made = subprocess.run(
        [sys.executable, "-m", "tests.web.looks_site", str(home), json.dumps(said)],
        check=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = json.loads(made.stdout)
    rmtree(place / "exams" / "gone")
    with served(str(home)) as site, served("--exam", str(place / "alone"), "--role=examiner") as alone:
        link = alone.links["examiner"]
        yield Looked(site.address, **found, alone=alone.address, used=link, session=_session_of(link))


def _session_of(link: str) -> str:
    """Be let in by a link, as a browser is; the session that comes of it."""
    kept = CookieJar()
    with build_opener(HTTPCookieProcessor(kept)).open(link):
        return next(cookie.value or "" for cookie in kept if cookie.name == "sessionid")


def _settle_in(home: Path, folders: dict[str, str]) -> dict[str, object]:
    """Make a home with these people and exams."""
    from klausur.site import home as homes
    from klausur.web import start

    homes.make(home)
    (home / "secret-of-campus").write_text("not used")
    with (home / homes.SETTINGS).open("a") as settings:
        settings.write(LOGIN)
    site = homes.read(home)
    start.start(site)
    start.bring_up_to_date()
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from klausur.actions import personal_links
    from klausur.site import exams, invitations, pictures_ahead
    from klausur.site.candidate_logins import LoginRule
    from klausur.site.models import Exam, Job, Person
    from klausur.state.facts import Actor, Author, Role

    people = {
        who: Person.objects.create_user(mail(who), name, PASSWORD, administrator=who == "administrator")
        for who, name in PEOPLE.items()
    }
    TOTP.activate(people["guarded"], generate_totp_secret())
    RecoveryCodes.activate(people["guarded"])
    roles = {
        "examiner": Role.EXAMINER,
        "corrector": Role.CORRECTOR,
        "other": Role.CORRECTOR,
        "proctor": Role.PROCTOR,
    }
    slugs = {}
    for name, folder in folders.items():
        exam = exams.add(site, Path(folder), exams.title_of(Path(folder)), invitations.TERMINAL)
        slugs[name] = exam.slug
        for who, role in roles.items():
            exams.give_role(exam, people[who], role, people["administrator"])
        if name == "whole":
            whole = exam
        if name == "alike":  # its worker tells what looks alike
            pictures_ahead.ask_once(exam, Path(folder), people["examiner"], Role.EXAMINER)
    invitations.invite("neu@example.org", people["examiner"], exam=whole, role=Role.CORRECTOR)
    secret = invitations.invite("noch-eine@example.org", people["examiner"], exam=whole, role=Role.PROCTOR)
    now = datetime.now(UTC)
    asked = {"exam": whole, "by": people["examiner"], "role": "examiner"}
    Job.objects.create(
        **asked,
        kind="scan",
        asked={"name": "stack-7.pdf"},
        state="aside",
        fault="the PDF is truncated: its end is missing",
        remedy="scan these pages again",
        ended=now,
    )
    Job.objects.create(
        **asked, kind="grade", lease_until=now + timedelta(days=1)
    )  # waits, and goes on waiting
    _course(Exam.objects.get(slug=slugs["plain"]), people)
    guest = f"/review/{slugs['plain']}/{_published(Path(folders['plain']))}"
    exams.let_in(Exam.objects.get(slug=slugs["plain"]), people["examiner"], LoginRule.REGISTRATION)
    own = personal_links.listed(Path(folders["plain"]))[0][0].candidate.registration
    Person.objects.filter(pk=people["candidate"].pk).update(registration=own)
    _slots(Path(folders["plain"]), own)
    one, *_others, last = personal_links.make(
        Path(folders["home"]), now + timedelta(days=20), Author(Actor(PEOPLE["examiner"], Role.EXAMINER))
    )
    at_home, before = (f"/review/{slugs['home']}/{each.secret}" for each in (one, last))
    key = f"{user_pk_to_url_str(people['other'])}-{default_token_generator.make_token(people['other'])}"
    password = f"/accounts/password/reset/key/{key}/"
    return {
        "exams": slugs,
        "invitation": f"/invited/{secret}/",
        "password": password,
        "guest": guest,
        "at_home": at_home,
        "before": before,
        "mine": f"/review/{slugs['plain']}/mine",
        "table": f"/table/{slugs['plain']}",
    }


def _mailed(folder: Path, author: "Author") -> None:
    """Two candidates have addresses; one mail was sent and came back, one was stopped half-way."""
    from klausur.actions import change_candidate, mails, personal_links
    from klausur.state.mails import MailKind, MailStep
    from klausur.store import audit
    from klausur.store import mails as stored
    from klausur.store.folder import opened, writing

    for who, _ in personal_links.listed(folder)[2:4]:
        address = f"{who.candidate.registration}@students.example.org"
        change_candidate.change(
            folder, who.candidate.registration, change_candidate.Correction(mail=address), author
        )
    mails.ask(folder, mails.MailRequest(MailKind.RESULTS), author)
    with opened(folder), writing():
        first, second = stored.all_()
        for step in (MailStep.BEGUN, MailStep.SENT):
            stored.step(first.id, step, author)
        stored.step(first.id, MailStep.BOUNCED, author, "5.1.1: 550 no such user")
        stored.step(second.id, MailStep.BEGUN, author)
        audit.append("send-mails", author.actor, {"sent": 1, "refused": 0})
    later = personal_links.listed(folder)[1][0].candidate.registration  # was sent none yet
    address = f"{later}@students.example.org"
    change_candidate.change(folder, later, change_candidate.Correction(mail=address), author)


def _course(exam: "Exam", people: "Mapping[str, Person]") -> None:
    """A platform with a course, of which one activity is tied; one who teaches has just opened another."""
    from klausur.site.lti import platforms
    from klausur.site.lti.launches import digest
    from klausur.site.lti.services import SCORE
    from klausur.site.models import LtiLaunch, LtiLink

    at = "https://moodle.example.org"
    login, token, keys = (f"{at}/mod/lti/{name}.php" for name in ("auth", "token", "certs"))
    said = platforms.Registered("Moodle", at, "Fb3kQ7mZ2xNp4Lr", login, token, keys, deployments=("1",))
    platform = platforms.save(said, people["administrator"])
    LtiLink.objects.create(
        platform=platform,
        deployment="1",
        context="7",
        resource="12",
        title="Signals and systems – Results of the exam",
        exam=exam,
        by=people["examiner"],
        lineitems=f"{at}/mod/lti/services.php/7/lineitems",
        scopes=[SCORE],
    )
    LtiLaunch.objects.create(
        pk=LAUNCH,
        state=digest("a state"),
        browser=digest(BROWSER),
        platform=platform,
        said={
            "sub": "4711",
            "deployment": "1",
            "resource": "13",
            "title": "Signals and systems – Second exam",
            "name": PEOPLE["examiner"],
            "instructor": True,
        },
        until=datetime.now(UTC) + timedelta(days=1),
    )


def _slots(folder: Path, registration: str) -> None:
    """Two slots that may be opened now, one that is looked at, and one of another day."""
    from klausur.actions import personal_links, review_on_site
    from klausur.state.facts import Actor, Author, Role
    from klausur.state.review_slots import SlotGrid

    ada = Author(Actor(PEOPLE["examiner"], Role.EXAMINER))
    others = [w.candidate.registration for w, _ in personal_links.listed(folder)]
    others.remove(registration)
    now, hour = datetime.now(UTC), timedelta(hours=1)
    for who, begin in ((others, now), ([registration], now + timedelta(days=2))):
        tables = ("Table 1", "Table 2", "Table 3")
        grid = SlotGrid(begin, begin + 8 * hour, 8 * hour, timedelta(0), tables)
        review_on_site.plan(folder, grid, ada, registrations=who)
    review_on_site.open_slot(folder, review_on_site.listed(folder)[0].of.id, ada)


def _published(folder: Path) -> str:
    """Publish all of an exam, with two objections, one of them answered; the secret of a candidate's link."""
    from klausur.actions import objections, own_results, personal_links, publish
    from klausur.base.geometry import Box
    from klausur.state.facts import Actor, Author, Role
    from klausur.state.objections import About, Marked, Said
    from klausur.state.publication import Part, Terms, Window

    ada = Author(Actor(PEOPLE["examiner"], Role.EXAMINER))
    soon = datetime.now(UTC) + timedelta(days=20)
    terms = Terms(frozenset(Part), objections=Window(soon))
    publish.set_terms(folder, terms, ada)
    publish.publish(folder, ada)
    first, *_others = personal_links.make(folder, soon, ada)
    script = own_results.own_results(folder, first.candidate, terms)
    (page,) = next(each.pages for each in script.questions if each.id == "letters")
    mark = Marked(page, Box(20, 90, 80, 25))
    why = "I crossed the third choice, too: it is faint, and above it the fold of the paper."
    for n, said in enumerate(
        (
            Said(About.QUESTION, "letters", why, mark),
            Said(About.PAGE_MISSING, "", "The sheet that I wrote on last is not among these pages."),
        )
    ):
        made = objections.raise_objection(folder, first.candidate, said, ada, act=f"look-{n}")
    objections.answer(folder, made.id, "It lay in the next stack, and is scanned now. Thank you.", ada)
    _mailed(folder, ada)
    return first.secret


if __name__ == "__main__":
    print(json.dumps(_settle_in(Path(sys.argv[1]), json.loads(sys.argv[2]))))  # noqa: T201 - a program's answer
