"""Batches of tours: one of each of several videos in the library, with the same parameters."""

from pydantic import Field

from diorama.errors import Conflict, DioramaError, Refused
from diorama.jobs.models import Budget
from diorama.library import assets, uploads
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import access, batches, quotas
from diorama.studio.batches import Batch, BatchView, Item
from diorama.studio.ids import new_id
from diorama.tours import actions, rules
from diorama.tours.models import NewTour, TourParams

STARTING_S = 15.0
"""Of the 29 that a request may take; what is left is started within a minute."""


class NewTourBatch(Contract):
    """Which videos tours are made from, and how."""

    project_id: str = Field(max_length=64)
    asset_ids: batches.Things = Field(description="Videos, or zips of photos, of the project's library")
    name: str = Field(min_length=1, max_length=200)
    params: TourParams = Field(default_factory=TourParams)
    budget: Budget | None = Field(None, description="What all of them may cost together")
    priority: int | None = Field(
        None, ge=0, le=9, description="9 goes first among those who wait; at most what one's plan has"
    )


def start(platform: Platform, user_id: str, wanted: NewTourBatch, correlation_id: str) -> BatchView:
    """Makes a batch and starts its jobs; all sources are looked at first, so that all are started or none.

    Raises `NotFound` (project, asset), `Refused` (type, parameters), `TooMuch` (the plan).
    """
    access.find_project(platform, user_id, wanted.project_id, "start", "tour")
    quotas.check_jobs(platform, user_id, len(wanted.asset_ids))
    rules.effective_params(wanted.params, platform.settings.stage_defaults)
    for asset_id in wanted.asset_ids:
        rules.check_source(
            uploads.find(platform, user_id, _upload_id(platform, user_id, wanted, asset_id))[0]
        )
    now = platform.clock.now()
    told = wanted.model_dump(mode="json", include={"params", "priority"}, exclude_unset=True)
    batch = Batch(
        batch_id=new_id(now),
        project_id=wanted.project_id,
        user_id=user_id,
        product=actions.PRODUCT,
        name=wanted.name,
        items=batches.new_items(wanted.asset_ids, now),
        data=told,
        budget=wanted.budget,
        correlation_id=correlation_id,
        created_at=now,
    )
    batches.add(platform, batch)
    return batches.view(platform, go_on(platform, batch))


def go_on_all(platform: Platform) -> None:
    """Starts what earlier calls left, or what was stopped and is tried again."""
    for batch in batches.unstarted(platform):
        if batch.product == actions.PRODUCT:
            go_on(platform, batch)


def go_on(platform: Platform, batch: Batch) -> Batch:
    """Starts the jobs that have not been, for a while; each starts once, however often this is called."""
    give_up_at = platform.clock.now() + STARTING_S
    for item in batch.items:
        if platform.clock.now() > give_up_at or not batches.check_may_start(platform, batch):
            return batch
        _start_item(platform, batch, item)
    return batches.started(platform, batch)


def _start_item(platform: Platform, batch: Batch, item: Item) -> None:
    wanted = NewTour(
        project_id=batch.project_id,
        upload_id=_newest_upload(platform, item.source_id),
        params=TourParams.model_validate(batch.data.get("params", {})),
        priority=batch.data.get("priority"),
    )
    ids = actions.Ids(tour_id=item.subject_id, job_id=item.job_id, batch_id=batch.batch_id)
    try:
        actions.begin(platform, batch.user_id, wanted, batch.correlation_id, ids)
    except Conflict:
        return  # it has been started
    except DioramaError:
        return  # its video went in the meantime; the others go on


def _upload_id(platform: Platform, user_id: str, wanted: NewTourBatch, asset_id: str) -> str:
    asset = assets.look(platform, user_id, asset_id)
    upload_id = _newest_upload(platform, asset_id)
    if asset.project_id != wanted.project_id or not upload_id:
        raise Refused(
            f"{asset.name} is no video of this project.",
            "Choose videos, or zips of photos, from the project's library.",
            "wrong_type",
        )
    return upload_id


def _newest_upload(platform: Platform, asset_id: str) -> str:
    newest = assets.newest(platform, asset_id)
    return newest.upload_id or "" if newest else ""
