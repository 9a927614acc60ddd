"""Shell completion: what is offered after what was typed."""

import pytest

from klausur.cli.commands import COMMANDS, group

from .conftest import Call


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", {name for name in COMMANDS if " " not in name}),
        ("sc", {"scan", "scripts"}),
        ("candidates ", {name.split()[1] for name in group("candidates")}),
        ("candidates ch", {"change"}),
        ("candidates endterm ", set()),
        ("settle ", {name.split()[1] for name in group("settle")}),
        ("settle owner --no", {"--nobody"}),
        ("candidates --with", {"--withdraw-missing"}),
        ("candidates endterm --with", {"--withdraw-missing"}),
        ("candidates add --boo", {"--booklet"}),
        ("print --seats ", {"spread", "alphabetical", "random", "file"}),
    ],
)
def test_what_is_offered(
    klausur: Call, monkeypatch: pytest.MonkeyPatch, typed: str, offered: set[str]
) -> None:
    monkeypatch.setenv("COMP_WORDS", f"klausur {typed}")
    monkeypatch.setenv("COMP_CWORD", str(1 + typed.count(" ")))
    monkeypatch.setenv("_KLAUSUR_COMPLETE", "complete_bash")
    assert set(klausur().out.split()) == offered
