"""Masks of a photo's objects from clicks and a box: the mean of the click network's mask and of the weight-free one.

The networks are weights.onnx and, for a box without clicks, boxes.onnx; what is round them is kernel/. The page runs
all of it too (web/src/clicks): the same gestures give the same mask, but for rounding. A network sees the mask of all
but the last click, so a mask follows from its gestures alone.
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
from masks import native as gestures
from masks import segmenter as weight_free

MODEL = "diorama-clicknet"
WEIGHTS = Path(__file__).parent / "weights.onnx"
BOX_WEIGHTS = WEIGHTS.with_name("boxes.onnx")

Mask = NDArray[np.uint8]
_Gestures = tuple[tuple[Click, ...], Box | None]


@functools.cache
def network(weights: Path = WEIGHTS) -> onnxruntime.InferenceSession:
    """The network on one thread of the processor, opened once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])


class Segmenter:
    """One photo, looked at once; `segment` then answers gestures. Not for two threads at once."""

    model = MODEL

    def __init__(
        self, photo: NDArray[np.uint8], weights: Path = WEIGHTS, box_weights: Path = BOX_WEIGHTS
    ) -> None:
        """`photo`: (height, width, 3) sRGB. Raises NoKernel where a kernel can't be built, MemoryError."""
        self._weight_free = weight_free.Segmenter(photo)
        self._net = _PhotoNet(photo)
        self._weights, self._box_weights = weights, box_weights
        self._answers: dict[_Gestures, Mask] = {}

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> Mask:
        """How surely each pixel is the object's: 255 is surely; the photo's shape, its long side at most 768 px."""
        if not clicks and box is None:
            return np.zeros(self._net.shape, np.uint8)
        answer = self._answer(clicks, box)
        other = answer if box else self._weight_free.segment(clicks)
        return self._net.joined(answer, other, clicks)

    def _answer(self, clicks: Sequence[Click], box: Box | None) -> Mask:
        """The network's own mask, made of the one before the last click."""
        asked = (tuple(clicks), box)
        if asked not in self._answers:
            begins = len(clicks) == (1 if box is None else 0)
            before = self._first(clicks, box) if begins else self._answer(clicks[:-1], box)
            self._answers[asked] = self._look(clicks, box, before)
        return self._answers[asked]

    def _first(self, clicks: Sequence[Click], box: Box | None) -> Mask:
        """What to look at after the first gesture: what the network finds in all of the photo, or where others found
        something in the box.
        """
        if box is None:
            return self._look(clicks, None, None)
        return self._look([], box, self._net.scaled(self._weight_free.segment([], box)))

    def _look(self, clicks: Sequence[Click], box: Box | None, last: Mask | None) -> Mask:
        """By the network that learnt from such gestures: one of them has never seen a click."""
        weights = self._weights if clicks else self._box_weights
        return self._net.look(network(weights), clicks, box, last)


class _PhotoNet:
    """A photo in the kernel's memory, which shows it to networks."""

    def __init__(self, photo: NDArray[np.uint8]) -> None:
        height, width = photo.shape[:2]
        opaque = np.full((height, width, 1), 255, np.uint8)
        rgba = np.ascontiguousarray(np.concatenate([photo, opaque], axis=2))
        self._kernel = native.kernel()
        size = self._kernel.clicknet_bytes(width, height)
        self._memory = np.empty(size + weight_free.ALIGNED_TO, np.uint8)
        start = -(-self._memory.ctypes.data // weight_free.ALIGNED_TO) * weight_free.ALIGNED_TO
        self._net = self._kernel.clicknet_open(start, size, rgba.ctypes.data, width, height)
        if not self._net:
            raise MemoryError(f"a photo of {width} x {height} px needs more memory than its size says")
        self.shape = self._kernel.clicknet_height(self._net), self._kernel.clicknet_width(self._net)

    def look(
        self,
        network: onnxruntime.InferenceSession,
        clicks: Sequence[Click],
        box: Box | None,
        last: Mask | None,
    ) -> Mask:
        """The network's answer to one window: round the last mask, or all of the photo."""
        drawn = gestures.Box(box.left, box.top, box.right, box.bottom) if box else None
        held = ctypes.byref(drawn) if drawn else None
        before = None if last is None else last.ctypes.data
        maps = self._kernel.clicknet_look(self._net, _listed(clicks), len(clicks), held, before)
        grid = self._kernel.clicknet_grid_height(self._net), self._kernel.clicknet_grid_width(self._net)
        evidence = np.ctypeslib.as_array(maps, (1, EVIDENCE_MAPS, *grid))
        probability = np.ascontiguousarray(network.run(None, {"evidence": evidence})[0], np.float32)
        mask = np.empty(self.shape, np.uint8)
        self._kernel.clicknet_answer(self._net, probability.ctypes.data, mask.ctypes.data)
        return mask

    def joined(self, mask: Mask, other: Mask, clicks: Sequence[Click]) -> Mask:
        """The mean of two masks, and what was clicked as it was clicked."""
        mean = mask.copy()
        height, width = other.shape
        self._kernel.clicknet_join(
            self._net, other.ctypes.data, width, height, _listed(clicks), len(clicks), mean.ctypes.data
        )
        return mean

    def scaled(self, other: Mask) -> Mask:
        """Another method's mask in this photo's size."""
        scaled = np.empty(self.shape, np.uint8)
        height, width = other.shape
        self._kernel.clicknet_scale(self._net, other.ctypes.data, width, height, scaled.ctypes.data)
        return scaled


def _listed(clicks: Sequence[Click]) -> ctypes.Array[gestures.Click]:
    return (gestures.Click * len(clicks))(*(gestures.Click(click.x, click.y, click.adds) for click in clicks))
