"""Clips made worse on purpose, to see what the tours' first stages make of bad captures.

Copies are small (long side 640 pixels, at most 10 frames a second), made anew from the clips at hand and never
kept: `python -m bench.ladder` and `python -m bench.capture` measure on them.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Protocol, TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from examples import furnished_flat

Picture = NDArray[np.uint8]
Change = Callable[[Picture, int, np.random.Generator], Picture]
"""A frame, its number and chance give the frame as it is filmed badly."""

LONG_SIDE_PX = 640
MAX_FPS = 10.0


@dataclass(frozen=True)
class Harm:
    """A way to spoil a clip. Of the frames each `every`-th is kept, shown `slower` times as long as before.

    `from_share` to `to_share`: the stretch of the clip that is spoilt, the rest is as it was.
    """

    name: str
    change: Change | None = None
    every: int = 1
    from_share: float = 0.0
    to_share: float = 1.0


def blurred(sigma_px: float) -> Change:
    """Out of focus."""
    return lambda picture, _, __: np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8)


def darkened(gain: float, noise: float = 3.0) -> Change:
    """A dark room: little light and a sensor's noise, in grey levels."""

    def change(picture: Picture, _: int, random: np.random.Generator) -> Picture:
        dark = picture.astype(np.float32) * gain + random.normal(0, noise, picture.shape)
        return np.clip(dark, 0, 255).astype(np.uint8)

    return change


def shaken(blur_px: int, jump: float) -> Change:
    """A hand that shakes: each frame is smeared along a line, jumps by a share of its size and turns."""

    def change(picture: Picture, _: int, random: np.random.Generator) -> Picture:
        height_px, width_px = picture.shape[:2]
        length_px, angle_deg = max(1, round(random.uniform(0.2, 1) * blur_px)), random.uniform(0, 180)
        smeared = cv2.filter2D(picture, -1, line_kernel(length_px, angle_deg))
        turn = cv2.getRotationMatrix2D((width_px / 2, height_px / 2), random.normal(0, 60 * jump), 1 + jump)
        turn[:, 2] += random.normal(0, jump, 2) * np.array([width_px, height_px])
        moved = cv2.warpAffine(smeared, turn, (width_px, height_px), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)

    return change


def line_kernel(length_px: int, angle_deg: float) -> NDArray[np.float32]:
    """Weights, (length, length), that smear along a line through the middle."""
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    middle = ((length_px - 1) / 2, (length_px - 1) / 2)
    turned = cv2.warpAffine(kernel, cv2.getRotationMatrix2D(middle, angle_deg, 1), (length_px, length_px))
    return np.asarray(turned / max(float(turned.sum()), 1e-6), np.float32)


HARMS = (
    Harm("as it is"),
    Harm("blurred", blurred(2.5)),
    Harm("very blurred", blurred(5.0)),
    Harm("dark", darkened(0.25)),
    Harm("very dark", darkened(0.13, 2.0)),
    Harm("every 2nd frame", every=2),
    Harm("every 3rd frame", every=3),
    Harm("shaken", shaken(15, 0.03)),
    Harm("very shaken", shaken(30, 0.06)),
    Harm("a third blurred", blurred(6.0), from_share=0.4, to_share=0.7),
)


def degraded(clip: Path, harm: Harm, target: Path, seed: int = 0) -> Path:
    """Writes a spoilt copy of `clip` to `target` (MP4). The same clip, harm and seed give the same pictures."""
    random = np.random.default_rng(seed)
    frames, fps = small_frames(clip)
    write_film(_spoilt(frames, harm, random), fps, target)
    return target


def _spoilt(frames: Sequence[Picture], harm: Harm, random: np.random.Generator) -> Iterator[Picture]:
    for number, picture in enumerate(frames[:: harm.every]):
        share = number * harm.every / len(frames)
        if harm.change and harm.from_share <= share < harm.to_share:
            picture = harm.change(picture, number, random)
        yield picture


def write_film(pictures: Iterable[Picture], fps: float, target: Path) -> None:
    """Pictures (height, width, 3), BGR, all of one size, as an MP4 that loses little."""
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "16", "preset": "veryfast", "threads": "1"}
        for number, picture in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = (side // 2 * 2 for side in picture.shape[:2])
            shown = av.VideoFrame.from_ndarray(picture[: stream.height, : stream.width], format="bgr24")
            container.mux(stream.encode(shown))
        container.mux(stream.encode())


def small_frames(clip: Path, long_side_px: int = LONG_SIDE_PX) -> tuple[list[Picture], float]:
    """Frames of a clip made small, and how many a second. Photos in a folder count as a frame a second."""
    if clip.is_dir():
        photos = [cv2.imread(str(path)) for path in sorted(clip.glob("*.jpg"))]
        return [_shrunk(np.asarray(photo, np.uint8), long_side_px) for photo in photos], 1.0
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        fps = float(stream.average_rate or 1)
        step = max(1, round(fps / MAX_FPS))
        kept = [frame for number, frame in enumerate(container.decode(stream)) if number % step == 0]
    scale = long_side_px / max(kept[0].width, kept[0].height)
    size = round(kept[0].width * scale), round(kept[0].height * scale)
    pictures = [
        np.asarray(frame.reformat(*size, "bgr24", interpolation="AREA").to_ndarray()) for frame in kept
    ]
    return pictures, fps / step


def _shrunk(photo: Picture, long_side_px: int) -> Picture:
    scale = long_side_px / max(photo.shape[:2])
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def clips() -> Iterator[Path]:
    """The flat, and the real clips and photos that are at hand."""
    yield furnished_flat.VIDEO
    data = Path(os.environ.get("DIORAMA_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    for name in ("redkitchen.mp4", "Family.mp4", "fox"):
        if (data / "tours" / name).exists():
            yield data / "tours" / name


class Measured(Protocol):
    """A dataclass with what was found for one clip and harm."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def cells(self) -> Iterator[str]:
        """What the table's row says, by heading."""


class Named(Protocol):
    """A way to spoil a clip, which a command can be told to try alone."""

    @property
    def name(self) -> str:
        """In words, for people."""


Found = TypeVar("Found", bound=Measured)
Way = TypeVar("Way", bound=Named)


def measure_all(
    program: str,
    does: str,
    measure: Callable[[Path, Way, Path], Found | None],
    headings: Sequence[str],
    summary: Callable[[Sequence[Found]], str],
    ways: Sequence[Way],
) -> None:
    """The command of a bench on these clips: measures each in each way, and prints a table, or JSON.

    `measure` gives None for what makes no sense with a clip.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=does)
    parser.add_argument("--folder", type=Path, help="where copies and results are kept")
    parser.add_argument("--only", default="", help="measure clips and harms whose names hold this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        tried = (
            measure(clip, way, folder)
            for clip in clips()
            for way in ways
            if options.only in f"{clip.stem} {way.name}"
        )
        found = [each for each in tried if each is not None]
    if options.json:
        print(json.dumps([asdict(each) for each in found], default=lambda model: model.model_dump()))
        return
    print("| " + " | ".join(headings) + " |\n" + "|---" * len(headings) + "|")
    for each in found:
        print("| " + " | ".join(each.cells()) + " |")
    print(f"\n{summary(found)}")
