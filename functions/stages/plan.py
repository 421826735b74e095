"""The state `Plan` of run_stages: what is finished, may the rest start?"""

from typing import Any

from diorama.catalog import STAGES
from diorama.jobs.plan import PlanInput, plan
from diorama.platform import connect
from journal import journal
from telling import tell


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = PlanInput.model_validate(event)
    decision = plan(connect(), STAGES, asked)
    tell(asked.job_id)
    journal().info("plan", job_id=asked.job_id, attempt=asked.attempt, decision=decision.decision)
    return decision.model_dump(mode="json")
