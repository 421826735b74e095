"""Looking at a tour that is not published: links to its files that say nothing about who may see them."""

from pydantic import Field

from diorama.errors import Conflict
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import views
from diorama.tours import actions

ROOM = "tour-files"


class TourView(Contract):
    """Where a tour's files are for a while; relative to `files_url` lie manifest.json and all it names."""

    tour_id: str
    name: str
    files_url: str = Field(description="Ends with a slash; no token is needed below it")
    expires_at: float = Field(description="When it stops working, Unix seconds: ask again before")


def open_view(platform: Platform, user_id: str, tour_id: str) -> TourView:
    """Lets whoever has the address read the tour's newest bundle for an hour, unless it is deleted before.

    Raises `NotFound`, or `Conflict` while there is nothing to look at.
    """
    tour = actions.find(platform, user_id, tour_id)
    if tour.version is None:
        raise Conflict("This tour is not ready to be looked at.", "See how its job stands.", "tour_not_ready")
    row, _ = actions.rows_of(tour)
    view = views.open_view(platform, ROOM, {views.ALONE: tour.version.bundle}, (row["pk"], row["sk"]))
    return TourView(tour_id=tour_id, name=tour.name, **view._asdict())


def file_url(platform: Platform, token: str, path: str) -> str:
    """A link to one file of the bundle. Raises `NotSignedIn`, `NotFound`, as `views.file_url`."""
    return views.file_url(platform, ROOM, token, path)
