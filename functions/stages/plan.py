"""The state `Plan` of run_stages: what is finished, may the rest start?"""

from typing import Any

from diorama.catalog import STAGES
from diorama.costs import budget, remaining
from diorama.jobs.plan import Launch, PlanInput, Stop, Wait, plan
from diorama.platform import connect
from journal import journal
from telling import tell


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = PlanInput.model_validate(event)
    platform = connect()
    decision = plan(platform, STAGES, asked)
    if isinstance(decision, Launch):
        beginning = decision.request.stages[0].stage
        if not budget.allows_launch(platform, STAGES, asked.job_id, asked.attempt, beginning):
            decision = Stop()
    if isinstance(decision, Wait):
        remaining.show(
            platform, STAGES, asked.job_id
        )  # while it waits nobody can tell; else its worker's news will
    tell(asked.job_id)
    journal().info("plan", job_id=asked.job_id, attempt=asked.attempt, decision=decision.decision)
    return decision.model_dump(mode="json")
