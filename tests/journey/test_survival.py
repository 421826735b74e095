"""A tour's whole way in a studio of its own: killed, cancelled, asked for again."""

import random
import sqlite3
import time
from pathlib import Path

import pytest

from tests.journey.running_studio import RunningStudio, wait_for

pytestmark = pytest.mark.slow
STAGES = ("sample_frames", "solve_poses", "train_splats", "optimize_splats", "package_tour")
FROM_POSES_ON = STAGES[1:]
KILLS = 10


def statuses(job: dict[str, object]) -> dict[str, tuple[str, bool]]:
    return {stage["stage"]: (stage["status"], stage["cached"]) for stage in job["stages"]}  # type: ignore[attr-defined, index]


def computed(job: dict[str, object]) -> list[str]:
    """The stages that ran, in order; the others were there already."""
    return [name for name, (_, cached) in statuses(job).items() if not cached]


def rows_left(folder: Path) -> list[str]:
    """Rows of the jobs table that only work under way may have.

    A job itself stays open for a minute after its end, in case something writes late: tests/races/ sees it closed.
    """
    with sqlite3.connect(folder / "diorama.sqlite") as database:
        found = database.execute("SELECT pk, sk FROM rows WHERE gsi_pk = 'LEASE'")
        left = [f"{pk} {sk}" for pk, sk in found]
    database.close()
    return left


def test_killed_at_ten_random_moments_a_job_still_ends_well_and_leaves_nothing(
    studio: RunningStudio, short_clip: Path
) -> None:
    project = studio.project()
    upload = studio.upload(project, short_clip, "video/mp4")
    job_id = studio.start_tour(project, upload)
    chance = random.Random(7)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0, 2.5))
        studio.kill_everything()
        studio.start()
    job = studio.ended(job_id, within_s=180)
    assert job["status"] == "succeeded", job
    assert job["attempt"] == 1
    assert {name: status for name, (status, _) in statuses(job).items()} == dict.fromkeys(STAGES, "succeeded")
    wait_for(lambda: not rows_left(studio.folder), within_s=5)
    wait_for(lambda: not studio.workers(), within_s=5)
    wait_for(lambda: not list((studio.folder / "work").glob("*")), within_s=5)


def test_the_same_again_runs_no_stage_and_another_pose_setting_redoes_poses_only(
    studio: RunningStudio, short_clip: Path
) -> None:
    project = studio.project()
    upload = studio.upload(project, short_clip, "video/mp4")
    first = studio.ended(studio.start_tour(project, upload), within_s=120)
    assert first["status"] == "succeeded", first
    again = studio.ended(studio.start_tour(project, upload), within_s=30)
    assert statuses(again) == dict.fromkeys(STAGES, ("succeeded", True))
    same_bytes = studio.upload(project, short_clip, "video/mp4")
    resent = studio.ended(studio.start_tour(project, same_bytes), within_s=30)
    assert statuses(resent) == statuses(again)
    other = studio.ended(
        studio.start_tour(project, upload, solve_poses={"max_features": 900}),
        within_s=180,
    )
    assert computed(other) == list(FROM_POSES_ON)
    packaged = studio.ended(studio.start_tour(project, upload, package_tour={"thumbnails": 3}), within_s=60)
    assert computed(packaged) == ["package_tour"]


def test_cancel_leaves_nothing_running_within_ten_seconds_and_retry_goes_on(
    studio: RunningStudio, short_clip: Path
) -> None:
    project = studio.project()
    upload = studio.upload(project, short_clip, "video/mp4")
    job_id = studio.start_tour(project, upload)
    wait_for(
        lambda: statuses(studio.job(job_id)).get("solve_poses", ("", False))[0] == "running", within_s=60
    )
    asked = time.monotonic()
    assert studio.ask("POST", f"/v1/jobs/{job_id}/cancel")["status"] == "cancelled"
    wait_for(lambda: not studio.workers(), within_s=10 - (time.monotonic() - asked))
    wait_for(lambda: not rows_left(studio.folder), within_s=10 - (time.monotonic() - asked))
    assert studio.job(job_id)["status"] == "cancelled"
    assert studio.ask("POST", f"/v1/jobs/{job_id}/retry")["attempt"] == 2
    job = studio.ended(job_id, within_s=120)
    assert computed(job) == list(FROM_POSES_ON)


def test_two_equal_jobs_at_once_compute_each_stage_once(studio: RunningStudio, short_clip: Path) -> None:
    project = studio.project()
    upload = studio.upload(project, short_clip, "video/mp4")
    jobs = [studio.start_tour(project, upload) for _ in range(2)]
    ended = [studio.ended(job_id, within_s=180) for job_id in jobs]
    assert [job["status"] for job in ended] == ["succeeded"] * 2
    assert sorted(computed(ended[0]) + computed(ended[1])) == sorted(STAGES)
