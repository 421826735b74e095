"""What of a tour visitors may see: a row, the rules by which it changes, and what is told of it.

Versions count up and are never used again, because their files are cached for good.
"""

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from pydantic import ConfigDict, Field

from diorama.errors import Conflict, NotFound
from diorama.ports import Delete, Put, Records, Row, Write
from diorama.stage import Contract
from diorama.studio.projects import publication_place

KEPT_VERSIONS = 5
TRIES = 20
DOOMED = "DOOMED"

Visibility = Literal["public", "unlisted"]


class PublishedVersion(Contract):
    """One version that can be shown."""

    version: int
    published_at: float = Field(description="Unix seconds")
    asset_version: int | None = Field(None, description="Which version of the tour's asset it shows")


class Published(Contract):
    """How a tour is published."""

    version: int = Field(description="The one that visitors see")
    visibility: Visibility
    url: str = Field(description="The page that visitors see")
    versions: tuple[PublishedVersion, ...] = Field(description="What can be gone back to, oldest first")


class NewPublication(Contract):
    """For whom a tour is published. Search engines are asked to leave unlisted ones out."""

    visibility: Visibility = "unlisted"


class WantedVersion(Contract):
    """Which version is to be shown."""

    version: int = Field(ge=1)


class KeptVersion(PublishedVersion):
    """A version and the bundle it is a copy of; `is_whole`: all of it has been copied.

    `hotspots` is the digest of those that were put into its manifest; empty where there were none.
    """

    bundle: str
    hotspots: str = ""
    is_whole: bool = False


class Publication(Contract):
    """What should be published. `version` is the one shown, `doomed` are those whose files must go.

    `owner_id` is the project's owner, whose plan the views count for. Until `copying_until` somebody may be copying.
    """

    visibility: Visibility = "unlisted"
    version: int | None = None
    last_version: int = 0
    versions: tuple[KeptVersion, ...] = ()
    doomed: tuple[int, ...] = ()
    owner_id: str = ""
    copying_until: float = 0

    def of_bundle(self, bundle: str, hotspots: str = "") -> KeptVersion | None:
        """The version that is a copy of the bundle with these hotspots."""
        wanted = (bundle, hotspots)
        return next((kept for kept in self.versions if (kept.bundle, kept.hotspots) == wanted), None)


Change = Callable[[Publication], Publication]


class TourNote(Contract):
    """tour.json, which visitors' pages start from; `files` is relative to it."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_version: Literal[1] = Field(1, alias="schema")
    tour_id: str
    name: str
    version: int
    visibility: Visibility
    files: str


# --- Rules ---------------------------------------------------------------------------------------


def with_bundle(
    now: Publication, bundle: str, hotspots: str, at: float, asset_version: int | None = None
) -> Publication:
    """With a version for the bundle with these hotspots: the one it has, else the next, of which nothing is
    copied yet."""
    if now.of_bundle(bundle, hotspots) is not None:
        return now
    version = now.last_version + 1
    new = KeptVersion(
        version=version, published_at=at, bundle=bundle, hotspots=hotspots, asset_version=asset_version
    )
    return now.model_copy(update={"last_version": version, "versions": (*now.versions, new)})


def showing(now: Publication, version: int, visibility: Visibility) -> Publication:
    """Shows a version that has been copied; of the others the newest few stay, and none that was cut off.

    Raises `Conflict` where it was taken away in the meantime.
    """
    if version not in [kept.version for kept in now.versions]:
        raise Conflict("The tour was unpublished in the meantime.", "Publish it again.", "unpublished")
    versions = [
        kept.model_copy(update={"is_whole": True}) if kept.version == version else kept
        for kept in now.versions
    ]
    cut_off = {kept.version for kept in versions if not kept.is_whole and kept.version < version}
    whole = [kept.version for kept in versions if kept.is_whole]
    doomed = (cut_off | set(whole[:-KEPT_VERSIONS])) - {version}
    return now.model_copy(
        update={
            "visibility": visibility,
            "version": version,
            "versions": tuple(kept for kept in versions if kept.version not in doomed),
            "doomed": tuple(sorted(doomed.union(now.doomed))),
        }
    )


def rolled_back(now: Publication, version: int) -> Publication:
    """Shows another version that is kept. Raises `NotFound`, or `Conflict` where nothing is published."""
    whole = [kept.version for kept in now.versions if kept.is_whole]
    if now.version is None:
        raise Conflict("This tour is not published.", "Publish it first.", "not_published")
    if version not in whole:
        kept = ", ".join(str(one) for one in whole)
        raise NotFound(f"There is no version {version} any more.", f"These are kept: {kept}.")
    return now.model_copy(update={"version": version})


def hidden(now: Publication) -> Publication:
    """Shows nothing any more."""
    gone = {*now.doomed, *(kept.version for kept in now.versions)}
    return now.model_copy(update={"version": None, "versions": (), "doomed": tuple(sorted(gone))})


def without(now: Publication, version: int) -> Publication:
    """Has the files of a version removed that is not kept."""
    if version in [kept.version for kept in now.versions]:
        return now
    return now.model_copy(update={"doomed": tuple(sorted({*now.doomed, version}))})


def told(publication: Publication, tour_id: str, public_url: str) -> Published | None:
    """How a tour is published; None where it is not."""
    if publication.version is None:
        return None
    whole = [kept for kept in publication.versions if kept.is_whole]
    return Published(
        version=publication.version,
        visibility=publication.visibility,
        url=f"{public_url}/t/{tour_id}",
        versions=tuple(_told_version(one) for one in whole),
    )


def _told_version(kept: KeptVersion) -> PublishedVersion:
    return PublishedVersion.model_validate(kept.model_dump(include=set(PublishedVersion.model_fields)))


# --- The row -------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """The row as it was read."""

    publication: Publication
    rev: int


def _place(tour_id: str) -> tuple[str, str]:
    return f"TOUR#{tour_id}", "PUBLICATION"


def read(records: Records, tour_id: str) -> Kept:
    """A tour's row; an empty one at rev 0 where nothing was ever published."""
    row = records.get(*_place(tour_id))
    return Kept(Publication.model_validate(row["value"]), row["rev"]) if row else Kept(Publication(), 0)


def shown_in(records: Records, project_ids: Collection[str]) -> set[str]:
    """The tours of those projects that visitors can see."""
    found: set[str] = set()
    for project_id in project_ids:
        cursor = None
        while True:
            page = records.query(*publication_place(project_id, ""), cursor=cursor)
            found.update(row["sk"].partition("#")[2] for row in page.rows)
            if (cursor := page.cursor) is None:
                break
    return found


def change(records: Records, project_id: str, tour_id: str, apply: Change) -> Publication:
    """Applies a change to the row as it is now. Raises `Conflict` where others never stop changing it."""
    pk, sk = _place(tour_id)
    for _ in range(TRIES):
        now, rev = read(records, tour_id)
        changed = apply(now)
        if changed == now:
            return now
        row = {"pk": pk, "sk": sk, "value": changed.model_dump(mode="json"), **_indexed(tour_id, changed)}
        try:
            records.transact([Put(row, rev), _mark(project_id, tour_id, changed)])
        except Conflict:
            continue
        return changed
    raise Conflict("The tour keeps being published.", "Try again.")


def _indexed(tour_id: str, publication: Publication) -> Row:
    """Lists tours of which files must go, by when that can be done for good."""
    if not publication.doomed:
        return {}
    return {"gsi_pk": DOOMED, "gsi_sk": f"{publication.copying_until:017.6f}#{tour_id}"}


def with_doomed(records: Records, now: float) -> list[str]:
    """The tours of which files must go, now that nobody copies any more."""
    rows = records.query(DOOMED, index=True).rows
    return [row["pk"].partition("#")[2] for row in rows if row["gsi_sk"] < f"{now:017.6f}"]


def _mark(project_id: str, tour_id: str, publication: Publication) -> Write:
    """Lets the project know that something of it is public."""
    pk, sk = publication_place(project_id, tour_id)
    return Put({"pk": pk, "sk": sk}, None) if publication.version is not None else Delete(pk, sk)
