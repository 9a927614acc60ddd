"""What libraries say of an error, in words that people can be shown."""

import re

_OBJECT = re.compile(r"(?:\bstream )?<[\w.]+(?: [^<>]*)?>[:, ]*")
"""How Python writes down what has no words of its own: ``<_io.BytesIO object at 0x7f…>``."""

_BYTES = re.compile(r"\bb(['\"])(.*?)\1")
_LONGEST = 200


def said(error: BaseException) -> str:
    """The first line of what an error says, without Python's names of things; "damaged" if there is none."""
    lines = str(error).strip().splitlines() or [""]
    text = _BYTES.sub(r"\2", _OBJECT.sub("", lines[0])).strip(" :,")
    return " ".join(text.split())[:_LONGEST] or "damaged"
