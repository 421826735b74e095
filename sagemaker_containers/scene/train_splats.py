"""Stage `train_splats`: photos and cameras in, the place as splats out.

Reads `inputs/frames/` (what `sample_frames` wrote), `inputs/poses/` (what `solve_poses` wrote) and, where the owner
has put them there, weights in `inputs/weights/` (see views/lpips.py). Writes
`outputs/splats.ply` in the world frame, `outputs/backdrop.ply` for what no photo shows (behind everything, and on
hidden sides), `outputs/quality.json` and `outputs/renders/`. Every eighth photo is held out: nothing is learnt from it
and nothing is decided by it. While it works, `outputs/checkpoint/` holds what a run that was killed
goes on from. On a CPU the result depends on the machine's speed, because a quality is a time there, unless `steps` is
given: then the same input and seed give the same splats.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from diorama.errors import StageError
from diorama.partial_progress import between
from diorama.stage import CHECKPOINT, Progress
from diorama.stopwatch import Watch
from diorama.tours.stages import TrainSplatsParams, TrainSplatsReport
from splats.ply import write_ply
from splats.rasterize import best_device
from splats.scene import SplatScene
from training import checkpoint
from training.backdrop import NAME as BACKDROP
from training.backdrop import backdrop, backdrop_size, behind
from training.corrections import Corrections
from training.course import Course
from training.export import judge, scene_of
from training.hidden import hidden_size, hidden_surfaces
from training.memory import free_bytes, planned
from training.model import new_model
from training.presets import Preset, preset
from training.quality import write_quality
from training.run import Run
from training.schedule import Budget
from training.start import START_SHARE, extent, first_splats, read_points, with_pixels
from training.step import Rules
from training.stereo import DepthMap, depth_maps
from training.strategies.mcmc import Mcmc
from training.strategies.split_and_clone import SplitAndClone
from training.strategies.strategy import Limits, Strategy
from training.targets import Targets
from training.train import train
from views.draw import draw
from views.evaluate import Evaluation
from views.lpips import NAME as LPIPS_WEIGHTS
from views.lpips import Lpips
from views.reading import part_of, read_views, solved_cameras
from views.view import PhotoView

JUDGED_LONG_SIDE_PX = 640
MIN_TRAINING_VIEWS = 3
STRATEGIES: dict[str, Strategy] = {"mcmc": Mcmc(), "default": SplitAndClone()}
READ_UNTIL, MEASURED_UNTIL, TRAINED_UNTIL, GUESSED_UNTIL = 3.0, 6.0, 96.0, 98.0
"""Where reading, measuring depths, training and guessing end on the stage's way to 100 percent."""


def run(inputs: Path, outputs: Path, params: TrainSplatsParams, progress: Progress) -> TrainSplatsReport:
    """Trains. Raises `StageError` for captures that too few photos or points are left of."""
    device = best_device()
    if device.type == "cpu":
        # The rasteriser and the loss have threads of their own; torch's would only spin beside them.
        torch.set_num_threads(1)
    watch = Watch()
    frames, poses = inputs / "frames", inputs / "poses"
    limits = preset(params, "gpu" if device.type == "cuda" else "cpu", count_training_views(poses))
    with watch.step("read"):
        training, held_out = read(frames, poses, limits.long_side_px, progress)
    with watch.step("depths"):
        known = known_geometry(poses, training, progress)
    with watch.step("start"):
        started = start(known, training, limits, params, device, outputs / CHECKPOINT)
        # The first picture on a machine waits for the rasteriser to be built: no part of the training's seconds.
        draw(scene_of(started.model), training[0].view)
    resumed_at = started.model.step or None
    with watch.step("train"):
        train(started, held_out, between(progress, MEASURED_UNTIL, TRAINED_UNTIL))
    with watch.step("unseen"):
        progress(TRAINED_UNTIL, "Guessing what no photo shows")
        guessed = guess(started, limits, params.seed)
    with watch.step("judge"):
        progress(GUESSED_UNTIL, "Comparing with the photos that were held out")
        evaluation = finish(started, guessed, held_out, inputs / "weights" / LPIPS_WEIGHTS, outputs)
    return report(started, len(guessed), evaluation, limits, resumed_at, watch.seconds)


def report(
    finished: Run,
    guessed: int,
    evaluation: Evaluation,
    limits: Preset,
    resumed_at: int | None,
    seconds: dict[str, float],
) -> TrainSplatsReport:
    """What there is to say of a run, with so many splats where no photo looked."""
    views = finished.targets.views
    course = finished.course
    return TrainSplatsReport(
        outcome="reduced" if course.reduced else "succeeded",
        psnr=round(evaluation.psnr, 4),
        ssim=round(evaluation.ssim, 5),
        training_views=len(views),
        held_out_views=len(evaluation.scores),
        splats=finished.model.count + guessed,
        sh_degree=limits.sh_degree,
        long_side_px=max(max(view.photo.shape[:2]) for view in views),
        steps=finished.model.step,
        training_s=round(finished.model.training_s, 2),
        resumed_at=resumed_at,
        stopped_early=course.skipped > 0,
        rollbacks=course.rollbacks,
        device="cuda" if finished.model.device.type == "cuda" else "cpu",
        seconds=seconds,
    )


def count_training_views(poses: Path) -> int:
    """How many photos there are to train on. Raises `StageError` where they are too few."""
    images = solved_cameras(poses).images
    count = len(part_of(images, "training"))
    if count < MIN_TRAINING_VIEWS:
        raise StageError(
            "too_few_views",
            f"Only {len(images)} photos have a known camera; at least {MIN_TRAINING_VIEWS + 1} are needed.",
            "Film longer and more slowly, so that more of it can be placed.",
        )
    return count


def read(
    frames: Path, poses: Path, long_side_px: int, progress: Progress
) -> tuple[list[PhotoView], list[PhotoView]]:
    """Photos to train on at the preset's size, and those held out at the size they are judged at."""

    def done(count: int, of: int) -> None:
        progress(READ_UNTIL * count / of, f"Read photo {count} of {of}")

    training = read_views(frames, poses, long_side_px, "training", done)
    return training, read_views(frames, poses, JUDGED_LONG_SIDE_PX, "held_out")


@dataclass(frozen=True, eq=False)
class Geometry:
    """What is known before training: points (n, 3) with colours (n, 3), and a depth map for each photo."""

    points: NDArray[np.float32]
    colours: NDArray[np.float32]
    maps: list[DepthMap]


def known_geometry(poses: Path, training: list[PhotoView], progress: Progress) -> Geometry:
    """From the points that cameras were found with, and from the photos."""

    def done(count: int, of: int) -> None:
        progress(READ_UNTIL + (MEASURED_UNTIL - READ_UNTIL) * count / of, f"Depths of photo {count} of {of}")

    points, colours = read_points(poses)
    return Geometry(points, colours, depth_maps(training, points, done))


def start(
    known: Geometry,
    training: list[PhotoView],
    limits: Preset,
    params: TrainSplatsParams,
    device: torch.device,
    folder: Path,
) -> Run:
    """A run at its newest checkpoint, or at its beginning. Raises `StageError` where memory does not suffice."""
    size = extent(training)
    generator = torch.Generator(device).manual_seed(params.seed)
    origin = [view.image for view in training]
    origin += [f"{limits.max_splats} {limits.long_side_px} {limits.sh_degree} {params.seed}"]
    origin += [f"{params.strategy} {params.exposure} {params.refine_poses}"]
    fitting = planned(limits, training, free_bytes(device))
    most = trained_size(fitting.max_splats)
    found = checkpoint.load(folder, generator, origin)
    if found:
        model, course = found.model, found.course
    else:
        wanted = round(START_SHARE * most)
        positions, colours = with_pixels(
            known.points, known.colours, training, known.maps, wanted, params.seed
        )
        tensors = first_splats(positions, colours, most, limits.sh_degree, params.seed)
        on_device = {name: tensor.to(device) for name, tensor in tensors.items()}
        model = new_model(on_device, Corrections.none(len(training), size, device), generator)
        course = Course(model.count, most, reduced=fitting != limits)
    rules = Rules(
        Budget(limits.training_s, limits.steps),
        Limits(course.start_splats, course.max_splats, size),
        STRATEGIES[params.strategy],
        sh_degree=limits.sh_degree,
        exposure=params.exposure,
        poses=params.refine_poses,
    )
    return Run(model, Targets(training, known.maps, device), rules, course, folder, origin)


def trained_size(max_splats: int) -> int:
    """How many of the splats that are allowed are trained; the others are for what no photo shows."""
    return max_splats - backdrop_size(max_splats) - hidden_size(max_splats)


def guess(run: Run, limits: Preset, seed: int) -> SplatScene:
    """What is where no photo looked: on hidden surfaces, and behind everything."""
    scene, photos = scene_of(run.model), run.targets.views
    # In proportion, where memory allowed fewer splats than the preset does.
    most = round(limits.max_splats * run.course.max_splats / trained_size(limits.max_splats))
    shell = backdrop(scene, photos, backdrop_size(most))
    sides = hidden_surfaces(behind(scene, shell), photos, hidden_size(most), seed)
    return behind(sides, shell)


def finish(
    run: Run, guessed: SplatScene, held_out: list[PhotoView], weights: Path, outputs: Path
) -> Evaluation:
    """Writes what is left of the run, and says how good it is."""
    scene = scene_of(run.model)
    lpips = Lpips(weights) if weights.exists() else None
    evaluation = judge(behind(scene, guessed), held_out, outputs / "renders", lpips)
    write_ply(outputs / "splats.ply", scene)
    write_ply(outputs / BACKDROP, guessed)
    long_side_px = max(max(view.photo.shape[:2]) for view in held_out)
    write_quality(outputs / "quality.json", evaluation, long_side_px, len(run.targets.views), run.course)
    return evaluation
