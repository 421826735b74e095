"""The one way in: makes a room's Lambda handler out of its routes.

Adds what every room owes: who is asking and how often, problem+json errors, a correlation id, an entry in the
audit and one log line a request.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Depends, Request, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder, Route, Router
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

import headers
import problems
import witness
from diorama.errors import BadRequest, DioramaError, NotAllowed, NotFound, NotJson
from diorama.platform import connect
from diorama.studio import rates
from diorama.studio.identity import Person, person_of
from journal import journal, shown_path

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

LONGEST_ID = 64

OPEN = {"x-open": True}
"""Marks a route that needs no token: `openapi_extensions=OPEN`. The template leaves it without authorizer."""


class Door(APIGatewayRestResolver):
    """A resolver that keeps its event to itself, and whose routes may end in `<path>`: all the rest, slashes too.

    Powertools keeps the current event on a class that all resolvers share. In Lambda there is one
    resolver a process; locally several rooms serve at once in one process and must not see each other's.
    """

    operation = ""
    """The function that answers the current event; empty where no route fits."""

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = "^{}$") -> re.Pattern[str]:
        compiled = APIGatewayRestResolver._compile_regex(rule.replace("<path>", "\0"), base_regex)
        return re.compile(compiled.pattern.replace("\0", "(?P<path>.+)"))

    def _call_route(self, route: Route, route_arguments: dict[str, str]) -> ResponseBuilder[Any]:
        self.operation = route.func.__name__
        try:
            _admit(self.current_event)
            _check_body(self.current_event.raw_event)
        except DioramaError as error:
            turned_away = self._call_exception_handler(error, route)
            assert turned_away is not None
            return turned_away
        return super()._call_route(route, route_arguments)

    def _to_proxy_event(self, event: dict[str, Any]) -> APIGatewayProxyEvent:
        self._own_event = APIGatewayProxyEvent(event)
        self.operation = ""
        return self._own_event

    @property
    def current_event(self) -> APIGatewayProxyEvent:  # type: ignore[override]
        return self._own_event


def door(*routers: Router) -> Door:
    """A resolver for some routes, with request validation and our errors."""
    resolver = Door(enable_validation=True)
    resolver.use(middlewares=[_known_ids])
    for router in routers:
        resolver.include_router(router)
    problems.Answers(resolver).register()
    return resolver


def _known_ids(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """No id is as long as this: better not there than an error of the table's."""
    if any(len(part) > LONGEST_ID for part in app.current_event.path.split("/")):
        raise NotFound("There is no such thing.", "Check the id in the path.")
    return next_middleware(app)


def handler_of(*routers: Router) -> Handler:
    """The Lambda handler of some routes: one request at a time, as Lambda does it."""
    resolver = door(*routers)

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = time.monotonic()
        resolver.context["lambda_context"] = context
        if event.get("httpMethod") == "OPTIONS":
            return headers.preflight(event, connect().settings)
        answer = resolver.resolve(event, context)
        _finish(answer, event)
        witness.note(connect(), event, resolver.operation, answer, _person_or_none(event))
        journal().info(
            "request",
            method=event.get("httpMethod"),
            path=shown_path(event),
            status=answer["statusCode"],
            duration_ms=round(1000 * (time.monotonic() - started), 1),
            correlation_id=problems.correlation_id(event),
        )
        return answer

    return handler


def _finish(answer: dict[str, Any], event: dict[str, Any]) -> None:
    told = answer.setdefault("multiValueHeaders", {})
    told["X-Correlation-Id"] = [problems.correlation_id(event)]
    for name, value in headers.of_answer(event, connect().settings).items():
        told.setdefault(name, [value])
    if answer["statusCode"] == 204:
        answer["body"] = ""
        told.pop("Content-Type", None)


def _admit(event: APIGatewayProxyEvent) -> None:
    """Counts the request of whoever is signed in. Raises `TooMuch`, `NotAllowed` (what a key may not do)."""
    if not _claims(event.raw_event):
        return
    who = person(event.raw_event)
    rates.count_request(connect(), who.user_id)
    wanted = "read" if event.http_method in ("GET", "HEAD") else "write"
    if who.key_id and wanted not in who.scopes:
        raise NotAllowed(f"This API key may not {wanted}.", "Make one that may.", "key_lacks_scope")


def _check_body(event: Mapping[str, Any]) -> None:
    """Every body is JSON, which is UTF-8. Raises `NotJson`, `BadRequest`, before anything tries to read it."""
    if not event.get("body"):
        return
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = str(sent.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in ("", "application/json"):
        raise NotJson("The body is not JSON.", "Send Content-Type: application/json.")
    if event.get("isBase64Encoded"):
        raise BadRequest("The body is not text in UTF-8.", "Send JSON.", "not_text")


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return (event.get("requestContext") or {}).get("authorizer") or {}


def person(event: Mapping[str, Any]) -> Person:
    """Who asks, from what the gateway's authorizer found. Raises `NotSignedIn`."""
    platform = connect()
    return person_of(_claims(event), platform.settings, platform.clock.now())


def _person_or_none(event: Mapping[str, Any]) -> Person | None:
    try:
        return person(event)
    except DioramaError:
        return None


def caller(event: APIGatewayProxyEvent) -> str:
    """The id of the user who asks. Raises `NotSignedIn`."""
    return person(event.raw_event).user_id


def _signed_in(request: Request) -> str:
    return person(request.resolved_event.raw_event).user_id


def _in_session(request: Request) -> str:
    who = person(request.resolved_event.raw_event)
    if who.key_id:
        raise NotAllowed("An API key may not do this.", "Log in, and do it yourself.", "session_needed")
    return who.user_id


def _admin(request: Request) -> str:
    who = person(request.resolved_event.raw_event)
    if not who.is_admin:
        raise NotFound("There is no such thing.", "Check the path; /v1/openapi.json lists all.")
    return who.user_id


def _is_admin(request: Request) -> bool:
    return person(request.resolved_event.raw_event).is_admin


def _correlation(request: Request) -> str:
    return problems.correlation_id(request.resolved_event.raw_event)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


SignedIn = Annotated[str, Depends(_signed_in)]
"""A route with a parameter of this type needs a token; the value is the user's id."""

InSession = Annotated[str, Depends(_in_session)]
"""The same, but nothing that a key for scripts may do: one's account, keys and the like."""

Admin = Annotated[str, Depends(_admin)]
"""The same, for those who run the studio; nobody else learns that there is such a route."""

IsAdmin = Annotated[bool, Depends(_is_admin)]
"""Whether whoever asks runs the studio."""

Correlation = Annotated[str, Depends(_correlation)]
"""The request's correlation id."""

Bearer = Annotated[str, Depends(_bearer)]
"""The access token itself; never logged."""
