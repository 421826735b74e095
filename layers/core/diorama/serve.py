"""The worker behind an endpoint: `GET /ping`, and `POST /invocations` with a work request as its body.

    python -m diorama.serve [--port 8080]

Answers 200 with how the work ended, a refusal included; 500 for a bug, so that SageMaker calls it a
failure; 400 for a body that is no request; 503 while it works on another, or is being stopped.
"""

import argparse
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pydantic import ValidationError

from diorama.platform import Platform, connect
from diorama.ports import JsonObject
from diorama.request import WorkRequest
from diorama.run import end_with_parent
from diorama.work import Worker, stage_command

PORT = 8080
BODY_LIMIT_BYTES = 1024 * 1024
HTTP_OF_END = {
    "completed": HTTPStatus.OK,
    "failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    "interrupted": HTTPStatus.INTERNAL_SERVER_ERROR,
    "stopped": HTTPStatus.SERVICE_UNAVAILABLE,
}


class Endpoint:
    """Works on one request at a time: a GPU holds one model at work."""

    def __init__(
        self, platform: Callable[[], Platform], command: Callable[[str, Path], list[str]] = stage_command
    ) -> None:
        self.platform = platform
        self.command = command
        self.busy = threading.Lock()
        self.worker: Worker | None = None
        self.stopping = False

    def invoke(self, body: bytes) -> tuple[HTTPStatus, JsonObject]:
        """Carries out a request; the HTTP status and the answer."""
        try:
            request = WorkRequest.model_validate_json(body)
        except ValidationError as error:
            return HTTPStatus.BAD_REQUEST, {"message": f"not a work request: {error.error_count()} errors"}
        if self.stopping or not self.busy.acquire(blocking=False):
            return HTTPStatus.SERVICE_UNAVAILABLE, {"message": "at work on another request"}
        try:
            return self._work(request)
        finally:
            self.busy.release()

    def _work(self, request: WorkRequest) -> tuple[HTTPStatus, JsonObject]:
        with tempfile.TemporaryDirectory(prefix="diorama-work-", ignore_cleanup_errors=True) as folder:
            self.worker = Worker(self.platform(), request, Path(folder), self.command)
            ended = self.worker.work()
            self.worker = None
        return HTTP_OF_END[ended.how], {"ended": ended.how, "reason": ended.reason}

    def stop(self) -> None:
        """Ends the work at hand, and refuses more."""
        self.stopping = True
        worker = self.worker
        if worker is not None:
            worker.stop()


def server(endpoint: Endpoint, port: int, host: str = "0.0.0.0") -> ThreadingHTTPServer:  # noqa: S104 - in a container
    """An HTTP server for the endpoint; SageMaker reaches it from outside the container."""

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ok = self.path == "/ping" and not endpoint.stopping
            self._answer(HTTPStatus.OK if ok else HTTPStatus.NOT_FOUND, {})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/invocations":
                self._answer(HTTPStatus.NOT_FOUND, {})
            elif length > BODY_LIMIT_BYTES:
                self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"message": "a request is at most 1 MiB"})
            else:
                self._answer(*endpoint.invoke(self.rfile.read(length)))

        def _answer(self, status: HTTPStatus, content: JsonObject) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Pings come every few seconds; the worker's own lines are log enough."""

    return ThreadingHTTPServer((host, port), Requests)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="diorama.serve", description="Serve work requests over HTTP.")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--host", default="0.0.0.0")  # noqa: S104 - in a container
    parser.add_argument("--tethered", action="store_true", help="end when stdin closes")
    asked = parser.parse_args(arguments)
    if asked.tethered:
        end_with_parent()
    endpoint = Endpoint(connect)
    with server(endpoint, asked.port, asked.host) as http:

        def stop(*_: object) -> None:
            endpoint.stop()
            threading.Thread(target=http.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        http.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
