"""Memory: a stage that ran out of it is run with less, and its report says so."""

from collections.abc import Mapping, Sequence

from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.library.keys import checkpoint_uri
from diorama.platform import Platform
from diorama.request import StageRequest
from diorama.stage import Params, Stage

SMALLER_AT_MOST = 2


def shrink(
    platform: Platform, catalog: Mapping[str, Stage], job: Job, missing: Sequence[StageRequest]
) -> list[StageRequest] | None:
    """The requests, each as much smaller as its stage ran out of memory; None where that can't be.

    The key stays: it stands for what was asked for. That it got less is in the report, which no other job uses.
    """
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    times = {name: len(run.exhausted) for name, run in runs.items()}
    shrunk = [_shrunk(platform, catalog[item.stage], job, item, times.get(item.stage, 0)) for item in missing]
    possible = [item for item in shrunk if item is not None]
    return possible if len(possible) == len(shrunk) else None


def _shrunk(
    platform: Platform, stage: Stage, job: Job, item: StageRequest, times: int
) -> StageRequest | None:
    if times == 0:
        return item
    params = smaller_params(stage.params.model_validate(item.params), times)
    if params is None:
        return None
    checkpoint = checkpoint_uri(platform.settings.bucket, job.project_id, item.key, times)
    changes = {"params": params.model_dump(mode="json"), "checkpoint": checkpoint, "smaller": times}
    return item.model_copy(update=changes)


def smaller_params(params: Params, times: int) -> Params | None:
    """The params after memory ran out so often; None where the stage has none that small."""
    if times > SMALLER_AT_MOST:
        return None
    found: Params | None = params
    for _ in range(times):
        found = None if found is None else found.smaller()
    return found
