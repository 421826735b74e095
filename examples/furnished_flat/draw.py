"""Pictures of the baked flat: triangles in view go to `draw.c`, which is compiled when it is needed."""

import ctypes
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.baked import Baked
from examples.furnished_flat.walk import Camera

SOURCE = Path(__file__).with_name("draw.c")
COMPILER = os.environ.get("CC", "cc")
FLAGS = (
    *("-O3", "-march=native", "-shared", "-fPIC"),
    # What matters of -ffast-math, which would also make the whole process drop its smallest numbers.
    *(
        "-fno-math-errno",
        "-fno-trapping-math",
        "-fno-signed-zeros",
        "-fassociative-math",
        "-freciprocal-math",
    ),
)
LEVELS = 6
NEAR_M = 0.05
Picture = NDArray[np.float32]


@dataclass(frozen=True)
class Size:
    """Of pictures, in pixels."""

    width: int
    height: int


class _Level(ctypes.Structure):
    _fields_ = (("texels", ctypes.c_void_p), ("width", ctypes.c_int32), ("height", ctypes.c_int32))


class Drawer:
    """Draws the same flat from many cameras."""

    def __init__(self, baked: Baked) -> None:
        self.baked = baked
        self.copies = smaller_copies(baked.picture)
        parts = [(copy.ctypes.data, copy.shape[1], copy.shape[0]) for copy in self.copies]
        self.levels = (_Level * LEVELS)(*parts)
        self.places = np.ascontiguousarray(baked.vertices[:, 3:])
        self.kernel = _compiled()

    def draw(self, camera: Camera, size: Size) -> Picture:
        """(height, width, 3), RGB, 0..255."""
        seen = np.ascontiguousarray(in_pixels(self.baked.vertices[:, :3], camera, size))
        corners = np.ascontiguousarray(self.baked.corners[self._in_view(camera, size)])
        picture = np.zeros((size.height, size.width, 3), np.float32)
        failed = self.kernel(
            seen.ctypes.data,
            self.places.ctypes.data,
            corners.ctypes.data,
            ctypes.c_int64(len(corners)),
            self.levels,
            LEVELS,
            size.width,
            size.height,
            picture.ctypes.data,
        )
        if failed:
            raise MemoryError
        return picture

    def _in_view(self, camera: Camera, size: Size) -> NDArray[np.bool_]:
        """Which triangles belong to patches whose box is not all beyond one edge of the picture."""
        x, y, depth = np.moveaxis(in_pixels(self.baked.boxes, camera, size), -1, 0)
        edges = depth < NEAR_M, x < 0, x > size.width * depth, y < 0, y > size.height * depth
        return np.asarray(~np.any([edge.all(1) for edge in edges], axis=0)[self.baked.patch])


def in_pixels(points: NDArray[np.floating], camera: Camera, size: Size) -> NDArray[np.float64]:
    """Points (..., 3) as pixels times depth, and depth; the corner of the first pixel is (0, 0)."""
    focal_px = camera.focal_share * size.width
    intrinsics = np.array([[focal_px, 0, size.width / 2], [0, focal_px, size.height / 2], [0, 0, 1]])
    return np.asarray((points - camera.position) @ (intrinsics @ camera.rotation.T).T)


def smaller_copies(picture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture, and copies of it, each half the size of the one before."""
    copies = [picture]
    while len(copies) < LEVELS:
        size = (copies[-1].shape[1] + 1) // 2, (copies[-1].shape[0] + 1) // 2
        copies.append(np.ascontiguousarray(cv2.resize(copies[-1], size, interpolation=cv2.INTER_AREA)))
    return copies


def _compiled() -> Callable[..., int]:
    with TemporaryDirectory() as folder:
        library = Path(folder, "draw.so")
        subprocess.run([COMPILER, *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
        draw = ctypes.CDLL(str(library)).draw
    pointer, number = ctypes.c_void_p, ctypes.c_int
    draw.argtypes = (pointer, pointer, pointer, ctypes.c_int64, pointer, number, number, number, pointer)
    draw.restype = number
    return draw  # type: ignore[no-any-return]
