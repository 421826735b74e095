"""How well clicks make masks: our method, its weight-free half, and classical ones, by a robot.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/vision:. .venv/bin/python -m bench.clicks
        --data FOLDER [--json] [--only NAME] [--half 0|1]

FOLDER has `index.json`, a list of `{"photo", "mask"}`: file names beside it; a mask is 255 where the object is. The
robot clicks the middle of the largest error (where the distance to its border is largest), ten times a mask; the first
click is the middle of the object. The mask is compared at its own resolution: `miou` after so many clicks, in percent;
`noc85`, the clicks until 85 % are reached (10 where they never are); `box_miou`, after the true box alone.
`ms_per_click`: processor milliseconds, without looking at the photo, `open_ms` for that. `--half` takes every other
entry, to choose constants on one half and to judge by the other.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.classical import CLASSICAL
from clicknet.segmenter import Segmenter
from diorama.objects.cutouts import Box, Click
from masks.robot import Mask, box_of, mask_of, next_click
from masks.segmenter import Segmenter as WeightFree

CLICKS = 10
TOLD_AFTER = (1, 3, 5, 10)
OURS = "diorama"
WEIGHT_FREE = "weight-free"
NAMES = (OURS, WEIGHT_FREE, *CLASSICAL)

Photo = NDArray[np.uint8]


class Item(NamedTuple):
    """A photo (height, width, 3; sRGB) and one object of it."""

    photo: Photo
    truth: Mask


class Method(Protocol):
    """What answers gestures on one photo with the object's probability, 0 to 255, of any size."""

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> NDArray[np.uint8]: ...


class Session(NamedTuple):
    """One object clicked: IoU after each click and after a box, processor ms of each click and of opening."""

    ious: list[float]
    box_iou: float
    click_ms: list[float]
    open_ms: float


def items(folder: Path, half: int | None) -> Iterator[Item]:
    """The objects of a folder, or of every other entry."""
    entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    for entry in entries if half is None else entries[half::2]:
        photo = cv2.imread(str(folder / entry["photo"]), cv2.IMREAD_COLOR)
        mask = cv2.imread(str(folder / entry["mask"]), cv2.IMREAD_GRAYSCALE)
        assert photo is not None, f"{entry['photo']} cannot be read"
        assert mask is not None, f"{entry['mask']} cannot be read"
        yield Item(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB).astype(np.uint8), mask > 127)


def iou(said: Mask, truth: Mask) -> float:
    """Intersection over union."""
    return float((said & truth).sum() / max((said | truth).sum(), 1))


def clicked(method: Callable[[Photo], Method], item: Item) -> Session:
    """Ten clicks and, apart, a box on one object."""
    start = time.process_time()
    opened = method(item.photo)
    open_ms = 1000 * (time.process_time() - start)
    said = np.zeros_like(item.truth)
    clicks: list[Click] = []
    ious: list[float] = []
    click_ms: list[float] = []
    for _ in range(CLICKS):
        click = next_click(said, item.truth)
        if click is not None:
            clicks.append(click)
            start = time.process_time()
            probability = opened.segment(clicks)
            click_ms.append(1000 * (time.process_time() - start))
            said = mask_of(probability, item.truth)
        ious.append(iou(said, item.truth))
    boxed = mask_of(opened.segment([], box_of(item.truth)), item.truth)
    return Session(ious, iou(boxed, item.truth), click_ms, open_ms)


def clicks_until(ious: Sequence[float], wanted: float) -> int:
    """The clicks that reached an IoU, or all."""
    return next((index + 1 for index, value in enumerate(ious) if value >= wanted), len(ious))


def summary(sessions: Sequence[Session]) -> dict[str, Any]:
    """What the document says of one method."""
    ious = np.array([session.ious for session in sessions])
    click_ms = [took for session in sessions for took in session.click_ms]
    return {
        "objects": len(sessions),
        "miou": {str(count): round(100 * float(ious[:, count - 1].mean()), 1) for count in TOLD_AFTER},
        "noc85": round(float(np.mean([clicks_until(session.ious, 0.85) for session in sessions])), 2),
        "noc90": round(float(np.mean([clicks_until(session.ious, 0.90) for session in sessions])), 2),
        "box_miou": round(100 * float(np.mean([session.box_iou for session in sessions])), 1),
        "ms_per_click": round(float(np.median(click_ms)), 1),
        "p95_ms": round(float(np.percentile(click_ms, 95)), 1),
        "open_ms": round(float(np.median([session.open_ms for session in sessions]))),
    }


def measured(names: Sequence[str], found: Sequence[Item]) -> dict[str, dict[str, Any]]:
    """Each method on all objects."""
    methods: dict[str, Callable[[Photo], Method]] = {OURS: Segmenter, WEIGHT_FREE: WeightFree, **CLASSICAL}
    return {name: summary([clicked(methods[name], item) for item in found]) for name in names}


def main() -> None:
    """Prints a table, or the document."""
    parser = argparse.ArgumentParser(description="How well clicks make masks.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=NAMES, help="Leaves the other methods out")
    parser.add_argument("--half", type=int, choices=(0, 1))
    args = parser.parse_args()
    cv2.setNumThreads(1)
    found = list(items(args.data, args.half))
    told = measured([args.only] if args.only else NAMES, found)
    if args.json:
        ours = told.pop(OURS, {})
        print(json.dumps({**ours, "baselines": told}, indent=2))
        return
    for name, figures in told.items():
        print(f"{name:11s}", json.dumps(figures))


if __name__ == "__main__":
    main()
