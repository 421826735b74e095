"""Tours. Times are Unix seconds."""

from pydantic import Field

from diorama.jobs.models import Budget
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio.jobs import JobDetails
from diorama.tours.publication import Published
from diorama.tours.stages import (
    OptimizeSplatsParams,
    PackageTourParams,
    SampleFramesParams,
    SolvePosesParams,
    TrainSplatsParams,
)
from diorama.tours.visits import Views


class TourParams(Contract):
    """Parameters by stage. What is left out is as this studio has it."""

    sample_frames: SampleFramesParams = Field(default_factory=SampleFramesParams)
    solve_poses: SolvePosesParams = Field(default_factory=SolvePosesParams)
    train_splats: TrainSplatsParams = Field(default_factory=TrainSplatsParams)
    optimize_splats: OptimizeSplatsParams = Field(default_factory=OptimizeSplatsParams)
    package_tour: PackageTourParams = Field(default_factory=PackageTourParams)


class NewTour(Contract):
    """What a tour is made from, and how."""

    project_id: str = Field(max_length=64)
    upload_id: str = Field(max_length=64, description="A video, or a zip of photos, that has arrived")
    name: str | None = Field(None, min_length=1, max_length=200, description="The file's name where left out")
    params: TourParams = Field(default_factory=TourParams)
    budget: Budget | None = Field(None, description="What it may cost; it stops before it would cost more")
    priority: int | None = Field(
        None, ge=0, le=9, description="9 goes first among those who wait; at most what one's plan has"
    )


class NewCaptureReport(Contract):
    """Which video is judged, before a tour is made of it."""

    project_id: str = Field(max_length=64)
    upload_id: str = Field(max_length=64, description="A video that has arrived")


class TourVersion(Contract):
    """What a job made: where its bundle lies and how good it is."""

    job_id: str
    attempt: int
    bundle: str = Field(description="URI of the folder that holds manifest.json and all it names")
    frames: str = Field("", description="URI of the folder of its photos; empty where that was not noted yet")
    poses: str = Field("", description="URI of the folder of their cameras")
    report: JsonObject = Field(description="What package_tour said of it")
    made_at: float


class Tour(Contract):
    """A place made from a video."""

    tour_id: str
    project_id: str
    owner_id: str
    upload_id: str
    name: str
    job_id: str = Field(description="The job that makes it")
    version: TourVersion | None = Field(None, description="What can be walked, once it is made")
    created_at: float


class TourDetails(Tour):
    """A tour and how its job stands."""

    tour_url: str = Field(
        description="The page that shows the tour: to its owner, or to all once it is published"
    )
    published: Published | None = Field(description="How visitors see it; null where they don't")
    views: Views
    job: JobDetails | None


class ListedTour(Tour):
    """A tour in a list; its version is what its job made last."""

    is_published: bool = Field(description="Whether visitors can see it")


class TourPage(Contract):
    """Some tours, newest first. The list goes on until the cursor is null, even where a page is short."""

    tours: tuple[ListedTour, ...]
    cursor: str | None = None
