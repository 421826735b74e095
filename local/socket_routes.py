"""The WebSocket API of the template: which function answers to what a page sends."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diorama.errors import ConfigurationError
from local.intrinsics import Resolver

KINDS = tuple(
    f"AWS::ApiGatewayV2::{kind}" for kind in ("Api", "Integration", "Route", "RouteResponse", "Stage")
)
_SELECTION = "$request.body.action"
_FUNCTION = re.compile(r"functions/([^/]+)/invocations$")


@dataclass(frozen=True)
class SocketRoute:
    """`key` is what a message's `action` says, or `$connect` or `$disconnect`."""

    key: str
    function: str
    is_answered: bool
    """Whether the page gets what the function gives."""


@dataclass(frozen=True)
class Sockets:
    """One WebSocket API; `path` is where pages open it."""

    path: str
    routes: Mapping[str, SocketRoute]


def read_sockets(resources: Mapping[str, Any], resolve: Resolver) -> Sockets | None:
    """The template's WebSocket API, if it has one. Raises `ConfigurationError` for what is not understood."""
    found = _Found(resources, resolve)
    apis = found.properties("Api")
    if not apis:
        return None
    (api,) = apis.values()
    if api.get("ProtocolType") != "WEBSOCKET" or api.get("RouteSelectionExpression") != _SELECTION:
        raise ConfigurationError(f"Local mode knows WebSocket APIs only, with routes by {_SELECTION}.")
    (stage,) = found.properties("Stage").values()
    routes = {route.key: route for route in found.routes()}
    return Sockets(f"/{stage['StageName']}", routes)


@dataclass(frozen=True)
class _Found:
    resources: Mapping[str, Any]
    resolve: Resolver

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: self.resolve.value(resource["Properties"])
            for name, resource in self.resources.items()
            if resource["Type"] == f"AWS::ApiGatewayV2::{kind}"
        }

    def routes(self) -> Iterator[SocketRoute]:
        integrations = self.properties("Integration")
        answered = {response["RouteId"] for response in self.properties("RouteResponse").values()}
        for name, route in self.properties("Route").items():
            integration = integrations.get(route["Target"].removeprefix("integrations/"), {})
            function = _FUNCTION.search(integration.get("IntegrationUri", ""))
            if integration.get("IntegrationType") != "AWS_PROXY" or function is None:
                raise ConfigurationError(f"{name}: local mode knows routes to functions only.")
            yield SocketRoute(route["RouteKey"], function[1], name in answered)
