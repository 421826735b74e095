"""Poster and thumbnails: the splats, drawn."""

import math
from pathlib import Path

import cv2
import numpy as np

from splats.cameras import Pinhole, View
from splats.scene import SplatScene
from views.draw import draw
from views.evaluate import Picture

WIDE = 16 / 9
JPEG_QUALITIES = (88, 80, 72, 64, 56, 48)
MOST_BYTES = 120_000
"""Of a picture at the first of these qualities that makes it so small: a poster comes before everything else."""


def wide(view: View, width_px: int, zoom: float = 1.0) -> View:
    """The view in a picture of 16:9.

    Without zoom it takes in as much as the photo did, and loses in height what it wins in width. Its pixels are
    square and its axis is in its middle.
    """
    height_px = round(width_px / WIDE)
    lens = view.pinhole
    focal_px = zoom * math.sqrt(lens.focal_px[0] * lens.focal_px[1])
    focal_px *= math.sqrt(width_px * height_px / (lens.width_px * lens.height_px))
    pinhole = Pinhole(width_px, height_px, (focal_px, focal_px), (width_px / 2, height_px / 2))
    return View(view.name, pinhole, view.world_from_camera)


def resized(view: View, width_px: int) -> View:
    """The same picture at another width."""
    height_px = round(width_px * view.pinhole.height_px / view.pinhole.width_px)
    return View(view.name, view.pinhole.resized(width_px, height_px), view.world_from_camera)


def write_picture(path: Path, scene: SplatScene, view: View) -> None:
    """Draws the view into a JPEG."""
    write_jpeg(path, draw(scene, view))


def write_jpeg(path: Path, colours: Picture) -> None:
    """Colours (height, width, 3) from 0 to 1 as a JPEG, not larger than it must be."""
    picture = np.rint(colours * 255).astype(np.uint8)[:, :, ::-1]
    for quality in JPEG_QUALITIES:
        options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
        _, content = cv2.imencode(".jpg", picture, options)
        if len(content) <= MOST_BYTES:
            break
    path.write_bytes(content.tobytes())


def vertical_field_of_view_deg(pinhole: Pinhole) -> float:
    """From the upper edge of the picture to the lower one."""
    return math.degrees(2 * math.atan(pinhole.height_px / 2 / pinhole.focal_px[1]))
