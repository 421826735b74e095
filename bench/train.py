"""How good splats get in how much time.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.train \
        --scene ../shared/data/tours/fox --budget-s 60 [--side 500] [--json]

Frames and poses are made once (and kept with --work FOLDER), then `train_splats` runs as a tour would run it; every
eighth photo is held out, and judged at the size trained on as well as at a long side of 640. `seconds` are those of
training alone, `processor_s` of all cores: it says what the work costs whatever else the machine does.
`eta_error_worst`: by what share the seconds left that progress told were wrong at most, from the first tenth of
training on until the last two seconds, against the clock.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import sample_frames
import solve_poses
import train_splats
from diorama.stage import REPORT
from diorama.tours.stages import SampleFramesParams, SolvePosesParams, TrainSplatsParams
from splats.ply import read_ply
from splats.threads import set_thread_count, thread_count
from training.backdrop import behind, read_backdrop
from views import reading
from views.draw import draw
from views.evaluate import evaluate
from views.reading import read_views

FORECAST_FROM, FORECAST_UNTIL_S = 0.1, 2.0

LIMITS = SampleFramesParams(min_height_px=480, min_fps=0.5, min_duration_s=0, min_frames=8)


def prepare(scene: Path, inputs: Path) -> None:
    """Frames and poses of a clip or a folder of photos, unless they are there from before."""
    if (inputs / "poses" / REPORT).exists():
        return
    if scene.is_dir():
        shutil.copytree(scene, inputs / "video", dirs_exist_ok=True)
    else:
        (inputs / "video").mkdir(parents=True, exist_ok=True)
        shutil.copy(scene, inputs / "video")
    sample_frames.run(inputs, inputs / "frames", LIMITS, silent)
    report = solve_poses.run(inputs, inputs / "poses", SolvePosesParams(), silent)
    (inputs / "poses" / REPORT).write_text(report.model_dump_json())


def silent(percent: float, message: str, **metrics: float | int | str) -> None:
    """Progress that nobody reads."""


def told(percent: float, message: str, **_: float | int | str) -> None:
    """Progress on stderr."""
    print(f"{percent:5.1f} % {message}", file=sys.stderr)


class Forecasts:
    """Progress that is compared with what came: how many seconds were left when so many were said to be."""

    def __init__(self, talk: bool) -> None:
        self._tell = told if talk else silent
        self._forecasts: list[tuple[float, float]] = []
        self._ended_s = 0.0

    def __call__(self, percent: float, message: str, **metrics: float | int | str) -> None:
        """What a stage calls."""
        self._tell(percent, message, **metrics)
        left_s = metrics.get("seconds_left")
        if left_s is not None:
            self._forecasts.append((monotonic(), float(left_s)))
        elif self._forecasts and not self._ended_s:
            self._ended_s = monotonic()

    @property
    def error_worst(self) -> float | None:
        """As a share of what was really left; None of a training too short to tell."""
        if not self._forecasts:
            return None
        begun_s = self._forecasts[0][0]
        first_s = begun_s + FORECAST_FROM * (self._ended_s - begun_s)
        shares = [
            abs(left_s / (self._ended_s - at_s) - 1)
            for at_s, left_s in self._forecasts
            if first_s <= at_s <= self._ended_s - FORECAST_UNTIL_S
        ]
        return round(max(shares), 3) if shares else None


def measure(
    scene: Path, inputs: Path, outputs: Path, params: TrainSplatsParams, talk: bool
) -> dict[str, Any]:
    """One training run, as JSON."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    forecasts = Forecasts(talk)
    report = train_splats.run(inputs, outputs, params, forecasts)
    after = resource.getrusage(resource.RUSAGE_SELF)
    quality = json.loads((outputs / "quality.json").read_text())
    splats = read_ply(outputs / "splats.ply")
    splats = behind(splats, read_backdrop(outputs, splats))
    held_out = read_views(inputs / "frames", inputs / "poses", report.long_side_px, "held_out")
    as_trained = evaluate(held_out, lambda view: draw(splats, view))
    return {
        "scene": scene.name,
        "seconds": report.training_s,
        "seconds_unseen": report.seconds["unseen"],
        "eta_error_worst": forecasts.error_worst,
        "steps": report.steps,
        "splats": report.splats,
        "psnr": round(as_trained.psnr, 3),
        "ssim": round(as_trained.ssim, 4),
        "long_side_px": report.long_side_px,
        "psnr_at_640": report.psnr,
        "ssim_at_640": report.ssim,
        "psnr_by_image": {score.image: round(score.psnr, 2) for score in as_trained.scores},
        "curve": quality["curve"],
        "processor_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "peak_rss_mb": round(after.ru_maxrss / 1024),
        "threads": thread_count(),
        "seed": params.seed,
        "fold": reading.HELD_OUT_FIRST,
        "stopped_early": report.stopped_early,
        "device": report.device,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_before": os.getloadavg()[0],
        "date": date.today().isoformat(),
    }


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.train", description=__doc__.splitlines()[0])
    parser.add_argument("--scene", type=Path, required=True, help="a clip or a folder of photos")
    parser.add_argument("--quality", default="standard", choices=("draft", "standard", "high"))
    parser.add_argument("--budget-s", type=float, help="seconds of training, instead of the quality's")
    parser.add_argument("--steps", type=int, help="steps of training, instead of any seconds")
    parser.add_argument("--max-splats", type=int)
    parser.add_argument("--side", type=int, help="long side of the photos trained on, in pixels")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--strategy", default="mcmc", choices=("mcmc", "default"))
    parser.add_argument("--exposure", action="store_true", help="learn each photo's exposure")
    parser.add_argument("--poses", action="store_true", help="correct the poses of the photos trained on")
    parser.add_argument("--fold", type=int, default=0, choices=range(8), help="hold out photos N, N + 8, ...")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, help="a folder to keep frames, poses and the result in")
    parser.add_argument("--talk", action="store_true", help="progress on stderr")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Measures and prints a line of words, or JSON."""
    asked = arguments()
    set_thread_count(asked.threads)
    reading.HELD_OUT_FIRST = asked.fold
    params = TrainSplatsParams(
        quality=asked.quality,
        steps=asked.steps,
        training_s=asked.budget_s,
        max_splats=asked.max_splats,
        max_side_px=asked.side,
        strategy=asked.strategy,
        exposure=asked.exposure,
        refine_poses=asked.poses,
        seed=asked.seed,
    )
    with TemporaryDirectory() as temporary:
        work = asked.work or Path(temporary)
        prepare(asked.scene, work)
        shutil.rmtree(work / "model", ignore_errors=True)
        row = measure(asked.scene, work, work / "model", params, asked.talk)
    if asked.json:
        print(json.dumps(row))
    else:
        print(
            f"{row['scene']}: {row['psnr']:.2f} dB, SSIM {row['ssim']:.3f} at {row['long_side_px']} px, "
            f"{row['splats']} splats, {row['steps']} steps in {row['seconds']:.0f} s"
        )


if __name__ == "__main__":
    main()
