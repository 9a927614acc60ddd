"""What libraries say of an error, in words that people can be shown."""

import re

_OBJECT = re.compile(r"(?:\bstream )?<[\w.]+(?: [^<>]*)?>[:, ]*")
"""How Python writes down what has no words of its own: ``<_io.BytesIO object at 0x7f…>``."""

_BYTES = re.compile(r"\bb(['\"])(.*?)\1")
_LONGEST = 200

_SAID = {
    "decoder error -2": "its data cannot be unpacked",
    "decoder error -9": "its data cannot be unpacked",
    "File is not a zip file": "its table of contents is missing",
}
"""What says nothing to people, or the opposite of what is meant, and what they are told."""


def said(error: BaseException) -> str:
    """The first line of what an error says, without Python's names of things; "damaged" if there is none."""
    lines = str(error).strip().splitlines() or [""]
    text = _BYTES.sub(r"\2", _OBJECT.sub("", lines[0])).strip(" :,")
    plain = " ".join(text.split())[:_LONGEST] or "damaged"
    return _SAID.get(plain, plain)
