"""Every page of the site as it is looked at: by whom, in which state, size, theme and language.

A page that is not in `LOOKS` fails a test (`tests.web.test_looks`), which compares the list with the
addresses.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect
from tests.web.browser import PICTURES, WAIT, complaints, serious
from tests.web.looks_site import ALONE, BOOKLETS, BROWSER, LAUNCH, PASSWORD, Looked, mail

from klausur.roster import made_up

SIZES = {
    "laptop": (1280, 720),
    "wide": (1920, 1080),
    "tablet": (820, 1180),
    "landscape": (1180, 820),
    "phone": (390, 844),
}
PHONE = "phone"
"""What is in candidates' hands, so that only their pages are looked at so."""

TOUCHED = ("tablet", "landscape", PHONE)
THEMES = ("light", "dark")
LANGUAGES = ("en", "de")

SMALLEST = 40
"""Pixels that a finger needs, both ways."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a page is looked at."""

    size: str
    theme: str
    language: str

    @property
    def name(self) -> str:
        """For the folder of its pictures."""
        return f"{self.language}-{self.size}-{self.theme}"


GUIDE = Path(__file__).parents[2] / "docs" / "images" / "site"
FOR_THE_GUIDE = Shape("laptop", "light", "en")
"""The pictures that the guide has are taken so, and lie in ``guide`` below the others, to be copied."""

SHAPES = tuple(Shape(size, theme, language) for language, size, theme in product(LANGUAGES, SIZES, THEMES))


@dataclass(frozen=True, slots=True)
class Look:
    """A page in a state.

    Attributes:
        name: of its pictures.
        view: the address's name in the table of addresses.
        who: whom it is shown to (`looks_site.PEOPLE`, or `looks_site.ALONE`); ``nobody`` is not logged in.
        at: its address, with ``{whole}`` and the like for that of an exam.
        act: what is done there before it is looked at, in any language; a second time, too.
        fails: what is looked at is a failure, of which the browser complains.
    """

    name: str
    view: str
    who: str
    at: str
    act: Callable[[Page], None] | None = None
    fails: bool = False


def _pressed(selector: str, then: str) -> Callable[[Page], None]:
    """Press something, and wait for what comes of it."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        expect(page.locator(then).first).to_be_visible()

    return act


def _let_in(page: Page) -> None:
    if not page.locator("#code").count():
        page.locator(".review-slots button.primary, .review-slots button").first.click()
    expect(page.locator("#code")).to_be_visible()


def _group_of_like_ones(page: Page) -> None:
    """Pass answers over until a group comes, and come again until a worker has told what looks alike."""
    while True:
        _question(page)
        for _ in range(20):
            if page.locator('[data-many="group"]').count():
                return
            before = page.locator(".grading-card").get_attribute("data-booklet")
            page.keyboard.press("s")
            expect(page.locator(f".grading-card[data-booklet='{before}']")).to_have_count(0)
        page.reload()


def _like_ones(page: Page) -> None:
    """Come again until a worker has told what looks alike."""
    _question(page)
    while not page.locator(".grading-alike").count():
        page.reload()
        _question(page)
    expect(page.locator(".grading-alike img").first).to_have_js_property("complete", value=True)


def _checked(page: Page) -> None:
    if not page.locator("#papers").count():
        page.locator(".head button.primary").click()
    expect(page.locator(".thumbs img").first).to_be_visible()


def _page_of_paper(page: Page) -> None:
    _checked(page)
    page.goto(page.locator(".made-paper").last.locator("a[href*='/papers/']").nth(1).evaluate("a => a.href"))
    expect(page.locator(".sheet-of-paper img")).to_be_visible()


def _newer_list(page: Page) -> None:
    """A newer list: one has another seat, one is gone, one has come."""
    page.locator("main details.menu summary").click()
    first, *others = made_up.made_up(BOOKLETS, seed=1)
    listed = (
        replace(others[0], seat="Z 9"),
        *others[1:-1],
        replace(first, registration="09999999", name="Nora Neu"),
    )
    rows = [f"{who.registration},{who.name},{who.room},{who.seat}" for who in listed]
    content = "\n".join(["Registration number,Name,Room,Seat", *rows]).encode()
    page.locator("main details.menu input[type=file]").set_input_files(
        {"name": "newer.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("main details.menu form button").click()
    expect(page.locator(".to-decide button.primary")).to_be_visible()


def _dry_run(page: Page) -> None:
    page.locator("input[name=spare]").fill("2")
    page.locator(".options button.primary").click()
    expect(page.locator(".to-decide button.primary")).to_be_visible()


def _refused_print(page: Page) -> None:
    """What cannot be printed is told in the form."""
    page.locator(".options summary").first.click()
    page.locator("input[name=spare]").evaluate("e => { e.type = 'text'; e.value = 'many'; }")
    page.locator(".options button.primary").click()
    expect(page.locator(".errorlist").first).to_be_visible()


def _question(page: Page) -> None:
    """The desk of a question with an answer on it."""
    expect(page.locator(".grading-card").first).to_be_visible()
    picture = page.locator(".grading-card img:not([hidden])").first
    expect(picture).to_have_js_property("complete", value=True)


def _keys(*pressed: str, then: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        _question(page)
        for key in pressed:
            page.keyboard.press(key)
        expect(page.locator(then).first).to_be_visible()

    return act


def _drawn(page: Page) -> None:
    _question(page)
    stage = page.locator(".grading-stage").bounding_box()
    assert stage is not None
    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    page.keyboard.press("v")
    expect(page.locator(".grading-drawn .tick").first).to_be_attached()
    page.keyboard.press("d")


def _rubric_preview(page: Page) -> None:
    page.locator(".rubric-line [data-part='credits']").first.fill("0.75")
    page.locator(".rubric-next").click()
    expect(page.locator(".tally")).to_be_visible()


def _rubric_both(page: Page) -> None:
    """Somebody else changes the rubric meanwhile."""
    text = page.locator(".rubric-line [data-part='text']").first
    mine = text.input_value()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".rubric-line [data-part='text']").first.fill(f"{mine}, indeed"[-60:])
    other.locator(".rubric-next").click()
    other.locator("button.primary").click()
    expect(other.locator(".rubric-done")).to_be_visible()
    other.close()
    text.fill(f"{mine}, really"[-60:])
    page.locator(".rubric-next").click()
    expect(page.locator(".warned").first).to_be_visible()


def _key_preview(page: Page) -> None:
    page.locator("input[name='choice-a'][value='wrong']").check()
    page.locator("input[name='choice-b'][value='right']").check()
    page.locator(".key-form > .acts button.primary").click()
    expect(page.locator(".tally")).to_be_visible()


def _login(page: Page, who: str = "guarded") -> None:
    page.locator("input[type=email], input[name=login]").fill(mail(who))
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main button.primary").click()


def _wrong_login(page: Page) -> None:
    page.locator("input[type=email], input[name=login]").fill(mail("stranger"))
    page.locator("input[type=password]").fill("not this one")
    page.locator("main button.primary").click()
    expect(page.locator(".message.error, .errorlist").first).to_be_visible()


def _second_factor(page: Page) -> None:
    _login(page)
    expect(page.locator("input[name=code]")).to_be_visible()


def _opened(page: Page) -> None:
    """All questions of a candidate."""
    page.evaluate("for (const each of document.querySelectorAll('.own-question')) each.open = true")


def _counted(page: Page) -> None:
    """All that was seen on a hand-in."""
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    expect(page.locator("#own-clock strong")).not_to_be_empty()


def _marked(page: Page) -> None:
    """A place on a page of the script."""
    figure = page.locator(".own-page").first
    expect(figure.locator("img").first).to_have_js_property("complete", value=True)
    box = figure.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.3, max(box["y"], 0) + 80
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 40)
    page.mouse.up()
    expect(figure.locator(".own-mark rect")).to_be_attached()


def _lost(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator("#lost")).to_be_visible()


def _broken_act(page: Page) -> None:
    """Something breaks while a part of the page is asked for."""
    page.locator("input[name=missing]").first.check()
    page.locator("input[name=why]").fill("torn in the feeder")
    page.locator("form.waive fieldset button").click()
    expect(page.locator("#messages .error")).to_be_visible()


def _from_course(page: Page) -> None:
    """Come as the browser that the launch is of."""
    page.context.add_cookies([{"name": "course", "value": BROWSER, "url": page.url}])
    page.goto(f"{page.url.rstrip('/')}/lti/launched/{LAUNCH}/")


def _menu(page: Page) -> None:
    page.locator(".bar details.menu summary").click()


def _typed(page: Page) -> None:
    _question(page)
    page.keyboard.press("c")
    page.keyboard.type(r"the scale: $\frac{1}{2}$")
    expect(page.locator(".grading-preview math").first).to_be_visible()


LOOKS: tuple[Look, ...] = (
    # Coming in, and the account.
    Look("login", "account_login", "nobody", "/accounts/login/"),
    Look("login-wrong", "account_login", "nobody", "/accounts/login/", _wrong_login),
    Look("second-factor", "mfa_authenticate", "nobody", "/accounts/login/", _second_factor),
    Look("invited", "invited", "nobody", "{invitation}"),
    Look("invited-no-more", "invited", "nobody", "/invited/no-such-secret/", fails=True),
    Look("forgotten", "account_reset_password", "nobody", "/accounts/password/reset/"),
    Look("password-link", "account_reset_password_from_key", "nobody", "{password}"),
    Look(
        "password-link-used",
        "account_reset_password_from_key",
        "nobody",
        "/accounts/password/reset/key/2-no-such-link/",
    ),
    Look(
        "password-new", "account_reset_password_from_key_done", "nobody", "/accounts/password/reset/key/done/"
    ),
    Look("inactive", "account_inactive", "nobody", "/accounts/inactive/"),
    Look("signup", "account_signup", "nobody", "/accounts/signup/"),
    Look("left", "left", "nobody", "/left/campus/"),
    Look("alone", "home", ALONE, "{alone}/", _menu),
    Look("alone-link-used", "enter", "nobody", "{used}", fails=True),
    Look("alone-login", "account_login", "nobody", "{alone}/accounts/login/"),
    Look("account", "account", "corrector", "/account/"),
    Look("account-password", "account_change_password", "corrector", "/accounts/password/change/"),
    Look("account-factors", "mfa_index", "corrector", "/accounts/2fa/"),
    Look("account-factor-new", "mfa_activate_totp", "corrector", "/accounts/2fa/totp/activate/"),
    Look("account-connections", "socialaccount_connections", "corrector", "/accounts/3rdparty/"),
    Look("account-logout", "account_logout", "corrector", "/accounts/logout/"),
    # The site.
    Look("home", "home", "examiner", "/"),
    Look("home-empty", "home", "stranger", "/"),
    Look("home-lost", "home", "examiner", "/", _lost),
    Look("examiner-tokens", "team-tokens", "examiner", "{whole}/team/tokens/"),
    Look("site-glance", "site", "administrator", "/site/"),
    Look("site-people", "site-people", "administrator", "/site/people/"),
    Look("site-person", "site-person", "administrator", "/site/people/3/"),
    Look("site-exams", "site-exams", "administrator", "/site/exams/"),
    Look("site-platforms", "site-platforms", "administrator", "/site/platforms/"),
    Look("site-platform", "site-platform", "administrator", "/site/platforms/1/"),
    Look("course-refused", "lti-login", "nobody", "/lti/login/", fails=True),
    Look("course-over", "lti-launched", "nobody", f"/lti/launched/{LAUNCH}/", fails=True),
    Look("course-tie", "lti-launched", "examiner", "/", _from_course),
    Look("examiner-courses", "results-courses", "examiner", "{plain}/results/courses/"),
    Look("examiner-courses-none", "results-courses", "examiner", "{whole}/results/courses/"),
    Look("examiner-courses-look", "results-courses", "examiner", "{plain}/results/courses/?activity=1"),
    Look("site-jobs", "site-jobs", "administrator", "/site/jobs/"),
    Look("site-log", "site-log", "administrator", "/site/log/"),
    # Overview and author.
    Look("examiner-overview", "overview", "examiner", "{whole}/"),
    Look("examiner-overview-menu", "overview", "examiner", "{whole}/", _menu),
    Look("examiner-overview-fresh", "overview", "examiner", "{fresh}/"),
    Look("examiner-overview-printed", "overview", "examiner", "{printed}/"),
    Look("corrector-overview", "overview", "corrector", "{whole}/"),
    Look("proctor-overview", "overview", "proctor", "{whole}/"),
    Look("administrator-overview", "overview", "administrator", "{whole}/"),
    Look("examiner-author-fresh", "author", "examiner", "{fresh}/author/"),
    Look("examiner-author", "author", "examiner", "{whole}/author/", _checked),
    Look("examiner-author-page", "author-page", "examiner", "{whole}/author/", _page_of_paper),
    # People and print.
    Look("examiner-people", "people", "examiner", "{whole}/people/"),
    Look("examiner-people-fresh", "people", "examiner", "{fresh}/people/"),
    Look("proctor-people", "people", "proctor", "{whole}/people/"),
    Look("examiner-people-new", "people-new", "examiner", "{whole}/people/new/"),
    Look("examiner-people-candidate", "people-candidate", "examiner", "{whole}/people/11/"),
    Look("examiner-people-newer", "people-list-preview", "examiner", "{whole}/people/", _newer_list),
    Look("examiner-prints", "prints", "examiner", "{whole}/prints/"),
    Look(
        "examiner-prints-options",
        "prints",
        "examiner",
        "{whole}/prints/",
        _pressed(".options summary", ".options .more"),
    ),
    Look("examiner-prints-refused", "prints-look", "examiner", "{whole}/prints/", _refused_print, fails=True),
    Look("examiner-prints-fresh", "prints", "examiner", "{fresh}/prints/"),
    Look("proctor-prints", "prints", "proctor", "{whole}/prints/"),
    Look("examiner-prints-look", "prints-job", "examiner", "{whole}/prints/", _dry_run),
    # Scans.
    Look("examiner-scans", "scans", "examiner", "{whole}/scans/"),
    Look("examiner-scans-printed", "scans", "examiner", "{printed}/scans/"),
    Look("examiner-scans-fresh", "scans", "examiner", "{fresh}/scans/"),
    Look("corrector-scans", "scans", "corrector", "{whole}/scans/"),
    Look("examiner-scans-unplaced", "scans-images", "examiner", "{whole}/scans/images/unplaced/"),
    Look("examiner-scans-unplaced-none", "scans-images", "examiner", "{printed}/scans/images/unplaced/"),
    Look("examiner-scans-twice", "scans-images", "examiner", "{whole}/scans/images/twice/"),
    Look("examiner-scans-duplicates", "scans-images", "examiner", "{whole}/scans/images/duplicates/"),
    Look("examiner-scans-aside", "scans-images", "examiner", "{whole}/scans/images/aside/"),
    Look("examiner-scans-missing", "scans-missing", "examiner", "{whole}/scans/missing/"),
    Look("examiner-scans-missing-none", "scans-missing", "examiner", "{printed}/scans/missing/"),
    Look("proctor-scans-missing", "scans-missing", "proctor", "{whole}/scans/missing/"),
    Look("examiner-scans-booklet", "scans-booklet", "examiner", "{whole}/scans/booklets/2/"),
    Look("examiner-scans-extras", "scans-extras", "examiner", "{whole}/scans/extras/"),
    Look("examiner-scans-history", "scans-history", "examiner", "{whole}/scans/history/"),
    # Readings.
    Look("examiner-readings", "readings", "examiner", "{whole}/readings/"),
    Look("examiner-readings-none", "readings", "examiner", "{printed}/readings/"),
    Look("examiner-readings-credits", "readings", "examiner", "{plain}/readings/?of=credits"),
    Look(
        "examiner-readings-page",
        "readings",
        "examiner",
        "{whole}/readings/",
        _pressed(".page-of", "dialog#page img"),
    ),
    Look("corrector-readings", "readings", "corrector", "{whole}/readings/"),
    Look("examiner-readings-gallery", "readings-gallery", "examiner", "{whole}/readings/gallery/"),
    Look("examiner-readings-second-begin", "readings-second", "examiner", "{plain}/readings/second/"),
    Look("examiner-readings-second", "readings-second", "examiner", "{whole}/readings/second/"),
    # Grading.
    Look("examiner-grading", "grading", "examiner", "{whole}/grading/"),
    Look("examiner-grading-none", "grading", "examiner", "{fresh}/grading/"),
    Look("corrector-grading", "grading", "corrector", "{whole}/grading/"),
    Look(
        "corrector-grading-desk",
        "grading-desk",
        "corrector",
        "{whole}/grading/word/",
        _keys("1", then=".grading-card"),
    ),
    Look(
        "corrector-grading-crossed", "grading-desk", "corrector", "{plain}/grading/word/?booklet=1", _question
    ),
    Look(
        "corrector-grading-sheet",
        "grading-desk",
        "corrector",
        "{whole}/grading/short/",
        _keys("g", then="[data-many]"),
    ),
    Look(
        "corrector-grading-keys",
        "grading-desk",
        "corrector",
        "{whole}/grading/word/",
        _keys("?", then="#grading-keys"),
    ),
    Look(
        "corrector-grading-park",
        "grading-desk",
        "corrector",
        "{whole}/grading/word/",
        _keys("p", then="#grading-park"),
    ),
    Look(
        "corrector-grading-comment", "grading-desk", "corrector", "{whole}/grading/remark/?booklet=2", _typed
    ),
    Look("corrector-grading-drawn", "grading-desk", "corrector", "{whole}/grading/word/", _drawn),
    Look(
        "corrector-grading-group",
        "grading-desk",
        "corrector",
        "{alike}/grading/word/",
        _group_of_like_ones,
    ),
    Look(
        "corrector-grading-alike",
        "grading-desk",
        "corrector",
        "{alike}/grading/word/?booklet=6",
        _like_ones,
    ),
    Look(
        "corrector-grading-done",
        "grading-desk",
        "corrector",
        "{whole}/grading/remark/",
        lambda page: expect(page.locator(".grading-done")).to_be_visible(),
    ),
    Look("examiner-grading-plan-all", "grading-plan", "examiner", "{whole}/grading-plan/"),
    Look("examiner-grading-plan", "grading-plan-question", "examiner", "{whole}/grading-plan/remark/"),
    Look("examiner-grading-plan-shares", "grading-plan-question", "examiner", "{whole}/grading-plan/short/"),
    Look("examiner-grading-figures", "grading-figures", "examiner", "{whole}/grading-figures/"),
    Look("examiner-grading-figures-none", "grading-figures", "examiner", "{printed}/grading-figures/"),
    Look("corrector-rubric", "grading-rubric", "corrector", "{whole}/rubric/word/"),
    Look("examiner-rubric", "grading-rubric", "examiner", "{whole}/rubric/word/"),
    Look(
        "examiner-rubric-preview",
        "grading-rubric-preview",
        "examiner",
        "{whole}/rubric/word/",
        _rubric_preview,
    ),
    Look(
        "examiner-rubric-both",
        "grading-rubric-preview",
        "examiner",
        "{whole}/rubric/remark/",
        _rubric_both,
        fails=True,
    ),
    # The exam day.
    Look("proctor-day", "day", "proctor", "{whole}/day/"),
    Look("proctor-day-none", "day", "proctor", "{fresh}/day/"),
    Look("proctor-day-room", "day-room", "proctor", "{whole}/day/room/?room=Hall%201"),
    Look(
        "proctor-day-person",
        "day-room",
        "proctor",
        "{whole}/day/room/?room=Hall%201",
        _pressed(".day-person .who", "#person"),
    ),
    Look("proctor-day-book", "day-book", "proctor", "{whole}/day/book/?room=Hall%201"),
    Look("proctor-day-count", "day-count", "proctor", "{whole}/day/count/?room=Hall%201"),
    Look("proctor-day-clock", "day-clock", "proctor", "{whole}/day/clock/?room=Hall%201"),
    # Owners, results, team.
    Look("examiner-owners", "owners", "examiner", "{whole}/owners/"),
    Look("examiner-owners-none", "owners", "examiner", "{printed}/owners/"),
    Look("proctor-owners", "owners", "proctor", "{whole}/owners/"),
    Look("proctor-signatures", "owners-signatures", "proctor", "{whole}/owners/signatures/"),
    Look(
        "proctor-signatures-decided",
        "owners-signatures-decided",
        "proctor",
        "{whole}/owners/signatures/decided/",
    ),
    Look("examiner-results", "results", "examiner", "{whole}/results/"),
    Look("examiner-results-final", "results", "examiner", "{plain}/results/"),
    Look("examiner-results-none", "results", "examiner", "{fresh}/results/"),
    Look("corrector-results", "results", "corrector", "{whole}/results/"),
    Look("examiner-statistics", "results-statistics", "examiner", "{plain}/results/statistics/"),
    Look("examiner-statistics-none", "results-statistics", "examiner", "{printed}/results/statistics/"),
    Look("examiner-publication", "results-publication", "examiner", "{plain}/results/publication/"),
    Look("examiner-publication-none", "results-publication", "examiner", "{fresh}/results/publication/"),
    Look(
        "examiner-publication-preview",
        "results-publication-preview",
        "examiner",
        "{plain}/results/publication/preview/2/",
    ),
    Look("examiner-mail", "results-mail", "examiner", "{plain}/results/mail/"),
    Look("examiner-mail-none", "results-mail", "examiner", "{fresh}/results/mail/"),
    Look("examiner-mail-look", "results-mail-look", "examiner", "{plain}/results/mail/look/?kind=results"),
    Look("examiner-objections", "results-objections", "examiner", "{plain}/objections/"),
    Look("examiner-objections-none", "results-objections", "examiner", "{fresh}/objections/"),
    Look("corrector-objections", "results-objections", "corrector", "{plain}/objections/"),
    Look("examiner-objection", "results-objection", "examiner", "{plain}/objections/1/"),
    Look("examiner-objection-answered", "results-objection", "examiner", "{plain}/objections/2/"),
    # A candidate who comes by a link.
    Look("candidate-review", "review", "nobody", "{guest}/", _opened),
    Look("candidate-question", "review-question", "nobody", "{guest}/questions/numbers/", _marked),
    Look("candidate-question-raised", "review-question", "nobody", "{guest}/questions/letters/"),
    Look("candidate-papers", "review-papers", "nobody", "{guest}/papers/"),
    Look("candidate-home", "review-home", "nobody", "{at_home}/home/", _counted),
    Look("candidate-home-before", "review-home", "nobody", "{before}/home/"),
    Look("candidate-mine", "mine", "candidate", "/mine/"),
    Look("candidate-mine-none", "mine", "stranger", "/mine/"),
    Look("candidate-mine-account", "mine-account", "nobody", "/mine/account/"),
    Look("candidate-mine-review", "review", "candidate", "{mine}/"),
    Look("table", "table", "nobody", "{table}/"),
    Look("examiner-on-site", "day-review", "examiner", "{plain}/review/"),
    Look("examiner-on-site-none", "day-review", "examiner", "{fresh}/review/"),
    Look("proctor-on-site-code", "day-review-open", "proctor", "{plain}/review/", _let_in),
    Look("examiner-home", "day-home", "examiner", "{home}/home/"),
    Look("proctor-home-none", "day-home", "proctor", "{plain}/home/"),
    Look("candidate-no-link", "review", "nobody", "/review/nowhere/no-such-link/", fails=True),
    Look("examiner-copying", "results-copying", "examiner", "{plain}/results/copying/"),
    Look("examiner-copying-none", "results-copying", "examiner", "{fresh}/results/copying/"),
    Look("examiner-scripts", "results-scripts", "examiner", "{whole}/results/scripts/"),
    Look("examiner-key", "results-key", "examiner", "{whole}/key/"),
    Look("examiner-key-none", "results-key", "examiner", "{fresh}/key/"),
    Look("examiner-key-question", "results-key-question", "examiner", "{whole}/key/letters/"),
    Look("examiner-key-preview", "results-key-preview", "examiner", "{plain}/key/letters/", _key_preview),
    Look("examiner-grade-key", "results-grade-key", "examiner", "{plain}/grade-key/"),
    Look("examiner-grade-key-none", "results-grade-key", "examiner", "{fresh}/grade-key/"),
    Look("examiner-places", "scans-places", "examiner", "{whole}/places/"),
    Look("corrector-places-found", "scans-places", "corrector", "{whole}/places/?q=1"),
    Look("examiner-places-none", "scans-places", "examiner", "{fresh}/places/"),
    Look("examiner-keeping", "team-keeping", "examiner", "{whole}/keeping/"),
    Look("administrator-keeping", "team-keeping", "administrator", "{plain}/keeping/"),
    Look("examiner-keeping-none", "team-keeping", "examiner", "{fresh}/keeping/"),
    Look(
        "examiner-keeping-look",
        "team-keeping-look",
        "examiner",
        "{whole}/keeping/look/?what=scans&what=results",
    ),
    Look("examiner-team", "team", "examiner", "{whole}/team/"),
    Look("administrator-team", "team", "administrator", "{whole}/team/"),
    # What cannot be done.
    Look("missing", "", "examiner", "/nowhere/", fails=True),
    Look("denied", "team", "corrector", "{whole}/team/", fails=True),
    Look("gone", "overview", "examiner", "{gone}/", fails=True),
    Look("broken", "scans-history", "examiner", "{broken}/scans/history/", fails=True),
    Look("broken-part", "scans-missing", "examiner", "{broken}/scans/missing/", _broken_act, fails=True),
)

ON_PHONES = tuple(
    look
    for look in LOOKS
    if look.view.partition("-")[0] in {"review", "mine", "table"}
    or look.name.startswith(("login", "forgotten"))
)
"""The pages that candidates open."""


def looks_in(shape: Shape) -> tuple[Look, ...]:
    """What is looked at in a shape."""
    return ON_PHONES if shape.size == PHONE else LOOKS


NOT_LOOKED_AT = {
    "watching-healthy": "a word for programs", "watching-ready": "JSON",
    "watching-metrics": "figures for programs",
    **dict.fromkeys(
        ("api", "api-exam", "api-status", "api-candidates", "api-results", "api-job"), "JSON for programs"
    ),
    "saml_sls": "ends a session, and goes on",
    "author-pdf": "a file", "prints-file": "a file", "prints-day-file": "a file",
    "lti-keys": "JSON",
    "results-rows": "a file", "results-report": "a file", "review-script": "a file",
    "review-picture": "a picture", "review-drawn": "a picture",
    "review-home-files": "a part of the page of an exam at home", "review-home-seen": "a part of it",
    "review-home-clock": "JSON", "review-home-receipt": "a file", "day-home-file": "a file",
    "review-home-booklet": "a file", "review-home-questions": "a file",
    "results-script": "a file", "results-export": "a file", "review-data": "a file", "people-data": "a file",
    "team-keeping-certificate": "a file",
    "author-picture": "a picture", "picture-image": "a picture", "picture-page": "a picture",
    "picture-field": "a picture", "picture-on-list": "a picture", "picture-question": "a picture",
    "picture-space": "a picture", "picture-cleaned": "a picture",
    "scans-files": "a part of the files' page", "scans-image": "a part of the images' pages",
    "owners-people": "a part of the owners' page",
    "table-left": "JSON", "day-protocol": "a file", "day-find": "JSON", "day-worker": "a script",
    "grading-answer": "a part of the desk's page", "grading-worth": "JSON",
}  # fmt: skip
"""Addresses that are read and have no page of their own, and why."""

SHOWN_AGAIN = {
    "day-review-open": "the slots' page, with a code above",
    "team-token-make": "the tokens' page, with the new one above",
    "review-object": "the question's page, where it cannot be",
    "review-home-hand-in": "the page of an exam at home, where it cannot be",
    "results-objection-answer": "the objection's page, where it cannot be",
    "grading-rubric-save": "the preview's page, where somebody was quicker",
    "scans-settle": "the images' page, where somebody was quicker",
    "lti-launch": "the page that offers a window, where no cookie came back; looked at in test_lti_browser",
}
"""Acts that show a page which is looked at as another address's, and which."""

FAULTS = (Path(__file__).parent / "looks_faults.js").read_text("utf-8")
"""What a look finds wrong by itself: see there."""


@dataclass(slots=True)
class Eye:
    """A browser in which one after the other comes, and what was found wrong."""

    browser: Browser
    site: Looked
    faults: list[str] = field(default_factory=list)

    def pages(self, looks: Sequence[Look], language: str) -> Iterator[tuple[Look, Page]]:
        """Each look's page, ready to be looked at."""
        for who in dict.fromkeys(look.who for look in looks):
            context = self.browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
            context.set_default_timeout(WAIT)
            context.add_cookies([{"name": "language", "value": language, "url": self.site.address}])
            page = context.new_page()
            said = complaints(page)
            if who == ALONE:
                context.add_cookies(
                    [{"name": "sessionid", "value": self.site.session, "url": self.site.alone}]
                )
            elif who != "nobody":
                page.goto(f"{self.site.address}/accounts/login/")
                _login(page, who)
                page.wait_for_url(lambda url: "/accounts/login/" not in url)
            for look in (each for each in looks if each.who == who):
                page.goto(self.site.at(look.at))
                if look.act is not None:
                    look.act(page)
                yield look, page
                self.faults += [f"{look.name}: the browser says {each}" for each in said if not look.fails]
                said.clear()
                if who == "nobody":
                    context.clear_cookies(name="sessionid")
            context.close()

    def take(self, look: Look, page: Page, shape: Shape) -> None:
        """Take a picture of a page as it is now, and find what is wrong with it."""
        width, height = SIZES[shape.size]
        touched = shape.size in TOUCHED
        page.context.new_cdp_session(page).send(
            "Emulation.setTouchEmulationEnabled", {"enabled": touched, "maxTouchPoints": 5 if touched else 1}
        )
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if shape.theme == "dark" else "light")
        page.wait_for_load_state("networkidle")
        folder = PICTURES / "looks" / shape.name
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{look.name}.png", animations="disabled")
        if shape == FOR_THE_GUIDE and (GUIDE / f"{look.name}.jpg").exists():
            (PICTURES / "guide").mkdir(exist_ok=True)
            with Image.open(folder / f"{look.name}.png") as picture:
                picture.convert("RGB").save(PICTURES / "guide" / f"{look.name}.jpg", quality=82)
        wrong = [*page.evaluate(FAULTS, SMALLEST if touched else 0), *serious(page)]
        self.faults += [f"{look.name} ({shape.name}): {each}" for each in wrong]

    def by_keyboard(self, look: Look, page: Page) -> None:
        """Go through a page with the tabulator: what has the focus can be seen, and shows it."""
        page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        seen: set[str] = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            told = page.evaluate("focusTold()")
            if told["at"] in seen or not told["at"]:
                break
            seen.add(told["at"])
            if told["wrong"]:
                self.faults.append(f"{look.name}: the focus at {told['at']} {told['wrong']}")


def contact_sheet(shape: Shape, columns: int = 6) -> Path | None:
    """All pictures of a shape on one, each with its name; None if there are none."""
    files = sorted((PICTURES / "looks" / shape.name).glob("*.png"))
    if not files:
        return None
    width, height = SIZES[shape.size]
    w, h = 480, round(480 * height / width)
    rows = -(-len(files) // columns)
    whole = Image.new("RGB", (columns * (w + 8), rows * (h + 26)), "white")
    draw = ImageDraw.Draw(whole)
    for n, file in enumerate(files):
        at = (n % columns * (w + 8), n // columns * (h + 26))
        draw.text(at, file.stem, "black", font_size=16)
        with Image.open(file) as picture:
            whole.paste(picture.resize((w, h), Image.Resampling.LANCZOS), (at[0], at[1] + 20))
    target = PICTURES / "looks" / f"{shape.name}.png"
    whole.save(target)
    return target
