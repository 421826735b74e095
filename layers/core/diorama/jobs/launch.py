"""Launch: write the token down, then start the worker that will answer it."""

from collections.abc import Mapping, Sequence

from diorama.errors import Conflict, JobEnded, LeaseLost
from diorama.jobs import leases, rules, table
from diorama.jobs.clean import stop
from diorama.jobs.models import Job, Work
from diorama.library.keys import request_uri
from diorama.platform import Platform
from diorama.ports import JsonObject, LaunchCall
from diorama.request import WorkRequest
from diorama.settings import Settings
from diorama.stage import WEIGHTS, Stage

MAX_RUN_S = 6 * 3600
MAX_WAIT_FOR_SPOT_S = 12 * 3600
ENDPOINT_RUN_S = 3600
SPOT_STOPS_BEFORE_ON_DEMAND = 2
VOLUME_GB = 200
NAME_LIMIT = 63
CHANNELS = "/opt/ml/input/data"
"""Where SageMaker lays what a training job is given, a folder each."""


def launch(platform: Platform, catalog: Mapping[str, Stage], request: WorkRequest, task_token: str) -> Work:
    """Starts the work, or goes on waiting for it where a call before this one was cut off after it had.

    Raises `Unavailable`, `LeaseLost` (plan again), and `JobEnded`: the job may end at any moment, so that is
    looked at before and after.
    """
    job = _check_job(platform, request)
    stage = catalog[request.stages[0].stage]
    keys = [item.key for item in request.stages]
    until = platform.clock.now() + leases.LEASE_S
    if not leases.renew(platform.jobs, job, keys, stage.hardware, until):
        raise LeaseLost("Another job computes this by now.", "Plan again.")
    history = _launched_before(platform, request)
    request = _numbered(request, len(history) - (1 if history and not history[-1].ended else 0))
    call = launch_call(
        platform.settings, catalog, request, _request_at(platform, request), spot_stops(history)
    )
    instance = platform.settings.instance_of(stage)
    work = _remembered(platform, request, call, task_token, instance)
    try:
        # Whoever ended the job before the row was there saw no work, and has freed the leases.
        _check_job(platform, request)
        platform.compute.launch(call)
        _check_job(platform, request)
    except JobEnded:
        stop(platform, work)
        raise
    return work


def _check_job(platform: Platform, request: WorkRequest) -> Job:
    job = table.get_job(platform.jobs, request.job_id)
    if job.attempt != request.attempt or job.state in rules.ENDED:
        raise JobEnded("The job has ended, or was tried again, in the meantime.")
    return job


def _launched_before(platform: Platform, request: WorkRequest) -> list[Work]:
    """The work of earlier launches, in order. Only the last one may not have ended."""
    found: list[Work] = []
    while (work := table.get_work(platform.jobs, work_name(request.work, len(found)))) is not None:
        found.append(work)
        if not work.ended:
            break
    return found


def spot_stops(history: Sequence[Work]) -> int:
    """How often spot capacity was taken away from it."""
    return sum(work.spot and work.error == rules.INTERRUPTED for work in history)


def _numbered(request: WorkRequest, launches: int) -> WorkRequest:
    return request.model_copy(update={"launch": launches, "work": work_name(request.work, launches)})


def _request_at(platform: Platform, request: WorkRequest) -> str:
    where = request_uri(platform.settings.bucket, request.project_id, request.job_id, request.work)
    platform.store.put(where, request.model_dump_json().encode(), "application/json")
    return where


def _remembered(
    platform: Platform, request: WorkRequest, call: LaunchCall, task_token: str, instance: str
) -> Work:
    """The work's row, which knows who waits from now on. Raises `Conflict` where it ended in between."""
    now = platform.clock.now()
    known = table.get_work(platform.jobs, call.name)
    if known is not None:
        adopted = table.change_work(
            platform.jobs,
            call.name,
            lambda one: None if one.ended else one.model_copy(update={"task_token": task_token}),
        )
        if adopted is None:
            raise Conflict("The work has ended in between.", "Launch it again.")
        return adopted
    work = Work(
        name=call.name,
        job_id=request.job_id,
        attempt=request.attempt,
        operation=call.operation,
        task_token=task_token,
        stages=tuple(item.stage for item in request.stages),
        outputs=tuple(item.output for item in request.stages),
        launched_at=now,
        deadline=now + (ENDPOINT_RUN_S if call.operation == "invoke_endpoint_async" else MAX_WAIT_FOR_SPOT_S),
        instance=instance,
        spot=bool(call.arguments.get("EnableManagedSpotTraining")),
        volume_gb=call.arguments.get("ResourceConfig", {}).get("VolumeSizeInGB", 0),
    )
    table.put_work(platform.jobs, work)
    return work


def work_name(base: str, launches: int) -> str:
    """A training job's name: letters, digits and '-', at most 63, unique per attempt and launch."""
    return f"{base[: NAME_LIMIT - 4]}-{launches}"


def launch_call(
    settings: Settings,
    catalog: Mapping[str, Stage],
    request: WorkRequest,
    request_at: str,
    spot_stops: int = 0,
) -> LaunchCall:
    """The SageMaker call for a request; nothing else in Diorama writes one.

    A stage that would rather run on an endpoint runs as a training job where its container has none. After two
    `spot_stops` it asks for capacity that nobody takes away.
    """
    stage = catalog[request.stages[0].stage]
    endpoint = settings.endpoint_of(stage)
    if endpoint is not None:
        return LaunchCall(
            "invoke_endpoint_async",
            {
                "EndpointName": endpoint,
                "InputLocation": request_at,
                "InferenceId": request.work,
                "ContentType": "application/json",
                "InvocationTimeoutSeconds": ENDPOINT_RUN_S,
            },
        )
    return LaunchCall("create_training_job", _training_job(settings, stage, request, request_at, spot_stops))


def _training_job(
    settings: Settings, stage: Stage, request: WorkRequest, request_at: str, spot_stops: int
) -> JsonObject:
    spot = settings.is_spot(stage) and spot_stops < SPOT_STOPS_BEFORE_ON_DEMAND
    stopping = {"MaxRuntimeInSeconds": MAX_RUN_S}
    if spot:
        stopping["MaxWaitTimeInSeconds"] = MAX_WAIT_FOR_SPOT_S
    return {
        "TrainingJobName": request.work,
        "RoleArn": settings.worker_role,
        "AlgorithmSpecification": {
            "TrainingImage": f"{settings.images}{stage.container}:latest",
            "TrainingInputMode": "File",
        },
        "HyperParameters": {"request": request_at},
        **_channels(settings, stage),
        "OutputDataConfig": {
            "S3OutputPath": request.stages[-1].output + "/training_job",
            "KmsKeyId": settings.kms_key,
        },
        "ResourceConfig": {
            "InstanceType": settings.instance_of(stage),
            "InstanceCount": 1,
            "VolumeSizeInGB": VOLUME_GB,
        },
        "StoppingCondition": stopping,
        "EnableManagedSpotTraining": spot,
        "Environment": {
            "DIORAMA_BUCKET": settings.bucket,
            "DIORAMA_EVENTS_TOPIC": settings.events_topic,
            "DIORAMA_WEIGHTS": _weights_folder(settings, stage),
        },
        "Tags": [
            {"Key": "diorama:project", "Value": request.project_id},
            {"Key": "diorama:job", "Value": request.job_id},
        ],
    }


def _channels(settings: Settings, stage: Stage) -> JsonObject:
    """The owner's weights, for a stage whose result depends on them: an endpoint has them as its model."""
    if not _weights_folder(settings, stage):
        return {}
    lies_at = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{settings.bucket}/{settings.weights}"}
    return {"InputDataConfig": [{"ChannelName": WEIGHTS, "DataSource": {"S3DataSource": lies_at}}]}


def _weights_folder(settings: Settings, stage: Stage) -> str:
    """Where the machine finds them; empty where there are none for it."""
    return f"{CHANNELS}/{WEIGHTS}" if stage.uses_weights and settings.weights else ""
