"""Fits the thresholds of `inspection/outlook.py`: what links are strong enough to hold frames together.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.outlooks --folder FOLDER

FOLDER is that of `bench.capture`, which is to be run before. The middle one of the thresholds is fitted, the others
keep their distance to it. Only clips in `bench.capture.FITTED_ON` decide; the errors on the others are printed beside.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from bench.capture import FITTED_ON, see
from bench.degraded import HARMS, clips
from bench.ladder import measure
from inspection.outlook import outlook

MIDDLES = range(8, 61, 2)
STEPS = (0.53, 0.73, 1.0, 1.33, 1.8)
"""From the middle threshold to each."""


def thresholds_around(middle: float) -> tuple[int, ...]:
    """Five of them, the middle one the third."""
    return tuple(round(middle * step) for step in STEPS)


def errors_of(thresholds: Sequence[int], folder: Path, fitted: bool) -> list[float]:
    """Of the predicted shares, on the clips that decide or on the others; of what was measured in `folder`."""
    errors = []
    for clip in clips():
        for harm in HARMS:
            here = folder / clip.stem / harm.name.replace(" ", "_")
            if (clip.stem in FITTED_ON) != fitted or not (here / "capture" / "seen.json").exists():
                continue
            case, seen = measure(clip, harm, folder), see(here)
            share = 0.0 if seen.report.warnings else outlook(seen.kept, seen.links, thresholds).share
            errors.append(abs(share - case.placed / max(1, case.frames)))
    return errors


def main() -> None:
    """Prints the mean errors by threshold, and which is best where it counts."""
    parser = argparse.ArgumentParser(prog="python -m bench.outlooks", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where `bench.capture` kept what it saw")
    folder = parser.parse_args().folder
    tried = []
    for middle in MIDDLES:
        thresholds = thresholds_around(middle)
        fitted, others = (errors_of(thresholds, folder, kind) for kind in (True, False))
        tried.append((mean(fitted), thresholds))
        beside = f"{mean(others):.1%} of {len(others)} others" if others else "no others"
        print(f"{thresholds}: {mean(fitted):.1%} of {len(fitted)}, {beside}")
    error, best = min(tried)
    print(f"Best: {best}, {error:.1%}")


if __name__ == "__main__":
    main()
