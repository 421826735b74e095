"""The kernel of masks for this processor, bound by ctypes. Layouts mirror kernel/masks.h."""

import ctypes
import functools
from ctypes import POINTER, c_float, c_int32, c_uint32, c_void_p
from pathlib import Path
from typing import ClassVar

from splats import build

KERNEL = build.Kernel(
    "masks",
    "the kernel that makes masks of clicks",
    Path(__file__).parent / "kernel",
    # every number is rounded as it is written: the browser's build makes the same masks
    (*build.SHARED, "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
)


class Click(ctypes.Structure):
    """`struct click`."""

    _fields_: ClassVar = [("x", c_float), ("y", c_float), ("adds", c_int32)]


class Box(ctypes.Structure):
    """`struct box`."""

    _fields_: ClassVar = [(name, c_float) for name in ("left", "top", "right", "bottom")]


@functools.cache
def kernel() -> ctypes.CDLL:
    """The library for this processor, built on first use. Raises NoKernel."""
    made = ctypes.CDLL(str(build.library(build.instruction_set(), kernel=KERNEL)))
    made.masks_bytes.argtypes = [c_int32, c_int32]
    made.masks_bytes.restype = c_uint32
    made.masks_open.argtypes = [c_void_p, c_uint32, c_void_p, c_int32, c_int32]
    made.masks_open.restype = c_void_p
    made.masks_width.argtypes = made.masks_height.argtypes = [c_void_p]
    made.masks_width.restype = made.masks_height.restype = c_int32
    made.masks_segment.argtypes = [c_void_p, POINTER(Click), c_int32, POINTER(Box), c_void_p]
    made.masks_segment.restype = None
    return made
