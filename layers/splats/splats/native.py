"""The CPU kernel's functions, bound by ctypes to tensors without copies. Layouts mirror kernel/*.h."""

import ctypes
import functools
import weakref
from collections.abc import Sequence
from ctypes import POINTER, c_double, c_float, c_int32, c_int64, c_void_p
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from splats import build


class Splats(ctypes.Structure):
    """`struct splats`."""

    _fields_: ClassVar = [
        ("count", c_int64),
        ("means", c_void_p),
        ("quats", c_void_p),
        ("scales", c_void_p),
        ("opacities", c_void_p),
        ("sh", c_void_p),
        ("sh_count", c_int32),
        ("sh_degree", c_int32),
    ]


class Camera(ctypes.Structure):
    """`struct camera`."""

    _fields_: ClassVar = [
        ("viewmat", c_void_p),
        ("intrinsics", c_void_p),
        ("width", c_int32),
        ("height", c_int32),
        ("near_plane", c_float),
        ("far_plane", c_float),
        ("radius_clip", c_float),
        ("eps2d", c_float),
        ("antialiased", c_int32),
    ]


class Ellipses(ctypes.Structure):
    """`struct ellipses`, of one camera."""

    _fields_: ClassVar = [
        ("means2d", c_void_p),
        ("conics", c_void_p),
        ("depths", c_void_p),
        ("opacities", c_void_p),
        ("colors", c_void_p),
        ("radii", c_void_p),
    ]


class SplatGradients(ctypes.Structure):
    """`struct splat_gradients`."""

    _fields_: ClassVar = [
        (name, c_void_p) for name in ("means", "quats", "scales", "opacities", "sh", "viewmats")
    ]


class PictureGradients(ctypes.Structure):
    """`struct picture_gradients`."""

    _fields_: ClassVar = [("by", Ellipses), ("abs_means2d", c_void_p), ("background", c_void_p)]


@functools.cache
def kernel() -> ctypes.CDLL:
    """The library for this processor, built on first use. Raises NoKernel."""
    return load(build.library(build.instruction_set()))


def load(path: Path) -> ctypes.CDLL:
    """A library with its functions' types declared."""
    made = ctypes.CDLL(str(path))
    made.project_forward.argtypes = [POINTER(Splats), POINTER(Camera), POINTER(Ellipses), c_int32]
    made.project_forward.restype = None
    made.project_backward.argtypes = [
        *(POINTER(Splats), c_int32, POINTER(Camera), POINTER(Ellipses), POINTER(Ellipses)),
        *(POINTER(SplatGradients), c_int32),
    ]
    made.project_backward.restype = c_int32
    made.picture_new.argtypes = []
    made.picture_new.restype = c_void_p
    made.picture_free.argtypes = [c_void_p]
    made.picture_free.restype = None
    made.picture_draw.argtypes = [
        *(
            c_void_p,
            c_int64,
            POINTER(Ellipses),
            c_int32,
            c_void_p,
            c_int32,
            c_int32,
            c_void_p,
            c_void_p,
            c_int32,
        ),
    ]
    made.picture_draw.restype = c_int32
    made.picture_pull.argtypes = [
        *(c_void_p, c_void_p, c_void_p, c_void_p, POINTER(PictureGradients), c_int32),
    ]
    made.picture_pull.restype = c_int32
    made.photometric_loss.argtypes = [
        *(
            c_void_p,
            c_void_p,
            c_int32,
            c_int32,
            c_int32,
            c_float,
            c_void_p,
            c_void_p,
            POINTER(c_double),
            c_int32,
        ),
    ]
    made.photometric_loss.restype = c_int32
    return made


def pointer(tensor: Tensor | None) -> int | None:
    """The address of a tensor's values, which the kernel takes to be contiguous, or NULL."""
    return None if tensor is None else tensor.data_ptr()


def ellipses(camera: int, arrays: Sequence[Tensor | None]) -> Ellipses:
    """One camera's part of arrays (C, ...): means2d, conics, depths, opacities, colors, radii."""
    return Ellipses(*(None if array is None else array[camera].data_ptr() for array in arrays))


class Workspace:
    """A `struct picture`, returned to a few idle ones when nothing refers to it any more."""

    _idle: ClassVar[list[int]] = []
    _most_idle: ClassVar = 4

    def __init__(self) -> None:
        self.handle = self._idle.pop() if self._idle else kernel().picture_new()
        if not self.handle:
            raise MemoryError("no memory for a picture")
        weakref.finalize(self, Workspace._release, self.handle).atexit = False

    @classmethod
    def _release(cls, handle: int) -> None:
        if len(cls._idle) < cls._most_idle:
            cls._idle.append(handle)
        else:
            kernel().picture_free(handle)


def check_memory(status: int) -> None:
    """Raises MemoryError for the kernel's -1."""
    if status != 0:
        raise MemoryError("too many splats on too many pixels for the memory there is")


def floats(tensor: Tensor) -> Tensor:
    """The same values as the kernel reads them: contiguous, on the CPU; never converted from another type."""
    if tensor.dtype != torch.float32 or tensor.device.type != "cpu":
        raise TypeError(
            f"the CPU rasteriser takes float32 tensors on the CPU, not {tensor.dtype} on {tensor.device}"
        )
    return tensor.contiguous()
