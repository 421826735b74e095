"""News of launched work, from wherever it comes: late, twice, out of order, or not at all.

Three senders speak of the same work: the worker itself, SageMaker's notice of a training job's end and
the endpoint's success or failure message. The first that knows the end answers the task token.
"""

from typing import NamedTuple

from diorama.errors import NotFound
from diorama.events import AnyWorkerEvent, StageEnded, StageProgress, StageStarted, WorkEnded
from diorama.jobs import rules, table
from diorama.jobs.models import Job, StageRun, Work
from diorama.jobs.outcome import end_stage, read_report
from diorama.platform import Platform
from diorama.ports import JsonObject

INTERRUPTED = "Interrupted"
WORK_FAILED = "WorkFailed"


class End(NamedTuple):
    """How work ended: `error` empty where it completed, else the name that the machine's Retry matches."""

    error: str = ""
    reason: str = ""


def take_worker_event(platform: Platform, event: AnyWorkerEvent) -> None:
    """A message of the worker. An old attempt's messages, and those after a job's end, change nothing."""
    try:
        job = table.get_job(platform.jobs, event.job_id)
    except NotFound:
        return
    if job.attempt != event.attempt:
        return
    if isinstance(event, WorkEnded):
        end_work(platform, event.work, _end_of(event))
    elif isinstance(event, StageEnded):
        if job.state not in rules.ENDED:
            end_stage(platform, job, event.stage, event.key, event.output, event.report, event.seconds)
            _show_on_job(platform, job, "")
    else:
        _take_progress(platform, job, event)


def _end_of(event: WorkEnded) -> End:
    if event.ended == "completed":
        return End()
    return End(WORK_FAILED if event.ended == "failed" else INTERRUPTED, event.reason)


def _take_progress(platform: Platform, job: Job, event: StageStarted | StageProgress) -> None:
    if job.state in rules.ENDED:
        return

    def show(run: StageRun) -> StageRun | None:
        if not rules.is_newer(run, event.order):
            return None
        shown = run.model_copy(
            update={
                "state": "running",
                "order": event.order,
                "work": event.work,
                "started_at": run.started_at or event.time,
            }
        )
        if isinstance(event, StageProgress):
            progress = {"percent": event.percent, "message": event.message, "metrics": event.metrics}
            shown = shown.model_copy(update=progress)
        return shown

    changed = table.change_stage(platform.jobs, job.job_id, job.attempt, event.stage, show)
    if changed is not None:
        _show_on_job(platform, job, changed.message)


def _show_on_job(platform: Platform, job: Job, message: str) -> None:
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)

    def show(now: Job) -> Job:
        percent = max(now.percent, rules.overall_percent(now, runs))
        return now.model_copy(update={"state": "running", "percent": percent, "message": message})

    table.change_job(platform.jobs, job.job_id, job.attempt, show)


def take_training_job_change(platform: Platform, detail: JsonObject) -> None:
    """SageMaker's notice that a training job changed its state."""
    status = detail.get("TrainingJobStatus")
    reason = str(detail.get("FailureReason") or detail.get("SecondaryStatus") or "")
    ends = {"Completed": End(), "Stopped": End(INTERRUPTED, reason), "Failed": _failed(reason)}
    if status in ends:
        end_work(platform, str(detail.get("TrainingJobName")), ends[status])


def _failed(reason: str) -> End:
    """Our own program's errors are bugs; everything else (capacity, a lost machine) may pass."""
    ours = "AlgorithmError" in reason and "interrupted:" not in reason
    return End(WORK_FAILED if ours else INTERRUPTED, reason)


def take_inference_result(platform: Platform, message: JsonObject) -> None:
    """The endpoint's own message; every field may be missing, and its error texts say little."""
    failed = message.get("invocationStatus") != "Completed"
    reason = str(message.get("failureReason") or "")
    end_work(platform, str(message.get("inferenceId") or ""), End(INTERRUPTED, reason) if failed else End())


def end_work(platform: Platform, name: str, end: End) -> None:
    """Answers the task token of a work that has ended; a second time changes nothing.

    The token is answered before the row is closed: a crash in between only answers it twice.
    """
    work = table.get_work(platform.jobs, name)
    if work is None or work.ended:
        return
    try:
        if end.error:
            platform.workflows.fail(work.task_token, end.error, end.reason)
        else:
            platform.workflows.answer(work.task_token, {"work": name})
    except NotFound:
        pass  # nobody waits any more: the job has ended, or the token has been answered
    table.put_work(platform.jobs, work.model_copy(update={"ended": True}))


def is_finished(platform: Platform, work: Work) -> bool:
    """Whether every output that the work was to write is whole, or one of them refused."""
    for output in work.outputs:
        report = read_report(platform, output)
        if report is None:
            return False
        if report.get("outcome") == "refused":
            return True
    return True
