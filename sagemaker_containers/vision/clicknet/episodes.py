"""Somebody who clicks on generated photos until the mask is right: what the network learns from, a click at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from clicknet.evidence import evidence
from clicknet.scenes import Scene

Mask = NDArray[np.bool_]
Probability = NDArray[np.float32]
Window = tuple[int, int, int, int]
"""left, top, right, bottom in pixels of the photo."""
Grid = tuple[int, int]
"""Rows and columns that a window is seen in."""

_LEAST_SHARE = 0.002
_BOXED = 0.4
_CLICKED_IN_BOX = 0.2
_MIRRORED = 0.5
_RECOLOURED = 0.3
_DRAWN = 0.07
_GREY = 0.07
_REPEATED = 0.15
_REFRAMED = 0.25
_GIVEN_UP = 0.1
_MOST_CLICKS = 12


@dataclass
class Episode:
    """One thing of one photo, and the clicks it has had."""

    photo: NDArray[np.uint8]
    truth: Mask
    window: Window
    box: tuple[float, float, float, float] | None = None
    clicks: list[tuple[float, float, float]] = field(default_factory=list)
    """x, y, adds: pixels of the photo."""
    probability: Probability | None = None
    """The last mask, over the whole photo."""


def begun(scenes: Sequence[Scene], rng: np.random.Generator) -> Episode:
    """A new episode: any thing large enough to see, with a first click at its middle or a box round it."""
    scene, truth = _chosen(scenes, rng)
    photo = scene.photo
    if rng.random() < _MIRRORED:
        photo, truth = photo[:, ::-1], truth[:, ::-1]
    episode = Episode(varied(photo, rng), truth, _window(truth, rng))
    if rng.random() < _BOXED:
        episode.box = box_round(truth, rng)
    if episode.box is None or rng.random() < _CLICKED_IN_BOX:
        _click(episode, truth, 1.0, rng)
    return episode


def _chosen(scenes: Sequence[Scene], rng: np.random.Generator) -> tuple[Scene, Mask]:
    """A scene, and where one of its things is."""
    while True:
        scene = scenes[int(rng.integers(len(scenes)))]
        number = int(rng.integers(1, max(1, int(scene.labels.max())) + 1))
        truth = scene.labels == number
        if truth.mean() > _LEAST_SHARE:
            return scene, truth


def varied(photo: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The photo in other colours, in grey, or as a drawing."""
    if rng.random() < _RECOLOURED:
        photo = photo[..., rng.permutation(3)]
    if rng.random() < _GREY:
        photo = np.repeat(photo.mean(2, keepdims=True).astype(np.uint8), 3, 2)
    return _drawn(photo, rng) if rng.random() < _DRAWN else photo


def seen(episode: Episode, grid: Grid) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The episode's evidence (maps, rows, columns) and truth (rows, columns) in its window."""
    left, top, right, bottom = episode.window
    rows, columns = grid
    across, down = columns / (right - left), rows / (bottom - top)
    photo = cv2.resize(episode.photo[top:bottom, left:right], (columns, rows), interpolation=cv2.INTER_AREA)
    truth = _resized(episode.truth.astype(np.float32), episode.window, grid)
    clicks = [((x - left) * across, (y - top) * down, adds) for x, y, adds in episode.clicks]
    box = None
    if episode.box is not None:
        (x0, y0, x1, y1) = episode.box
        box = ((x0 - left) * across, (y0 - top) * down, (x1 - left) * across, (y1 - top) * down)
    previous = None if episode.probability is None else _resized(episode.probability, episode.window, grid)
    return evidence(np.asarray(photo, np.uint8), clicks, box, previous), truth


def answered(episode: Episode, probability: Probability, rng: np.random.Generator) -> bool:
    """Take the network's answer for the window, click where it errs most. False: the episode is over."""
    whole = remembered(episode, probability)
    if rng.random() < _REFRAMED:
        episode.window = _window(episode.truth, rng)
    if rng.random() < _REPEATED:
        return True
    if rng.random() < _GIVEN_UP or len(episode.clicks) >= _MOST_CLICKS:
        return False
    masked = whole > 0.5
    missed, added = episode.truth & ~masked, masked & ~episode.truth
    if _depth(missed).max() >= _depth(added).max():
        return _click(episode, missed, 1.0, rng)
    return _click(episode, added, 0.0, rng)


def remembered(episode: Episode, probability: Probability) -> Probability:
    """The answer for the window as the episode's mask of the whole photo."""
    left, top, right, bottom = episode.window
    whole = np.zeros(episode.truth.shape, np.float32)
    whole[top:bottom, left:right] = cv2.resize(probability, (right - left, bottom - top))
    episode.probability = whole
    return whole


def _click(episode: Episode, wrong: Mask, adds: float, rng: np.random.Generator) -> bool:
    """Click at (mostly) the middle of the largest circle inside `wrong`. False: nothing is wrong enough."""
    depth = _depth(wrong)
    deepest = float(depth.max())
    if deepest < 1.2:
        return False
    rows, columns = np.nonzero(depth >= deepest * (1 if rng.random() < 0.6 else rng.uniform(0.5, 1)))
    chosen = int(rng.integers(len(rows)))
    episode.clicks.append((float(columns[chosen]) + 0.5, float(rows[chosen]) + 0.5, adds))
    return True


def _depth(mask: Mask) -> NDArray[np.float32]:
    """How far each pixel is from the mask's outside; beyond the photo is outside."""
    padded = np.pad(mask.astype(np.uint8), 1)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1], np.float32)


def extent(mask: Mask) -> Window:
    """The smallest window with all of it."""
    columns, rows = np.nonzero(mask.any(0))[0], np.nonzero(mask.any(1))[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def box_round(truth: Mask, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Round the thing, drawn as people draw: a little off."""
    left, top, right, bottom = extent(truth)
    off = rng.normal(0, 0.025, 4) * (right - left, bottom - top, right - left, bottom - top)
    return (left + off[0], top + off[1], right + off[2], bottom + off[3])


def _window(truth: Mask, rng: np.random.Generator) -> Window:
    """The whole photo, or a part of it with the thing inside."""
    height, width = truth.shape
    if rng.random() < 0.4:
        return (0, 0, width, height)
    left, top, right, bottom = extent(truth)
    room = rng.uniform(1.2, 2.6)
    across = min(width, max(32, (right - left) * room, (bottom - top) * room * rng.uniform(0.5, 1)))
    down = min(height, max(32, across * rng.uniform(0.75, 1.3), (bottom - top) * rng.uniform(1.1, room)))
    x = np.clip((left + right - across) / 2 + rng.normal(0, 0.05) * across, 0, width - across)
    y = np.clip((top + bottom - down) / 2 + rng.normal(0, 0.05) * down, 0, height - down)
    return (int(x), int(y), int(x + across), int(y + down))


def _resized(values: NDArray[np.float32], window: Window, grid: Grid) -> NDArray[np.float32]:
    left, top, right, bottom = window
    rows, columns = grid
    part = values[top:bottom, left:right]
    shrinks = right - left > columns
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (columns, rows), interpolation=method), np.float32)


def _drawn(photo: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The photo as a drawing: dark lines on white where its edges are."""
    weak = rng.uniform(15, 60)
    lines = cv2.Canny(cv2.GaussianBlur(np.ascontiguousarray(photo), (0, 0), 1.5), weak, 2.5 * weak)
    paper = 255 - cv2.GaussianBlur(lines, (0, 0), 0.7)
    return np.repeat(np.asarray(paper, np.uint8)[..., None], 3, 2)
