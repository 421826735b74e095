import base64
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from local.functions import FunctionError
from local.gateway import BODY_LIMIT_BYTES, find_route, gateway
from local.template import Route

ROUTES = [
    Route("ANY", "/v1/room/{proxy+}", "Room", signed_in=True),
    Route("GET", "/v1/room/open", "Open", signed_in=False),
    Route("ANY", "/v1/projects/{project_id}/uploads", "Uploads", signed_in=False),
    Route("ANY", "/v1/projects/{proxy+}", "Projects", signed_in=False),
    Route("POST", "/v1/projects", "Begin", signed_in=False),
    Route("ANY", "/v1/projects", "List", signed_in=False),
]
HOST = "127.0.0.1:8787"


def authorize(event: Any) -> dict[str, Any]:
    if event["headers"].get("authorization") != "Bearer good":
        raise FunctionError("UnauthorizedError", "Unauthorized")
    return {"principalId": "user-1", "context": {"sub": "user-1", "exp": 1_800_000_000, "scope": "x"}}


def client(answer: Callable[[str, Any], Any], host: str = HOST) -> TestClient:
    def invoke(function: str, event: Any) -> Any:
        return authorize(event) if function == "Authorizer" else answer(function, event)

    mounts = [Mount("/store", PlainTextResponse("stored"))]
    return TestClient(gateway(ROUTES, invoke, "Authorizer", [HOST], mounts), base_url=f"http://{host}")


def echo(function: str, event: Any) -> Any:
    return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": function}


def seen_by(request: Callable[[TestClient], Any]) -> Any:
    """The event that a request becomes."""
    events: list[Any] = []

    def keep(function: str, event: Any) -> Any:
        events.append(event)
        return echo(function, event)

    request(client(keep))
    return events[0]


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/v1/room/a/b", "Room", {"proxy": "a/b"}),
        ("GET", "/v1/room/open", "Open", {}),
        ("GET", "/v1/projects/p1/uploads", "Uploads", {"project_id": "p1"}),
        ("GET", "/v1/projects/p1", "Projects", {"proxy": "p1"}),
        ("GET", "/v1/projects/p1/uploads/x", "Projects", {"proxy": "p1/uploads/x"}),
        ("POST", "/v1/projects", "Begin", {}),
        ("GET", "/v1/projects", "List", {}),
    ],
)
def test_the_most_specific_path_wins(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    match = find_route(ROUTES, method, path)
    assert match is not None
    assert (match.route.function, match.parameters) == (function, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/room"), ("GET", "/v1/room/"), ("GET", "/v1/x"), ("POST", "/v1/room/open")],
)
def test_a_path_that_no_route_fits_is_not_found(method: str, path: str) -> None:
    assert find_route(ROUTES, method, path) is None
    answer = client(echo).request(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "no_such_route"


def test_a_request_becomes_the_event_of_a_rest_api() -> None:
    event = seen_by(
        lambda it: it.put(
            "/v1/projects/p%201/uploads?a=1&a=2&b=&c=%C3%BC",
            content='{"x": "ü"}',
            headers={"Content-Type": "application/json", "X-One": "1"},
        )
    )
    assert event["resource"] == "/v1/projects/{project_id}/uploads"
    assert event["path"] == "/v1/projects/p 1/uploads"
    assert event["httpMethod"] == "PUT"
    assert event["pathParameters"] == {"project_id": "p 1"}
    assert event["queryStringParameters"] == {"a": "2", "b": "", "c": "ü"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""], "c": ["ü"]}
    assert event["headers"]["x-one"] == "1"
    assert event["multiValueHeaders"]["x-one"] == ["1"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"x": "ü"}', False)
    context = event["requestContext"]
    assert context["resourcePath"] == event["resource"]
    assert context["requestId"]
    assert context["identity"]["sourceIp"]
    assert "authorizer" not in context


def test_what_is_absent_is_null() -> None:
    event = seen_by(lambda it: it.get("/v1/projects"))
    assert event["body"] is None
    assert event["queryStringParameters"] is None
    assert event["pathParameters"] is None


def test_bytes_that_are_no_text_are_encoded() -> None:
    event = seen_by(lambda it: it.post("/v1/projects", content=b"\xff\x00"))
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\xff\x00", True)


def test_what_the_authorizer_says_reaches_the_function_as_text() -> None:
    event = seen_by(lambda it: it.get("/v1/room/a", headers={"Authorization": "Bearer good"}))
    expected = {"sub": "user-1", "exp": "1800000000", "scope": "x", "principalId": "user-1"}
    assert event["requestContext"]["authorizer"] == expected


@pytest.mark.parametrize("header", [None, "Bearer bad", "Bearer ", "Basic good", "good"])
def test_without_a_good_token_the_function_is_not_called(header: str | None) -> None:
    calls: list[str] = []
    headers = {} if header is None else {"Authorization": header}
    answer = client(lambda function, event: calls.append(function)).get("/v1/room/a", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_signed_in"
    assert calls == []


def test_an_answer_may_have_many_headers_and_bytes() -> None:
    made = {
        "statusCode": 201,
        "headers": {"Content-Type": "image/png", "x-a": "1", "x-b": "old"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "X-B": ["new"]},
        "body": base64.b64encode(b"\x89PNG").decode(),
        "isBase64Encoded": True,
    }
    answer = client(lambda function, event: made).get("/v1/projects")
    assert (answer.status_code, answer.content) == (201, b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert (answer.headers["x-a"], answer.headers["x-b"]) == ("1", "new")


def test_nothing_is_said_without_a_body() -> None:
    answer = client(lambda function, event: {"statusCode": 204, "body": ""}).get("/v1/projects")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("made", [None, {}, {"statusCode": "200"}, [1]])
def test_an_answer_that_is_none_is_our_fault(made: Any) -> None:
    answer = client(lambda function, event: made).get("/v1/projects")
    assert answer.status_code == 502
    assert answer.json()["code"] == "internal"


def test_a_crash_is_told_without_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    def crash(function: str, event: Any) -> Any:
        raise FunctionError("LookupError", "a secret place")

    answer = client(crash).get("/v1/projects")
    assert answer.status_code == 502
    assert "secret" not in answer.text
    assert "a secret place" in caplog.text


def test_a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    it = client(echo)
    assert it.post("/v1/projects", content=b"x" * BODY_LIMIT_BYTES).status_code == 200
    answer = it.post("/v1/projects", content=b"x" * (BODY_LIMIT_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:8787.evil.example"])
def test_another_host_name_is_refused_everywhere(host: str) -> None:
    it = client(echo)
    for path in ("/v1/projects", "/store/x"):
        answer = it.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")


def test_no_other_origin_is_let_in() -> None:
    answer = client(echo).options(
        "/v1/projects", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_what_is_mounted_beside_the_api_is_served() -> None:
    it = client(echo)
    assert it.get("/store/a").text == "stored"
    assert it.get("/elsewhere").json()["code"] == "no_such_route"


def test_concurrent_requests_do_not_mix() -> None:
    lock, busy = threading.Lock(), []

    def slow(function: str, event: Any) -> Any:
        with lock:
            busy.append(1)
        time.sleep(0.02)
        own = event["pathParameters"]["project_id"]
        return {"statusCode": 200, "headers": {"x-sub": own}, "body": f"{own} {event['body']}"}

    it = client(slow)
    with it, ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda n: (n, it.post(f"/v1/projects/{n}/uploads", content=f"body {n}")), range(48))
        )
    for number, answer in answers:
        assert answer.text == f"{number} body {number}"
        assert answer.headers["x-sub"] == str(number)
