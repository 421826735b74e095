"""Routes, from request to answer. Who may ask which is walked in tests/documents/test_access.py."""

import base64
import hashlib
import json
from urllib.parse import urlsplit

import pytest

from diorama.jobs import actions as jobs
from diorama.jobs import table
from diorama.tours import actions as tours
from diorama.tours.models import TourVersion
from openapi import document
from tests.functions.conftest import Api
from tests.studio_jobs import a_job
from tests.studio_world import MP4, World

DIGEST = base64.b64encode(hashlib.sha256(MP4).digest()).decode()
MOVE = {"size": len(MP4), "name": "walk.mp4", "type": "video/mp4"}
BUNDLE = "s3://media/tours/p/key/job1-1"


@pytest.fixture
def things(api: Api) -> dict[str, str]:
    """One of each, of ann's."""
    project = api.world.project("ann").project_id
    upload = api.world.uploaded("ann", project).upload_id
    tour = api("POST", "/v1/tours", {"project_id": project, "upload_id": upload}, user="ann").json
    return {
        "project_id": project,
        "upload_id": upload,
        "tour_id": tour["tour_id"],
        "job_id": tour["job"]["job_id"],
        "stage": "sample_frames",
    }


@pytest.mark.parametrize("route", ["GET /v1/projects", "GET /v1/jobs", "GET /v1/tours"])
def test_lists_hold_only_ones_own(api: Api, things: dict[str, str], route: str) -> None:
    room = route.rpartition("/")[2]
    assert len(api("GET", f"/v1/{room}", user="ann").json[room]) == 1
    assert api("GET", f"/v1/{room}", user="bob").json == {room: [], "cursor": None}


def test_a_video_becomes_a_tour_by_the_api_alone(api: Api) -> None:
    project = api("POST", "/v1/projects", {"name": "House"}, user="ann").json["project_id"]
    upload = api("POST", f"/v1/projects/{project}/uploads", MOVE, user="ann").json
    path = f"/v1/uploads/{upload['upload_id']}"
    wanted = {"parts": [{"number": 1, "sha256": DIGEST}]}
    link = api("POST", f"{path}/parts", wanted, user="ann").json["parts"][0]
    assert link["url"].startswith("http")
    assert api("POST", f"{path}/complete", user="ann").json["code"] == "parts_missing"
    row = api.world.platform.records.get(f"UPLOAD#{upload['upload_id']}", "UPLOAD")
    assert row is not None
    place = (row["value"]["uri"], row["value"]["multipart_id"], 1, DIGEST)
    with api.world.store.incoming_part(*place) as incoming:
        incoming.write(MP4)
    assert api("GET", path, user="ann").json["arrived"] == [{"number": 1, "size": len(MP4), "sha256": DIGEST}]
    assert api("POST", f"{path}/complete", user="ann").json["state"] == "complete"
    new = {"project_id": project, "upload_id": upload["upload_id"], "params": {"solve_poses": {"seed": 1}}}
    tour = api("POST", "/v1/tours", new, user="ann")
    assert tour.status == 202
    assert tour.json["job"]["correlation_id"] == tour.headers["X-Correlation-Id"][0]
    assert api("GET", f"/v1/tours/{tour.json['tour_id']}", user="ann").json == tour.json


def test_a_job_that_was_refused_is_retried_and_cancelled(api: Api) -> None:
    project = api.world.project("ann").project_id
    jobs.start(api.world.platform, a_job(project_id=project))
    table.end_job(api.world.platform.jobs, "job1", 1, "refused", 5.0)
    assert api("GET", "/v1/jobs", user="ann", query={"status": "refused"}).json["jobs"][0]["job_id"] == "job1"
    retried = api("POST", "/v1/jobs/job1/retry", user="ann")
    assert (retried.status, retried.json["attempt"]) == (202, 2)
    assert api("POST", "/v1/jobs/job1/cancel", user="ann").json["status"] == "cancelled"


def test_a_job_that_succeeded_is_run_again_with_other_parameters_from_a_stage_on(api: Api) -> None:
    project = api.world.project("ann").project_id
    jobs.start(api.world.platform, a_job(project_id=project))
    table.end_job(api.world.platform.jobs, "job1", 1, "succeeded", 5.0)
    path = "/v1/jobs/job1/retry"
    assert api("POST", path, user="ann").status == 409
    assert api("POST", path, {}, user="ann").status == 409
    assert api("POST", path, {"from_stage": "bake"}, user="ann").json["code"] == "no_such_stage"
    assert api("POST", path, {"from": "solve_poses"}, user="ann").status == 422
    wanted = {"from_stage": "solve_poses", "params": {"solve_poses": {"max_features": 512}}}
    again = api("POST", path, wanted, user="ann")
    assert (again.status, again.json["attempt"]) == (202, 2)
    assert again.json["params"]["solve_poses"]["max_features"] == 512


def test_a_project_without_jobs_is_deleted(api: Api) -> None:
    path = f"/v1/projects/{api.world.project('ann').project_id}"
    answer = api("DELETE", path, user="ann")
    assert (answer.status, answer.text) == (204, "")
    assert api("GET", path, user="ann").status == 404


def test_health_is_open_and_answers_503_where_a_part_is_down(api: Api, world: World) -> None:
    assert api("GET", "/v1/health").json["status"] == "ok"
    world.workflows.broken = True
    answer = api("GET", "/v1/health")
    assert (answer.status, answer.json["workflows"]) == (503, "down")


def test_the_document_that_is_served_is_the_one_that_is_kept(api: Api) -> None:
    assert api("GET", "/v1/openapi.json").json == json.loads(json.dumps(document()))


def test_a_tours_files_are_found_below_its_view(api: Api, things: dict[str, str]) -> None:
    version = TourVersion(job_id=things["job_id"], attempt=1, bundle=BUNDLE, report={}, made_at=1.0)
    tours.keep(api.world.platform, things["tour_id"], version)
    view = api("GET", f"/v1/tours/{things['tour_id']}/view", user="ann").json
    folder = urlsplit(view["files_url"]).path
    answer = api("GET", f"{folder}levels/high.sog")
    assert (answer.status, answer.text) == (302, "")
    assert urlsplit(answer.headers["Location"][0]).path == "/store/media/tours/p/key/job1-1/levels/high.sog"
    assert answer.headers["Cache-Control"] == ["private, max-age=240"]
    assert answer.headers["Access-Control-Allow-Origin"] == ["*"]
    assert api("GET", f"{folder}log.txt").status == 404
    api.world.clock.time += 3600
    expired = api("GET", f"{folder}manifest.json")
    assert (expired.status, expired.json["code"]) == (401, "view_expired")


def test_a_views_token_is_not_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    api("GET", "/v1/tour-files/a-token/manifest.json")
    logged = [vars(record) for record in caplog.records]
    assert [line["path"] for line in logged] == ["/v1/tour-files/.../manifest.json"]
    assert "a-token" not in str(logged)
