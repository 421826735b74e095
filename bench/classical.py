"""Classical ways to make a mask of clicks, each in its plainest form, to be measured beside ours (bench/clicks.py).

All work at 256 px, as such methods usually do, and take the photo's frame for background where no click says otherwise.
"""

import heapq
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import Box, Click

LONG_SIDE_PX = 256
DISC_PX = 3
OBJECT_PX = 30  # about a click, an object may be expected
FLOOD_TOLERANCE = 14
GRABCUT_ROUNDS = 4

Grey = NDArray[np.uint8]


class Small:
    """A photo at 256 px, and where gestures fall on it."""

    def __init__(self, photo: NDArray[np.uint8]) -> None:
        self.scale = min(1.0, LONG_SIDE_PX / max(photo.shape[:2]))
        size = (round(photo.shape[1] * self.scale), round(photo.shape[0] * self.scale))
        self.photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        self.shape = self.photo.shape[:2]

    def pixel(self, click: Click) -> tuple[int, int]:
        """Column and row under a click."""
        column, row = int(click.x * self.scale), int(click.y * self.scale)
        return min(column, self.shape[1] - 1), min(row, self.shape[0] - 1)

    def outside(self, box: Box | None) -> NDArray[np.bool_]:
        """What lies out of the box; without one, the frame."""
        left, top, right, bottom = 1, 1, self.shape[1] - 1, self.shape[0] - 1
        if box:
            left, top, right, bottom = (
                round(side * self.scale) for side in (box.left, box.top, box.right, box.bottom)
            )
        out = np.ones(self.shape, np.bool_)
        out[top:bottom, left:right] = False
        return out


class GrabCut(Small):
    """Colour mixtures and graph cuts by OpenCV (Rother, Kolmogorov, Blake, 2004)."""

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> Grey:
        """255 where the object is."""
        trimap = np.full(self.shape, cv2.GC_PR_FGD if box else cv2.GC_PR_BGD, np.uint8)
        for click in clicks:
            if click.adds:
                cv2.circle(trimap, self.pixel(click), OBJECT_PX, cv2.GC_PR_FGD, -1)
        trimap[self.outside(box)] = cv2.GC_BGD
        for click in clicks:
            cv2.circle(trimap, self.pixel(click), DISC_PX, cv2.GC_FGD if click.adds else cv2.GC_BGD, -1)
        if not (trimap & 1).any():
            return np.zeros(self.shape, np.uint8)
        cv2.setRNGSeed(0)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(self.photo, trimap, (0, 0, 1, 1), *models, GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
        return np.where(trimap & 1, 255, 0).astype(np.uint8)


class Geodesic(Small):
    """Nearer to an adding click than to the background, along ways that avoid edges (Bai and Sapiro, 2007)."""

    def __init__(self, photo: NDArray[np.uint8]) -> None:
        super().__init__(photo)
        lab = cv2.cvtColor(cv2.bilateralFilter(self.photo, 7, 30, 5), cv2.COLOR_RGB2LAB).astype(np.float32)
        across, down = cv2.Sobel(lab, -1, 1, 0), cv2.Sobel(lab, -1, 0, 1)
        self.cost = 2.5 + np.hypot(across, down).sum(axis=2)

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> Grey:
        """255 where the object is."""
        inside, outside = np.zeros(self.shape, np.uint8), self.outside(box).astype(np.uint8)
        if box and not clicks:
            middle = Click(x=(box.left + box.right) / 2, y=(box.top + box.bottom) / 2, adds=True)
            cv2.circle(inside, self.pixel(middle), DISC_PX, 1, -1)
        for click in clicks:
            cv2.circle(inside, self.pixel(click), DISC_PX, int(click.adds), -1)
            cv2.circle(outside, self.pixel(click), DISC_PX, int(not click.adds), -1)
        nearer = self._distances(inside > 0) < self._distances(outside > 0)
        return np.where(nearer, 255, 0).astype(np.uint8)

    def _distances(self, sources: NDArray[np.bool_]) -> NDArray[np.float64]:
        height, width = self.shape
        cost = self.cost.ravel().tolist()
        reached = np.where(sources.ravel(), 0.0, np.inf).tolist()
        queue = [(0.0, int(pixel)) for pixel in np.flatnonzero(sources)]
        while queue:
            length, pixel = heapq.heappop(queue)
            if length > reached[pixel]:
                continue
            for other in _neighbours(pixel, width, height):
                further = length + (cost[pixel] + cost[other]) / 2
                if further < reached[other]:
                    reached[other] = further
                    heapq.heappush(queue, (further, other))
        return np.array(reached).reshape(self.shape)


def _neighbours(pixel: int, width: int, height: int) -> list[int]:
    column, row = pixel % width, pixel // width
    found = [pixel - 1] if column else []
    found += [pixel + 1] if column < width - 1 else []
    found += [pixel - width] if row else []
    return [*found, pixel + width] if row < height - 1 else found


class Flood(Small):
    """Everything connected to an adding click that has its colour: a magic wand."""

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> Grey:
        """255 where the object is."""
        smooth = cv2.bilateralFilter(self.photo, 9, 40, 7).astype(np.uint8)
        if box and not clicks:
            clicks = [Click(x=(box.left + box.right) / 2, y=(box.top + box.bottom) / 2, adds=True)]
        kinds = {True: np.zeros(self.shape, np.bool_), False: np.zeros(self.shape, np.bool_)}
        for click in clicks:
            kinds[click.adds] |= self._wand(smooth, self.pixel(click))
        found = kinds[True] & ~kinds[False]
        return np.where(found & ~self.outside(box) if box else found, 255, 0).astype(np.uint8)

    def _wand(self, photo: NDArray[np.uint8], pixel: tuple[int, int]) -> NDArray[np.bool_]:
        reached = np.zeros((self.shape[0] + 2, self.shape[1] + 2), np.uint8)
        flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
        cv2.floodFill(photo.copy(), reached, pixel, 0, (FLOOD_TOLERANCE,) * 3, (FLOOD_TOLERANCE,) * 3, flags)
        return reached[1:-1, 1:-1] > 0


CLASSICAL: dict[str, Callable[[NDArray[np.uint8]], GrabCut | Geodesic | Flood]] = {
    "grabcut": GrabCut,
    "geodesic": Geodesic,
    "flood": Flood,
}
