"""EventBridge's notice that an execution of a product's machine has ended: its job ends with it."""

import json
from typing import Any, cast

from diorama.costs import spent
from diorama.jobs import table
from diorama.jobs.settle import settle
from diorama.platform import connect
from diorama.ports import Execution, ExecutionState
from diorama.studio import audit, batches, notices, webhooks
from journal import journal
from telling import tell


def handler(event: dict[str, Any], _context: object) -> None:
    """Lambda's entry."""
    detail = event["detail"]
    output = json.loads(detail["output"]) if detail.get("output") else None
    execution = Execution(
        state=cast(ExecutionState, detail["status"].lower()),
        output=output,
        error=detail.get("error") or "",
        cause=detail.get("cause") or "",
    )
    platform = connect()
    job = settle(platform, detail["name"], execution)
    if job is not None:
        spent.settle(platform, job)
        batches.watch(platform, job.job_id)
        tell(job.job_id)
        notices.job_ended(platform, job)
        webhooks.job_ended(platform, job)
        audit.note_end(platform, job)
        table.close_job(platform.jobs, job.job_id, job.attempt, platform.clock.now())
    journal().info("execution ended", execution=detail["name"], state=execution.state, error=execution.error)
