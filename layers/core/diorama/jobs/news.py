"""News of launched work, from wherever it comes: late, twice, out of order, or not at all.

Three senders speak of the same work: the worker itself, SageMaker's notice of a training job's end and
the endpoint's success or failure message. The first that knows the end answers the task token.
"""

from diorama.events import AnyWorkerEvent, StageEnded, StageProgress, StageStarted, WorkEnded
from diorama.jobs import rules, table
from diorama.jobs.endings import End, end_work
from diorama.jobs.models import Job, StageRun
from diorama.jobs.outcome import end_stage, keep_result
from diorama.jobs.rules import INTERRUPTED, OUT_OF_MEMORY, WORK_FAILED
from diorama.platform import Platform
from diorama.ports import JsonObject

SIGNS_OF_EXHAUSTION = ("out_of_memory:", "exit code: 137", "instance type with more memory")


def take_worker_event(platform: Platform, event: AnyWorkerEvent) -> None:
    """A message of the worker. An old attempt's, and those after a job's end, change nothing that is shown.

    What finished stays finished all the same: a result is kept, whoever may still want it.
    """
    job = table.find_job(platform.jobs, event.job_id)
    if job is None:
        return
    over = job.attempt != event.attempt or job.state in rules.ENDED
    if isinstance(event, WorkEnded):
        end_work(platform, event.work, _end_of(event))
    elif isinstance(event, StageEnded):
        if over:
            keep_result(platform, job.job_id, event)
            return
        end_stage(platform, job, event.stage, event.key, event.output, event.report, event.seconds)
        _show_on_job(platform, job, "")
    elif not over:
        _take_progress(platform, job, event)


def _end_of(event: WorkEnded) -> End:
    if event.ended == "completed":
        return End()
    return End(_ENDS[event.ended], event.reason)


_ENDS = {
    "failed": WORK_FAILED,
    "out_of_memory": OUT_OF_MEMORY,
    "interrupted": INTERRUPTED,
    "stopped": INTERRUPTED,
}


def _take_progress(platform: Platform, job: Job, event: StageStarted | StageProgress) -> None:
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
    """Our own program's errors are bugs; everything else (capacity, a lost machine) may pass.

    Where memory ran out the worker says so itself, unless it was killed: then only its exit code tells, or
    SageMaker's advice.
    """
    if any(sign in reason for sign in SIGNS_OF_EXHAUSTION):
        return End(OUT_OF_MEMORY, reason)
    ours = "AlgorithmError" in reason and "interrupted:" not in reason
    return End(WORK_FAILED if ours else INTERRUPTED, reason)


def take_inference_result(platform: Platform, message: JsonObject) -> None:
    """The endpoint's own message; every field may be missing, and its error texts say little."""
    failed = message.get("invocationStatus") != "Completed"
    reason = str(message.get("failureReason") or "")
    end_work(platform, str(message.get("inferenceId") or ""), End(INTERRUPTED, reason) if failed else End())
