"""Publishing a tour: its bundle copied to where visitors read it, one folder a version, and a note which counts.

    published/{tour_id}/v{n}/...      never changes
    published/{tour_id}/tour.json     names the version that is shown; without it there is no tour

A row says what should be there and is changed first; the files follow. Where a request is cut off, or meets
another one, the next of any kind makes the files fit the row.
"""

from collections.abc import Sequence

from diorama.errors import Conflict, Refused, Unavailable
from diorama.library.keys import published_uri
from diorama.platform import Platform
from diorama.studio import access
from diorama.tours import actions, publication
from diorama.tours.manifest import Manifest, read_manifest
from diorama.tours.models import Tour
from diorama.tours.publication import (
    TRIES,
    Change,
    NewPublication,
    Publication,
    Published,
    TourNote,
    WantedVersion,
)

COPYING_S = 18.0
"""Of the 29 that a request may take."""
COPIED_AT_ONCE = 64
MANIFEST = "manifest.json"


def publish(platform: Platform, user_id: str, tour_id: str, wanted: NewPublication) -> Published:
    """Lets visitors see the tour's newest bundle; one that was published before makes no new version.

    Raises `NotFound`; `Conflict` (no bundle yet); `Refused` (too poor to be shown); `Unavailable` where copying
    takes longer than a request may: asking again goes on.
    """
    tour = actions.find(platform, user_id, tour_id, "change")
    if tour.version is None:
        raise Conflict("This tour is not ready to be published.", "Wait for its job.", "tour_not_ready")
    bundle, at = tour.version.bundle, platform.clock.now()
    manifest = read_manifest(platform.store.get(f"{bundle}/{MANIFEST}"))
    _check_quality(manifest, platform.settings.publish_floor_db)
    owner_id = access.find_project(platform, user_id, tour.project_id)[0].owner_id
    reserved = _change(platform, tour, lambda now: publication.with_bundle(now, bundle, at, owner_id))
    kept = reserved.of_bundle(bundle)
    assert kept is not None
    if not kept.is_whole:
        _copy(platform, bundle, _folder(platform, tour, kept.version), manifest)
    try:
        return _show(platform, tour, lambda now: publication.showing(now, kept.version, wanted.visibility))
    except Conflict:
        # What we copied too late lies where others may have cleaned up already.
        left = _change(platform, tour, lambda now: publication.without(now, kept.version))
        if kept.version in left.doomed:
            _remove(platform, tour, (kept.version,))
        raise


def roll_back(platform: Platform, user_id: str, tour_id: str, wanted: WantedVersion) -> Published:
    """Shows one of the versions that are kept. Raises `NotFound`, or `Conflict` where it is not published."""
    tour = actions.find(platform, user_id, tour_id, "change")
    return _show(platform, tour, lambda now: publication.rolled_back(now, wanted.version))


def unpublish(platform: Platform, user_id: str, tour_id: str) -> None:
    """Takes a tour away from visitors, and all its published files. Raises `NotFound`."""
    tour = actions.find(platform, user_id, tour_id, "change")
    _change(platform, tour, publication.hidden)
    _settle(platform, tour)


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
    settled = _settle(platform, tour)
    published = publication.told(settled, tour.tour_id, platform.settings.public_url)
    if published is None:
        raise Conflict("The tour was unpublished in the meantime.", "Publish it again.", "unpublished")
    return published


def _settle(platform: Platform, tour: Tour) -> Publication:
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
        return now.model_copy(update={"doomed": tuple(one for one in now.doomed if one not in doomed)})

    _change(platform, tour, forget)


def _folder(platform: Platform, tour: Tour, version: int) -> str:
    return f"{published_uri(platform.settings.bucket, tour.tour_id)}/v{version}"


def _copy(platform: Platform, bundle: str, target: str, manifest: Manifest) -> None:
    """Copies what is not there yet. Raises `Unavailable` where that takes too long; what was copied stays."""
    give_up_at = platform.clock.now() + COPYING_S
    paths = dict.fromkeys([*(file.path for file in manifest.files), MANIFEST])
    there = {stored.uri for stored in platform.store.list(f"{target}/")}
    missing = [path for path in paths if f"{target}/{path}" not in there]
    for first in range(0, len(missing), COPIED_AT_ONCE):
        if platform.clock.now() > give_up_at:
            copied = len(paths) - len(missing) + first
            raise Unavailable(
                f"{copied} of {len(paths)} files are copied.", "Publish again to go on.", "still_copying"
            )
        some = missing[first : first + COPIED_AT_ONCE]
        platform.store.copy([(f"{bundle}/{path}", f"{target}/{path}") for path in some])
