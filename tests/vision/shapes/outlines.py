"""Masks of things whose shape is known."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
SIDE_PX = 240


def blank() -> Picture:
    return np.zeros((SIDE_PX, SIDE_PX), np.uint8)


def disc() -> Picture:
    return cv2.circle(blank(), (120, 120), 80, 255, -1)


def vase(handle: bool = False) -> Picture:
    """Narrow neck, wide belly; the handle on its right has a hole."""
    mask = blank()
    for y in range(30, 210):
        t = (y - 30) / 180
        radius = 28 + 38 * math.sin(math.pi * t) ** 2 * (0.4 + t)
        mask[y, round(110 - radius) : round(110 + radius)] = 255
    if handle:
        ring = cv2.ellipse(blank(), (165, 110), (32, 44), 0, 0, 360, 255, 12)
        mask = np.maximum(mask, ring)
    return mask


def can() -> Picture:
    """A cylinder seen from a little above."""
    mask = cv2.rectangle(blank(), (70, 50), (170, 190), 255, -1)
    cv2.ellipse(mask, (120, 190), (50, 12), 0, 0, 360, 255, -1)
    return cv2.ellipse(mask, (120, 50), (50, 12), 0, 0, 360, 255, -1)


def board() -> Picture:
    return cv2.rectangle(blank(), (60, 30), (180, 210), 255, -1)


def star() -> Picture:
    turns = np.arange(10) * math.pi / 5
    radii = np.where(np.arange(10) % 2, 40, 100)
    corners = np.stack([120 + radii * np.sin(turns) * 1.0, 120 - radii * np.cos(turns)], axis=1)
    return cv2.fillPoly(blank(), [corners.astype(np.int32)], 255)


def leaning() -> Picture:
    """Something with neither straight edges nor an axis: a body with two legs, bent."""
    mask = cv2.ellipse(blank(), (110, 90), (80, 40), 20, 0, 360, 255, -1)
    cv2.line(mask, (60, 100), (40, 210), 255, 18)
    cv2.line(mask, (150, 110), (190, 200), 255, 18)
    return cv2.circle(mask, (200, 60), 26, 255, -1)


def turned_box(width: float, height: float, depth: float, yaw_deg: float, pitch_deg: float) -> Picture:
    """A box's outline in parallel projection, its near edge turned to whoever looks from a little above."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    corners = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    corners = corners * (width, height, depth) * (-1, 1, -1)  # the near edge at the origin
    about = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    x, y, z = (corners @ about.T).T
    down = -(y * math.cos(pitch) - z * math.sin(pitch))
    seen = np.stack([x - (x.min() + x.max()) / 2, down - (down.min() + down.max()) / 2], axis=1) + SIDE_PX / 2
    hull = cv2.convexHull(np.rint(seen).astype(np.int32))
    return cv2.fillConvexPoly(blank(), hull, 255)


def nearly_straight(seed: int) -> Picture:
    """A polygon with soft, wavy edges: whether they are straight is a question of how closely one looks."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(4, 9))
    turns = (np.arange(count) + rng.uniform(-0.2, 0.2, count)) * 2 * math.pi / count
    corners = SIDE_PX / 2 + 95 * rng.uniform(0.8, 1, count) * np.stack([np.cos(turns), np.sin(turns)])
    mask = cv2.fillPoly(blank(), [corners.T.astype(np.int32)], 255)
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32)
    strength, length = rng.uniform(0, 4), rng.uniform(8, 40)
    wavy = cv2.remap(
        mask,
        columns + np.float32(strength) * np.sin(rows / np.float32(length)),
        rows + np.float32(strength) * np.cos(columns / np.float32(length)),
        cv2.INTER_LINEAR,
    )
    return np.asarray(wavy >= 128, np.uint8) * 255
