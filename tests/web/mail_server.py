"""A mail server on this machine for tests: it speaks as much SMTP as is needed, and keeps all it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class MailServer:
    """A server that runs: its port, what it took, and addresses that it refuses, each with an answer."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)


@contextmanager
def serving() -> Iterator[MailServer]:
    """A server as long as this is open."""
    kept = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        """One connection."""

        def handle(self) -> None:
            """Answer each line."""
            self._say("220 here")
            sender = to = ""
            while line := self.rfile.readline():
                word, _, rest = line.decode().strip().partition(" ")
                match word.upper():
                    case "EHLO" | "HELO" | "RSET" | "NOOP":
                        self._say("250 fine")
                    case "MAIL":
                        sender = _address(rest)
                        self._say("250 fine")
                    case "RCPT":
                        to = _address(rest)
                        self._say(kept.refuses.get(to, "250 fine"))
                    case "DATA":
                        self._say("354 go on")
                        data = b"".join(iter(self.rfile.readline, b".\r\n"))
                        message = message_from_bytes(data, policy=policy.default)
                        kept.taken.append((sender, message))
                        self._say("250 taken")
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("500 what?")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


def _address(text: str) -> str:
    return text.partition("<")[2].partition(">")[0]
