"""``klausur publication``: terms, a second person's signature, publishing, and what is told of it."""

from pathlib import Path

from tests.actions.conftest import folder, layout, recorded, small  # noqa: F401 - fixtures

from .conftest import Call


def test_results_are_published_with_a_second_person_s_signature(
    klausur: Call,
    folder: Path,  # noqa: F811 - the fixture
) -> None:
    def say(*args: str) -> int:
        return klausur("publication", folder, *args).code

    assert say("--shows", "total,script", "--four-eyes", "--who", "Ada") == 0
    assert say("--publish", "--who", "Ada") == 4
    assert say("--sign", "--who", "Berta") == 0
    done = klausur(
        "publication", folder, "--publish", "--objections-until", "2031-01-02T10:00", "--who", "Ada"
    )
    assert done.code == 0
    assert "candidates see: total, script" in done.out
    assert "signed as they are now by Berta" in done.out
    assert "objections are taken until 2031-01-02 10:00" in done.out
    told = klausur("publication", folder, "--revoke", "--objections-until", "none", "--json").json
    assert (told["status"], told["shows"], told["objections"]) == ("revoked", ["script", "total"], None)
