"""The studio itself: live news, downloads, health and the API document; and the door to accounts, projects and jobs."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from diorama.platform import connect
from diorama.studio import downloads, health, live, page_errors
from door import OPEN, Correlation, SignedIn, handler_of
from studio import admin, auth, jobs, projects, webhooks

router = Router()


@router.post("/v1/live/tickets", status_code=201, tags=["live"])
def buy_ticket(user_id: SignedIn) -> live.Ticket:
    """Lets a page hear news as they happen: opens one WebSocket at `{url}?ticket={ticket}` within a minute.

    It brings `{"type": "job", "job": ...}` as `GET /v1/jobs/{job_id}` gives it, or `{"type": "job_changed",
    "job_id": ...}` where that is too long. `{"action": "ping"}` is answered by `{"type": "pong"}`.
    """
    return live.sell(connect(), user_id)


@router.get("/v1/downloads/<token>", openapi_extensions=OPEN, tags=["jobs"], status_code=302)
def follow_download(token: str) -> Response[str]:
    """Leads from a letter's link, good for 24 hours, to a link of five minutes to the file."""
    return Response(302, "text/plain", "", {"Location": downloads.link(connect(), token)})


@router.post("/v1/page-errors", status_code=204, tags=["studio"])
def report_page_error(body: page_errors.NewPageError, user_id: SignedIn, correlation_id: Correlation) -> None:
    """For the pages: tells those who run the studio of a mistake that a page made."""
    page_errors.note(connect(), user_id, body, correlation_id)


@router.get("/v1/health", openapi_extensions=OPEN, tags=["studio"])
def get_health() -> Response[health.Health]:
    """Whether store, records, workflows and compute answer; 503 where one does not."""
    found = health.check(connect())
    return Response(200 if found.status == "ok" else 503, "application/json", found)


@router.get("/v1/openapi.json", openapi_extensions=OPEN, tags=["studio"])
def get_document() -> Response[dict[str, Any]]:
    """This document."""
    from openapi import document  # every room's routes: heavy, and seldom asked for

    return Response(200, "application/json", document(), {"Cache-Control": "public, max-age=300"})


handler = handler_of(router, auth.router, projects.router, jobs.router, webhooks.router, admin.router)
