"""Errors as `application/problem+json` (RFC 9457), each with a stable code and what to do about it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)


from diorama.errors import DioramaError
from diorama.stage import Contract
from journal import journal

CONTENT_TYPE = "application/problem+json"


class FieldProblem(Contract):
    """One value of a request that is not as it must be."""

    field: str
    message: str


class Problem(Contract):
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


def answer_all(resolver: APIGatewayRestResolver) -> None:
    """Makes every error of the resolver's routes a problem."""

    def respond(error: DioramaError, errors: Sequence[FieldProblem] = ()) -> Response[str]:
        return as_response(error, correlation_id(resolver.current_event.raw_event), errors)

    @resolver.exception_handler(DioramaError)
    def foreseen(error: DioramaError) -> Response[str]:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log(resolver, error)
        return respond(error)

    @resolver.exception_handler(RequestValidationError)
    def invalid(error: RequestValidationError) -> Response[str]:
        errors = tuple(_field_problem(one) for one in error.errors())
        return respond(_invalid_request(errors), errors)

    @resolver.exception_handler(RequestUnsupportedContentType)
    def not_json(_: RequestUnsupportedContentType) -> Response[str]:
        return respond(
            _error(415, "not_json", "The body is not JSON.", "Send Content-Type: application/json.")
        )

    @resolver.exception_handler(NotFoundError)
    def no_route(_: NotFoundError) -> Response[str]:
        return respond(_error(404, "no_such_route", "There is no such route.", "See /v1/openapi.json."))

    @resolver.exception_handler(Exception)
    def unforeseen(error: Exception) -> Response[str]:
        _log(resolver, error)
        return respond(_error(500, "internal", "Something broke on our side.", "Try again; it was reported."))


def as_response(
    error: DioramaError, correlation_id: str, errors: Sequence[FieldProblem] = ()
) -> Response[str]:
    """The answer that tells a client of an error. Nothing internal is in it."""
    hidden = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and error.stable_code in (
        "error",
        "configuration",
    )
    problem = Problem(
        type=f"urn:diorama:problem:{error.stable_code}",
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail="Something broke on our side." if hidden else error.message,
        code=error.stable_code,
        advice="Try again; it was reported." if hidden else error.advice,
        correlation_id=correlation_id,
        errors=tuple(errors),
    )
    excluded = None if errors else {"errors"}
    return Response(error.status, CONTENT_TYPE, problem.model_dump_json(exclude=excluded))


def _error(status: int, code: str, message: str, advice: str) -> DioramaError:
    error = DioramaError(message, advice, code)
    error.status = status  # type: ignore[misc]
    return error


def _invalid_request(errors: Sequence[FieldProblem]) -> DioramaError:
    first = errors[0]
    detail = f"{first.field}: {first.message}." if first.field else f"{first.message}."
    return _error(422, "invalid_request", detail, "Mend the request; /v1/openapi.json says what is expected.")


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    # The value itself is left out: it may be a secret.
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    return FieldProblem(field=".".join(place), message=str(error.get("msg", "is not valid")))


def _log(resolver: APIGatewayRestResolver, error: Exception) -> None:
    event = resolver.current_event.raw_event
    journal().error(
        "unforeseen error",
        exc_info=error,
        correlation_id=correlation_id(event),
        method=event.get("httpMethod"),
        path=event.get("path"),
    )
