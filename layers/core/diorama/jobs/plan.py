"""Plan: what of a group of stages is finished already, and may the rest start now?"""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from diorama.errors import NotFound
from diorama.jobs import leases, rules, table
from diorama.jobs.clean import clean_up
from diorama.jobs.memory import shrink
from diorama.jobs.models import Job, Problem, Result, StageRun
from diorama.jobs.outcome import finished_result, outputs_of
from diorama.library.keys import checkpoint_uri, stage_output_uri
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import EARLIER_STAGE, StageRequest, WorkRequest
from diorama.stage import Contract, Stage

WAIT_EXPIRES_POLLS = 4


class Material(Contract):
    """An input from before this group: where it is, and the key that stands for its content."""

    uri: str
    key: str


class StagePlan(Contract):
    """A stage that the product's machine asks for. An input may be the name of an earlier stage."""

    stage: str
    inputs: dict[str, Material | str]
    params: JsonObject = Field(default_factory=dict)


class PlanInput(Contract):
    """What the machine hands over."""

    job_id: str
    attempt: int
    stages: tuple[StagePlan, ...] = Field(min_length=1)


class Done(Contract):
    """Every stage is finished."""

    decision: Literal["done"] = "done"
    results: dict[str, JsonObject]


class Wait(Contract):
    """Ask again later."""

    decision: Literal["wait"] = "wait"
    seconds: int


class Launch(Contract):
    """Start this work."""

    decision: Literal["launch"] = "launch"
    request: WorkRequest


class Stop(Contract):
    """The job has ended in the meantime; nothing more is to be done."""

    decision: Literal["stop"] = "stop"


class Refuse(Contract):
    """A stage can't be run, for a reason that its owner is to know."""

    decision: Literal["refuse"] = "refuse"
    problem: Problem


AnyDecision = Done | Wait | Launch | Stop | Refuse


def plan(platform: Platform, catalog: Mapping[str, Stage], asked: PlanInput) -> AnyDecision:
    """Decides. Asking any number of times is safe: leases that this attempt holds are its own."""
    job = table.get_job(platform.jobs, asked.job_id)
    if job.attempt != asked.attempt or job.state in rules.ENDED:
        return Stop()
    requests = stage_requests(platform, catalog, job, asked.stages)
    missing = _unfinished(platform, job, requests)
    if not missing:
        leases.release_keys(platform.jobs, job, [item.key for item in requests], _pool(catalog, requests))
        return Done(results=outputs_of(platform, job, requests))
    shrunk = shrink(platform, catalog, job, missing)
    if shrunk is None:
        return _refused(platform, job)
    claim = _claim(platform, job, missing, _pool(catalog, missing))
    waiting_for = leases.take(platform.jobs, claim)
    _show(platform, job, missing, waiting_for)
    if _is_over(platform, job):
        clean_up(platform, job, job.attempt, "cancelled", rules.CANCELLED)
        return Stop()
    if waiting_for:
        return Wait(seconds=platform.settings.poll_s)
    if len(_unfinished(platform, job, missing)) < len(missing):
        return plan(platform, catalog, asked)  # another job finished a key just before we took the lease
    return Launch(request=_work_request(platform, job, shrunk, requests))


def _is_over(platform: Platform, job: Job) -> bool:
    """Whether the job has ended while Plan was at it: what cleaned up after it may have missed this."""
    now = table.get_job(platform.jobs, job.job_id)
    return now.attempt != job.attempt or now.state in rules.ENDED


def _refused(platform: Platform, job: Job) -> Refuse:
    clean_up(platform, job, job.attempt, "refused", rules.TOO_LARGE)
    return Refuse(problem=rules.TOO_LARGE)


def stage_requests(
    platform: Platform, catalog: Mapping[str, Stage], job: Job, stages: Sequence[StagePlan]
) -> list[StageRequest]:
    """Every stage of the group with its key: known before anything runs, since keys only need keys."""
    requests: list[StageRequest] = []
    keys: dict[str, str] = {}
    for asked in stages:
        stage = _stage(catalog, asked)
        params = stage.params.model_validate(asked.params).model_dump(mode="json")
        input_keys = {
            name: keys[source] if isinstance(source, str) else source.key
            for name, source in asked.inputs.items()
        }
        weights = platform.settings.weights if stage.uses_weights else ""
        key = keys[stage.name] = rules.cache_key(job.project_id, stage, params, input_keys, weights)
        requests.append(
            StageRequest(
                stage=stage.name,
                key=key,
                inputs={
                    name: f"{EARLIER_STAGE}{source}" if isinstance(source, str) else source.uri
                    for name, source in asked.inputs.items()
                },
                params=params,
                output=stage_output_uri(
                    platform.settings.bucket, stage.output_kind, job.project_id, key, job.job_id, job.attempt
                ),
                checkpoint=checkpoint_uri(platform.settings.bucket, job.project_id, key),
            )
        )
    return requests


def _stage(catalog: Mapping[str, Stage], asked: StagePlan) -> Stage:
    stage = catalog.get(asked.stage)
    if stage is None or set(asked.inputs) - set(stage.optional_inputs) != set(stage.inputs):
        raise NotFound(
            f"No stage '{asked.stage}' with the inputs {sorted(asked.inputs)}.",
            "The state machine and the catalogue disagree: mend one of them.",
        )
    return stage


def _unfinished(platform: Platform, job: Job, requests: Sequence[StageRequest]) -> list[StageRequest]:
    """The stages that have to run."""
    return [item for item in requests if finished_result(platform, job, item) is None]


def _pool(catalog: Mapping[str, Stage], requests: Sequence[StageRequest]) -> str:
    return catalog[requests[0].stage].hardware


def _claim(platform: Platform, job: Job, missing: Sequence[StageRequest], pool: str) -> leases.Claim:
    now = platform.clock.now()
    return leases.Claim(
        job=job,
        keys=[item.key for item in missing],
        pool=pool,
        slots=platform.settings.pools[pool],
        now=now,
        expires_at=now + leases.LEASE_S,
        wait_expires_at=now + WAIT_EXPIRES_POLLS * platform.settings.poll_s,
    )


def _work_request(
    platform: Platform, job: Job, missing: Sequence[StageRequest], requests: Sequence[StageRequest]
) -> WorkRequest:
    results = {item.stage: finished_result(platform, job, item) for item in requests}
    return WorkRequest(
        job_id=job.job_id,
        attempt=job.attempt,
        work=f"{job.job_id}-{job.attempt}-{missing[0].stage.replace('_', '-')}",
        project_id=job.project_id,
        correlation_id=job.correlation_id,
        topic=platform.settings.events_topic,
        stages=tuple(_with_finished_inputs(item, results) for item in missing),
    )


def _with_finished_inputs(item: StageRequest, results: Mapping[str, Result | None]) -> StageRequest:
    """Inputs that an earlier stage has finished already are read from where its result lies."""
    inputs = dict(item.inputs)
    for name, source in item.inputs.items():
        result = results.get(source.removeprefix(EARLIER_STAGE))
        if source.startswith(EARLIER_STAGE) and result is not None:
            inputs[name] = result.output
    return item.model_copy(update={"inputs": inputs})


def _show(platform: Platform, job: Job, missing: Sequence[StageRequest], waiting_for: str) -> None:
    """Lets the job's page say what it waits for, and which stages are to come."""
    state: Literal["waiting", "queued"] = "waiting" if waiting_for else "queued"
    for item in missing:

        def show(run: StageRun, item: StageRequest = item) -> StageRun | None:
            if run.state not in ("queued", "waiting"):
                return None
            return run.model_copy(update={"state": state, "key": item.key, "message": waiting_for})

        table.change_stage(platform.jobs, job.job_id, job.attempt, item.stage, show)
    table.change_job(
        platform.jobs,
        job.job_id,
        job.attempt,
        lambda now: now.model_copy(
            update={
                "state": "waiting" if waiting_for else "running",
                "message": waiting_for or now.message,
                "started_at": now.started_at or platform.clock.now(),
            }
        ),
    )
