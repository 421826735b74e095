"""Masks of a photo's objects from clicks and a box, by the click network.

The network is weights.onnx, what is round it kernel/; the page runs both too (web/src/clicks): the same gestures give the
same mask, but for rounding. Each mask is made from the one before the last click, so a mask follows from its gestures alone.
"""

import ctypes
import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from clicknet import native
from clicknet.evidence import EVIDENCE_MAPS
from diorama.objects.cutouts import Box, Click
import masks.segmenter
from masks.segmenter import ALIGNED_TO
import os
JOINEDLAST=bool(os.environ.get('JL'))

MODEL = "diorama-clicknet"
WEIGHTS = Path(__file__).parent / "weights.onnx"

Mask = NDArray[np.uint8]


@functools.cache
def network(weights: Path = WEIGHTS) -> onnxruntime.InferenceSession:
    """The network on one thread of the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])


class Segmenter:
    """One photo; `segment` answers gestures. Not for two threads at once."""

    model = MODEL

    def __init__(self, photo: NDArray[np.uint8], weights: Path = WEIGHTS) -> None:
        """`photo`: (height, width, 3) sRGB. Raises NoKernel where the kernel can't be built, MemoryError."""
        height, width = photo.shape[:2]
        opaque = np.full((height, width, 1), 255, np.uint8)
        rgba = np.ascontiguousarray(np.concatenate([photo, opaque], axis=2))
        kernel = native.kernel()
        size = kernel.clicknet_bytes(width, height)
        self._memory = np.empty(size + ALIGNED_TO, np.uint8)
        start = -(-self._memory.ctypes.data // ALIGNED_TO) * ALIGNED_TO
        self._net = kernel.clicknet_open(start, size, rgba.ctypes.data, width, height)
        if not self._net:
            raise MemoryError(f"a photo of {width} x {height} px needs more memory than its size says")
        self._shape = kernel.clicknet_height(self._net), kernel.clicknet_width(self._net)
        self._network = network(weights)
        self._weight_free = masks.segmenter.Segmenter(photo)
        self._joined: dict[tuple[tuple[Click, ...], Box | None], Mask] = {}
        self._answers: dict[tuple[tuple[Click, ...], Box | None], Mask] = {}

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> Mask:
        """How surely each pixel is the object's: 255 is surely; the photo's shape, its long side at most 768 px."""
        gestures = (tuple(clicks), box)
        if not clicks and box is None:
            return np.zeros(self._shape, np.uint8)
        if gestures not in self._joined:
            mask = self._answer(clicks, box).copy()
            if box is None:
              other = self._weight_free.segment(clicks, box)
              native.kernel().clicknet_join(self._net, other.ctypes.data, *other.shape[::-1], mask.ctypes.data)
            self._joined[gestures] = mask
        return self._joined[gestures]

    def _answer(self, clicks: Sequence[Click], box: Box | None) -> Mask:
        """The network's own mask."""
        gestures = (tuple(clicks), box)
        if gestures not in self._answers:
            begins = len(clicks) == (1 if box is None else 0)
            before = None if begins else (self.segment if JOINEDLAST else self._answer)(clicks[:-1], box)
            seen = self._look(clicks, box, before)
            if begins and JOINEDLAST and box is None:
              other = self._weight_free.segment(clicks, box)
              native.kernel().clicknet_join(self._net, other.ctypes.data, *other.shape[::-1], seen.ctypes.data)
            self._answers[gestures] = self._look(clicks, box, seen) if begins else seen
        return self._answers[gestures]

    def _look(self, clicks: Sequence[Click], box: Box | None, last: Mask | None) -> Mask:
        """The network's answer to one window."""
        kernel = native.kernel()
        listed = (native.Click * len(clicks))(*((click.x, click.y, click.adds) for click in clicks))
        drawn = native.Box(box.left, box.top, box.right, box.bottom) if box else None
        held = ctypes.byref(drawn) if drawn else None
        before = None if last is None else last.ctypes.data
        maps = kernel.clicknet_look(self._net, listed, len(clicks), held, before)
        grid = kernel.clicknet_grid_height(self._net), kernel.clicknet_grid_width(self._net)
        evidence = np.ctypeslib.as_array(maps, (1, EVIDENCE_MAPS, *grid))
        probability = np.ascontiguousarray(self._network.run(None, {"evidence": evidence})[0], np.float32)
        mask = np.empty(self._shape, np.uint8)
        kernel.clicknet_answer(self._net, probability.ctypes.data, mask.ctypes.data)
        return mask
