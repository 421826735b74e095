"""Stage `optimize_splats`: a trained model in, the splats that a tour needs out, at several levels of detail.

Reads `inputs/model/splats.ply` and, where there is one, `backdrop.ply` (what `train_splats` wrote), `inputs/frames/`
and `inputs/poses/`. Writes `outputs/levels/*.sog`, for large places `outputs/tiles/` (see splats/streamed.py),
`outputs/levels.json` (see optimizing/level_file.py), and `outputs/full.ply`, the culled model unquantised, for those
who go on working with it. What goes and what stays is decided by the views that were trained on; the held-out photos
only judge. The backdrop stays as it is.
"""

from pathlib import Path

import torch

from diorama.errors import StageError
from diorama.partial_progress import between
from diorama.stage import Progress
from diorama.stopwatch import Watch
from diorama.tours.stages import LevelReport, OptimizeSplatsParams, OptimizeSplatsReport
from optimizing.beginnings import beginnings_of
from optimizing.bounds import full_bounds, robust_bounds
from optimizing.coverage import coverage
from optimizing.culling import cull, finite
from optimizing.delivery import Delivery, fineness_for
from optimizing.judge import Judge, judge_of
from optimizing.lessons import Lessons, lessons_of
from optimizing.level_file import LevelFile, MadeLevel, MadeTiles, worse_than, write_levels
from optimizing.levels import evenly, levels
from optimizing.visibility import Visibility, look
from splats.cameras import View
from splats.errors import UnreadableSplats
from splats.ply import read_ply, write_ply
from splats.rasterize import best_device
from splats.scene import SplatScene
from training.backdrop import behind, read_backdrop
from views.pinholes import pinhole_views
from views.reading import read_views

JUDGED_LONG_SIDE_PX = 640
CULLED_UNTIL = 30.0
"""Where culling ends on the stage's way to 100 percent."""
MIN_SPLATS = 10
UNMISSED, UNMISSED_OF = 8e-5, 250_000
"""Squared colours, in a place of so many splats: those whose removal changes less, for each pixel that the average
splat shows, are not worth their bytes. It is less in smaller places, in proportion, as bytes are few there, and by the
square of how fine the steps are, as their errors are.
"""


def run(
    inputs: Path, outputs: Path, params: OptimizeSplatsParams, progress: Progress
) -> OptimizeSplatsReport:
    """Culls, thins out, compresses, judges. Raises `StageError` for a model that is empty or can't be read."""
    watch = Watch()
    progress(0, "Reading the trained model")
    with watch.step("read"):
        model, damaged = read_model(inputs / "model" / "splats.ply")
        views = pinhole_views(inputs / "poses", params.looked_at_side_px, "training")
        views = evenly(views, params.looked_at_views)
        shell = read_backdrop(inputs / "model", model)
        judge = _judge(inputs, behind(model, shell))
    with watch.step("cull"):
        full, seen, culled = _culled(model, views, params, progress)
        culled["outliers"] += damaged
    rest = between(progress, CULLED_UNTIL, 100)
    lessons = _lessons(inputs, full, shell, params)
    made, tiles = make_levels(full, shell, seen, views, judge, lessons, outputs, params, rest, watch)
    write_ply(outputs / "full.ply", behind(full, shell))
    write_levels(outputs, level_file(full, seen, judge, culled, made, tiles))
    delivered = tiles.levels if tiles else made
    return OptimizeSplatsReport(
        splats=len(full) + len(shell),
        culled=culled,
        psnr=judge.trained.psnr,
        ssim=judge.trained.ssim,
        levels=tuple(_level_report(level) for level in delivered),
        tiles=sum(len(level) for level in tiles.tiles) if tiles else 0,
        warnings=worse_than(delivered, params.warn_above_db),
        seconds=watch.seconds,
    )


def read_model(path: Path) -> tuple[SplatScene, int]:
    """The model on the device it is drawn on, and how many of its splats were left out as not finite.

    Raises `StageError` where too little is left to be a place.
    """
    try:
        scene = read_ply(path)
    except (OSError, UnreadableSplats) as error:
        raise StageError(
            "no_model", f"The trained model can't be read: {error}", "Run train_splats again."
        ) from error
    good = finite(scene)
    if int(good.sum()) < MIN_SPLATS:
        raise StageError(
            "empty_model",
            f"The trained model has {int(good.sum())} splats that can be drawn.",
            "Train again, with more photos or another quality.",
        )
    return scene.select(good).to(best_device()), int((~good).sum())


def _judge(inputs: Path, model: SplatScene) -> Judge:
    return judge_of(read_views(inputs / "frames", inputs / "poses", JUDGED_LONG_SIDE_PX, "held_out"), model)


def _culled(
    model: SplatScene, views: list[View], params: OptimizeSplatsParams, progress: Progress
) -> tuple[SplatScene, Visibility, dict[str, int]]:
    """The splats that stay, what the views see of them, and how many of which kind went."""

    def done(count: int, of: int) -> None:
        progress(CULLED_UNTIL * count / of, f"Looked at the splats from {count} of {of} places")

    seen = look(model, views, params.seed, done)
    culled = cull(model, seen, params)
    if int(culled.kept.sum()) < MIN_SPLATS:
        raise StageError(
            "nothing_seen",
            "Hardly a splat of the trained model is seen by any of the photos.",
            "Train again; make sure that model and poses are of the same capture.",
        )
    return model.select(culled.kept), seen.select(culled.kept), culled.counts()


def make_levels(
    full: SplatScene,
    shell: SplatScene,
    seen: Visibility,
    views: list[View],
    judge: Judge,
    lessons: Lessons,
    outputs: Path,
    params: OptimizeSplatsParams,
    progress: Progress,
    watch: Watch,
) -> tuple[tuple[MadeLevel, ...], MadeTiles | None]:
    """Writes each level's files, reads them back and judges what was read."""
    if full.means.device.type == "cpu":
        # As in training; only looking at the whole model has arithmetic of torch's that two threads make shorter.
        torch.set_num_threads(1)
    shares = level_shares(len(full), params)
    unmissed = UNMISSED * len(full) / UNMISSED_OF / fineness_for(lessons.psnr) ** 2
    chosen = levels(full, seen, views, shares, params.seed, unmissed)
    delivery = Delivery(outputs, full, shell, judge, lessons, params, watch)
    with watch.step("merge"):
        beginnings = beginnings_of(full, seen.weight_px, shell, views)
    for index in range(len(shares) + 1):
        with watch.step("choose"):
            level = next(chosen)
        progress(100 * index / (len(shares) + 1), f"Making the level of detail {level.name}")
        scene = level.scene
        if index > 0:
            with watch.step("merge"):
                scene = beginnings.of(level)
            with watch.step("refine"):
                scene = lessons.taught(scene)
        delivery.take(level, scene)
    return delivery.finish()


def level_shares(splats: int, params: OptimizeSplatsParams) -> dict[str, float]:
    """The levels below the full one. Large places have one more that is there at once."""
    shares = {"medium": params.medium_share, "low": params.low_share, "thumbnail": params.thumbnail_share}
    if splats > params.tiled_above and params.thumbnail_share * splats > params.first_splats:
        shares["first"] = params.first_splats / splats
    return shares


def _lessons(inputs: Path, full: SplatScene, shell: SplatScene, params: OptimizeSplatsParams) -> Lessons:
    photos = read_views(inputs / "frames", inputs / "poses", params.refined_side_px, "training")
    return lessons_of(photos, full, shell, params)


def level_file(
    full: SplatScene,
    seen: Visibility,
    judge: Judge,
    culled: dict[str, int],
    made: tuple[MadeLevel, ...],
    tiles: MadeTiles | None,
) -> LevelFile:
    """What levels.json says of these levels."""
    robust = robust_bounds(full, seen.weight_px)
    return LevelFile(
        robust=robust,
        full=full_bounds(full),
        long_side_px=max(max(view.photo.shape[:2]) for view in judge.held_out),
        held_out=tuple(view.image for view in judge.held_out),
        trained=judge.trained,
        culled=culled,
        levels=made,
        coverage=coverage(full, seen, robust),
        streaming=tiles,
    )


def _level_report(level: MadeLevel) -> LevelReport:
    return LevelReport(
        name=level.name,
        splats=level.splats,
        bytes=level.bytes,
        psnr=level.psnr,
        ssim=level.ssim,
        loss_db=level.loss_db,
    )
