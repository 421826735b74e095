"""The stages of a tour: their parameters and reports.

These models are the one source for validation, the API document, the page's form and the CLI's flags.
"""

from typing import Annotated, Literal, Self

from pydantic import Field

from diorama.stage import Contract, Params, Report, Stage
from diorama.tours import effort

Share = Annotated[float, Field(ge=0, le=1)]
Quality = Literal["draft", "standard", "high"]


class SampleFramesParams(Params):
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

    def smaller(self) -> Self | None:
        return self._scaled({"max_side_px": 0.7, "max_frames": 0.7})


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


class SolvePosesParams(Params):
    """How cameras are found."""

    max_features: int = Field(4096, ge=256, le=16384, description="SIFT features an image")
    max_image_side_px: int = Field(1600, ge=320, description="Long side that features are found on")
    exhaustive_up_to: int = Field(60, ge=2, description="Match all pairs up to this many images")
    sequential_overlap: int = Field(10, ge=1, description="Neighbours in time each image is matched with")
    loop_pairs: int = Field(20, ge=0, description="Look-alike images each image is matched with")
    mapper: Literal["auto", "incremental", "global"] = "auto"
    retry_below: Share = Field(0.95, description="Try again, in other ways, when fewer images register")
    refuse_below: Share = Field(0.6, description="Refuse when fewer images register")
    ladder_budget: float = Field(
        8,
        ge=0,
        le=100,
        description="What more tries may cost when too few images register, in times what the first one did",
    )
    between_per_s: float = Field(
        6, gt=0, le=30, description="Frames a second that stretches without a pose are looked at again with"
    )
    mapper_threads: int = Field(1, ge=1, le=64, description="1: the same poses each time; more: sooner")
    seed: int = 0

    def smaller(self) -> Self | None:
        return self._scaled({"max_features": 0.5, "max_image_side_px": 0.7, "mapper_threads": 0.25})


class Gap(Contract):
    """A stretch of the video in which no image was placed, seconds from its start."""

    start_s: float
    end_s: float
    images: int


RungName = Literal[
    "first_try", "other_mapper", "wide_matching", "more_pairs", "frames_between", "faint_features"
]
RungOutcome = Literal["better", "no_better", "over_budget"]


class Rung(Contract):
    """One way of several that were tried, one after another, while too few images registered."""

    name: RungName
    outcome: RungOutcome
    registered: int = Field(description="Images that this try placed")
    images: int = Field(description="Images compared, those from between the frames included")
    pairs: int = Field(description="Pairs of them compared, those of earlier tries included")
    seconds: float


class PosesFound(Contract):
    """What of a capture was placed, and what was tried for it. A refusal has this much too."""

    images: int
    registered: int
    missing: tuple[Gap, ...] = ()
    last_image_s: float | None = Field(default=None, description="Time of the last image, null for photos")
    rungs: tuple[Rung, ...] = Field(default=(), description="What was tried, in order; the best was kept")
    missing_photos: tuple[str, ...] = Field(default=(), description="Photos that were not placed, at most 50")


class SolvePosesReport(Report, PosesFound):
    """How well the cameras were found."""

    registered_share: Share
    points: int
    reprojection_error_px: float
    mapper: Literal["incremental", "global"]
    camera_model: str
    fov_deg: float
    scale_source: Literal["reference", "assumed_eye_height_1.6m", "none"]
    path_length: float = Field(description="In metres where the scale is known")
    eye_height: float | None = Field(default=None, description="Cameras above the floor, if one was found")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


CaptureProblem = Literal[
    "blurred", "dark", "burnt_out", "flicker", "too_fast", "plain", "turning", "standing", "unlinked"
]


class InspectCaptureParams(Params):
    """What a capture is judged for: the tour that would be made of it with these frames."""

    sample_frames: SampleFramesParams = Field(default_factory=SampleFramesParams)
    seed: int = Field(0, ge=0)

    def smaller(self) -> Self | None:
        """With fewer and smaller frames."""
        frames = self.sample_frames.smaller()
        return self.model_copy(update={"sample_frames": frames}) if frames else None


class TroubledStretch(Contract):
    """A stretch of a video that will make trouble, seconds from its start, and how to film it again."""

    start_s: float
    end_s: float
    problem: CaptureProblem
    advice: str


class InspectCaptureReport(Report):
    """What will come of a capture, told from the video alone."""

    duration_s: float
    looks: int = Field(description="Frames looked at")
    usable: int = Field(description="Of these, frames that would be kept")
    expected_share: Share = Field(
        description="Of the kept frames that will get a pose, as far as can be told"
    )
    expected_low: Share
    expected_high: Share
    enough: bool = Field(description="Whether a tour can be expected at all")
    loop_closed: bool = Field(description="Whether the end shows again what the start showed")
    points: int = Field(description="Clear features of the usual frame, of up to 600")
    stretches: tuple[TroubledStretch, ...] = Field(description="At most 60, the longest")
    chances: tuple[Share, ...] = Field(
        description="Chance of a pose along the video, in up to 100 equal parts"
    )
    warnings: tuple[str, ...] = Field(default=(), description="What the person should know, in sentences")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


BELOW_DRAFT = {"max_splats": 20_000, "max_side_px": 400}
"""Less than a draft is on any machine."""


class TrainSplatsParams(Params):
    """How much is spent on the splats.

    On a CPU a quality is a time, and the result depends on the machine's speed unless `steps` is given.
    `steps` goes before `training_s`, and either before what the quality says.
    """

    quality: Quality = Field("standard", description="Time or steps, splats and size of the photos together")
    steps: int | None = Field(None, ge=1, le=200_000, description="Train exactly so long, on any machine")
    training_s: float | None = Field(None, gt=0, le=86_400, description="Train for so many seconds")
    max_splats: int | None = Field(None, ge=100, le=10_000_000, description="Splats, at most")
    max_side_px: int | None = Field(None, ge=64, le=4096, description="Long side of the photos trained on")
    strategy: Literal["mcmc", "default"] = Field(
        "mcmc",
        description="How splats are added and removed: moved at random, or split, cloned, pruned and reset",
    )
    exposure: bool = Field(
        False, description="Learn each photo's exposure, so that splats show the usual one"
    )
    refine_poses: bool = Field(False, description="Correct the poses of the photos trained on")
    seed: int = Field(0, ge=0)

    def smaller(self) -> Self | None:
        """A quality lower, and what was asked for by number in proportion."""
        lower: dict[Quality, Quality] = {"high": "standard", "standard": "draft"}
        scaled = self._scaled({"max_splats": 0.5, "max_side_px": 0.7})
        if self.quality in lower:
            return (scaled or self).model_copy(update={"quality": lower[self.quality]})
        if self.max_splats is None and self.max_side_px is None:
            return self.model_copy(update=BELOW_DRAFT)
        return scaled


class TrainSplatsReport(Report):
    """How well the splats show what the held-out photos show."""

    psnr: float = Field(description="Decibels, mean over the held-out photos at a long side of 640 pixels")
    ssim: float = Field(description="Mean over the same photos, up to 1")
    training_views: int
    held_out_views: int
    splats: int
    sh_degree: int
    long_side_px: int = Field(description="Of the photos trained on")
    steps: int
    training_s: float = Field(description="Seconds spent on training steps, of all runs together")
    resumed_at: int | None = Field(None, description="The step of the checkpoint that the run went on from")
    stopped_early: bool = Field(False, description="The photos trained on had nothing more to teach")
    rollbacks: int = Field(
        0, description="How often the run went wrong and went back to its newest checkpoint"
    )
    device: Literal["cpu", "cuda"]
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


class OptimizeSplatsParams(Params):
    """What is left out of the trained model, and how many levels of detail are made of the rest."""

    looked_at_side_px: int = Field(480, ge=64, le=2048, description="Long side of the views drawn")
    looked_at_views: int = Field(100, ge=2, description="Views drawn to see what splats are worth, at most")
    unseen_below_px: float = Field(
        1.0, ge=0, description="A splat goes that shows on fewer pixels than this, all views together"
    )
    stray_views: Share = Field(
        0.05, description="Floaters and outliers are seen by this share of the views, at most"
    )
    floater_nearness: Share = Field(
        0.2, description="Floaters are nearer to a camera than this share of what it mostly sees"
    )
    outlier_reach: float = Field(
        5.0, ge=1, description="Outliers are this many times as far off as most of what is seen"
    )
    medium_share: Share = Field(0.7, description='Splats of the level "medium"')
    low_share: Share = Field(0.4, description='Splats of the level "low"')
    thumbnail_share: Share = Field(0.1, description='Splats of the level "thumbnail"')
    tiled_above: int = Field(
        300_000,
        ge=1,
        description="Places with more splats are cut into tiles that viewers load by where one looks",
    )
    whole_up_to: int = Field(
        500_000, ge=1, description="Where there are tiles, levels with more splats are in tiles only"
    )
    first_splats: int = Field(
        50_000,
        ge=1,
        description="Where there are tiles, the coarsest level has no more splats than this: 1 MB at most, so that "
        "it is there at once",
    )
    refine_steps: int = Field(
        120,
        ge=0,
        le=10_000,
        description="Training steps of each level below the full one, and of how each level's files look",
    )
    refined_side_px: int = Field(
        640, ge=64, le=2048, description="Long side of the photos that levels are refined with"
    )
    warn_above_db: float = Field(1.0, ge=0, description="Warn of a level that loses more than this")
    seed: int = Field(0, ge=0)

    def smaller(self) -> Self | None:
        return self._scaled({"looked_at_side_px": 0.7, "looked_at_views": 0.5, "refined_side_px": 0.7})


class LevelReport(Contract):
    """A level of detail as it is delivered, against the held-out photos."""

    name: str
    splats: int
    bytes: int
    psnr: float
    ssim: float
    loss_db: float = Field(description="PSNR below that of the trained model")


class OptimizeSplatsReport(Report):
    """What was left out, and what each level costs and loses."""

    splats: int = Field(description="Of the full level, after culling")
    culled: dict[str, int] = Field(description="Splats left out, by reason")
    psnr: float = Field(description="Of the trained model, on the held-out photos")
    ssim: float
    levels: tuple[LevelReport, ...]
    tiles: int = Field(0, description="Files that the levels are cut into; 0 where each is one file only")
    warnings: tuple[str, ...] = Field((), description="What the person should know, in sentences")
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


class PackageTourParams(Params):
    """How the bundle's pictures and its path are made."""

    poster_width_px: int = Field(1280, ge=64, le=4096)
    thumbnail_width_px: int = Field(480, ge=64, le=2048)
    thumbnails: int = Field(6, ge=1, le=24, description="Pictures from places apart from each other, at most")
    path_poses: int = Field(120, ge=2, le=2000, description="Poses of the camera path")

    def smaller(self) -> Self | None:
        return self._scaled({"poster_width_px": 0.5, "thumbnail_width_px": 0.7})


class PackageTourReport(Report):
    """The bundle, ready for any static host."""

    splats: int = Field(description="Of the full level")
    bytes: int = Field(description="Of the whole bundle, its manifest included")
    files: int
    psnr: float = Field(description="Of the full level as delivered, on the held-out photos")
    ssim: float
    thumbnails: int
    seconds: dict[str, float] = Field(default_factory=dict, description="By step of the stage")


SAMPLE_FRAMES = Stage(
    "sample_frames",
    container="scene",
    revision=1,
    inputs=("video",),
    output_kind="frames",
    params=SampleFramesParams,
    report=SampleFramesReport,
    effort=effort.sample_frames,
)
INSPECT_CAPTURE = Stage(
    "inspect_capture",
    container="scene",
    revision=3,
    inputs=("video",),
    output_kind="frames",
    params=InspectCaptureParams,
    report=InspectCaptureReport,
)
SOLVE_POSES = Stage(
    "solve_poses",
    container="scene",
    revision=3,
    inputs=("frames",),
    output_kind="poses",
    params=SolvePosesParams,
    report=SolvePosesReport,
    effort=effort.solve_poses,
    optional_inputs=("video",),
)

TRAIN_SPLATS = Stage(
    "train_splats",
    container="scene",
    revision=6,
    inputs=("frames", "poses"),
    output_kind="models",
    params=TrainSplatsParams,
    report=TrainSplatsReport,
    effort=effort.train_splats,
    hardware="gpu",
)

OPTIMIZE_SPLATS = Stage(
    "optimize_splats",
    container="scene",
    revision=7,
    inputs=("model", "frames", "poses"),
    output_kind="optimized",
    params=OptimizeSplatsParams,
    report=OptimizeSplatsReport,
    effort=effort.optimize_splats,
    hardware="gpu",
)
PACKAGE_TOUR = Stage(
    "package_tour",
    container="scene",
    revision=4,
    inputs=("scene", "poses"),
    output_kind="tours",
    params=PackageTourParams,
    report=PackageTourReport,
    effort=effort.package_tour,
    hardware="gpu",
)

STAGES = (SAMPLE_FRAMES, SOLVE_POSES, TRAIN_SPLATS, OPTIMIZE_SPLATS, PACKAGE_TOUR)
"""Of a tour, in order."""
