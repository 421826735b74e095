"""The photos that a tour was made from: to be looked at, and to lift objects out of."""

from pydantic import Field

from diorama.errors import Conflict
from diorama.library import frames
from diorama.library.frames import Frame
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.tours import actions

LINK_LASTS_S = 900


class FrameView(Frame):
    """A photo, its camera, and where it can be seen."""

    picture_url: str = Field(description="Good until `expires_at`")


class TourFrames(Contract):
    """The placed photos of a tour's newest version, in order of their names."""

    tour_id: str
    scale_source: str = Field(description='"none": lengths of the tour mean nothing; else they are metres')
    frames: tuple[FrameView, ...]
    expires_at: float


def listed(platform: Platform, user_id: str, tour_id: str) -> TourFrames:
    """Raises `NotFound` (the tour; its frames, which are kept for a month), `Conflict` while it is being made."""
    tour = actions.find(platform, user_id, tour_id)
    if tour.version is None:
        raise Conflict("This tour is not ready to be looked at.", "See how its job stands.", "tour_not_ready")
    source = frames.source_of(tour.version.model_dump())
    found = frames.read_frames(platform, source)

    def seen(frame: Frame) -> FrameView:
        link = platform.store.url(frames.picture_uri(source, frame.name), LINK_LASTS_S)
        return FrameView(**frame.model_dump(), picture_url=link)

    return TourFrames(
        tour_id=tour_id,
        scale_source=found.scale_source,
        frames=tuple(seen(frame) for frame in found.frames),
        expires_at=platform.clock.now() + LINK_LASTS_S,
    )
