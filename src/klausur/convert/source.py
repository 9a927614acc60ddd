"""A foreign file as its readers get it: bytes, text in whatever encoding, a tree of XML without traps."""

import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes
from lxml import etree

from klausur.base.errors import KlausurError, NotFoundError

MOST = 200_000_000
"""Bytes of one file: banks with their pictures have some 50 MB."""

_INPUTENC = re.compile(rb"\\usepackage\[(latin1|latin9|ansinew|cp1252|applemac|utf8x?)\]\{inputenc\}")
_CODECS = {"latin1": "latin-1", "latin9": "iso8859-15", "ansinew": "cp1252", "applemac": "mac-roman"}
_XML_HINT = "export it once more from the system that it came from"


@dataclass(frozen=True, slots=True)
class Source:
    """A foreign file: its name, the folder in which it lies, its bytes."""

    name: str
    folder: Path
    data: bytes

    @property
    def text(self) -> str:
        """Its text, with line ends as here.

        Raises:
            KlausurError: it is no text.
        """
        return decoded(self.data, self.name)


def load(path: Path) -> Source:
    """A file as it lies on disk.

    Raises:
        NotFoundError: there is no such file.
        KlausurError: it is empty, too large, or cannot be read.
    """
    if not path.exists():
        raise NotFoundError(f"there is no file {path}", "check the name")
    if not path.is_file():
        raise KlausurError(f"{path} is no file", "name the file itself")
    size = path.stat().st_size
    if size > MOST:
        raise KlausurError(f"{path} has {size // 1_000_000} MB", "export it in parts of at most 200 MB")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KlausurError(f"{path} cannot be read: {error.strerror}", "look at its rights") from error
    if not data.strip():
        raise KlausurError(f"{path} is empty", "name the file that holds the questions")
    return Source(path.name, path.parent, data)


def decoded(data: bytes, name: str) -> str:
    """Bytes as text: UTF-8, else what the file says of itself, else what its letters look like.

    Raises:
        KlausurError: it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = data.decode("utf-16", errors="replace")
    else:
        try:
            found = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            found = _guessed(data, name)
    if "\0" in found:
        raise KlausurError(f"{name} is no text", "name a file in a form that docs/guide/moving.md lists")
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _guessed(data: bytes, name: str) -> str:
    if match := _INPUTENC.search(data):
        codec = _CODECS.get(match[1].decode(), "utf-8")
        return data.decode(codec, errors="replace")
    best = from_bytes(data).best()
    if best is None:
        raise KlausurError(f"{name} is no text in an encoding that is known", "save it as UTF-8")
    return str(best)


def xml(data: bytes, name: str) -> etree._Element:
    """The tree of an XML file. Entities, DTDs and the network are left alone: a file cannot ask for others.

    Raises:
        KlausurError: it is no XML, or defines entities of its own.
    """
    if re.search(rb"<!ENTITY", data[:100_000]):
        raise KlausurError(
            f"{name} defines entities of its own, which no export needs",
            "remove its <!DOCTYPE …> if you trust it",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(data) > 9_000_000
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise KlausurError(f"{name}:{line}: this is no XML: {error.msg}", _XML_HINT) from None
    except ValueError as error:
        raise KlausurError(f"{name} is no XML: {error}", _XML_HINT) from None


def local(element: etree._Element) -> str:
    """An element's name without its namespace; nothing for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
