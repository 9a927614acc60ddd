"""An object store for tests: a server that speaks S3, in this process, on the loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from moto.server import ThreadedMotoServer


@contextmanager
def object_store(place: Path) -> Iterator[str]:
    """A server with an empty bucket; its address as settings have it, with credentials in ``place``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        endpoint = f"http://127.0.0.1:{port}"
        requests.post(f"{endpoint}/moto-api/reset", timeout=60).raise_for_status()
        requests.put(f"{endpoint}/exams", timeout=60).raise_for_status()
        secret = place / "s3-secret"
        secret.write_text("key\nsecret\n", "ascii")
        yield f"s3://exams/here?endpoint={endpoint}&credentials={secret}"
    finally:
        server.stop()
