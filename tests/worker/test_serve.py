import threading
import time
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from diorama.platform import Platform
from diorama.request import WorkRequest
from diorama.serve import Endpoint, server
from tests.worker.conftest import fake_command

RequestFor = Callable[..., WorkRequest]


@pytest.fixture
def endpoint(platform: Platform) -> Endpoint:
    return Endpoint(lambda: platform, fake_command)


@pytest.fixture
def url(endpoint: Endpoint) -> Iterator[str]:
    with server(endpoint, port=0, host="127.0.0.1") as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{_port(http)}"
        http.shutdown()


def _port(http: ThreadingHTTPServer) -> int:
    return int(http.server_address[1])


def invoke(url: str, request: WorkRequest) -> httpx.Response:
    return httpx.post(f"{url}/invocations", content=request.model_dump_json(), timeout=60)


def test_ping_says_that_it_is_there(url: str) -> None:
    assert httpx.get(f"{url}/ping").status_code == 200
    assert httpx.get(f"{url}/elsewhere").status_code == 404


def test_an_invocation_runs_the_work_and_a_refusal_is_a_good_answer(
    url: str, request_for: RequestFor, platform: Platform
) -> None:
    answer = invoke(url, request_for(second={"how": "refuse"}))
    assert (answer.status_code, answer.json()["ended"]) == (200, "completed")
    assert platform.store.get("s3://media/poses/p/key-poses/job1-1/report.json")


def test_a_bug_is_answered_as_a_failure(url: str, request_for: RequestFor) -> None:
    assert invoke(url, request_for({"how": "crash"})).status_code == 500


def test_a_body_that_is_no_request_is_told_so(url: str) -> None:
    assert httpx.post(f"{url}/invocations", content=b"{}").status_code == 400


def test_stopped_at_work_it_ends_the_stage_and_takes_no_other(
    url: str, endpoint: Endpoint, request_for: RequestFor, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    answers: list[httpx.Response] = []
    hanging = request_for({"how": "hang", "started": str(started)})
    thread = threading.Thread(target=lambda: answers.append(invoke(url, hanging)))
    thread.start()
    while not started.exists():
        time.sleep(0.02)
    assert invoke(url, request_for()).status_code == 503
    endpoint.stop()
    thread.join(timeout=10)
    assert [answer.json()["ended"] for answer in answers] == ["stopped"]
    assert invoke(url, request_for()).status_code == 503
