"""Hotspots: what a tour's owner and collaborators want known about places in it.

pk              sk                 holds
TOUR#<tour>     HOTSPOT#<id>       the hotspot, and where its picture, sound or film lies

A published version holds those that were there when it was published, with copies of their files.
"""

import hashlib

from pydantic import Field

from diorama.errors import Conflict, NotFound, Refused
from diorama.library import uploads
from diorama.library.models import Upload
from diorama.platform import Platform
from diorama.ports import Delete, Put, Row, Write
from diorama.stage import Contract
from diorama.studio.access import can, find_project
from diorama.studio.ids import new_id
from diorama.tours import actions, manifest
from diorama.tours.glb import check_whole
from diorama.tours.manifest import MOST_HOTSPOTS, MediaKind, Placement, SeenFrom, Vector
from diorama.tours.models import Tour
from diorama.tours.plain_text import PlainLine, PlainText, WebLink

MEDIA: dict[str, tuple[MediaKind, str]] = {
    "image/jpeg": ("image", "jpg"),
    "image/png": ("image", "png"),
    "audio/mpeg": ("audio", "mp3"),
    "video/mp4": ("video", "mp4"),
    "model/gltf-binary": ("model", "glb"),
}
"""What every browser shows: media type -> kind, and how a file's name ends."""
LARGEST_MEDIA = 50_000_000
READ_AT_ONCE = 8 * 2**20
MEDIA_LASTS_S = 3600


class NewHotspot(Contract):
    """What is to be known, and where. Text is plain: nothing in it is read as HTML."""

    title: PlainLine
    text: PlainText = ""
    link: WebLink | None = None
    position: Vector = Field(description="World frame, +Y up")
    seen_from: SeenFrom
    media_upload_id: str | None = Field(
        None, max_length=64, description="An upload of this project: JPEG, PNG, MP3, MP4 or GLB"
    )
    placement: Placement | None = Field(None, description="How a model stands; position is its origin")


class KeptMedia(Contract):
    """The file of a hotspot, where it was uploaded to."""

    upload_id: str
    uri: str
    name: str
    content_type: str
    bytes: int
    sha256: str

    @property
    def kind(self) -> MediaKind:
        """How it is shown."""
        return MEDIA[self.content_type][0]


class KeptHotspot(NewHotspot):
    """The row."""

    hotspot_id: str
    created_at: float
    media: KeptMedia | None = None

    @property
    def media_path(self) -> str:
        """Where its file lies in a published version."""
        assert self.media is not None
        return f"hotspots/{self.hotspot_id}.{MEDIA[self.media.content_type][1]}"


class MediaLink(Contract):
    """A hotspot's file for whoever may see the tour."""

    kind: MediaKind
    name: str
    content_type: str
    bytes: int
    url: str = Field(description="Good for an hour")


class HotspotView(NewHotspot):
    """A hotspot as its makers see it."""

    hotspot_id: str
    created_at: float
    media: MediaLink | None


class HotspotList(Contract):
    """All hotspots of a tour, oldest first."""

    hotspots: tuple[HotspotView, ...]
    may_change: bool = Field(description="Whether you may add, change and remove them")


def listed(platform: Platform, user_id: str, tour_id: str) -> HotspotList:
    """The hotspots as they are now, published or not. Raises `NotFound`."""
    tour = actions.find(platform, user_id, tour_id)
    project, _ = find_project(platform, user_id, tour.project_id)
    return HotspotList(
        hotspots=tuple(_view(platform, one) for one in kept(platform, tour_id)),
        may_change=can(project.role, "change", "tour"),
    )


def add(platform: Platform, user_id: str, tour_id: str, wanted: NewHotspot) -> HotspotView:
    """Adds one. Raises `NotFound`, `NotAllowed`, `Conflict` (too many), `Refused` (not a file to show)."""
    tour = actions.find(platform, user_id, tour_id, "change")
    if len(kept(platform, tour_id)) >= MOST_HOTSPOTS:
        raise Conflict(
            f"This tour has {MOST_HOTSPOTS} hotspots, and there can't be more.",
            "Remove one first.",
            "too_many_hotspots",
        )
    now = platform.clock.now()
    media, writes = _taken(platform, user_id, tour, wanted.media_upload_id, hotspot_id := new_id(now))
    added = KeptHotspot(**wanted.model_dump(), hotspot_id=hotspot_id, created_at=now, media=media)
    platform.records.transact([Put(_row(tour_id, added), 0), *writes])
    return _view(platform, added)


def edit(platform: Platform, user_id: str, tour_id: str, hotspot_id: str, wanted: NewHotspot) -> HotspotView:
    """Changes all of one. Raises `NotFound`, `NotAllowed`, `Refused`, or `Conflict` where others change it too."""
    tour = actions.find(platform, user_id, tour_id, "change")
    before, rev = _find(platform, tour_id, hotspot_id)
    media, writes = before.media, list[Write]()
    if wanted.media_upload_id != before.media_upload_id:
        media, writes = _taken(platform, user_id, tour, wanted.media_upload_id, hotspot_id)
        writes += _given_back(before)
    changed = KeptHotspot(
        **wanted.model_dump(), hotspot_id=hotspot_id, created_at=before.created_at, media=media
    )
    platform.records.transact([Put(_row(tour_id, changed), rev), *writes])
    return _view(platform, changed)


def remove(platform: Platform, user_id: str, tour_id: str, hotspot_id: str) -> None:
    """Takes one away; published versions keep theirs. Raises `NotFound`, `NotAllowed`."""
    actions.find(platform, user_id, tour_id, "change")
    before, rev = _find(platform, tour_id, hotspot_id)
    platform.records.transact([Delete(*_place(tour_id, hotspot_id), rev), *_given_back(before)])


def forget(platform: Platform, tour_id: str) -> None:
    """Takes away all hotspots of a tour that is deleted; their uploads can be deleted then. Any number of times."""
    for hotspot in kept(platform, tour_id):
        platform.records.transact([Delete(*_place(tour_id, hotspot.hotspot_id)), *_given_back(hotspot)])


def kept(platform: Platform, tour_id: str) -> list[KeptHotspot]:
    """Those of a tour, oldest first; nobody is asked who wants to know."""
    page = platform.records.query(f"TOUR#{tour_id}", "HOTSPOT#", limit=1000)
    return [KeptHotspot.model_validate(row["value"]) for row in page.rows]


def for_manifest(hotspot: KeptHotspot) -> manifest.Hotspot:
    """As visitors get it, its file beside the manifest."""
    media = hotspot.media and manifest.HotspotMedia(kind=hotspot.media.kind, path=hotspot.media_path)
    told = hotspot.model_dump(include={"hotspot_id", "title", "text", "link"})
    return manifest.Hotspot(
        **told,
        position=hotspot.position,
        seen_from=hotspot.seen_from,
        media=media or None,
        placement=hotspot.placement,
    )


def file_of(hotspot: KeptHotspot) -> manifest.BundleFile:
    """The file of a hotspot that has one, as it lies in a published version."""
    assert hotspot.media is not None
    return manifest.BundleFile(
        path=hotspot.media_path,
        bytes=hotspot.media.bytes,
        sha256=hotspot.media.sha256,
        content_type=hotspot.media.content_type,
    )


def _find(platform: Platform, tour_id: str, hotspot_id: str) -> tuple[KeptHotspot, int]:
    row = platform.records.get(*_place(tour_id, hotspot_id))
    if row is None:
        raise NotFound("There is no such hotspot in this tour.", "List the tour's hotspots.")
    return KeptHotspot.model_validate(row["value"]), row["rev"]


def _taken(
    platform: Platform, user_id: str, tour: Tour, upload_id: str | None, hotspot_id: str
) -> tuple[KeptMedia | None, list[Write]]:
    """An upload that is to be shown, and what keeps it from being deleted. Raises `NotFound`, `Refused`."""
    if upload_id is None:
        return None, []
    asked, _ = uploads.find(platform, user_id, upload_id)
    upload, rev = uploads.original(platform, asked)
    if upload.project_id != tour.project_id:
        raise NotFound("There is no such upload in this project.", "Upload the file to this project.")
    _check_media(upload)
    if MEDIA[upload.type][0] == "model":
        check_whole(platform, upload)
    media = KeptMedia(
        upload_id=upload.upload_id,
        uri=upload.uri,
        name=upload.name,
        content_type=upload.type,
        bytes=upload.size,
        sha256=_sha256(platform, upload),
    )
    return media, uploads.writes_of_use(upload, rev, _use(hotspot_id))


def _check_media(upload: Upload) -> None:
    if upload.state != "complete":
        raise Conflict("The upload is not complete.", "Complete it first.", "upload_not_complete")
    if upload.type not in MEDIA:
        raise Refused(
            f"{upload.name} can't be shown in a tour.",
            "Take a JPEG or PNG picture, an MP3 sound, an MP4 film, or a GLB model.",
            "wrong_type",
        )
    if upload.size > LARGEST_MEDIA:
        raise Refused(
            f"{upload.name} has {upload.size / 1e6:.0f} MB; a hotspot takes {LARGEST_MEDIA / 1e6:.0f} MB.",
            "Make it smaller.",
            "too_large",
        )


def _sha256(platform: Platform, upload: Upload) -> str:
    """Of the whole file; an upload's own checksum is one over its parts."""
    digest = hashlib.sha256()
    for start in range(0, upload.size, READ_AT_ONCE):
        digest.update(platform.store.get(upload.uri, start, min(READ_AT_ONCE, upload.size - start)))
    return digest.hexdigest()


def _given_back(before: KeptHotspot) -> list[Write]:
    """What lets its upload be deleted again."""
    if before.media is None:
        return []
    pk, _ = uploads.upload_place(before.media.upload_id)
    return [Delete(pk, f"USE#{_use(before.hotspot_id)}")]


def _use(hotspot_id: str) -> str:
    return f"HOTSPOT-{hotspot_id}"


def _view(platform: Platform, hotspot: KeptHotspot) -> HotspotView:
    media = hotspot.media and MediaLink(
        kind=hotspot.media.kind,
        name=hotspot.media.name,
        content_type=hotspot.media.content_type,
        bytes=hotspot.media.bytes,
        url=platform.store.url(hotspot.media.uri, MEDIA_LASTS_S),
    )
    return HotspotView(**{**hotspot.model_dump(exclude={"media"}), "media": media or None})


def _place(tour_id: str, hotspot_id: str) -> tuple[str, str]:
    return f"TOUR#{tour_id}", f"HOTSPOT#{hotspot_id}"


def _row(tour_id: str, hotspot: KeptHotspot) -> Row:
    pk, sk = _place(tour_id, hotspot.hotspot_id)
    return {"pk": pk, "sk": sk, "value": hotspot.model_dump(mode="json")}
