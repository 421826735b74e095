"""Turned things: every section across the axis is a circle as wide as the outline; handles are cushions beside it."""

from dataclasses import dataclass

import cv2
import numpy as np

from shapes.inflated import continued_outside, squared_heights
from shapes.silhouette import Flags, Floats, Silhouette
from shapes.symmetry import Mirror, mirrored

HANDLE_SHARE = 0.01
"""Of the outline's area: what sticks out on one side only and is larger than that is a handle."""
OPENING_SHARE = 0.02
"""Of the long side: thinner differences between the two sides are no handle."""
SMOOTHING_CELLS = 1.0
TURNING_AWAY = 0.07
"""Of a row's width: how far from its ends colours are taken that go on behind; beyond, they are seen at a slant."""


@dataclass(frozen=True, eq=False)
class Turned:
    """An outline with its axis along the columns, taken apart into what is turned and what is not."""

    mirror: Mirror
    body: Flags
    handles: Flags

    @property
    def handle_share(self) -> float:
        return float(self.handles.sum() / max(int((self.body | self.handles).sum()), 1))

    @property
    def overlap(self) -> float:
        """Of the body with its mirror image."""
        other = mirrored(self.body, round(2 * self.mirror.axis))
        return float((self.body & other).sum() / max(int((self.body | other).sum()), 1))

    @property
    def fullness(self) -> float:
        """Share of the body's cells among those between its left and right edge: 1 where no row has a gap."""
        left, right, held = _edges(self.body)
        return float(self.body.sum() / max(float((right - left)[held].sum()), 1.0))


def taken_apart(outline: Silhouette, mirror: Mirror) -> Turned:
    """The outline as a turned body with handles."""
    inside = mirror.stood_up(outline.coverage) > 0.5
    alone = inside & ~mirrored(inside, round(2 * mirror.axis))
    width = 2 * max(1, round(OPENING_SHARE * max(outline.rows, outline.columns))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened = cv2.morphologyEx(alone.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    large = 1 + np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= HANDLE_SHARE * inside.sum())
    handles = cv2.dilate(np.isin(labels, large).astype(np.uint8), kernel).astype(bool) & alone
    return Turned(mirror, inside & ~handles, handles)


def turned_heights(turned: Turned, shape: tuple[int, int]) -> Floats:
    """Squared heights over the grid (rows, columns) that the outline came from."""
    columns = np.arange(turned.body.shape[1], dtype=np.float32) + 0.5
    left, right, _ = _edges(turned.body)
    left, right = (_smooth(edge[:, None], SMOOTHING_CELLS)[:, 0] for edge in (left, right))
    squared = (columns - left[:, None]) * (right[:, None] - columns)
    heights = continued_outside(np.maximum(squared, 1.5).astype(np.float32), turned.body)
    if turned.handles.any():
        around = cv2.dilate(turned.handles.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
        beside = squared_heights(around & (turned.body | turned.handles))
        heights = np.maximum(heights, beside)
    return turned.mirror.laid_back(heights, shape)


def turned_back(turned: Turned, front: Floats) -> Floats:
    """How a turned thing looks from behind, given its front (rows, columns, 3): what is seen at its left and right goes
    on around it, so that rings stay rings. For the grid that the outline came from."""
    upright = turned.mirror.stood_up(front)
    left, right, _ = _edges(turned.body)
    rows = np.arange(len(upright))
    at_left, at_right = (
        np.clip(left + share * (right - left), 0, upright.shape[1] - 1).astype(int)
        for share in (TURNING_AWAY, 1 - TURNING_AWAY)
    )
    colours = [_smooth(upright[rows, at][:, None], 1.0) for at in (at_left, at_right)]
    columns = np.arange(upright.shape[1], dtype=np.float32) + 0.5
    share = np.clip((columns - left[:, None]) / np.maximum(right - left, 1)[:, None], 0, 1)[..., None]
    share = share * share * (3 - 2 * share)
    around = colours[0] + share * (colours[1] - colours[0])
    return turned.mirror.laid_back(np.asarray(around, np.float32), front.shape[:2])


def _edges(body: Flags) -> tuple[Floats, Floats, Flags]:
    """Left and right edge of every row, in cells, and which rows have any; the others have their neighbours'."""
    held = np.asarray(body.any(1))
    left = body.argmax(1).astype(np.float32)
    right = (body.shape[1] - body[:, ::-1].argmax(1)).astype(np.float32)
    rows = np.arange(len(held))
    known = rows[held]
    left, right = (np.interp(rows, known, edge[held]).astype(np.float32) for edge in (left, right))
    return left, right, held


def _smooth(lines: Floats, radius_cells: float) -> Floats:
    """Smoothed from row to row."""
    return np.asarray(cv2.GaussianBlur(lines, (1, 0), 0, None, radius_cells), np.float32)
