"""The stages of a tour: their parameters and reports.

These models are the one source for validation, the API document, the page's form and the CLI's flags.
"""

from typing import Annotated, Literal

from pydantic import Field

from diorama.stage import Contract, Report, Stage

Share = Annotated[float, Field(ge=0, le=1)]


class SampleFramesParams(Contract):
    """Which videos are accepted and how frames are chosen from them."""

    min_height_px: int = Field(1080, ge=1, description="Shorter side of the video, at least")
    min_fps: float = Field(24, gt=0, description="Frames a second, at least")
    min_duration_s: float = Field(60, ge=0, description="Length of the video, at least")
    max_duration_s: float = Field(1800, gt=0, description="Length of the video, at most")
    max_pixels: int = Field(8192 * 4320, gt=0, description="Pixels of one frame or photo, at most")
    min_frames: int = Field(20, ge=2, description="Usable frames, at least")
    max_frames: int = Field(2000, ge=2, le=2000, description="Frames kept, at most")
    candidates_per_s: float = Field(2, gt=0, le=30, description="Frames looked at in each second")
    max_side_px: int = Field(1920, ge=320, description="Long side of a stored frame, at most")
    max_gap_s: float = Field(2, gt=0, description="No gap longer than this where sharp frames exist")
    keep_all_below: int = Field(60, ge=0, description="With fewer candidates, all readable ones are kept")
    max_photos: int = Field(5000, ge=2, description="Photos, or files in a zip, at most")
    max_unzipped_bytes: int = Field(20 * 1024**3, gt=0, description="All files of a zip together, at most")
    max_zip_ratio: float = Field(20, ge=1, description="How far a file of a zip may grow, at most")


class SampleFramesReport(Report):
    """What was found in the video and what was kept of it."""

    source: Literal["video", "photos"]
    duration_s: float | None = None
    fps: float | None = None
    codec: str | None = None
    width_px: int = Field(description="Of the stored images, upright")
    height_px: int
    candidates: int
    kept: int
    dropped: dict[str, int] = Field(description="How many candidates were dropped, by reason")
    max_gap_s: float | None = Field(default=None, description="Longest time between two kept frames")
    readable_s: float | None = Field(default=None, description="Where the video breaks off, if it does")
    warnings: tuple[str, ...] = Field(default=(), description="What the person should know, in sentences")


class SolvePosesParams(Contract):
    """How cameras are found."""

    max_features: int = Field(4096, ge=256, le=16384, description="SIFT features an image")
    max_image_side_px: int = Field(1600, ge=320, description="Long side that features are found on")
    exhaustive_up_to: int = Field(60, ge=2, description="Match all pairs up to this many images")
    sequential_overlap: int = Field(10, ge=1, description="Neighbours in time each image is matched with")
    loop_pairs: int = Field(20, ge=0, description="Look-alike images each image is matched with")
    mapper: Literal["auto", "incremental", "global"] = "auto"
    retry_below: Share = Field(0.95, description="Try the other mapper when fewer images register")
    refuse_below: Share = Field(0.6, description="Refuse when fewer images register")
    mapper_threads: int = Field(1, ge=1, le=64, description="1: the same poses each time; more: sooner")
    seed: int = 0


class Gap(Contract):
    """A stretch of the video in which no image was placed, seconds from its start."""

    start_s: float
    end_s: float
    images: int


class SolvePosesReport(Report):
    """How well the cameras were found."""

    images: int
    registered: int
    registered_share: Share
    points: int
    reprojection_error_px: float
    mapper: Literal["incremental", "global"]
    camera_model: str
    fov_deg: float
    scale_source: Literal["reference", "assumed_eye_height_1.6m", "none"]
    path_length: float = Field(description="In metres where the scale is known")
    eye_height: float | None = Field(default=None, description="Cameras above the floor, if one was found")
    missing: tuple[Gap, ...] = ()
    missing_photos: tuple[str, ...] = Field(default=(), description="Photos that were not placed, at most 50")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


SAMPLE_FRAMES = Stage(
    "sample_frames",
    container="scene",
    revision=1,
    inputs=("video",),
    output_kind="frames",
    params=SampleFramesParams,
    report=SampleFramesReport,
)
SOLVE_POSES = Stage(
    "solve_poses",
    container="scene",
    revision=1,
    inputs=("frames",),
    output_kind="poses",
    params=SolvePosesParams,
    report=SolvePosesReport,
)

STAGES = (SAMPLE_FRAMES, SOLVE_POSES)
