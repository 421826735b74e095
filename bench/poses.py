"""How many cameras are found, how well, and in how many seconds.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.poses [CLIP...] [--json]

Without clips: the generated room, the furnished flat, and the real ones in `DIORAMA_TEST_DATA`/tours (or
../shared/data/tours).
Processor seconds (all cores) say what the work costs whatever else the machine does; wall seconds don't.
"""

import argparse
import json
import os
import resource
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import sample_frames
import solve_poses
from bench.camera_errors import Comparison, compare
from diorama.tours.stages import SampleFramesParams, SampleFramesReport, SolvePosesParams, SolvePosesReport
from examples import furnished_flat
from examples.textured_room import film_room

LIMITS = SampleFramesParams(min_height_px=480, min_fps=0.5, min_duration_s=0, min_frames=8)


@dataclass
class Seconds:
    """Wall and processor seconds of a step."""

    wall: float = 0.0
    processor: float = 0.0
    _start: tuple[float, float] = field(default=(0.0, 0.0), repr=False)

    def __enter__(self) -> "Seconds":
        self._start = monotonic(), _processor_s()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = monotonic() - self._start[0]
        self.processor = _processor_s() - self._start[1]


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@dataclass
class Row:
    """One clip's result."""

    clip: str
    frames: SampleFramesReport
    poses: SolvePosesReport
    sampling: Seconds
    solving: Seconds
    errors: Comparison | None

    def cells(self) -> Iterator[str]:
        """As in `HEADINGS`."""
        steps = self.poses.seconds
        yield self.clip
        yield f"{self.frames.kept} / {self.frames.candidates}"
        yield f"{self.poses.registered} / {self.poses.images}"
        yield f"{self.poses.mapper}, {self.poses.reprojection_error_px:.2f} px"
        yield f"{self.sampling.wall:.1f} ({self.sampling.processor:.1f})"
        yield f"{self.solving.wall:.1f} ({self.solving.processor:.1f})"
        yield ", ".join(f"{name} {steps[name]:.1f}" for name in ("features", "matches", "mapping", "level"))
        yield self.poses.scale_source
        if self.errors:
            share, gravity_deg = self.errors.position_share, self.errors.gravity_deg
            yield f"{share:.2%} of the path, {self.errors.rotation_deg:.2f} deg, up {gravity_deg:.2f} deg"
        else:
            yield "no truth"


HEADINGS = (
    "clip",
    "frames kept",
    "placed",
    "mapper, error",
    "sample_frames s (processor)",
    "solve_poses s (processor)",
    "wall s by step",
    "scale",
    "error against truth",
)


def measure(clip: Path, truth: Path | None) -> Row:
    """Both stages on one clip, in a folder that is removed afterwards."""
    with TemporaryDirectory() as folder:
        inputs = Path(folder)
        if clip.is_dir():
            shutil.copytree(clip, inputs / "video")
        else:
            (inputs / "video").mkdir()
            shutil.copy(clip, inputs / "video")
        with Seconds() as sampling:
            frames = sample_frames.run(inputs, inputs / "frames", LIMITS, silent)
        with Seconds() as solving:
            poses = solve_poses.run(inputs, inputs / "poses", SolvePosesParams(), silent)
        errors = compare(inputs / "poses" / "cameras.json", truth) if truth else None
    return Row(clip.name, frames, poses, sampling, solving, errors)


def silent(percent: float, message: str, **metrics: float | int | str) -> None:
    """Progress that nobody reads."""


def usual_clips(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """The generated room with its truth, then the real clips that are there."""
    room = folder / "generated room.mp4"
    yield room, film_room(room)
    yield furnished_flat.VIDEO, furnished_flat.TRUTH
    data = Path(os.environ.get("DIORAMA_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    for name in ("redkitchen.mp4", "Family.mp4", "fox"):
        if (data / "tours" / name).exists():
            yield data / "tours" / name, None


def main() -> None:
    """Measures and prints a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.poses", description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        clips: list[tuple[Path, Path | None]] = [(clip, None) for clip in options.clips]
        rows = [measure(clip, truth) for clip, truth in clips or usual_clips(Path(folder))]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], default=lambda model: model.model_dump()))
        return
    print("| " + " | ".join(HEADINGS) + " |\n" + "|---" * len(HEADINGS) + "|")
    for row in rows:
        print("| " + " | ".join(row.cells()) + " |")


if __name__ == "__main__":
    main()
