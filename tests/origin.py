"""An origin of downloads on this machine that can be told to misbehave."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Origin:
    """Files by path, and what the server was asked.

    Attributes
    ----------
    address : ends with a slash
    files : content by path below the address
    cuts : for each of the first requests, after how many bytes the line drops
    busy : how many requests are answered 503 first
    knows_ranges : whether Range requests are answered with the rest of the file
    asked : (path, Range header or "") of every request
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    busy: int = 0
    knows_ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ranges(self) -> list[str]:
        """The Range headers in order."""
        return [wanted for _, wanted in self.asked]


@contextmanager
def running() -> Iterator[Origin]:
    """Serve an `Origin` on a free port of 127.0.0.1."""
    origin = Origin()

    class Handler(_Handler):
        served = origin

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    origin.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: Origin

    def do_GET(self) -> None:
        origin, wanted = self.served, self.headers.get("Range", "")
        origin.asked.append((self.path[1:], wanted))
        if origin.busy:
            origin.busy -= 1
            return self.send_error(503)
        if self.path[1:] not in origin.files:
            return self.send_error(404)
        content = origin.files[self.path[1:]]
        start = int(re.sub(r"\D", "", wanted) or 0) if origin.knows_ranges else 0
        if start and start >= len(content):
            return self._head(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
        headers = {"Content-Length": str(len(content) - start)}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._head(206 if start else 200, headers)
        stop = start + origin.cuts.pop(0) if origin.cuts else len(content)
        self.wfile.write(content[start:stop])
        return None

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing."""
