"""A Frozen as versioned JSON and back; the schema is in `klausur.exam.frozen.form`."""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from klausur.base.errors import ToolError
from klausur.exam.frozen.form import Bare, File, Schema
from klausur.exam.frozen.model import Frozen
from klausur.exam.frozen.read import bare_model_of, model_of
from klausur.exam.frozen.write import written

SCHEMA = "klausur-exam/1"

_FRACTION = re.compile(r"-?[0-9]{1,20}(/[1-9][0-9]{0,19})?", re.ASCII)


def freeze(frozen: Frozen) -> str:
    """The JSON of an exam's variants with their files, on one line; where the exam lives is not in it."""
    return msgspec.json.encode(written(frozen, SCHEMA), enc_hook=_plain).decode()


def thaw(text: str | bytes, folder: Path) -> Frozen:
    """The variants in a JSON that this or an earlier release wrote; unknown keys in it are passed over.

    Args:
        text: as `freeze` made it.
        folder: where the exam lives now; nothing is looked for there.

    Raises:
        ToolError: the text is damaged, or of a schema that only another release of Klausur reads.
    """
    return _thawed(text, lambda: model_of(msgspec.json.decode(text, type=File, dec_hook=_fraction), folder))


def thaw_bare(text: str | bytes, folder: Path) -> Frozen:
    """The same without texts, rubrics and files: what counts when answers are scored.

    Raises:
        ToolError: as for `thaw`.
    """
    return _thawed(
        text, lambda: bare_model_of(msgspec.json.decode(text, type=Bare, dec_hook=_fraction), folder)
    )


def _thawed(text: str | bytes, read: Callable[[], Frozen]) -> Frozen:
    try:
        schema = msgspec.json.decode(text, type=Schema).schema
        if schema != SCHEMA:
            message = f"the kept exam has the schema {schema!r}, this Klausur reads {SCHEMA!r}"
            raise ToolError(message, "use the release of Klausur that printed it, or a later one")
        return read()
    except (msgspec.MsgspecError, ValueError) as error:
        message = f"the kept exam cannot be read: {error}"
        raise ToolError(message, "restore the exam's records from a backup") from error


def _plain(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"{type(value)} is not written")


def _fraction(wanted: type, value: Any) -> object:  # noqa: ANN401 - msgspec hands over what JSON had there
    if wanted is Fraction and isinstance(value, str):
        return _read(value)
    raise ValueError(f"{value!r} is no fraction")


@lru_cache(maxsize=1024)
def _read(text: str) -> Fraction:
    """A fraction; an exam has hundreds, of a dozen values."""
    if not _FRACTION.fullmatch(text):
        raise ValueError(f"{text!r} is no fraction")
    return Fraction(text)
