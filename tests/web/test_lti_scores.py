"""Grades for a course: what would be sent is what is sent, once, whatever happens between."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.cast import EXAMINER
from tests.web.by_hand import UNCLEAR, site_with
from tests.web.lti_platform import DEPLOYMENT, ENDPOINT, Course, come, served
from tests.web.test_lti import numbered, teaches
from tests.web.test_mine import Listed

from klausur.actions import publish, settle
from klausur.actions.settle import Marked
from klausur.base.errors import MeanwhileError, RefusedError, ToolError
from klausur.paper.answers import Worth
from klausur.paper.layout import Layout
from klausur.site import jobs
from klausur.site.candidate_logins import LoginRule
from klausur.site.jobs import JobState, Kind
from klausur.site.lti import calls, scores, sending
from klausur.site.lti.calls import Answer
from klausur.site.lti.scores import Fate, Plan
from klausur.site.lti.services import SCORE
from klausur.site.models import Job, LtiLink, LtiPlatform, LtiScore, LtiSeen, LtiUser, Person
from klausur.site.work import run_one
from klausur.state.facts import Author, Role
from klausur.state.publication import Part, Terms
from klausur.store import audit
from klausur.store.folder import opened

ADA = Author(EXAMINER)


@pytest.fixture(scope="module")
def running() -> Iterator[Course]:
    with served() as found:
        yield found


@pytest.fixture
def course(running: Course) -> Course:
    fresh = Course(running.address)
    for name in fresh.__slots__:
        setattr(running, name, getattr(fresh, name))
    return running


@pytest.fixture
def graded(tmp_path: Path, layout: Layout, course: Course) -> Listed:  # noqa: F811
    """A published exam for four, of whom three have a total; its activity is open to all.

    Two have opened the activity, and one who is on no list but may log in.
    """
    made = Listed(site_with(tmp_path / "four", layout, 4))
    for booklet in (1, 2, 3):
        settle.settle(made.site.folder, booklet, UNCLEAR, Marked("empty"), ADA)
        settle.settle(made.site.folder, booklet, "word", Worth(Fraction(booklet % 3)), ADA)
    publish.set_terms(made.site.folder, Terms(frozenset(Part)), ADA)
    publish.publish(made.site.folder, ADA)
    made.rule(LoginRule.REGISTRATION)
    by = Person.objects.create_user("root@example.org", "Alex Rechenzentrum", administrator=True)
    course.registered(by)
    teaches(made.site, course)
    for n in (0, 1):
        assert come(Client(), course, f"learner-{n}", **numbered(made.registration(n))).status_code == 200
    course.known = Client().get("/lti/keys/").json()["keys"]
    return made


def link() -> LtiLink:
    return LtiLink.objects.select_related("exam", "platform").get()


def plan(graded: Listed) -> Plan:
    return scores.plan(link(), graded.site.folder)


def send(graded: Listed, **others: object) -> scores.Sent:
    """Send what is planned, as the job does, without waiting."""
    if others.pop("ask", True):
        scores.ask(link(), graded.site.folder, plan(graded).digest)
    return scores.send(link(), graded.site.folder, wait=lambda _seconds: None, **others)  # type: ignore[arg-type]


def fates(graded: Listed) -> list[Fate]:
    return [line.fate for line in plan(graded).lines]


def test_what_would_be_sent_is_told_sent_by_a_worker_and_noted(graded: Listed, course: Course) -> None:
    browser = graded.site.as_(Role.EXAMINER)
    at = graded.site.at("results/courses/")
    page = browser.get(at, {"activity": link().pk}).content.decode()
    assert "2 scores would be sent" in page
    assert "has not opened the activity" in page
    assert "no total yet" in page
    assert course.came == [], "looking sends nothing"
    seen = plan(graded).digest
    assert browser.post(f"{at}send/", {"activity": link().pk, "seen": seen}).status_code == 302
    job = run_one()
    assert job is not None
    assert job.state == JobState.DONE, job.fault
    assert (job.result["sent"], job.result["failed"]) == (2, 0)
    assert course.asked == [True], "one token for all"
    assert set(course.given) == {"learner-0", "learner-1"}
    (column,) = course.columns
    assert (column["resourceLinkId"], column["label"]) == ("activity-7", graded.site.exam.title)
    for score in course.came:
        assert set(score) == {
            *("userId", "scoreGiven", "scoreMaximum"),
            *("activityProgress", "gradingProgress", "timestamp"),
        }, "no name and no number leaves"
    lines = {line.user.sub: line.given for line in plan(graded).lines if line.user is not None}
    assert course.given == lines
    assert "2 scores were sent" in browser.get(at).content.decode()
    with opened(graded.site.folder):
        (event,) = (each for each in audit.events() if each.verb == "send-grades")
    assert event.who == graded.site.people[Role.EXAMINER].name


def test_each_score_leaves_once_for_what_it_tells(graded: Listed, course: Course) -> None:
    assert send(graded) == scores.Sent(2, 0)
    assert fates(graded).count(Fate.SENT) == 2
    with pytest.raises(RefusedError, match="nothing to send"):
        send(graded)
    assert send(graded, ask=False) == scores.Sent(0, 0)
    assert len(course.came) == 2
    settle.settle(graded.site.folder, 1, "word", Worth(Fraction(0)), ADA)
    before = dict(course.given)
    assert send(graded) == scores.Sent(1, 0), "of whom it changed"
    assert sum(before[who] != value for who, value in course.given.items()) == 1
    settle.settle(graded.site.folder, 1, "word", Worth(Fraction(1)), ADA)
    assert send(graded) == scores.Sent(1, 0), "and back"
    assert course.given == before
    assert LtiScore.objects.count() == 4


def test_what_was_seen_is_what_is_sent(graded: Listed, course: Course) -> None:
    seen = plan(graded).digest
    settle.settle(graded.site.folder, 1, "word", Worth(Fraction(0)), ADA)
    browser = graded.site.as_(Role.EXAMINER)
    answer = browser.post(graded.site.at("results/courses/send/"), {"activity": link().pk, "seen": seen})
    assert answer.status_code == 409
    with pytest.raises(MeanwhileError):
        scores.ask(link(), graded.site.folder, seen)
    assert not LtiScore.objects.exists()
    assert not Job.objects.filter(kind=Kind.COURSE).exists()
    assert course.came == []


class Killed(BaseException):
    """Who is killed says nothing."""


def test_who_is_killed_before_it_is_noted_leaves_one_score(graded: Listed, course: Course) -> None:
    """The platform has it, nobody noted it: it leaves once more, as the very same, and is there once."""
    scores.ask(link(), graded.site.folder, plan(graded).digest)

    def dies(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer = calls.call(method, url, headers, body)
        if "/scores" in url:
            raise Killed
        return answer

    with pytest.raises(Killed):
        send(graded, ask=False, call_=dies)
    assert len(course.came) == 1
    assert not LtiScore.objects.exclude(sent=None).exists()
    assert send(graded, ask=False) == scores.Sent(2, 0)
    first, again, _other = course.came
    assert first == again
    assert len(course.given) == 2
    assert fates(graded).count(Fate.SENT) == 2


def test_a_job_that_was_taken_over_sends_the_rest(graded: Listed, course: Course) -> None:
    scores.ask(link(), graded.site.folder, plan(graded).digest)
    examiner = graded.site.people[Role.EXAMINER]
    jobs.ask(Kind.COURSE, graded.site.exam, examiner, Role.EXAMINER, link=link().pk)
    first = jobs.take("a worker that is lost")
    assert first is not None
    score = LtiScore.objects.order_by("pk").first()
    assert score is not None
    course.scores[score.user.sub] = score.body  # it left, and the worker was lost
    LtiScore.objects.filter(pk=score.pk).update(tries=1)
    Job.objects.filter(pk=first.job.pk).update(lease_until=jobs.now() - jobs.LEASE)
    job = run_one()
    assert job is not None
    assert (job.state, job.result["sent"], job.result["failed"]) == (JobState.DONE, 2, 0)
    assert len(course.given) == 2


def test_a_platform_that_is_away_is_asked_again_and_then_later(graded: Listed, course: Course) -> None:
    course.status = 503
    with pytest.raises(ToolError, match="503"):
        send(graded)
    assert len(course.came) == 3, "three times, and the others not at all"
    lines = plan(graded).lines
    assert sum(line.fate is Fate.SENDS for line in lines) == 2
    assert "the platform answers 503" in {line.fault for line in lines}
    course.status = 0
    assert send(graded) == scores.Sent(2, 0)
    assert LtiScore.objects.count() == 2, "the same ones"


def test_a_network_that_fails_loses_nothing(graded: Listed, course: Course) -> None:
    failing = [True, True, False]

    def flickers(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if "/scores" in url and failing and failing.pop(0):
            raise ToolError("it does not answer", "")
        return calls.call(method, url, headers, body)

    assert send(graded, call_=flickers) == scores.Sent(2, 0)
    assert len(course.came) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_the_platform_refuses_is_listed_and_can_be_tried_again(
    graded: Listed, course: Course, status: int
) -> None:
    course.status = status
    assert send(graded) == scores.Sent(0, 2)
    assert len(course.came) == 2, "it would be refused again"
    page = graded.site.as_(Role.EXAMINER).get(graded.site.at("results/courses/"), {"activity": link().pk})
    assert f"the platform answers {status}" in page.content.decode()
    course.status = 0
    assert send(graded) == scores.Sent(2, 0)


def test_a_newer_score_of_the_course_is_not_taken_for_ours(graded: Listed, course: Course) -> None:
    course.scores["learner-0"] = {"userId": "learner-0", "scoreGiven": 1, "timestamp": "2099-01-01T00:00:00Z"}
    assert send(graded) == scores.Sent(1, 1)
    assert "the course has a newer score already" in {line.fault for line in plan(graded).lines}
    assert send(graded) == scores.Sent(0, 1), "nor when it is tried again"
    assert course.given["learner-0"] == 1


def test_a_token_that_is_over_is_renewed(graded: Listed, course: Course) -> None:
    answered: list[str] = []

    def over(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if "/scores" in url and not answered:
            answered.append(url)
            return Answer(401, b"")
        return calls.call(method, url, headers, body)

    assert send(graded, call_=over) == scores.Sent(2, 0)
    assert course.asked == [True, True]


def test_who_is_not_let_in_by_the_platform_sends_nothing(graded: Listed, course: Course) -> None:
    def refused(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if url.endswith("/token"):
            return Answer(400, json.dumps({"error": "invalid_client"}).encode())
        return calls.call(method, url, headers, body)

    with pytest.raises(ToolError, match="not in"):
        send(graded, call_=refused)
    assert course.came == []


@pytest.mark.parametrize(
    "at", ["https://elsewhere.example.org/item", "http://10.0.0.1/item", "file:///etc/passwd"]
)
@pytest.mark.parametrize("name", ["lineitem", "lineitems"])
def test_nothing_goes_to_a_host_that_is_not_registered(
    graded: Listed, course: Course, at: str, name: str
) -> None:
    """Whatever a launch says: its platform's hosts are those that the administrator has registered."""
    said = {"scope": link().scopes, name: at}
    come(graded.site.as_(Role.EXAMINER), course, "teacher", "Instructor", **{ENDPOINT: said})
    assert getattr(link(), name) == at
    asked: list[str] = []

    def watched(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        asked.append(url)
        return calls.call(method, url, headers, body)

    with pytest.raises(RefusedError, match="not registered"):
        send(graded, call_=watched)
    assert asked == [f"{course.address}/token"]
    LtiPlatform.objects.update(hosts=["elsewhere.example.org"])
    assert calls.is_theirs(link().platform, at) == at.startswith("https://elsewhere")


def test_an_answer_that_leads_elsewhere_is_not_followed(course: Course) -> None:
    course.page = lambda _path, _given: (302, f"{course.address}/keys")
    assert calls.call("GET", f"{course.address}/elsewhere", {}).status == 302
    assert course.fetched == 0, "nobody went where the answer leads"
    assert calls.call("GET", f"{course.address}/keys", {}).status == 200
    assert course.fetched == 1
    with pytest.raises(RefusedError, match="https"):
        calls.call("GET", "http://example.org/", {})
    with pytest.raises(ToolError, match="does not answer"):
        calls.call("GET", "http://127.0.0.1:9/", {})


def test_a_revoked_publication_takes_scores_back_and_another_sends_anew(
    graded: Listed, course: Course
) -> None:
    send(graded)
    before = dict(course.given)
    publish.revoke(graded.site.folder, ADA)
    page = graded.site.as_(Role.EXAMINER).get(graded.site.at("results/courses/"), {"activity": link().pk})
    assert "The course has 2 scores from here" in page.content.decode()
    assert send(graded) == scores.Sent(2, 0, back=True)
    assert set(course.given.values()) == {None}
    assert plan(graded).clears == ()
    publish.publish(graded.site.folder, ADA)
    assert send(graded) == scores.Sent(2, 0)
    assert course.given == before


def test_what_was_asked_for_before_a_revocation_is_not_sent_after_it(graded: Listed, course: Course) -> None:
    scores.ask(link(), graded.site.folder, plan(graded).digest)
    publish.revoke(graded.site.folder, ADA)
    with pytest.raises(RefusedError, match="meanwhile"):
        send(graded, ask=False)
    assert course.came == []
    assert plan(graded).clears == (), "nothing left"


def test_totals_that_candidates_are_not_shown_do_not_leave(graded: Listed) -> None:
    publish.set_terms(graded.site.folder, Terms(frozenset({Part.QUESTIONS})), ADA)
    found = plan(graded)
    assert (found.lines, found.hindrance) == ((), scores.Hindrance.NO_TOTALS)


def test_who_are_two_in_the_course_gets_nothing_and_is_listed(graded: Listed) -> None:
    first = LtiUser.objects.get(sub="learner-0")
    twin = LtiUser.objects.create(platform=first.platform, sub="twin", person=first.person)
    LtiSeen.objects.create(link=link(), user=twin)
    assert fates(graded).count(Fate.SEVERAL) == 1
    other = Person.objects.create_user("nobody@example.org", "Nobody")
    stranger = LtiUser.objects.create(platform=first.platform, sub="stranger", person=other)
    LtiSeen.objects.create(link=link(), user=stranger)
    found = plan(graded)
    assert (len(found.sends), found.others) == (1, 1)


def test_a_column_of_the_course_is_used_and_none_is_made(graded: Listed, course: Course) -> None:
    course.column = True
    come(graded.site.as_(Role.EXAMINER), course, "teacher", "Instructor")
    assert send(graded) == scores.Sent(2, 0)
    assert course.columns == []


def test_a_column_that_was_made_before_is_found_again(graded: Listed, course: Course) -> None:
    send(graded)
    LtiLink.objects.update(lineitem="")
    settle.settle(graded.site.folder, 1, "word", Worth(Fraction(0)), ADA)
    assert send(graded) == scores.Sent(1, 0)
    assert len(course.columns) == 1


@pytest.mark.parametrize("scopes", [[], [SCORE]])
def test_a_course_that_takes_no_scores_gets_none(graded: Listed, course: Course, scopes: list[str]) -> None:
    said = {"scope": scopes, "lineitems": f"{course.address}/items"}
    come(graded.site.as_(Role.EXAMINER), course, "teacher", "Instructor", **{ENDPOINT: said})
    with pytest.raises(RefusedError, match=r"takes no scores|lets this site make none"):
        send(graded)
    page = graded.site.as_(Role.EXAMINER).get(graded.site.at("results/courses/")).content.decode()
    assert ("takes no scores" in page) == (not scopes)


def test_only_the_examiner_of_the_exam_sends(graded: Listed, course: Course) -> None:
    given = {"activity": link().pk, "seen": plan(graded).digest}
    for role in (Role.CORRECTOR, Role.PROCTOR):
        for act in ("send", "untie"):
            answer = graded.site.as_(role).post(graded.site.at(f"results/courses/{act}/"), given)
            assert answer.status_code == 403
    assert LtiLink.objects.filter(deployment=DEPLOYMENT).exists()
    assert course.came == []


def test_an_activity_is_untied_and_tied_anew(graded: Listed, course: Course) -> None:
    browser = graded.site.as_(Role.EXAMINER)
    at = graded.site.at("results/courses/")
    assert browser.post(f"{at}untie/", {"activity": "999"}).status_code == 404
    assert browser.post(f"{at}untie/", {"activity": link().pk}).status_code == 302
    assert not LtiLink.objects.exists()
    teaches(graded.site, course)
    assert LtiLink.objects.count() == 1


def test_scores_are_forgotten_with_the_data(graded: Listed) -> None:
    send(graded)
    sending.forget(graded.site.exam)
    assert not LtiScore.objects.exists()
