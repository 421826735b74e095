"""From the points that the cameras were found with to the first splats."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pycolmap
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from torch import Tensor

from diorama.errors import StageError
from splats.scene import SH_C0
from training.stereo import DepthMap, projected, shown
from views.view import PhotoView

MIN_POINTS = 100

OPACITY = 0.5
SCALE_OF_DISTANCE = 0.5
"""First splats reach half-way to their neighbours. (gsplat's MCMC takes 0.1 and grows more slowly.)"""
NEIGHBOURS = 3
LEAST_DISTANCE = 1e-5
"""Of the extent of all points."""

START_SHARE = 0.25
"""Of all splats that the budget allows, at least this part is there from the beginning."""
PIXEL_DEPTH_SPREAD = 0.1


def read_points(poses: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Positions in the world (n, 3) and colours 0..1 (n, 3) of the points that the cameras were found with.

    Raises `StageError` where there are too few to start from.
    """
    model = pycolmap.Reconstruction(poses / "sparse")
    points = [point for _, point in sorted(model.points3D.items())]
    if len(points) < MIN_POINTS:
        raise StageError(
            "too_few_points",
            f"Only {len(points)} points of the place were found; at least {MIN_POINTS} are needed.",
            "Film with more light and texture in the picture, and move sideways instead of only turning.",
        )
    positions = np.array([point.xyz for point in points], np.float32)
    colours = np.array([point.color for point in points], np.float32) / np.float32(255)
    return positions, colours


def extent(views: Sequence[PhotoView]) -> float:
    """How far the cameras reach from their middle, in world units, and a little more (as 3DGS and gsplat)."""
    positions = np.array([view.position for view in views])
    return float(np.linalg.norm(positions - positions.mean(0), axis=1).max() * 1.1) or 1.0


def with_pixels(
    positions: NDArray[np.float32],
    colours: NDArray[np.float32],
    views: Sequence[PhotoView],
    maps: Sequence[DepthMap],
    count: int,
    seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The points, and others where they are missing: up to `count` in all, the same number from each view.

    Walls and floors have few points. A random pixel is as far away as its view's depth map says; where that says
    nothing, as the nearest place in the picture that is known, give or take a tenth: wrong at edges, but nearer to
    the truth than nothing.
    """
    each = max(0, count - len(positions)) // len(views)
    random = np.random.default_rng(seed)
    found = [_pixels_of(*pair, positions, each, random) for pair in zip(views, maps, strict=True)]
    return (
        np.concatenate([positions, *(places for places, _ in found)]),
        np.concatenate([colours, *(shades for _, shades in found)]),
    )


def _pixels_of(
    view: PhotoView,
    depth_map: DepthMap,
    positions: NDArray[np.float32],
    count: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Places (n, 3) in the world and colours (n, 3) of random pixels; none where the view shows no point."""
    pinhole, world_from_camera = view.view.pinhole, view.view.world_from_camera
    focal_px, middle_px = np.array(pinhole.focal_px), np.array(pinhole.principal_point_px)
    size_px = np.array([pinhole.width_px, pinhole.height_px])
    known_px, known_depths = _known(view, depth_map, positions)
    larger = pinhole.width_px / depth_map.pinhole.width_px
    if len(known_px) == 0:
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)
    pixels = random.random((count, 2)) * size_px
    apart_px, nearest = cKDTree(known_px).query(pixels)
    spread = np.where(apart_px > larger, PIXEL_DEPTH_SPREAD, 0.0)
    depths = known_depths[nearest] * np.exp(spread * random.standard_normal(count))
    rays = np.concatenate([(pixels - middle_px) / focal_px, np.ones((count, 1))], 1)
    places = (rays * depths[:, None]) @ world_from_camera[:3, :3].T + world_from_camera[:3, 3]
    columns, rows = pixels.astype(int).T
    return places.astype(np.float32), view.photo[rows, columns].astype(np.float32) / np.float32(255)


def _known(
    view: PhotoView, depth_map: DepthMap, positions: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixels (n, 2) of the view whose depths (n,) are known, from its depth map and from the points."""
    pixels, depths = projected(view, positions)
    inside = shown(view.view.pinhole, pixels, depths)
    rows, columns = np.nonzero(depth_map.depths)
    larger = view.view.pinhole.width_px / depth_map.pinhole.width_px
    mapped = (np.stack([columns, rows], 1) + 0.5) * larger
    return (
        np.concatenate([pixels[inside], mapped]),
        np.concatenate([depths[inside], depth_map.depths[rows, columns]]),
    )


def first_splats(
    positions: NDArray[np.float32],
    colours: NDArray[np.float32],
    most: int,
    sh_degree: int,
    seed: int,
) -> dict[str, Tensor]:
    """One splat a point, at most `most`, as the tensors that are trained.

    means (n, 3); quats (n, 4) wxyz; scales (n, 3), logarithms; opacities (n,), logits; sh0 (n, 1, 3) and
    shN (n, (degree + 1)^2 - 1, 3), coefficients of spherical harmonics.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(positions), generator=generator)[:most].sort().values.numpy()
    means = torch.from_numpy(positions[chosen])
    distances = np.asarray(cKDTree(positions[chosen]).query(positions[chosen], NEIGHBOURS + 1)[0])
    apart = np.sqrt((distances[:, 1:] ** 2).mean(1))
    least, most_apart = np.quantile(apart, [0.01, 0.99])
    # Points may share a place, and a splat without size is no splat.
    apart = np.clip(apart, max(least, LEAST_DISTANCE * float(np.ptp(positions))), most_apart)
    scales = torch.from_numpy(np.log(apart * SCALE_OF_DISTANCE).astype(np.float32))
    return {
        "means": means,
        "quats": torch.randn(len(means), 4, generator=generator),
        "scales": scales[:, None].repeat(1, 3),
        "opacities": torch.full((len(means),), OPACITY).logit(),
        "sh0": (torch.from_numpy(colours[chosen])[:, None] - 0.5) / SH_C0,
        "shN": torch.zeros(len(means), (sh_degree + 1) ** 2 - 1, 3),
    }
