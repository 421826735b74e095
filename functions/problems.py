"""Errors as `application/problem+json` (RFC 9457), each with a stable code and what to do about it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from diorama.errors import ConfigurationError, DioramaError, TooMuch
from diorama.stage import Contract
from journal import journal, shown_path

CONTENT_TYPE = "application/problem+json"


class FieldProblem(Contract):
    """One value of a request that is not as it must be."""

    field: str
    message: str


class ProblemAnswer(Contract):
    """What every error answer holds."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    advice: str
    correlation_id: str
    errors: tuple[FieldProblem, ...] = ()


def correlation_id(event: Mapping[str, Any]) -> str:
    """The id that API Gateway gave the request."""
    return str((event.get("requestContext") or {}).get("requestId") or "")


class Answers:
    """Turns what a resolver's routes raise into problems."""

    def __init__(self, resolver: APIGatewayRestResolver) -> None:
        self._resolver = resolver

    def register(self) -> None:
        handlers: dict[type[Exception], Callable[[Any], Response[str]]] = {
            DioramaError: self._foreseen,
            RequestValidationError: self._invalid,
            RequestUnsupportedContentType: self._not_json,
            NotFoundError: self._no_such_route,
            Exception: self._unforeseen,
        }
        for error, handler in handlers.items():
            self._resolver.exception_handler(error)(handler)

    def _foreseen(self, error: DioramaError) -> Response[str]:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._log(error)
        if error.stable_code in (DioramaError.code, ConfigurationError.code):
            return self._internal()
        answer = self._answer(error.status, error.stable_code, error.message, error.advice)
        if isinstance(error, TooMuch) and error.retry_after_s:
            answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer

    def _invalid(self, error: RequestValidationError) -> Response[str]:
        errors = tuple(_field_problem(one) for one in error.errors())
        detail = ": ".join(filter(None, (errors[0].field, errors[0].message))) + "."
        advice = "Mend the request; /v1/openapi.json says what is expected."
        return self._answer(422, "invalid_request", detail, advice, errors)

    def _not_json(self, _: RequestUnsupportedContentType) -> Response[str]:
        return self._answer(415, "not_json", "The body is not JSON.", "Send Content-Type: application/json.")

    def _no_such_route(self, _: NotFoundError) -> Response[str]:
        return self._answer(404, "no_such_route", "There is no such route.", "See /v1/openapi.json.")

    def _unforeseen(self, error: Exception) -> Response[str]:
        self._log(error)
        return self._internal()

    def _internal(self) -> Response[str]:
        return self._answer(500, "internal", "Something broke on our side.", "Try again; it was reported.")

    def _answer(
        self, status: int, code: str, detail: str, advice: str, errors: tuple[FieldProblem, ...] = ()
    ) -> Response[str]:
        problem = ProblemAnswer(
            type=f"urn:diorama:problem:{code}",
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            code=code,
            advice=advice,
            correlation_id=correlation_id(self._resolver.current_event.raw_event),
            errors=errors,
        )
        body = problem.model_dump_json(exclude=None if errors else {"errors"})
        return Response(status, CONTENT_TYPE, body)

    def _log(self, error: Exception) -> None:
        event = self._resolver.current_event.raw_event
        journal().error(
            "request failed",
            exc_info=error,
            correlation_id=correlation_id(event),
            method=event.get("httpMethod"),
            path=shown_path(event),
        )


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    # The value itself is left out: it may be a secret.
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    message = str(error.get("msg", "is not valid")).removeprefix("Value error, ")
    return FieldProblem(field=".".join(place), message=message)
