"""A SAML provider for tests: its metadata on this machine, and what it signs of people."""

import base64
import secrets
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

SUBJECT = "urn:oasis:names:tc:SAML:attribute:subject-id"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its certificate, in PEM."""

    key: str
    certificate: str

    @classmethod
    def made(cls) -> "Key":
        """A new one."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a provider of the tests")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return cls(pem.decode(), made.public_bytes(serialization.Encoding.PEM).decode())


@dataclass(frozen=True, slots=True)
class Said:
    """What the provider says of somebody, and to whom; None of a field leaves it out."""

    entity: str
    audience: str
    place: str
    asked: str | None
    subject: str = "ada@campus"
    mail: str = "ada@example.org"
    until: timedelta = timedelta(minutes=5)

    def but(self, **other: object) -> "Said":
        """The same, but for this."""
        return replace(self, **other)  # type: ignore[arg-type]

    def assertion(self) -> str:
        """The statement, unsigned."""
        now = datetime.now(UTC)
        made, until = (f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in (now, now + self.until))
        asked = "" if self.asked is None else f'InResponseTo="{self.asked}"'
        attributes = "".join(
            f'<saml:Attribute Name="{name}">'
            f"<saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
            for name, value in ((SUBJECT, self.subject), (MAIL, self.mail))
        )
        return f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0"
 ID="_{secrets.token_hex(12)}" IssueInstant="{made}"><saml:Issuer>{self.entity}</saml:Issuer>
<saml:Subject><saml:NameID>{self.subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{self.place}" {asked}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="2020-01-01T00:00:00Z" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{made}" SessionIndex="_{secrets.token_hex(12)}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"""

    def signed(self, key: Key) -> str:
        """The statement, signed."""
        made = OneLogin_Saml2_Utils.add_sign(self.assertion(), key.key, key.certificate)
        return (made.decode() if isinstance(made, bytes) else str(made)).removeprefix('<?xml version="1.0"?>')

    def response(self, *assertions: str) -> str:
        """An answer with these statements, as a browser brings it."""
        asked = "" if self.asked is None else f'InResponseTo="{self.asked}"'
        text = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" ID="_{secrets.token_hex(12)}" {asked}
 IssueInstant="{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" Destination="{self.place}">
<saml:Issuer>{self.entity}</saml:Issuer><samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
{"".join(assertions)}</samlp:Response>"""
        return base64.b64encode(text.encode()).decode()


def log_out(said: Said, place: str, key: Key | None) -> str:
    """An address by which the provider has a browser say that its session has ended; signed, if by a key."""
    text = f"""<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{secrets.token_hex(12)}" Destination="{place}"
 IssueInstant="{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"><saml:Issuer>{said.entity}</saml:Issuer>
<saml:NameID>{said.subject}</saml:NameID></samlp:LogoutRequest>"""
    packer = zlib.compressobj(wbits=-15)
    packed = base64.b64encode(packer.compress(text.encode()) + packer.flush())
    query = urlencode({"SAMLRequest": packed.decode()})
    if key is None:
        return f"{place}?{query}"
    query += "&" + urlencode({"SigAlg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"})
    own = serialization.load_pem_private_key(key.key.encode(), None)
    assert isinstance(own, rsa.RSAPrivateKey)
    signature = own.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{place}?{query}&{urlencode({'Signature': base64.b64encode(signature).decode()})}"


def asked(entity: str, address: str) -> Said:
    """What the provider would say to who sends somebody to this address."""
    packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
    request = ET.fromstring(zlib.decompress(packed, -15))  # noqa: S314 - of our own server
    issuer = request.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    assert issuer is not None
    assert issuer.text is not None
    return Said(entity, issuer.text, request.attrib["AssertionConsumerServiceURL"], request.attrib["ID"])


@contextmanager
def metadata(key: Key) -> Iterator[str]:
    """The metadata of any number of providers with this key, each at a path of its own below this address."""
    body = "".join(key.certificate.splitlines()[1:-1])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(_described(f"{address}{self.path}", body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _described(entity: str, certificate: str) -> str:
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{entity}/slo"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{entity}/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""
