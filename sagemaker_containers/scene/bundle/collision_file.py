"""The collision file: cubes and cells as bits, compressed; the manifest says where they lie and how large they are.

A gzip stream of two parts, each filled up to whole bytes, bits from the lowest: a bit a cube (1: solid), along x,
then along z, then up; and a bit a cell of the floor (1: one can stand there), along x, then along z.
"""

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bundle.occupancy import Occupancy

Bits = NDArray[np.bool_]


def write_collision(path: Path, grid: Occupancy, cells: Bits) -> None:
    """Writes cubes (x, y, z) and cells (x, z)."""
    cubes = np.packbits(grid.solid.transpose(1, 2, 0), bitorder="little")
    floor = np.packbits(cells.T, bitorder="little")
    path.write_bytes(gzip.compress(cubes.tobytes() + floor.tobytes(), 9, mtime=0))


def read_collision(path: Path, shape: tuple[int, int, int]) -> tuple[Bits, Bits]:
    """Cubes (x, y, z) and cells (x, z) of a grid of that shape."""
    x, y, z = shape
    content = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)
    split = (x * y * z + 7) // 8
    cubes = np.unpackbits(content[:split], count=x * y * z, bitorder="little").reshape(y, z, x)
    cells = np.unpackbits(content[split:], count=x * z, bitorder="little").reshape(z, x)
    return cubes.transpose(2, 0, 1).astype(np.bool_), cells.T.astype(np.bool_)
