"""The state `Record` of run_stages: what became of the work; and `Give up`, after its last try."""

from typing import Any

from diorama.jobs.record import record, record_failure
from diorama.jobs.rules import OUR_FAULT
from diorama.platform import connect
from diorama.request import WorkRequest
from diorama.stage import Contract
from journal import journal
from telling import tell


class ErrorOutput(Contract):
    """What a Catch of the States Language gets to see."""

    Error: str = ""
    Cause: str = ""


class RecordInput(Contract):
    """What the machine hands over. `failed`: the error that ended the last try."""

    request: WorkRequest
    failed: ErrorOutput | None = None


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = RecordInput.model_validate(event)
    request = asked.request
    if asked.failed is not None:
        journal().error(
            "work failed",
            job_id=request.job_id,
            attempt=request.attempt,
            work=request.work,
            cause=asked.failed,
        )
        record_failure(connect(), request, OUR_FAULT)
        tell(request.job_id)
        return {"outcome": "failed"}
    recorded = record(connect(), request)
    tell(request.job_id)
    journal().info("record", job_id=request.job_id, attempt=request.attempt, outcome=recorded.outcome)
    return recorded.model_dump(mode="json")
