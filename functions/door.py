"""The one way in: makes a room's Lambda handler out of its routes.

Adds what every room owes: who is asking, problem+json errors, a correlation id and one log line a request.
"""

import re
import time
from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Depends, Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

import problems
from diorama.errors import NotFound
from diorama.platform import connect
from diorama.studio import access
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

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = "^{}$") -> re.Pattern[str]:
        compiled = APIGatewayRestResolver._compile_regex(rule.replace("<path>", "\0"), base_regex)
        return re.compile(compiled.pattern.replace("\0", "(?P<path>.+)"))

    def _to_proxy_event(self, event: dict[str, Any]) -> APIGatewayProxyEvent:
        self._own_event = APIGatewayProxyEvent(event)
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
        answer = resolver.resolve(event, context)
        _finish(answer, event)
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
    headers = answer.setdefault("multiValueHeaders", {})
    headers["X-Correlation-Id"] = [problems.correlation_id(event)]
    headers.setdefault("Cache-Control", ["no-store"])
    if answer["statusCode"] == 204:
        answer["body"] = ""


def caller(event: APIGatewayProxyEvent) -> str:
    """The id of the user who asks, from the claims that the gateway's authorizer verified.

    Raises `NotSignedIn`.
    """
    authorizer = event.raw_event.get("requestContext", {}).get("authorizer") or {}
    platform = connect()
    return access.user_of_claims(authorizer.get("claims") or {}, platform.settings, platform.clock.now())


def _signed_in(request: Request) -> str:
    return caller(APIGatewayProxyEvent(request.resolved_event.raw_event))


def _correlation(request: Request) -> str:
    return problems.correlation_id(request.resolved_event.raw_event)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


SignedIn = Annotated[str, Depends(_signed_in)]
"""A route with a parameter of this type needs a token; the value is the user's id."""

Correlation = Annotated[str, Depends(_correlation)]
"""The request's correlation id."""

Bearer = Annotated[str, Depends(_bearer)]
"""The access token itself; never logged."""
