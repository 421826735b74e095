"""The same create twice is one: Powertools' idempotency, kept in our own records table.

A client sends `Idempotency-Key`; within a day the same key from the same user on the same route gets the
first answer again. The same key with another body is refused, and one still being worked on is a conflict.
"""

from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

from diorama.errors import BadRequest, Conflict, Refused
from diorama.platform import connect
from diorama.ports import Records, Row
from diorama.studio.accounts import ANSWERS_OF
from door import caller

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT_S = 24 * 3600

ONCE = {"x-idempotency-key": True}
"""Marks a route of which `once` is a middleware, for the API document."""


class RecordsPersistence(BasePersistenceLayer):
    """Keeps what one user was answered in rows `IDEMPOTENCY#<key>`, with a TTL; the index finds all of theirs."""

    def __init__(self, records: Records, user_id: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._records = records
        self._user_id = user_id

    def _get_record(self, idempotency_key: str) -> DataRecord:
        row = self._records.get(*_place(idempotency_key))
        if row is None:
            raise IdempotencyItemNotFoundError
        return DataRecord(
            idempotency_key=idempotency_key,
            status=row["status"],
            expiry_timestamp=row["ttl"],
            in_progress_expiry_timestamp=row["in_progress_until_ms"],
            response_data=row["answer"],
            payload_hash=row["payload_hash"],
        )

    def _put_record(self, data_record: DataRecord) -> None:
        before = self._records.get(*_place(data_record.idempotency_key))
        if before is not None and not _is_stale(before):
            raise IdempotencyItemAlreadyExistsError
        try:
            self._records.put(self._row(data_record), expected_rev=before["rev"] if before else 0)
        except Conflict:
            raise IdempotencyItemAlreadyExistsError from None

    def _update_record(self, data_record: DataRecord) -> None:
        self._records.put(self._row(data_record), expected_rev=None)

    def _delete_record(self, data_record: DataRecord) -> None:
        self._records.delete(*_place(data_record.idempotency_key))

    def _row(self, record: DataRecord) -> Row:
        pk, sk = _place(record.idempotency_key)
        return {
            "pk": pk,
            "sk": sk,
            "gsi_pk": f"{ANSWERS_OF}{self._user_id}",
            "gsi_sk": str(record.expiry_timestamp),
            "status": record.status,
            "ttl": record.expiry_timestamp,
            "in_progress_until_ms": record.in_progress_expiry_timestamp,
            "answer": record.response_data,
            "payload_hash": record.payload_hash,
        }


def _place(key: str) -> tuple[str, str]:
    return f"IDEMPOTENCY#{key}", "IDEMPOTENCY"


def _is_stale(row: Row) -> bool:
    """Whether a row may be taken over: it is a day old, or its request died without an answer."""
    now_s = connect().clock.now()
    died = row["status"] == "INPROGRESS" and (row["in_progress_until_ms"] or 0) < 1000 * now_s
    return bool(died or row["ttl"] < now_s)


def once(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Middleware of the routes that create something. Without the header it does nothing."""
    event = app.current_event
    key = event.headers.get(HEADER) or ""
    if not key:
        return next_middleware(app)
    if len(key) > LONGEST_KEY:
        raise BadRequest(
            f"{HEADER} has more than {LONGEST_KEY} characters.", "Send a UUID.", "bad_idempotency_key"
        )
    scope = [caller(event), event.http_method, event.path, key]
    answer = _answer_once(app, next_middleware, {"scope": scope, "body": event.body})
    return Response(answer["status"], answer["content_type"], answer["body"])


def _answer_once(
    app: APIGatewayRestResolver, next_middleware: NextMiddleware, request: dict[str, Any]
) -> dict[str, Any]:
    def run(request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 (what Powertools takes the key from)
        response = next_middleware(app)
        return {"status": response.status_code, "content_type": response.content_type, "body": response.body}

    guarded = idempotent_function(
        run,
        data_keyword_argument="request",
        persistence_store=RecordsPersistence(connect().records, caller(app.current_event)),
        config=_config(app),
        key_prefix="api",
    )
    try:
        return cast(dict[str, Any], guarded(request=request))
    except IdempotencyValidationError:
        raise Refused(
            f"This {HEADER} was used for another request.", "Send a new one.", "idempotency_key_reused"
        ) from None
    except (IdempotencyAlreadyInProgressError, IdempotencyInconsistentStateError):
        raise Conflict(
            "The same request is being worked on.", "Send it again in a second.", "in_progress"
        ) from None


def _config(app: APIGatewayRestResolver) -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="scope",
        payload_validation_jmespath="body",
        expires_after_seconds=KEPT_S,
        hash_function="sha256",
        lambda_context=app.context["lambda_context"],
    )
