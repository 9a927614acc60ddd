"""An object store that speaks S3: bytes under names, each verified by its SHA-256 when it is read.

How one is named: `klausur.base.object_address`. What is kept there, and under which names:
`klausur.store.scan_copies` and `klausur.site.files`. The client, obstore, is an extra (``klausur[s3]``) and
loaded where a store is used.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from klausur.base.errors import NotFoundError, ToolError
from klausur.base.guard import refuse_if_locked
from klausur.base.object_address import Place

PIECE = 1 << 20
"""Bytes that are held in memory at a time."""

_IN_MEMORY = 4 << 20
"""Bytes of a file that are not written to the disk on its way."""

_DIGEST = "sha256"
_REMEDY = "see that the object store runs, and that its address and credentials are right"


class ChangedError(ToolError):
    """An object is not as it was put."""


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a place."""

    place: Place

    def put(self, name: str, content: Iterable[bytes]) -> int:
        """Keep an object, instead of the one that is there; its size. It is there whole or not at all.

        Raises:
            ToolError: the store does not take it.
        """
        refuse_if_locked("writing into an object store")
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(_IN_MEMORY) as held:
            for piece in content:
                digest.update(piece)
                size += held.write(piece)
            self._send(name, held, digest.hexdigest())
        return size

    def put_once(self, name: str, path: Path, digest: str) -> None:
        """Keep a file under a name that says what it is, unless it is there.

        Raises:
            ToolError: the store does not take it, or the file cannot be read.
        """
        refuse_if_locked("writing into an object store")
        if self.size(name) == path.stat().st_size:
            return
        try:
            with path.open("rb") as held:
                self._send(name, held, digest)
        except OSError as error:
            raise ToolError(f"{path} cannot be read: {error.strerror}", "look at the disk") from error

    def open(self, name: str) -> BinaryIO:
        """An object's bytes, once all of them were seen to be those that were put.

        Raises:
            NotFoundError: there is none of this name.
            ChangedError: it is not as it was put.
            ToolError: the store does not answer.
        """
        refuse_if_locked("reading from an object store")
        held = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - its reader closes it
        try:
            self._fetch(name, held)
        except BaseException:
            held.close()
            raise
        held.seek(0)
        return held

    def fetch(self, name: str, path: Path, digest: str = "") -> None:
        """Write an object into a file, which is there only if its bytes are those that were put.

        Args:
            name: of the object.
            path: of the file.
            digest: the SHA-256 that is known of it; else the one counts that the store keeps beside it,
                which somebody who writes there could change as well.

        Raises:
            NotFoundError, ChangedError, ToolError: as of `open`; or the file cannot be written.
        """
        refuse_if_locked("reading from an object store")
        try:
            at, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
        except OSError as error:
            raise ToolError(f"{path} cannot be written: {error.strerror}", "look at the disk") from error
        try:
            with os.fdopen(at, "wb") as out:
                self._fetch(name, out, digest)
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)

    def size(self, name: str) -> int | None:
        """The bytes of an object; None if there is none."""
        found = self._head(name)
        return None if found is None else int(found["size"])

    def stamp(self, name: str) -> str | None:
        """Stands for the content of an object; None if there is none."""
        found = self._head(name)
        return None if found is None else str(found["e_tag"])

    def delete(self, name: str) -> bool:
        """Delete an object; whether it was there."""
        if self._head(name) is None:
            return False
        with _told(self.place):
            _client(self.place).delete(name)
        return True

    def names(self, below: str = "") -> Iterator[tuple[str, int]]:
        """Names of all objects below a folder of this name, each with its size; of all if it is empty."""
        with _told(self.place):
            for some in _client(self.place).list(below or None):
                for each in some:
                    yield str(each["path"]), int(each["size"])

    def _head(self, name: str) -> Any:  # noqa: ANN401 - the client's own type
        with _told(self.place):
            try:
                return _client(self.place).head(name)
            except FileNotFoundError:
                return None

    def _send(self, name: str, held: IO[bytes], digest: str) -> None:
        held.seek(0)
        with _told(self.place):
            _client(self.place).put(name, held, attributes={_DIGEST: digest})

    def _fetch(self, name: str, out: IO[bytes], known: str = "") -> None:
        digest = hashlib.sha256()
        with _told(self.place):
            try:
                found = _client(self.place).get(name)
            except FileNotFoundError as error:
                raise NotFoundError(
                    f"{self.place.shown} has no {name}", "put it back from a backup"
                ) from error
            for piece in found.stream(min_chunk_size=PIECE):
                digest.update(piece)
                out.write(piece)
        if (known or found.attributes.get(_DIGEST)) != digest.hexdigest():
            raise ChangedError(
                f"{name} in {self.place.shown} is not as it was written", "put it back from a backup"
            )


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """What the client says of a store that does not do what it should, in words for people."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra

    try:
        yield
    except (BaseError, OSError) as error:
        why = str(error).splitlines()[0][:300]
        raise ToolError(f"{place.shown} does not do what was asked: {why}", _REMEDY) from error


def _client(place: Place) -> Any:  # noqa: ANN401 - the client's own type
    return _client_of(place, os.getpid())


@cache
def _client_of(place: Place, process: int) -> Any:  # noqa: ANN401 - the client's own type
    """The client of a process: its threads are not its children's.

    Raises:
        ToolError: the extra is not installed, or the credentials cannot be read.
    """
    del process
    try:
        from obstore.store import S3Store  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolError(
            "files are in an object store, and obstore is missing", "pip install 'klausur[s3]'"
        ) from error
    said: dict[str, Any] = {"region": place.region}
    if place.endpoint:
        said |= {"endpoint": place.endpoint, "virtual_hosted_style_request": False}
    if place.credentials:
        try:
            key, secret = Path(place.credentials).read_text("utf-8").split()
        except (OSError, ValueError) as error:
            raise ToolError(
                f"{place.credentials} cannot be read",
                "write the key into its first line, the secret into its second",
            ) from error
        said |= {"access_key_id": key, "secret_access_key": secret}
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        client_options={
            "allow_http": place.endpoint.startswith("http://"),
            "timeout": "600s",
            "connect_timeout": "5s",
        },
        retry_config={"max_retries": 4},
        **said,
    )
