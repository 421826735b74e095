"""Where a tour of the furnished flat lets visitors walk, against where one truly could.

    PYTHONPATH=layers/core:layers/splats:sagemaker_containers/scene:. python -m bench.walking TOUR_DIR POSES_DIR

TOUR_DIR is a bundle of `examples/furnished_flat` (what `package_tour` wrote), POSES_DIR what `solve_poses` wrote for
it. The truth is the flat's own surfaces, brought into the tour's world by its cameras. A cell of the floor is free
where boards are and nothing between 0.22 and 1.8 m is nearer than 0.2 m, and where the cameras' way leads to.

`free_m2`, `walkable_m2`, `both_m2`: the truth, the tour's cells, and what they share. `touching_m2`: walkable, but
nearer than 6 cm to a thing or in it. `off_floor_m2`: walkable where no floor is.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bench.camera_errors import similarity
from bundle.collision_file import read_collision
from bundle.occupancy import Occupancy
from bundle.path import in_order
from bundle.standing import way_of
from bundle.walkable import BODY_M, HEAD_M, STEP_M, rastered
from diorama.tours.manifest import Collision, read_manifest
from examples.furnished_flat import TRUTH
from examples.furnished_flat.flat import furnished_flat
from examples.furnished_flat.patches import Patch
from splats.cameras import SolvedCameras
from views.reading import solved_cameras

SAMPLED_EVERY_M = 0.02
FLOOR_M = 0.05
TOUCHING_M = 0.06

Points = NDArray[np.float64]
Cells = NDArray[np.bool_]


def surfaces() -> Points:
    """Points (n, 3) all over the flat's surfaces, metres; not on what lies out of doors."""
    patches = [patch for patch in furnished_flat() if not patch.scenery]
    return np.concatenate([piece for patch in patches for piece in _sampled(patch)])


def _sampled(patch: Patch) -> list[Points]:
    """Points on each of a patch's cells."""
    corners, pieces = patch.points, []
    kept = patch.kept if patch.kept is not None else np.ones(np.subtract(corners.shape[:2], 1), np.bool_)
    for row, column in np.argwhere(kept):
        a, b = corners[row, column], corners[row, column + 1]
        c, d = corners[row + 1, column], corners[row + 1, column + 1]
        across, down = (
            np.linspace(0, 1, int(np.linalg.norm(end - a) / SAMPLED_EVERY_M) + 2) for end in (b, c)
        )
        u, v = across[None, :, None], down[:, None, None]
        pieces.append((a * (1 - u) * (1 - v) + b * u * (1 - v) + c * (1 - u) * v + d * u * v).reshape(-1, 3))
    return pieces


def into_tour(cameras: SolvedCameras) -> tuple[float, Points, Points]:
    """What brings the truth's world into the tour's: units a metre, rotation (3, 3), shift (3,)."""
    frames = json.loads(TRUTH.read_text())["frames"]
    times = np.array([frame["time_s"] for frame in frames])
    true = np.array(
        [frames[int(np.abs(times - (image.time_s or 0)).argmin())]["translation"] for image in cameras.images]
    )
    found = np.stack([image.world_from_camera[:3, 3] for image in cameras.images])
    return similarity(true, found)


def measure(tour: Path, poses: Path) -> dict[str, Any]:
    """The figures that the head of this file names."""
    collision = read_manifest((tour / "manifest.json").read_bytes()).collision
    assert collision is not None, "this tour has no collision file"
    solid, walkable = read_collision(tour / collision.path, collision.cubes)
    grid = Occupancy(np.array(collision.origin), collision.cube, solid)
    cameras = solved_cameras(poses)
    metre, rotation, shift = into_tour(cameras)
    true = surfaces()
    placed = metre * true @ rotation.T + shift
    heights = true[:, 1]
    things = _cells(grid, placed[(heights > STEP_M) & (heights < HEAD_M)])
    boards = _cells(grid, placed[np.abs(heights) < FLOOR_M])
    gap_m = ndimage.distance_transform_edt(~things) * grid.cube / metre
    labels, _ = ndimage.label(boards & (gap_m > BODY_M))
    walked = rastered(grid, way_of(in_order(cameras.images)), metre)
    free = np.isin(labels, np.setdiff1d(np.unique(labels[walked]), [0]))
    return _told(collision, tour, (grid.cube / metre) ** 2, free, walkable, gap_m < TOUCHING_M, boards)


def _told(
    collision: Collision,
    tour: Path,
    cell_m2: float,
    free: Cells,
    walkable: Cells,
    touching: Cells,
    boards: Cells,
) -> dict[str, Any]:
    areas = {
        "free_m2": free,
        "walkable_m2": walkable,
        "both_m2": free & walkable,
        "touching_m2": walkable & touching,
        "off_floor_m2": walkable & ~boards,
    }
    told: dict[str, Any] = {name: round(float(cells.sum()) * cell_m2, 2) for name, cells in areas.items()}
    return told | {"cubes": list(collision.cubes), "bytes": (tour / collision.path).stat().st_size}


def _cells(grid: Occupancy, points: Points) -> Cells:
    """The cells (x, z) of the grid that points lie above or below."""
    cells = np.zeros((grid.solid.shape[0], grid.solid.shape[2]), np.bool_)
    places = grid.places(points)[:, [0, 2]]
    inside = np.all((places >= 0) & (places < cells.shape), axis=1)
    cells[tuple(places[inside].T)] = True
    return cells


def main() -> None:
    """Reads the command line and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.walking", description=measure.__doc__)
    parser.add_argument("tour", type=Path)
    parser.add_argument("poses", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = measure(options.tour, options.poses)
    print(json.dumps(told) if options.json else "\n".join(f"{name}: {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
