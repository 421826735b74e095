"""The rows of uploads.

pk                 sk                   holds
UPLOAD#<id>        UPLOAD               the upload;          index UPLOADS_OPEN by its end, while it is open
PROJECT#<id>       UPLOAD#<id>          that the upload is in the project
UPLOAD#<id>        USE#<subject>        something that was made from it and may be made again
PROJECT#<id>       CONTENT#<checksum>   the upload that brings, or brought, this content into the project
"""

from collections.abc import Iterator

from diorama.errors import NotFound
from diorama.library.models import Upload
from diorama.platform import Platform
from diorama.ports import Delete, Put, Records, Row, Write
from diorama.studio import access

OPEN = "UPLOADS_OPEN"
USE_BY_ASSETS = "USE#ASSET#"
CLEANED_WITHIN_S = 2 * 24 * 3600
"""How long rows outlive their upload, for `clean_abandoned` to find what they name in the store."""
NO_SUCH_UPLOAD = "There is no such upload."


def upload_place(upload_id: str) -> tuple[str, str]:
    """Where an upload's row is."""
    return f"UPLOAD#{upload_id}", "UPLOAD"


def content_place(upload: Upload) -> tuple[str, str]:
    """Where the row is that names the upload of a content."""
    return f"PROJECT#{upload.project_id}", f"CONTENT#{upload.checksum}"


def row_of(upload: Upload) -> Row:
    """The row of an upload; one that did not complete goes by itself."""
    pk, sk = upload_place(upload.upload_id)
    row: Row = {"pk": pk, "sk": sk, "value": upload.model_dump(mode="json")}
    if upload.expires_at is None:
        return row
    index = {"gsi_pk": OPEN, "gsi_sk": f"{upload.expires_at:017.6f}#{upload.upload_id}"}
    return {**row, **index, "ttl": int(upload.expires_at + CLEANED_WITHIN_S)}


def listed_row(upload: Upload) -> Row:
    """Says that the upload is in its project: for the purge."""
    pk, sk = f"PROJECT#{upload.project_id}", f"UPLOAD#{upload.upload_id}"
    return {"pk": pk, "sk": sk, "upload_id": upload.upload_id}


def abandoned(records: Records, now: float) -> Iterator[Upload]:
    """Uploads that were never completed and whose time is over, oldest first."""
    for row in records.query(OPEN, index=True).rows:
        upload = Upload.model_validate(row["value"])
        if upload.expires_at is None or upload.expires_at > now:
            return
        yield upload


def content_row(upload: Upload) -> Row:
    """Says that this upload stands for its content."""
    pk, sk = content_place(upload)
    row: Row = {"pk": pk, "sk": sk, "upload_id": upload.upload_id}
    return row if upload.expires_at is None else {**row, "ttl": int(upload.expires_at)}


def read(records: Records, upload_id: str, now: float) -> tuple[Upload, int] | None:
    """An upload and its rev; None where there is none or it has expired."""
    row = records.get(*upload_place(upload_id))
    if row is None:
        return None
    upload = Upload.model_validate(row["value"])
    expired = upload.expires_at is not None and upload.expires_at <= now
    return None if expired else (upload, row["rev"])


def find(
    platform: Platform, user_id: str, upload_id: str, action: access.Action = "see"
) -> tuple[Upload, int]:
    """The upload and its rev. Raises `NotFound` where it is not there or in no project of this user's, and
    `NotAllowed` where the user's role does not suffice."""
    found = read(platform.records, upload_id, platform.clock.now())
    try:
        if found is not None:
            access.find_project(platform, user_id, found[0].project_id, action, "upload")
            return found
    except NotFound:
        pass
    raise NotFound(NO_SUCH_UPLOAD, "Check the id, or begin a new one.")


def original(platform: Platform, upload: Upload) -> tuple[Upload, int]:
    """The upload that holds the content: itself, or the one that brought it before. Raises `NotFound`."""
    found = read(platform.records, upload.same_as or upload.upload_id, platform.clock.now())
    if found is None:
        raise NotFound(NO_SUCH_UPLOAD, "Begin a new one.")
    return found


def same_content(platform: Platform, upload: Upload) -> tuple[Upload | None, int]:
    """The living upload of the same content in the project, and the rev of the row that says so."""
    row = platform.records.get(*content_place(upload))
    if row is None:
        return None, 0
    found = read(platform.records, row["upload_id"], platform.clock.now())
    if found is None or not _may_stand_for(found[0], upload):
        return None, row["rev"]
    return found[0], row["rev"]


def _may_stand_for(found: Upload, upload: Upload) -> bool:
    if found.checksum != upload.checksum or found.state in ("refused", "deleting"):
        return False
    # What is still on its way has not been looked at: it must have been announced alike.
    return found.state == "complete" or (found.type, found.size) == (upload.type, upload.size)


def writes_of_use(upload: Upload, rev: int, subject_id: str) -> list[Write]:
    """To be written with what is made from an upload: keeps it from being deleted."""
    pk, _ = upload_place(upload.upload_id)
    return [Put(row_of(upload), rev), Put({"pk": pk, "sk": f"USE#{subject_id}"}, None)]


def is_used(records: Records, upload_id: str, *, by_products: bool = False) -> bool:
    """Whether something was made from it, or a version of an asset needs it."""
    uses = records.query(upload_place(upload_id)[0], "USE#", limit=1000).rows
    return any(not (by_products and row["sk"].startswith(USE_BY_ASSETS)) for row in uses)


def writes_of_removal(records: Records, upload: Upload, rev: int) -> list[Write]:
    """Deletes an upload's row, and its content's where it stands for it."""
    listed = listed_row(upload)
    return [
        Delete(*upload_place(upload.upload_id), rev),
        Delete(listed["pk"], listed["sk"]),
        *free_content(records, upload),
    ]


def free_content(records: Records, upload: Upload) -> list[Write]:
    """Deletes the row that says that this upload stands for its content, if one does."""
    if upload.checksum is None:
        return []
    row = records.get(*content_place(upload))
    if row is None or row["upload_id"] != upload.upload_id:
        return []
    return [Delete(row["pk"], row["sk"], row["rev"])]
