"""Stage `inspect_capture`: a video in, what a tour can expect of it out, before anything is spent on one.

Reads `inputs/video/`. Looks at the frames that `sample_frames` would look at, and writes `outputs/capture.json`:
for each its time, whether it would be kept, its scores, how fast the picture moves and how much it shares with the
next. The report has the stretches to film again, and the share of frames that should get a pose.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from diorama.errors import StageError
from diorama.stage import Progress
from diorama.stopwatch import Watch
from diorama.tours.stages import (
    InspectCaptureParams,
    InspectCaptureReport,
    SampleFramesParams,
    SolvePosesParams,
    TroubledStretch,
)
from frames.decode import VideoReader
from frames.probe import AGAIN, VideoProbe, check_limits, read_probe
from frames.selection import Verdict, check_kept, choose
from frames.sources import VideoSource, find_source
from inspection.findings import troubled
from inspection.links import Link, links, pairs_to_compare
from inspection.looks import Look, looks_at
from inspection.outlook import Outlook, outlook

LOOKS_UNTIL, LINKS_UNTIL = 70.0, 97.0
LINKS_A_LINE = 50
"""Progress is said once for so many."""
PARTS = 100
NAMED = 60
LOOP_LINK = 20
LOOP_SHARE = 0.1
"""The start and the end of a video, in which a loop is looked for."""


def run(
    inputs: Path, outputs: Path, params: InspectCaptureParams, progress: Progress
) -> InspectCaptureReport:
    """Judges a capture. Raises `StageError` for what is no video, or one of which nothing can be read."""
    source = find_source(inputs / "video")
    if not isinstance(source, VideoSource):
        raise StageError(
            "no_video", "Only videos can be judged beforehand.", "Start the tour of your photos."
        )
    watch = Watch()
    sampling = params.sample_frames
    probe = read_probe(source, sampling.max_pixels)
    reader = VideoReader(source, probe, sampling.max_pixels, sampling.candidates_per_s)
    with watch.step("looks"):
        looks = _looks(reader, sampling.candidates_per_s, progress)
    with watch.step("links"):
        found = _links(looks, params.seed, progress)
    verdicts = choose([look.candidate for look in looks], sampling)
    expected = outlook([index for index, verdict in enumerate(verdicts) if verdict.kept], found)
    outputs.mkdir(parents=True, exist_ok=True)
    _write(outputs / "capture.json", looks, verdicts, found, expected)
    warnings = _warnings(probe, looks, verdicts, sampling)
    return InspectCaptureReport(
        duration_s=round(reader.end_s, 3),
        looks=len(looks),
        usable=sum(verdict.kept for verdict in verdicts),
        expected_share=round(expected.share, 3),
        expected_low=round(expected.low, 3),
        expected_high=round(expected.high, 3),
        enough=not warnings and expected.share >= SolvePosesParams().refuse_below,
        loop_closed=_closes(looks, found),
        points=int(median(look.clear for look in looks)),
        stretches=_longest(troubled(looks, found, verdicts, expected.chances)),
        chances=_along(looks, expected.chances, reader.end_s),
        warnings=warnings,
        seconds=watch.seconds,
    )


def _looks(reader: VideoReader, per_s: float, progress: Progress) -> list[Look]:
    """Raises `StageError` where hardly any picture can be read."""
    looks: list[Look] = []
    length_s = reader.probe.duration_s
    for look in looks_at(reader, per_s):
        looks.append(look)
        share = min(1.0, look.time_s / max(length_s, 1e-3))
        progress(LOOKS_UNTIL * share, f"Looking at second {look.time_s:.0f} of {length_s:.0f}")
    if len(looks) < 2:
        raise StageError("video_truncated", "Hardly any picture of the video can be read.", AGAIN)
    return looks


def _links(looks: Sequence[Look], seed: int, progress: Progress) -> list[Link]:
    pairs = pairs_to_compare(looks, seed)
    found: list[Link] = []
    for link in links(looks, pairs):
        found.append(link)
        if len(found) % LINKS_A_LINE == 0:
            share = len(found) / len(pairs)
            said = f"Compared {len(found)} of {len(pairs)} pairs"
            progress(LOOKS_UNTIL + (LINKS_UNTIL - LOOKS_UNTIL) * share, said)
    return found


def _warnings(
    probe: VideoProbe, looks: Sequence[Look], verdicts: Sequence[Verdict], sampling: SampleFramesParams
) -> tuple[str, ...]:
    """For what reasons `sample_frames` would refuse the video, whatever could be placed of it."""
    try:
        check_limits(probe, sampling)
        check_kept([look.candidate for look in looks], verdicts, sampling)
    except StageError as error:
        return (f"{error.message} {error.advice}",)
    return ()


def _closes(looks: Sequence[Look], found: Sequence[Link]) -> bool:
    """Whether a look near the end shares enough with one near the start."""
    near = max(1, round(LOOP_SHARE * len(looks)))
    return any(
        link.inliers >= LOOP_LINK and link.first < near and link.second >= len(looks) - near for link in found
    )


def _longest(stretches: Sequence[TroubledStretch]) -> tuple[TroubledStretch, ...]:
    longest = sorted(stretches, key=lambda stretch: stretch.start_s - stretch.end_s)[:NAMED]
    return tuple(sorted(longest, key=lambda stretch: stretch.start_s))


def _along(looks: Sequence[Look], chances: Mapping[int, float], length_s: float) -> tuple[float, ...]:
    """The mean chance in equal parts of the video; a part without a kept frame is as the one before it."""
    parts = max(1, min(PARTS, len(chances)))
    within: list[list[float]] = [[] for _ in range(parts)]
    for index, chance in chances.items():
        within[min(parts - 1, int(parts * looks[index].time_s / max(length_s, 1e-3)))].append(chance)
    along: list[float] = []
    for values in within:
        along.append(round(mean(values), 2) if values else (along[-1] if along else 0.0))
    return tuple(along)


def _write(
    path: Path,
    looks: Sequence[Look],
    verdicts: Sequence[Verdict],
    found: Sequence[Link],
    expected: Outlook,
) -> None:
    following = {link.first: link for link in found if link.second == link.first + 1}
    entries: list[dict[str, Any]] = [
        {
            "time_s": round(look.time_s, 3),
            "kept": verdict.kept,
            "reason": verdict.reason,
            "sharpness": round(look.scores.sharpness, 2),
            "brightness": round(look.scores.brightness, 4),
            "contrast": round(look.scores.contrast, 4),
            "clipped": round(look.scores.clipped, 4),
            "shift": round(look.shift, 4),
            "points": len(look.points),
            "clear": look.clear,
            "shared_with_next": following[index].inliers if index in following else None,
            "turned_to_next": round(following[index].turned, 3) if index in following else None,
            "moved_to_next": round(following[index].moved, 4) if index in following else None,
            "chance": expected.chances.get(index),
        }
        for index, (look, verdict) in enumerate(zip(looks, verdicts, strict=True))
    ]
    pairs = [[link.first, link.second, link.inliers] for link in found]
    document = {"schema": 1, "looks": entries, "links": pairs}
    path.write_text(json.dumps(document, allow_nan=False) + "\n", encoding="utf-8")
