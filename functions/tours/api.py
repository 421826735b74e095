"""Tours: /v1/tours, and their files: /v1/tour-files."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from diorama.platform import connect
from diorama.studio import batches as studio_batches
from diorama.studio import costs
from diorama.studio.jobs import JobDetails
from diorama.tours import (
    actions,
    batches,
    captures,
    changing,
    frames,
    hotspots,
    publishing,
    quotes,
    viewing,
    visits,
)
from diorama.tours.models import NewCaptureReport, NewTour, TourDetails, TourPage
from diorama.tours.publication import NewPublication, Published, WantedVersion
from door import OPEN, Correlation, SignedIn, handler_of
from files import leading_to
from idempotency import ONCE, once

router = Router()


@router.post("/v1/tours", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["tours"])
def start_tour(body: NewTour, user_id: SignedIn, correlation_id: Correlation) -> TourDetails:
    """Makes a tour from an upload and starts its job.

    What was computed for the same content and parameters before is not computed again.
    """
    return actions.start(connect(), user_id, body, correlation_id)


@router.post(
    "/v1/tours/capture-reports",
    status_code=202,
    middlewares=[once],
    openapi_extensions=ONCE,
    tags=["tours"],
)
def judge_capture(body: NewCaptureReport, user_id: SignedIn, correlation_id: Correlation) -> JobDetails:
    """Judges a video before a tour is made of it: what to expect, and which stretches to film again.

    The report is that of the job's one stage, `inspect_capture`.
    """
    return captures.judge(connect(), user_id, body, correlation_id)


@router.post("/v1/quotes", status_code=201, tags=["tours"])
def ask_for_quote(body: quotes.NewQuote, user_id: SignedIn) -> costs.KeptQuote:
    """What a tour would take in time and money, as a range, learnt from jobs before it."""
    return quotes.ask(connect(), user_id, body)


@router.post(
    "/v1/tours/batches", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["tours"]
)
def start_batch(
    body: batches.NewTourBatch, user_id: SignedIn, correlation_id: Correlation
) -> studio_batches.BatchView:
    """Makes a tour of each of several videos, in one batch with one budget; look at it at `/v1/batches`."""
    return batches.start(connect(), user_id, body, correlation_id)


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


@router.patch("/v1/tours/<tour_id>", tags=["tours"])
def rename_tour(tour_id: str, body: changing.TourChange, user_id: SignedIn) -> TourDetails:
    """Gives it another name; visitors see that too."""
    return changing.rename(connect(), user_id, tour_id, body)


@router.delete("/v1/tours/<tour_id>", status_code=204, tags=["tours"])
def delete_tour(tour_id: str, user_id: SignedIn) -> None:
    """Deletes a tour with all its versions and hotspots, for visitors too. The video it was made from stays."""
    changing.delete(connect(), user_id, tour_id)


@router.get("/v1/tours/<tour_id>/view", tags=["tours"])
def view_tour(tour_id: str, user_id: SignedIn) -> viewing.TourView:
    """Where the tour's files can be read for an hour, without a token; whoever has the address may."""
    return viewing.open_view(connect(), user_id, tour_id)


@router.get("/v1/tours/<tour_id>/frames", tags=["tours"])
def list_frames(tour_id: str, user_id: SignedIn) -> frames.TourFrames:
    """The photos that the tour's newest version was made from, with their cameras: objects can be lifted out of one.

    They are kept for a month.
    """
    return frames.listed(connect(), user_id, tour_id)


@router.post("/v1/tours/<tour_id>/publish", tags=["tours"])
def publish_tour(tour_id: str, body: NewPublication, user_id: SignedIn) -> Published:
    """Lets everybody who has the address see the tour as it is now; again, to change who should find it.

    Copying many files may take several requests: after `still_copying` (503) the same again goes on.
    """
    return publishing.publish(connect(), user_id, tour_id, body)


@router.delete("/v1/tours/<tour_id>/publish", status_code=204, tags=["tours"])
def unpublish_tour(tour_id: str, user_id: SignedIn) -> None:
    """Takes the tour away from visitors."""
    publishing.unpublish(connect(), user_id, tour_id)


@router.post("/v1/tours/<tour_id>/rollback", tags=["tours"])
def roll_back_tour(tour_id: str, body: WantedVersion, user_id: SignedIn) -> Published:
    """Shows an earlier version, or a later one again; the last five are kept."""
    return publishing.roll_back(connect(), user_id, tour_id, body)


@router.get("/v1/tours/<tour_id>/hotspots", tags=["tours"])
def list_hotspots(tour_id: str, user_id: SignedIn) -> hotspots.HotspotList:
    """What is to be known about places in the tour, as it will be published next."""
    return hotspots.listed(connect(), user_id, tour_id)


@router.post("/v1/tours/<tour_id>/hotspots", status_code=201, tags=["tours"])
def add_hotspot(tour_id: str, body: hotspots.NewHotspot, user_id: SignedIn) -> hotspots.HotspotView:
    """Adds a hotspot, for the next publication. Text is plain, never HTML; at most 100 a tour."""
    return hotspots.add(connect(), user_id, tour_id, body)


@router.put("/v1/tours/<tour_id>/hotspots/<hotspot_id>", tags=["tours"])
def edit_hotspot(
    tour_id: str, hotspot_id: str, body: hotspots.NewHotspot, user_id: SignedIn
) -> hotspots.HotspotView:
    """Changes all of a hotspot; with the upload that it had, it keeps its file."""
    return hotspots.edit(connect(), user_id, tour_id, hotspot_id, body)


@router.delete("/v1/tours/<tour_id>/hotspots/<hotspot_id>", status_code=204, tags=["tours"])
def remove_hotspot(tour_id: str, hotspot_id: str, user_id: SignedIn) -> None:
    """Removes a hotspot; versions that are published keep it."""
    hotspots.remove(connect(), user_id, tour_id, hotspot_id)


@router.post("/v1/visits", status_code=204, openapi_extensions=OPEN, tags=["tours"])
def count_visit(body: visits.NewVisit) -> None:
    """For the pages of published tours: counts that somebody has opened one, once a session.

    The views of a month are limited by the plan of the project's owner; 429 `views_used_up` when there are no more.
    """
    visits.count(connect(), body)


@router.get("/v1/tour-files/<token>/<path>", status_code=302, openapi_extensions=OPEN, tags=["tours"])
def get_tour_file(token: str, path: str) -> Response[str]:
    """Leads to a file of the tour, by a link to the store that is good for five minutes."""
    return leading_to(viewing.file_url(connect(), token, path))


handler = handler_of(router)
