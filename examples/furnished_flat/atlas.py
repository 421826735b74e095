"""All textures side by side in one picture, and the triangles that are drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.patches import Patch
from examples.furnished_flat.sheets import Sheet

WIDTH = 8192
GUTTER = 8
"""Texels round each texture that repeat its edge: smaller copies of the atlas mix neighbours."""
SMALLEST = 6


@dataclass(frozen=True)
class Place:
    """Where a texture lies in the atlas, its gutter not counted."""

    column: int
    row: int
    columns: int
    rows: int


@dataclass(frozen=True)
class Triangles:
    """positions (n, 3), shares (n, 2) across and down the patch's texture, corners (m, 3), patch (m,)."""

    positions: NDArray[np.float32]
    shares: NDArray[np.float32]
    patch_of_vertex: NDArray[np.int32]
    corners: NDArray[np.uint32]
    patch: NDArray[np.int32]


def sheets(patches: Sequence[Patch], detail: float) -> list[Sheet]:
    """One for each patch, `detail` times as fine as the patch asks for."""
    made = []
    for seed, patch in enumerate(patches):
        texels = patch.texels_per_m * detail
        rows, columns = (
            int(np.clip(round(size * texels), SMALLEST, WIDTH - 2 * GUTTER))
            for size in (patch.height_m, patch.width_m)
        )
        made.append(Sheet(rows, columns, patch.width_m, patch.height_m, seed))
    return made


def packed(made: Sequence[Sheet]) -> tuple[list[Place], int]:
    """Places in rows, the highest first, and the height of the atlas."""
    order = sorted(range(len(made)), key=lambda index: -made[index].rows)
    places: dict[int, Place] = {}
    column = row = row_height = 0
    for index in order:
        columns, rows = made[index].columns, made[index].rows
        if column + columns + 2 * GUTTER > WIDTH:
            column, row, row_height = 0, row + row_height, 0
        places[index] = Place(column + GUTTER, row + GUTTER, columns, rows)
        column += columns + 2 * GUTTER
        row_height = max(row_height, rows + 2 * GUTTER)
    return [places[index] for index in range(len(made))], row + row_height


def paste(atlas: NDArray[np.uint8], place: Place, texture: NDArray[np.uint8]) -> None:
    """Writes a texture and its gutter."""
    rows, columns = (
        slice(place.row - GUTTER, place.row + place.rows + GUTTER),
        slice(place.column - GUTTER, place.column + place.columns + GUTTER),
    )
    atlas[rows, columns] = np.pad(texture, ((GUTTER, GUTTER), (GUTTER, GUTTER), (0, 0)), mode="edge")


def triangles(patches: Sequence[Patch]) -> Triangles:
    """Two for each cell of each patch."""
    positions, shares, owners, corners, owner = [], [], [], [], []
    first = 0
    for index, patch in enumerate(patches):
        rows, columns = patch.points.shape[:2]
        positions.append(patch.points.reshape(-1, 3))
        across, down = np.meshgrid(patch.columns_at, patch.rows_at)
        shares.append(np.stack([across, down], axis=-1).reshape(-1, 2))
        number = first + np.arange(rows * columns).reshape(rows, columns)
        cells = np.stack([number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]], axis=-1)
        cells = cells[patch.kept] if patch.kept is not None else cells.reshape(-1, 4)
        corners += [cells[:, [0, 1, 2]], cells[:, [0, 2, 3]]]
        owners.append(np.full(rows * columns, index))
        owner.append(np.full(2 * len(cells), index))
        first += rows * columns
    return Triangles(
        np.concatenate(positions).astype(np.float32),
        np.concatenate(shares).astype(np.float32),
        np.concatenate(owners).astype(np.int32),
        np.concatenate(corners).astype(np.uint32),
        np.concatenate(owner).astype(np.int32),
    )


def texture_coordinates(mesh: Triangles, places: Sequence[Place], height: int) -> NDArray[np.float32]:
    """(n, 2) in the atlas, 0..1: from the centre of a texture's first texel to that of its last."""
    table = np.array([(p.column, p.row, p.columns, p.rows) for p in places], np.float64)[mesh.patch_of_vertex]
    texels = table[:, :2] + 0.5 + mesh.shares * (table[:, 2:] - 1)
    return np.asarray(texels / [WIDTH, height], np.float32)
