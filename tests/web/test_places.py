"""Where papers lie, on its page: noted by whoever puts them away, found by who looks, by numbers too."""

from pathlib import Path

import pytest
from tests.actions.conftest import layout, small  # noqa: F401 - fixtures
from tests.web.by_hand import site_with
from tests.web.conftest import Site

from klausur.actions.results_so_far import so_far
from klausur.paper.layout import Layout
from klausur.site import exams
from klausur.site.models import Person
from klausur.state.facts import Role


@pytest.fixture
def three(tmp_path: Path, layout: Layout) -> Site:  # noqa: F811
    site = site_with(tmp_path / "three", layout, 3)
    site.people[Role.CORRECTOR] = Person.objects.create_user("k@example.org", "Konrad Korrektor")
    exams.give_role(site.exam, site.people[Role.CORRECTOR], Role.CORRECTOR, "the tests")
    return site


def test_booklets_are_put_away_and_found(three: Site) -> None:
    first = so_far(three.folder).results.rows[0]
    examiner, corrector = three.as_(Role.EXAMINER), three.as_(Role.CORRECTOR)
    assert "Nobody has noted yet" in examiner.get(three.at("places/")).content.decode()
    sent = {"booklets": "1-2", "box": "Cupboard 7", "first": "5"}
    assert (
        "2 booklets are noted" in corrector.post(three.at("places/note/"), sent, follow=True).content.decode()
    )
    assert corrector.post(three.at("places/note/"), {**sent, "booklets": "9"}).status_code == 404
    found = examiner.get(three.at("places/"), {"q": first.name}).content.decode()
    assert "Cupboard 7" in found
    assert first.registration in found
    assert "Cupboard 7, 5" in examiner.get(three.at("scans/booklets/1/")).content.decode()
    hidden = corrector.get(three.at("places/"), {"q": first.name}).content.decode()
    assert "No booklet is found" in hidden
    seen = corrector.get(three.at("places/"), {"q": "cupboard"}).content.decode()
    assert "Cupboard 7" in seen
    assert first.name not in seen
    assert first.registration not in seen
