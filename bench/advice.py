"""Whether the capture report's advice lands on the stretch that was spoilt, and leaves the good ones alone.

    PYTHONPATH=layers/core:sagemaker_containers/scene:. python -m bench.advice [--folder FOLDER] [--only TEXT] [--json]

From 40 % to 70 % of each clip is filmed badly, in one way at a time; `bench/degraded.py` says where clips come from.
A stretch is named rightly by the word for what was done to it, or by one that asks for the same.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import av
import cv2
import numpy as np

import inspect_capture
from bench.degraded import (
    LONG_SIDE_PX,
    Change,
    Picture,
    blurred,
    darkened,
    line_kernel,
    measure_all,
    small_frames,
    write_film,
)
from bench.ladder import LIMITS
from bench.poses import silent
from diorama.tours.stages import CaptureProblem, InspectCaptureParams, TroubledStretch

FROM_SHARE, TO_SHARE = 0.4, 0.7
PARAMS = InspectCaptureParams(sample_frames=LIMITS)
NEAR_S = 1.0
"""So far from the spoilt stretch a second counts neither as spoilt nor as good: looks are half a second apart."""
STEP_S = 0.1
ENOUGH = 0.7
HELD_S = 8.0
FASTER = 6
ZOOM, TURN_DEG, TURNS_S = 2.0, 12.0, 8.0
"""For turning on the spot: a film of the middle half of each picture, in which there is room to turn."""
WIDE_FOCAL_SHARE = 0.85
DENSE_FPS = 5.0
"""Of a clip with fewer pictures there is nothing between them to speed up or to turn in."""
HEADINGS = ("clip", "spoilt", "stretch", "named rightly", "named at all", "good seconds named", "named")

Film = Callable[[Sequence[Picture], float, np.random.Generator], list[Picture]]
"""The pictures of a stretch and how many a second give those of the stretch as it is filmed badly."""


@dataclass(frozen=True)
class Spoiling:
    """A way to film a stretch badly, and the words that say so. `zoomed`: the whole clip through a longer lens."""

    name: str
    words: frozenset[CaptureProblem]
    film: Film
    dense_only: bool = False
    zoomed: bool = False


def each(change: Change) -> Film:
    """Every picture changed by itself."""
    return lambda pictures, _, random: [
        change(picture, number, random) for number, picture in enumerate(pictures)
    ]


def burnt_out(picture: Picture, _: int, __: np.random.Generator) -> Picture:
    """Exposed for the shadows: four times the light."""
    return np.clip(picture.astype(np.float32) * 4, 0, 255).astype(np.uint8)


def smeared(picture: Picture, _: int, random: np.random.Generator) -> Picture:
    """Blur by motion, in any direction."""
    kernel = line_kernel(31, random.uniform(0, 180))
    return np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)


def bare_wall(picture: Picture, _: int, random: np.random.Generator) -> Picture:
    """What a plain wall shows: soft light and a sensor's noise."""
    few = cv2.resize(picture, (6, 6), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(few, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(soft + random.normal(0, 1.5, picture.shape), 0, 255).astype(np.uint8)


def held(pictures: Sequence[Picture], fps: float, random: np.random.Generator) -> list[Picture]:
    """The first picture for a while, with a sensor's noise; then the stretch as it was."""
    still = pictures[0].astype(np.float32)
    noisy = (still + random.normal(0, 1.5, still.shape) for _ in range(round(HELD_S * fps)))
    return [np.clip(picture, 0, 255).astype(np.uint8) for picture in noisy]


def hurried(pictures: Sequence[Picture], _: float, __: np.random.Generator) -> list[Picture]:
    """The same way in a sixth of the time."""
    return list(pictures[::FASTER])


def turned(pictures: Sequence[Picture], fps: float, _: np.random.Generator) -> list[Picture]:
    """From the first picture to both sides and back, without a step: a homography, exactly."""
    height_px, width_px = pictures[0].shape[:2]
    focal_px = WIDE_FOCAL_SHARE * max(height_px, width_px)
    lens = np.array([[focal_px, 0, width_px / 2], [0, focal_px, height_px / 2], [0, 0, 1]])
    films = []
    for number in range(round(TURNS_S * fps)):
        yaw = np.radians(TURN_DEG) * np.sin(2 * np.pi * number / (TURNS_S * fps))
        rotation, _jacobian = cv2.Rodrigues(np.array([0.3 * yaw, yaw, 0.0]))
        warp = lens @ rotation @ np.linalg.inv(lens)
        films.append(np.asarray(cv2.warpPerspective(pictures[0], warp, (width_px, height_px)), np.uint8))
    return films


def middle(picture: Picture) -> Picture:
    """The middle of a picture, as a lens of `ZOOM` times the length shows it."""
    height_px, width_px = (round(side / ZOOM) for side in picture.shape[:2])
    top, left = (picture.shape[0] - height_px) // 2, (picture.shape[1] - width_px) // 2
    return picture[top : top + height_px, left : left + width_px]


def as_it_was(pictures: Sequence[Picture], _: float, __: np.random.Generator) -> list[Picture]:
    """Not spoilt."""
    return list(pictures)


SPOILINGS = (
    Spoiling("as it is", frozenset(), as_it_was),
    Spoiling("out of focus", frozenset({"blurred"}), each(blurred(5.0))),
    Spoiling("smeared", frozenset({"blurred", "too_fast"}), each(smeared)),
    Spoiling("dark", frozenset({"dark"}), each(darkened(0.13, 2.0))),
    Spoiling("burnt out", frozenset({"burnt_out"}), each(burnt_out)),
    Spoiling("bare wall", frozenset({"plain", "blurred"}), each(bare_wall)),
    Spoiling("standing still", frozenset({"standing"}), held),
    Spoiling("six times as fast", frozenset({"too_fast"}), hurried, dense_only=True),
    Spoiling("zoomed, as it is", frozenset(), as_it_was, dense_only=True, zoomed=True),
    Spoiling("turning on the spot", frozenset({"turning"}), turned, dense_only=True, zoomed=True),
)


@dataclass(frozen=True)
class Landing:
    """What was named of a clip. Shares are of the spoilt stretch, `good_s` of the `all_good_s` seconds beside it."""

    clip: str
    spoiling: str
    start_s: float
    end_s: float
    rightly: float
    at_all: float
    good_s: float
    all_good_s: float
    stretches: tuple[TroubledStretch, ...]

    def cells(self) -> Iterator[str]:
        """As in `HEADINGS`."""
        spoilt = bool(WORDS[self.spoiling])
        yield self.clip
        yield self.spoiling
        yield f"{self.start_s:.1f} to {self.end_s:.1f} s" if spoilt else ""
        yield f"{self.rightly:.0%}" if spoilt else ""
        yield f"{self.at_all:.0%}" if spoilt else ""
        yield f"{self.good_s:.1f} of {self.all_good_s:.1f}"
        yield ", ".join(f"{one.problem} {one.start_s:.1f} to {one.end_s:.1f}" for one in self.stretches)


WORDS: Mapping[str, frozenset[CaptureProblem]] = {spoiling.name: spoiling.words for spoiling in SPOILINGS}


def landed(
    clip: str,
    spoiling: Spoiling,
    window: tuple[float, float],
    length_s: float,
    told: Sequence[TroubledStretch],
) -> Landing:
    """Compares what was named with what was spoilt, tenth of a second by tenth of a second."""
    times = np.arange(STEP_S / 2, length_s, STEP_S)
    start_s, end_s = window if spoiling.words else (length_s, length_s)
    inside = (times >= start_s) & (times < end_s)
    outside = (times < start_s - NEAR_S) | (times >= end_s + NEAR_S)
    rightly = _covered(times, [one for one in told if one.problem in spoiling.words])
    at_all = _covered(times, told)
    return Landing(
        clip=clip,
        spoiling=spoiling.name,
        start_s=start_s,
        end_s=end_s,
        rightly=float(rightly[inside].mean()) if inside.any() else 0.0,
        at_all=float(at_all[inside].mean()) if inside.any() else 0.0,
        good_s=float(np.count_nonzero(at_all & outside) * STEP_S),
        all_good_s=float(np.count_nonzero(outside) * STEP_S),
        stretches=tuple(told),
    )


def _covered(times: np.ndarray, stretches: Sequence[TroubledStretch]) -> np.ndarray:
    """Which of the times (n,) lie in a stretch, as (n,) of bool."""
    covered = np.zeros(len(times), bool)
    for stretch in stretches:
        covered |= (times >= stretch.start_s) & (times < stretch.end_s)
    return covered


def spoil(clip: Path, spoiling: Spoiling, target: Path) -> tuple[float, float, float]:
    """Writes the clip with its stretch spoilt; from when to when that is, and how long the clip then lasts."""
    pictures, fps = small_frames(clip, round(LONG_SIDE_PX * (ZOOM if spoiling.zoomed else 1)))
    first, last = round(FROM_SHARE * len(pictures)), round(TO_SHARE * len(pictures))
    stretch = spoiling.film(pictures[first:last], fps, np.random.default_rng(0))
    film = [*pictures[:first], *stretch, *pictures[last:]]
    write_film((middle(picture) if spoiling.zoomed else picture for picture in film), fps, target)
    return first / fps, (first + len(stretch)) / fps, len(film) / fps


def measure(clip: Path, spoiling: Spoiling, folder: Path) -> Landing | None:
    """Spoils and judges a clip; None where it has too few pictures a second for that."""
    here = folder / clip.stem / "advice" / spoiling.name.replace(" ", "_").replace(",", "")
    (here / "video").mkdir(parents=True, exist_ok=True)
    film, window_file = here / "video" / "clip.mp4", here / "window.json"
    if spoiling.dense_only and small_fps(clip) < DENSE_FPS:
        return None
    if not window_file.exists():
        window_file.write_text(json.dumps(spoil(clip, spoiling, film)))
    start_s, end_s, length_s = json.loads(window_file.read_text())
    report = inspect_capture.run(here, here / "capture", PARAMS, silent)
    return landed(clip.stem, spoiling, (start_s, end_s), length_s, report.stretches)


def small_fps(clip: Path) -> float:
    """Pictures a second of a clip; photos in a folder count as one a second."""
    if clip.is_dir():
        return 1.0
    with av.open(str(clip)) as container:
        return float(container.streams.video[0].average_rate or 1)


def summary(landings: Sequence[Landing]) -> str:
    """How much of what was spoilt is named, and of what was not."""
    spoilt = [landing for landing in landings if WORDS[landing.spoiling]]
    if not spoilt:
        return ""
    rightly, at_all = mean(one.rightly for one in spoilt), mean(one.at_all for one in spoilt)
    good = sum(one.good_s for one in spoilt) / sum(one.all_good_s for one in spoilt)
    landing = sum(one.rightly >= ENOUGH for one in spoilt)
    return (
        f"Of {len(spoilt)} spoilt stretches {landing} are named rightly for {ENOUGH:.0%} or more of their length; "
        f"{rightly:.0%} of their length is named rightly, {at_all:.0%} at all, and {good:.1%} of the good seconds."
    )


def main() -> None:
    """Measures and prints a table, or JSON."""
    measure_all("bench.advice", __doc__.splitlines()[0], measure, HEADINGS, summary, SPOILINGS)


if __name__ == "__main__":
    main()
