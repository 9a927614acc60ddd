"""An exam's records as a schema of a PostgreSQL server, and which schema is which folder's.

``.klausur/records.toml`` names the schema; its name is random, so that no two folders come to the same one by
chance. The schema's comment says back whose it is: the folder's path and the file's inode. A folder that was
moved keeps one of the two, or the path that the comment names is gone: the comment is put right. A copy of a
folder has neither while the other one is still there: it is refused, since two folders would write to one
exam's records, each without the other's scans. The comment carries `klausur.store.upgrade.mark` as well.
"""

import json
import os
import secrets
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError

from klausur.base.errors import RefusedError, ToolError
from klausur.store import upgrade
from klausur.store.connections import Database, connection, entered
from klausur.store.sqlite import BUSY

VARIABLE = "KLAUSUR_DATABASE"
"""The environment variable with the server's address: ``postgresql://user@host/database``."""

FILE = "records.toml"


@dataclass(frozen=True, slots=True)
class _Comment:
    """What a schema says of itself."""

    mark: int
    path: str
    inode: int

    def text(self) -> str:
        return json.dumps({"klausur": self.mark, "folder": self.path, "inode": self.inode})

    @classmethod
    def of(cls, text: str) -> "_Comment":
        said = json.loads(text)
        return cls(said["klausur"], said["folder"], said["inode"])


def address() -> str | None:
    """The server that new folders get their records on, or None for a SQLite file in each."""
    return os.environ.get(VARIABLE) or None


def database(file: Path) -> Database:
    """The database that a folder's file names.

    Raises:
        ToolError: no server is named, or the file is damaged.
    """
    url = address()
    if url is None:
        raise ToolError(
            f"the records of {file.parent.parent} are on a PostgreSQL server, and none is named",
            f"set {VARIABLE}=postgresql://user@host/database",
        )
    try:
        schema = tomllib.loads(file.read_text("utf-8"))["schema"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise ToolError(f"{file} cannot be read: {error}", "restore it from a backup") from error
    if not isinstance(schema, str) or not schema.isidentifier():
        raise ToolError(f"{file} names no schema", "restore it from a backup")
    return _database(url, schema)


def create(file: Path) -> None:
    """Make a schema with all tables, and then the file that names it; the caller holds the folder's lock.

    Whoever is killed before the end leaves a schema that nobody knows of, and no file.
    """
    made = _database(address() or "", f"exam_{secrets.token_hex(8)}")
    part = file.with_suffix(".part")
    part.write_text(
        f'# Where the records of this exam are, on the server of {VARIABLE}\nschema = "{made.schema}"\n'
    )
    with entered(made) as server:
        with server.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{made.schema}"')
        upgrade.bring_up_to_date(made.shown)
        _say(made.schema, _Comment(upgrade.mark(), str(file.resolve()), part.stat().st_ino))
    part.replace(file)


def drop(file: Path) -> None:
    """Delete the schema that a folder's file names, with all its rows, if it is there.

    Raises:
        ToolError: no server is named, or the file is damaged.
    """
    from psycopg import sql  # noqa: PLC0415 - as above

    gone = database(file)
    with entered(gone) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(gone.schema)))


def verify(database: Database, file: Path) -> None:
    """See that the open schema is this folder's and up to date.

    Raises:
        RefusedError: it is another folder's, or a newer Klausur wrote it.
        ToolError: it is not there.
    """
    said = _said(database.schema)
    if said is None:
        raise ToolError(
            f"{database.shown} is not there",
            f"see that {VARIABLE} names the right server, or restore a backup",
        )
    path, inode = str(file.resolve()), file.stat().st_ino
    if (said.path, said.inode) != (path, inode):
        if said.path != path and said.inode != inode and _names(Path(said.path), database.schema):
            raise RefusedError(
                f"{file.parent.parent} is a copy: its records on the server are those of "
                f"{Path(said.path).parent.parent}",
                "work there; or delete one of the two folders",
            )
        said = replace(said, path=path, inode=inode)
        _say(database.schema, said)
    if said.mark != upgrade.mark():
        with connection().cursor() as cursor:
            # Held by the connection and not by a transaction: each migration has one of its own.
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_key(database.schema)])
            try:
                upgrade.bring_up_to_date(database.shown)
                _say(database.schema, replace(said, mark=upgrade.mark()))
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_key(database.schema)])


def lock(schema: str, *, outlasts: bool = True) -> None:
    """Take the lock of an exam's records until the end of the open transaction.

    Where that need not outlast a power cut, its end does not wait for the disk.

    Raises:
        django.db.OperationalError: somebody else holds it for longer than `sqlite.BUSY` seconds.
    """
    with connection().cursor() as cursor:
        asynchronous = "" if outlasts else ", set_config('synchronous_commit', 'off', true)"
        cursor.execute(
            f"SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s){asynchronous}",
            [f"{BUSY}s", lock_key(schema)],
        )


def lock_key(schema: str) -> int:
    """The number of a schema's advisory lock: 64 bits, signed."""
    return int.from_bytes(sha256(schema.encode()).digest()[:8], signed=True)


def unusable(database: Database, error: DatabaseError) -> ToolError:
    """What a person is told of an error."""
    return ToolError(
        f"{database.shown} cannot be used: {str(error).strip()}",
        f"see that the server of {VARIABLE} runs and lets you in",
    )


def _database(url: str, schema: str) -> Database:
    return Database(
        alias=f"server {sha256(url.encode()).hexdigest()[:16]}",
        settings=settings(url),
        schema=schema,
        shown=f"schema {schema} of the server",
    )


@cache
def settings(url: str) -> dict[str, Any]:
    """What Django should know of a server by its address.

    Raises:
        ToolError: it is none.
    """
    from psycopg import ProgrammingError  # noqa: PLC0415 - who uses SQLite needs no driver loaded
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - the same

    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise ToolError(
            f"{VARIABLE} is no address of a server: {str(error).strip()}",
            "write postgresql://user@host/database",
        ) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", None) or "klausur",
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {**parts, "prepare_threshold": 1},  # of `klausur.store.compiled`, where alone it can be
    }


def _said(schema: str) -> _Comment | None:
    """The schema's comment, or None if there is no such schema. A connection that broke is made anew."""
    ask = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"
    for again in (True, False):
        try:
            with connection().cursor() as cursor:
                cursor.execute(ask, [schema])
                (text,) = cursor.fetchone()
        except (OperationalError, InterfaceError):
            if not again:
                raise
            connection().close()
        else:
            return None if text is None else _Comment.of(text)
    return None


def _say(schema: str, comment: _Comment) -> None:
    from psycopg import sql  # noqa: PLC0415 - as above

    with connection().cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(comment.text()))
        )


def _names(file: Path, schema: str) -> bool:
    """Whether a folder's file is there and names this schema."""
    try:
        return bool(tomllib.loads(file.read_text("utf-8")).get("schema") == schema)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
