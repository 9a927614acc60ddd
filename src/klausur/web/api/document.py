"""The OpenAPI document, made from the table of operations."""

import re
from typing import Any

import msgspec

from klausur import __version__
from klausur.web.api.operations import BELOW, OPERATIONS, Operation
from klausur.web.api.shapes import Refusal

_PART = re.compile(r"\{(\w+):(\w+)\}")
_REFUSALS = {
    "400": "What was sent cannot be meant.",
    "401": "No token, or none that is good for this exam.",
    "403": "The token's role may not do this.",
    "404": "There is no such thing.",
    "409": "Somebody else was first, or another piece is wanted.",
    "422": "It is refused, for the reason that is told.",
    "429": "Asked too often.",
}


def document() -> dict[str, Any]:
    """The whole API, as OpenAPI 3.1."""
    said = [each for of in OPERATIONS for each in (of.answer, of.sent) if each is not None]
    _, parts = msgspec.json.schema_components(
        list(dict.fromkeys((Refusal, *said))), ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(BELOW + _PART.sub(r"{\2}", each.path), {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Klausur", "version": __version__},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": parts,
        },
    }


def _operation(of: Operation) -> dict[str, Any]:
    forms = {"uuid": {"type": "string", "format": "uuid"}}
    asked = [
        {"name": name, "in": "path", "required": True, "schema": forms.get(kind, {"type": "string"})}
        for kind, name in (("str", "exam"), *_PART.findall(of.path))
    ]
    asked += [
        {"name": name, "in": where, "required": True, "description": says, "schema": {"type": "string"}}
        for name, where, says in of.query
    ]
    made: dict[str, Any] = {
        "operationId": of.name,
        "summary": of.says,
        "description": f"As {', '.join(sorted(of.roles))}.",
        "parameters": asked,
        "responses": {
            "200": {"description": "Done.", "content": _json(of.answer)},
            **{
                status: {"description": says, "content": _json(Refusal)} for status, says in _REFUSALS.items()
            },
        },
    }
    if of.sent is not None:
        made["requestBody"] = {"required": True, "content": _json(of.sent)}
    elif of.binary:
        made["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    return made


def _json(of: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{of.__name__}"}}}
