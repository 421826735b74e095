"""The capture report's prediction against what then registered, on clips as they are and spoilt on purpose.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.capture [--folder FOLDER] [--only TEXT] [--json]

FOLDER is that of `bench.ladder`: what was measured there is not measured again. The thresholds of
`inspection/outlook.py` were set by hand with all three clips in sight: fit them on the flat, then the others say
how well they do elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import inspect_capture
from bench.degraded import Harm, measure_all
from bench.ladder import LIMITS, Case, measure
from bench.poses import Seconds, silent
from diorama.tours.stages import InspectCaptureParams, InspectCaptureReport
from examples import furnished_flat

PARAMS = InspectCaptureParams(sample_frames=LIMITS)
TO_BE_FITTED_ON = furnished_flat.VIDEO.stem
HEADINGS = ("clip", "harm", "predicted", "range", "registered", "difference", "troubles", "processor s")


@dataclass(frozen=True)
class Score:
    """What was predicted for a case, and what came of it."""

    case: Case
    report: InspectCaptureReport
    processor_s: float

    @property
    def registered(self) -> float:
        """Share of the frames that were placed; none where the frames could not be used."""
        return self.case.placed / self.case.frames if self.case.frames else 0.0

    @property
    def predicted(self) -> float:
        """The report's share, none where it foretells a refusal."""
        return 0.0 if self.report.warnings else self.report.expected_share

    @property
    def difference(self) -> float:
        """Between them, of all frames."""
        return abs(self.predicted - self.registered)

    def cells(self) -> Iterator[str]:
        """As in `HEADINGS`."""
        yield self.case.clip
        yield self.case.harm
        yield f"{self.predicted:.0%}"
        yield f"{self.report.expected_low:.0%} to {self.report.expected_high:.0%}"
        yield f"{self.registered:.0%}"
        yield f"{self.difference:.0%}"
        yield ", ".join(sorted({stretch.problem for stretch in self.report.stretches}))
        yield f"{self.processor_s:.1f}"


def score(clip: Path, harm: Harm, folder: Path) -> Score:
    """Judges one spoilt clip, beside what its poses came to."""
    case = measure(clip, harm, folder)
    here = folder / clip.stem / harm.name.replace(" ", "_")
    with Seconds() as spent:
        report = inspect_capture.run(here, here / "capture", PARAMS, silent)
    return Score(case, report, spent.processor)


def summary(scores: Sequence[Score]) -> str:
    """Mean absolute error on what the thresholds were fitted on, and on the rest."""
    fitted = [each.difference for each in scores if each.case.clip == TO_BE_FITTED_ON]
    others = [each.difference for each in scores if each.case.clip != TO_BE_FITTED_ON]
    told = [(TO_BE_FITTED_ON, fitted), ("the others", others)]
    errors = (f"{name}: {mean(values):.0%} of {len(values)}" for name, values in told if values)
    return f"Mean absolute error: {'; '.join(errors)}"


def main() -> None:
    """Measures and prints a table, or JSON."""
    measure_all("bench.capture", __doc__.splitlines()[0], score, HEADINGS, summary)


if __name__ == "__main__":
    main()
