"""What a stage's output in the store says, and how that becomes rows: the one truth is `report.json`.

Called from wherever the news comes first: the worker's message, Record, or Plan after a restart.
"""

import json
from collections.abc import Sequence

from diorama.errors import NotFound
from diorama.events import StageEnded
from diorama.jobs import rules, table
from diorama.jobs.models import Job, Problem, Result, StageRun, StageState
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import StageRequest
from diorama.stage import REPORT


def read_report(platform: Platform, output: str) -> JsonObject | None:
    """The report at an output, or None: then the output is not whole."""
    try:
        report: JsonObject = json.loads(platform.store.get(f"{output}/{REPORT}"))
    except NotFound:
        return None
    return report


def finished_result(platform: Platform, job: Job, item: StageRequest) -> Result | None:
    """The result of a key if it is finished and still there; its stage's row is brought up to date.

    A result that was reduced counts only within the attempt that made it, and so does every one of a stage
    that the attempt is to run anew.
    """
    result = table.get_result(platform.jobs, item.key)
    own = result is not None and result.output == item.output
    others_count = not (result is not None and result.reduced) and item.stage not in job.redone
    if result is None or not (own or others_count) or read_report(platform, result.output) is None:
        report = read_report(platform, item.output)
        if report is None or report.get("outcome") == "refused":
            return None
        result = end_stage(platform, job, item.stage, item.key, item.output, report)
        assert result is not None
    _show_finished(platform, job, result)
    return result


def end_stage(
    platform: Platform, job: Job, stage: str, key: str, output: str, report: JsonObject, seconds: float = 0
) -> Result | None:
    """Writes down how a stage ended; its result, or None for a refusal. May run any number of times."""
    outcome = report["outcome"]
    problem = None
    result = None
    if outcome == "refused":
        problem = Problem(code=report["code"], message=report["message"], advice=report["advice"])
    else:
        result = _put_result(platform, job.job_id, stage, key, output, report, seconds)
    state: StageState = outcome
    now = platform.clock.now()

    def end(run: StageRun) -> StageRun | None:
        if run.state in rules.STAGE_ENDED:
            return None
        return run.model_copy(
            update={
                "state": state,
                "key": key,
                "output": output,
                "report": report,
                "problem": problem,
                "percent": 100,
                "message": "",
                "started_at": run.started_at or now - seconds,
                "ended_at": now,
            }
        )

    table.change_stage(platform.jobs, job.job_id, job.attempt, stage, end)
    return result


def keep_result(platform: Platform, job_id: str, event: StageEnded) -> None:
    """Keeps what a stage made for a job that wants it no more; nothing is shown."""
    if event.report["outcome"] != "refused":
        _put_result(platform, job_id, event.stage, event.key, event.output, event.report, event.seconds)


def _put_result(
    platform: Platform, job_id: str, stage: str, key: str, output: str, report: JsonObject, seconds: float
) -> Result:
    """One that is whole is never replaced by one that was reduced."""
    result = Result(
        key=key,
        stage=stage,
        output=output,
        reduced=report["outcome"] == "reduced",
        report=report,
        job_id=job_id,
        seconds=seconds,
        finished_at=platform.clock.now(),
    )
    known = table.get_result(platform.jobs, key) if result.reduced else None
    if known is None or known.reduced:
        table.put_result(platform.jobs, result)
    return result


def _show_finished(platform: Platform, job: Job, result: Result) -> None:
    """A stage that was finished before the job came to it."""

    def show(run: StageRun) -> StageRun | None:
        if run.state in rules.STAGE_ENDED:
            return None
        return run.model_copy(
            update={
                "state": "reduced" if result.reduced else "succeeded",
                "cached": True,
                "key": result.key,
                "output": result.output,
                "report": result.report,
                "percent": 100,
                "message": "",
            }
        )

    table.change_stage(platform.jobs, job.job_id, job.attempt, result.stage, show)


def outputs_of(platform: Platform, job: Job, requests: Sequence[StageRequest]) -> dict[str, JsonObject]:
    """What the product's machine goes on with: for each stage its output, key and report."""
    results = (finished_result(platform, job, item) for item in requests)
    return {
        result.stage: {"output": {"uri": result.output, "key": result.key}, "report": result.report}
        for result in results
        if result is not None
    }
