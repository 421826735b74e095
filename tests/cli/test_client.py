"""The client keeps trying where that helps, and tells what the studio tells."""

import httpx
import pytest

import local.client
from diorama.errors import Unavailable
from local.client import AnsweredProblem, StudioClient
from tests.cli.conftest import Served

PROBLEM = {"content-type": "application/problem+json"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local.client, "FIRST_WAIT_S", 0)


def answering(*answers: httpx.Response | Exception) -> tuple[StudioClient, list[httpx.Request]]:
    """A client whose studio gives these answers, one after the other."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = answers[len(asked) - 1]
        if isinstance(found, Exception):
            raise found
        return found

    client = StudioClient("http://studio.test")
    client._http.close()
    client._http = httpx.Client(base_url="http://studio.test", transport=httpx.MockTransport(answer))
    return client, asked


def test_what_passes_is_waited_for() -> None:
    busy = httpx.Response(409, json={"code": "in_progress", "detail": "At work."}, headers=PROBLEM)
    answers = (httpx.ConnectError("gone"), httpx.Response(503), busy, httpx.Response(200, json={"a": 1}))
    client, asked = answering(*answers)
    assert client.ask("POST", "/v1/tours", {}, idempotency_key="k") == {"a": 1}
    assert len(asked) == 4
    assert {request.headers["idempotency-key"] for request in asked} == {"k"}


def test_a_studio_that_never_answers_is_unavailable() -> None:
    client, _ = answering(*[httpx.ConnectError("gone")] * local.client.TRIES)
    with pytest.raises(Unavailable, match="does not answer"):
        client.ask("GET", "/v1/jobs")


def test_a_problem_is_told_as_the_studio_words_it() -> None:
    body = {"code": "too_large", "detail": "Too large.", "advice": "Cut it."}
    client, asked = answering(httpx.Response(422, json=body, headers=PROBLEM))
    with pytest.raises(AnsweredProblem) as problem:
        client.ask("GET", "/v1/jobs")
    told = (problem.value.stable_code, problem.value.message, problem.value.advice)
    assert told == ("too_large", "Too large.", "Cut it.")
    assert len(asked) == 1


def test_who_has_lost_the_session_signs_in_again(served: Served) -> None:
    client = served.client()
    client._http.headers["Authorization"] = "Bearer of.nothing.good"
    assert client.ask("GET", "/v1/jobs")["jobs"] == []


def test_a_wrong_password_is_a_problem(served: Served) -> None:
    with StudioClient(served.url) as client, pytest.raises(AnsweredProblem) as problem:
        client.sign_in("ann@example.test", "wrong horse battery 9")
    assert problem.value.stable_code == "wrong_password"
