"""The WebSocket's routes, and the doors behind which a job changes: its pages are told."""

import time
from typing import Any

import pytest

from callbacks import executions, stage_events
from diorama.events import StageProgress
from diorama.jobs import actions
from diorama.studio import live as rows
from live import connections
from tests.functions.conftest import Api
from tests.studio_jobs import a_job
from tests.studio_world import LambdaContext, World


def call(route: str, connection: str = "page1", ticket: str | None = None, body: str | None = None) -> Any:
    event = {
        "requestContext": {"routeKey": route, "connectionId": connection},
        "queryStringParameters": {"ticket": ticket} if ticket else None,
        "body": body,
    }
    return connections.handler(event, LambdaContext())


@pytest.fixture
def job_id(api: Api) -> str:
    """A job of ann's, who has a page open."""
    ticket = api("POST", "/v1/live/tickets", user="ann").json["ticket"]
    assert call("$connect", ticket=ticket) == {"statusCode": 200}
    project = api.world.project("ann").project_id
    return actions.start(api.world.platform, a_job(project_id=project)).job_id


def told(world: World) -> list[dict[str, Any]]:
    return [message["job"] for _, message in world.outbox.pushed]


def test_without_a_good_ticket_nobody_is_let_in(api: Api) -> None:
    ticket = api("POST", "/v1/live/tickets", user="ann").json["ticket"]
    assert call("$connect")["statusCode"] == 401
    assert call("$connect", ticket=ticket)["statusCode"] == 200
    assert call("$connect", ticket=ticket)["statusCode"] == 401


def test_a_heartbeat_is_answered_and_a_page_that_leaves_is_forgotten(api: Api, job_id: str) -> None:
    assert call("ping", body='{"action": "ping"}') == {"statusCode": 200, "body": '{"type": "pong"}'}
    call("$disconnect")
    assert rows.job_changed(api.world.platform, job_id) == 0


def test_a_workers_progress_reaches_the_page(api: Api, job_id: str) -> None:
    progress = StageProgress(
        job_id=job_id,
        attempt=1,
        work="w",
        launch=0,
        sequence=1,
        time=time.time(),
        stage="sample_frames",
        percent=40,
        message="40 frames",
        metrics={},
    )
    stage_events.take(api.world.platform, progress.model_dump(mode="json"))
    (job,) = told(api.world)
    assert (job["status"], job["stages"][0]["percent"]) == ("running", 40)


def test_a_jobs_end_reaches_the_page(api: Api, job_id: str) -> None:
    ended = {"detail": {"name": f"{job_id}-1", "status": "FAILED", "error": "x", "cause": "y"}}
    executions.handler(ended, LambdaContext())
    assert [job["status"] for job in told(api.world)] == ["failed"]


def test_what_a_person_does_in_one_page_reaches_the_others(api: Api, job_id: str) -> None:
    assert api("POST", f"/v1/jobs/{job_id}/cancel", user="ann").status == 200
    assert api("POST", f"/v1/jobs/{job_id}/retry", user="ann").status == 202
    assert [(job["status"], job["attempt"]) for job in told(api.world)] == [("cancelled", 1), ("queued", 2)]


def test_news_that_can_not_be_told_stop_no_work(
    api: Api, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no way out")

    monkeypatch.setattr(api.world.outbox, "push", broken)
    assert api("POST", f"/v1/jobs/{job_id}/cancel", user="ann").status == 200
