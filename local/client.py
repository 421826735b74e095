"""A client of the studio's HTTP API, as any other could be written."""

import time
from http import HTTPStatus
from typing import Any, ClassVar

import httpx

from diorama.errors import DioramaError, Unavailable

TRIES = 6
FIRST_WAIT_S = 0.2
_AGAIN = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class AnsweredProblem(DioramaError):
    """A problem that the studio answered with; `http_status` is the answer's."""

    code: ClassVar[str] = "problem"

    def __init__(self, http_status: int, code: str, message: str, advice: str) -> None:
        super().__init__(message, advice, code)
        self.http_status = http_status


class StudioClient:
    """One signed-in user of one studio. Every request that it makes may be sent twice without harm."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        self._credentials: dict[str, str] | None = None

    def __enter__(self) -> "StudioClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of its connections."""
        self._http.close()

    def sign_in(self, email: str, password: str) -> None:
        """Raises `AnsweredProblem`."""
        credentials = {"email": email, "password": password}
        tokens = self._read(self._send("POST", "/v1/auth/login", {}, credentials))
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self._credentials = credentials

    def ask(
        self, method: str, path: str, body: object = None, *, idempotency_key: str = "", **query: str
    ) -> Any:
        """The answer's JSON. Signs in again when the token has run out.

        Raises `AnsweredProblem`, or `Unavailable` where nobody answers.
        """
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer = self._send(method, path, headers, body, query)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self._credentials:
            self.sign_in(**self._credentials)
            answer = self._send(method, path, headers, body, query)
        return self._read(answer)

    def _send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: object = None,
        query: dict[str, str] | None = None,
    ) -> httpx.Response:
        for wait_s in waits():
            try:
                answer = self._http.request(method, path, json=body, params=query, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and not _is_passing(answer):
                return answer
            time.sleep(wait_s)
        if answer is None:
            raise Unavailable("The studio does not answer.", "See whether it still runs, then try again.")
        return answer

    def _read(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return answer.json() if answer.content else None
        problem = _problem(answer)
        raise AnsweredProblem(
            answer.status_code,
            problem.get("code", "problem"),
            problem.get("detail", f"The studio answered {answer.status_code}."),
            problem.get("advice", ""),
        )


def waits() -> list[float]:
    """Seconds to wait after each try of something that may pass, doubling."""
    return [FIRST_WAIT_S * 2**n for n in range(TRIES)]


def _is_passing(answer: httpx.Response) -> bool:
    return answer.status_code in _AGAIN or _problem(answer).get("code") == "in_progress"


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if answer.headers.get("content-type") != "application/problem+json":
        return {}
    problem: dict[str, Any] = answer.json()
    return problem
