"""Where a session's photo is from: an upload, or a frame of a tour, copied since those go in time."""

import hashlib
from typing import NamedTuple

from diorama.errors import NotFound
from diorama.library import assets, frames, uploads
from diorama.library.keys import cutouts_uri
from diorama.objects import rules
from diorama.objects.cutouts import TourView
from diorama.objects.models import Material, NewSession, Photo, TourFrame
from diorama.objects.stages import EMBED_PHOTO
from diorama.platform import Platform
from diorama.ports import Write


class TakenPhoto(NamedTuple):
    """A photo, what it is called, and what is to be written with the session that it is for."""

    photo: Photo
    name: str
    writes: list[Write]


def take(platform: Platform, user_id: str, wanted: NewSession, session_id: str) -> TakenPhoto:
    """The photo that a session is to be of. Raises `NotFound`, `Conflict` (not arrived), `Refused` (no photo)."""
    if wanted.upload_id is not None:
        return _of_upload(platform, user_id, wanted.project_id, wanted.upload_id, session_id)
    assert wanted.tour_frame is not None
    return _of_tour(platform, user_id, wanted.project_id, wanted.tour_frame, session_id)


def _of_upload(
    platform: Platform, user_id: str, project_id: str, upload_id: str, session_id: str
) -> TakenPhoto:
    asked, _ = uploads.find(platform, user_id, upload_id)
    upload, rev = uploads.original(platform, asked)
    if upload.project_id != project_id:
        raise NotFound("There is no such upload in this project.", "Upload the photo to this project.")
    most_bytes = rules.encode_params(platform.settings.stage_defaults)[EMBED_PHOTO.name]["max_bytes"]
    rules.check_photo(upload, most_bytes)
    assert upload.checksum is not None
    photo = Photo(file=Material(uri=upload.uri, key=upload.checksum), upload_id=upload.upload_id)
    return TakenPhoto(photo, rules.name_of(upload), uploads.writes_of_use(upload, rev, session_id))


def _of_tour(
    platform: Platform, user_id: str, project_id: str, wanted: TourFrame, session_id: str
) -> TakenPhoto:
    asset = assets.look(platform, user_id, wanted.tour_id)
    version = assets.newest(platform, wanted.tour_id)
    if asset.kind != "tour" or asset.project_id != project_id or version is None or version.made is None:
        raise NotFound("There is no such tour in this project.", "Its tours are listed at /v1/tours.")
    source = frames.source_of(version.made.details)
    found = frames.read_frames(platform, source)
    frame = next((one for one in found.frames if one.name == wanted.frame), None)
    if frame is None:
        raise NotFound(
            f"{asset.name} has no frame {wanted.frame}.", "They are listed at /v1/tours/{tour_id}/frames."
        )
    photo = Photo(
        file=_copied(platform, frames.picture_uri(source, frame.name), project_id, session_id),
        tour_frame=wanted,
        view=TourView(**frame.model_dump(exclude={"name", "time_s"}), scale_source=found.scale_source),
        tour=Material(uri=source.bundle, key=source.bundle),
    )
    return TakenPhoto(photo, f"{asset.name}, {frame.name}", [])


def _copied(platform: Platform, uri: str, project_id: str, session_id: str) -> Material:
    """The frame's photo beside the session's masks, by its content."""
    try:
        content = platform.store.get(uri)
    except NotFound:
        raise frames.gone() from None
    folder = cutouts_uri(platform.settings.bucket, project_id, session_id)
    copied = f"{folder}/photo.{uri.rpartition('.')[2]}"
    platform.store.put(copied, content)
    return Material(uri=copied, key=hashlib.sha256(content).hexdigest())
