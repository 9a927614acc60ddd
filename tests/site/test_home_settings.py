"""docs/reference/settings.md against the code, and what the environment says instead of the file."""

import json
import re
from pathlib import Path

import pytest

import klausur
from klausur.base.errors import UsageError
from klausur.site import home as homes
from klausur.site.home_settings import PREFIX, keys

PAGE = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (?:`(\w+)`|—) \| (?:`(.+?)`|must be said) \|", re.MULTILINE)


def test_the_page_has_every_setting_with_its_variable_and_default_and_no_other() -> None:
    told = ROW.findall(PAGE)
    known = [
        (key.name, key.variable, "" if key.default is None else json.dumps(_plain(key.default)))
        for key in keys()
    ]
    assert sorted(told) == sorted(known)


def _plain(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


def test_the_page_has_every_variable_that_the_program_looks_at() -> None:
    source = Path(klausur.__file__).parent
    used = {
        name
        for path in source.rglob("*.py")
        for name in re.findall(r'"(KLAUSUR_[A-Z_]+)"', path.read_text("utf-8"))
    }
    told = set(re.findall(r"`(KLAUSUR_[A-Z_]+)`", PAGE))
    assert used - {PREFIX} <= told
    assert {name for name in told if not name.startswith(PREFIX)} <= used


def test_the_environment_counts_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes.make(tmp_path)
    (tmp_path / "token").write_text("seven\n")
    for name, value in {
        "NAME": "Exams",
        "UPLOAD": "3",
        "PROXIES": "10.0.0.0/8, ::1/128",
        "MAIL_HOST": "smtp.example.org",
        "MAIL_FROM": "exams@example.org",
        "MAIL_PORT": "25",
        "METRICS_TOKEN_FILE": "token",
        "LOG_FORMAT": "json",
        "BACKUP_RECIPIENTS": f"age1{'q' * 58}",
    }.items():
        monkeypatch.setenv(PREFIX + name, value)
    found = homes.read(tmp_path)
    assert (found.name, found.upload, found.metrics, found.json_log) == ("Exams", 3 << 20, "seven", True)
    assert [str(network) for network in found.proxies] == ["10.0.0.0/8", "::1/128"]
    assert found.mail is not None
    assert (found.mail.host, found.mail.sender, found.mail.port) == (
        "smtp.example.org",
        "exams@example.org",
        25,
    )
    assert found.recipients == (f"age1{'q' * 58}",)
    assert found.secret_files == (tmp_path / "token",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLOUR", "blue"),
        ("UPLOAD", "much"),
        ("LANGUAGE", "fr"),
        ("PROXIES", "everywhere"),
        ("MAIL_PORT", "25"),
        ("BACKUP_RECIPIENTS", "AGE-SECRET-KEY-1QQ"),
    ],
)
def test_what_the_environment_cannot_mean_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    homes.make(tmp_path)
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(UsageError, match=r"klausur\.toml"):
        homes.read(tmp_path)
