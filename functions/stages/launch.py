"""The state `Launch` of run_stages: starts the worker; its end is answered by the callbacks."""

from typing import Any

from diorama.catalog import STAGES
from diorama.jobs.launch import launch
from diorama.platform import connect
from diorama.request import WorkRequest
from diorama.stage import Contract
from journal import journal


class LaunchInput(Contract):
    """What the machine hands over."""

    request: WorkRequest
    task_token: str


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = LaunchInput.model_validate(event)
    work = launch(connect(), STAGES, asked.request, asked.task_token)
    journal().info("launch", job_id=work.job_id, attempt=work.attempt, work=work.name)
    return {"work": work.name}
