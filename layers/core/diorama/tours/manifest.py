"""manifest.json: what a tour's bundle holds, and how it wants to be shown.

These models are the one source of docs/manifest.schema.json (`python -m diorama.tours.manifest` prints it).
Version 1. World frame: right-handed, +Y up, lengths in metres unless `scale_source` is "none". Poses are of
cameras with OpenCV axes (x right, y down, z forward): `rotation_wxyz` turns camera axes into world axes.
"""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from diorama.errors import Refused
from diorama.stage import Contract
from diorama.tours.plain_text import PlainLine, PlainText, WebLink
from diorama.uris import LONGEST_PATH, SAFE_PATH

FORMAT: Literal["diorama-tour"] = "diorama-tour"
VERSION: Literal[1] = 1

MOST_HOTSPOTS = 100

Number = Annotated[float, Field(allow_inf_nan=False)]
Vector = tuple[Number, Number, Number]
CubeCount = Annotated[int, Field(gt=0, le=4096)]
Quaternion = tuple[Number, Number, Number, Number]
ScaleSource = Literal["reference", "assumed_eye_height_1.6m", "none"]


def _unit(quaternion: Quaternion) -> Quaternion:
    if abs(sum(part * part for part in quaternion) - 1) > 1e-3:
        raise ValueError("a rotation must be of length 1")
    return quaternion


Path = Annotated[
    str, Field(pattern=SAFE_PATH, max_length=LONGEST_PATH, description="Relative to the manifest")
]
Rotation = Annotated[Quaternion, AfterValidator(_unit)]


class BundleFile(Contract):
    """One file of the bundle, for caching and checking."""

    path: Path
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    content_type: str


class Box(Contract):
    """Corners of a box along the axes."""

    min: Vector
    max: Vector

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if any(low > high for low, high in zip(self.min, self.max, strict=True)):
            raise ValueError("a box's min must not lie above its max")
        return self


class Bounds(Contract):
    """How large the place is: what cameras saw, less 1 % at each end; and every splat's middle."""

    robust: Box
    full: Box


class Pose(Contract):
    """Where to stand, and what to look at: `target` lies straight ahead, where the place is."""

    position: Vector
    rotation_wxyz: Rotation
    target: Vector


class StartPose(Pose):
    """Where a visit starts. The field of view is the poster's, from its upper edge to its lower one."""

    field_of_view_deg: Number = Field(gt=0, lt=180)


class CameraPath(Contract):
    """A walk through the place: poses at even steps, to be joined smoothly, in `duration_s` at an easy pace."""

    duration_s: Number = Field(gt=0)
    poses: tuple[Pose, ...] = Field(min_length=2)


class Detail(Contract):
    """The whole place with a share of its splats; PSNR and SSIM of its files against held-out photos."""

    name: str
    splats: int = Field(gt=0)
    sh_degree: int = Field(ge=0, le=3)
    bytes: int = Field(gt=0)
    psnr: Number
    ssim: Number
    loss_db: Number = Field(description="PSNR below that of the trained model; negative where it is better")


class Level(Detail):
    """A level in one file. Bundles hold SOG; plain PLY is what the viewer is checked with."""

    path: Path
    format: Literal["sog", "ply"]


class TiledLevel(Detail):
    """A level in tiles."""

    tiles: int = Field(gt=0)


class Streaming(Contract):
    """The place as PlayCanvas' streamed SOG, where it has too many splats for one file: a viewer loads tiles, coarse
    ones first, by where one looks.

    `path` is its lod-meta.json. `levels` come from the finest, which the document calls 0; each holds the whole place,
    some of them are in `Manifest.levels` too. `environment`: what is far off all round, shown at all times.
    """

    path: Path
    levels: tuple[TiledLevel, ...] = Field(min_length=1)
    environment: Path | None = None
    bytes: int = Field(gt=0, description="Of the document and all files that it names")


class Quality(Contract):
    """The certificate: how well the trained model shows photos that it was not trained on."""

    psnr: Number
    ssim: Number
    splats: int = Field(gt=0)
    held_out_views: int = Field(gt=0)
    long_side_px: int = Field(gt=0)


class Coverage(Contract):
    """Where few cameras looked: square cells over the floor, from above, from the corner (x, z) at `origin`.

    Row by row along z, each row along x.
    """

    origin: tuple[Number, Number]
    cell: Number = Field(gt=0, description="Side of a cell, world units")
    columns: int = Field(gt=0, le=64)
    rows: int = Field(gt=0, le=64)
    seen_percent: tuple[Annotated[int, Field(ge=0, le=100)], ...] = Field(
        description="Share of the cameras that see what is in the cell; 0 where nothing is"
    )

    @model_validator(mode="after")
    def _full(self) -> Self:
        if len(self.seen_percent) != self.columns * self.rows:
            raise ValueError("a plan must have a number for each of its cells")
        return self


class Collision(Contract):
    """What stands in the way, and where one can stand: a grid of cubes from the corner `origin`, y up.

    The file is a gzip stream of two parts, each filled up to whole bytes, bits from the lowest. A bit a cube
    (1: solid), along x, then along z, then up; a bit a cell of the floor (1: one can stand there, and get there),
    along x, then along z.
    """

    path: Path
    origin: Vector
    cube: Number = Field(gt=0, description="Side of a cube, world units")
    cubes: tuple[CubeCount, CubeCount, CubeCount] = Field(description="Along x, y and z")
    floor: Number = Field(description="Height of the floor that cells are of, world units")


class FloorPlan(Contract):
    """The place from above, without what is over people's heads. In the picture +X is right and +Z is down."""

    path: Path
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    corner: tuple[Number, Number] = Field(description="x and z of the picture's top left corner")
    width: Number = Field(gt=0, description="What the picture shows along x, world units")
    depth: Number = Field(gt=0, description="And along z")


class Privacy(Contract):
    """For whom the bundle was made: for its owners alone, or published for all who know, or find, its address.

    A publication may change afterwards; `tour.json` beside a published version says what counts now.
    """

    visibility: Literal["private", "unlisted", "public"] = "private"


class SeenFrom(Contract):
    """Where to stand to see something: yaw to the left of -Z, pitch above the horizon."""

    position: Vector
    yaw_deg: Number
    pitch_deg: Number = Field(ge=-90, le=90)


MediaKind = Literal["image", "audio", "video", "model"]


class HotspotMedia(Contract):
    """A picture, sound or film of a hotspot, or a model (GLB) that stands in the place."""

    kind: MediaKind
    path: Path


class Placement(Contract):
    """How a model stands at its hotspot's position: world_from_model is position, rotation and scale, in this order."""

    rotation_wxyz: Rotation = (1, 0, 0, 0)
    scale: Number = Field(1, ge=1e-4, le=1e4, description="World units of a unit of the model")


class Hotspot(Contract):
    """Something to know about a place in the tour. Everything that people wrote is plain text."""

    hotspot_id: str = Field(pattern="^[A-Za-z0-9_-]{1,64}$")
    title: PlainLine
    text: PlainText = ""
    link: WebLink | None = None
    position: Vector
    seen_from: SeenFrom
    media: HotspotMedia | None = None
    placement: Placement | None = Field(
        None, description="Of a model; null: upright, and as large as it says"
    )


class Picture(Contract):
    """A picture drawn from the splats."""

    path: Path
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    pose: Pose


class Manifest(Contract):
    """A tour's bundle. Levels come from the most splats to the fewest; with `streaming`, the largest are only there."""

    format: Literal["diorama-tour"] = FORMAT
    version: Literal[1] = VERSION
    up: Literal["+Y"] = "+Y"
    scale_source: ScaleSource
    bounds: Bounds
    start: StartPose
    camera_path: CameraPath | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    streaming: Streaming | None = None
    quality: Quality
    coverage: Coverage | None = None
    collision: Collision | None = None
    floor_plan: FloorPlan | None = None
    hotspots: tuple[Hotspot, ...] = Field((), max_length=MOST_HOTSPOTS)
    privacy: Privacy = Privacy()
    poster: Picture
    thumbnails: tuple[Picture, ...] = ()
    files: tuple[BundleFile, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        listed = [file.path for file in self.files]
        if len(set(listed)) < len(listed):
            raise ValueError("a file is listed twice")
        pictures = (self.poster, *self.thumbnails)
        named = [*(level.path for level in self.levels), *(picture.path for picture in pictures)]
        named += [ground.path for ground in (self.collision, self.floor_plan) if ground]
        named += [hotspot.media.path for hotspot in self.hotspots if hotspot.media]
        if self.streaming:
            named += [path for path in (self.streaming.path, self.streaming.environment) if path]
        missing = sorted(set(named) - set(listed))
        if missing:
            raise ValueError(f"not among the files: {', '.join(missing)}")
        counts = [level.splats for level in self.levels]
        if counts != sorted(counts, reverse=True):
            raise ValueError("levels must come from the most splats to the fewest")
        return self


Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: dict[int, Migration] = {}
"""By version: what makes a document of it one of the next. There is no older version than 1 yet."""


def read_manifest(text: str | bytes) -> Manifest:
    """The manifest in a text, brought up to this version. Raises `Refused` for one that is damaged, or of a version
    that no migration starts from.
    """
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise _damaged(str(error)) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _damaged(f"its format is not {FORMAT}")
    try:
        return Manifest.model_validate_json(json.dumps(migrated(document, MIGRATIONS, VERSION)))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _damaged(f"{place}: {first['msg']}") from error


def migrated(document: dict[str, Any], migrations: Mapping[int, Migration], version: int) -> dict[str, Any]:
    """The document, one version after the other, up to `version`. Raises `Refused` where a step is unknown."""
    while (found := document.get("version")) != version:
        if type(found) is not int or found not in migrations:
            raise Refused(
                f"The tour is of version {found}; this studio reads version {version}.",
                "Update the studio, or package the tour again.",
                "unknown_manifest_version",
            )
        document = migrations[found](document) | {"version": found + 1}
    return document


def _damaged(why: str) -> Refused:
    return Refused(f"This is no tour's manifest: {why}.", "Package the tour again.", "damaged_manifest")


def json_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a manifest."""
    schema = Manifest.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=1, sort_keys=True))  # noqa: T201 - stdout is this program's interface
