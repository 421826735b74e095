"""Plays API Gateway: HTTP requests become proxy events (REST, version 1) for the functions of the template.

As there, the gateway asks the authorizer who sends a request and hands that on; the rest is the function's business.
"""

import base64
import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from diorama.errors import NotSignedIn
from diorama.ports import JsonObject
from local.expressions import Json
from local.functions import FunctionError
from local.template import Route

BODY_LIMIT_BYTES = 10 * 1024 * 1024
_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
_log = logging.getLogger("local.gateway")


def gateway(
    routes: Sequence[Route],
    invoke: Callable[[str, Json], Json],
    authorizer: str,
    hosts: Sequence[str],
    mounts: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The application. `authorizer` is the function that knows who sends a request; `hosts` are the names
    that it answers to; `mounts` are routes beside the API.
    """
    door = _Door(routes, invoke, authorizer)
    api = StarletteRoute("/v1/{rest:path}", door.answer, methods=_METHODS)
    return _OnlyHosts(Starlette(routes=[api, *mounts], exception_handlers={404: _nothing_here}), hosts)


@dataclass(frozen=True)
class Match:
    """A route that fits a path, with the values of its parameters."""

    route: Route
    parameters: Mapping[str, str]


def find_route(routes: Sequence[Route], method: str, path: str) -> Match | None:
    """API Gateway's choice: the most specific path that fits, and only then the method."""
    found = [match for route in routes if (match := _fit(route, path)) is not None]
    if not found:
        return None
    best = min(_generality(match.route) for match in found)
    for match in sorted(found, key=lambda match: match.route.method == "ANY"):
        if _generality(match.route) == best and match.route.method in (method, "ANY"):
            return match
    return None


def _fit(route: Route, path: str) -> Match | None:
    wanted, given = _parts(route), path.removeprefix("/").split("/")
    parameters: dict[str, str] = {}
    if wanted[-1] == "{proxy+}" and len(given) >= len(wanted):
        given = [*given[: len(wanted) - 1], "/".join(given[len(wanted) - 1 :])]
    if len(wanted) != len(given):
        return None
    for name, value in zip(wanted, given, strict=True):
        if name.startswith("{") and value:
            parameters[name.strip("{+}")] = value
        elif name != value:
            return None
    return Match(route, parameters)


def _generality(route: Route) -> list[int]:
    """Orders paths: a name before a parameter before everything."""
    return [2 if part == "{proxy+}" else int(part.startswith("{")) for part in _parts(route)]


def _parts(route: Route) -> list[str]:
    return route.path.strip("/").split("/")


class _Door:
    def __init__(
        self,
        routes: Sequence[Route],
        invoke: Callable[[str, Json], Json],
        authorizer: str,
    ) -> None:
        self.routes, self.invoke, self.authorizer = routes, invoke, authorizer

    async def answer(self, request: Request) -> Response:
        request_id = str(uuid.uuid4())
        try:
            return await self._answer(request, request_id)
        except NotSignedIn as error:
            unauthorized = problem(401, error.stable_code, error.message, error.advice, request_id)
            unauthorized.headers["www-authenticate"] = "Bearer"
            return unauthorized
        except (FunctionError, _MalformedAnswerError):
            _log.exception("request %s", request_id)
            return problem(502, "internal", "Something broke on our side.", "Try again.", request_id)

    async def _answer(self, request: Request, request_id: str) -> Response:
        match = find_route(self.routes, request.method, request.url.path)
        if match is None:
            advice = "See /v1/openapi.json."
            return problem(404, "no_such_route", "There is no such route.", advice, request_id)
        body = await _body(request)
        if body is None:
            detail = f"A request's body has at most {BODY_LIMIT_BYTES // 1024**2} MB."
            return problem(413, "body_too_large", detail, "Upload files in parts.", request_id)
        event = proxy_event(request, match, body, request_id)
        return response(await run_in_threadpool(self._invoke, match.route, event))

    def _invoke(self, route: Route, event: JsonObject) -> Json:
        """The function's answer; who asks, where the route wants to know, stands in the event by then."""
        if route.signed_in:
            event["requestContext"]["authorizer"] = self._authorized(event)
        return self.invoke(route.function, event)

    def _authorized(self, event: JsonObject) -> Mapping[str, object]:
        """What a REQUEST authorizer says. Raises `NotSignedIn`."""
        asked = {"type": "REQUEST", "methodArn": f"arn:local/{event['httpMethod']}{event['path']}", **event}
        try:
            said = self.invoke(self.authorizer, {**asked, "body": None})
        except FunctionError as error:
            if error.message == "Unauthorized":
                raise NotSignedIn(
                    "You are not signed in.", "Log in and send the access token as bearer."
                ) from None
            raise
        return {**_as_strings(said.get("context") or {}), "principalId": said["principalId"]}


async def _body(request: Request) -> bytes | None:
    """The whole body; None where it is too long, without reading on."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


# --- Events and answers ---------------------------------------------------------------------------


def proxy_event(request: Request, match: Match, body: bytes, request_id: str) -> JsonObject:
    """The event of a REST API's proxy integration, with what handlers read of it."""
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name, []).append(value)
    query = parse_qs(request.url.query, keep_blank_values=True)
    text, is_base64 = _text(body)
    return {
        "resource": match.route.path,
        "path": request.url.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(match.parameters) or None,
        "stageVariables": None,
        "requestContext": _context(request, match, request_id),
        "body": text or None,
        "isBase64Encoded": is_base64,
    }


def _context(request: Request, match: Match, request_id: str) -> JsonObject:
    now = time.time()
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "httpMethod": request.method,
        "identity": {
            "sourceIp": request.client.host if request.client else "127.0.0.1",
            "userAgent": request.headers.get("user-agent", ""),
        },
        "path": request.url.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now * 1000),
        "resourcePath": match.route.path,
        "stage": "local",
    }


def _as_strings(claims: Mapping[str, object]) -> dict[str, str]:
    """Whatever an authorizer says is handed on as text."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in claims.items()}


def _text(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


class _MalformedAnswerError(Exception):
    """The function gave something that API Gateway could not send."""


def response(answer: Json) -> Response:
    """The HTTP response of a proxy integration's answer. Raises `_MalformedAnswerError`."""
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise _MalformedAnswerError(f"not an answer: {type(answer).__name__}")
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    made = Response(content, answer["statusCode"])
    headers = {name.lower(): [str(value)] for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = [str(value) for value in values]
    for name, values in headers.items():
        if name == "content-length":
            continue
        del made.headers[name]
        for value in values:
            made.headers.append(name, value)
    return made


def problem(status: int, code: str, detail: str, advice: str, request_id: str = "") -> Response:
    """An error as the functions' doors write it."""
    body = {
        "type": f"urn:diorama:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "advice": advice,
        "correlation_id": request_id,
    }
    return JSONResponse(body, status, media_type="application/problem+json")


async def _nothing_here(_: Request, _error: Exception) -> Response:
    return problem(404, "no_such_route", "There is nothing here.", "See /v1/openapi.json.")


class _OnlyHosts:
    """Refuses requests for another host: a page elsewhere could have its name resolve to this machine."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app, self.hosts = app, {host.encode() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            named = [value for name, value in scope["headers"] if name == b"host"]
            if len(named) != 1 or named[0].lower() not in self.hosts:
                refusal = problem(
                    421, "wrong_host", "This studio has another address.", "Use its own address."
                )
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
