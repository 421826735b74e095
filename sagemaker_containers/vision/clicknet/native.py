"""The kernel round the network for this processor, bound by ctypes. Layouts mirror kernel/clicknet.h."""

import ctypes
import functools
from ctypes import POINTER, c_float, c_int32, c_int64, c_uint32, c_void_p
from pathlib import Path

from masks.native import KERNEL as MASKS
from masks.native import Box, Click
from splats import build

KERNEL = build.Kernel(
    "clicknet", "the kernel round the click network", Path(__file__).parent / "kernel", MASKS.flags
)


@functools.cache
def kernel() -> ctypes.CDLL:
    """The library for this processor, built on first use. Raises NoKernel."""
    made = ctypes.CDLL(str(build.library(build.instruction_set(), kernel=KERNEL)))
    made.clicknet_bytes.argtypes = [c_int32, c_int32]
    made.clicknet_bytes.restype = c_uint32
    made.clicknet_open.argtypes = [c_void_p, c_uint32, c_void_p, c_int32, c_int32]
    made.clicknet_open.restype = c_void_p
    for size in ("width", "height", "grid_width", "grid_height"):
        getattr(made, f"clicknet_{size}").argtypes = [c_void_p]
    made.clicknet_look.argtypes = [c_void_p, POINTER(Click), c_int32, POINTER(Box), c_void_p]
    made.clicknet_look.restype = POINTER(c_float)
    made.clicknet_answer.argtypes = [c_void_p, c_void_p, c_void_p]
    made.clicknet_answer.restype = None
    made.clicknet_join.argtypes = [c_void_p, c_void_p, c_int32, c_int32, POINTER(Click), c_int32, c_void_p]
    made.clicknet_join.restype = None
    made.clicknet_scale.argtypes = [c_void_p, c_void_p, c_int32, c_int32, c_void_p]
    made.clicknet_scale.restype = None
    made.clicknet_enlarge.argtypes = [c_void_p, c_void_p, c_void_p]
    made.clicknet_enlarge.restype = None
    made.evidence_scratch_bytes.argtypes = [c_int32, c_int32]
    made.evidence_scratch_bytes.restype = c_int64
    made.evidence.argtypes = [c_void_p, c_int32, c_int32, c_void_p, c_int32, *[c_void_p] * 4]
    made.evidence.restype = None
    return made
