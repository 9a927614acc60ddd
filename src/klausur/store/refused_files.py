"""Files that were to be scanned and could not be used: events of the audit trail, without rows."""

import json
from dataclasses import dataclass
from datetime import datetime

from klausur.state.facts import Actor
from klausur.store import audit

_VERB, _READ = "refuse-file", "scan"


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be used: where it lay, why, what is to be done, when and who tried."""

    path: str
    why: str
    hint: str
    who: str
    when: datetime


def all_() -> tuple[RefusedFile, ...]:
    """The files that were refused and not read since from the same place; oldest first."""
    found: dict[str, RefusedFile] = {}
    for event in audit.some((_VERB, _READ)):
        detail = json.loads(event.detail)
        path = detail.get("path", "")
        found.pop(path, None)
        if event.verb == _VERB:
            found[path] = RefusedFile(path, detail["why"], detail["hint"], event.who, event.when)
    return tuple(found.values())


def append(path: str, why: str, hint: str, actor: Actor) -> None:
    """Record that a file was refused. For a transaction of `writing`."""
    audit.append(_VERB, actor, {"path": path, "why": why, "hint": hint})


def append_read(path: str, name: str, sha256: str, images: int, actor: Actor) -> None:
    """Record that a file is read from now on. For a transaction of `writing`."""
    audit.append(_READ, actor, {"file": name, "path": path, "sha256": sha256, "images": images})
