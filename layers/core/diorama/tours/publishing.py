"""Publishing a tour: its bundle copied to where visitors read it, one folder a version, and a note which counts.

    published/{tour_id}/v{n}/...      never changes
    published/{tour_id}/tour.json     names the version that is shown; without it there is no tour

A row says what should be there and is changed first; the files follow. Where a request is cut off, or meets
another one, the next of any kind makes the files fit the row.
"""

import hashlib
import json
from collections.abc import Sequence

from diorama.errors import Conflict, Refused, Unavailable
from diorama.library import assets
from diorama.library.keys import published_uri
from diorama.platform import Platform
from diorama.studio import access, purge
from diorama.tours import actions, hotspots, publication
from diorama.tours.hotspots import KeptHotspot
from diorama.tours.manifest import Manifest, Privacy, read_manifest
from diorama.tours.models import Tour
from diorama.tours.publication import (
    TRIES,
    Change,
    KeptVersion,
    NewPublication,
    Publication,
    Published,
    TourNote,
    WantedVersion,
)

COPYING_S = 18.0
"""Of the 29 that a request may take."""
COPYING_ENDS_S = 60.0
"""No request lives as long."""
COPIED_AT_ONCE = 64
MANIFEST = "manifest.json"


def publish(platform: Platform, user_id: str, tour_id: str, wanted: NewPublication) -> Published:
    """Lets visitors see the tour's newest bundle with its hotspots; the same again makes no new version.

    Raises `NotFound`; `Conflict` (no bundle yet); `Refused` (too poor to be shown); `Unavailable` where copying
    takes longer than a request may: asking again goes on.
    """
    tour = actions.find(platform, user_id, tour_id, "change")
    if tour.version is None:
        raise Conflict("This tour is not ready to be published.", "Wait for its job.", "tour_not_ready")
    bundle = tour.version.bundle
    manifest = read_manifest(platform.store.get(f"{bundle}/{MANIFEST}"))
    _check_quality(manifest, platform.settings.publish_floor_db)
    spots = hotspots.kept(platform, tour_id)
    kept = _reserve(platform, user_id, tour, bundle, _digest(spots))
    if not kept.is_whole:
        folder = _folder(platform, tour, kept.version)
        _copy(platform, folder, _copies(bundle, folder, manifest, spots))
        _write_manifest(platform, folder, manifest, spots, wanted)
    try:
        return _show(platform, tour, lambda now: publication.showing(now, kept.version, wanted.visibility))
    except Conflict:
        if platform.records.get(f"TOUR#{tour_id}", "TOUR") is None:
            _forget(platform, tour_id)
            raise
        # What we copied too late lies where others may have cleaned up already.
        left = _change(platform, tour, lambda now: publication.without(now, kept.version))
        if kept.version in left.doomed:
            _remove(platform, tour, (kept.version,))
        raise


def _reserve(platform: Platform, user_id: str, tour: Tour, bundle: str, digest: str) -> KeptVersion:
    """The version that is, or is going to be, a copy of the bundle with the hotspots of this digest."""
    at = platform.clock.now()
    owner_id = access.find_project(platform, user_id, tour.project_id)[0].owner_id
    asset = assets.newest(platform, tour.tour_id)
    is_this = asset is not None and asset.made is not None and asset.made.folder == bundle
    shows = asset.version if asset is not None and is_this else None

    def reserve(now: Publication) -> Publication:
        mine = now.model_copy(update={"owner_id": owner_id, "copying_until": at + COPYING_ENDS_S})
        return publication.with_bundle(mine, bundle, digest, at, shows)

    kept = _change(platform, tour, reserve).of_bundle(bundle, digest)
    assert kept is not None
    return kept


def clean_up(platform: Platform) -> int:
    """Takes away what copies left that ended, or died, after their version had been taken away; of how many tours."""
    count = 0
    for tour_id in publication.with_doomed(platform.records, platform.clock.now()):
        row = platform.records.get(f"TOUR#{tour_id}", "TOUR")
        if row is None:
            _forget(platform, tour_id)
        else:
            settle(platform, Tour.model_validate(row["value"]))
        count += 1
    return count


def _forget(platform: Platform, tour_id: str) -> None:
    """Takes away what publishing left of a tour that was deleted meanwhile."""
    platform.store.delete(f"{published_uri(platform.settings.bucket, tour_id)}/")
    purge.delete_partition(platform.records, f"TOUR#{tour_id}")


def roll_back(platform: Platform, user_id: str, tour_id: str, wanted: WantedVersion) -> Published:
    """Shows one of the versions that are kept. Raises `NotFound`, or `Conflict` where it is not published."""
    tour = actions.find(platform, user_id, tour_id, "change")
    return _show(platform, tour, lambda now: publication.rolled_back(now, wanted.version))


def unpublish(platform: Platform, user_id: str, tour_id: str) -> None:
    """Takes a tour away from visitors, and all its published files. Raises `NotFound`."""
    tour = actions.find(platform, user_id, tour_id, "change")
    _change(platform, tour, publication.hidden)
    settle(platform, tour)


def take_away(platform: Platform, tour: Tour) -> None:
    """Before a tour is deleted: nothing of it stays where visitors read.

    Raises `Conflict` while somebody may be copying.
    """
    hidden = _change(platform, tour, publication.hidden)
    if hidden.copying_until > platform.clock.now():
        raise Conflict("This tour was published just now.", "Delete it in a minute.", "just_published")
    settle(platform, tour)
    platform.store.delete(f"{published_uri(platform.settings.bucket, tour.tour_id)}/")


def _check_quality(manifest: Manifest, floor_db: float) -> None:
    psnr = manifest.quality.psnr
    if psnr < floor_db:
        raise Refused(
            f"The tour reaches {psnr:.1f} dB on photos held back; below {floor_db:g} dB none is published.",
            "Film more slowly and with more overlap, or choose a higher quality.",
            "quality_too_low",
        )


def _change(platform: Platform, tour: Tour, apply: Change) -> Publication:
    return publication.change(platform.records, tour.project_id, tour.tour_id, apply)


def _show(platform: Platform, tour: Tour, apply: Change) -> Published:
    _change(platform, tour, apply)
    settled = settle(platform, tour)
    published = publication.told(settled, tour.tour_id, platform.settings.public_url)
    if published is None:
        raise Conflict("The tour was unpublished in the meantime.", "Publish it again.", "unpublished")
    return published


def settle(platform: Platform, tour: Tour) -> Publication:
    """Makes the files fit the row, then looks whether the row is still the same: others may be at it too."""
    for _ in range(TRIES):
        wanted, rev = publication.read(platform.records, tour.tour_id)
        _write_note(platform, tour, wanted)
        if publication.read(platform.records, tour.tour_id).rev == rev:
            _remove(platform, tour, wanted.doomed)
            return wanted
    raise Conflict("The tour keeps being published.", "Try again.")


def _write_note(platform: Platform, tour: Tour, wanted: Publication) -> None:
    uri = f"{published_uri(platform.settings.bucket, tour.tour_id)}/tour.json"
    if wanted.version is None:
        platform.store.delete(uri)
        return
    note = TourNote(
        tour_id=tour.tour_id,
        name=tour.name,
        version=wanted.version,
        visibility=wanted.visibility,
        files=f"v{wanted.version}/",
    )
    platform.store.put(uri, note.model_dump_json().encode())


def _remove(platform: Platform, tour: Tour, doomed: Sequence[int]) -> None:
    if not doomed:
        return
    for version in doomed:
        platform.store.delete(f"{_folder(platform, tour, version)}/")

    def forget(now: Publication) -> Publication:
        if platform.clock.now() <= now.copying_until:
            return now  # a copy may still be on its way to there: `clean_up` looks again
        return now.model_copy(update={"doomed": tuple(one for one in now.doomed if one not in doomed)})

    _change(platform, tour, forget)


def _folder(platform: Platform, tour: Tour, version: int) -> str:
    return f"{published_uri(platform.settings.bucket, tour.tour_id)}/v{version}"


def _digest(spots: Sequence[KeptHotspot]) -> str:
    """Says whether hotspots are the same; empty for none."""
    if not spots:
        return ""
    told = [spot.model_dump(mode="json") for spot in spots]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _copies(
    bundle: str, target: str, manifest: Manifest, spots: Sequence[KeptHotspot]
) -> list[tuple[str, str]]:
    """What is to be copied where: the bundle's files, and those of hotspots."""
    paths = dict.fromkeys(file.path for file in manifest.files)
    media = [(spot.media.uri, f"{target}/{spot.media_path}") for spot in spots if spot.media]
    return [*((f"{bundle}/{path}", f"{target}/{path}") for path in paths), *media]


def _write_manifest(
    platform: Platform,
    target: str,
    manifest: Manifest,
    spots: Sequence[KeptHotspot],
    wanted: NewPublication,
) -> None:
    """The bundle's manifest, as visitors get it: with its hotspots, and for whom it was published."""
    told = tuple(hotspots.for_manifest(spot) for spot in spots)
    files = (*manifest.files, *(hotspots.file_of(spot) for spot in spots if spot.media))
    update = {"hotspots": told, "files": files, "privacy": Privacy(visibility=wanted.visibility)}
    document = manifest.model_copy(update=update)
    content = document.model_dump_json(indent=1).encode()
    platform.store.put(f"{target}/{MANIFEST}", content, "application/json")


def _copy(platform: Platform, folder: str, copies: Sequence[tuple[str, str]]) -> None:
    """Copies what is not there yet. Raises `Unavailable` where that takes too long; what was copied stays."""
    give_up_at = platform.clock.now() + COPYING_S
    there = {stored.uri for stored in platform.store.list(f"{folder}/")}
    missing = [copy for copy in copies if copy[1] not in there]
    for first in range(0, len(missing), COPIED_AT_ONCE):
        if platform.clock.now() > give_up_at:
            copied = len(copies) - len(missing) + first
            raise Unavailable(
                f"{copied} of {len(copies)} files are copied.", "Publish again to go on.", "still_copying"
            )
        platform.store.copy(missing[first : first + COPIED_AT_ONCE])
