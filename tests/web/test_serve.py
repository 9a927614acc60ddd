"""Where a server listens."""

import socket

import pytest

from klausur.base.errors import UsageError
from klausur.web.serve import Place, refuse_if_taken


def test_a_port_is_not_shared_with_another_server() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"another program listens at port {port}") as refused:
            refuse_if_taken(Place(port=port))
        assert "--port" in refused.value.remedy
    refuse_if_taken(Place(port=port))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        refuse_if_taken(Place("192.0.2.1", 8000))
