"""Assets: what people own. An asset has versions whose content never changes; versions share files.

A version is a file that somebody sent, or a folder that a product made: there products meet. What a product makes of
one thing are versions of one asset, which has that thing's id.

pk              sk               holds
PROJECT#<id>    ASSET#<id>       the asset, so one query lists a project's
ASSET#<id>      ASSET            which project it is in
ASSET#<id>      VERSION#<n>      a version
UPLOAD#<id>     USE#ASSET#...    that a version needs the upload's file: it goes with the last one
"""

import base64
import json
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from diorama.errors import BadRequest, Conflict, NotFound, Refused
from diorama.library import uploads
from diorama.library.models import Upload
from diorama.library.rules import FAMILIES, Family
from diorama.platform import Platform
from diorama.ports import Delete, JsonObject, Put, Row, Write
from diorama.stage import Contract
from diorama.studio import access
from diorama.studio.ids import new_id
from diorama.studio.paging import filtered_page

LINK_LASTS_S = 900
MOST_VERSIONS = 1000
NO_SUCH_ASSET = "There is no such asset."


MadeKind = Literal["tour", "object"]
Kind = Family | MadeKind


class Made(Contract):
    """What a product made: a folder that it alone knows how to show."""

    kind: MadeKind
    folder: str = Field(description="URI of the folder in the store")
    size: int
    job_id: str
    details: JsonObject = Field(description="What the product keeps of it")


class Asset(Contract):
    """Something of a project that people own. Sizes in bytes, times in Unix seconds."""

    asset_id: str = Field(description="Of what a product made, the product's own id: a tour's")
    project_id: str
    name: str
    kind: Kind = Field(description="What its newest version is")
    version: int = Field(description="The newest one's number")
    size: int
    made_by: str
    created_at: float
    updated_at: float


class AssetVersion(Contract):
    """One content that an asset has, or had."""

    version: int
    upload_id: str | None = Field(
        None, description="The upload that brought it; null where a product made it"
    )
    made: Made | None = None
    name: str
    type: str = Field(description="Media type of a file; else what kind of thing it is")
    size: int
    checksum: str | None
    made_by: str
    made_at: float
    restored_from: int | None = Field(None, description="The version whose content this is again")


class AssetPage(Contract):
    """Some assets, newest first within a project. The list goes on until the cursor is null."""

    assets: tuple[Asset, ...]
    cursor: str | None = None


class VersionPage(Contract):
    """Some versions, newest first."""

    versions: tuple[AssetVersion, ...]
    cursor: str | None = None


class WantedVersion(Contract):
    """Which version is to be the newest again."""

    version: int = Field(ge=1)


class AssetUrl(Contract):
    """Where the content can be had; Range works, so it can be streamed."""

    url: str
    expires_at: float


class AssetFilter(Contract):
    """Which assets are asked for; what is left out does not matter."""

    project_id: str | None = None
    kind: Kind | None = None
    words: str = ""

    def keeps(self, asset: Asset) -> bool:
        """Whether an asset is one of those: each word stands somewhere in its name."""
        name = asset.name.casefold()
        return self.kind in (None, asset.kind) and all(word in name for word in self.words.casefold().split())


# --- looking ------------------------------------------------------------------------------------


def listed(platform: Platform, user_id: str, which: AssetFilter, limit: int, cursor: str | None) -> AssetPage:
    """Assets of one project, or of all that the user is in, project by project.

    Raises `BadRequest` for a cursor that is not ours, `NotFound` for a project that is not theirs.
    """
    if which.project_id is not None:
        access.find_project(platform, user_id, which.project_id, "see", "asset")

    def fetch(count: int, after: str | None) -> tuple[Sequence[Asset], str | None]:
        if which.project_id is not None:
            return _of_project(platform, which.project_id, count, after)
        return _of_everywhere(platform, user_id, count, after)

    assets, cursor = filtered_page(fetch, which.keeps, limit, cursor)
    return AssetPage(assets=tuple(assets), cursor=cursor)


def _of_project(
    platform: Platform, project_id: str, count: int, cursor: str | None
) -> tuple[Sequence[Asset], str | None]:
    page = platform.records.query(
        f"PROJECT#{project_id}", "ASSET#", limit=count, cursor=cursor, newest_first=True
    )
    return [Asset.model_validate(row["value"]) for row in page.rows], page.cursor


def _of_everywhere(
    platform: Platform, user_id: str, count: int, cursor: str | None
) -> tuple[Sequence[Asset], str | None]:
    """Assets of the project that the cursor has come to; an empty one gives none, and a cursor to go on."""
    projects_after, assets_after = _read_cursor(cursor)
    page = platform.records.query(
        f"USER#{user_id}", "PROJECT#", limit=1, cursor=projects_after, newest_first=True
    )
    if not page.rows:
        return [], None
    found = access.project_of_row(platform, page.rows[0])
    assets, more = _of_project(platform, found[0].project_id, count, assets_after) if found else ([], None)
    if more is not None:
        return assets, _cursor(projects_after, more)
    return assets, None if page.cursor is None else _cursor(page.cursor, None)


def _cursor(projects_after: str | None, assets_after: str | None) -> str:
    return base64.urlsafe_b64encode(json.dumps([projects_after, assets_after]).encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[str | None, str | None]:
    if cursor is None:
        return None, None
    try:
        projects_after, assets_after = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        if not all(isinstance(part, str | None) for part in (projects_after, assets_after)):
            raise ValueError(cursor)
    except (ValueError, TypeError):
        raise BadRequest(
            "The cursor does not belong to this list.", "Start again without a cursor."
        ) from None
    return projects_after, assets_after


def look(platform: Platform, user_id: str, asset_id: str) -> Asset:
    """Raises `NotFound`."""
    return _find(platform, user_id, asset_id)[0]


def versions(platform: Platform, user_id: str, asset_id: str, limit: int, cursor: str | None) -> VersionPage:
    """An asset's versions. Raises `NotFound`, `BadRequest` (cursor)."""
    _find(platform, user_id, asset_id)
    page = platform.records.query(
        f"ASSET#{asset_id}", "VERSION#", limit=limit, cursor=cursor, newest_first=True
    )
    found = tuple(AssetVersion.model_validate(row["value"]) for row in page.rows)
    return VersionPage(versions=found, cursor=page.cursor)


def url(platform: Platform, user_id: str, asset_id: str, version: int | None, *, download: bool) -> AssetUrl:
    """A link to a version's content, the newest where none is named. Raises `NotFound`."""
    asset, _ = _find(platform, user_id, asset_id)
    found = _version(platform, asset, version or asset.version)
    if found.upload_id is None:
        raise Refused(
            f"{asset.name} is many files, not one.",
            "Open it in the studio, or ask for its view.",
            "not_one_file",
        )
    read = uploads.read(platform.records, found.upload_id, platform.clock.now())
    if read is None:
        raise _no_such_asset()
    link = platform.store.url(read[0].uri, LINK_LASTS_S, found.name if download else None)
    return AssetUrl(url=link, expires_at=platform.clock.now() + LINK_LASTS_S)


# --- changing -----------------------------------------------------------------------------------


def check_wanted(platform: Platform, user_id: str, project_id: str, asset_id: str | None) -> None:
    """Before an upload that is to be a new version of an asset. Raises `NotFound`, `NotAllowed`."""
    if asset_id is not None and _find(platform, user_id, asset_id, "change")[0].project_id != project_id:
        raise _no_such_asset()


def writes_of_arrival(platform: Platform, upload: Upload, asset_id: str | None) -> list[Write]:
    """To be written when an upload has arrived: a new asset, or a new version of that one.

    Where that one has been deleted in the meantime, a new one it is.
    """
    at = platform.clock.now()
    found = _read(platform, asset_id) if asset_id else None
    before, rev = found or (None, 0)
    number = before.version + 1 if before else 1
    if number > MOST_VERSIONS:
        raise Refused(
            f"An asset has at most {MOST_VERSIONS} versions.", "Begin a new one.", "too_many_versions"
        )
    asset = Asset(
        asset_id=before.asset_id if before else new_id(at),
        project_id=upload.project_id,
        name=before.name if before else upload.name,
        kind=FAMILIES[upload.type],
        version=number,
        size=upload.size,
        made_by=before.made_by if before else upload.user_id,
        created_at=before.created_at if before else at,
        updated_at=at,
    )
    version = AssetVersion(
        version=number,
        upload_id=upload.upload_id,
        name=upload.name,
        type=upload.type,
        size=upload.size,
        checksum=upload.checksum,
        made_by=upload.user_id,
        made_at=at,
    )
    return _writes(asset, rev, version)


def newest(platform: Platform, asset_id: str) -> AssetVersion | None:
    """The newest version, for products, which have checked who asks; None where there is no such asset."""
    found = _read(platform, asset_id)
    return _version(platform, found[0], found[0].version) if found else None


def writes_of_made(
    platform: Platform, project_id: str, asset_id: str, name: str, made: Made, made_by: str
) -> list[Write]:
    """To be written when a product has made something: a new asset, or its next version.

    Nothing where the newest version is this very folder: what was computed before makes no new version.
    """
    found = _read(platform, asset_id)
    before, rev = found or (None, 0)
    if before is not None:
        last = _version(platform, before, before.version)
        if last.made is not None and last.made.folder == made.folder:
            return []
    at, number = platform.clock.now(), before.version + 1 if before else 1
    asset = Asset(
        asset_id=asset_id,
        project_id=project_id,
        name=name,
        kind=made.kind,
        version=number,
        size=made.size,
        made_by=made_by,
        created_at=before.created_at if before else at,
        updated_at=at,
    )
    version = AssetVersion(
        version=number,
        made=made,
        name=name,
        type=made.kind,
        size=made.size,
        checksum=None,
        made_by=made_by,
        made_at=at,
    )
    return _writes(asset, rev, version)


def rename_made(platform: Platform, asset_id: str, name: str) -> None:
    """Calls what a product made otherwise; nothing where nothing was made yet."""
    found = _read(platform, asset_id)
    if found is not None:
        renamed = found[0].model_copy(update={"name": name})
        place = _listed_place(renamed.project_id, asset_id)
        platform.records.put({**_keys(place), **_value(renamed)}, found[1])


def forget_made(platform: Platform, asset_id: str) -> list[str]:
    """Takes away an asset whose product's thing is deleted; the folders that its versions were. Any number of times."""
    found = _read(platform, asset_id)
    if found is None:
        return []
    folders = folders_of(platform, asset_id)
    _drop_versions(platform, found[0])
    place = _listed_place(found[0].project_id, asset_id)
    platform.records.transact([Delete(*place), Delete(*_place(asset_id))])
    return sorted(folders)


def folders_of(platform: Platform, asset_id: str) -> set[str]:
    """The folders that the versions are which a product made; none where it made nothing."""
    rows = platform.records.query(f"ASSET#{asset_id}", "VERSION#", limit=MOST_VERSIONS).rows
    versions = (AssetVersion.model_validate(row["value"]) for row in rows)
    return {version.made.folder for version in versions if version.made}


def restore(platform: Platform, user_id: str, asset_id: str, wanted: WantedVersion) -> Asset:
    """Makes an earlier version the newest again, as a new version of the same content.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where somebody changes the asset at the same time.
    """
    asset, rev = _find(platform, user_id, asset_id, "change")
    earlier = _version(platform, asset, wanted.version)
    if asset.version >= MOST_VERSIONS:
        raise Refused(
            f"An asset has at most {MOST_VERSIONS} versions.", "Begin a new one.", "too_many_versions"
        )
    at = platform.clock.now()
    version = earlier.model_copy(
        update={
            "version": asset.version + 1,
            "made_by": user_id,
            "made_at": at,
            "restored_from": earlier.version,
        }
    )
    restored = asset.model_copy(
        update={
            "version": version.version,
            "size": version.size,
            "kind": version.made.kind if version.made else FAMILIES[version.type],
            "updated_at": at,
        }
    )
    platform.records.transact(_writes(restored, rev, version))
    return restored


def delete(platform: Platform, user_id: str, asset_id: str) -> list[str]:
    """Takes an asset away with all its versions; the uploads that nothing needs any more.

    Raises `NotFound`, `NotAllowed`, `Conflict` (a product's). Cut off in between, it may be called again.
    """
    asset, _ = _find(platform, user_id, asset_id, "delete")
    if asset.kind not in FAMILIES.values():
        raise Conflict(
            f"{asset.name} is a {asset.kind}, not a file.",
            "It goes with what it was made by: delete that, or its project.",
            "asset_of_product",
        )
    needed = _drop_versions(platform, asset)
    place = _listed_place(asset.project_id, asset_id)
    platform.records.transact([Delete(*place), Delete(*_place(asset_id))])
    return [upload_id for upload_id in needed if not uploads.is_used(platform.records, upload_id)]


def _drop_versions(platform: Platform, asset: Asset) -> list[str]:
    """Deletes the versions' rows and uses; the uploads that they needed."""
    needed: dict[str, None] = {}
    while rows := platform.records.query(f"ASSET#{asset.asset_id}", "VERSION#").rows:
        for row in rows:
            version = AssetVersion.model_validate(row["value"])
            writes: list[Write] = [Delete(row["pk"], row["sk"])]
            if version.upload_id is not None:
                needed[version.upload_id] = None
                writes.append(Delete(*_use_place(version.upload_id, asset.asset_id, version.version)))
            platform.records.transact(writes)
    return list(needed)


def assets_of(platform: Platform, upload_id: str) -> list[str]:
    """The ids of the assets of which a version needs the upload."""
    pk, _ = uploads.upload_place(upload_id)
    rows = platform.records.query(pk, uploads.USE_BY_ASSETS).rows
    return list(dict.fromkeys(row["sk"].split("#")[2] for row in rows))


def has_other_versions(platform: Platform, asset_id: str, upload_id: str) -> bool:
    """Whether the asset has a version that does not need this upload."""
    rows = platform.records.query(f"ASSET#{asset_id}", "VERSION#", limit=MOST_VERSIONS).rows
    return any(row["value"]["upload_id"] != upload_id for row in rows)


# --- rows ---------------------------------------------------------------------------------------


def _find(
    platform: Platform, user_id: str, asset_id: str, action: access.Action = "see"
) -> tuple[Asset, int]:
    found = _read(platform, asset_id)
    if found is None:
        raise _no_such_asset()
    try:
        access.find_project(platform, user_id, found[0].project_id, action, "asset")
    except NotFound:
        raise _no_such_asset() from None
    return found


def _read(platform: Platform, asset_id: str) -> tuple[Asset, int] | None:
    lookup = platform.records.get(*_place(asset_id))
    row = platform.records.get(*_listed_place(lookup["project_id"], asset_id)) if lookup else None
    return (Asset.model_validate(row["value"]), row["rev"]) if row else None


def _version(platform: Platform, asset: Asset, number: int) -> AssetVersion:
    row = platform.records.get(*_version_place(asset.asset_id, number))
    if row is None:
        raise NotFound(f"{asset.name} has no version {number}.", f"It has 1 to {asset.version}.")
    return AssetVersion.model_validate(row["value"])


def _writes(asset: Asset, rev: int, version: AssetVersion) -> list[Write]:
    uses: list[Write] = []
    if version.upload_id is not None:
        use = _use_place(version.upload_id, asset.asset_id, version.version)
        uses.append(Put(_keys(use), None))
    lookup: list[Write] = (
        [Put({**_keys(_place(asset.asset_id)), "project_id": asset.project_id}, 0)] if rev == 0 else []
    )
    return [
        Put({**_keys(_listed_place(asset.project_id, asset.asset_id)), **_value(asset)}, rev),
        Put({**_keys(_version_place(asset.asset_id, version.version)), **_value(version)}, 0),
        *uses,
        *lookup,
    ]


def _keys(place: tuple[str, str]) -> Row:
    return {"pk": place[0], "sk": place[1]}


def _value(model: Contract) -> Row:
    return {"value": model.model_dump(mode="json")}


def _place(asset_id: str) -> tuple[str, str]:
    return f"ASSET#{asset_id}", "ASSET"


def _listed_place(project_id: str, asset_id: str) -> tuple[str, str]:
    return f"PROJECT#{project_id}", f"ASSET#{asset_id}"


def _version_place(asset_id: str, number: int) -> tuple[str, str]:
    return f"ASSET#{asset_id}", f"VERSION#{number:04d}"


def _use_place(upload_id: str, asset_id: str, number: int) -> tuple[str, str]:
    return uploads.upload_place(upload_id)[0], f"{uploads.USE_BY_ASSETS}{asset_id}#{number:04d}"


def _no_such_asset() -> NotFound:
    return NotFound(NO_SUCH_ASSET, "Yours are listed at /v1/assets.")
