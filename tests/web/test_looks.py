"""Every page is looked at: at night in all sizes, themes and languages, and by keyboard."""

import inspect
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from tests.web.browser import chromium
from tests.web.looks import (
    GUIDE,
    LOOKS,
    NOT_LOOKED_AT,
    SHAPES,
    SHOWN_AGAIN,
    Eye,
    Shape,
    contact_sheet,
    looks_in,
)
from tests.web.looks_exams import write_exams
from tests.web.looks_site import Looked, looked_at
from tests.web.test_access import named

from klausur.web import words
from klausur.web.access import Access


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    place = tmp_path_factory.mktemp("looks")
    write_exams(place)
    with looked_at(place) as found:
        yield found


def test_each_page_of_the_site_is_looked_at() -> None:
    looked = {look.view for look in LOOKS} - {""}
    read, pages_of_acts = set(), set()
    for name, view in named().items():
        access = getattr(view, "access", None)
        assert isinstance(access, Access)
        if "GET" in access.methods:
            read.add(name)
        elif callable(view) and _shows_a_page(view):
            pages_of_acts.add(name)
    assert not read - looked - set(NOT_LOOKED_AT), "a page that nobody looks at: name it in looks.LOOKS"
    assert not pages_of_acts - looked - set(SHOWN_AGAIN), "nobody looks at what comes of an act"
    assert set(NOT_LOOKED_AT) - read <= {"saml_sls"}, "this one is there with SAML alone"
    assert len({look.name for look in LOOKS}) == len(LOOKS)
    assert {file.stem for file in GUIDE.glob("*.jpg")} <= {look.name for look in LOOKS}, (
        "a picture of the guide"
    )


def _shows_a_page(view: Callable[..., object]) -> bool:
    """Whether a view, by its source, shows a whole page itself and does not only go on to one."""
    own = inspect.unwrap(view)
    asked = {name: one for name, one in vars(inspect.getmodule(own)).items() if inspect.isfunction(one)}
    source = inspect.getsource(own)
    source += "".join(
        inspect.getsource(asked[name]) for name in set(re.findall(r"\b(_\w+)\(", source)) & set(asked)
    )
    shown = re.findall(r"render\(\s*request,\s*\"([^\"]+\.html)\"", source)
    return any("{% extends" in (words.WEB / name).read_text("utf-8") for name in shown)


@pytest.mark.nightly
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_all_looks_at_each_page(browser: Browser, site: Looked, shape: Shape) -> None:
    eye = Eye(browser, site)
    for look, page in eye.pages(looks_in(shape), shape.language):
        eye.take(look, page, shape)
        if shape.size == "laptop":
            eye.by_keyboard(look, page)
    contact_sheet(shape)
    assert not eye.faults, "\n".join(eye.faults)
