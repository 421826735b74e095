"""How far away things are in each photo: a plane sweep against its neighbours, on the CPU in seconds.

The points that cameras are found with lie on corners and texture. Between them photos still say something: for
each of many depths a neighbour's photo is brought over by the homography of that plane (Collins 1996, "A space-sweep
approach to true multi-image matching"), and the depth at which it looks most alike around a pixel, by normalised
cross-correlation, is taken. What two photos don't agree on is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from splats.cameras import Pinhole
from views.reading import Done, smaller
from views.view import PhotoView

Floats = NDArray[np.float32]

LONG_SIDE_PX = 200
PLANES = 160
"""A step is about a pixel of the neighbour's picture."""
WINDOW_PX = 7
NEIGHBOURS, AGREEING = 4, 2
"""A depth is judged by the best two of four neighbours: the others may not see the place."""
BEST_ANGLE_DEG, NARROW_DEG, WIDE_DEG = 5.0, 1.0, 10.0
"""Neighbours are chosen by the angle under which they see common points, weighted as MVSNet does (Yao et al. 2018,
section 4.1): a Gaussian round 5 degrees, narrow below, wide above."""
MIN_LIKENESS = 0.6
MIN_CONTRAST = 0.01
"""Standard deviation of grey, 0 to 1, below which a window is too plain to be found again."""
MAX_DISAGREEMENT = 0.03
"""Of the depth, between two photos."""
RANGE_SHARES, RANGE_MARGIN = (0.02, 0.98), 1.5


@dataclass(frozen=True, eq=False)
class DepthMap:
    """Depths (height, width) along the camera's axis in world units, 0 where nothing is known, and its camera."""

    depths: Floats
    pinhole: Pinhole
    world_from_camera: NDArray[np.float64]


class _Sight:
    """What a neighbour's photo is brought over with, made once."""

    def __init__(self, view: PhotoView) -> None:
        grey = _grey(view)
        self.grey_and_ones = np.dstack([grey, np.ones_like(grey)])
        self.matrix = _matrix(view.view.pinhole)
        self.camera_from_world = np.linalg.inv(view.view.world_from_camera)


def depth_maps(views: Sequence[PhotoView], positions: Floats, done: Done | None = None) -> list[DepthMap]:
    """One for each view, of what it and a neighbour agree on. `positions` (n, 3): known points of the place."""
    small = [smaller(view, LONG_SIDE_PX) for view in views]
    neighbours = _neighbours(small, positions)
    sights = [_Sight(view) for view in small]
    maps = []
    for number, view in enumerate(small):
        maps.append(_swept(view, [sights[index] for index in neighbours[number]], positions))
        if done:
            done(number + 1, len(small))
    return [_agreed(each, [maps[index] for index in neighbours[number]]) for number, each in enumerate(maps)]


def projected(
    view: PhotoView, positions: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places in the picture (n, 2) in pixels, and depths (n,); of points behind the camera nothing useful."""
    return _projected(view.view.pinhole, view.view.world_from_camera, positions)


def _projected(
    pinhole: Pinhole, world_from_camera: NDArray[np.float64], positions: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    in_camera = (positions - world_from_camera[:3, 3]) @ world_from_camera[:3, :3]
    depths = in_camera[:, 2]
    ahead = np.where(depths > 0, depths, np.inf)
    return in_camera[:, :2] / ahead[:, None] * pinhole.focal_px + pinhole.principal_point_px, depths


def shown(pinhole: Pinhole, pixels: NDArray[np.float64], depths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the projected points lie in the picture."""
    inside: NDArray[np.bool_] = ((pixels > 0) & (pixels < (pinhole.width_px, pinhole.height_px))).all(1) & (
        depths > 0
    )
    return inside


def _neighbours(views: Sequence[PhotoView], positions: Floats) -> list[list[int]]:
    """For each view those that see most of the same under a good angle, best first."""
    rays, seen = [], []
    for view in views:
        pixels, depths = projected(view, positions)
        seen.append(shown(view.view.pinhole, pixels, depths))
        away = positions - view.position
        rays.append(away / np.linalg.norm(away, axis=1, keepdims=True))
    scores = np.zeros((len(views), len(views)))
    for a in range(len(views)):
        for b in range(a):
            angles = np.degrees(np.arccos(np.clip((rays[a] * rays[b]).sum(1), -1, 1)))
            width = np.where(angles < BEST_ANGLE_DEG, NARROW_DEG, WIDE_DEG)
            worth = np.exp(-0.5 * ((angles - BEST_ANGLE_DEG) / width) ** 2)
            scores[a, b] = scores[b, a] = worth[seen[a] & seen[b]].sum()
    return [[int(b) for b in np.argsort(-row, kind="stable")[:NEIGHBOURS] if row[b] > 0] for row in scores]


def _swept(view: PhotoView, neighbours: Sequence[_Sight], positions: Floats) -> DepthMap:
    """The depths at which the neighbours' photos look most like the view's, over all planes."""
    pinhole, world_from_camera = view.view.pinhole, view.view.world_from_camera
    grey = _grey(view)
    pixels, depths = projected(view, positions)
    seen = shown(pinhole, pixels, depths)
    unknown = DepthMap(np.zeros_like(grey), pinhole, world_from_camera)
    if len(neighbours) < AGREEING or not seen.any():
        return unknown
    planes = _facing(depths[seen])
    likeness = np.stack([_likeness(view, grey, neighbours, plane) for plane in planes])
    place, peak = _peak(likeness)
    nearness = np.interp(place, np.arange(PLANES), planes[:, 2])
    sure = (peak > MIN_LIKENESS) & (_contrast(grey) > MIN_CONTRAST)
    return DepthMap(np.where(sure, 1 / nearness, 0).astype(np.float32), pinhole, world_from_camera)


def _facing(depths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Planes that face the camera: vectors m (n, 3) in its frame, the plane being where m . X = 1."""
    near, far = np.quantile(depths, RANGE_SHARES)
    nearness = np.linspace(1 / (far * RANGE_MARGIN), RANGE_MARGIN / near, PLANES)
    return np.asarray(nearness[:, None] * np.array([0.0, 0.0, 1.0]))


def _peak(likeness: Floats) -> tuple[NDArray[np.float64], Floats]:
    """For each pixel the plane that fits best, with a fraction, and how well; -1 for the first and last plane."""
    best = likeness.argmax(0)
    inner = (best > 0) & (best < len(likeness) - 1)
    before, at, after = (_picked(likeness, best + step) for step in (-1, 0, 1))
    # The peak of the parabola through the best plane and those beside it.
    bend = np.minimum(before - 2 * at + after, -1e-6)
    place = best + np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    return place, np.where(inner, at, np.float32(-1))


def _picked(volume: Floats, planes: NDArray[np.int64]) -> Floats:
    """The values (height, width) of a volume (planes, height, width) at one plane a pixel."""
    index = np.clip(planes, 0, len(volume) - 1)[None]
    return np.asarray(np.take_along_axis(volume, index, 0)[0], np.float32)


def rays(pinhole: Pinhole) -> NDArray[np.float64]:
    """Directions (height, width, 3) of pixels, one unit along the camera's axis."""
    columns, rows = np.meshgrid(np.arange(pinhole.width_px) + 0.5, np.arange(pinhole.height_px) + 0.5)
    (fx, fy), (cx, cy) = pinhole.focal_px, pinhole.principal_point_px
    return np.stack([(columns - cx) / fx, (rows - cy) / fy, np.ones_like(rows)], -1)


def _likeness(
    view: PhotoView, grey: Floats, neighbours: Sequence[_Sight], plane: NDArray[np.float64]
) -> Floats:
    """Correlation (height, width) with the neighbours that fit best, as if all lay on this plane."""
    each = [_correlation(grey, *_brought(view, other, plane)) for other in neighbours]
    return np.asarray(np.sort(np.stack(each), 0)[-AGREEING:].mean(0), np.float32)


def _brought(view: PhotoView, other: _Sight, plane: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """The other's grey picture as the view would see it on the plane, and where there is one (0 or 1)."""
    other_from_view = other.camera_from_world @ view.view.world_from_camera
    on_plane = other_from_view[:3, :3] + np.outer(other_from_view[:3, 3], plane)
    homography = other.matrix @ on_plane @ np.linalg.inv(_matrix(view.view.pinhole))
    size = (view.view.pinhole.width_px, view.view.pinhole.height_px)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    pair = cv2.warpPerspective(other.grey_and_ones, homography, size, flags=flags)
    return np.asarray(pair[..., 0]), np.asarray(pair[..., 1])


def _correlation(a: Floats, b: Floats, there: Floats) -> Floats:
    """Normalised cross-correlation over windows, -1 where the window is not all there."""
    mean_a, mean_b = _mean(a), _mean(b)
    variance_a, variance_b = _mean(a * a) - mean_a**2, _mean(b * b) - mean_b**2
    covariance = _mean(a * b) - mean_a * mean_b
    found = covariance / np.sqrt(np.maximum(variance_a, 1e-6) * np.maximum(variance_b, 1e-6))
    return np.where(_mean(there) > 0.999, found, np.float32(-1))


def _mean(image: Floats) -> Floats:
    return np.asarray(cv2.blur(image, (WINDOW_PX, WINDOW_PX)), np.float32)


def _contrast(grey: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(_mean(grey * grey) - _mean(grey) ** 2, 0)), np.float32)


def _grey(view: PhotoView) -> Floats:
    return np.asarray(cv2.cvtColor(view.photo, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)


def _matrix(pinhole: Pinhole) -> NDArray[np.float64]:
    """For OpenCV, whose first pixel's centre is at (0, 0)."""
    (fx, fy), (cx, cy) = pinhole.focal_px, pinhole.principal_point_px
    return np.array([[fx, 0, cx - 0.5], [0, fy, cy - 0.5], [0, 0, 1]])


def _agreed(mine: DepthMap, others: Sequence[DepthMap]) -> DepthMap:
    """What at least one of the others sees at the same place."""
    rows, columns = np.nonzero(mine.depths)
    places = world_places(mine, rows, columns)
    agreed = np.zeros(len(rows), bool)
    for other in others:
        pixels, depths = _projected(other.pinhole, other.world_from_camera, places)
        inside = shown(other.pinhole, pixels, depths).nonzero()[0]
        across, down = pixels[inside].astype(int).T
        theirs = other.depths[down, across]
        agreed[inside] |= np.abs(theirs - depths[inside]) < MAX_DISAGREEMENT * depths[inside]
    kept = np.zeros_like(mine.depths)
    kept[rows[agreed], columns[agreed]] = mine.depths[rows[agreed], columns[agreed]]
    return DepthMap(kept, mine.pinhole, mine.world_from_camera)


def world_places(seen: DepthMap, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where in the world (n, 3) the pixels of a depth map lie."""
    focal_px, middle_px = np.array(seen.pinhole.focal_px), np.array(seen.pinhole.principal_point_px)
    depths = seen.depths[rows, columns].astype(np.float64)
    across = (np.stack([columns, rows], 1) + 0.5 - middle_px) / focal_px
    rays = np.concatenate([across, np.ones((len(rows), 1))], 1)
    world: NDArray[np.float64] = (rays * depths[:, None]) @ seen.world_from_camera[:3, :3].T
    return world + seen.world_from_camera[:3, 3]
