"""News of launched work, from wherever it comes: late, twice, out of order, or not at all.

Three senders speak of the same work: the worker itself, SageMaker's notice of a training job's end and
the endpoint's success or failure message. The first that knows the end answers the task token.
"""

from collections.abc import Callable
from typing import NamedTuple

from diorama.errors import NotFound
from diorama.events import AnyWorkerEvent, StageEnded, StageProgress, StageStarted, WorkEnded
from diorama.jobs import clean, rules, table
from diorama.jobs.models import Job, StageRun, Work
from diorama.jobs.outcome import end_stage, keep_result, read_report
from diorama.jobs.rules import INTERRUPTED, OUT_OF_MEMORY, WORK_FAILED
from diorama.platform import Platform
from diorama.ports import JsonObject


SIGNS_OF_EXHAUSTION = ("out_of_memory:", "exit code: 137", "instance type with more memory")


class End(NamedTuple):
    """How work ended: `error` empty where it completed, else the name that the machine's Retry matches."""

    error: str = ""
    reason: str = ""


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


def end_work(platform: Platform, name: str, end: End) -> None:
    """Answers the task token of a work that has ended; a second time changes nothing.

    The token is answered before the row is closed: a crash in between only answers it twice. Where a new
    launch waits with a token of its own by now, that one is answered too.
    """
    for _ in range(table.TRIES):
        work = table.get_work(platform.jobs, name)
        if work is None or work.ended:
            return
        if end.error == OUT_OF_MEMORY:
            _note_exhaustion(platform, work)
        _answer(platform, work, end)
        if table.change_work(platform.jobs, name, _ending(work, end)) is not None:
            break
    job = table.find_job(platform.jobs, work.job_id)
    if job is None or job.attempt != work.attempt or job.state in rules.ENDED:
        clean.free_if_still(platform, work.job_id, work.attempt)


def _answer(platform: Platform, work: Work, end: End) -> None:
    try:
        if end.error:
            platform.workflows.fail(work.task_token, end.error, end.reason)
        else:
            platform.workflows.answer(work.task_token, {"work": work.name})
    except NotFound:
        return  # nobody waits any more: the job has ended, or the token has been answered


def _ending(answered: Work, end: End) -> Callable[[Work], Work | None]:
    def change(now: Work) -> Work | None:
        if now.ended or now.task_token != answered.task_token:
            return None
        return now.model_copy(update={"ended": True, "error": end.error})

    return change


def _note_exhaustion(platform: Platform, work: Work) -> None:
    """Remembers that the stage which ran did not fit into memory: Plan has it run with less."""
    whole = [read_report(platform, output) is not None for output in work.outputs]
    stage = next((name for name, done in zip(work.stages, whole, strict=False) if not done), None)
    if stage is None:
        return

    def note(run: StageRun) -> StageRun | None:
        if work.name in run.exhausted or run.state in rules.STAGE_ENDED:
            return None
        return run.model_copy(update={"exhausted": (*run.exhausted, work.name)})

    table.change_stage(platform.jobs, work.job_id, work.attempt, stage, note)


def is_finished(platform: Platform, work: Work) -> bool:
    """Whether every output that the work was to write is whole, or one of them refused."""
    for output in work.outputs:
        report = read_report(platform, output)
        if report is None:
            return False
        if report.get("outcome") == "refused":
            return True
    return True
