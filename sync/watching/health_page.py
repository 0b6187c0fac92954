"""The page on a port of this machine that says how the central is doing: `/health` and `/metrics`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import msgspec

from sharing.errors import PortTaken, Storage
from sync.watching.health import METRICS_TYPE, Health, metrics

LOOPBACK: Final = "127.0.0.1"
_TIMEOUT_S: Final = 5
_log = logging.getLogger(__name__)


class HealthPage:
    """Answers while it is open; on the loopback only, so that nobody else needs a password."""

    def __init__(self, port: int, look: Callable[[], Health]) -> None:
        """Listen.

        Args:
            port: on which port; 0 is any free one.
            look: looks at everything; called in a thread of the page's own.

        Raises:
            PortTaken: another program listens there.
        """
        try:
            self._server = _Server((LOOPBACK, port), _Page)
        except OSError as error:
            raise PortTaken(port=port) from error
        self._server.look = look
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    look: Callable[[], Health]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up is no news for the terminal."""
        _log.debug("health page: %s %s", request, client_address, exc_info=True)


class _Page(BaseHTTPRequestHandler):
    timeout = _TIMEOUT_S
    server: _Server

    def do_GET(self) -> None:
        """Answer."""
        kinds = {"/health": _as_json, "/metrics": _as_metrics}
        kind = kinds.get(self.path.partition("?")[0])
        if kind is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            health = self.server.look()
        except Storage as error:
            self._answer(
                HTTPStatus.SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", type(error).__name__.encode()
            )
            return
        self._answer(*kind(health))

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 as the standard library has it
        """Say nothing: whoever measures asks each few seconds."""


def _as_json(health: Health) -> tuple[HTTPStatus, str, bytes]:
    status = HTTPStatus.OK if health.ok else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "application/json", msgspec.json.encode(health)


def _as_metrics(health: Health) -> tuple[HTTPStatus, str, bytes]:
    return HTTPStatus.OK, METRICS_TYPE, metrics(health).encode()
