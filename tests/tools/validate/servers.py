"""Debug servers on loopback that misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Scripted(ThreadingHTTPServer):
    """Answers always the same, and remembers what it was asked.

    Attributes:
        answer: The body of its answers.
        status: Their status.
        paths: What it was asked for, query included.
        bodies: What it was sent.
    """

    request_queue_size = 64  # several connections are made at once

    def __init__(self, answer: bytes, status: int = 200) -> None:
        """Take any free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.status = status
        self.paths: list[str] = []
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@contextmanager
def answering(answer: bytes, status: int = 200) -> Iterator[Scripted]:
    """Run a server that always answers the same."""
    with Scripted(answer, status) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
