from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from klausur.base.errors import UsageError
from klausur.site import home as homes


def said(tmp_path: Path, text: str) -> homes.Home:
    (tmp_path / homes.SETTINGS).write_text(text, "utf-8")
    return homes.read(tmp_path)


def test_a_new_home_says_how_it_is_set_up(tmp_path: Path) -> None:
    assert homes.make(tmp_path / "home")
    assert not homes.make(tmp_path / "home"), "what is there stays"
    found = homes.read(tmp_path / "home")
    assert (found.name, found.language, found.secure) == ("Klausur", "en", False)
    assert found.secret() == found.secret()
    assert (tmp_path / "home" / "secret").stat().st_mode & 0o077 == 0


def test_all_that_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p\n")
    found = said(
        tmp_path,
        """
        name = "Prüfungen"
        address = "https://exams.example.org/"
        language = "de"
        timezone = "Europe/Berlin"
        upload = 3
        [mail]
        host = "smtp.example.org"
        from = "exams@example.org"
        password_file = "password"
        [[login]]
        kind = "oidc"
        id = "campus"
        name = "Campus"
        server = "https://login.example.org"
        client = "klausur"
        secret_file = "password"
        logout = "https://login.example.org/logout"
        [programs]
        user = "klausur-programs"
        """,
    )
    assert (found.name, found.address, found.secure) == ("Prüfungen", "https://exams.example.org", True)
    assert (found.timezone, found.upload) == ("Europe/Berlin", 3 * 1024 * 1024)
    assert found.programs == "klausur-programs"
    assert found.mail is not None
    assert (found.mail.sender, found.mail.password) == ("exams@example.org", "p")
    assert (found.mail.port, found.mail.security, found.mail.by) == (587, "starttls", "smtp")
    assert [(each.id, each.secret) for each in found.logins] == [("campus", "p")]
    assert [each.logout for each in found.logins] == ["https://login.example.org/logout"]
    assert "p" not in {repr(found.mail.password), repr(found)}


@pytest.mark.parametrize(
    "text",
    [
        "nmae = 'x'",
        "language = 'fr'",
        "address = 'exams.example.org'",
        "address = 'http://a/b'",
        "timezone = 'Mars/Olympus'",
        "[mail]\nhost = 'a'",
        "[mail]\nhost = 'a'\nfrom = 'a@b'\npassword_file = 'none'",
        "[mail]\nhost = 'a'\nfrom = 'nobody'",
        "[mail]\nfrom = 'a@b'",
        "[mail]\nhost = 'a'\nfrom = 'a@b'\nport = 70000",
        "[mail]\nhost = 'a'\nfrom = 'a@b'\nbounces = 'c'",
        "[mail]\nhost = 'a'\nfrom = 'a@b'\nsecurity = 'none'\npassword_file = 'klausur.toml'",
        "[[login]]\nkind = 'oidc'\nid = 'A b'\nname = 'x'\nserver = 'https://a'",
        "[[login]]\nkind = 'oidc'\nid = 'a'\nname = 'x'\nserver = 'http://a'",
        "[[login]]\nkind = 'oidc'\nid = 'a'\nname = 'x'\nserver = 'https://a'\nlogout = 'javascript:1'",
        "name = ",
    ],
)
def test_what_cannot_be_meant_is_told_with_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"klausur\.toml"):
        said(tmp_path, text)


def test_who_starts_at_once_signs_with_one_secret(tmp_path: Path) -> None:
    home = homes.Home(tmp_path)
    with ThreadPoolExecutor(8) as people:
        found = set(people.map(lambda _: home.secret(), range(32)))
    assert found == {home.secret()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
