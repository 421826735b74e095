"""The capture report's prediction against what then registered, on clips as they are and spoilt on purpose.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.capture [--folder FOLDER] [--only TEXT] [--json]

FOLDER is that of `bench.ladder`: what was measured there is not measured again, and a run that was cut off goes on.
What looks share is kept there too, and judged by today's thresholds. Those were fitted on the clips in `FITTED_ON`
(`python -m bench.outlooks`): the others say how well they do elsewhere.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import inspect_capture
from bench.degraded import HARMS, Harm, measure_all
from bench.ladder import ENOUGH, LIMITS, Case, measure
from bench.poses import Seconds, silent
from diorama.tours.stages import InspectCaptureParams, InspectCaptureReport
from inspection.links import Link
from inspection.outlook import Outlook, outlook

PARAMS = InspectCaptureParams(sample_frames=LIMITS)
FITTED_ON = ("furnished_flat", "Family")
HEADINGS = (
    "clip",
    "harm",
    "predicted",
    "range",
    "registered",
    "difference",
    "verdict",
    "troubles",
    "processor s",
)


@dataclass(frozen=True)
class Seen:
    """What was seen of a case before its poses were solved: kept looks, their links, and the report."""

    kept: tuple[int, ...]
    links: tuple[Link, ...]
    report: InspectCaptureReport
    processor_s: float


@dataclass(frozen=True)
class Score:
    """What was predicted for a case, and what came of it."""

    case: Case
    report: InspectCaptureReport
    outlook: Outlook
    processor_s: float

    @property
    def registered(self) -> float:
        """Share of the frames that were placed; none where the frames could not be used."""
        return self.case.placed / self.case.frames if self.case.frames else 0.0

    @property
    def predicted(self) -> float:
        """The report's share, none where it foretells a refusal."""
        return 0.0 if self.report.warnings else self.outlook.share

    @property
    def difference(self) -> float:
        """Between them, of all frames."""
        return abs(self.predicted - self.registered)

    @property
    def right(self) -> bool:
        """Whether "fine" or "film again" was the right word."""
        return (self.predicted >= ENOUGH) == self.case.succeeds(self.case.placed)

    def cells(self) -> Iterator[str]:
        """As in `HEADINGS`."""
        yield self.case.clip
        yield self.case.harm
        yield f"{self.predicted:.0%}"
        yield f"{self.outlook.low:.0%} to {self.outlook.high:.0%}"
        yield f"{self.registered:.0%}"
        yield f"{self.difference:.0%}"
        said = "fine" if self.predicted >= ENOUGH else "film again"
        yield said if self.right else f"**{said}, wrong**"
        yield ", ".join(sorted({stretch.problem for stretch in self.report.stretches}))
        yield f"{self.processor_s:.1f}"


def score(clip: Path, harm: Harm, folder: Path) -> Score:
    """Judges one spoilt clip, beside what its poses came to."""
    case = measure(clip, harm, folder)
    seen = see(folder / clip.stem / harm.name.replace(" ", "_"))
    return Score(case, seen.report, outlook(seen.kept, seen.links), seen.processor_s)


def see(here: Path) -> Seen:
    """What the stage sees in the clip of a case, from its folder where it was seen before."""
    stored = here / "capture" / "seen.json"
    if not stored.exists():
        with Seconds() as spent:
            report = inspect_capture.run(here, here / "capture", PARAMS, silent)
        document = {"report": report.model_dump(mode="json"), "processor_s": round(spent.processor, 1)}
        stored.write_text(json.dumps(document))
    judged: dict[str, Any] = json.loads(stored.read_text())
    capture = json.loads((here / "capture" / "capture.json").read_text())
    return Seen(
        kept=tuple(index for index, look in enumerate(capture["looks"]) if look["kept"]),
        links=tuple(Link(*link, turned=0.0, moved=0.0) for link in capture["links"]),
        report=InspectCaptureReport.model_validate(judged["report"]),
        processor_s=judged["processor_s"],
    )


def summary(scores: Sequence[Score]) -> str:
    """Errors and verdicts on what the thresholds were fitted on, and on the rest."""
    fitted = [each for each in scores if each.case.clip in FITTED_ON]
    others = [each for each in scores if each.case.clip not in FITTED_ON]
    told = [(f"fitted on ({', '.join(FITTED_ON)})", fitted), ("others", others)]
    return "\n".join(
        f"{name}: {len(these)} copies, mean absolute error {mean(each.difference for each in these):.0%}, "
        f"worst {max(each.difference for each in these):.0%}, "
        f"right verdicts {sum(each.right for each in these)} of {len(these)}"
        for name, these in told
        if these
    )


def main() -> None:
    """Measures and prints a table, or JSON."""
    measure_all("bench.capture", __doc__.splitlines()[0], score, HEADINGS, summary, HARMS)


if __name__ == "__main__":
    main()
