"""Getting a file in: begin, send the parts, complete. The bytes go straight to the store, never through us.

Beginning with a known checksum finds the upload that has, or is bringing, the same content: that one
mechanism resumes an interrupted upload and spares sending a file twice. What is there is asked of the store.
"""

from collections.abc import Sequence

from diorama.errors import Conflict, NotFound, Refused
from diorama.jobs.models import Problem
from diorama.library import assets, keys, rules, uploads
from diorama.library.models import (
    ArrivedPart,
    NewUpload,
    PartLink,
    PartLinks,
    Upload,
    UploadView,
    WantedParts,
)
from diorama.platform import Platform
from diorama.ports import PartToUpload, Put, UploadedPart
from diorama.studio import access, quotas
from diorama.studio.ids import new_id

LINK_LASTS_S = 15 * 60
OPEN_LASTS_S = 7 * 24 * 3600  # the bucket drops unfinished multipart uploads after seven days
TRIES = 5


def begin(platform: Platform, user_id: str, project_id: str, wanted: NewUpload) -> UploadView:
    """A new upload, or the one of the same content, which counts for nobody's plan.

    Raises `NotFound`, `NotAllowed`, `Refused` (type, size), `TooMuch` (the owner's plan).
    """
    project, _ = access.find_project(platform, user_id, project_id, "start", "upload")
    assets.check_wanted(platform, user_id, project_id, wanted.asset_id)
    rules.check_wanted(wanted, platform.settings.upload_limit_bytes)
    counted = False
    for _ in range(TRIES):
        upload = _planned(platform, user_id, project.owner_id, project_id, wanted)
        same, content_rev = uploads.same_content(platform, upload) if upload.checksum else (None, 0)
        if same is not None:
            _add_version(platform, same, wanted.asset_id, user_id)
            return _view(platform, same)
        if not counted:
            quotas.count(platform, project.owner_id, "uploads")
            counted = True
        opened = upload.model_copy(
            update={"multipart_id": platform.store.begin_upload(upload.uri, upload.type)}
        )
        if _added(platform, opened, content_rev):
            return _view(platform, opened)
    raise Conflict("The same file is being uploaded by somebody else.", "Try again.")


def _planned(platform: Platform, user_id: str, owner_id: str, project_id: str, wanted: NewUpload) -> Upload:
    now = platform.clock.now()
    upload_id = new_id(now)
    return Upload(
        upload_id=upload_id,
        project_id=project_id,
        user_id=user_id,
        name=wanted.name,
        type=wanted.type,
        size=wanted.size,
        part_size=rules.part_size_of(wanted.size),
        parts=len(rules.part_sizes(wanted.size)),
        uri=keys.raw_uri(platform.settings.bucket, project_id, upload_id, 1, wanted.name),
        multipart_id="",
        owner_id=owner_id,
        checksum=wanted.checksum,
        asset_id=wanted.asset_id,
        created_at=now,
        expires_at=now + OPEN_LASTS_S,
    )


def _added(platform: Platform, upload: Upload, content_rev: int) -> bool:
    writes = [Put(uploads.row_of(upload), 0), Put(uploads.listed_row(upload), 0)]
    if upload.checksum:
        writes.append(Put(uploads.content_row(upload), content_rev))
    try:
        platform.records.transact(writes)
    except Conflict:
        platform.store.abort_upload(upload.uri, upload.multipart_id)
        return False
    return True


def _add_version(platform: Platform, content: Upload, asset_id: str | None, user_id: str) -> None:
    """Makes content that is there already a version of the asset that asks for it."""
    found = uploads.read(platform.records, content.upload_id, platform.clock.now())
    if asset_id is None or found is None or found[0].state != "complete":
        return
    brought = content.model_copy(update={"user_id": user_id})
    # The upload's row is written again so that it can't be deleted at the same time.
    platform.records.transact(
        [Put(uploads.row_of(found[0]), found[1]), *assets.writes_of_arrival(platform, brought, asset_id)]
    )


def look(platform: Platform, user_id: str, upload_id: str) -> UploadView:
    """An upload and, while it is open, which parts are there. Raises `NotFound`."""
    upload, _ = uploads.find(platform, user_id, upload_id)
    return _view(platform, uploads.original(platform, upload)[0])


def _view(platform: Platform, upload: Upload) -> UploadView:
    arrived = _arrived(platform, upload) or () if upload.state == "open" else ()
    parts = tuple(ArrivedPart(number=part.number, size=part.size, sha256=part.sha256) for part in arrived)
    shown = upload.model_dump(include=set(UploadView.model_fields))
    return UploadView.model_validate({**shown, "arrived": parts})


def _arrived(platform: Platform, upload: Upload) -> Sequence[UploadedPart] | None:
    """The parts in the store; None where the upload is not open there (any more)."""
    try:
        return platform.store.uploaded_parts(upload.uri, upload.multipart_id)
    except NotFound:
        return None


def sign_parts(platform: Platform, user_id: str, upload_id: str, wanted: WantedParts) -> PartLinks:
    """Links for PUTting parts. Raises `NotFound`, `Conflict` (not open), `Refused` (no such part)."""
    upload, _ = uploads.find(platform, user_id, upload_id, "start")
    if upload.state != "open":
        raise Conflict("The upload is not open.", "Begin a new one.", "upload_not_open")
    beyond = [part.number for part in wanted.parts if part.number > upload.parts]
    if beyond:
        raise Refused(
            f"There is no part {beyond[0]}; there are {upload.parts}.", "Number from 1.", "no_such_part"
        )
    asked = [PartToUpload(part.number, part.sha256) for part in wanted.parts]
    signed = platform.store.upload_urls(upload.uri, upload.multipart_id, asked, LINK_LASTS_S)
    return PartLinks(
        parts=tuple(PartLink(number=one.number, url=one.url, headers=dict(one.headers)) for one in signed),
        expires_at=platform.clock.now() + LINK_LASTS_S,
    )


def complete(platform: Platform, user_id: str, upload_id: str) -> UploadView:
    """Joins the parts and looks at what came. Completing twice, or at the same time, completes once.

    The answer is the upload to go on with: another one where that has brought the same content before.
    Raises `NotFound`; `Refused` with code `parts_missing` (send them, try again); any other `Refused` is
    final, and nothing of the upload is kept.
    """
    for _ in range(TRIES):
        upload, rev = uploads.find(platform, user_id, upload_id, "start")
        try:
            return _view(platform, _completed(platform, upload, rev))
        except Conflict:
            continue  # someone else completes it as well
    raise Conflict("The upload keeps changing.", "Try again.")


def _completed(platform: Platform, upload: Upload, rev: int) -> Upload:
    if upload.state == "complete":
        return uploads.original(platform, upload)[0]
    if upload.problem is not None:
        _drop_bytes(platform, upload)  # again: a crash may have come before
        raise Refused(upload.problem.message, upload.problem.advice, upload.problem.code)
    try:
        joining, rev = _begin_joining(platform, upload, rev) if upload.state == "open" else (upload, rev)
        _join(platform, joining)
        _check_content(platform, joining)
    except Refused as refusal:
        if refusal.stable_code != "parts_missing":
            _refuse(platform, upload, rev, refusal)
        raise
    return _claim_content(platform, joining, rev)


def _begin_joining(platform: Platform, upload: Upload, rev: int) -> tuple[Upload, int]:
    """Writes the checksum down before the parts, which alone can tell it, are gone."""
    arrived = _arrived(platform, upload)
    if arrived is None:
        raise _lost(upload)
    rules.check_arrived(upload, arrived)
    checksum = rules.checksum_of_parts(arrived)
    rules.check_checksum(upload, checksum)
    joining = upload.model_copy(update={"state": "joining", "checksum": checksum})
    row = platform.records.put(uploads.row_of(joining), expected_rev=rev)
    return joining, row["rev"]


def _join(platform: Platform, upload: Upload) -> None:
    arrived = _arrived(platform, upload)
    if arrived is None:
        return  # joined already, by a call that did not get further
    try:
        platform.store.complete_upload(upload.uri, upload.multipart_id, arrived)
    except NotFound:
        return


def _check_content(platform: Platform, upload: Upload) -> None:
    sizes = [stored.size for stored in platform.store.list(upload.uri) if stored.uri == upload.uri]
    try:
        head = platform.store.get(upload.uri, 0, rules.HEAD_BYTES) if sizes else b""
    except NotFound:
        sizes = []
    if not sizes:
        raise _lost(upload)
    rules.check_content(upload, sizes[0], head)


def _lost(upload: Upload) -> Refused:
    return Refused(f"What was sent of {upload.name} is gone.", "Send it again.", "upload_lost")


def _refuse(platform: Platform, upload: Upload, rev: int, refusal: Refused) -> None:
    """Leaves nothing behind but the reason, for a week."""
    problem = Problem(code=refusal.stable_code, message=refusal.message, advice=refusal.advice)
    refused = upload.model_copy(update={"state": "refused", "problem": problem})
    freed = uploads.free_content(platform.records, upload)
    # The row first: where another call was faster, the bytes may be good and are not ours to delete.
    platform.records.transact([Put(uploads.row_of(refused), rev), *freed])
    quotas.give_back(platform, upload.owner_id, "uploads", upload.created_at)
    _drop_bytes(platform, refused)


def _drop_bytes(platform: Platform, upload: Upload) -> None:
    platform.store.abort_upload(upload.uri, upload.multipart_id)
    platform.store.delete(upload.uri)


def _claim_content(platform: Platform, upload: Upload, rev: int) -> Upload:
    """Makes the upload the one of its content, or points it at the one that came before."""
    done = upload.model_copy(update={"state": "complete", "expires_at": None})
    same, content_rev = uploads.same_content(platform, upload)
    if same is not None and same.upload_id != upload.upload_id and same.state == "complete":
        platform.records.put(
            uploads.row_of(done.model_copy(update={"same_as": same.upload_id})), expected_rev=rev
        )
        platform.store.delete(upload.uri)
        _add_version(platform, same, upload.asset_id, upload.user_id)
        return same
    arrived = assets.writes_of_arrival(platform, done, upload.asset_id)
    platform.records.transact(
        [Put(uploads.row_of(done), rev), Put(uploads.content_row(done), content_rev), *arrived]
    )
    return done


def delete(platform: Platform, user_id: str, upload_id: str) -> None:
    """Drops an upload, its bytes, and the assets that are nothing without it.

    Raises `NotFound`, `NotAllowed`, or `Conflict` where something was made from it.
    """
    uploads.find(platform, user_id, upload_id, "delete")
    if uploads.is_used(platform.records, upload_id, by_products=True):
        raise Conflict(
            "Something was made from this upload, and could not be made again without it.",
            "Delete the project to be rid of it all.",
            "upload_used",
        )
    whole = assets.assets_of(platform, upload_id)
    if any(assets.has_other_versions(platform, asset_id, upload_id) for asset_id in whole):
        raise Conflict("It is one version of an asset.", "Delete the asset, with all of them.", "upload_used")
    for asset_id in whole:
        delete_asset(platform, user_id, asset_id)
    found = uploads.read(platform.records, upload_id, platform.clock.now())
    if found is not None:
        _remove(platform, *found)


def delete_asset(platform: Platform, user_id: str, asset_id: str) -> None:
    """Takes an asset away, and the files that only it needed. Raises `NotFound`, `NotAllowed`."""
    for upload_id in assets.delete(platform, user_id, asset_id):
        found = uploads.read(platform.records, upload_id, platform.clock.now())
        if found is not None:
            _remove(platform, *found)


def clean_abandoned(platform: Platform) -> int:
    """Drops what was sent of uploads that nobody completed in their week; how many."""
    count = 0
    for upload in list(uploads.abandoned(platform.records, platform.clock.now())):
        row = platform.records.get(*uploads.upload_place(upload.upload_id))
        if row is not None:
            _remove(platform, upload, row["rev"])
            if upload.state != "refused":
                quotas.give_back(platform, upload.owner_id, "uploads", upload.created_at)
            count += 1
    return count


def _remove(platform: Platform, upload: Upload, rev: int) -> None:
    # From here on nothing can be made from it; a crash is mended by deleting it again.
    deleting = upload.model_copy(update={"state": "deleting"})
    row = platform.records.put(uploads.row_of(deleting), expected_rev=rev)
    _drop_bytes(platform, upload)
    platform.records.transact(uploads.writes_of_removal(platform.records, upload, row["rev"]))
