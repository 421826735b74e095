"""metadata.json of a session: what happened in it, from its rows, its jobs, and what build_object wrote."""

import json

from diorama.errors import NotFound
from diorama.objects import actions, sessions
from diorama.objects.models import CutoutStory, CutoutView, SessionMetadata, StageStory
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.studio.jobs import JobDetails, StageView

METADATA_FILE = "metadata.json"


def tell(platform: Platform, user_id: str, session_id: str) -> SessionMetadata:
    """The whole story of a session by now. Raises `NotFound`."""
    session = actions.look(platform, user_id, session_id)
    runs = [run for job in (session.encode_job, session.build_job) for run in _runs(job)]
    return SessionMetadata(
        session_id=session_id,
        name=session.name,
        photo=session.photo,
        stages=tuple(_stage(run) for run in runs),
        cutouts=tuple(_cutout(one) for one in session.cutouts),
        build=_of_build(platform, session_id),
        created_at=session.created_at,
    )


def _runs(job: JobDetails | None) -> tuple[StageView, ...]:
    return job.stages if job else ()


def _stage(run: StageView) -> StageStory:
    told = run.model_dump(include={"stage", "status", "cached", "started_at", "ended_at", "seconds"})
    return StageStory(**told, steps=(run.report or {}).get("seconds") or {})


def _cutout(cutout: CutoutView) -> CutoutStory:
    adding = sum(click.adds for click in cutout.clicks)
    return CutoutStory(
        **cutout.model_dump(include={"cutout_id", "name", "segmenter", "coverage"}),
        clicks_adding=adding,
        clicks_taking_away=len(cutout.clicks) - adding,
        has_box=cutout.box is not None,
    )


def _of_build(platform: Platform, session_id: str) -> JsonObject | None:
    version = sessions.newest_build(platform, session_id)
    if version is None:
        return None
    try:
        found: JsonObject = json.loads(platform.store.get(f"{version.folder}/{METADATA_FILE}"))
    except NotFound:
        return None
    return found
