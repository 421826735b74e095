"""Builds: what they start from, and what is kept of them."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from diorama.errors import Conflict, NotFound, Refused
from diorama.jobs import table
from diorama.jobs.plan import PlanInput
from diorama.library import assets
from diorama.objects import actions, building, quotes
from diorama.objects.cutouts import MOST_CUTOUTS, Cutouts
from diorama.objects.models import NewBuild
from diorama.objects.stages import BuildObjectReport
from diorama.studio import jobs
from tests.objects.sessions import begun, built_object, cut_out, make, mask_png, read, ready
from tests.studio_world import World


def started(world: World, session_id: str, **wanted: object) -> tuple[jobs.JobDetails, dict[str, object]]:
    job = building.start(world.platform, "ann", session_id, NewBuild.model_validate(wanted), "c")
    return job, world.workflows.data_of(f"ObjectsMachine:{job.job_id}-1")[1]


def test_a_build_starts_from_the_photo_and_the_folder_of_cutouts(world: World) -> None:
    session = ready(world)
    job, data = started(world, session.session_id, params={"quality": "fast"})
    assert (job.product, job.stage_names) == ("objects", ("embed_photo", "build_object"))
    assert job.params["build_object"]["quality"] == "fast"
    folder = data["cutouts"]["uri"]  # type: ignore[index]
    document = Cutouts.model_validate_json(world.store.get(f"{folder}/cutouts.json"))
    assert [one.mask for one in document.cutouts] == ["chair.png"]
    assert world.store.get(f"{folder}/chair.png").startswith(b"\x89PNG")
    stages = [
        {"stage": "embed_photo", "inputs": {"photo": data["photo"]}, "params": {}},
        {"stage": "build_object", "inputs": {"cutouts": data["cutouts"], "embedding": "embed_photo"}},
    ]
    PlanInput.model_validate({"job_id": job.job_id, "attempt": 1, "stages": stages})


def test_the_same_again_has_the_same_key_and_other_masks_another(world: World) -> None:
    session = ready(world)
    first, again = (started(world, session.session_id)[1]["cutouts"] for _ in range(2))
    cut_out(world, session, name="stool")
    assert first == again
    assert started(world, session.session_id)[1]["cutouts"] != first


def test_equal_work_of_another_session_is_not_shared_so_that_each_can_be_deleted(world: World) -> None:
    keys = {started(world, ready(world).session_id)[1]["cutouts"]["key"] for _ in range(2)}  # type: ignore[index]
    assert len(keys) == 2


def test_nothing_is_built_before_the_photo_is_read_or_of_nothing(world: World) -> None:
    session = begun(world)
    cut_out(world, session)
    with pytest.raises(Conflict) as early:
        started(world, session.session_id)
    assert early.value.stable_code == "photo_not_ready"
    other = begun(world)
    read(world, other)
    with pytest.raises(Refused) as nothing:
        started(world, other.session_id)
    assert nothing.value.stable_code == "nothing_cut_out"


def test_a_mask_that_came_before_the_photo_was_read_and_does_not_fit_is_named(world: World) -> None:
    session = begun(world)
    cut_out(world, session, mask_png=mask_png(20, 20))
    read(world, session)
    with pytest.raises(Refused, match="mask of chair is 20 x 20"):
        started(world, session.session_id)


def test_while_it_is_built_and_when_it_is_done_the_session_says_so(world: World) -> None:
    session = ready(world)
    job, _ = started(world, session.session_id)
    assert actions.look(world.platform, "ann", session.session_id).step == "building"
    make(world, session, job.job_id)
    table.end_job(world.platform.jobs, job.job_id, 1, "succeeded", 5.0)
    found = actions.look(world.platform, "ann", session.session_id)
    assert found.step == "done"
    assert found.build is not None
    assert [one.cutout_id for one in found.build.objects] == ["chair"]
    assert found.build.job_id == job.job_id


def test_each_build_is_a_version_of_the_sessions_asset(world: World) -> None:
    session = ready(world)
    make(world, session, "job1")
    newest = make(world, session, "job2")
    make(world, session, "job2")  # said twice
    asset = assets.look(world.platform, "ann", session.session_id)
    assert (asset.kind, asset.version, asset.name) == ("object", 2, "chair")
    version = assets.newest(world.platform, session.session_id)
    assert version is not None
    assert version.made is not None
    assert version.made.folder == newest
    assert version.made.details["objects"][0]["mesh"] == "objects/chair/mesh.glb"
    assert version.made.details["objects"][0]["mesh_bytes"] == 500


def test_an_earlier_build_that_was_restored_is_what_the_session_shows(world: World) -> None:
    session = ready(world)
    make(world, session, "job1")
    make(world, session, "job2")
    assets.restore(world.platform, "ann", session.session_id, assets.WantedVersion(version=1))
    found = actions.look(world.platform, "ann", session.session_id)
    assert found.build is not None
    assert found.build.job_id == "job1"


def test_a_build_that_failed_is_tried_again_through_its_job(world: World) -> None:
    session = ready(world)
    job, _ = started(world, session.session_id)
    table.end_job(world.platform.jobs, job.job_id, 1, "failed", 5.0)
    assert actions.look(world.platform, "ann", session.session_id).step == "failed"
    assert jobs.retry(world.platform, "ann", job.job_id).attempt == 2
    assert actions.look(world.platform, "ann", session.session_id).step == "building"


def test_a_build_has_a_quote_and_a_time_to_be_ready(world: World) -> None:
    session = ready(world)
    job, _ = started(world, session.session_id)
    assert job.quote is not None
    assert [stage.stage for stage in job.quote.stages] == ["embed_photo", "build_object"]
    assert job.ready_at is not None


def test_a_build_is_quoted_for_the_machine_that_the_vision_container_has(world: World) -> None:
    session = ready(world)
    job, _ = started(world, session.session_id)

    def usd(**settings: object) -> Decimal:
        changed = world.platform.settings.model_copy(update=settings)
        platform = replace(world.platform, settings=changed)
        return quotes.ask(platform, "ann", session.session_id, quotes.NewObjectQuote()).usd

    assert job.quote is not None
    assert usd() == job.quote.usd
    assert usd(container_instances={"vision": "ml.g5.12xlarge"}) > 3 * usd()
    # What an endpoint works is never on spot capacity.
    assert usd(endpoints={"vision": "one"}) > usd()


def test_two_objects_are_quoted_for_more_than_one(world: World) -> None:
    session = ready(world)
    one = quotes.ask(world.platform, "ann", session.session_id, quotes.NewObjectQuote())
    cut_out(world, session, "second")
    two = quotes.ask(world.platform, "ann", session.session_id, quotes.NewObjectQuote())
    assert two.seconds > one.seconds
    assert two.quote_id != one.quote_id


def test_a_stranger_builds_nothing(world: World) -> None:
    session = ready(world)
    with pytest.raises(NotFound):
        building.start(world.platform, "eve", session.session_id, NewBuild(), "c")


def test_what_builds_read_says_nothing_of_people(world: World) -> None:
    _, data = started(world, ready(world).session_id)
    text = world.store.get(f"{data['cutouts']['uri']}/cutouts.json").decode()  # type: ignore[index]
    assert "ann" not in json.loads(text)


def test_a_report_of_twenty_objects_with_the_longest_names_fits_into_a_row(world: World) -> None:
    files = ("splats.ply", "splats.sog", "picture.webp", "mesh.glb", "full.glb", "mesh.obj.zip", "mesh.stl")
    objects = tuple(
        built_object(
            cutout_id := f"{number:040}",
            name="\N{GRINNING FACE}" * 100,
            files={f"objects/{cutout_id}/{name}": 10**8 for name in (*files, "mesh.usdz")},
        )
        for number in range(MOST_CUTOUTS)
    )
    report = BuildObjectReport(model="diorama", objects=objects, bytes=10**9)
    job, _ = started(world, ready(world).session_id)
    run = table.change_stage(
        world.platform.jobs,
        job.job_id,
        1,
        "build_object",
        lambda run: run.model_copy(update={"report": report.model_dump(mode="json")}),
    )
    assert run is not None
