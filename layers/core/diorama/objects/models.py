"""Sessions: a photo, what is cut out of it, and the objects made of that. Times are Unix seconds, sizes bytes."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from diorama.jobs.models import Budget
from diorama.objects.cutouts import MOST_CLICKS, Box, Click, Name, TourView
from diorama.objects.stages import (
    BuildObjectParams,
    BuiltObject,
    EmbedPhotoReport,
    Shape,
    ShapeModel,
    Vector,
)
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio.jobs import JobDetails

LONGEST_MASK = 4_000_000
MOST_STROKES, MOST_POINTS = 200, 2000
"""Of a cut-out; points of all its strokes together."""

Step = Literal["encoding", "cutting", "building", "done", "failed"]


class TourFrame(Contract):
    """A photo that a tour was made from."""

    tour_id: str = Field(min_length=1, max_length=64)
    frame: str = Field(min_length=1, max_length=200, description="Its name in GET /v1/tours/{tour_id}/frames")


class NewSession(Contract):
    """Which photo objects are made from: one that was uploaded, or a frame of a tour."""

    project_id: str = Field(max_length=64)
    upload_id: str | None = Field(None, max_length=64, description="A photo that has arrived")
    tour_frame: TourFrame | None = None
    name: Name | None = Field(None, description="The photo's name where left out")

    @model_validator(mode="after")
    def _names_one(self) -> "NewSession":
        if (self.upload_id is None) == (self.tour_frame is None):
            raise ValueError("name an upload or a tour's frame, not both")
        return self


class SessionChange(Contract):
    """What is to be different."""

    name: Name


Place = Annotated[float, Field(ge=-100_000, le=100_000), AfterValidator(lambda place: round(place, 1))]
"""A tenth of a pixel is finer than any hand."""


class Stroke(Contract):
    """A line drawn by hand on the mask."""

    adds: bool = Field(description="False: an eraser's")
    radius: float = Field(gt=0, le=10_000)
    points: tuple[Place, ...] = Field(min_length=2, max_length=2 * MOST_POINTS, description="x and y in turn")


class ByHand(Contract):
    """What the page made of the answer to clicks and box. The mask has it already; kept so that work can go on."""

    threshold: int = Field(128, ge=0, le=255, description="From where on a pixel belongs to the object")
    is_inverted: bool = Field(
        False, description="The mask is everything else; clicks are as they are seen then"
    )
    inverted_box: Box | None = Field(None, description="The box, where all but what is in it was meant")
    strokes: tuple[Stroke, ...] = Field((), max_length=MOST_STROKES)

    @model_validator(mode="after")
    def _fits_into_a_row(self) -> Self:
        if sum(len(stroke.points) for stroke in self.strokes) > 2 * MOST_POINTS:
            raise ValueError(f"the strokes have more than {MOST_POINTS} points together")
        return self


class NewCutout(Contract):
    """An object of the photo: by its mask, or by clicks and a box that a mask is made from.

    Pixels are of photo.jpg (`photo` of the session), from its upper left corner; a pixel's middle is at .5.
    """

    name: Name
    mask_png: str | None = Field(
        None,
        max_length=LONGEST_MASK,
        description="Base64 of a PNG as large as photo.jpg: grey or palette, 1 to 8 bits, 255 is the object. "
        "Left out: the mask is made of the clicks when the object is built",
    )
    clicks: tuple[Click, ...] = Field((), max_length=MOST_CLICKS)
    box: Box | None = None
    segmenter: str = Field(
        "", max_length=64, description="What made the mask of the clicks: diorama, sam2, hand ..."
    )
    by_hand: ByHand | None = None
    shape: Shape | None = Field(None, description="How its shape is to be estimated; null: as it looks")


class NewBuild(Contract):
    """How objects are made of all cut-outs, together."""

    params: BuildObjectParams = Field(default_factory=BuildObjectParams)
    budget: Budget | None = Field(None, description="What it may cost; it stops before it would cost more")
    priority: int | None = Field(
        None, ge=0, le=9, description="9 goes first among those who wait; at most what one's plan has"
    )


# --- what is kept -------------------------------------------------------------------------------------------------


class Material(Contract):
    """Something that a stage reads, and the key that stands for its content."""

    uri: str
    key: str


class Photo(Contract):
    """Where a session's photo is from; of a tour's frame also which camera took it, and the tour's bundle."""

    file: Material
    upload_id: str | None = None
    tour_frame: TourFrame | None = None
    view: TourView | None = None
    tour: Material | None = None


class Embedding(Contract):
    """What embed_photo made of the photo, and where."""

    folder: str
    report: EmbedPhotoReport


class Session(Contract):
    """The row."""

    session_id: str
    project_id: str
    owner_id: str
    name: str
    photo: Photo
    encode_job_id: str
    build_job_id: str = Field("", description="The newest build's; empty before the first")
    embedding: Embedding | None = None
    created_at: float


class KeptCutout(Contract):
    """The row of a cut-out."""

    cutout_id: str
    name: str
    mask: str | None = Field(None, description="Digest of its file")
    width_px: int | None = None
    height_px: int | None = None
    coverage: float | None = None
    clicks: tuple[Click, ...] = ()
    box: Box | None = None
    segmenter: str = ""
    by_hand: ByHand | None = None
    shape: Shape | None = None
    created_at: float
    updated_at: float


class VersionObject(Contract):
    """One object of a build, as other rooms find it in the library: its mesh for the web, in the object's frame."""

    cutout_id: str
    name: str
    mesh: str = Field(description="Path of mesh.glb below the folder")
    mesh_bytes: int
    picture: str
    bounds_min: Vector
    bounds_max: Vector
    scale_source: str


class BuildVersion(Contract):
    """What a build made: the details of a version of the session's asset."""

    job_id: str
    attempt: int
    folder: str
    model: ShapeModel
    bytes: int
    objects: tuple[VersionObject, ...]
    made_at: float


# --- what is told -------------------------------------------------------------------------------------------------


class CutoutView(Contract):
    """An object of the photo as it is cut out now."""

    cutout_id: str
    name: str
    mask: str | None = Field(
        description="Path of its PNG below the view's `files_url`; null: made of the clicks"
    )
    coverage: float | None = Field(description="Share of the photo that is the object")
    clicks: tuple[Click, ...]
    box: Box | None
    segmenter: str
    by_hand: ByHand | None
    shape: Shape | None
    created_at: float
    updated_at: float


class BuildView(Contract):
    """The newest build: its objects and their files, below `build` of the session's view."""

    job_id: str
    attempt: int
    model: ShapeModel
    objects: tuple[BuiltObject, ...]
    scene_files: dict[str, int] = Field(description="Of all objects together: path below the build -> bytes")
    bytes: int
    warnings: tuple[str, ...]
    made_at: float


class ListedSession(Contract):
    """A session in a list."""

    session_id: str
    project_id: str
    owner_id: str
    name: str
    step: Step = Field(
        description='"encoding": the photo is read; "cutting": objects can be cut out; "building"; "done"; '
        '"failed": the newest job ended badly, and says why'
    )
    objects: int = Field(description="That the newest build made")
    picture_url: str | None = Field(description="A small picture; the link is good for 15 minutes")
    created_at: float


class SessionPage(Contract):
    """Some sessions, newest first. The list goes on until the cursor is null, even where a page is short."""

    sessions: tuple[ListedSession, ...]
    cursor: str | None = None


class SessionDetails(Contract):
    """A session: where it stands, and all that is needed to go on there."""

    session_id: str
    project_id: str
    owner_id: str
    name: str
    step: Step
    upload_id: str | None
    tour_frame: TourFrame | None
    photo: EmbedPhotoReport | None = Field(description="What embed_photo found; null while it is being read")
    cutouts: tuple[CutoutView, ...] = Field(description="Oldest first")
    build: BuildView | None = Field(description="The newest one; earlier ones are versions of the asset")
    encode_job: JobDetails | None
    build_job: JobDetails | None
    session_url: str = Field(description="The page that shows it")
    created_at: float


class SessionView(Contract):
    """Where a session's files are for a while, below `files_url`; no token is needed there."""

    session_id: str
    files_url: str = Field(description="Ends with a slash")
    photo: str | None = Field(description='"photo/": photo.jpg, embedding.json and all it names')
    masks: str = Field(description='"masks/": the masks of cut-outs, as these name them')
    build: str | None = Field(description='"build/": what the newest build made; null before the first')
    expires_at: float = Field(description="When it stops working: ask again before")


class StageStory(Contract):
    """One stage of a session: when, and what it took by its steps."""

    stage: str
    status: str
    cached: bool
    started_at: float | None
    ended_at: float | None
    seconds: float | None
    steps: dict[str, float]


class CutoutStory(Contract):
    """How an object was cut out."""

    cutout_id: str
    name: str
    clicks_adding: int
    clicks_taking_away: int
    has_box: bool
    segmenter: str
    coverage: float | None


class SessionMetadata(Contract):
    """metadata.json of a session: its whole story. `build` is what build_object wrote of the newest build."""

    session_id: str
    name: str
    photo: EmbedPhotoReport | None
    stages: tuple[StageStory, ...]
    cutouts: tuple[CutoutStory, ...]
    build: JsonObject | None
    created_at: float
