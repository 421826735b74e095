"""The stage events topic: what workers, endpoints and training jobs tell."""

import json
from typing import Any

from pydantic import ValidationError

from diorama.catalog import STAGES
from diorama.costs import budget, expected, machines, remaining, spent
from diorama.events import WORKER_EVENT, AnyWorkerEvent, StageEnded, StageProgress, StageStarted
from diorama.jobs import news
from diorama.platform import Platform, connect
from diorama.ports import JsonObject
from diorama.studio import batches
from journal import journal
from telling import tell


def handler(event: dict[str, Any], _context: object) -> None:
    """Lambda's entry. What nobody can read is logged and dropped: no retry would make it readable."""
    for record in event["Records"]:
        try:
            message = json.loads(record["Sns"]["Message"])
            take(connect(), message)
        except (ValidationError, ValueError, KeyError, AttributeError) as error:
            journal().error("unreadable stage event", error=type(error).__name__)


def take(platform: Platform, message: JsonObject) -> None:
    """One message, told apart by what only its sender writes."""
    if "kind" in message:
        event = WORKER_EVENT.validate_python(message)
        news.take_worker_event(platform, event)
        _count_event(platform, event)
        tell(event.job_id)  # once a second at most: so often the worker says how far it is
    elif message.get("detail-type") == "SageMaker Training Job State Change":
        detail = message.get("detail") or {}
        news.take_training_job_change(platform, detail)
        if detail.get("TrainingJobStatus") in ("Completed", "Failed", "Stopped"):
            _count(platform, str(detail.get("TrainingJobName")))
    elif "invocationStatus" in message:
        news.take_inference_result(platform, message)
        _count(platform, str(message.get("inferenceId") or ""))
    else:
        journal().warning("stage event of an unknown kind", keys=sorted(message))


def _count_event(platform: Platform, event: AnyWorkerEvent) -> None:
    """What it means for the job's cost, its budget, the time that is left, and what is known for later jobs."""
    machines.hear(platform, event)
    if not isinstance(event, StageProgress):
        spent.write(platform, event.job_id)
    if isinstance(event, StageEnded):
        expected.learn(platform, STAGES, event)
    elif isinstance(event, StageStarted | StageProgress):
        beginning = event.stage if isinstance(event, StageStarted) else None
        budget.watch(platform, STAGES, event.job_id, beginning)
        batches.watch(platform, event.job_id)
    remaining.show(platform, STAGES, event.job_id)


def _count(platform: Platform, work: str) -> None:
    """A machine has ended: from now on what it cost is known."""
    job_id = machines.hear_end(platform, work)
    if job_id is not None:
        spent.write(platform, job_id)
