"""`python -m local inspect VIDEO`: what a tour can expect of a video, in a minute and without a studio."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from diorama.errors import BadRequest, Unavailable
from diorama.stage import REPORT
from local.environment import stage_defaults

BARS = "▁▂▃▄▅▆▇█"
PER_MINUTE_S = 60


def main(asked: argparse.Namespace) -> int:
    """The command; 0 where a tour can be expected, 1 where not. Raises `BadRequest` without a video."""
    if not asked.path.is_file():
        raise BadRequest(f"There is no file {asked.path}.", "Check the path.", "no_such_path")
    report = judged(asked.path)
    lines = [json.dumps(report, indent=2)] if asked.json else told(report)
    print("\n".join(lines))  # noqa: T201
    return 0 if report.get("enough") else 1


def judged(video: Path) -> dict[str, Any]:
    """What the stage reports, run as its own program on a link to the video."""
    sampling = stage_defaults(os.environ).get("sample_frames", {})
    with tempfile.TemporaryDirectory(prefix="diorama-") as temporary:
        folder = Path(temporary)
        (folder / "inputs").mkdir()
        _hand_over(video, folder / "inputs" / "video")
        (folder / "params.json").write_text(json.dumps({"sample_frames": sampling}))
        command = [
            sys.executable, "-m", "diorama.run", "inspect_capture",
            "--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs"),
            "--params", str(folder / "params.json"),
        ]  # fmt: skip
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            raise Unavailable(
                "The video could not be judged: " + done.stderr.strip()[-500:], "Look at its log."
            )
        report: dict[str, Any] = json.loads((folder / "outputs" / REPORT).read_text())
        return report


def _hand_over(video: Path, folder: Path) -> None:
    """A folder that holds the video alone: linked, or copied to another disk."""
    folder.mkdir()
    try:
        os.link(video.resolve(), folder / video.name)
    except OSError:
        shutil.copy(video, folder / video.name)


def told(report: dict[str, Any]) -> list[str]:
    """The report in lines for people."""
    if report["outcome"] == "refused":
        return [report["message"], report["advice"]]
    share, low, high = (report[f"expected_{name}"] for name in ("share", "low", "high"))
    spread = "" if f"{low:.0%}" == f"{high:.0%}" else f" ({low:.0%} to {high:.0%})"
    lines = [
        f"About {share:.0%} of the frames should get a pose{spread}.",
        *time_line(report["chances"], report["duration_s"]),
        *(stretch["advice"] for stretch in report["stretches"]),
        *report["warnings"],
    ]
    lines.append(
        "The end shows again what the start showed: good."
        if report["loop_closed"]
        else "The end does not show again what the start showed: coming back to where you started helps."
    )
    lines.append("A tour can be expected." if report["enough"] else "A tour is not to be expected of this.")
    return lines


def time_line(chances: Sequence[float], duration_s: float) -> Iterator[str]:
    """The chance of a pose along the video as bars, and the time below its ends."""
    bars = "".join(BARS[round(chance * (len(BARS) - 1))] for chance in chances)
    end = f"{int(duration_s) // PER_MINUTE_S}:{int(duration_s) % PER_MINUTE_S:02d}"
    yield bars
    yield "0:00" + end.rjust(max(len(end) + 1, len(bars) - 4))
