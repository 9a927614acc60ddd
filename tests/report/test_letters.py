"""The words of mails in each language, an exam's own, and what mail servers say of mails that came back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from klausur.base.errors import UsageError
from klausur.report import letters
from klausur.report.letters.returned import ACT, returned
from klausur.state.mails import MailKind

VALUES = {place: f"<{place}>" for place in letters.PLACES}
ACT_OF_IT = "6d1f0000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("language", letters.languages())
@pytest.mark.parametrize("kind", MailKind)
def test_each_kind_has_words_in_each_language(kind: MailKind, language: str, tmp_path: Path) -> None:
    letter = letters.filled(letters.words(kind, language, tmp_path), {**VALUES, "exam": "Optics\n II"})
    assert "Optics II" in letter.subject
    assert "\n" not in letter.subject
    assert "<link>" in letter.text
    assert "{" not in letter.subject + letter.text


def test_what_is_empty_leaves_no_gap(tmp_path: Path) -> None:
    words = letters.words("results", "en", tmp_path)
    assert "\n\n\n" not in letters.filled(words, {**VALUES, "objections": ""}).text
    # What a value says is no place.
    assert "{link}" in letters.filled(words, {**VALUES, "name": "Ada {link}"}).text


def test_times_are_told_as_a_language_has_them() -> None:
    when = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
    assert letters.until(when, "de") == "12. März 2026, 14:05"
    assert letters.objections("12. März", "de") == "Einwände werden bis 12. März angenommen."


def test_an_exam_has_words_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "mails" / "results.en.txt"
    own.parent.mkdir()
    own.write_text("Hello {name}\n\nLook: {link}\n", "utf-8")
    assert letters.words("results", "en", tmp_path).subject == "Hello {name}"
    for text, said in (
        ("Hello\n\n{link} {secret}", "place for 'secret'"),
        ("Hello\n\nLook!", "no place for the link"),
        ("Hello {link}", "no text"),
    ):
        own.write_text(text, "utf-8")
        with pytest.raises(UsageError, match=said):
            letters.words("results", "en", tmp_path)
    own.write_bytes(b"Hallo\n\n\xff {link}")
    with pytest.raises(UsageError, match="cannot be read"):
        letters.words("results", "en", tmp_path)
    own.unlink()
    own.symlink_to("/etc/hostname")
    with pytest.raises(UsageError, match="no text of this exam"):
        letters.words("results", "en", tmp_path)


def report(status: str, original: str = "") -> bytes:
    """A delivery status notification as mail servers write it."""
    return f"""\
From: MAILER-DAEMON@mx.example.org
To: klausur@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

{status}

{original}--b--
""".encode()


FAILED = """\
Final-Recipient: rfc822; Ada@Example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such
 user"""
HEADERS = f"""\
--b
Content-Type: text/rfc822-headers

Subject: Your results
{ACT}: {ACT_OF_IT}

"""
WHOLE = HEADERS.replace("text/rfc822-headers", "message/rfc822") + "Dear Ada\n"


@pytest.mark.parametrize(("original", "act"), [("", ""), (HEADERS, ACT_OF_IT), (WHOLE, ACT_OF_IT)])
def test_a_report_says_which_mail_came_back_and_why(original: str, act: str) -> None:
    (found,) = returned(report(FAILED, original))
    assert (found.act, found.address, found.why) == (act, "ada@example.org", "5.1.1: 550 no such user")


def test_what_is_no_report_of_a_failure_is_none() -> None:
    assert returned(report(FAILED.replace("failed", "delayed"))) == ()
    assert returned(b"Subject: Out of office\n\nI am away until Monday. 5.1.1 failed\n") == ()
    for odd in (b"", b"\x00\xff" * 50, b"Content-Type: message/delivery-status\n\n\n\n"):
        assert returned(odd) == ()
    two = report(f"{FAILED}\n\n{FAILED.replace('Ada', 'Bo')}")
    assert [each.address for each in returned(two)] == ["ada@example.org", "bo@example.org"]
