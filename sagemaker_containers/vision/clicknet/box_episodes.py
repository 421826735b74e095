"""Somebody who draws boxes round things of generated photos, and clicks nowhere: what the network for boxes learns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clicknet.episodes import Episode, Mask, Probability, Window, box_round, extent, remembered, varied
from clicknet.scenes import Scene
from diorama.objects.cutouts import Box
from masks.segmenter import Segmenter

_LEAST_SHARE = 0.006
_MIRRORED = 0.5
_BEGUN_WITH_NOTHING = 0.25
_LOOKED_AGAIN = 0.5
_LEAST_WINDOW_PX = 32


@dataclass(frozen=True)
class _Boxed:
    """A thing of a photo, a box round it, and the weight-free method's mask of that (0 to 255)."""

    truth: Mask
    box: tuple[float, float, float, float]
    found: NDArray[np.uint8]


class Boxes:
    """Episodes of boxes. A scene's boxes are drawn once: the weight-free method looks at each scene for its masks."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[NDArray[np.uint8], list[_Boxed]]] = {}

    def begun(self, scenes: Sequence[Scene], rng: np.random.Generator) -> Episode:
        """A new episode: any thing large enough, its box, and the window that the kernel would look at."""
        photo, things = self._boxed(scenes, rng)
        thing = things[int(rng.integers(len(things)))]
        truth, found, box = thing.truth, thing.found, thing.box
        if rng.random() < _MIRRORED:
            width = truth.shape[1]
            photo, truth, found = photo[:, ::-1], truth[:, ::-1], found[:, ::-1]
            box = (width - box[2], box[1], width - box[0], box[3])
        episode = Episode(photo, truth, _window(extent(truth), truth.shape, rng), box)
        if rng.random() >= _BEGUN_WITH_NOTHING:
            episode.probability = np.asarray(found, np.float32) / np.float32(255)
        return episode

    def answered(self, episode: Episode, probability: Probability, rng: np.random.Generator) -> bool:
        """Take the network's answer for the window. False: the episode is over; else it looks again, at its answer."""
        remembered(episode, probability)
        return bool(rng.random() < _LOOKED_AGAIN)

    def _boxed(
        self, scenes: Sequence[Scene], rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], list[_Boxed]]:
        """A photo with boxes."""
        while True:
            chosen = int(rng.integers(len(scenes)))
            if chosen not in self._seen:
                self._seen[chosen] = _looked_at(scenes[chosen], rng)
            if self._seen[chosen][1]:
                return self._seen[chosen]


def _looked_at(scene: Scene, rng: np.random.Generator) -> tuple[NDArray[np.uint8], list[_Boxed]]:
    photo = np.ascontiguousarray(varied(scene.photo, rng))
    weight_free, things = Segmenter(photo), []
    for number in range(1, int(scene.labels.max()) + 1):
        truth = scene.labels == number
        if truth.mean() > _LEAST_SHARE:
            left, top, right, bottom = box = _inside(box_round(truth, rng), truth.shape)
            drawn = Box(left=left, top=top, right=right, bottom=bottom)
            things.append(_Boxed(truth, box, weight_free.segment([], drawn)))
    return photo, things


def _inside(
    box: tuple[float, float, float, float], shape: tuple[int, ...]
) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return max(left, 0), max(top, 0), min(right, shape[1]), min(bottom, shape[0])


def _window(subject: Window, shape: tuple[int, ...], rng: np.random.Generator) -> Window:
    """Round the box with about half as much room again, never narrower than half its other side."""
    height, width = shape
    left, top, right, bottom = subject
    wide, tall = (np.array([right - left, bottom - top]) * rng.uniform(1.3, 1.8)).tolist()
    x, across = _side(left, right, max(wide, tall / 2, _LEAST_WINDOW_PX), width)
    y, along = _side(top, bottom, max(tall, wide / 2, _LEAST_WINDOW_PX), height)
    return x, y, x + across, y + along


def _side(low: int, high: int, length: float, limit: int) -> tuple[int, int]:
    """Where a window begins along one side of the photo, and its length."""
    length = min(length, limit)
    start = min(max((low + high - length) / 2, 0), limit - length)
    return int(start), int(length)
