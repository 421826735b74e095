"""Tours: /v1/tours."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from diorama.platform import connect
from diorama.tours import actions
from diorama.tours.models import NewTour, TourDetails, TourPage
from door import Correlation, SignedIn, handler_of
from idempotency import ONCE, once

router = Router()


@router.post("/v1/tours", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["tours"])
def start_tour(body: NewTour, user_id: SignedIn, correlation_id: Correlation) -> TourDetails:
    """Makes a tour from an upload and starts its job.

    What was computed for the same content and parameters before is not computed again.
    """
    return actions.start(connect(), user_id, body, correlation_id)


@router.get("/v1/tours", tags=["tours"])
def list_tours(
    user_id: SignedIn,
    project: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> TourPage:
    """Your tours, newest first. Go on until the cursor is null: a page may be short."""
    return actions.listed(connect(), user_id, project, limit, cursor)


@router.get("/v1/tours/<tour_id>", tags=["tours"])
def get_tour(tour_id: str, user_id: SignedIn) -> TourDetails:
    """A tour and how its job stands."""
    return actions.look(connect(), user_id, tour_id)


handler = handler_of(router)
