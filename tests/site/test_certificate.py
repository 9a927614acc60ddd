import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from klausur.site.certificate import made, usual_names

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_browser_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    found = made(tmp_path / "tls", ["klausur.example", "10.0.0.7"])
    ssl.create_default_context(cafile=str(found.authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found.certificate, found.key)
    verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile"]
    for check in (["-verify_hostname", "klausur.example"], ["-verify_ip", "10.0.0.7"]):
        command = [*verify, str(found.authority), *check, str(found.certificate)]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0, check
    wrong = [*verify, str(found.authority), "-verify_hostname", "evil.example", str(found.certificate)]
    assert subprocess.run(wrong, check=False, capture_output=True).returncode != 0


def test_it_stays_until_it_is_old_or_for_other_names_and_the_authority_stays_for_good(tmp_path: Path) -> None:
    def now(days: int, *names: str) -> tuple[bytes, bytes]:
        found = made(tmp_path, names or ("a",), NOW + timedelta(days=days))
        return found.authority.read_bytes(), found.certificate.read_bytes()

    first = now(0)
    assert now(300) == first
    later = now(370)
    assert later[0] == first[0]
    assert later[1] != first[1]
    assert now(370, "a", "b")[1] != later[1]
    assert now(370)[1] == now(370, "a", "b")[1], "more names do no harm"


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    made(tmp_path / "tls", usual_names())
    for key in (tmp_path / "tls").glob("*-key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    found = made(tmp_path, ["a"])
    found.certificate.write_text("damaged")
    assert made(tmp_path, ["a"]).certificate.read_text() != "damaged"
