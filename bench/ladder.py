"""What the ladder saves: clips spoilt on purpose, solved by the first try alone, by two mappers, by all rungs.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.ladder [--folder FOLDER] [--only TEXT] [--json]

FOLDER keeps copies and poses, so that what was measured is not measured again: a run that was cut off goes on where it
was. A case succeeds where 60 % of the frames are placed, as `solve_poses` asks for. The flat's cameras are compared
with the truth.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import process_time

import sample_frames
import solve_poses
from bench.camera_errors import compare
from bench.degraded import HARMS, Harm, degraded, measure_all
from bench.poses import Seconds, silent
from diorama.errors import StageError
from diorama.tours.stages import Rung, SampleFramesParams, SolvePosesParams
from examples import furnished_flat

LIMITS = SampleFramesParams(min_height_px=240, min_fps=0.5, min_duration_s=0, min_frames=8)
PARAMS = SolvePosesParams(refuse_below=0)
"""All that could be placed is wanted here, however little."""
ENOUGH = SolvePosesParams().refuse_below
HEADINGS = (
    "clip",
    "harm",
    "frames",
    "first try",
    "two mappers",
    "ladder",
    "rungs, placed by each",
    "processor s, first try and all",
    "error",
)


@dataclass(frozen=True)
class Case:
    """One spoilt clip and what came of it. `rungs` is empty, and `problem` says why, where nothing was placed.

    `first_s`: processor seconds until the first try was over, of `processor_s` in all. `error_share`: of the path.
    """

    clip: str
    harm: str
    frames: int
    placed: int
    rungs: tuple[Rung, ...]
    first_s: float
    processor_s: float
    problem: str = ""
    error_share: float | None = None

    @property
    def first(self) -> int:
        """Frames that the first try placed."""
        return self.rungs[0].registered if self.rungs else 0

    @property
    def two_mappers(self) -> int:
        """Frames that were placed before there was a ladder: by the better one of two mappers."""
        return max(
            (rung.registered for rung in self.rungs if rung.name in ("first_try", "other_mapper")), default=0
        )

    def succeeds(self, placed: int) -> bool:
        """Whether so many frames are enough for a tour."""
        return self.frames > 0 and placed >= ENOUGH * self.frames

    def cells(self) -> Iterator[str]:
        """As in `HEADINGS`."""
        yield self.clip
        yield self.harm
        yield str(self.frames) if self.frames else "-"
        for placed in (self.first, self.two_mappers, self.placed):
            yield f"**{placed}**" if self.succeeds(placed) else str(placed)
        yield ", ".join(f"{rung.name} {rung.registered}" for rung in self.rungs) or self.problem
        yield f"{self.first_s:.0f}, {self.processor_s:.0f}"
        yield "" if self.error_share is None else f"{self.error_share:.2%}"


def measure(clip: Path, harm: Harm, folder: Path) -> Case:
    """A case, from `folder` where it was measured before."""
    here = folder / clip.stem / harm.name.replace(" ", "_")
    if (here / "case.json").exists():
        stored = json.loads((here / "case.json").read_text())
        return Case(**{**stored, "rungs": tuple(Rung.model_validate(rung) for rung in stored["rungs"])})
    (here / "video").mkdir(parents=True, exist_ok=True)
    if not (here / "video" / "clip.mp4").exists():
        degraded(clip, harm, here / "video" / "clip.mp4")
    with Seconds() as spent:
        case = _solve(clip, harm, here)
    case = replace(
        case, first_s=round(case.first_s or spent.processor, 1), processor_s=round(spent.processor, 1)
    )
    stored = {**asdict(case), "rungs": [rung.model_dump() for rung in case.rungs]}
    (here / "case.json").write_text(json.dumps(stored))
    print(f"{case.clip}, {case.harm}: {case.first} and {case.placed} of {case.frames}", file=sys.stderr)
    return case


def _solve(clip: Path, harm: Harm, here: Path) -> Case:
    frames, second_try = 0, SecondTry()
    try:
        frames = sample_frames.run(here, here / "frames", LIMITS, silent).kept
        report = solve_poses.run(here, here / "poses", PARAMS, second_try)
    except StageError as error:
        return Case(clip.stem, harm.name, frames, 0, (), second_try.after_s, 0.0, error.stable_code)
    error_share = None
    if clip == furnished_flat.VIDEO:
        error_share = compare(here / "poses" / "cameras.json", _truth(here, harm)).position_share
    placed, rungs = report.registered, report.rungs
    return Case(clip.stem, harm.name, frames, placed, rungs, second_try.after_s, 0.0, error_share=error_share)


@dataclass
class SecondTry:
    """Listens to progress for the start of a second try, if there is one: `after_s` processor seconds."""

    start_s: float = field(default_factory=process_time)
    after_s: float = 0.0

    def __call__(self, percent: float, message: str, **metrics: float | int | str) -> None:
        del percent, metrics
        if message.startswith("Try 2") and not self.after_s:
            self.after_s = process_time() - self.start_s


def _truth(here: Path, harm: Harm) -> Path:
    """The flat's cameras at the times of the copy, which leaves out frames and so ends sooner."""
    truth = json.loads(furnished_flat.TRUTH.read_text())
    for frame in truth["frames"]:
        frame["time_s"] /= harm.every
    (here / "truth.json").write_text(json.dumps(truth))
    return here / "truth.json"


def summary(cases: Sequence[Case]) -> str:
    """How many failed and now succeed."""
    first, before, now = (
        sum(case.succeeds(placed(case)) for case in cases)
        for placed in (lambda case: case.first, lambda case: case.two_mappers, lambda case: case.placed)
    )
    return f"Of {len(cases)} clips the first try alone saves {first}, two mappers {before}, the ladder {now}."


def main() -> None:
    """Measures and prints a table, or JSON."""
    measure_all("bench.ladder", __doc__.splitlines()[0], measure, HEADINGS, summary, HARMS)


if __name__ == "__main__":
    main()
