"""Launch: write the token down, then start the worker that will answer it."""

from collections.abc import Mapping

from diorama.jobs import rules, table
from diorama.jobs.models import Work
from diorama.library.keys import request_uri
from diorama.platform import Platform
from diorama.ports import JsonObject, LaunchCall
from diorama.request import WorkRequest
from diorama.settings import Settings
from diorama.stage import Stage

MAX_RUN_S = 6 * 3600
MAX_WAIT_FOR_SPOT_S = 12 * 3600
ENDPOINT_RUN_S = 3600
INTERRUPTIONS_BEFORE_ON_DEMAND = 2
VOLUME_GB = 200
NAME_LIMIT = 63


def launch(
    platform: Platform, catalog: Mapping[str, Stage], request: WorkRequest, task_token: str, launches: int
) -> Work:
    """Starts the work once more: `launches` times it was started and interrupted before.

    The job may end while this runs, so it is looked at once more afterwards. Raises `Unavailable`.
    """
    request = request.model_copy(update={"launch": launches, "work": work_name(request.work, launches)})
    where = request_uri(platform.settings.bucket, request.project_id, request.job_id, request.work)
    call = launch_call(platform.settings, catalog, request, where)
    platform.store.put(where, request.model_dump_json().encode(), "application/json")
    now = platform.clock.now()
    work = Work(
        name=call.name,
        job_id=request.job_id,
        attempt=request.attempt,
        operation=call.operation,
        task_token=task_token,
        outputs=tuple(item.output for item in request.stages),
        launched_at=now,
        deadline=now + (ENDPOINT_RUN_S if call.operation == "invoke_endpoint_async" else MAX_WAIT_FOR_SPOT_S),
        instance=platform.settings.instances[catalog[request.stages[0].stage].hardware],
        spot=bool(call.arguments.get("EnableManagedSpotTraining")),
        volume_gb=call.arguments.get("ResourceConfig", {}).get("VolumeSizeInGB", 0),
    )
    table.put_work(platform.jobs, work)
    platform.compute.launch(call)
    job = table.get_job(platform.jobs, request.job_id)
    if job.attempt != request.attempt or job.state in rules.ENDED:
        platform.compute.stop(call.name)
        table.put_work(platform.jobs, work.model_copy(update={"ended": True}))
    return work


def work_name(base: str, launches: int) -> str:
    """A training job's name: letters, digits and '-', at most 63, unique per attempt and launch."""
    return f"{base[: NAME_LIMIT - 4]}-{launches}"


def launch_call(
    settings: Settings, catalog: Mapping[str, Stage], request: WorkRequest, request_at: str
) -> LaunchCall:
    """The SageMaker call for a request; nothing else in Diorama writes one."""
    stage = catalog[request.stages[0].stage]
    if stage.service == "endpoint":
        return LaunchCall(
            "invoke_endpoint_async",
            {
                "EndpointName": settings.endpoints.get(stage.container, stage.container),
                "InputLocation": request_at,
                "InferenceId": request.work,
                "ContentType": "application/json",
                "InvocationTimeoutSeconds": ENDPOINT_RUN_S,
            },
        )
    return LaunchCall("create_training_job", _training_job(settings, stage, request, request_at))


def _training_job(settings: Settings, stage: Stage, request: WorkRequest, request_at: str) -> JsonObject:
    spot = settings.spot and stage.hardware == "gpu" and request.launch < INTERRUPTIONS_BEFORE_ON_DEMAND
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
        "OutputDataConfig": {
            "S3OutputPath": request.stages[-1].output + "/training_job",
            "KmsKeyId": settings.kms_key,
        },
        "ResourceConfig": {
            "InstanceType": settings.instances[stage.hardware],
            "InstanceCount": 1,
            "VolumeSizeInGB": VOLUME_GB,
        },
        "StoppingCondition": stopping,
        "EnableManagedSpotTraining": spot,
        "Environment": {
            "DIORAMA_BUCKET": settings.bucket,
            "DIORAMA_EVENTS_TOPIC": settings.events_topic,
        },
        "Tags": [
            {"Key": "diorama:project", "Value": request.project_id},
            {"Key": "diorama:job", "Value": request.job_id},
        ],
    }
