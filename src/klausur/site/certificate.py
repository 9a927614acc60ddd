"""A certificate for a site on a local network: an authority of its own, which devices are told to trust once.

Browsers give cameras and offline work to pages of HTTPS alone. Where no public authority signs for a machine,
this one is made: its certificate is handed to the devices, and the server's own is renewed without them.
"""

import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
LASTS = timedelta(days=397)
"""Browsers refuse a server's certificate that is good for longer than 398 days."""

RENEW = timedelta(days=30)
"""So long before its end a certificate is made anew."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's certificate and key, and the authority's certificate, which devices are to trust."""

    certificate: Path
    key: Path
    authority: Path


def made(folder: Path, names: Iterable[str], now: datetime | None = None) -> Certificate:
    """The certificate in a folder, made or renewed if it is not there, too old, or for other names.

    Args:
        folder: where it lies, for the owner's eyes only.
        names: what people type in their browsers: names of machines and addresses.
        now: the time; for tests.
    """
    when = now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = Certificate(folder / "site.pem", folder / "site-key.pem", folder / "authority.pem")
    authority_key = folder / "authority-key.pem"
    wanted = _names(names)
    if not (found.authority.exists() and authority_key.exists()):
        _make_authority(found.authority, authority_key, when)
        found.certificate.unlink(missing_ok=True)
    if not _is_good(found, wanted, when):
        _make(found, authority_key, wanted, when)
    return found


def usual_names() -> tuple[str, ...]:
    """What this machine is called on its network, as far as it knows."""
    name = socket.gethostname()
    return ("localhost", "127.0.0.1", "::1", name, f"{name}.local")


def _names(names: Iterable[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in dict.fromkeys(names):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name.encode("idna").decode("ascii")))
    return found


def _is_good(found: Certificate, names: list[x509.GeneralName], when: datetime) -> bool:
    if not (found.certificate.exists() and found.key.exists()):
        return False
    try:
        there = x509.load_pem_x509_certificate(found.certificate.read_bytes())
        said = there.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    return there.not_valid_after_utc - when > RENEW and set(said) >= set(names)


def _make_authority(certificate: Path, key_file: Path, when: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Klausur on {socket.gethostname()}"[:64])])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(when - timedelta(days=1))
        .not_valid_after(when + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _pem(key))
    _write(certificate, signed.public_bytes(serialization.Encoding.PEM))


def _make(found: Certificate, authority_key: Path, names: list[x509.GeneralName], when: datetime) -> None:
    authority = x509.load_pem_x509_certificate(found.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is none of ours")
    key = ec.generate_private_key(ec.SECP256R1())
    signed = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Klausur")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(when - timedelta(days=1))
        .not_valid_after(when + LASTS - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    _write(found.key, _pem(key))
    chain = signed.public_bytes(serialization.Encoding.PEM) + found.authority.read_bytes()
    _write(found.certificate, chain)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - mode
        file.write(data)
    part.replace(path)
