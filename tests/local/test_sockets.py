"""WebSockets as API Gateway has them: the same events for the same functions, and pushes to open pages."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from diorama.errors import ConfigurationError, NotFound
from local.database import Database
from local.functions import FunctionError
from local.outbox import LocalOutbox
from local.socket_routes import SocketRoute, Sockets
from local.sockets import socket_route
from local.template import read_template
from tests.fakes import FakeClock

ROUTES = {
    "$connect": SocketRoute("$connect", "Connects", is_answered=False),
    "$disconnect": SocketRoute("$disconnect", "Leaves", is_answered=False),
    "ping": SocketRoute("ping", "Ping", is_answered=True),
    "tell": SocketRoute("tell", "Tell", is_answered=False),
    "break": SocketRoute("break", "Break", is_answered=True),
}


class Called:
    """Plays the functions and remembers their events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def invoke(self, function: str, event: Any) -> Any:
        self.events.append((function, event))
        if function == "Break":
            raise FunctionError("Error", "broken")
        if function == "Connects" and (event["queryStringParameters"] or {}).get("ticket") != "good":
            return {"statusCode": 401}
        return {"statusCode": 200, "body": '{"type": "pong"}'}

    def connection(self) -> str:
        return str(self.events[-1][1]["requestContext"]["connectionId"])


@pytest.fixture
def outbox(tmp_path: Path) -> LocalOutbox:
    return LocalOutbox(Database(tmp_path / "diorama.sqlite"), tmp_path / "outbox", FakeClock())


@pytest.fixture
def called() -> Called:
    return Called()


@pytest.fixture
def client(called: Called, outbox: LocalOutbox) -> TestClient:
    return TestClient(Starlette(routes=[socket_route(Sockets("/live", ROUTES), called.invoke, outbox)]))


def test_a_page_is_let_in_by_the_function_of_connect(client: TestClient, called: Called) -> None:
    with client.websocket_connect("/live?ticket=good"):
        ((function, event),) = called.events
    assert function == "Connects"
    assert event["queryStringParameters"] == {"ticket": "good"}
    assert event["requestContext"]["routeKey"] == "$connect"
    assert event["requestContext"]["eventType"] == "CONNECT"


def test_a_page_that_the_function_refuses_stays_outside(client: TestClient, called: Called) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/live?ticket=bad"):
        pass
    assert [function for function, _ in called.events] == ["Connects"]


def test_a_message_goes_to_the_function_of_its_action_and_may_be_answered(
    client: TestClient, called: Called
) -> None:
    with client.websocket_connect("/live?ticket=good") as page:
        page.send_text('{"action": "tell", "x": 1}')
        page.send_text('{"action": "ping"}')
        assert page.receive_json() == {"type": "pong"}
    assert [(function, event.get("body")) for function, event in called.events[1:3]] == [
        ("Tell", '{"action": "tell", "x": 1}'),
        ("Ping", '{"action": "ping"}'),
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "no json", '{"action": 1}', '{"action": "$connect"}', '{"action": "x"}']
)
def test_a_message_that_no_route_fits_is_refused_and_the_page_stays(client: TestClient, text: str) -> None:
    with client.websocket_connect("/live?ticket=good") as page:
        page.send_text(text)
        assert page.receive_json()["message"] == "Forbidden"
        page.send_text('{"action": "ping"}')
        assert page.receive_json() == {"type": "pong"}


def test_a_function_that_breaks_closes_nothing(client: TestClient) -> None:
    with client.websocket_connect("/live?ticket=good") as page:
        page.send_text('{"action": "break"}')
        page.send_text('{"action": "ping"}')
        assert page.receive_json() == {"type": "pong"}


def test_what_is_pushed_reaches_the_page_in_order(
    client: TestClient, called: Called, outbox: LocalOutbox
) -> None:
    with client.websocket_connect("/live?ticket=good") as page:
        for number in range(3):
            outbox.push(called.connection(), {"number": number, "text": "größer"})
        assert [page.receive_json()["number"] for _ in range(3)] == [0, 1, 2]


def test_a_page_that_leaves_is_gone_for_pushes_and_its_function_is_told(
    client: TestClient, called: Called, outbox: LocalOutbox
) -> None:
    with client.websocket_connect("/live?ticket=good"):
        connection = called.connection()
    wait_for(lambda: called.events[-1][0] == "Leaves")
    assert called.connection() == connection
    with pytest.raises(NotFound):
        outbox.push(connection, {})


def wait_for(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


SOCKETS = {
    "Api": {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
    "Stage": {"ApiId": {"Ref": "Api"}, "StageName": "live"},
    "Integration": {
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::Sub": "arn:${AWS::Region}:functions/${F.Arn}/invocations"},
    },
    "Route": {"RouteKey": "ping", "Target": {"Fn::Sub": "integrations/${Integration}"}},
    "RouteResponse": {"RouteId": {"Ref": "Route"}, "RouteResponseKey": "$default"},
}


def template(folder: Path, **changes: Any) -> Any:
    resources = {
        name: {"Type": f"AWS::ApiGatewayV2::{name}", "Properties": changes.get(name, properties)}
        for name, properties in SOCKETS.items()
    }
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Handler": "a.b", "CodeUri": "functions/"},
    }
    path = folder / "template.yaml"
    path.write_text(json.dumps({"Resources": {**resources, "F": function}}))
    return read_template(path)


def test_the_template_says_which_function_answers(tmp_path: Path) -> None:
    ping = SocketRoute("ping", "F", is_answered=True)
    assert template(tmp_path).sockets == Sockets("/live", {"ping": ping})


@pytest.mark.parametrize(
    "changes",
    [
        {"Api": {"ProtocolType": "HTTP"}},
        {"Integration": {"IntegrationType": "MOCK"}},
        {"Integration": {"IntegrationType": "AWS_PROXY", "IntegrationUri": "https://elsewhere"}},
        {"Integration": {"IntegrationType": "AWS_PROXY", "IntegrationUri": "x:functions/None/invocations"}},
    ],
    ids=str,
)
def test_sockets_that_are_not_understood_are_refused(tmp_path: Path, changes: Any) -> None:
    with pytest.raises(ConfigurationError):
        template(tmp_path, **changes)
