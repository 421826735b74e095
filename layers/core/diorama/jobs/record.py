"""Record: what became of the work. Reads the reports, frees the leases, tells the product's machine."""

from typing import Literal

from diorama.jobs import leases, rules, table
from diorama.jobs.clean import clean_up
from diorama.jobs.models import Problem
from diorama.jobs.outcome import end_stage, finished_result, read_report
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import WorkRequest
from diorama.stage import Contract


class Recorded(Contract):
    """For the machine: `finished` asks Plan for the whole picture; `incomplete` is a worker's bug."""

    outcome: Literal["finished", "refused", "incomplete"]
    problem: Problem | None = None


def record(platform: Platform, request: WorkRequest) -> Recorded:
    """Writes down what each stage of the work left, and frees what it held. May run any number of times."""
    job = table.get_job(platform.jobs, request.job_id)
    recorded = Recorded(outcome="finished")
    if job.attempt != request.attempt or job.state in rules.ENDED:
        return recorded  # Plan says to stop
    for item in request.stages:
        if finished_result(platform, job, item) is not None:
            continue
        report = read_report(platform, item.output)
        recorded = _not_finished(report)
        if report is not None:
            end_stage(platform, job, item.stage, item.key, item.output, report)
        break
    leases.release(platform.jobs, job.job_id, request.attempt)
    return recorded


def _not_finished(report: JsonObject | None) -> Recorded:
    if report is None:
        return Recorded(outcome="incomplete")
    problem = Problem(code=report["code"], message=report["message"], advice=report["advice"])
    return Recorded(outcome="refused", problem=problem)


def record_failure(platform: Platform, request: WorkRequest, problem: Problem) -> None:
    """After the last try has failed: whatever the work left running, waiting or held is ended."""
    job = table.get_job(platform.jobs, request.job_id)
    if job.attempt == request.attempt and job.state not in rules.ENDED:
        for item in request.stages:
            finished_result(platform, job, item)
    state, reason = rules.as_the_job_ended(job, request.attempt, problem)
    clean_up(platform, job, request.attempt, state, reason)
